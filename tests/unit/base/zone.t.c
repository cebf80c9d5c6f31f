#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* The stretches as text, seconds from `from_s`: "0:+7200 3600:+10800". */
static const char *stretches(const char *zone, int64_t from_s, int64_t to_s)
{
    static char text[256];
    struct zone_stretch s[32];
    size_t n = 0;
    size_t end = 0;

    assert_in_range(ZONE_STRETCHES(from_s, to_s), 2, 32);
    assert_int_equal(zone_stretches(zone, from_s, to_s, s, &n), ERR_OK);
    for (size_t i = 0; i < n; i++)
        end += (size_t)snprintf(text + end, sizeof text - end, "%s%lld:%+d", i == 0 ? "" : " ",
                                (long long)(s[i].from_s - from_s), (int)s[i].offset_s);
    return text;
}

static void local_time_runs_on_in_stretches(void **state)
{
    int64_t spring = utc(2026, 3, 29, 1, 0) / 1000;
    int64_t day = 86400;

    (void)state;
    assert_string_equal(stretches("Asia/Kathmandu", 0, 10 * day), "0:+19800");
    assert_string_equal(stretches("Asia/Kathmandu", spring, spring + 1), "0:+20700");
    assert_string_equal(stretches("Europe/Kyiv", spring - day, spring + day),
                        "0:+7200 86400:+10800");
    assert_string_equal(stretches("Europe/Kyiv", spring - 777, spring + 20 * day),
                        "0:+7200 777:+10800");
    assert_string_equal(stretches("America/Sao_Paulo", spring, spring + day), "0:-10800");
    /* a month without it in the middle of the summer */
    int64_t february = utc(2026, 2, 15, 2, 0) / 1000;
    assert_string_equal(stretches("Africa/Casablanca", february - 1, february + 28 * day + 3),
                        "0:+3600 1:+0");
}

static void a_change_at_the_edge_of_what_is_asked_is_seen_or_is_outside(void **state)
{
    int64_t spring = utc(2026, 3, 29, 1, 0) / 1000;

    (void)state;
    assert_string_equal(stretches("Europe/Kyiv", spring - 10, spring), "0:+7200");
    assert_string_equal(stretches("Europe/Kyiv", spring - 10, spring + 1), "0:+7200 10:+10800");
    assert_string_equal(stretches("Europe/Kyiv", spring - 1, spring + 1), "0:+7200 1:+10800");
    assert_string_equal(stretches("Europe/Kyiv", spring, spring + 1), "0:+10800");
    assert_string_equal(stretches("Europe/Kyiv", spring - 86400, spring), "0:+7200");
    assert_string_equal(stretches("Europe/Kyiv", spring - 86400, spring + 1),
                        "0:+7200 86400:+10800");
}

static void an_unknown_zone_has_no_stretches(void **state)
{
    struct zone_stretch s[2];
    size_t n = 7;

    (void)state;
    assert_int_equal(zone_stretches("Mars/Olympus", 0, 1, s, &n), ERR_CONFIG);
    assert_int_equal(zone_stretches("UTC", INT64_MAX - 1, INT64_MAX, s, &n), ERR_VALUE);
    assert_int_equal(n, 7);
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
        cmocka_unit_test(local_time_runs_on_in_stretches),
        cmocka_unit_test(a_change_at_the_edge_of_what_is_asked_is_seen_or_is_outside),
        cmocka_unit_test(an_unknown_zone_has_no_stretches),
    };
    return cmocka_run_group_tests_name("base/zone", tests, NULL, NULL);
}
