/* tongue - private to shared/speech: a language's numerals, nouns and small words, as tables.
 *
 * A row is one string that holds the six cases in the order of enum grammar, divided by '|':
 * "гривня|гривні|гривні|гривню|гривнею|гривні". */
#ifndef HOLOS_LANGUAGE_GRAMMAR_H
#define HOLOS_LANGUAGE_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

enum grammar { NOM, GEN, DAT, ACC, INS, LOC, GRAMMAR__MAX };
enum gender { MALE, FEMALE, NEUTER, MANY, GENDER__MAX };

#define NUMERAL_MAX UINT64_C(999999999999)

/* A noun that is counted. `keys` are its abbreviations, divided by '|': a blank in one stands for
 * any blanks or none, a full stop for one that may be left out. */
struct noun {
    const char *keys;
    enum gender gender;
    const char *one;       /* row of the singular */
    const char *many;      /* row of the plural */
    const char *hundredth; /* money: a key of its hundredth part; else NULL */
};

/* What an ordinal is made of: the endings of `kind` follow the stem. */
struct stem {
    const char *text;
    int kind;
};

/* A word before a number and the case it asks for, by what the number is. */
struct preposition {
    const char *word;
    enum grammar number, clock, date, place;
};

/* How a preposition changes before a sound: after `word`, when the next word begins with `before`,
 * the last `drop` bytes go and `add` comes. First fit wins. */
struct sandhi {
    const char *word, *before;
    size_t drop;
    const char *add;
};

/* What stands after the hyphen in "2-га". */
struct ending {
    const char *text;
    bool ordinal;
    enum gender gender;
    enum grammar grammar;
    int last; /* only after a number whose last digit is this; -1: any */
};

/* A word after a number that makes it an ordinal: "на 2 поверсі", "2026 року". */
struct ordered {
    const char *word; /* a key, as in struct noun */
    enum gender gender;
    enum grammar grammar;
    const char *after; /* only after one of these words, divided by '|'; NULL: any */
    uint64_t least;    /* only from this number on */
    const char *say;   /* instead of the word; NULL: as it is written */
};

enum follow { BEFORE_NAME, BEFORE_DIGIT, BEFORE_ANY };

/* An abbreviation that is not counted. Its full stops must be there. `row` may be one word. */
struct abbreviation {
    const char *key, *row;
    enum follow follow;
};

struct tongue {
    const char *zero, *one[3], *two[3]; /* rows; one and two by gender */
    const char *teens[20];              /* 3 to 19 */
    const char *tens[10], *hundreds[10];
    struct noun scale[3]; /* thousand, million, milliard */
    struct stem ordinal[20], ordinal_ten[10], ordinal_hundred[10], ordinal_thousand[10];
    const char *endings[3][GENDER__MAX]; /* by kind and gender */
    bool few_is_genitive; /* два рубля (GEN singular), not два долари (NOM plural) */
    bool hour_is_ordinal;             /* о десятій, not в десять */
    struct noun hour, whole, part[3]; /* part: tenth, hundredth, thousandth */
    const char *half;                 /* "з половиною" */
    const char *one_and_half[3];      /* by gender */
    const char *months;               /* row of twelve, genitive */
    const char *years;                /* "року" */
    const char *minus, *plus, *number, *slash, *per, *round_the_clock;
    const char *collected; /* words (GEN) that are counted by a collective: суток|детей */
    const char *collective;             /* two to four: двое|трое|четверо */
    const char *dot, *at_sign, *either; /* in an address; between words: "або" */
    const char *all_day;                /* said for 00:00-24:00 */
    const char *from, *to;              /* of hours: з, до */
    const char *amount_from;            /* of amounts: від */
    const char *date_to;                /* of dates: до, or по with the accusative */
    enum grammar date_to_case;
    const char *at;     /* words before an hour that are not before a date: о|об */
    const char *starts; /* words that `from` would double: з|із|зі|від */
    const char *joins;  /* words that join equals: і|та|або */
    const char *female; /* stems of feminine words whose plural does not show it */
    const struct preposition *prepositions; /* each of these lists ends with a NULL word */
    const struct sandhi *sandhi;
    const struct ending *case_endings;
    const struct ordered *ordered;
    const struct abbreviation *abbreviations;
    const struct noun *nouns;
};

extern const struct tongue tongue_uk, tongue_ru;

/* The `k`-th piece of a row (the last one if there are fewer) and its length. */
const char *row_piece(const char *row, size_t k, size_t *ret_len);

/* True if one of the row's pieces is the text; *ret_k (may be NULL) says which. */
bool row_has(const char *row, const char *text, size_t *ret_k);

/* Appends a piece of a row. */
void row_put(struct buf *out, const char *row, size_t k);

/* "дві", "двох тисяч двадцяти шести". Up to NUMERAL_MAX. */
void numeral_cardinal(struct buf *out, const struct tongue *t, uint64_t n, enum gender gender,
                      enum grammar grammar);

/* "дві тисячі двадцять шостого". Up to NUMERAL_MAX; round thousands above 9000 stay cardinal. */
void numeral_ordinal(struct buf *out, const struct tongue *t, uint64_t n, enum gender gender,
                     enum grammar grammar);

/* The noun as it stands after the number. */
void numeral_noun(struct buf *out, const struct tongue *t, const struct noun *noun, uint64_t n,
                  enum grammar grammar);

/* Digits as in a telephone number's group: zeros in front one by one, the rest as one number. */
void numeral_group(struct buf *out, const struct tongue *t, const char *digits, size_t n);

#endif
