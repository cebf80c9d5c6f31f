#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute};
    return (int64_t)timegm(&tm) * 1000;
}

/* First in the list: before any zone was used the empty name must not pass as "the same again". */
static void the_empty_name_is_no_zone(void **state)
{
    struct tm tm = {.tm_year = 7};

    (void)state;
    assert_int_equal(zone_local("", 0, &tm), ERR_CONFIG);
    assert_int_equal(tm.tm_year, 7);
}

static void real_zones_exist(void **state)
{
    (void)state;
    assert_true(zone_exists("Europe/Kyiv") || zone_exists("Europe/Kiev"));
    assert_true(zone_exists("UTC"));
    assert_true(zone_exists("America/Argentina/Buenos_Aires"));
}

static void what_is_no_zone_does_not_exist(void **state)
{
    static const char *const names[] = {
        "",
        "Europe",
        "Europe/",
        "Europe/Nowhere",
        "zone.tab",
        "tzdata.zi",
        "/etc/localtime",
        "../zoneinfo/UTC",
        "Europe/../UTC",
        "UTC0",
        "a/name/longer/than/that/of/any/zone/known/to/people/who/keep/the/database"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tm tm = {.tm_year = 7};
        assert_false(zone_exists(names[i]));
        assert_int_equal(zone_local(names[i], 0, &tm), ERR_CONFIG);
        assert_int_equal(tm.tm_year, 7);
    }
}

static void summer_and_winter_differ_by_an_hour(void **state)
{
    struct tm tm;

    (void)state;
    assert_int_equal(zone_local("Europe/Warsaw", utc(2025, 1, 15, 12, 0), &tm), ERR_OK);
    assert_int_equal(tm.tm_hour, 13);
    assert_int_equal(tm.tm_isdst, 0);
    assert_int_equal(zone_local("Europe/Warsaw", utc(2025, 7, 15, 12, 0), &tm), ERR_OK);
    assert_int_equal(tm.tm_hour, 14);
    assert_int_equal(tm.tm_isdst, 1);
}

static void the_hour_that_summer_skips_is_skipped(void **state)
{
    struct tm tm;

    (void)state;
    assert_int_equal(zone_local("Europe/Warsaw", utc(2025, 3, 30, 0, 59), &tm), ERR_OK);
    assert_int_equal(tm.tm_hour, 1);
    assert_int_equal(zone_local("Europe/Warsaw", utc(2025, 3, 30, 1, 0), &tm), ERR_OK);
    assert_int_equal(tm.tm_hour, 3);
}

static void zones_may_alternate(void **state)
{
    struct tm tm;
    int64_t noon = utc(2025, 1, 15, 12, 0);

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(zone_local("Asia/Tokyo", noon, &tm), ERR_OK);
        assert_int_equal(tm.tm_hour, 21);
        assert_int_equal(zone_local("UTC", noon, &tm), ERR_OK);
        assert_int_equal(tm.tm_hour, 12);
        assert_int_equal(zone_local("Asia/Tokyo", utc(2025, 1, 15, 23, 0), &tm), ERR_OK);
        assert_int_equal(tm.tm_mday, 16);
        assert_int_equal(tm.tm_wday, 4);
    }
}

static void an_unknown_zone_leaves_the_last_one_in_use(void **state)
{
    struct tm tm;

    (void)state;
    assert_int_equal(zone_local("Asia/Tokyo", 0, &tm), ERR_OK);
    assert_int_equal(zone_local("Mars/Olympus", 0, &tm), ERR_CONFIG);
    assert_int_equal(zone_local("Asia/Tokyo", 0, &tm), ERR_OK);
    assert_int_equal(tm.tm_hour, 9);
}

static void the_machines_own_zone_comes_back(void **state)
{
    static const char *const given[] = {"Asia/Tokyo", "", NULL};
    struct tm tm;
    int64_t noon = utc(2025, 1, 15, 12, 0);

    (void)state;
    assert_int_equal(zone_machine(noon, &tm),
                     ERR_OK); /* what tests before this one left is put back */
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        struct tm before;
        assert_int_equal(given[i] == NULL ? unsetenv("TZ") : setenv("TZ", given[i], 1), 0);
        tzset();
        assert_int_equal(zone_machine(noon, &before), ERR_OK);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(zone_local("Europe/Warsaw", noon, &tm), ERR_OK);
            assert_int_equal(tm.tm_hour, 13);
            assert_int_equal(zone_machine(noon, &tm), ERR_OK);
            assert_int_equal(tm.tm_hour, before.tm_hour);
        }
        const char *tz = getenv("TZ");
        assert_true(given[i] == NULL ? tz == NULL : tz != NULL && strcmp(tz, given[i]) == 0);
    }
}

static void a_time_beyond_every_calendar_is_refused(void **state)
{
    struct tm tm = {.tm_year = 7};

    (void)state;
    /* INT64_MAX ms is the year 292 million, which still fits: only success or refusal may be. */
    enum err e = zone_local("UTC", INT64_MAX, &tm);
    assert_true(e == ERR_OK ? tm.tm_year > 1000000 : e == ERR_VALUE && tm.tm_year == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_name_is_no_zone),
        cmocka_unit_test(real_zones_exist),
        cmocka_unit_test(what_is_no_zone_does_not_exist),
        cmocka_unit_test(summer_and_winter_differ_by_an_hour),
        cmocka_unit_test(the_hour_that_summer_skips_is_skipped),
        cmocka_unit_test(zones_may_alternate),
        cmocka_unit_test(an_unknown_zone_leaves_the_last_one_in_use),
        cmocka_unit_test(the_machines_own_zone_comes_back),
        cmocka_unit_test(a_time_beyond_every_calendar_is_refused),
    };
    return cmocka_run_group_tests_name("base/zone", tests, NULL, NULL);
}
