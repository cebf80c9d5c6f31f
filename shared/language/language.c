#include "language/language.h"

#include <string.h>

#include "base/text.h"
#include "language/char.h"

#define LETTERS_MAX 128 /* different ones in a text; no alphabet here has half of them */

const struct language *language_find(const char *code)
{
    size_t n = strcspn(code, "-");

    for (size_t i = 0; languages[i] != NULL; i++)
        if (strlen(languages[i]->code) == n && strncmp(languages[i]->code, code, n) == 0)
            return languages[i];
    return NULL;
}

/* The different letters of a text, small ones, but for a to z. */
struct letters {
    uint32_t c[LETTERS_MAX];
    size_t n;
};

static struct letters letters_of(const char *text)
{
    struct letters set = {.n = 0};

    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text)) {
        if (c < 0x80 || !char_is_letter(c) || set.n == LETTERS_MAX)
            continue;
        size_t i = 0;
        set.c[set.n] = char_lower(c);
        while (set.c[i] != set.c[set.n])
            i++;
        set.n += i == set.n;
    }
    return set;
}

/* Has the set a letter that `one` has and `other` lacks? */
static bool tells(const struct letters *set, const struct language *one,
                  const struct language *other)
{
    for (size_t i = 0; i < set->n; i++)
        if (char_is_among(set->c[i], one->letters) && !char_is_among(set->c[i], other->letters))
            return true;
    return false;
}

static size_t lacking(const struct letters *set, const struct language *l)
{
    size_t n = 0;

    for (size_t i = 0; i < set->n; i++)
        n += !char_is_among(set->c[i], l->letters);
    return n;
}

const struct language *language_of_text(const struct language *const *known,
                                        const struct language *usual, const char *text)
{
    const struct letters set = letters_of(text);
    const struct language *best = usual;
    size_t least = SIZE_MAX;

    for (size_t i = 0; usual != NULL && known[i] != NULL; i++) {
        if (known[i] == usual || !tells(&set, known[i], usual) || tells(&set, usual, known[i]))
            continue;
        size_t n = lacking(&set, known[i]);
        best = n < least ? known[i] : best;
        least = n < least ? n : least;
    }
    return best;
}
