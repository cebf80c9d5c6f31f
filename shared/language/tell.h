/* tell - days, times, money, lengths and lists as a person says them to another. Pure.
 *
 * Everything is in words, never in figures, so that the same text can be spoken and read; it passes
 * through verbalise.h as it is. The code is the same for every language: its words and their order are
 * in the language's table `tell` (language.h, tell-words.h). A language without one (and NULL) is told
 * in figures: "2026-12-04", "10:30", "800 UAH".
 *
 * A text begins small and has no full stop: it goes into a sentence. It lives in the arena, or is one
 * of the language's own words. NULL: the arena refuses. */
#ifndef HOLOS_LANGUAGE_TELL_H
#define HOLOS_LANGUAGE_TELL_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/date.h"
#include "language/language.h"

/* What is said of a day or a time. The preposition belongs to the text. */
enum tell_form {
    TELL_ON, /* "у п'ятницю, четвертого грудня", "о десятій" */
    TELL_TO, /* it is moved there: "на п'ятницю, четверте грудня", "на десяту" */
    TELL_FROM, /* from there, or since: "з п'ятниці, четвертого грудня", "з десятої" */
    TELL_UNTIL, /* "до п'ятниці, четвертого грудня", "до десятої" */
    TELL_FORM__MAX
};

/* A local time. */
struct tell_moment {
    day_number day;
    int minute; /* after midnight, 0 to 1440 */
};

/* "сьогодні"; "завтра, у середу, другого грудня"; "у п'ятницю, четвертого грудня". A later day than
 * the day after tomorrow that lies in another year than today has its year: "у п'ятницю, першого
 * січня дві тисячі двадцять сьомого року". */
const char *tell_day(struct arena *a, const struct language *l, day_number day, day_number today,
                     enum tell_form form);

/* "о десятій", "о пів на одинадцяту", "о десятій п'ятнадцять", "о п'ятнадцятій", "опівночі". By 24
 * hours; what could be taken for the afternoon names its part of the day: "о третій ночі". 0 and
 * 1440 are both midnight. */
const char *tell_time(struct arena *a, const struct language *l, int minute, enum tell_form form);

/* Both: "у п'ятницю, четвертого грудня, о десятій", "сьогодні о п'ятнадцятій". */
const char *tell_when(struct arena *a, const struct language *l, struct tell_moment at,
                      day_number today, enum tell_form form);

/* A choice of times, in order. All of one day: the times alone, "о десятій, о дванадцятій тридцять або
 * о п'ятнадцятій". Of several days each day once, with its times behind it: "сьогодні о
 * п'ятнадцятій або завтра, у середу, другого грудня, о десятій"; where days could run together, ";"
 * divides them. None: "". */
const char *tell_times(struct arena *a, const struct language *l, const struct tell_moment *at,
                       size_t n, day_number today);

/* "з десятої до дев'ятнадцятої" */
const char *tell_hours(struct arena *a, const struct language *l, int from, int to);

/* A price in whole units of a currency (ISO 4217, one of the language's nouns; another is said by its
 * code). */
struct tell_price {
    const char *currency; /* "UAH" */
    int64_t from, to;     /* as catalogue.h: equal: one price; to -1: "from" */
};

/* "вісімсот гривень", "від шестисот до дев'ятисот гривень", "від шестисот гривень". One price stands in
 * the case that the sentence asks for: NOM "ціна: тисяча гривень", ACC "коштує тисячу гривень". No price
 * (from is -1): "". Above NUMERAL_MAX (numeral.h) in figures. */
const char *tell_money(struct arena *a, const struct language *l, const struct tell_price *price,
                       enum noun_case noun_case);

/* "півтори години", "година двадцять хвилин", "сорок п'ять хвилин", "дві з половиною години"; in a
 * case: ACC "годину", GEN "двох годин". 0 and less: "нуль хвилин". */
const char *tell_length(struct arena *a, const struct language *l, int minutes,
                        enum noun_case noun_case);

/* What stands before the last of a list: "та", "або", and in a question "чи". */
enum tell_join { TELL_AND, TELL_OR, TELL_CHOICE, TELL_JOIN__MAX };

/* "стрижку, укладку та манікюр". NULL and "" among the items are left out. */
const char *tell_list(struct arena *a, const struct language *l, const char *const *item, size_t n,
                      enum tell_join join);

/* How many visits: "один запис", "два записи", "п'ять записів". */
const char *tell_visits(struct arena *a, const struct language *l, unsigned n,
                        enum noun_case noun_case);

#endif
