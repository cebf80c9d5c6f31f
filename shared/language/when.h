/* when - the day and the time in what a caller says. Pure.
 *
 * "у п'ятницю о пів на одинадцяту" is 4 December, 10:30. The reader is the same for every language;
 * its words are in the language's table `when` (language.h, when-words.h). A caller may mix
 * languages: a word that the table of the call's language does not have is looked up in the others.
 *
 * What is denied counts as not heard ("не в середу, а в четвер"), and of two days or two times that
 * replace each other the later one wins ("завтра, ой ні, післязавтра"). */
#ifndef HOLOS_LANGUAGE_WHEN_H
#define HOLOS_LANGUAGE_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include "base/arena.h"
#include "base/err.h"
#include "language/language.h"

#define WHEN_DAYS_MAX 14   /* of a range of days; a longer one is cut */
#define WHEN_LAST     (-1) /* as `choice`: the last one that was offered */

/* What the caller was asked for: a number that stands alone is that. */
enum when_asked { WHEN_ASKED_NOTHING, WHEN_ASKED_DAY, WHEN_ASKED_TIME, WHEN_ASKED_CHOICE };

/* When the business is open on one day of the week, in minutes from midnight. 0, 0: it is closed. */
struct when_open {
    int from, to;
};

struct when_ask {
    const struct language *language; /* of the call */
    const char *text;             /* as it was heard; folded text does too, but loses ':' and '.' */
    const struct tm *now;         /* local: tm_year, tm_mon, tm_mday, tm_hour, tm_min */
    const struct when_open *open; /* seven, from Sunday, as tm_wday counts; NULL: 9:00 to 20:00 */
    enum when_asked asked;
    int offers; /* how many times were offered, with WHEN_ASKED_CHOICE */
};

struct when_date {
    int year, month, day; /* 2026, 1 to 12, 1 to 31 */
};

/* Times are minutes from midnight, or -1. */
struct when {
    struct when_date days[WHEN_DAYS_MAX]; /* in order, each once */
    size_t days_n;     /* 0: no day was told; 1: a day; more: one of these days */
    bool or_next_week; /* the day is today, told by the name of its weekday: the caller of
                                             this function decides whether it is this one or the next */
    bool past;         /* a day was told that is over ("вчора"); it is not in `days` */
    bool no_such_day;  /* "31 листопада"; it is not in `days` either */
    int time;          /* the start that the caller wants */
    int time_or;       /* a second one: "о десятій або об одинадцятій" */
    int from, to;      /* a part of a day, or bounds; `to` may be 24 * 60 */
    bool about;        /* `time` need not be exact: "близько шостої" */
    bool nearest;      /* as soon as possible */
    bool any;          /* the caller does not mind when */
    int choice;        /* 1 to `offers`, or WHEN_LAST; 0: none */
    const char *rest;  /* the words that told none of this, folded */
};

/* *ret and its text live in the arena. ERR_MEMORY only. */
enum err when_read(struct arena *a, const struct when_ask *ask, struct when *ret) must_check;

#endif
