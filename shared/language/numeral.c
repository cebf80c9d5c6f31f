#include "language/numeral.h"

#include <assert.h>
#include <string.h>

#include "language/inside.h"

/* A blank between words, none before the first. */
static void word(struct buf *out, size_t begin, const char *row, enum noun_case noun_case)
{
    if (out->len > begin)
        buf_putc(out, ' ');
    row_put(out, row, noun_case);
}

const char *numeral_of_gender(const char *const by_gender[static 3], enum gender gender)
{
    return gender == MANY || by_gender[gender] == NULL ? by_gender[MALE] : by_gender[gender];
}

/* 1 to 999. */
static void below_thousand(struct buf *out, size_t begin, const struct language *l, unsigned n,
                           enum gender gender, enum noun_case noun_case)
{
    if (n >= 100)
        word(out, begin, l->hundreds[n / 100], noun_case);
    n %= 100;
    if (n >= 20) {
        word(out, begin, l->tens[n / 10], noun_case);
        n %= 10;
    }
    if (n == 1 && gender == MANY && l->one_of_many != NULL)
        word(out, begin, l->one_of_many, noun_case);
    else if (n == 1 && l->one_is_alone && out->len > begin)
        word(out, begin, l->one[MALE], NOM);
    else if (n == 1)
        word(out, begin, numeral_of_gender(l->one, gender), noun_case);
    else if (n == 2)
        word(out, begin, numeral_of_gender(l->two, gender), noun_case);
    else if (n > 2)
        word(out, begin, l->teens[n], noun_case);
}

void numeral_cardinal(struct buf *out, const struct language *l, uint64_t n, enum gender gender,
                      enum noun_case noun_case)
{
    size_t begin = out->len;
    if (gender == MANY && n >= 2 && n <= 4 && l->collective != NULL &&
        (noun_case == NOM || noun_case == ACC)) {
        row_put(out, l->collective, n - 2);
        return;
    }
    uint64_t unit = UINT64_C(1000000000);

    assert(n <= NUMERAL_MAX);
    if (n == 0)
        word(out, begin, l->zero, noun_case);
    for (int i = 2; i >= 0; i--, unit /= 1000) {
        unsigned group = (unsigned)(n / unit);
        n %= unit;
        if (group == 0)
            continue;
        /* "тисяча двісті", not "одна тисяча двісті" */
        if (group != 1 || out->len > begin)
            below_thousand(out, begin, l, group, l->scale[i].gender, noun_case);
        if (out->len > begin)
            buf_putc(out, ' ');
        numeral_noun(out, l, &l->scale[i], group, noun_case);
    }
    if (n > 0)
        below_thousand(out, begin, l, (unsigned)n, gender, noun_case);
}

/* The word at the end of an ordinal and how much of the number it stands for. */
static const struct ordinal_stem *last_stem(const struct language *l, uint64_t n,
                                            uint64_t *ret_part)
{
    static const struct ordinal_stem none;

    if (n % 100 != 0 || n == 0) {
        unsigned low = (unsigned)(n % 100);
        bool round = low >= 20 && low % 10 == 0;
        *ret_part = low < 20 || round ? low : low % 10;
        return round ? &l->ordinal_ten[low / 10] : &l->ordinal[*ret_part];
    }
    if (n % 1000 != 0) {
        *ret_part = n % 1000;
        return &l->ordinal_hundred[n % 1000 / 100];
    }
    *ret_part = n % 10000;
    return n < 10000 ? &l->ordinal_thousand[n / 1000] : &none;
}

static void put_ordinal(struct buf *out, const struct language *l, const struct ordinal_stem *stem,
                        enum gender gender, enum noun_case noun_case)
{
    buf_puts(out, stem->text);
    row_put(out, l->ordinal_endings[stem->endings][gender], noun_case);
}

void numeral_ordinal(struct buf *out, const struct language *l, uint64_t n, enum gender gender,
                     enum noun_case noun_case)
{
    uint64_t part = 0;
    const struct ordinal_stem *stem = last_stem(l, n, &part);

    if (stem->text == NULL) {
        numeral_cardinal(out, l, n, gender, noun_case);
        return;
    }
    uint64_t rest = n - part;
    const struct ordinal_stem *ten = &l->ordinal_ten[rest % 100 / 10];
    bool both = l->tens_are_ordinal && ten->text != NULL;
    rest -= both ? rest % 100 : 0;
    if (rest > 0) {
        numeral_cardinal(out, l, rest, MALE, NOM);
        buf_putc(out, ' ');
    }
    if (both) {
        put_ordinal(out, l, ten, gender, noun_case);
        buf_putc(out, ' ');
    }
    put_ordinal(out, l, stem, gender, noun_case);
}

bool numeral_is_one(const struct language *l, uint64_t n)
{
    return l->one_is_alone ? n == 1 : n % 10 == 1 && n % 100 != 11;
}

bool numeral_is_few(uint64_t n)
{
    return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14);
}

/* "два квадратных метра": the adjective of a noun stands in the plural. */
static bool put_few_adjective(struct buf *out, const struct noun *noun)
{
    size_t many = 0;
    size_t one = 0;
    const char *plural = row_piece(noun->many, GEN, &many);
    const char *singular = row_piece(noun->one, GEN, &one);
    const char *blank = memchr(singular, ' ', one);
    const char *end = memchr(plural, ' ', many);

    if (blank == NULL || end == NULL)
        return false;
    buf_put(out, plural, (size_t)(end - plural));
    buf_put(out, blank, one - (size_t)(blank - singular));
    return true;
}

/* A substantive like "злотый" is an adjective by its forms, and stands in the plural: "два злотых". */
static bool is_adjective(const struct noun *noun)
{
    size_t gen = 0;
    size_t loc = 0;
    const char *genitive = row_piece(noun->many, GEN, &gen);
    const char *locative = row_piece(noun->many, LOC, &loc);

    return gen == loc && memcmp(genitive, locative, gen) == 0;
}

void numeral_noun(struct buf *out, const struct language *l, const struct noun *noun, uint64_t n,
                  enum noun_case noun_case)
{
    bool straight = noun_case == NOM || noun_case == ACC;

    if (noun->gender == MANY && straight && !numeral_is_one(l, n)) {
        row_put(out, noun->many, GEN);
        return;
    }
    if (numeral_is_one(l, n))
        row_put(out, noun->one, noun_case);
    else if (n > 0 && n % 1000 == 0)
        row_put(out, noun->many, GEN);
    else if (!straight)
        row_put(out, noun->many, noun_case);
    else if (numeral_is_few(n) && l->few_is_genitive && put_few_adjective(out, noun))
        return;
    else if (numeral_is_few(n) && l->few_is_genitive && is_adjective(noun))
        row_put(out, noun->many, GEN);
    else if (numeral_is_few(n))
        row_put(out, l->few_is_genitive ? noun->one : noun->many, l->few_is_genitive ? GEN : NOM);
    else
        row_put(out, noun->many, GEN);
}

bool numeral_is_halved(const struct language *l, const struct noun *noun)
{
    size_t n = 0;
    const char *piece = row_piece(noun->one, NOM, &n);

    return l->half_of != NULL && row_find(l->halved, piece, n, NULL);
}

void numeral_and_half(struct buf *out, const struct language *l, uint64_t whole,
                      const struct noun *noun, enum noun_case noun_case)
{
    bool straight = noun_case == NOM || noun_case == ACC;

    if (whole == 0) {
        buf_puts(out, l->half_of);
        row_put(out, noun->one, GEN);
        return;
    }
    if (whole == 1) {
        row_put(out, numeral_of_gender(l->one_and_half, noun->gender), noun_case);
        buf_putc(out, ' ');
        row_put(out, straight || !l->few_is_genitive ? noun->one : noun->many,
                straight || !l->few_is_genitive ? GEN : noun_case);
        return;
    }
    numeral_cardinal(out, l, whole, noun->gender, noun_case);
    buf_printf(out, " %s ", l->half);
    numeral_noun(out, l, noun, whole, noun_case);
}

const struct noun *numeral_find_noun(const struct language *l, const char *key)
{
    for (const struct noun *noun = l->nouns; noun != NULL && noun->keys != NULL; noun++)
        if (row_has(noun->keys, key))
            return noun;
    return NULL;
}

static void put_hour(struct buf *out, const struct language *l, int minutes,
                     enum noun_case noun_case, bool bare)
{
    uint64_t hour = (uint64_t)minutes / 60;

    if (l->hour_is_ordinal) {
        numeral_ordinal(out, l, hour, l->hour.gender, noun_case);
        if (minutes > 0)
            return;
        buf_putc(out, ' ');
        row_put(out, l->hour.one, noun_case);
        return;
    }
    if (hour == 1) {
        row_put(out, l->hour.one, noun_case);
        return;
    }
    numeral_cardinal(out, l, hour, l->hour.gender, noun_case);
    if (minutes % 60 != 0 || bare)
        return;
    buf_putc(out, ' ');
    numeral_noun(out, l, &l->hour, hour, noun_case);
}

void numeral_time(struct buf *out, const struct language *l, int minutes, enum noun_case noun_case,
                  bool bare)
{
    int minute = minutes % 60;

    put_hour(out, l, minutes, noun_case, bare);
    if (minute == 0)
        return;
    buf_putc(out, ' ');
    if (minute < 10) {
        row_put(out, l->zero, NOM);
        buf_putc(out, ' ');
    }
    numeral_cardinal(out, l, (uint64_t)minute, l->minute_gender,
                     l->hour_is_ordinal ? NOM : noun_case);
}

void numeral_group(struct buf *out, const struct language *l, const char *digits, size_t n)
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
        row_put(out, l->zero, NOM);
    }
    if (value == 0)
        return;
    if (zeros > 0)
        buf_putc(out, ' ');
    numeral_cardinal(out, l, value, MALE, NOM);
}
