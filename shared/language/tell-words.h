/* tell-words - the words with which a language tells days, times, money and lists, as its table has
 * them (tell.h).
 *
 * Numerals, months, weekdays, the nouns of hours and minutes and those of money are taken from struct
 * language; the table has only what is not there. Rows are divided by '|' and have a piece for each
 * form of enum tell_form, in its order: on, to, from, until. */
#ifndef HOLOS_LANGUAGE_TELL_WORDS_H
#define HOLOS_LANGUAGE_TELL_WORDS_H

#include <stdbool.h>
#include "language/language.h"
#include "language/tell.h"

/* How a form is made of its parts. */
struct tell_shape {
    const char *day;                 /* before a weekday: "у" */
    enum noun_case weekday, ordinal; /* of "п'ятницю" and of "четвертого" */
    bool again;          /* the word stands before the weekday behind "завтра" too */
    const char *time;    /* before an hour: "о" */
    enum noun_case hour; /* "десятій"; where it is a cardinal, of the minutes too */
    const char *half;    /* instead of it at half past, "о пів на"; NULL: no such word */
};

/* Hours, from..to, that need a word for the part of the day: "ночі". It ends with word NULL. */
struct tell_part {
    int from, to;
    const char *word;
};

struct tell_words {
    struct tell_shape shape[TELL_FORM__MAX];
    const char *relative[3];       /* rows: today, tomorrow, the day after */
    const char *midnight;          /* a row */
    enum noun_case half_case;      /* of the next hour at half past, an ordinal */
    int half_from, half_to;        /* hours at which it is said so */
    const struct tell_part *parts; /* of the day, said behind on and to */
    /* How those words change, before the language's own preposition_changes; ends with NULL. */
    const struct preposition_change *changes;
    const char *join[TELL_JOIN__MAX];
    const char *minute; /* a key of the noun for minutes */
    struct noun visit;
};

#endif
