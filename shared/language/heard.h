/* heard - tells which kind of word a caller said. Pure.
 *
 * Words must be folded (text_fold). A caller may mix languages, so the tables of all languages are
 * searched. No word is of one kind in one language and of another kind in another language. A word
 * that is in no table has no kind. */
#ifndef HOLOS_LANGUAGE_HEARD_H
#define HOLOS_LANGUAGE_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include "language/language.h"

enum heard_kind {
    HEARD_GIVEN_NAME, /* Олена, Саша */
    HEARD_LITTLE,     /* так, мені, на */
    HEARD_NO_NAME,    /* not a person's name, whatever else it is */
    HEARD_ORDINAL,    /* третій, седьмого; семи */
    HEARD_WHEN,       /* завтра, субота, ранок, година */
    HEARD_HOURS,      /* beside the number of an hour */
    HEARD_NOON,       /* an hour that has a name */
    HEARD_NEAR_HOUR,  /* before it */
    HEARD_ROOMS,      /* beside the number of a room */
    HEARD_ASKS,       /* скільки, когда: it is a question */
    HEARD_FILLER,     /* будь ласка, вам: says nothing by itself */
    HEARD_CORRECTS,   /* краще, вернее: what was said before is to be replaced */
    HEARD_WITHOUT,    /* без, вместо: what follows is not wanted */
    HEARD_JOINS,      /* і, плюс: between two things that are both wanted */
    HEARD_EITHER,     /* або, или: between two of which one is wanted */
    HEARD_SPELLS,     /* як, как: behind a letter of a name that is spelled */
    HEARD_ONTO,       /* на: before what one comes for */
    HEARD_WISHES,     /* хочу, треба: "не ХОЧУ чистку" denies what is wished */
    HEARD_INTRODUCES  /* це, я: before a caller's own name */
};

/* "не": what follows is denied. "а": what follows is meant in place of it. */
bool heard_denies(const char *word, size_t n);
bool heard_is_instead(const char *word, size_t n);

/* The word of `n` bytes. */
bool heard_is(enum heard_kind kind, const char *word, size_t n);

/* Figures, a cardinal or an ordinal. */
bool heard_is_number(const char *word, size_t n);

/* Does the word end like a surname? Some words that are not names do, too. */
bool heard_is_surname(const char *word, size_t n);

/* Can the text, as it was written, be a person's name: one to three words of letters, hyphens and
 * apostrophes, none of them a word of another kind, a number or a verb? "Завжди прощайся мовчки"
 * cannot. False means that it is unlikely, not impossible: ask the caller again. */
bool heard_may_be_name(const char *text);

/* Is it at least spelt as one, whatever its words mean? No control, direction or markup character. */
bool heard_is_spelt_as_name(const char *text);

#define HEARD_SPELLED_MAX 128 /* bytes of a spelled name, with its NUL */

/* A name that folded words begin to spell, three letters or more: "о л я", "о як ольга л як лев я".
 * Writes "Оля"; the words it took, 0 if they spell none. */
size_t heard_spelled(const char *folded, char ret[static HEARD_SPELLED_MAX]);

/* Guesses which of `n` known languages folded words are in. Returns `usual`, unless the line has
 * several words and at least `least` of them belong to another language and not to `usual`. If some
 * words belong to `usual` alone, the other language needs two more than those. */
const struct language *heard_language(const struct language *const *known, size_t n,
                                      const struct language *usual, size_t least,
                                      const char *folded);

#endif
