#include "language/sentence.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/scan.h"

#define LONGEST   300 /* characters; a longer sentence is cut where a speaker would breathe */
#define BREATH    100 /* but not before this many */
#define QUOTE_MAX 600 /* bytes within which a quotation must close to count as one */

struct cutter {
    const struct language *const *languages;
    const char *start; /* of the sentence */
    const char *p;
    const char *quote_end; /* no sentence ends before here */
    bool grows;            /* more text may come behind the last letter */
    bool whole;            /* the sentence has its end, whatever comes */
};

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 || c == 0x2009 ||
           c == 0x202f || c == 0x2028 || c == 0x2029;
}

static bool is_newline(uint32_t c)
{
    return c == '\n' || c == 0x2028 || c == 0x2029;
}

static bool is_stop(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026;
}

static uint32_t closing(uint32_t c)
{
    return c == 0xab                    ? 0xbb
           : c == 0x201e || c == 0x201c ? 0x201d
           : c == '"'                   ? '"'
           : c == '('                   ? ')'
                                        : 0;
}

static bool is_closing(uint32_t c)
{
    return c == 0xbb || c == 0x201d || c == 0x201c || c == '"' || c == ')' || c == 0x2019;
}

static const char *skip_spaces(const char *p)
{
    for (const char *next = p; is_space(text_next(&next)); p = next)
        continue;
    return p;
}

/* The first letter or digit of what follows, past quotes and dashes. */
static uint32_t next_letter(const char *p)
{
    uint32_t c = text_next(&p);

    while (c != 0 && !is_newline(c) && !char_is_letter(c) && !char_is_digit(c))
        c = text_next(&p);
    return is_newline(c) ? 0 : c;
}

static bool no_end(const struct cutter *c, const char *word)
{
    for (size_t i = 0; c->languages[i] != NULL; i++)
        if (row_has(c->languages[i]->no_end, word))
            return true;
    return false;
}

static bool end_at_capital(const struct cutter *c, const char *word)
{
    for (size_t i = 0; c->languages[i] != NULL; i++)
        if (row_has(c->languages[i]->end_at_capital, word))
            return true;
    return false;
}

/* "ст. м. Дарниця": an abbreviation of two words, the second at `word`, before a name. */
static bool is_double(const struct cutter *c, const char *word, const char *dot)
{
    const char *q = word;

    while (is_space(char_before(c->start, q)))
        q = char_back(c->start, q);
    if (q == c->start || q[-1] != '.')
        return false;
    q--;
    while (char_is_letter(char_before(c->start, q)))
        q = char_back(c->start, q);
    for (size_t i = 0; c->languages[i] != NULL; i++)
        for (const struct abbreviation *a = c->languages[i]->abbreviations;
             a != NULL && a->key != NULL; a++)
            if (a->follow == BEFORE_NAME && strchr(a->key, ' ') != NULL &&
                scan_key(q, a->key, true) == (size_t)(dot + 1 - q))
                return true;
    return false;
}

/* Is the one full stop at `dot` an abbreviation's or an initial's? */
static bool is_abbreviation(const struct cutter *c, const char *dot, uint32_t next)
{
    char word[SCAN_WORD_MAX];
    const char *q = dot;

    while (char_is_letter(char_before(c->start, q)))
        q = char_back(c->start, q);
    if (q == dot) {
        const char *d = dot;
        while (d > c->start && char_is_digit((unsigned char)d[-1]))
            d--;
        return d == c->start && d < dot; /* "1. Стрижка" */
    }
    const char *second = q;
    if (char_is_upper(text_next(&second)) && second == dot)
        return true; /* "Т. Шевченко" */
    if (scan_word(q, word) == 0)
        return false;
    if (is_double(c, q, dot))
        return true;
    const char *b = q;
    while (is_space(char_before(c->start, b)))
        b = char_back(c->start, b);
    /* "5 г. Далі", "і т. д. Далі": the number or the first stop decides. */
    bool counted = b > c->start && (char_is_digit((unsigned char)b[-1]) || b[-1] == '.');
    bool may_end = end_at_capital(c, word);
    if (no_end(c, word) && !(counted && may_end))
        return true;
    return may_end && !char_is_upper(next);
}

/* `p` stands after a run of stops and closing marks that began at `stop`. */
static bool ends_here(const struct cutter *c, const char *stop, const char *p)
{
    uint32_t after = char_at(p);

    if (is_newline(after) || (after == 0 && !c->grows))
        return true;
    if (after != 0 && !is_space(after))
        return false;
    uint32_t next = next_letter(p);
    const char *rest = skip_spaces(p);
    if (next == 0 && c->grows && !is_newline(char_at(rest)))
        return false; /* what comes decides */
    if (next == 0 || is_newline(char_at(rest)))
        return true;
    if (char_is_letter(next) && !char_is_upper(next) && next < 0x530)
        return false;
    return *stop != '.' || stop[1] == '.' || !is_abbreviation(c, stop, next);
}

/* A quotation or bracket that closes on this line is not cut inside; where more text comes, one
 * that may still close is taken for such. */
static const char *find_close(const struct cutter *c, const char *p, uint32_t close)
{
    const char *begin = p;

    while (*p != '\0' && p - begin < QUOTE_MAX) {
        uint32_t ch = text_next(&p);
        if (is_newline(ch))
            return NULL;
        if (ch == close)
            return p;
    }
    return c->grows && *p == '\0' ? p + 1 : NULL;
}

/* Where a sentence that is too long is cut: after a comma, else at the last blank. */
static const char *breathe(const char *start, const char *end)
{
    const char *comma = NULL;
    const char *blank = NULL;
    const char *p = start;

    for (size_t n = 1; p < end; n++) {
        uint32_t c = text_next(&p);
        if (n < BREATH || !is_space(char_at(p)))
            continue;
        blank = p;
        if (c == ',' || c == ';' || c == ':' || c == 0x2014 || c == 0x2013)
            comma = p;
    }
    return comma != NULL ? comma : blank;
}

/* The end of the sentence that begins at c->start. */
static const char *find_end(struct cutter *c)
{
    size_t chars = 0;

    c->whole = true;
    for (c->p = c->start, c->quote_end = c->start; *c->p != '\0'; chars++) {
        const char *at = c->p;
        uint32_t ch = text_next(&c->p);
        if (is_newline(ch))
            return at;
        /* Looked for once, and again only at a blank: a word may have no end. */
        if (chars == LONGEST || (chars > LONGEST && is_space(ch))) {
            const char *cut = breathe(c->start, at);
            if (cut != NULL)
                return cut;
        }
        if (closing(ch) != 0 && at >= c->quote_end) {
            const char *close = find_close(c, c->p, closing(ch));
            c->quote_end = close != NULL ? close : c->quote_end;
        }
        if (!is_stop(ch))
            continue;
        const char *q = c->p;
        for (const char *next = q; is_stop(char_at(q)) || is_closing(char_at(q)); q = next)
            (void)text_next(&next);
        if (q >= c->quote_end && ends_here(c, at, q))
            return q;
    }
    c->whole = !c->grows;
    return c->p;
}

static const char *trim_end(const char *start, const char *end)
{
    while (is_space(char_before(start, end)))
        end = char_back(start, end);
    return end;
}

static enum err split(struct arena *a, const struct language *const *known, const char *text,
                      bool grows, const char ***ret, size_t *ret_n)
{
    const char **all = NULL;
    size_t n = 0;
    size_t room = 0;

    for (struct cutter c = {.languages = known, .start = skip_spaces(text), .grows = grows};
         *c.start != '\0';) {
        const char *end = find_end(&c);
        if (!c.whole)
            break;
        if (n == room) {
            size_t more = room == 0 ? 8 : room * 2;
            const char **grown = arena_grow(a, all, room * sizeof *all, more * sizeof *all);
            if (grown == NULL)
                return ERR_MEMORY;
            all = grown;
            room = more;
        }
        all[n] = arena_strndup(a, c.start, (size_t)(trim_end(c.start, end) - c.start));
        if (all[n++] == NULL)
            return ERR_MEMORY;
        c.start = skip_spaces(end);
    }
    *ret = all;
    *ret_n = n;
    return ERR_OK;
}

enum err sentence_split(struct arena *a, const struct language *const *known, const char *text,
                        const char ***ret, size_t *ret_n)
{
    return split(a, known, text, false, ret, ret_n);
}

enum err sentence_split_growing(struct arena *a, const struct language *const *known,
                                const char *text, const char ***ret, size_t *ret_n)
{
    return split(a, known, text, true, ret, ret_n);
}
