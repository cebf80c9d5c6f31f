#include "tests/unit/business/free-salon.h"

/* ---- when the clocks are changed ------------------------------------------------------------------ */

static void an_hour_that_is_skipped_has_no_starts(void **state)
{
    (void)state;
    ask_day(2026, 3, 29); /* 3:00 is 4:00 */
    works(AT(0, 0), AT(6, 0));
    salon.what[CUT].minutes = 90;
    assert_string_equal(found(), "00:00i 00:30i 01:00i 01:30i 02:00i 02:30i 04:00i 04:30i");
    assert_true(salon.times.time[5].start_s == utc(2026, 3, 29, 0, 30));
    assert_true(salon.times.time[5].end_s == utc(2026, 3, 29, 2, 0)); /* 5:00 */
    assert_true(salon.times.time[6].start_s == utc(2026, 3, 29, 1, 0));
    works(AT(0, 0), AT(4, 30));
    assert_string_equal(found(), "00:00i 00:30i 01:00i 01:30i 02:00i");
    assert_int_equal(why(AT(3, 30)), FREE_NO_SUCH);
    assert_int_equal(why(AT(2, 30)), FREE_OUTSIDE);
}

static void hours_and_breaks_in_a_skipped_hour_are_as_if_they_were_not(void **state)
{
    (void)state;
    ask_day(2026, 3, 29);
    works(AT(3, 0), AT(4, 0));
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(2, 0)), FREE_OUTSIDE);
    works(AT(2, 0), AT(5, 0));
    rests(AT(3, 0), AT(4, 0));
    assert_string_equal(found(), "02:00i 02:30i 04:00i");
    rests(AT(3, 30), AT(4, 30));
    assert_string_equal(found(), "02:00i");
}

static void an_hour_that_comes_twice_has_no_starts_and_all_of_its_length(void **state)
{
    (void)state;
    ask_day(2026, 10, 25); /* 4:00 is 3:00 */
    works(AT(0, 0), AT(6, 0));
    salon.what[CUT].minutes = 150;
    assert_string_equal(found(), "00:00i 00:30i 01:00i 01:30i 02:00i 02:30i");
    assert_true(salon.times.time[5].start_s == utc(2026, 10, 24, 23, 30));
    assert_true(salon.times.time[5].end_s == utc(2026, 10, 25, 2, 0)); /* 4:00 of winter */
    salon.what[CUT].minutes = 60;
    assert_string_equal(found(), "00:00i 00:30i 01:00i 01:30i 02:00i 02:30i 04:00i 04:30i 05:00i");
    assert_true(salon.times.time[6].start_s == utc(2026, 10, 25, 2, 0));
    assert_int_equal(why(AT(3, 0)), FREE_NO_SUCH);
    salon.what[CUT].minutes = 7 * 60;
    assert_string_equal(found(), "00:00i");
}

static void hours_that_end_in_the_doubled_hour_end_there_twice(void **state)
{
    (void)state;
    ask_day(2026, 10, 25);
    works(AT(2, 0), AT(3, 30));
    salon.what[CUT].minutes = 90;
    assert_string_equal(found(), "02:00i"); /* until the first half past three */
    salon.what[CUT].minutes = 120;
    assert_string_equal(found(), "");
    works(AT(2, 0), AT(6, 0));
    rests(AT(3, 0), AT(3, 30)); /* twice, too */
    salon.what[CUT].minutes = 60;
    assert_string_equal(found(), "02:00i 04:00i 04:30i 05:00i");
    rests(AT(0, 0), AT(0, 1));
    works(AT(2, 0), AT(3, 30));
    works_also(AT(3, 30), AT(6, 0)); /* half an hour of the first comes after the second begins */
    assert_string_equal(found(), "02:00i 02:30i 04:00i 04:30i 05:00i");
}

static void clocks_may_change_by_half_an_hour(void **state)
{
    (void)state;
    salon.ask.time_zone = "Australia/Lord_Howe";
    ask_day(2026, 10, 4); /* 2:00 is 2:30 */
    works(AT(1, 0), AT(4, 0));
    assert_string_equal(found(), "01:00i 01:30i 02:30i 03:00i");
    assert_true(salon.times.time[1].end_s - salon.times.time[1].start_s == 3600);
    ask_day(2026, 4, 5); /* 2:00 is 1:30 */
    assert_string_equal(found(), "01:00i 02:00i 02:30i 03:00i");
    assert_true(salon.times.time[1].start_s - salon.times.time[0].start_s == 5400);
}

static void a_zone_may_be_quarters_of_an_hour_from_utc(void **state)
{
    (void)state;
    salon.ask.time_zone = "Asia/Kathmandu";
    ask_day(2026, 12, 2);
    salon.ask.now_s = utc(2026, 12, 1, 0, 0);
    assert_string_equal(found(), "10:00i 10:30i 11:00i 11:30i 12:00i");
    assert_true(salon.times.time[0].start_s == utc(2026, 12, 2, 4, 15));
}

static void midnight_need_not_exist(void **state)
{
    (void)state;
    salon.ask.time_zone = "America/Sao_Paulo";
    ask_day(2018, 11, 4); /* 0:00 is 1:00 */
    works(AT(0, 0), AT(3, 0));
    assert_string_equal(found(), "01:00i 01:30i 02:00i");
    assert_true(salon.times.time[0].start_s == utc(2018, 11, 4, 3, 0));
    assert_int_equal(why(AT(0, 0)), FREE_NO_SUCH);
    ask_day(2018, 2, 17); /* midnight is 23:00 again */
    works(AT(21, 0), AT(24, 0));
    salon.what[CUT].minutes = 120;
    assert_string_equal(found(), "21:00i 21:30i 22:00i 22:30i");
    assert_int_equal(why(AT(23, 0)), FREE_NO_SUCH);
    salon.what[CUT].minutes = 240;
    assert_string_equal(found(), "21:00i");
}

static void a_day_may_not_exist_at_all(void **state)
{
    (void)state;
    salon.ask.time_zone = "Pacific/Apia";
    ask_day(2011, 12, 30);
    salon.what[CUT].minutes = 180;
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_NO_SUCH);
    salon.ask.from--;
    salon.ask.to++;
    assert_string_equal(found(), "10:00i 2011-12-31 10:00i");
    assert_true(salon.times.time[1].start_s - salon.times.time[0].start_s == 86400);
}

/* ---- seconds, zones, memory ----------------------------------------------------------------------- */

static void a_local_minute_has_its_second(void **state)
{
    int64_t s = 7;

    (void)state;
    assert_true(free_second("Europe/Kyiv", date(2026, 12, 2), AT(10, 0), &s));
    assert_true(s == utc(2026, 12, 2, 8, 0));
    assert_true(free_second("Europe/Kyiv", date(2026, 7, 2), 0, &s));
    assert_true(s == utc(2026, 7, 1, 21, 0));
    assert_true(free_second("Pacific/Kiritimati", date(2026, 7, 2), AT(23, 59), &s));
    assert_true(s == utc(2026, 7, 2, 9, 59));
    assert_true(free_second("Etc/GMT+12", date(2026, 7, 2), AT(23, 59), &s));
    assert_true(s == utc(2026, 7, 3, 11, 59));
}

static void a_local_minute_that_is_none_has_no_second(void **state)
{
    int64_t s = 7;

    (void)state;
    assert_false(free_second("Europe/Kyiv", date(2026, 3, 29), AT(3, 0), &s));
    assert_false(free_second("Europe/Kyiv", date(2026, 3, 29), AT(3, 59), &s));
    assert_false(free_second("Europe/Kyiv", date(2026, 10, 25), AT(3, 0), &s));
    assert_false(free_second("Europe/Kyiv", date(2026, 10, 25), AT(3, 59), &s));
    assert_false(free_second("Europe/Kyiv", date(2026, 12, 2), -1, &s));
    assert_false(free_second("Europe/Kyiv", date(2026, 12, 2), AT(24, 0), &s));
    assert_false(free_second("Mars/Olympus", date(2026, 12, 2), 0, &s));
    assert_true(s == 7);
    assert_true(free_second("Europe/Kyiv", date(2026, 3, 29), AT(2, 59), &s));
    assert_true(free_second("Europe/Kyiv", date(2026, 10, 25), AT(4, 0), &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_hour_that_is_skipped_has_no_starts),
        TEST(hours_and_breaks_in_a_skipped_hour_are_as_if_they_were_not),
        TEST(an_hour_that_comes_twice_has_no_starts_and_all_of_its_length),
        TEST(hours_that_end_in_the_doubled_hour_end_there_twice),
        TEST(clocks_may_change_by_half_an_hour),
        TEST(a_zone_may_be_quarters_of_an_hour_from_utc),
        TEST(midnight_need_not_exist),
        TEST(a_day_may_not_exist_at_all),
        TEST(a_local_minute_has_its_second),
        TEST(a_local_minute_that_is_none_has_no_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
