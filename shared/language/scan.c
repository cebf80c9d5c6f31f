#include "language/scan.h"

#include <string.h>

#include "base/text.h"
#include "language/inside.h"

size_t scan_blanks(const char *p)
{
    const char *q = p;

    for (const char *next = q; char_is_blank(text_next(&next)); q = next)
        continue;
    return (size_t)(q - p);
}

/* "5…10", "+5...+10": dots are a dash only between two numbers. They end at `q`. */
static size_t scan_dots(const char *p, const char *q, bool spaced, bool blanks)
{
    size_t after = blanks ? scan_blanks(q) : 0;
    const char *next = q + after;
    uint32_t c = text_next(&next);
    bool sign = c == '+' || c == '-' || c == 0x2212;

    if (spaced != (after > 0) || !char_is_digit(sign ? char_at(next) : c))
        return 0;
    return (size_t)(q - p) + after;
}

size_t scan_dash(const char *p, bool blanks)
{
    const char *q = p + (blanks ? scan_blanks(p) : 0);
    bool spaced = q > p;
    uint32_t c = text_next(&q);

    if (c == 0x2026 || (c == '.' && strncmp(q, "..", 2) == 0))
        return scan_dots(p, q + (c == '.' ? 2 : 0), spaced, blanks);
    if (c != '-' && !(c >= 0x2010 && c <= 0x2014) && c != 0x2212)
        return 0;
    size_t after = blanks ? scan_blanks(q) : 0;
    if (spaced != (after > 0))
        return 0;
    return (size_t)(q - p) + after;
}

bool scan_ends_sentence(const char *p)
{
    p += scan_blanks(p);
    uint32_t c = char_at(p);
    return c == 0 || c == '\n' || c == '\r' || char_is_upper(c);
}

size_t scan_word(const char *p, char ret[static SCAN_WORD_MAX])
{
    const char *q = p;
    size_t n = 0;

    for (;;) {
        const char *next = q;
        uint32_t c = text_next(&next);
        bool joint = text_is_apostrophe(c) && q > p && char_is_letter(char_at(next));
        if (!char_is_letter(c) && !joint)
            break;
        if (n + 5 > SCAN_WORD_MAX) {
            ret[0] = '\0';
            return 0;
        }
        n += text_encode(joint ? '\'' : char_lower(c), ret + n);
        q = next;
    }
    ret[n] = '\0';
    return (size_t)(q - p);
}

size_t scan_word_before(const char *start, const char *p, char ret[static SCAN_WORD_MAX])
{
    const char *end = p;

    while (char_is_blank(char_before(start, end)))
        end = char_back(start, end);
    const char *q = end;
    for (uint32_t c = char_before(start, q); char_is_letter(c) || text_is_apostrophe(c);
         c = char_before(start, q))
        q = char_back(start, q);
    ret[0] = '\0';
    if (end == p || q == end)
        return 0;
    return scan_word(q, ret);
}

size_t scan_letters(const char *word)
{
    size_t n = 0;

    for (uint32_t c = text_next(&word); c != 0; c = text_next(&word))
        n += !text_is_apostrophe(c);
    return n;
}

size_t scan_key(const char *p, const char *key, bool dots)
{
    const char *q = p;
    uint32_t last = 0;

    while (*key != '\0' && *key != '|') {
        uint32_t k = text_next(&key);
        const char *next = q;
        uint32_t c = text_next(&next);
        c = char_is_upper(k) ? c : char_lower(c);
        k = k == '!' && c == '.' ? c : k;
        if (k == ' ')
            q += scan_blanks(q);
        else if (c == k)
            q = next;
        else if (k != '.' || dots)
            return 0;
        last = k == ' ' ? last : c == k ? c : last;
    }
    uint32_t after = char_at(q);
    bool glued = (char_is_letter(last) || char_is_digit(last)) &&
                 (char_is_letter(after) || char_is_digit(after) || after == 0xb2 || after == 0xb3);
    return glued ? 0 : (size_t)(q - p);
}

size_t scan_keys(const char *p, const char *keys, bool dots)
{
    for (const char *k = keys; k != NULL; k = strchr(k, '|')) {
        k += *k == '|';
        size_t n = scan_key(p, k, dots);
        if (n > 0)
            return n;
    }
    return 0;
}

/* The whole part, with blanks between groups of three. */
static const char *scan_whole(const char *p, struct amount *a)
{
    const char *q = p;

    while (char_is_digit((unsigned char)*q)) {
        a->whole = a->digits < 18 ? a->whole * 10 + (uint64_t)(*q - '0') : a->whole;
        a->digits++;
        q++;
    }
    if (a->digits > 3 || *p == '0')
        return q;
    for (;;) {
        const char *behind = q;
        uint32_t c = text_next(&behind);
        const char *g = text_is_apostrophe(c) ? behind : q + scan_blanks(q);
        size_t n = strspn(g, "0123456789");
        if (g == q || g - q > 3 || n != 3 ||
            a->digits > 9 /* a group more would pass NUMERAL_MAX */)
            return q;
        a->whole = a->whole * 1000 + (uint64_t)(g[0] - '0') * 100 + (uint64_t)(g[1] - '0') * 10 +
                   (uint64_t)(g[2] - '0');
        a->digits += 3;
        q = g + 3;
    }
}

/* "1.250.000", "1,250.50", "1.200 грн": groups of three behind full stops or commas, where what
 * follows makes no decimal of them. */
static const char *scan_groups(const char *p, struct amount *ret)
{
    struct amount a = {0};
    const char *q = p;
    size_t groups = 0;

    for (; char_is_digit((unsigned char)*q) && a.digits < 3; q++, a.digits++)
        a.whole = a.whole * 10 + (uint64_t)(*q - '0');
    char sign = *q;
    if (*p == '0' || (sign != '.' && sign != ','))
        return p;
    while (*q == sign && strspn(q + 1, "0123456789") == 3 && a.digits <= 9) {
        a.whole = a.whole * 1000 + (uint64_t)(q[1] - '0') * 100 + (uint64_t)(q[2] - '0') * 10 +
                  (uint64_t)(q[3] - '0');
        a.digits += 3;
        groups++;
        q += 4;
    }
    char other = sign == '.' ? ',' : '.';
    size_t cents = *q == other ? strspn(q + 1, "0123456789") : 0;
    bool dotted = *q == sign && char_is_digit((unsigned char)q[1]);
    bool address = sign == '.' && groups == 3; /* 192.168.100.200 */
    char word[SCAN_WORD_MAX];
    bool measure = scan_word(q + scan_blanks(q), word) > 0 &&
                   row_has("кг|г|л|м|км|т|см|мм|мл|га|kg|km|l|m", word) &&
                   memcmp(q - 3, "000", 3) != 0;
    if (groups == 0 || dotted || address || (groups == 1 && cents == 0 && measure))
        return p;
    *ret = a;
    return q;
}

/* The halves and quarters that are one sign. */
static size_t scan_vulgar(const char *p, struct amount *a)
{
    uint32_t c = char_at(p);

    if (c != 0xbc && c != 0xbd && c != 0xbe)
        return 0;
    a->part = c == 0xbd ? 5 : c == 0xbc ? 25 : 75;
    a->places = c == 0xbd ? 1 : 2;
    return 2;
}

bool scan_amount(const char *p, struct amount *ret)
{
    struct amount a = {0};

    a.len = scan_vulgar(p, &a);
    if (a.len > 0) {
        *ret = a;
        return true;
    }

    if (!char_is_digit((unsigned char)*p))
        return false;
    const char *q = scan_groups(p, &a);
    if (q == p)
        q = scan_whole(p, &a);
    size_t vulgar = scan_vulgar(q, &a);
    if (vulgar > 0) {
        a.len = (size_t)(q - p) + vulgar;
        *ret = a;
        return true;
    }
    size_t n = *q == ',' || *q == '.' ? strspn(q + 1, "0123456789") : 0;
    const char *after = q + 1 + n;
    bool more = n > 0 && (*after == ',' || *after == '.') && char_is_digit((unsigned char)after[1]);
    if (n >= 1 && n <= 3 && !more) {
        for (size_t i = 1; i <= n; i++)
            a.part = a.part * 10 + (unsigned)(q[i] - '0');
        a.places = (int)n;
        q = after;
    }
    a.len = (size_t)(q - p);
    *ret = a;
    return true;
}

/* Up to `most` digits; how many there were. */
static size_t scan_digits(const char *p, size_t most, int *ret)
{
    size_t n = strspn(p, "0123456789");

    if (n == 0 || n > most)
        return 0;
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (p[i] - '0');
    *ret = value;
    return n;
}

bool scan_is_doubtful(const struct noun *noun, const char *p, size_t n)
{
    const char *second = p;
    uint32_t c = text_next(&second);

    if (n == 0)
        return false;
    if (second == p + n)
        return char_is_upper(c) && char_is_among(c, noun->keys);
    return second + 1 == p + n && *second == '.' && strchr(noun->keys, '!') != NULL;
}

/* What follows makes it part of something longer. */
static bool goes_on(const char *p)
{
    if (*p == '.' || *p == ',' || *p == ':' || *p == '-' || *p == '/')
        return char_is_digit((unsigned char)p[1]) && *p != '-';
    return char_is_digit((unsigned char)*p) || char_is_letter(char_at(p));
}

bool scan_time(const char *p, struct clock_time *ret)
{
    struct clock_time c = {0};
    size_t n = scan_digits(p, 2, &c.hour);

    c.sign = n == 0 ? '\0' : p[n];
    if (c.sign != ':' && c.sign != '.' && c.sign != '-')
        return false;
    if (scan_digits(p + n + 1, 2, &c.minute) != 2 || c.hour > 24 || c.minute > 59 ||
        (c.hour == 24 && c.minute > 0) || goes_on(p + n + 3))
        return false;
    c.len = n + 3;
    *ret = c;
    return true;
}

static bool date_is_real(const struct date *d)
{
    static const int days[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = d->year;
    bool leap = y == 0 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));

    if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days[d->month])
        return false;
    return d->month != 2 || d->day < 29 || leap;
}

/* 2026-11-21 */
static bool scan_iso(const char *p, struct date *ret)
{
    struct date d = {.len = 10};

    if (scan_digits(p, 4, &d.year) != 4 || p[4] != '-' || scan_digits(p + 5, 2, &d.month) != 2 ||
        p[7] != '-' || scan_digits(p + 8, 2, &d.day) != 2 || !date_is_real(&d) || goes_on(p + 10))
        return false;
    *ret = d;
    return true;
}

bool scan_date(const char *p, struct date *ret)
{
    struct date d = {0};
    size_t n = scan_digits(p, 2, &d.day);

    if (n == 0)
        return scan_iso(p, ret);
    char sign = p[n];
    size_t m = sign == '.' || sign == '/' ? scan_digits(p + n + 1, 2, &d.month) : 0;
    if (m == 0)
        return false;
    size_t len = n + 1 + m;
    size_t y = p[len] == sign ? scan_digits(p + len + 1, 4, &d.year) : 0;
    if (y == 4 || y == 2) {
        d.year += y == 4 ? 0 : d.year < 50 ? 2000 : 1900;
        len += 1 + y;
    } else if (y != 0 || m != 2 || sign == '/') {
        return false;
    }
    if (!date_is_real(&d) || goes_on(p + len) || (y != 0 && d.year < 1000))
        return false;
    d.len = len;
    *ret = d;
    return true;
}

/* The cases that a written form can have: one bit each, singular and plural apart. */
static unsigned forms(const char *row, const char *word)
{
    unsigned mask = 0;

    for (size_t k = 0; k < NOUN_CASE__MAX; k++) {
        size_t n = 0;
        const char *piece = row_piece(row, k, &n);
        if (strlen(word) == n && memcmp(piece, word, n) == 0)
            mask |= 1U << k;
    }
    return mask;
}

/* An oblique case that the written form shows by itself. */
static enum noun_case shown(unsigned one, unsigned many)
{
    if (many == 0 && one == 1U << INS)
        return INS;
    for (enum noun_case nc = DAT; nc < NOUN_CASE__MAX; nc++)
        if (nc != ACC && one == 0 && many == 1U << nc)
            return nc;
    return NOM;
}

/* "3 р. на день": the abbreviation of how many times. */
static size_t scan_times(const struct language *l, const char *p)
{
    size_t n = l->times_key == NULL ? 0 : scan_key(p, l->times_key, false);

    return n > 0 && scan_keys(p + n + scan_blanks(p + n), l->times_before, false) > 0 ? n : 0;
}

/* "9 В клас", "2 В 1", "буд. 3 к. 5": what only looks like the short key of a noun at `p`, of `n`
 * bytes. */
static bool is_other_key(const struct language *l, const char *p, size_t n)
{
    const char *after = p + n + scan_blanks(p + n);
    uint32_t next = char_at(after);
    char word[SCAN_WORD_MAX];

    if (char_is_digit(next))
        return true;
    return char_is_upper(char_at(p)) &&
           (char_is_upper(next) || (scan_word(after, word) > 0 && row_begins(l->lettered, word)));
}

const struct noun *scan_noun(const struct language *l, const char *p, size_t *ret_len,
                             bool *ret_dotted, enum noun_case *ret_form)
{
    size_t blanks = scan_blanks(p);
    char word[SCAN_WORD_MAX] = "";
    size_t n = scan_word(p + blanks, word);

    size_t times = scan_times(l, p + blanks);
    for (const struct noun *noun = l->nouns; noun != NULL && noun->keys != NULL; noun++) {
        size_t key = times > 0 ? strcmp(noun->keys, l->times) == 0 ? times : 0
                               : scan_keys(p + blanks, noun->keys, false);
        unsigned one = n == 0 ? 0 : forms(noun->one, word);
        unsigned many = n == 0 ? 0 : forms(noun->many, word);
        if (scan_is_doubtful(noun, p + blanks, key) && is_other_key(l, p + blanks, key))
            key = 0;
        if (key == 0 && one == 0 && many == 0)
            continue;
        size_t took = key > 0 ? key : n;
        *ret_len = blanks + took;
        *ret_dotted = key > 0 && p[*ret_len - 1] == '.';
        if (ret_form != NULL)
            *ret_form = shown(one, many);
        return noun;
    }
    return NULL;
}

size_t scan_joint(const struct language *l, const char *p)
{
    const char *q = p;
    char word[SCAN_WORD_MAX];
    bool comma = *q == ',';

    q += comma;
    size_t blanks = scan_blanks(q);
    if (blanks == 0)
        return 0;
    size_t n = scan_word(q + blanks, word);
    if (n > 0 && row_has(l->joins, word)) {
        q += blanks + n;
        blanks = scan_blanks(q);
        return blanks == 0 ? 0 : (size_t)(q - p) + blanks;
    }
    return comma ? (size_t)(q - p) + blanks : 0;
}
