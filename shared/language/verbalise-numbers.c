#include <assert.h>
#include <string.h>

#include "language/grammar.h"

const char *row_piece(const char *row, size_t k, size_t *ret_len)
{
    for (; k > 0; k--) {
        const char *bar = strchr(row, '|');
        if (bar == NULL)
            break;
        row = bar + 1;
    }
    *ret_len = strcspn(row, "|");
    return row;
}

bool row_has(const char *row, const char *text, size_t *ret_k)
{
    size_t want = strlen(text);

    for (size_t k = 0;; k++) {
        size_t n = strcspn(row, "|");
        if (n == want && memcmp(row, text, n) == 0) {
            if (ret_k != NULL)
                *ret_k = k;
            return true;
        }
        if (row[n] == '\0')
            return false;
        row += n + 1;
    }
}

void row_put(struct buf *out, const char *row, size_t k)
{
    size_t n = 0;
    const char *piece = row_piece(row, k, &n);

    buf_put(out, piece, n);
}

/* A blank between words, none before the first. */
static void word(struct buf *out, size_t begin, const char *row, enum grammar grammar)
{
    if (out->len > begin)
        buf_putc(out, ' ');
    row_put(out, row, grammar);
}

/* 1 to 999. */
static void below_thousand(struct buf *out, size_t begin, const struct tongue *t, unsigned n,
                           enum gender gender, enum grammar g)
{
    gender = gender == MANY ? MALE : gender;
    if (n >= 100)
        word(out, begin, t->hundreds[n / 100], g);
    n %= 100;
    if (n >= 20) {
        word(out, begin, t->tens[n / 10], g);
        n %= 10;
    }
    if (n == 1)
        word(out, begin, t->one[gender], g);
    else if (n == 2)
        word(out, begin, t->two[gender], g);
    else if (n > 2)
        word(out, begin, t->teens[n], g);
}

void numeral_cardinal(struct buf *out, const struct tongue *t, uint64_t n, enum gender gender,
                      enum grammar grammar)
{
    size_t begin = out->len;
    uint64_t unit = UINT64_C(1000000000);

    assert(n <= NUMERAL_MAX);
    if (n == 0)
        word(out, begin, t->zero, grammar);
    for (int i = 2; i >= 0; i--, unit /= 1000) {
        unsigned group = (unsigned)(n / unit);
        n %= unit;
        if (group == 0)
            continue;
        /* "тисяча двісті", not "одна тисяча двісті" */
        if (group != 1 || out->len > begin)
            below_thousand(out, begin, t, group, t->scale[i].gender, grammar);
        if (out->len > begin)
            buf_putc(out, ' ');
        numeral_noun(out, t, &t->scale[i], group, grammar);
    }
    if (n > 0)
        below_thousand(out, begin, t, (unsigned)n, gender, grammar);
}

/* The word at the end of an ordinal and how much of the number it stands for. */
static const struct stem *last_stem(const struct tongue *t, uint64_t n, uint64_t *ret_part)
{
    static const struct stem none;

    if (n % 100 != 0 || n == 0) {
        unsigned low = (unsigned)(n % 100);
        bool round = low >= 20 && low % 10 == 0;
        *ret_part = low < 20 || round ? low : low % 10;
        return round ? &t->ordinal_ten[low / 10] : &t->ordinal[*ret_part];
    }
    if (n % 1000 != 0) {
        *ret_part = n % 1000;
        return &t->ordinal_hundred[n % 1000 / 100];
    }
    *ret_part = n % 10000;
    return n < 10000 ? &t->ordinal_thousand[n / 1000] : &none;
}

void numeral_ordinal(struct buf *out, const struct tongue *t, uint64_t n, enum gender gender,
                     enum grammar grammar)
{
    uint64_t part = 0;
    const struct stem *stem = last_stem(t, n, &part);

    if (stem->text == NULL) {
        numeral_cardinal(out, t, n, gender, grammar);
        return;
    }
    if (n > part) {
        numeral_cardinal(out, t, n - part, MALE, NOM);
        buf_putc(out, ' ');
    }
    buf_puts(out, stem->text);
    row_put(out, t->endings[stem->kind][gender], grammar);
}

void numeral_noun(struct buf *out, const struct tongue *t, const struct noun *noun, uint64_t n,
                  enum grammar grammar)
{
    unsigned last = (unsigned)(n % 10);
    bool teen = n % 100 >= 11 && n % 100 <= 14;
    bool straight = grammar == NOM || grammar == ACC;

    if (last == 1 && !teen)
        row_put(out, noun->one, grammar);
    else if (n > 0 && n % 1000 == 0)
        row_put(out, noun->many, GEN);
    else if (!straight)
        row_put(out, noun->many, grammar);
    else if (last >= 2 && last <= 4 && !teen)
        row_put(out, t->few_is_genitive ? noun->one : noun->many, t->few_is_genitive ? GEN : NOM);
    else
        row_put(out, noun->many, GEN);
}

void numeral_group(struct buf *out, const struct tongue *t, const char *digits, size_t n)
{
    uint64_t value = 0;
    size_t zeros = 0;

    while (zeros < n && digits[zeros] == '0')
        zeros++;
    for (size_t i = zeros; i < n; i++)
        value = value * 10 + (uint64_t)(digits[i] - '0');
    for (size_t i = 0; i < zeros; i++) {
        if (i > 0)
            buf_putc(out, ' ');
        row_put(out, t->zero, NOM);
    }
    if (value == 0)
        return;
    if (zeros > 0)
        buf_putc(out, ' ');
    numeral_cardinal(out, t, value, MALE, NOM);
}
