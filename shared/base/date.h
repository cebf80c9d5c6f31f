/* date - days of the calendar, without a time zone. */
#ifndef HOLOS_BASE_DATE_H
#define HOLOS_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* A day as a number: 0 is 1 January 1970. Days can be counted and compared. */
typedef int32_t day_number;

#define DAY_NONE INT32_MIN

struct date {
    int year, month, day; /* 2026, 1 to 12, 1 to 31 */
};

day_number date_number(struct date d);
struct date date_of(day_number n);

/* 0 is Monday, as profile.week counts. */
int date_weekday(day_number n);

/* Does the calendar have it? From 1970 to 9999. */
bool date_exists(struct date d);

/* Reads "2026-12-03", all of it. False: it is none. */
bool date_read(const char *text, day_number *ret);

/* Writes "2026-12-03"; returns `out`. */
char *date_write(day_number n, char out[static 12]);

#endif
