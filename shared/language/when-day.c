#include <string.h>

#include "language/when-inside.h"

#define PAST_MONTH  31 /* a day of a month that is over for longer is next year's */
#define YEARS_AHEAD 8  /* 29 February comes at least so often */
#define OPEN_DAYS   7  /* "після п'ятнадцятого": so many days */

/* ==== the calendar ============================================================================ */

/* Days since 1 March of the year 0. */
int64_t when_day_number(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
}

struct when_date when_date_of(int64_t number)
{
    int64_t era = number / 146097;
    int64_t doe = number % 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t m = (5 * doy + 2) / 153;
    int month = (int)(m < 10 ? m + 3 : m - 9);

    return (struct when_date){.year = (int)(yoe + era * 400) + (month <= 2),
                              .month = month,
                              .day = (int)(doy - (153 * m + 2) / 5 + 1)};
}

int when_weekday_of(int64_t number)
{
    return (int)((number + 2) % 7) + 1;
}

static bool is_real(int year, int month, int day)
{
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    struct when_date d = when_date_of(when_day_number(year, month, day));
    return d.day == day && d.month == month;
}

/* ==== one day ================================================================================= */

static void put(struct when_days *d, int64_t number)
{
    if (d->n < WHEN_DAYS_MAX)
        d->day[d->n++] = number;
}

static void put_range(struct when_days *d, int64_t from, int64_t to)
{
    for (int64_t day = from; day <= to && d->n < WHEN_DAYS_MAX; day++)
        put(d, day);
}

static void put_checked(const struct when_reader *r, struct when_days *d, int64_t number)
{
    d->past = number < r->today;
    if (!d->past)
        put(d, number);
}

/* The day of a month without a year: the next one, unless it has only just been. */
static void put_month_day(const struct when_reader *r, struct when_days *d, int month, int day)
{
    int year = when_date_of(r->today).year;

    d->shape = DAY_DATE;
    for (int y = year - 1; y <= year; y++) {
        int64_t ago = is_real(y, month, day) ? r->today - when_day_number(y, month, day) : 0;
        d->past = d->past || (ago > 0 && ago < PAST_MONTH);
    }
    if (d->past)
        return;
    for (int y = year; y <= year + YEARS_AHEAD; y++)
        if (is_real(y, month, day) && when_day_number(y, month, day) >= r->today) {
            put(d, when_day_number(y, month, day));
            return;
        }
    d->no_such_day = true;
}

/* A day without a month, `later` months from this one at least: the next one there is. */
static void put_day(const struct when_reader *r, struct when_days *d, int day, int later)
{
    struct when_date now = when_date_of(r->today);

    d->shape = DAY_DATE;
    for (int k = later; k <= 12; k++) {
        int month = (now.month - 1 + k) % 12 + 1;
        int year = now.year + (now.month - 1 + k) / 12;
        if (is_real(year, month, day) && when_day_number(year, month, day) >= r->today) {
            put(d, when_day_number(year, month, day));
            return;
        }
    }
    d->no_such_day = true;
}

static void put_year_day(const struct when_reader *r, struct when_days *d, int year, int month,
                         int day)
{
    d->shape = DAY_DATE;
    if (year >= 1000 && year < 10000 && is_real(year, month, day))
        put_checked(r, d, when_day_number(year, month, day));
    else
        d->no_such_day = true;
}

/* "2026 року", "дві тисячі двадцять сьомого року" behind a month. */
static size_t year_at(const struct when_reader *r, size_t i, int *ret)
{
    struct when_match unit;
    uint32_t forms = 0;
    int rest = 0;
    int thousands = 0;

    if (i < r->n && r->token[i].kind == TOKEN_FIGURE && r->token[i].digits == 4) {
        *ret = r->token[i].part[0];
        size_t n = when_word(r, i + 1, WHEN_UNIT, &unit) && unit.value == 365 ? unit.n : 0;
        return n + 1;
    }
    size_t n = when_cardinal(r, i, &thousands, &forms);
    size_t word = n == 0 ? 0 : when_words(r, i + n, WHEN_THOUSAND);
    size_t last = word == 0 ? 0 : when_ordinal(r, i + n + word, &rest, &forms);
    if (last == 0)
        return 0;
    *ret = thousands * 1000 + rest;
    n += word + last;
    return n + (when_word(r, i + n, WHEN_UNIT, &unit) && unit.value == 365 ? unit.n : 0);
}

/* What follows says that the number is an hour, a price, a length. */
static bool is_no_day(const struct when_reader *r, size_t i)
{
    struct when_match unit;

    return when_words(r, i, WHEN_HOUR) > 0 || when_words(r, i, WHEN_MINUTE) > 0 ||
           when_words(r, i, WHEN_OF) > 0 || when_words(r, i, WHEN_COUNTED) > 0 ||
           when_word(r, i, WHEN_UNIT, &unit) || when_is_number(r, i);
}

/* "наступного місяця", "цього місяця" behind a day. */
static size_t month_word(const struct when_reader *r, size_t i, int *ret_later)
{
    struct when_match unit;
    size_t n = when_words(r, i, WHEN_NEXT);

    *ret_later = n > 0;
    if (n == 0)
        n = when_words(r, i, WHEN_THIS);
    return n > 0 && when_word(r, i + n, WHEN_UNIT, &unit) && unit.value == 30 ? n + unit.n : 0;
}

struct number {
    int value;
    uint32_t forms;
    bool ordinal;
};

/* Is it a day without a month, told by its number alone? `i` is what follows. */
static bool may_be_bare_day(const struct when_reader *r, size_t i, const struct number *number)
{
    const uint32_t of = FORM(MALE, GEN) | FORM(NEUTER, GEN);
    const uint32_t neuter = FORM(NEUTER, NOM) | FORM(NEUTER, ACC);
    bool asked = r->ask->asked == WHEN_ASKED_DAY;
    bool offered = r->ask->asked == WHEN_ASKED_CHOICE && number->value <= r->ask->offers;

    if (is_no_day(r, i))
        return false;
    if (!number->ordinal)
        return asked;
    if ((number->forms & of) != 0)
        return !offered;
    return (number->forms & neuter) != 0 && (asked || (number->value > 2 && !offered));
}

/* The number of a day of a month, with what follows it. */
static size_t numbered_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    const uint32_t dates = FORMS_OF(MALE) | FORMS_OF(NEUTER);
    struct number number = {.value = 0};
    int month = 0;
    int year = 0;
    int later = 0;
    size_t n = when_ordinal(r, i, &number.value, &number.forms);

    number.ordinal = n > 0;
    if (n == 0)
        n = when_cardinal(r, i, &number.value, &number.forms);
    if (n == 0 || (number.ordinal && (number.forms & dates) == 0) || number.value < 1 ||
        number.value > 31)
        return 0;
    size_t word = when_words(r, i + n, WHEN_OF_MONTH);
    n += word;
    size_t m = when_month(r, i + n, &month);
    if (m > 0) {
        size_t y = year_at(r, i + n + m, &year);
        if (y > 0)
            put_year_day(r, d, year, month, number.value);
        else
            put_month_day(r, d, month, number.value);
        return n + m + y;
    }
    size_t w = month_word(r, i + n, &later);
    if (w == 0 && word == 0 && !may_be_bare_day(r, i + n, &number))
        return 0;
    put_day(r, d, number.value, later);
    return n + w;
}

/* 15.11, 15/11/2026, 2026-11-15. */
static size_t group_at(const struct when_reader *r, size_t i, bool hour_before, struct when_days *d)
{
    const struct token *t = i < r->n ? &r->token[i] : NULL;
    struct when_match unit;

    if (t == NULL || t->kind != TOKEN_GROUP || t->sign == ':')
        return 0;
    int day = t->part[0];
    int month = t->part[1];
    if (t->parts == 3 && t->part[0] > 99) {
        put_year_day(r, d, t->part[0], month, t->part[2]);
        return 1;
    }
    if (day < 1 || day > 31 || month < 1 || month > 12)
        return 0;
    if (t->parts == 3) {
        put_year_day(r, d, t->part[2] < 100 ? 2000 + t->part[2] : t->part[2], month, day);
        return 1 + (when_word(r, i + 1, WHEN_UNIT, &unit) && unit.value == 365 ? unit.n : 0);
    }
    bool hour =
        hour_before || r->ask->asked == WHEN_ASKED_TIME || when_words(r, i + 1, WHEN_OF) > 0;
    if (t->sign == '-' || (t->sign == '.' && hour && day < 24))
        return 0;
    put_month_day(r, d, month, day);
    return 1;
}

/* ==== weekdays and weeks ====================================================================== */

static int64_t monday(const struct when_reader *r, int weeks)
{
    return r->today - when_weekday_of(r->today) + 1 + 7 * (int64_t)weeks;
}

static int64_t coming(const struct when_reader *r, int weekday)
{
    return r->today + (weekday - when_weekday_of(r->today) + 7) % 7;
}

enum which { WHICH_NONE, WHICH_THIS, WHICH_NEXT, WHICH_COMING, WHICH_THAT };

static size_t which_at(const struct when_reader *r, size_t i, enum which *ret)
{
    static const enum when_kind kinds[] = {
        [WHICH_THIS] = WHEN_THIS, [WHICH_NEXT] = WHEN_NEXT, [WHICH_COMING] = WHEN_COMING};

    for (enum which k = WHICH_THIS; k <= WHICH_COMING; k++) {
        struct when_match m;
        bool found = when_word(r, i, kinds[k], &m);
        *ret = m.value == 1 ? WHICH_THAT : k;
        if (found)
            return m.n;
    }
    *ret = WHICH_NONE;
    return 0;
}

static void put_weekday(const struct when_reader *r, struct when_days *d, enum which which,
                        int weekday)
{
    d->shape = DAY_WEEKDAY;
    d->value = weekday;
    int64_t day = coming(r, weekday);
    if (which == WHICH_NEXT) {
        put(d, monday(r, 1) + weekday - 1);
        return;
    }
    d->or_next_week = which != WHICH_THIS && day == r->today;
    put(d, day);
}

static void put_week(const struct when_reader *r, struct when_days *d, int weeks, int first,
                     int last)
{
    int64_t start = monday(r, weeks);

    d->shape = DAY_WEEK;
    d->value = (int)(start - r->today);
    put_range(d, start + first - 1 < r->today ? r->today : start + first - 1, start + last - 1);
}

static size_t weekday_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    enum which which = WHICH_NONE;
    int weekday = 0;
    size_t n = which_at(r, i, &which);
    size_t m = which == WHICH_THAT ? 0 : when_weekday(r, i + n, &weekday);

    if (m > 0) {
        put_weekday(r, d, which, weekday);
        return n + m;
    }
    if (which == WHICH_THAT)
        return 0;
    bool end = when_words(r, i + n, WHEN_WEEKEND) > 0;
    m = end ? when_words(r, i + n, WHEN_WEEKEND) : when_words(r, i + n, WHEN_WORKDAYS);
    if (m == 0)
        return 0;
    bool over = !end && which != WHICH_THIS && when_weekday_of(r->today) > 4;
    put_week(r, d, which == WHICH_NEXT || over, end ? 6 : 1, end ? 7 : 5);
    d->shape = DAY_OTHER;
    return n + m;
}

/* A week or month, with its begin, middle or end: 1, 2, 3; 0: all of it. */
static void put_part_of_week(const struct when_reader *r, struct when_days *d, enum which which,
                             int part)
{
    int first = part == 3 ? 4 : part == 2 ? 3 : 1;
    int last = part == 3 ? 5 : part == 2 ? 3 : part == 1 ? 2 : 7;
    bool over = which != WHICH_THIS && part > 0 && when_weekday_of(r->today) >= last;
    int weeks = which == WHICH_NEXT || over;

    put_week(r, d, weeks, first, last);
    if (d->n == 0)
        put_week(r, d, weeks + 1, first, last);
}

static void put_part_of_month(const struct when_reader *r, struct when_days *d, int month, int year,
                              int part)
{
    int next_month = month % 12 + 1;
    int64_t start = when_day_number(year, month, 1);
    int64_t end = when_day_number(year + (month == 12), next_month, 1) - 1;

    d->shape = DAY_OTHER;
    if (part == 0) {
        d->shape = DAY_MONTH;
        d->value = year * 12 + month - 1;
    }
    int64_t from = part < 2 ? start : part == 2 ? start + 11 : end - 6;
    int64_t to = part == 1 ? start + 6 : part == 2 ? start + 17 : end;
    put_range(d, from < r->today ? r->today : from, to);
    d->past = d->n == 0;
}

static size_t part_at(const struct when_reader *r, size_t i, int *ret)
{
    static const enum when_kind kinds[] = {WHEN_BEGIN, WHEN_MIDDLE, WHEN_END};

    for (int k = 0; k < 3; k++) {
        size_t n = when_words(r, i, kinds[k]);
        *ret = k + 1;
        if (n > 0)
            return n;
    }
    *ret = 0;
    return 0;
}

static size_t month_part_at(const struct when_reader *r, size_t i, enum which which, int part,
                            struct when_days *d)
{
    struct when_date now = when_date_of(r->today);
    struct when_match unit;
    int month = 0;
    size_t n = when_month(r, i, &month);

    if (n > 0) {
        int64_t end = when_day_number(now.year, month, 28);
        put_part_of_month(r, d, month, now.year + (end < r->today), part);
        return n;
    }
    if (!when_word(r, i, WHEN_UNIT, &unit) || unit.value != 30)
        return 0;
    int next = which == WHICH_NEXT || (which != WHICH_THIS && part == 1 && now.day > 7);
    put_part_of_month(r, d, (now.month - 1 + next) % 12 + 1, now.year + (now.month - 1 + next) / 12,
                      part);
    return unit.n;
}

/* "на початку наступного тижня", "в кінці місяця", "на наступному тижні". */
static size_t week_at(const struct when_reader *r, size_t i, bool in, struct when_days *d)
{
    struct when_match unit;
    enum which which = WHICH_NONE;
    int part = 0;
    size_t n = part_at(r, i, &part);

    n += which_at(r, i + n, &which);
    bool other = which == WHICH_NONE || which == WHICH_THAT;
    size_t month = part == 0 && other ? 0 : month_part_at(r, i + n, which, part, d);
    if (month > 0)
        return n + month;
    if (!when_word(r, i + n, WHEN_UNIT, &unit) || unit.value != 7)
        return 0;
    if (part == 0 && which == WHICH_NONE) {
        if (!in)
            return 0;
        d->shape = DAY_OTHER;
        put_range(d, r->today, r->today + 6);
        return n + unit.n;
    }
    which = which == WHICH_THAT ? WHICH_NEXT : which == WHICH_COMING ? WHICH_NONE : which;
    put_part_of_week(r, d, which, part);
    return n + unit.n;
}

/* ==== lengths ================================================================================= */

/* A number before a unit; 1 if there is none, and *ret_n 0. */
static int count_at(const struct when_reader *r, size_t i, size_t *ret_n)
{
    uint32_t forms = 0;
    int value = 1;

    *ret_n = when_words(r, i, WHEN_PAIR);
    if (*ret_n > 0)
        return 2;
    *ret_n = when_cardinal(r, i, &value, &forms);
    return value;
}

static void put_minutes(const struct when_reader *r, struct when_days *d, int minutes)
{
    int at = r->ask->now->tm_hour * 60 + r->ask->now->tm_min + minutes;

    d->shape = DAY_OTHER;
    put(d, r->today + at / 1440);
    d->clock = at % 1440;
}

static size_t hours_ahead(const struct when_reader *r, size_t i, int count, struct when_days *d)
{
    size_t n = when_words(r, i, WHEN_HOUR);

    if (n > 0) {
        put_minutes(r, d, count * 60);
        return n;
    }
    n = when_words(r, i, WHEN_MINUTE);
    if (n == 0 || when_is_number(r, i + n)) /* "за п'ять хвилин шоста" */
        return 0;
    put_minutes(r, d, count);
    return n;
}

static bool put_shift(const struct when_reader *r, struct when_days *d, int unit, int count)
{
    struct when_date now = when_date_of(r->today);

    d->shape = unit == 7 ? DAY_SHIFT : DAY_OTHER;
    if (unit == 30) {
        int month = now.month - 1 + count;
        int year = now.year + month / 12;
        int day = now.day;
        while (!is_real(year, month % 12 + 1, day))
            day--;
        put(d, when_day_number(year, month % 12 + 1, day));
        return true;
    }
    /* "через день" leaves a day out: a caller who means tomorrow says "завтра". */
    bool skips = unit == 1 && count == 1;
    d->value = unit * count + skips;
    put(d, r->today + d->value);
    return unit < 30;
}

/* "через два тижні", "дня через два", "через годину". */
static size_t ahead_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    struct when_match unit = {.n = 0};
    size_t number = 0;
    bool turned = when_word(r, i, WHEN_UNIT, &unit);
    size_t n = turned ? unit.n : 0;
    struct when_match in;

    if (!when_word(r, i + n, WHEN_IN, &in))
        return 0;
    n += in.n;
    if (in.value == 0 && when_words(r, i + n, WHEN_HALF_HOUR) > 0) {
        put_minutes(r, d, 30);
        return n + when_words(r, i + n, WHEN_HALF_HOUR);
    }
    int count = count_at(r, i + n, &number);
    if (turned && number == 0)
        return 0;
    n += number;
    if (!turned && !when_word(r, i + n, WHEN_UNIT, &unit)) {
        size_t hours = in.value > 0 ? 0 : hours_ahead(r, i + n, count, d);
        return hours == 0 ? 0 : n + hours;
    }
    if (!put_shift(r, d, unit.value, count))
        return 0;
    return n + (turned ? 0 : unit.n);
}

/* ==== any of them ============================================================================= */

static size_t named_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    struct when_match day;

    if (!when_word(r, i, WHEN_DAY, &day))
        return 0;
    d->shape = DAY_OTHER;
    put_checked(r, d, r->today + day.value);
    return day.n;
}

static size_t one_at(const struct when_reader *r, size_t i, bool hour_before, bool in,
                     struct when_days *d)
{
    size_t n = named_at(r, i, d);

    *d = n > 0 ? *d : (struct when_days){.clock = -1};
    if (n == 0)
        n = weekday_at(r, i, d);
    if (n == 0)
        n = ahead_at(r, i, d);
    if (n == 0)
        n = week_at(r, i, in, d);
    if (n == 0)
        n = group_at(r, i, hour_before, d);
    if (n == 0 && !hour_before)
        n = numbered_at(r, i, d);
    return n;
}

static bool is_single(const struct when_days *d)
{
    return d->n == 1 && d->clock < 0;
}

/* "з понеділка по середу", "з п'ятого до восьмого грудня": the second may have the month. */
static size_t range_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    struct when_days from = {.clock = -1};
    struct when_days to = {.clock = -1};
    uint32_t forms = 0;
    int day = 0;
    size_t n = when_words(r, i, WHEN_FROM);
    size_t first = n == 0 ? 0 : one_at(r, i + n, false, false, &from);

    if (first == 0 && n > 0)
        first = when_ordinal(r, i + n, &day, &forms);
    size_t until = first == 0 ? 0 : when_words(r, i + n + first, WHEN_UNTIL);
    size_t second = until == 0 ? 0 : one_at(r, i + n + first + until, false, false, &to);
    if (second == 0 || !is_single(&to))
        return 0;
    int64_t start = from.n == 1 ? from.day[0] : 0;
    if (from.shape != DAY_WEEKDAY && when_ordinal(r, i + n, &day, &forms) == first) {
        struct when_date end = when_date_of(to.day[0]);
        start = to.day[0] - end.day + day;
    }
    int64_t end = to.day[0];
    if (end < start && to.shape == DAY_WEEKDAY)
        end += 7;
    if (end < start || start < r->today)
        return 0;
    d->shape = DAY_OTHER;
    put_range(d, start, end);
    return n + first + until + second;
}

/* "після середи", "до п'ятниці", "не раніше п'ятнадцятого". */
static size_t bound_at(const struct when_reader *r, size_t i, struct when_days *d)
{
    struct when_days day = {.clock = -1};
    struct when_match bound;
    bool after = when_word(r, i, WHEN_AFTER, &bound);

    if (!after && !when_word(r, i, WHEN_BEFORE, &bound))
        return 0;
    size_t n = one_at(r, i + bound.n, false, false, &day);
    if (n == 0 || !is_single(&day))
        return 0;
    d->shape = DAY_OTHER;
    if (after)
        put_range(d, day.day[0] + 1 - bound.value, day.day[0] + OPEN_DAYS - bound.value);
    else if (day.shape == DAY_WEEKDAY || day.shape == DAY_DATE || bound.value == 1)
        put_range(d, r->today, day.day[0] - 1 + bound.value);
    return bound.n + n;
}

size_t when_days_at(const struct when_reader *r, size_t i, struct when_days *ret)
{
    struct when_match at;
    uint32_t forms = 0;
    int value = 0;

    *ret = (struct when_days){.clock = -1};
    size_t n = named_at(r, i, ret);
    if (n == 0)
        n = range_at(r, i, ret);
    if (n == 0)
        n = bound_at(r, i, ret);
    if (n > 0)
        return n;
    bool hour = when_word(r, i, WHEN_AT, &at) && (at.value == 1 || at.value == 2);
    if (at.n == 0)
        at.n = when_words(r, i, WHEN_FROM); /* з понеділка */
    size_t j = i + at.n;
    n = one_at(r, j, hour, at.n > 0, ret);
    if (n == 0)
        return 0;
    /* "в 15" and "на десять" are hours, "на 15" may be a day. */
    bool bare = at.n > 0 && n == when_cardinal(r, j, &value, &forms);
    if (bare && (at.value != 3 || r->token[j].kind == TOKEN_WORD))
        return 0;
    return at.n + n;
}

/* ==== two of them ============================================================================= */

bool when_days_join(const struct when_reader *r, const struct when_days *first,
                    const struct when_days *second, struct when_days *ret)
{
    if (first->shape == DAY_MONTH && second->shape == DAY_DATE && second->n == 1) {
        int day = when_date_of(second->day[0]).day;
        bool real = is_real(first->value / 12, first->value % 12 + 1, day);
        *ret = *second;
        ret->day[0] = when_day_number(first->value / 12, first->value % 12 + 1, real ? day : 1);
        return real && ret->day[0] >= r->today;
    }
    const struct when_days *weekday = first->shape == DAY_WEEKDAY ? first : second;
    const struct when_days *other = weekday == first ? second : first;

    if (weekday->shape != DAY_WEEKDAY || other->n == 0)
        return false;
    *ret = *weekday;
    ret->or_next_week = false;
    if (other->shape == DAY_DATE)
        *ret = *other; /* the date is surer than the day's name */
    else if (other->shape == DAY_SHIFT)
        ret->day[0] = coming(r, weekday->value) + other->value;
    else if (other->shape == DAY_WEEK)
        ret->day[0] = r->today + other->value + weekday->value - 1;
    else
        return false;
    ret->n = 1;
    return ret->day[0] >= r->today;
}
