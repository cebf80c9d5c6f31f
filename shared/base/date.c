#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define ERA_DAYS   146097 /* of 400 years */
#define ERA_YEARS  400
#define EPOCH_DAYS 719468 /* from 1 March of the year 0 to 1 January 1970 */

/* Years are counted from March, so that a leap day is the last day of its year. */
day_number date_number(struct date d)
{
    int year = d.year - (d.month <= 2);
    int era = (year >= 0 ? year : year - (ERA_YEARS - 1)) / ERA_YEARS;
    int of_era = year - era * ERA_YEARS;
    int of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;
}

struct date date_of(day_number n)
{
    int64_t days = (int64_t)n + EPOCH_DAYS;
    int era = (int)((days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS);
    int in_era = (int)(days - (int64_t)era * ERA_DAYS);
    int of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int of_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
    int month = (5 * of_year + 2) / 153;
    struct date d = {.year = of_era + era * ERA_YEARS,
                     .month = month < 10 ? month + 3 : month - 9,
                     .day = of_year - (153 * month + 2) / 5 + 1};

    d.year += d.month <= 2;
    return d;
}

int date_weekday(day_number n)
{
    int of_week = n % 7; /* 1 January 1970 was a Thursday */

    return (of_week + 7 + 3) % 7;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

bool date_exists(struct date d)
{
    return d.year >= 1970 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days_of_month(d.year, d.month);
}

static int digits(const char *text, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

bool date_read(const char *text, day_number *ret)
{
    static const char shape[] = "0000-00-00";

    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return false;
    struct date d = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (text[sizeof shape - 1] != '\0' || !date_exists(d))
        return false;
    *ret = date_number(d);
    return true;
}

char *date_write(day_number n, char out[static 12])
{
    struct date d = date_of(n);

    (void)snprintf(out, 12, "%04d-%02d-%02d", d.year, d.month, d.day);
    return out;
}
