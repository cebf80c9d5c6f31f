#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Numbers that are said as ordinals by what stands behind them: years, Roman numerals. */

static bool scan_year(const char *p, uint64_t *ret)
{
    if (strspn(p, "0123456789") != 4 || *p < '1' || *p > '2')
        return false;
    *ret = 0;
    for (size_t i = 0; i < 4; i++)
        *ret = *ret * 10 + (uint64_t)(p[i] - '0');
    return true;
}

/* "рр.", "годов": what stands behind years; its bytes with the blanks before it. */
static size_t scan_years_word(const struct language *l, const char *p)
{
    size_t blanks = scan_blanks(p);
    size_t n = scan_keys(p + blanks, l->years_keys, false);

    if (n == 0)
        return 0;
    n += blanks;
    return p[n - 1] == '.' && scan_ends_sentence(p + n) ? n - 1 : n;
}

/* "2024-2026 рр." */
static bool read_years(struct verbaliser *v, uint64_t from)
{
    const struct language *l = v->language;
    uint64_t to = 0;
    enum noun_case nc = NOM;
    const char *q = v->p + 4;
    size_t dash = scan_dash(q, true);

    if (dash == 0 || !scan_year(q + dash, &to) || to <= from)
        return false;
    q += dash + 4;
    size_t word = scan_years_word(l, q);
    if (word == 0)
        return false;
    const struct preposition *p = verbalise_preposition(v);
    nc = p == NULL ? NOM : p->place;
    numeral_ordinal(&v->out, l, from, l->year_gender, nc);
    buf_puts(&v->out, " - ");
    numeral_ordinal(&v->out, l, to, l->year_gender, nc);
    buf_putc(&v->out, ' ');
    row_put(&v->out, l->years, nc);
    return verbalise_done(v, q + word, KIND_NUMBER, nc);
}

/* "з 2015 по 2020 рр.": the first of the two, or the second behind it. */
static bool read_year_of_two(struct verbaliser *v, uint64_t year)
{
    const struct language *l = v->language;
    uint64_t other = 0;
    char word[SCAN_WORD_MAX];
    const char *q = v->p + 4;

    if (v->last.kind == KIND_YEAR && verbalise_behind(v, l->until)) {
        size_t own = scan_years_word(l, q);
        const struct preposition *p = verbalise_preposition(v);
        enum noun_case nc = p == NULL ? NOM : p->date;
        numeral_ordinal(&v->out, l, year, l->year_gender, nc);
        buf_putc(&v->out, ' ');
        row_put(&v->out, l->year_forms, nc);
        return verbalise_done(v, q + own, KIND_NUMBER, nc);
    }
    size_t n = scan_word(q + scan_blanks(q), word);
    const char *second = q + scan_blanks(q) + n;
    second += scan_blanks(second);
    if (n == 0 || !row_has(l->until, word) || !verbalise_behind(v, l->starts) ||
        !scan_year(second, &other) || scan_years_word(l, second + 4) == 0)
        return false;
    numeral_ordinal(&v->out, l, year, l->year_gender, GEN);
    return verbalise_done(v, q, KIND_YEAR, GEN);
}

bool verbalise_years(struct verbaliser *v)
{
    uint64_t year = 0;
    uint32_t before = char_before(v->start, v->p);

    if (v->language->years_keys == NULL || v->language->ordinal[1].text == NULL ||
        char_is_digit(before) || char_is_letter(before) || !scan_year(v->p, &year))
        return false;
    return read_years(v, year) || read_year_of_two(v, year);
}

/* ==== Roman numerals ========================================================================== */

static int roman_value(uint32_t c)
{
    switch (c) {
    case 'I':
    case 0x406:
        return 1;
    case 'V':
        return 5;
    case 'X':
    case 0x425:
        return 10;
    case 'L':
        return 50;
    case 'C':
    case 0x421:
        return 100;
    default:
        return 0;
    }
}

/* 1 to 399, written as it has to be; 0 bytes: there is none. (\130 is X: three in a row are a mark
 * that no file may have.) */
static size_t scan_roman(const char *p, uint64_t *ret)
{
    static const char *const ones[] = {"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"};
    static const char *const tens[] = {"",  "X",  "XX",  "XX\130",  "XL",
                                       "L", "LX", "LXX", "LXX\130", "XC"};
    static const char *const hundreds[] = {"", "C", "CC", "CCC"};
    char plain[16] = "";
    size_t n = 0;
    const char *q = p;

    for (const char *next = q; n < sizeof plain - 1; q = next) {
        uint32_t c = text_next(&next);
        int value = roman_value(c);
        if (value == 0)
            break;
        plain[n++] = value == 1    ? 'I'
                     : value == 5  ? 'V'
                     : value == 10 ? 'X'
                     : value == 50 ? 'L'
                                   : 'C';
    }
    for (uint64_t i = 1; n > 0 && i < 400; i++) {
        const char *h = hundreds[i / 100];
        const char *t = tens[i / 10 % 10];
        size_t hn = strlen(h);
        size_t tn = strlen(t);
        if (strncmp(plain, h, hn) == 0 && strncmp(plain + hn, t, tn) == 0 &&
            strcmp(plain + hn + tn, ones[i % 10]) == 0) {
            *ret = i;
            return (size_t)(q - p);
        }
    }
    return 0;
}

/* What a noun behind an ordinal tells of it: a row "століття" has gender and case. */
static const struct ranked *find_ranked(const struct language *l, const char *word,
                                        const struct preposition *p)
{
    const struct ranked *first = NULL;

    for (const struct ranked *r = l->ranked; r != NULL && r->forms != NULL; r++) {
        size_t k = 0;
        if (!row_find(r->forms, word, strlen(word), &k))
            continue;
        if (p == NULL || p->place == r->noun_case[k] || p->number == r->noun_case[k])
            return r;
        first = first == NULL ? r : first;
    }
    return first;
}

static bool say_ranked(struct verbaliser *v, uint64_t n, const char *end, const char *word)
{
    const struct language *l = v->language;
    const struct preposition *p = verbalise_preposition(v);
    const struct ranked *r = find_ranked(l, word, p);
    size_t k = 0;

    if (r == NULL || !row_find(r->forms, word, strlen(word), &k))
        return false;
    numeral_ordinal(&v->out, l, n, r->gender, r->noun_case[k]);
    return verbalise_done(v, end, KIND_NONE, NOM);
}

/* "Генріх VIII" */
static bool say_named(struct verbaliser *v, uint64_t n, const char *end)
{
    const struct language *l = v->language;
    char word[SCAN_WORD_MAX];
    const char *name = v->p;

    if (scan_word_before(v->start, v->p, word) == 0)
        return false;
    while (char_is_blank(char_before(v->start, name)))
        name = char_back(v->start, name);
    while (char_is_letter(char_before(v->start, name)))
        name = char_back(v->start, name);
    if (!char_is_upper(char_at(name)) || !char_is_among(char_lower(char_at(name)), l->letters))
        return false;
    bool female = text_ends_in(word, "а") || text_ends_in(word, "я");
    numeral_ordinal(&v->out, l, n, female ? FEMALE : MALE, NOM);
    return verbalise_done(v, end, KIND_NONE, NOM);
}

/* "XX ст.", "у XV-XVI ст.": behind two it is said once, `last` being the end of the second. */
static bool say_century(struct verbaliser *v, uint64_t n, const char *end, const char *last)
{
    const struct language *l = v->language;
    size_t blanks = scan_blanks(last);
    size_t key = l->century_keys == NULL ? 0 : scan_key(last + blanks, l->century_keys, true);
    const struct preposition *p = verbalise_preposition(v);
    enum noun_case nc = p != NULL ? p->place : v->century_at == v->p ? v->century_case : NOM;

    if (key == 0)
        return false;
    numeral_ordinal(&v->out, l, n, l->century_gender, nc);
    if (end != last) { /* the second follows */
        const char *next = end + scan_dash(end, true);
        next += next == end ? scan_joint(l, end) : 0;
        buf_puts(&v->out, scan_dash(end, true) > 0 ? " - " : "");
        if (scan_dash(end, true) == 0)
            buf_put(&v->out, end, (size_t)(next - end));
        v->century_at = next;
        v->century_case = nc;
        return verbalise_done(v, next, KIND_NONE, NOM);
    }
    buf_putc(&v->out, ' ');
    row_put(&v->out, l->century, nc);
    end += blanks + key;
    return verbalise_done(v, end - scan_ends_sentence(end), KIND_NONE, NOM);
}

bool verbalise_roman(struct verbaliser *v)
{
    const struct language *l = v->language;
    uint64_t n = 0;
    uint64_t second = 0;
    char word[SCAN_WORD_MAX];
    uint32_t before = char_before(v->start, v->p);

    if (l->ranked == NULL || char_is_letter(before) || char_is_digit(before) ||
        (before == '-' && v->p != v->century_at))
        return false;
    size_t len = scan_roman(v->p, &n);
    const char *end = v->p + len;
    uint32_t after = char_at(end);
    /* L or C alone is a letter, and Cyrillic С a preposition. */
    if (len == 0 || n == 50 || n == 100 || char_is_letter(after) || char_is_digit(after))
        return false;
    const char *q = end;
    size_t dash = scan_dash(q, true);
    if (dash > 0 && scan_roman(q + dash, &second) > 0)
        q += dash + scan_roman(q + dash, &second);
    size_t joint = scan_joint(l, q);
    if (q == end && joint > 0 && scan_roman(q + joint, &second) > 0)
        q += joint + scan_roman(q + joint, &second);
    size_t blanks = scan_blanks(q);
    if (scan_word(q + blanks, word) > 0 && blanks > 0 && say_ranked(v, n, end, word))
        return true;
    if (say_century(v, n, end, q))
        return true;
    return len >= 2 && n < 40 && say_named(v, n, end);
}
