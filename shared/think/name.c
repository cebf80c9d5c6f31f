#include "think/name.h"

#include <string.h>

#include "base/text.h"
#include "language/heard.h"
#include "think/action.h"

#define WORDS_MAX  64 /* of an utterance that are looked at */
#define NAME_WORDS 3

static const struct name_found nothing = {NULL, ""};

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

static const char *keep(struct name_line *t, const char *s, size_t n, size_t max)
{
    const char *copy = arena_strndup(t->arena, s, text_cut(s, n, max));

    t->no_memory |= copy == NULL;
    return copy == NULL ? "" : copy;
}

static void cut_words(struct name_line *t, struct words *w)
{
    const char *s = t->words;

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

static bool ends_name(const struct name_line *t, const struct words *w, size_t i)
{
    return strpbrk(w->word[i].folded, "0123456789") != NULL ||
           longest_at(w, i, t->profile->name_ends, t->profile->name_ends_n) > 0;
}

/* The words [from, to) as they were written, without punctuation at the ends. */
static const char *spoken_part(struct name_line *t, const struct words *w, size_t from, size_t to)
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
    return keep(t, s, (size_t)(end - s), ACTION_WISH_MAX);
}

/* How many words from `from` on are left to be a name: up to punctuation or a word that ends one. */
static size_t run_length(const struct name_line *t, const struct words *w, size_t from)
{
    size_t n = 0;

    while (from + n < w->n && !ends_name(t, w, from + n))
        if (w->word[from + n++].stops)
            break;
    return n;
}

static bool is_given(const struct words *w, size_t i)
{
    return heard_is(HEARD_GIVEN_NAME, w->word[i].folded, strlen(w->word[i].folded));
}

/* How many words from `from` on are a person's name; 0: there is none. A row of more words than a
 * name has is a sentence, unless it begins with a given name. */
static size_t name_length(struct name_line *t, const struct words *w, size_t from)
{
    size_t n = run_length(t, w, from);

    if (n == 0 || (n > NAME_WORDS && !is_given(w, from)))
        return 0;
    n = n > NAME_WORDS ? NAME_WORDS : n;
    while (n > 0 && !heard_may_be_name(spoken_part(t, w, from, from + n)))
        n--;
    return n;
}

static struct name_found found_at(struct name_line *t, const struct words *w, size_t from, size_t n)
{
    const char *name = spoken_part(t, w, from, from + n);

    if (n == 0 || *name == '\0')
        return nothing;
    return (struct name_found){.name = keep(t, name, strlen(name), ACTION_NAME_MAX),
                               .rest = spoken_part(t, w, from + n, w->n)};
}

/* How many words from `from` on have so many folded words between them. */
static size_t words_of(const struct words *w, size_t from, size_t folded)
{
    size_t n = 0;

    for (size_t seen = 0; from + n < w->n && seen < folded; n++) {
        seen++;
        for (const char *s = w->word[from + n].folded; *s != '\0'; s++)
            seen += *s == ' ';
    }
    return n;
}

/* A name that is spelled letter by letter from `from` on. */
static struct name_found spelled_at(struct name_line *t, const struct words *w, size_t from)
{
    char name[HEARD_SPELLED_MAX];

    if (from >= w->n || text_length(w->word[from].folded) > 1)
        return nothing;
    const char *folded = text_fold(t->arena, spoken_part(t, w, from, w->n));
    t->no_memory |= folded == NULL;
    size_t n = folded == NULL ? 0 : heard_spelled(folded, name);
    if (n == 0)
        return nothing;
    return (struct name_found){.name = keep(t, name, strlen(name), ACTION_NAME_MAX),
                               .rest = spoken_part(t, w, from + words_of(w, from, n), w->n)};
}

static bool denies(const struct words *w, size_t i)
{
    return i < w->n && heard_denies(w->word[i].folded, strlen(w->word[i].folded));
}

static bool contrasts(const struct words *w, size_t i)
{
    return i < w->n && heard_is_instead(w->word[i].folded, strlen(w->word[i].folded));
}

/* "не Оля, а Юля" from `from` on: where "Юля" stands, 0 if that is not said. */
static size_t after_contrast(const struct words *w, size_t from)
{
    if (!denies(w, from))
        return 0;
    for (size_t i = from + 2; i < w->n && i <= from + NAME_WORDS + 1; i++)
        if (contrasts(w, i))
            return i + 1;
    return 0;
}

struct name_found name_told(struct name_line *t)
{
    const struct profile *p = t->profile;
    struct words w = {0};

    cut_words(t, &w);
    for (size_t i = 0; i < w.n; i++) {
        size_t before = longest_at(&w, i, p->name_is, p->name_is_n);
        if (before == 0)
            continue;
        size_t at = after_contrast(&w, i + before);
        at = at > 0 ? at : i + before;
        struct name_found found = spelled_at(t, &w, at);
        if (found.name == NULL)
            found = found_at(t, &w, at, name_length(t, &w, at));
        if (found.name != NULL)
            return found;
    }
    return nothing;
}

struct name_found name_in_passing(struct name_line *t, bool alone)
{
    struct words w = {0};

    cut_words(t, &w);
    for (size_t i = 0; i < w.n; i++) {
        const struct word *before = i == 0 ? NULL : &w.word[i - 1];
        bool told = before != NULL && !before->stops &&
                    heard_is(HEARD_INTRODUCES, before->folded, strlen(before->folded));
        if (!is_given(&w, i) || (!told && !(alone && (before == NULL || before->stops))))
            continue;
        size_t n = name_length(t, &w, i);
        if (n > 0 && (i + n == w.n || w.word[i + n - 1].stops || (told && ends_name(t, &w, i + n))))
            return found_at(t, &w, i, n);
    }
    return nothing;
}

static size_t skip_leads(const struct name_line *t, const struct words *w, size_t from)
{
    const struct profile *p = t->profile;

    while (from < w->n) {
        size_t lead = longest_at(w, from, p->name_lead, p->name_lead_n);
        size_t is = longest_at(w, from, p->name_is, p->name_is_n);
        if (lead == 0 && is == 0)
            break;
        from += lead > is ? lead : is;
    }
    return from;
}

/* Do the words ask or wish something, by the profile's own stems? A surname may begin like one. */
static bool is_known_wish(const struct name_line *t, const char *words)
{
    const struct profile *p = t->profile;
    const char *folded = text_fold(t->arena, words);

    return folded == NULL || profile_rule(p, folded) != NULL ||
           stems_match(p->person, p->person_n, folded) ||
           stems_match(p->cancel, p->cancel_n, folded) ||
           stems_match(p->again, p->again_n, folded) || stems_match(p->yes, p->yes_n, folded) ||
           stems_match(p->no, p->no_n, folded);
}

static bool has_given(const struct words *w, size_t from, size_t n)
{
    for (size_t i = from; i < from + n; i++)
        if (is_given(w, i))
            return true;
    return false;
}

/* "Це ваша клієнтка Оля": a given name somewhere in the line. */
static size_t find_given(const struct words *w)
{
    size_t i = 0;

    while (i < w->n && !is_given(w, i))
        i++;
    return i;
}

struct name_found name_answered(struct name_line *t)
{
    struct words w = {0};

    cut_words(t, &w);
    if (strchr(t->words, '?') != NULL)
        return nothing;
    for (size_t i = 0; i < w.n; i++) {
        struct name_found found = spelled_at(t, &w, i);
        if (found.name != NULL)
            return found;
    }
    size_t from = skip_leads(t, &w, 0);
    size_t n = name_length(t, &w, from);
    if (n > 0 && has_given(&w, from, n))
        return found_at(t, &w, from, n);
    /* Not by a name that is known: then nothing else may be said in the same breath. */
    bool surname = n > 0 && heard_is_surname(w.word[from].folded, strlen(w.word[from].folded));
    bool alone =
        n > 0 && (from + n == w.n || w.word[from + n - 1].stops || ends_name(t, &w, from + n));
    if (alone && (surname || !is_known_wish(t, spoken_part(t, &w, from, from + n))))
        return found_at(t, &w, from, n);
    from = find_given(&w);
    return found_at(t, &w, from, name_length(t, &w, from));
}

static bool says_no_at(const struct name_line *t, const struct words *w, size_t i)
{
    const struct profile *p = t->profile;
    const char *word = w->word[i].folded;

    return stems_match(p->no, p->no_n, word) || stems_match(p->wrong, p->wrong_n, word) ||
           heard_is(HEARD_CORRECTS, word, strlen(word));
}

struct name_found name_corrected(struct name_line *t)
{
    struct words w = {0};
    size_t from = 0;

    cut_words(t, &w);
    if (strchr(t->words, '?') != NULL)
        return nothing;
    for (size_t i = 0; i < w.n; i++) {
        size_t at = after_contrast(&w, i);
        if (at > 0 && has_given(&w, at < w.n ? at : i, at < w.n ? 1 : 0))
            return found_at(t, &w, at, name_length(t, &w, at));
    }
    while (from < w.n && says_no_at(t, &w, from))
        from++;
    if (from == 0)
        return nothing;
    size_t at = skip_leads(t, &w, from);
    size_t n = name_length(t, &w, at);
    return at + n == w.n && has_given(&w, at, n) ? found_at(t, &w, at, n) : nothing;
}
