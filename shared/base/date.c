#include "base/date.h"

#include <stdio.h>
#include <string.h>

/* Days of the proleptic Gregorian calendar, counted in years that begin in March, so that the leap
 * day is the last one. */
#define ERA_DAYS  146097 /* 400 years */
#define EPOCH     719468 /* 1 March 0000 to 1 January 1970 */
#define YEAR_DAYS 365

day_number date_number(struct date d)
{
    int year = d.month <= 2 ? d.year - 1 : d.year;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * ERA_DAYS + of_era * YEAR_DAYS + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

struct date date_of(day_number n)
{
    int64_t days = (int64_t)n + EPOCH;
    int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
    int of_era = (int)(days - era * ERA_DAYS);
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / YEAR_DAYS;
    int of_year = of_era - (YEAR_DAYS * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153;

    struct date d = {.year = year + (int)(era * 400),
                     .month = month < 10 ? month + 3 : month - 9,
                     .day = of_year - (153 * month + 2) / 5 + 1};
    d.year += d.month <= 2;
    return d;
}

/* 1 January 1970 was a Thursday. */
int date_weekday(day_number n)
{
    return (int)((((int64_t)n + 3) % 7 + 7) % 7);
}

bool date_exists(struct date d)
{
    if (d.year < 1970 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31)
        return false;
    struct date same = date_of(date_number(d));
    return same.month == d.month && same.day == d.day;
}

bool date_read(const char *text, day_number *ret)
{
    static const char form[] = "0000-00-00";
    struct date d = {0};

    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    d.year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    d.month = (text[5] - '0') * 10 + text[6] - '0';
    d.day = (text[8] - '0') * 10 + text[9] - '0';
    if (!date_exists(d))
        return false;
    *ret = date_number(d);
    return true;
}

char *date_write(day_number n, char out[static 12])
{
    struct date d = date_of(n);

    (void)snprintf(out, 12, "%04d-%02d-%02d", (int)((unsigned)d.year % 10000U),
                   (int)((unsigned)d.month % 100U), (int)((unsigned)d.day % 100U));
    return out;
}
