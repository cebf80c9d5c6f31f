/* reader - private to shared/speech: walks a text and writes its spoken form.
 *
 * Each read_x looks at r->p; if it finds its thing there it writes the words, moves r->p past it
 * and returns true, else it changes nothing. The scan_x are pure. */
#ifndef HOLOS_LANGUAGE_READER_H
#define HOLOS_LANGUAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "language/grammar.h"

#define WORD_MAX 64 /* bytes of a word that is compared, with its NUL */

enum kind { KIND_NONE, KIND_NUMBER, KIND_CLOCK, KIND_DATE };

struct reader {
    const struct tongue *tongue;
    const char *start, *p;
    struct buf out;
    size_t mark; /* where in `out` the present thing begins */
    struct {
        const char *end; /* in the text */
        enum kind kind;
        enum grammar grammar;
    } last;
};

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
    size_t len;
};

/* Characters. */
uint32_t char_at(const char *p);
uint32_t char_before(const char *start, const char *p);
bool char_is_digit(uint32_t c);
bool char_is_letter(uint32_t c);
bool char_is_upper(uint32_t c);
bool char_is_latin(uint32_t c);               /* a letter or a digit, as in an address */
size_t scan_blanks(const char *p);            /* not newlines */
size_t scan_dash(const char *p, bool blanks); /* with blanks around it, if `blanks` */
bool at_sentence_end(const char *p);          /* nothing, a newline or a capital follows */

/* Words, in lower case. The result is the word's bytes in the text; 0: no word, or too long. */
size_t scan_word(const char *p, char ret[static WORD_MAX]);
size_t word_before(const char *start, const char *p, char ret[static WORD_MAX]);

/* Bytes of the text that a key takes (tongue.h, struct noun); 0: none. With `dots` its full stops
 * must be there. */
size_t scan_key(const char *p, const char *key, bool dots);
size_t scan_keys(const char *p, const char *keys, bool dots);

bool scan_amount(const char *p, struct amount *ret);
bool scan_time(const char *p, struct clock_time *ret);
bool scan_date(const char *p, struct date *ret);

/* The counted noun at `p` (after blanks). *ret_dotted: the last byte taken is an abbreviation's
 * full stop. *ret_form (may be NULL): the case that its written form alone can have, or NOM. */
const struct noun *scan_noun(const struct tongue *t, const char *p, size_t *ret_len,
                             bool *ret_dotted, enum grammar *ret_form);

/* The case that the word before r->p, or the equal thing before it, asks for. */
bool reader_case(const struct reader *r, enum kind kind, enum grammar *ret);

/* True if the thing before, of this kind, is joined to r->p by "," or "and" (or "to", `range`). */
bool reader_joined(const struct reader *r, enum kind kind, bool range);

/* True if `p` goes on with a joint: its bytes, else 0. */
size_t scan_joint(const struct tongue *t, const char *p);

/* Ends the present thing: puts the preposition before it right and moves on. */
bool reader_done(struct reader *r, const char *end, enum kind kind, enum grammar grammar);

/* The word before r->p already says "from". */
bool reader_has_from(const struct reader *r);

/* What the word after a number, standing in no table, says of its gender and case; both stay as
 * they are if it says nothing. */
void guess_next(const struct tongue *t, const char *p, uint64_t n, enum gender *gender,
                enum grammar *g);

bool read_phone(struct reader *r);
bool read_clock(struct reader *r);
bool read_date(struct reader *r);
bool read_number(struct reader *r);
bool read_abbreviation(struct reader *r);

/* An amount with its noun; `noun` may be NULL, then `gender` counts. */
void say_amount(struct reader *r, const struct amount *a, const struct noun *noun,
                enum gender gender, enum grammar grammar);

#endif
