#include "business/specialist-match.h"

#include <string.h>

#include "base/text.h"
#include "language/heard.h"

#define ENDING 3 /* letters that a case may add to a name, or change at its end */

struct named {
    int specialist;
    size_t first; /* word */
    size_t stems, letters;
    bool denied;
    bool word[SAID_WORDS];
};

static bool is_usable(const struct said *said, size_t i)
{
    return !said->word[i].taken;
}

/* ==== by stems ================================================================================ */

/* Where the stem stands: not denied if it can be. SAID_WORDS: nowhere. */
static size_t place_of(const struct said *said, const char *stem)
{
    size_t found = SAID_WORDS;

    for (size_t i = 0; i < said->n; i++)
        if (is_usable(said, i) && said_stem(said, i, stem) > 0 &&
            (found == SAID_WORDS || (said->word[found].denied && !said->word[i].denied)))
            found = i;
    return found;
}

static bool read_set(const struct said *said, const struct stems *set, struct named *ret)
{
    *ret = (struct named){.stems = set->n, .first = SAID_WORDS};
    for (size_t k = 0; k < set->n; k++) {
        size_t at = place_of(said, set->stem[k]);
        if (at == SAID_WORDS)
            return false;
        for (size_t i = at; i < at + said_stem(said, at, set->stem[k]); i++)
            ret->word[i] = true;
        ret->denied |= said->word[at].denied;
        ret->letters += text_length(set->stem[k]);
        ret->first = at < ret->first ? at : ret->first;
    }
    return set->n > 0;
}

static bool is_better(const struct named *a, const struct named *b)
{
    return a->stems != b->stems ? a->stems > b->stems : a->letters > b->letters;
}

static bool by_stems(const struct said *said, const struct specialist *s, struct named *ret)
{
    struct named one;
    bool found = false;

    for (size_t i = 0; i < s->stems_n; i++)
        if (read_set(said, &s->stems[i], &one) && (!found || is_better(&one, ret))) {
            *ret = one;
            found = true;
        }
    return found;
}

/* ==== by name ================================================================================= */

/* The bytes of all letters but the last. */
static size_t without_last(const char *word, size_t n)
{
    while (n > 0 && ((unsigned char)word[n - 1] & 0xc0) == 0x80)
        n--;
    return n > 0 ? n - 1 : 0;
}

static size_t letters_in(const char *word, size_t n)
{
    size_t letters = 0;

    for (size_t i = 0; i < n; i++)
        letters += ((unsigned char)word[i] & 0xc0) != 0x80;
    return letters;
}

/* "Інна" and "Інни", "Петро" and "Петром"; names of three letters or more. */
static bool is_form_of(const char *name, size_t name_n, const struct said_word *w)
{
    size_t same = without_last(name, name_n);

    return letters_in(name, name_n) >= 3 && same <= w->n && memcmp(name, w->at, same) == 0 &&
           letters_in(w->at + same, w->n - same) <= ENDING;
}

static bool by_name(const struct said *said, const char *name, struct named *ret)
{
    *ret = (struct named){.stems = 0, .first = SAID_WORDS};
    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        for (size_t i = 0; i < said->n; i++) {
            if (!is_usable(said, i) || ret->word[i] || !is_form_of(name, n, &said->word[i]))
                continue;
            ret->word[i] = true;
            ret->stems++;
            ret->denied |= said->word[i].denied;
            ret->first = i < ret->first ? i : ret->first;
            break;
        }
        name += n + (name[n] == ' ');
    }
    return ret->stems > 0;
}

/* ==== all of it =============================================================================== */

static bool corrects_between(const struct said *said, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (heard_is(HEARD_CORRECTS, said->word[i].at, said->word[i].n))
            return true;
    return false;
}

static bool overlap(const struct named *a, const struct named *b)
{
    for (size_t i = 0; i < SAID_WORDS; i++)
        if (a->word[i] && b->word[i])
            return true;
    return false;
}

/* Is there one that the same words fit better, or as well? Then they do not name this one. */
static bool is_beaten(const struct named *all, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (k != i && overlap(&all[k], &all[i]) && !is_better(&all[i], &all[k]))
            return true;
    return false;
}

static void take(const struct said *said, const struct named *all, size_t n,
                 struct specialist_found *ret)
{
    const struct named *best = NULL;

    for (size_t i = 0; i < n; i++) {
        const struct named *one = &all[i];
        if (is_beaten(all, n, i))
            continue;
        for (size_t k = 0; k < said->n; k++)
            ret->used[k] |= one->word[k];
        if (one->denied) {
            ret->denied = one->specialist;
        } else if (best == NULL ||
                   (one->first < best->first ? !corrects_between(said, one->first, best->first)
                                             : corrects_between(said, best->first, one->first))) {
            best = one;
            ret->meant = one->specialist;
        }
    }
}

enum err specialist_match(struct arena *a, const struct said *said, const struct book *book,
                          struct specialist_found *ret)
{
    struct specialist_found found = {.meant = -1, .denied = -1};
    struct named *all = arena_calloc(a, book->specialists + 1, sizeof *all);
    size_t n = 0;

    if (all == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < book->specialists; i++)
        if (by_stems(said, &book->specialist[i], &all[n]))
            all[n++].specialist = (int)i;
    bool stems = n > 0;
    for (size_t i = 0; !stems && i < book->specialists; i++) {
        const char *name = text_fold(a, book->specialist[i].name);
        if (name == NULL)
            return ERR_MEMORY;
        if (by_name(said, name, &all[n]))
            all[n++].specialist = (int)i;
    }
    take(said, all, n, &found);
    *ret = found;
    return ERR_OK;
}
