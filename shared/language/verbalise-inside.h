/* verbalise-inside - private to shared/language: walks a text and writes what is said.
 *
 * Each of verbalise_phone and its like looks at v->p. If it finds its thing there it writes the
 * words, moves v->p past it and returns true, else it changes nothing. */
#ifndef HOLOS_LANGUAGE_VERBALISE_INSIDE_H
#define HOLOS_LANGUAGE_VERBALISE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "language/language.h"

enum verbalise_kind {
    KIND_NONE,
    KIND_NUMBER,
    KIND_CLOCK,
    KIND_DATE,
    KIND_YEAR,
    KIND_WEEKDAY,
    KIND_ITEM
};

struct verbaliser {
    const struct language *language;
    const char *start, *p;
    struct buf out;
    const char *sign_at;    /* a number here is asked for in the genitive by a sign before it */
    const char *asked_at;   /* and here in the accusative */
    const char *century_at; /* the second of two centuries, in this case */
    enum noun_case century_case;
    const char *day_at; /* a day of the week that is in the form of the one before it */
    size_t day_form;    /* and that form */
    size_t mark;        /* where in `out` the present thing begins */
    struct {
        const char *end; /* in the text */
        enum verbalise_kind kind;
        enum noun_case noun_case;
    } last;
};

bool verbalise_phone(struct verbaliser *v);
bool verbalise_item(struct verbaliser *v); /* "п. 3.2", "2-к. квартира", "3-й пов." */
bool verbalise_clock(struct verbaliser *v);
bool verbalise_date(struct verbaliser *v);
bool verbalise_years(struct verbaliser *v);
bool verbalise_code(struct verbaliser *v);
bool verbalise_card(struct verbaliser *v); /* and a code behind its word */
bool verbalise_weekday(struct verbaliser *v);
bool verbalise_roman(struct verbaliser *v);
bool verbalise_sign(struct verbaliser *v);
bool verbalise_fraction(struct verbaliser *v);
bool verbalise_percent(struct verbaliser *v); /* before a noun that takes it as one word */
bool verbalise_number(struct verbaliser *v);
bool verbalise_abbreviation(struct verbaliser *v);

/* True if the word before v->p is one of the row. */
bool verbalise_behind(const struct verbaliser *v, const char *row);

/* Is the word before v->p, or its abbreviation, one beside a number that a letter belongs to? */
bool verbalise_behind_lettered(const struct verbaliser *v);

/* Is the key of a noun, behind the number at v->p, with blanks `len` bytes at `p`, no noun: "вул. Довга, 5 В",
 * "каб. 5 А", "о 10 В п'ятницю"? */
bool verbalise_is_letter(const struct verbaliser *v, const struct noun *noun, const char *p,
                         size_t len);

/* Writes what a number is in front of a word, "дво"; it is at most 100. */
void verbalise_put_compound(struct verbaliser *v, uint64_t n);

/* True if one of the four words before v->p begins an address, as "вул." does. */
bool verbalise_near_street(const struct verbaliser *v);

/* The word before v->p if it is a preposition, else NULL. */
const struct preposition *verbalise_preposition(const struct verbaliser *v);

/* The case that the word before v->p, or the equal thing before it, asks for. */
bool verbalise_case(const struct verbaliser *v, enum verbalise_kind kind, enum noun_case *ret);

/* True if the thing before, of this kind, is joined to v->p by "," or "and" (or "to", `range`). */
bool verbalise_joined(const struct verbaliser *v, enum verbalise_kind kind, bool range);

/* Ends the present thing: puts the preposition before it right and moves on. */
bool verbalise_done(struct verbaliser *v, const char *end, enum verbalise_kind kind,
                    enum noun_case noun_case);

#endif
