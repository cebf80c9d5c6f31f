/* scan - private to shared/language: looks at a text for words and for what is written in figures.
 *
 * A function that returns a size returns the bytes that the thing takes at `p`; 0: it is not there.
 * A function that returns bool fills *ret only if the thing is there. */
#ifndef HOLOS_LANGUAGE_SCAN_H
#define HOLOS_LANGUAGE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "language/language.h"

#define SCAN_WORD_MAX 64 /* bytes of a word that is compared, with its NUL */

struct amount {
    uint64_t whole;
    unsigned part; /* digits after the decimal sign, as a number */
    int places;    /* how many there are */
    int digits;    /* of the whole */
    size_t len;
};

struct clock_time {
    int hour, minute;
    char sign; /* between them */
    size_t len;
};

struct date {
    int day, month, year; /* year 0: none */
    bool shortened;       /* "5 січ." */
    size_t len;
};

size_t scan_blanks(const char *p); /* not newlines */
/* With blanks around it, if `blanks`. Between two numbers dots are one too. */
size_t scan_dash(const char *p, bool blanks);

/* Nothing, a newline or a capital follows. */
bool scan_ends_sentence(const char *p);

/* A word, in small letters. 0, and "", also if it is too long. */
size_t scan_word(const char *p, char ret[static SCAN_WORD_MAX]);

/* The word before `p`, only blanks between. */
size_t scan_word_before(const char *start, const char *p, char ret[static SCAN_WORD_MAX]);

/* How many letters a word has: its apostrophes are none. */
size_t scan_letters(const char *word);

/* A key, or one of a row of keys (language.h, struct noun). With `dots` its full stops must be
 * there. */
size_t scan_key(const char *p, const char *key, bool dots);
size_t scan_keys(const char *p, const char *keys, bool dots);

bool scan_amount(const char *p, struct amount *ret);
bool scan_time(const char *p, struct clock_time *ret);
bool scan_date(const char *p, struct date *ret);

/* The counted noun at `p`, blanks before it. *ret_dotted: the last byte is an abbreviation's full
 * stop. *ret_form (may be NULL): the case that its written form alone can have, or NOM. */
const struct noun *scan_noun(const struct language *l, const char *p, size_t *ret_len,
                             bool *ret_dotted, enum noun_case *ret_form);

/* Is what stands at `p`, a key of the noun and `n` bytes long, one that could be the letter of a house
 * or the like: "5 В", "5 к."? */
bool scan_is_doubtful(const struct noun *noun, const char *p, size_t n);

/* What joins two equal things: a comma, "and", with the blanks around. */
size_t scan_joint(const struct language *l, const char *p);

#endif
