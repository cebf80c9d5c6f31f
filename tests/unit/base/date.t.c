#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void the_days_of_the_calendar_are_counted_as_the_system_counts_them(void **state)
{
    day_number last = 2932896; /* 31 December 9999 */

    (void)state;
    for (day_number n = 0; n <= last; n++) {
        time_t t = (time_t)n * 86400;
        struct tm tm;
        assert_non_null(gmtime_r(&t, &tm));
        struct date d = date_of(n);
        if (d.year != tm.tm_year + 1900 || d.month != tm.tm_mon + 1 || d.day != tm.tm_mday ||
            date_weekday(n) != (tm.tm_wday + 6) % 7 || date_number(d) != n || !date_exists(d))
            fail_msg("day %d is %d-%d-%d", (int)n, d.year, d.month, d.day);
    }
    assert_int_equal(date_number((struct date){9999, 12, 31}), last);
    assert_false(date_exists(date_of(last + 1)));
}

static void days_before_1970_can_be_counted_too(void **state)
{
    (void)state;
    assert_int_equal(date_number((struct date){1969, 12, 31}), -1);
    assert_int_equal(date_weekday(-1), 2);
    assert_int_equal(date_of(-1).year, 1969);
    assert_int_equal(date_of(-719469).day, 29); /* 29 February of the year 0 */
    assert_int_equal(date_weekday(-7), 3);
}

static void a_written_date_is_read_and_written_again(void **state)
{
    static const char *const dates[] = {"1970-01-01", "2024-02-29", "2026-12-03", "9999-12-31",
                                        "2000-02-29"};
    char out[12];

    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        day_number n = DAY_NONE;
        assert_true(date_read(dates[i], &n));
        assert_string_equal(date_write(n, out), dates[i]);
    }
}

static void what_is_no_date_is_not_read(void **state)
{
    static const char *const texts[] = {
        "",           "2026",        "2026-12",      "2026-12-3",  "2026-1-03",  "2026-02-30",
        "2026-02-29", "2100-02-29",  "2026-13-01",   "2026-00-01", "2026-01-00", "2026-04-31",
        "1969-12-31", "2026-12-03 ", " 2026-12-03",  "2026/12/03", "03-12-2026", "2026-12-033",
        "+026-12-03", "2026-12-0x",  "2026-12-03\n", "-026-12-03", "2026-12--3", "12026-12-03"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        day_number n = 77;
        if (date_read(texts[i], &n))
            fail_msg("\"%s\" was read", texts[i]);
        assert_int_equal(n, 77);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_days_of_the_calendar_are_counted_as_the_system_counts_them),
        cmocka_unit_test(days_before_1970_can_be_counted_too),
        cmocka_unit_test(a_written_date_is_read_and_written_again),
        cmocka_unit_test(what_is_no_date_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
