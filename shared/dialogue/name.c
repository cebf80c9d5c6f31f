/* Finding the caller's name in what was said. The profile tells which words go before a name and
 * which no longer belong to it. */
#include "dialogue/brain.h"

#include <string.h>

#include "base/text.h"

#define WORDS_MAX     64 /* of an utterance that are looked at */
#define NAME_TOLD     3  /* words of a name in running speech */
#define NAME_ANSWERED 4

struct word {
    const char *at;
    size_t n;
    const char *folded;
    bool stops; /* punctuation follows */
};

struct words {
    struct word word[WORDS_MAX];
    size_t n;
};

static void cut_words(struct brain_turn *t, struct words *w)
{
    const char *s = t->ask->words;

    while (w->n < WORDS_MAX) {
        s += strspn(s, " \t\r\n");
        size_t n = strcspn(s, " \t\r\n");
        if (n == 0)
            break;
        const char *raw = arena_strndup(t->arena, s, n);
        const char *folded = raw == NULL ? NULL : text_fold(t->arena, raw);
        if (folded == NULL) {
            t->no_memory = true;
            break;
        }
        bool stops = strchr(".,;:!?", s[n - 1]) != NULL;
        if (*folded != '\0')
            w->word[w->n++] = (struct word){.at = s, .n = n, .folded = folded, .stops = stops};
        else if (w->n > 0)
            w->word[w->n - 1].stops = true; /* a dash that stands alone */
        s += n;
    }
}

/* How many words from `i` on are this phrase; 0 if they are not. */
static size_t phrase_at(const struct words *w, size_t i, const char *phrase)
{
    size_t taken = 0;

    while (*phrase != '\0') {
        size_t n = strcspn(phrase, " ");
        if (i + taken >= w->n)
            return 0;
        const char *folded = w->word[i + taken].folded;
        if (strlen(folded) != n || strncmp(folded, phrase, n) != 0)
            return 0;
        taken++;
        phrase += n + (phrase[n] == ' ');
    }
    return taken;
}

/* The longest of the phrases that stands at `i`, in words. */
static size_t longest_at(const struct words *w, size_t i, const char *const *phrases, size_t n)
{
    size_t longest = 0;

    for (size_t j = 0; j < n; j++) {
        size_t taken = phrase_at(w, i, phrases[j]);
        longest = taken > longest ? taken : longest;
    }
    return longest;
}

static bool ends_name(const struct brain_turn *t, const struct words *w, size_t i)
{
    return strpbrk(w->word[i].folded, "0123456789") != NULL ||
           longest_at(w, i, t->profile->name_ends, t->profile->name_ends_n) > 0;
}

/* The words [from, to) as they were written, without punctuation at the ends. */
static const char *spoken_part(struct brain_turn *t, const struct words *w, size_t from, size_t to)
{
    static const char edges[] = " \t\r\n.,;:!?\"()-";

    if (from >= to)
        return "";
    const char *s = w->word[from].at;
    const char *end = w->word[to - 1].at + w->word[to - 1].n;
    while (s < end && strchr(edges, *s) != NULL)
        s++;
    while (end > s && strchr(edges, end[-1]) != NULL)
        end--;
    return brain_keep(t, s, (size_t)(end - s), BRAIN_WISH_MAX);
}

/* How many words from `from` on make a name of at most `most`. */
static size_t name_length(const struct brain_turn *t, const struct words *w, size_t from,
                          size_t most)
{
    size_t n = 0;

    while (from + n < w->n && n < most && !ends_name(t, w, from + n))
        if (w->word[from + n++].stops)
            break;
    return n;
}

static void give(struct brain_turn *t, const struct words *w, size_t from, size_t n,
                 const char **ret, const char **ret_rest)
{
    const char *name = spoken_part(t, w, from, from + n);

    if (n == 0 || *name == '\0')
        return;
    *ret = brain_keep(t, name, strlen(name), BRAIN_NAME_MAX);
    *ret_rest = spoken_part(t, w, from + n, w->n);
}

void name_told(struct brain_turn *t, const char **ret, const char **ret_rest)
{
    const struct profile *p = t->profile;
    struct words w = {0};

    *ret = NULL;
    *ret_rest = "";
    cut_words(t, &w);
    for (size_t i = 0; i < w.n && *ret == NULL; i++) {
        size_t before = longest_at(&w, i, p->name_is, p->name_is_n);
        if (before > 0)
            give(t, &w, i + before, name_length(t, &w, i + before, NAME_TOLD), ret, ret_rest);
    }
}

void name_answered(struct brain_turn *t, const char **ret, const char **ret_rest)
{
    const struct profile *p = t->profile;
    struct words w = {0};
    size_t from = 0;

    *ret = NULL;
    *ret_rest = "";
    cut_words(t, &w);
    while (from < w.n) {
        size_t lead = longest_at(&w, from, p->name_lead, p->name_lead_n);
        size_t is = longest_at(&w, from, p->name_is, p->name_is_n);
        if (lead == 0 && is == 0)
            break;
        from += lead > is ? lead : is;
    }
    size_t n = name_length(t, &w, from, NAME_ANSWERED);
    bool whole_sentence = n == NAME_ANSWERED && from + n < w.n && !w.word[from + n - 1].stops;
    if (!whole_sentence)
        give(t, &w, from, n, ret, ret_rest);
}
