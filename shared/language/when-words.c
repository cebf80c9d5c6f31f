#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/scan.h"
#include "language/when-inside.h"

#define DIGITS_MAX 9

/* ==== letters that count ====================================================================== */

/* A letter as words are compared: without the signs over it, which recognisers and people leave
 * out, and a Latin one that looks like a Cyrillic one as that. */
static uint32_t plain(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } same[] = {{0x451, 0x435}, {0x439, 0x438}, {0x457, 0x456}, {0x491, 0x433},
                {'a', 0x430},   {'c', 0x441},   {'e', 0x435},   {'i', 0x456},
                {'o', 0x43e},   {'p', 0x440},   {'x', 0x445},   {'y', 0x443}};

    for (size_t k = 0; k < sizeof same / sizeof *same; k++)
        if (c == same[k].from)
            return same[k].to;
    return c;
}

/* The next letter of a word or of a piece of a row; apostrophes do not count. 0 at its end. */
static uint32_t next_letter(const char **p, const char *end)
{
    while (*p < end) {
        uint32_t c = text_next(p);
        if (!text_is_apostrophe(c))
            return plain(c);
    }
    return 0;
}

/* How many bytes of `word` are `n` bytes of `stem`; 0: it does not begin so. */
static size_t begins(const char *word, const char *stem, size_t n)
{
    const char *p = word;
    const char *word_end = word + strlen(word);
    const char *end = stem + n;

    for (uint32_t want = next_letter(&stem, end); want != 0; want = next_letter(&stem, end))
        if (next_letter(&p, word_end) != want)
            return 0;
    return (size_t)(p - word);
}

static bool same(const char *word, const char *piece, size_t n)
{
    size_t has = begins(word, piece, n);

    return has > 0 && word[has] == '\0';
}

static bool row_same(const char *row, const char *word, size_t *ret_k)
{
    for (size_t k = 0; row != NULL && *row != '\0'; k++) {
        size_t n = strcspn(row, "|");
        if (same(word, row, n)) {
            *ret_k = k;
            return true;
        }
        row += n + (row[n] == '|');
    }
    return false;
}

/* ==== words of the tables ===================================================================== */

static const char *word_at(const struct when_reader *r, size_t i)
{
    return i < r->n ? r->token[i].word : "";
}

/* The tokens that a piece of one word or several takes. */
static size_t match_piece(const struct when_reader *r, size_t i, const char *piece, size_t n)
{
    const char *end = piece + n;
    size_t tokens = 0;

    while (piece < end) {
        size_t len = 0;
        while (piece + len < end && piece[len] != ' ')
            len++;
        const char *word = word_at(r, i + tokens);
        bool stem = len > 0 && piece[len - 1] == '*';
        if (*word == '\0' || (stem ? begins(word, piece, len - 1) == 0 : !same(word, piece, len)))
            return 0;
        if (tokens > 0 && r->token[i + tokens].stop)
            return 0;
        tokens++;
        piece += len + 1;
    }
    return tokens;
}

static void match_row(const struct when_reader *r, size_t i, const struct when_word *w,
                      struct when_match *best)
{
    for (const char *row = w->words; *row != '\0';) {
        size_t n = strcspn(row, "|");
        size_t tokens = match_piece(r, i, row, n);
        if (tokens > best->n)
            *best = (struct when_match){.value = w->value, .more = w->more, .n = tokens};
        row += n + (row[n] == '|');
    }
}

static void match_in(const struct when_reader *r, const struct language *l, size_t i,
                     enum when_kind kind, struct when_match *best)
{
    for (const struct when_word *w = l->when; w != NULL && w->words != NULL; w++)
        if (w->kind == kind)
            match_row(r, i, w, best);
}

bool when_word(const struct when_reader *r, size_t i, enum when_kind kind, struct when_match *ret)
{
    *ret = (struct when_match){.n = 0};
    if (*word_at(r, i) == '\0')
        return false;
    match_in(r, r->ask->language, i, kind, ret);
    for (size_t k = 0; ret->n == 0 && languages[k] != NULL; k++)
        if (languages[k] != r->ask->language)
            match_in(r, languages[k], i, kind, ret);
    return ret->n > 0;
}

size_t when_words(const struct when_reader *r, size_t i, enum when_kind kind)
{
    struct when_match m;

    (void)when_word(r, i, kind, &m);
    return m.n;
}

size_t when_own_words(const struct when_reader *r, size_t i, enum when_kind kind)
{
    struct when_match m = {.n = 0};

    if (*word_at(r, i) != '\0')
        match_in(r, r->ask->language, i, kind, &m);
    return m.n;
}

bool when_is_noun(const struct when_reader *r, size_t i)
{
    bool noun = false;

    if (*word_at(r, i) == '\0' || r->token[i].stop)
        return false;
    for (size_t k = 0; languages[k] != NULL; k++)
        for (const struct when_word *w = languages[k]->when; w != NULL && w->words != NULL; w++) {
            struct when_match m = {.n = 0};
            if (w->kind == WHEN_NOUN_ENDS)
                noun = noun || row_ends(w->words, r->token[i].word);
            else
                match_row(r, i, w, &m);
            if (m.n > 0)
                return false;
        }
    return noun;
}

static bool weekday_of(const struct language *l, const char *word, int *ret)
{
    size_t k = 0;

    if (row_same(l->weekdays, word, &k)) {
        *ret = (int)k + 1;
        return true;
    }
    for (size_t d = 0; d < 7; d++)
        if (row_same(l->weekday_forms[d], word, &k)) {
            *ret = (int)d + 1;
            return true;
        }
    return false;
}

size_t when_weekday(const struct when_reader *r, size_t i, int *ret)
{
    const char *word = word_at(r, i);
    struct when_match m;

    if (*word == '\0')
        return 0;
    if (weekday_of(r->ask->language, word, ret))
        return 1;
    for (size_t k = 0; languages[k] != NULL; k++)
        if (weekday_of(languages[k], word, ret))
            return 1;
    if (when_word(r, i, WHEN_WEEKDAY, &m))
        *ret = m.value;
    return m.n;
}

size_t when_month(const struct when_reader *r, size_t i, int *ret)
{
    const char *word = word_at(r, i);
    struct when_match m;
    size_t month = 0;

    if (*word == '\0')
        return 0;
    bool found = row_same(r->ask->language->months, word, &month);
    for (size_t k = 0; !found && languages[k] != NULL; k++)
        found = row_same(languages[k]->months, word, &month);
    *ret = (int)month + 1;
    if (!found && when_word(r, i, WHEN_MONTH, &m))
        *ret = m.value;
    return found ? 1 : m.n;
}

/* ==== numerals ================================================================================ */

static uint32_t forms_of(const char *row, const char *word)
{
    uint32_t forms = 0;

    for (size_t k = 0; k < NOUN_CASE__MAX; k++) {
        size_t n = 0;
        const char *piece = row_piece(row, k, &n);
        if (n > 0 && same(word, piece, n))
            forms |= FORM(MALE, k);
    }
    return forms;
}

static void take_cardinal(struct token *t, int value, const char *row)
{
    uint32_t forms = row == NULL ? 0 : forms_of(row, t->word);

    if (forms == 0)
        return;
    t->cardinal_forms = t->cardinal == value ? t->cardinal_forms | forms : forms;
    t->cardinal = value;
}

static void find_cardinal(const struct language *l, struct token *t)
{
    take_cardinal(t, 0, l->zero);
    for (int g = 0; g < 3; g++) {
        take_cardinal(t, 1, l->one[g]);
        take_cardinal(t, 2, l->two[g]);
    }
    for (int k = 3; k < 20; k++)
        take_cardinal(t, k, l->teens[k]);
    for (int k = 2; k < 10; k++)
        take_cardinal(t, k * 10, l->tens[k]);
    for (int k = 1; k < 10 && t->cardinal < 0; k++)
        t->large = t->large || (l->hundreds[k] != NULL && forms_of(l->hundreds[k], t->word) != 0);
}

/* The forms of an ordinal whose stem the word, or its end, has; 0: it is another. */
static uint32_t ordinal_forms(const struct language *l, const struct ordinal_stem *stem,
                              const char *word)
{
    size_t n = stem->text == NULL ? 0 : begins(word, stem->text, strlen(stem->text));
    uint32_t forms = 0;

    if (n == 0)
        return 0;
    for (int g = 0; g < GENDER__MAX; g++)
        for (size_t k = 0; k < NOUN_CASE__MAX; k++) {
            size_t len = 0;
            const char *end = row_piece(l->ordinal_endings[stem->endings][g], k, &len);
            if (len > 0 && same(word + n, end, len))
                forms |= FORM(g, k);
        }
    return forms;
}

static int find_ordinal(const struct language *l, const char *word, uint32_t *ret_forms)
{
    for (int k = 0; k < 20 && l->ordinal_endings[0][0] != NULL; k++)
        if ((*ret_forms = ordinal_forms(l, &l->ordinal[k], word)) != 0)
            return k;
    for (int k = 2; k < 10 && l->ordinal_endings[0][0] != NULL; k++)
        if ((*ret_forms = ordinal_forms(l, &l->ordinal_ten[k], word)) != 0)
            return k * 10;
    return -1;
}

static void find_numerals(const struct language *l, struct token *t)
{
    if (t->cardinal < 0)
        find_cardinal(l, t);
    if (t->ordinal >= 0)
        return;
    t->ordinal = find_ordinal(l, t->word, &t->forms);
    if (!l->hour_is_ordinal) /* "на первую" is no hour there */
        t->forms &= ~FORMS_OF(FEMALE);
}

int when_glued(const struct when_reader *r, size_t i)
{
    const char *word = word_at(r, i);
    uint32_t forms = 0;

    for (size_t k = 0; *word != '\0' && languages[k] != NULL; k++)
        for (const struct when_word *w = languages[k]->when; w != NULL && w->words != NULL; w++)
            for (const char *row = w->words; w->kind == WHEN_HALF_GLUED && *row != '\0';) {
                size_t n = strcspn(row, "|");
                size_t has = begins(word, row, n);
                int value = has > 0 ? find_ordinal(languages[k], word + has, &forms) : -1;
                if (value > 0)
                    return value;
                row += n + (row[n] == '|');
            }
    return -1;
}

size_t when_cardinal(const struct when_reader *r, size_t i, int *ret, uint32_t *ret_forms)
{
    if (i >= r->n || r->token[i].cardinal < 0)
        return 0;
    const struct token *t = &r->token[i];
    const struct token *next = i + 1 < r->n ? t + 1 : NULL;
    *ret = t->cardinal;
    *ret_forms = t->kind == TOKEN_FIGURE ? FORM_ANY : t->cardinal_forms;
    if (t->kind == TOKEN_FIGURE || next == NULL || next->kind != TOKEN_WORD || next->stop)
        return 1;
    if (t->cardinal < 20 || next->cardinal < 1 || next->cardinal > 9)
        return 1;
    *ret += next->cardinal;
    *ret_forms &= next->cardinal_forms;
    return 2;
}

size_t when_ordinal(const struct when_reader *r, size_t i, int *ret, uint32_t *ret_forms)
{
    if (i >= r->n)
        return 0;
    const struct token *t = &r->token[i];
    if (t->ordinal >= 0) {
        *ret = t->ordinal;
        *ret_forms = t->forms;
        return 1;
    }
    bool tens = t->kind == TOKEN_WORD && t->cardinal >= 20 && t->cardinal % 10 == 0;
    if (!tens || i + 1 >= r->n || t[1].kind != TOKEN_WORD || t[1].ordinal < 1 || t[1].ordinal > 9)
        return 0;
    *ret = t->cardinal + t[1].ordinal;
    *ret_forms = t[1].forms;
    return 2;
}

bool when_is_number(const struct when_reader *r, size_t i)
{
    if (i >= r->n)
        return false;
    const struct token *t = &r->token[i];
    return t->kind != TOKEN_WORD || t->large || t->cardinal >= 0 || t->ordinal >= 0;
}

/* ==== splitting =============================================================================== */

/* "10ту", "10-ту", "15-го": the letters behind figures that make an ordinal of them. */
static const char *take_ending(const char *p, struct token *t)
{
    char word[SCAN_WORD_MAX];
    const char *q = p + (*p == '-');
    size_t n = scan_word(q, word);

    for (size_t k = 0; n > 0 && languages[k] != NULL; k++) {
        const struct written_ending *e = languages[k]->written_endings;
        for (; e != NULL && e->text != NULL; e++)
            if (e->ordinal && same(word, e->text, strlen(e->text))) {
                t->ordinal = t->part[0];
                t->forms |= FORM(e->gender, e->noun_case);
            }
    }
    if (t->forms == 0)
        return p;
    t->cardinal = -1;
    return q + n;
}

static int figure(const char *p, size_t n)
{
    int value = 0;

    for (size_t k = 0; k < n && k < DIGITS_MAX; k++)
        value = value * 10 + (p[k] - '0');
    return value;
}

static size_t digits_at(const char *p)
{
    return strspn(p, "0123456789");
}

/* Figures with signs between them: 10:30, 15.11, 2026-12-04. More of them, or longer ones, are
 * something else, a telephone number most often. */
static const char *take_group(const char *p, struct token *t)
{
    size_t n = digits_at(p);
    bool fits = true;

    while (t->parts < WHEN_PARTS_MAX + 1 && n > 0) {
        fits = fits && t->parts < WHEN_PARTS_MAX && (n <= 2 || (n == 4 && t->parts != 1));
        if (t->parts < WHEN_PARTS_MAX)
            t->part[t->parts] = figure(p, n);
        t->parts++;
        p += n;
        bool more = strchr(":.-/", *p) != NULL && *p != '\0' && digits_at(p + 1) > 0;
        fits = fits && (!more || t->parts == 1 || *p == t->sign);
        if (more && t->parts == 1)
            t->sign = *p;
        n = more ? digits_at(p + 1) : 0;
        p += more;
    }
    bool year = t->parts == 3 && t->part[0] > 99;
    t->kind = fits && (t->part[0] < 100 || year) ? TOKEN_GROUP : TOKEN_OTHER;
    return p;
}

static const char *take_digits(const char *p, struct token *t)
{
    size_t n = digits_at(p);
    bool group = p[n] != '\0' && strchr(":.-/", p[n]) != NULL && digits_at(p + n + 1) > 0;

    t->word = "";
    if (group)
        return take_group(p, t);
    t->kind = TOKEN_FIGURE;
    t->part[0] = figure(p, n);
    t->digits = (int)n;
    t->parts = 1;
    if (n <= 2)
        t->cardinal = t->part[0];
    return n <= 2 ? take_ending(p + n, t) : p + n;
}

static const char *take_word(struct arena *a, const struct when_reader *r, const char *p,
                             struct token *t)
{
    char word[SCAN_WORD_MAX];
    size_t n = scan_word(p, word);

    t->kind = n > 0 ? TOKEN_WORD : TOKEN_OTHER;
    while (n == 0 && char_is_letter(char_at(p))) /* too long a word */
        (void)text_next(&p);
    t->word = n > 0 ? arena_strdup(a, word) : "";
    if (t->word == NULL)
        return NULL;
    find_numerals(r->ask->language, t);
    for (size_t k = 0; languages[k] != NULL; k++)
        if (languages[k] != r->ask->language)
            find_numerals(languages[k], t);
    return p + n;
}

enum err when_split(struct arena *a, struct when_reader *r)
{
    const char *text = r->ask->text;
    bool stop = false;
    bool dash = false;

    for (const char *p = text; *p != '\0' && r->n < WHEN_TOKENS_MAX;) {
        const char *next = p;
        uint32_t c = text_next(&next);
        if (!char_is_digit(c) && !char_is_letter(c)) {
            stop = stop || (c < 0x80 && c != 0 && strchr(",.;!?()", (int)c) != NULL);
            dash = c == '-' || (c >= 0x2010 && c <= 0x2014);
            p = next;
            continue;
        }
        struct token *t = &r->token[r->n++];
        *t = (struct token){
            .from = (size_t)(p - text), .stop = stop, .dash = dash, .cardinal = -1, .ordinal = -1};
        p = char_is_digit(c) ? take_digits(p, t) : take_word(a, r, p, t);
        if (p == NULL)
            return ERR_MEMORY;
        t->to = (size_t)(p - text);
        stop = dash = false;
    }
    return ERR_OK;
}
