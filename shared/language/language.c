#include "language/language.h"

#include <string.h>

#include "base/text.h"
#include "language/char.h"

const struct language *language_find(const char *code)
{
    size_t n = strcspn(code, "-");

    for (size_t i = 0; languages[i] != NULL; i++)
        if (strlen(languages[i]->code) == n && strncmp(languages[i]->code, code, n) == 0)
            return languages[i];
    return NULL;
}

static bool has(const struct language *l, uint32_t c)
{
    return char_is_among(char_lower(c), l->letters);
}

/* Does the text hold a letter that `one` has and `other` lacks? */
static bool tells(const char *text, const struct language *one, const struct language *other)
{
    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text))
        if (c >= 0x80 && has(one, c) && !has(other, c))
            return true;
    return false;
}

static size_t lacking(const char *text, const struct language *l)
{
    size_t n = 0;

    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text))
        n += c >= 0x80 && char_is_letter(c) && !has(l, c);
    return n;
}

const struct language *language_of_text(const struct language *const *known,
                                        const struct language *usual, const char *text)
{
    const struct language *best = usual;
    size_t least = SIZE_MAX;

    for (size_t i = 0; usual != NULL && known[i] != NULL; i++) {
        size_t n = lacking(text, known[i]);
        if (known[i] == usual || n >= least || !tells(text, known[i], usual) ||
            tells(text, usual, known[i]))
            continue;
        best = known[i];
        least = n;
    }
    return best;
}
