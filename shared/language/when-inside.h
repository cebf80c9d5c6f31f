/* when-inside - private to when*.c: the words of a line, and what the readers of days and of hours
 * tell each other. */
#ifndef HOLOS_LANGUAGE_WHEN_INSIDE_H
#define HOLOS_LANGUAGE_WHEN_INSIDE_H

#include <stdint.h>
#include "language/when-words.h"
#include "language/when.h"

#define WHEN_TOKENS_MAX 400 /* words that are read; those behind them are only passed on */
#define WHEN_PARTS_MAX  3

enum token_kind { TOKEN_WORD, TOKEN_FIGURE, TOKEN_GROUP, TOKEN_OTHER };

/* The forms that a numeral can have: a bit each, by gender (ordinals) and case. */
#define FORM(gender, noun_case) (UINT32_C(1) << ((gender)*NOUN_CASE__MAX + (noun_case)))
#define FORMS_OF(gender)        (UINT32_C(63) << ((gender)*NOUN_CASE__MAX))
#define FORM_ANY                UINT32_MAX

struct token {
    enum token_kind kind;
    size_t from, to;          /* where it stands in the text */
    const char *word;         /* in small letters; "" unless it is a word */
    int part[WHEN_PARTS_MAX]; /* of a figure its value, of a group (10:30, 15.11.2026) all */
    int digits;               /* of a figure */
    int parts;
    char sign;             /* between the parts of a group */
    bool stop;             /* a comma, a full stop or the like stands before it */
    bool dash;             /* a hyphen stands before it */
    int cardinal, ordinal; /* their values, or -1 */
    uint32_t forms;        /* of the ordinal; of the cardinal those of MALE */
    uint32_t cardinal_forms;
    bool large; /* a number word from a hundred on */
    bool used;
};

struct when_reader {
    const struct when_ask *ask;
    struct token *token;
    size_t n;
    int64_t today; /* a day's number, when_day_number */
};

struct when_match {
    int value, more;
    size_t n; /* tokens; 0: no match */
};

/* The longest words of that kind at token `i`. *ret is filled in, with n 0, if there are none. */
bool when_word(const struct when_reader *r, size_t i, enum when_kind kind, struct when_match *ret);

/* The tokens that such words take, or 0. */
size_t when_words(const struct when_reader *r, size_t i, enum when_kind kind);

/* The same by the table of the call's language alone. */
size_t when_own_words(const struct when_reader *r, size_t i, enum when_kind kind);

/* Does the word at `i` end as a noun that an ordinal before it may belong to, and is in no table? */
bool when_is_noun(const struct when_reader *r, size_t i);

/* A glued word's rest: the value of the ordinal in it ("полдесятого": 10), or -1. */
int when_glued(const struct when_reader *r, size_t i);

/* A weekday, 1 to 7, or a month, 1 to 12. 0 tokens: none. */
size_t when_weekday(const struct when_reader *r, size_t i, int *ret);
size_t when_month(const struct when_reader *r, size_t i, int *ret);

/* A cardinal below 100, or an ordinal, of one token or two ("двадцять перша"). */
size_t when_cardinal(const struct when_reader *r, size_t i, int *ret, uint32_t *ret_forms);
size_t when_ordinal(const struct when_reader *r, size_t i, int *ret, uint32_t *ret_forms);

/* Is it a number of any kind? False behind the last token. */
bool when_is_number(const struct when_reader *r, size_t i);

/* Splits the text of the reader's ask. ERR_MEMORY only. */
enum err when_split(struct arena *a, struct when_reader *r) must_check;

/* ---- days (when-day.c) ---- */

enum day_shape {
    DAY_NONE,
    DAY_DATE,    /* a day of a month */
    DAY_WEEKDAY, /* value: 1 to 7 */
    DAY_WEEK,    /* all or a part of one; value: its Monday's number minus today's */
    DAY_MONTH,   /* value: its number, counted from the year 0 */
    DAY_SHIFT,   /* in some weeks; value: days */
    DAY_OTHER
};

struct when_days {
    enum day_shape shape;
    int64_t day[WHEN_DAYS_MAX]; /* numbers */
    size_t n;
    int value;
    bool or_next_week, past, no_such_day;
    int clock; /* "через годину": minutes from midnight; -1 */
};

int64_t when_day_number(int year, int month, int day);
struct when_date when_date_of(int64_t number);
int when_weekday_of(int64_t number); /* 1 Monday to 7 */

/* The days that are told at token `i`, with the words before them. Tokens, or 0. */
size_t when_days_at(const struct when_reader *r, size_t i, struct when_days *ret);

/* What a weekday and a week, told one after the other, mean together. False: they do not belong
 * together. */
bool when_days_join(const struct when_reader *r, const struct when_days *first,
                    const struct when_days *second, struct when_days *ret);

/* ---- hours (when-hour.c) ---- */

/* A time; `open`: of twelve hours, so that it may also be twelve hours later. */
struct when_clock {
    int minutes; /* -1: none */
    bool open;
};

struct when_hours {
    struct when_clock at, from, to;
    bool part; /* `from` and `to` are a part of a day */
    bool about;
};

size_t when_hours_at(const struct when_reader *r, size_t i, bool behind_day,
                     struct when_hours *ret);

#endif
