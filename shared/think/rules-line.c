/* What kind of line a caller's is as a whole: a farewell, a correction, or one that tells something. */
#include <string.h>

#include "base/text.h"
#include "language/heard.h"
#include "think/request.h"
#include "think/wants.h"

#define SET_WORDS 4 /* a farewell of several stems is looked for in so few words alone */

static size_t word_at(const char *folded)
{
    size_t n = strcspn(folded, " ");

    return n + (folded[n] == ' ');
}

/* The bytes of the words that begin at `at` and are this stem; 0 if they are not. */
static size_t stem_at(const char *at, const char *stem)
{
    bool whole = *stem == '=';
    size_t n = strlen(stem + whole);

    if (n == 0 || strncmp(at, stem + whole, n) != 0)
        return 0;
    size_t more = strcspn(at + n, " ");
    return whole && more > 0 ? 0 : n + more + (at[n + more] == ' ');
}

/* A farewell that begins at `at`, its bytes. */
static size_t farewell_at(const struct profile *p, const char *at)
{
    size_t longest = 0;

    for (size_t i = 0; i < p->goodbye_n; i++) {
        const struct stems *s = &p->goodbye[i];
        size_t n = s->n == 1 && strncmp(s->stem[0], "==", 2) != 0 ? stem_at(at, s->stem[0]) : 0;
        longest = n > longest ? n : longest;
    }
    return longest;
}

static bool is_polite(const struct rules_turn *t, const char *word, size_t n)
{
    const struct profile *p = t->profile;
    const char *copy = arena_strndup(t->arena, word, n);

    return heard_is(HEARD_FILLER, word, n) || heard_is(HEARD_WHEN, word, n) ||
           heard_is(HEARD_GIVEN_NAME, word, n) || heard_is_number(word, n) ||
           (copy != NULL && stems_match(p->thanks, p->thanks_n, copy));
}

/* Does the line end in a farewell? *ret_asks: it also asks something. */
static bool ends_in_farewell(const struct rules_turn *t, bool *ret_asks)
{
    const struct profile *p = t->profile;
    bool asks = strchr(t->ask->words, '?') != NULL;
    bool leaves = false; /* what came last was a farewell */

    if (!stems_match(p->goodbye, p->goodbye_n, t->folded))
        return false;
    for (const char *at = t->folded; *at != '\0';) {
        size_t n = strcspn(at, " ");
        size_t taken = farewell_at(p, at);
        if (taken > 0) {
            leaves = true;
        } else {
            asks |= heard_is(HEARD_ASKS, at, n);
            leaves = leaves && is_polite(t, at, n);
        }
        at += taken > 0 ? taken : word_at(at);
    }
    for (size_t i = 0; i < p->goodbye_n && !leaves; i++) /* "==все", and sets of several stems */
        leaves = (p->goodbye[i].n > 1 ? t->words <= SET_WORDS
                                      : strncmp(p->goodbye[i].stem[0], "==", 2) == 0) &&
                 stems_match(&p->goodbye[i], 1, t->folded);
    *ret_asks = asks;
    return leaves;
}

bool rules_hears_goodbye(const struct rules_turn *t)
{
    bool asks = false;

    return ends_in_farewell(t, &asks) && !asks;
}

bool rules_also_leaves(const struct rules_turn *t)
{
    bool asks = false;

    return ends_in_farewell(t, &asks);
}

bool rules_tells_more(const struct rules_turn *t)
{
    return profile_rule(t->profile, t->folded) != NULL || wants_any(t->folded);
}

const char *rules_correction(const struct rules_turn *t)
{
    const struct profile *p = t->profile;
    const char *at = t->folded;
    bool begins = false;

    while (*at != '\0') {
        size_t n = strcspn(at, " ");
        const char *word = arena_strndup(t->arena, at, n);
        if (word == NULL)
            return NULL;
        bool denies = stems_match(p->no, p->no_n, word) || stems_match(p->wrong, p->wrong_n, word);
        bool corrects = heard_is(HEARD_CORRECTS, at, n);
        if (!denies && !corrects && (!begins || !heard_is(HEARD_FILLER, at, n) || n <= 4))
            break;
        begins |= denies || corrects;
        at += word_at(at);
    }
    return begins && *at != '\0' ? at : NULL;
}
