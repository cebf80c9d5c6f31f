/* said - a caller's line, cut into the words that stems are looked for in. Pure.
 *
 * Stems are those of the rules (profile.h), and match as there; here it is also known where, and
 * whether what they match is denied: "не чистку", "без покриття", "замість педикюру". A word that
 * is denied is one that stands right behind such a word, or behind little words and wishes after it
 * ("не хочу на чистку"); these are denied with it. */
#ifndef HOLOS_BUSINESS_SAID_H
#define HOLOS_BUSINESS_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "business/profile.h"

#define SAID_WORDS 100 /* words that are looked at; those behind them are not */

struct said_word {
    const char *at; /* in `folded`: it goes on behind the word */
    size_t n;       /* its bytes */
    bool stops;     /* a comma, a full stop or the like stood behind it */
    bool denies;    /* не, без, замість */
    bool denied;
    bool unwanted; /* "покриття не треба": denied by what ends the clause behind it */
    bool taken;    /* it tells something that is no service and no specialist: a day, a name */
    bool day; /* a day by itself ("воскресенье"): no stem of a service stands in it */
};

struct said {
    const char *folded;
    struct said_word word[SAID_WORDS];
    size_t n;
};

/* ERR_MEMORY. */
enum err said_read(struct arena *a, const char *words, struct said *ret) must_check;

/* How many words the stem takes from word `i` on; 0 if it does not stand there. "==stem" never does:
 * said_hears knows it. */
size_t said_stem(const struct said *s, size_t i, const char *stem);

enum said_how { SAID_NOT, SAID_DENIED, SAID_MEANT };

/* Is one of the stems' sets in the line, and is it meant? A set is denied if one of its stems is
 * only where it is denied; a stem that has the "не" itself ("не зможу") is not. */
enum said_how said_hears(const struct said *s, const struct stems *sets, size_t n);

/* The same among the words that are not taken. */
enum said_how said_hears_free(const struct said *s, const struct stems *sets, size_t n);

#endif
