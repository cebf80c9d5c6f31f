/* A word stands for a stem if one letter is wrong in it, two if it is long, and for no stem if it could
 * be one of two services. Letters that sound alike in the languages are one letter, and a word in
 * Latin letters is read as a Cyrillic one, before they are compared. */
#include "business/service-near.h"

#include <string.h>

#include "base/text.h"

#define LETTERS_MAX   40 /* of a word; a longer one is near nothing */
#define LETTERS_LEAST 5
#define LONG_WORD     8
#define FOUND_MAX     64

struct letters {
    uint32_t c[LETTERS_MAX];
    size_t n;
    uint64_t has; /* a bit for each letter that is in it; letters may share one */
};

/* ==== letters ================================================================================= */

/* Latin letters as callers' names for services are written with them; the longest first. */
static const struct {
    const char *latin, *cyrillic;
} latin[] = {
    {"shch", "щ"}, {"zh", "ж"}, {"kh", "х"}, {"ts", "ц"}, {"ch", "ч"}, {"sh", "ш"}, {"yu", "ю"},
    {"iu", "ю"},   {"ju", "ю"}, {"ya", "я"}, {"ia", "я"}, {"ja", "я"}, {"ye", "е"}, {"yo", "е"},
    {"a", "а"},    {"b", "б"},  {"c", "к"},  {"d", "д"},  {"e", "е"},  {"f", "ф"},  {"g", "г"},
    {"h", "г"},    {"i", "и"},  {"j", "й"},  {"k", "к"},  {"l", "л"},  {"m", "м"},  {"n", "н"},
    {"o", "о"},    {"p", "п"},  {"q", "к"},  {"r", "р"},  {"s", "с"},  {"t", "т"},  {"u", "у"},
    {"v", "в"},    {"w", "в"},  {"x", "к"},  {"y", "и"},  {"z", "з"},
};

/* Letters of one sound, of which the languages write one or the other. */
static const struct {
    const char *from, *to;
} alike[] = {{"і", "и"}, {"ї", "и"}, {"ы", "и"}, {"є", "е"}, {"э", "е"}, {"ґ", "г"}};

static uint32_t one_of(const char *text)
{
    return text_next(&text);
}

static uint32_t sound_of(uint32_t c)
{
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (c == one_of(alike[i].from))
            return one_of(alike[i].to);
    return c;
}

/* Does Latin text stand at `at`? Its Cyrillic letter, and its bytes; 0 if it does not. */
static uint32_t latin_at(const char *at, const char *end, size_t *ret_n)
{
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++) {
        size_t n = strlen(latin[i].latin);
        if (n <= (size_t)(end - at) && memcmp(at, latin[i].latin, n) == 0) {
            *ret_n = n;
            return one_of(latin[i].cyrillic);
        }
    }
    return 0;
}

static bool is_mute(uint32_t c)
{
    return c == one_of("ь") || c == one_of("ъ") || text_is_apostrophe(c);
}

/* False: it is too long, or has figures in it. */
static bool letters_of(const char *word, size_t bytes, struct letters *ret)
{
    const char *end = word + bytes;

    ret->n = 0;
    ret->has = 0;
    while (word < end) {
        size_t n = 0;
        uint32_t c = (unsigned char)*word < 0x80 ? latin_at(word, end, &n) : 0;
        if (c != 0)
            word += n;
        else
            c = sound_of(text_next(&word));
        if (c >= '0' && c <= '9')
            return false;
        if (is_mute(c))
            continue;
        if (ret->n == LETTERS_MAX)
            return false;
        ret->c[ret->n++] = c;
        ret->has |= UINT64_C(1) << c % 64;
    }
    return ret->n > 0;
}

/* ==== distance ================================================================================ */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of the table of distances: a letter more, a letter less, another one, two exchanged. */
static void next_row(const struct letters *word, size_t i, const struct letters *stem,
                     size_t rows[3][LETTERS_MAX + 1])
{
    size_t *now = rows[i % 3];
    const size_t *before = rows[(i + 2) % 3];
    const size_t *two_before = rows[(i + 1) % 3];

    now[0] = i;
    for (size_t k = 1; k <= stem->n; k++) {
        size_t same = word->c[i - 1] == stem->c[k - 1] ? 0 : 1;
        now[k] = least(before[k - 1] + same, least(before[k], now[k - 1]) + 1);
        if (i > 1 && k > 1 && word->c[i - 1] == stem->c[k - 2] && word->c[i - 2] == stem->c[k - 1])
            now[k] = least(now[k], two_before[k - 2] + 1);
    }
}

/* How many letters are wrong in the word, or in its best beginning, if it was to be the stem. */
static size_t distance(const struct letters *word, const struct letters *stem, bool whole)
{
    size_t rows[3][LETTERS_MAX + 1];
    size_t best = stem->n;

    for (size_t k = 0; k <= stem->n; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= word->n; i++) {
        next_row(word, i, stem, rows);
        best = least(best, rows[i % 3][stem->n]);
    }
    return whole ? rows[word->n % 3][stem->n] : best;
}

/* How many letters may be wrong in a text of so many. */
static size_t allowed(size_t letters)
{
    return letters >= LONG_WORD ? 2 : letters >= LETTERS_LEAST ? 1 : 0;
}

/* ==== near stems ============================================================================== */

struct found {
    const char *stem;
    int service;
    size_t wrong;
};

struct search {
    struct letters word;
    struct found found[FOUND_MAX];
    size_t n;
    bool full;
};

static void add(struct search *s, const char *stem, int service, size_t wrong)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->found[i].service == service && strcmp(s->found[i].stem, stem) == 0) {
            s->found[i].wrong = least(s->found[i].wrong, wrong);
            return;
        }
    if (s->n == FOUND_MAX)
        s->full = true;
    else
        s->found[s->n++] = (struct found){.stem = stem, .service = service, .wrong = wrong};
}

static const char *bare(const char *stem)
{
    while (*stem == '=' || *stem == '*')
        stem++;
    return stem;
}

/* All words of the line that are looked for, each with what it may be. */
struct searches {
    struct search *of; /* SAID_WORDS; those with no letters are not looked for */
    size_t n;
};

/* Cheap: each letter of the stem that the word lacks is wrong. */
static bool may_be(const struct letters *word, const struct letters *stem, size_t most)
{
    uint64_t lacks = stem->has & ~word->has;

    return word->n + most >= stem->n && (size_t)__builtin_popcountll(lacks) <= most;
}

/* One of few letters must be right. */
static void compare(struct searches *all, const struct letters *letters, bool whole,
                    const char *stem, int service)
{
    for (size_t i = 0; i < all->n; i++) {
        struct search *s = &all->of[i];
        size_t most = least(allowed(s->word.n), allowed(letters->n));
        if (s->word.n == 0 || !may_be(&s->word, letters, most))
            continue;
        size_t wrong = distance(&s->word, letters, whole);
        if (wrong <= most)
            add(s, stem, service, wrong);
    }
}

static void compare_stem(struct searches *all, const char *stem, int service)
{
    struct letters letters;
    const char *text = bare(stem);

    if (strchr(text, ' ') == NULL && letters_of(text, strlen(text), &letters))
        compare(all, &letters, *stem == '=', stem, service);
}

/* The words of the service's name that are this stem: more letters to compare than the stem has. */
static void compare_name(struct searches *all, const char *name, const char *stem, int service)
{
    const char *text = bare(stem);

    for (const char *at = name; *at != '\0';) {
        size_t n = strcspn(at, " ");
        struct letters letters;
        if (strncmp(at, text, strlen(text)) == 0 && letters_of(at, n, &letters))
            compare(all, &letters, true, stem, service);
        at += n + (at[n] == ' ');
    }
}

static void compare_service(struct searches *all, const struct book *b, size_t service)
{
    const struct service *of = &b->service[service];

    for (size_t i = 0; i < of->stems_n; i++)
        for (size_t k = 0; k < of->stems[i].n; k++) {
            const char *stem = of->stems[i].stem[k];
            compare_stem(all, stem, (int)service);
            compare_name(all, of->name, stem, (int)service);
        }
}

static const struct found *nearest(const struct search *s)
{
    const struct found *best = NULL;

    for (size_t i = 0; i < s->n; i++)
        if (best == NULL || s->found[i].wrong < best->wrong)
            best = &s->found[i];
    return best;
}

/* Has the service the stem that is nearest? */
static bool has_stem(const struct search *s, int service, const char *stem)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->found[i].service == service && strcmp(s->found[i].stem, stem) == 0)
            return true;
    return false;
}

static bool is_longer_form(const char *a, const char *b)
{
    a = bare(a);
    b = bare(b);
    return strncmp(a, b, least(strlen(a), strlen(b))) == 0;
}

/* Of two different services' words it could be either: then it is none. */
static bool is_doubtful(const struct search *s, const struct found *best)
{
    for (size_t i = 0; i < s->n; i++)
        if (!has_stem(s, s->found[i].service, best->stem) &&
            !is_longer_form(s->found[i].stem, best->stem))
            return true;
    return s->full;
}

static void put(const struct search *s, const char *ret[static SERVICE_NEAR])
{
    size_t n = 0;

    for (size_t i = 0; i < s->n && n < SERVICE_NEAR; i++) {
        size_t k = 0;
        while (k < n && strcmp(ret[k], s->found[i].stem) != 0)
            k++;
        if (k == n)
            ret[n++] = s->found[i].stem;
    }
}

static bool may_be_wrong(const struct service_line *line, const struct said_word *w)
{
    return !w->taken && !w->denies &&
           (line->is_everyday == NULL || !line->is_everyday(line->context, w->at, w->n));
}

enum err service_near_read(struct arena *a, const struct service_line *line,
                           const bool known[static SAID_WORDS], struct service_near *ret)
{
    struct searches all = {.of = arena_calloc(a, SAID_WORDS, sizeof *all.of), .n = line->said->n};

    if (all.of == NULL)
        return ERR_MEMORY;
    *ret = (struct service_near){.stem = {{NULL}}};
    for (size_t i = 0; i < all.n; i++) {
        const struct said_word *w = &line->said->word[i];
        struct search *s = &all.of[i];
        if (known[i] || !letters_of(w->at, w->n, &s->word) || s->word.n + 1 < LETTERS_LEAST ||
            !may_be_wrong(line, w))
            s->word.n = 0;
    }
    for (size_t k = 0; k < line->book->services; k++)
        compare_service(&all, line->book, k);
    for (size_t i = 0; i < all.n; i++) {
        const struct found *best = nearest(&all.of[i]);
        if (best != NULL && !is_doubtful(&all.of[i], best))
            put(&all.of[i], ret->stem[i]);
    }
    return ERR_OK;
}
