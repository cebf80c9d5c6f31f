#include "tests/unit/business/free-salon.h"

/* ---- hours ---------------------------------------------------------------------------------------- */

static void a_visit_ends_before_closing(void **state)
{
    (void)state;
    assert_string_equal(found(), "10:00i 10:30i 11:00i 11:30i 12:00i");
    assert_true(salon.times.time[0].start_s == kyiv(10, 0));
    assert_true(salon.times.time[0].end_s == kyiv(11, 0));
    assert_int_equal(salon.times.time[0].day, date(2026, 12, 2));
    works(AT(10, 0), AT(10, 59));
    assert_string_equal(found(), "");
}

static void starts_lie_on_cells_of_the_day_whatever_the_opening(void **state)
{
    (void)state;
    works(AT(9, 50), AT(11, 10));
    salon.book.cell_minutes = 5;
    assert_string_equal(found(), "09:50i 09:55i 10:00i 10:05i 10:10i");
    salon.book.cell_minutes = 10;
    assert_string_equal(found(), "09:50i 10:00i 10:10i");
    salon.book.cell_minutes = 15;
    assert_string_equal(found(), "10:00i");
    salon.book.cell_minutes = 20;
    assert_string_equal(found(), "10:00i");
    works(AT(9, 40), AT(11, 59));
    assert_string_equal(found(), "09:40i 10:00i 10:20i 10:40i");
    salon.book.cell_minutes = 30;
    assert_string_equal(found(), "10:00i 10:30i");
    salon.book.cell_minutes = 60;
    assert_string_equal(found(), "10:00i");
}

static void a_visit_lies_before_or_after_a_break(void **state)
{
    (void)state;
    works(AT(10, 0), AT(15, 0));
    rests(AT(12, 0), AT(12, 45));
    assert_string_equal(found(), "10:00i 10:30i 11:00i 13:00i 13:30i 14:00i");
}

static void a_visit_lies_in_one_interval_even_if_two_touch(void **state)
{
    (void)state;
    works_also(AT(13, 0), AT(15, 0));
    assert_string_equal(found(), "10:00i 10:30i 11:00i 11:30i 12:00i 13:00i 13:30i 14:00i");
    assert_int_equal(why(AT(12, 30)), FREE_OUTSIDE);
}

static void a_break_may_cover_all_hours_or_the_closing(void **state)
{
    (void)state;
    rests(AT(9, 0), AT(14, 0));
    assert_string_equal(found(), "");
    rests(AT(11, 0), AT(23, 0));
    assert_string_equal(found(), "10:00i");
}

static void hours_until_midnight_do_not_run_into_the_next_day(void **state)
{
    (void)state;
    works(AT(0, 0), AT(24, 0));
    salon.book.cell_minutes = 60;
    salon.what[CUT].minutes = 23 * 60;
    salon.ask.to = salon.ask.from + 1;
    assert_string_equal(found(), "00:00i 01:00i 2026-12-03 00:00i 01:00i");
    assert_true(salon.times.time[1].end_s == salon.times.time[2].start_s);
    salon.what[CUT].minutes = 24 * 60;
    assert_string_equal(found(), "00:00i 2026-12-03 00:00i");
}

static void nobody_works_on_a_closed_day(void **state)
{
    struct date_range closed[] = {{date(2026, 11, 1), date(2026, 11, 5)},
                                  {date(2026, 12, 3), date(2026, 12, 4)}};

    (void)state;
    salon.book.closed = closed;
    salon.book.closed_n = 2;
    salon.what[CUT].minutes = 180;
    salon.ask.to = date(2026, 12, 5);
    assert_string_equal(found(), "10:00i 2026-12-05 10:00i");
    assert_int_equal(why_of(date(2026, 12, 3), AT(10, 0), false), FREE_CLOSED);
    assert_int_equal(why_of(date(2026, 12, 4), AT(9, 0), false), FREE_CLOSED);
}

static void one_who_is_off_or_has_no_hours_does_not_work(void **state)
{
    struct date_range off[] = {{date(2026, 12, 2), date(2026, 12, 3)}};

    (void)state;
    salon.who[INNA].off = off;
    salon.who[INNA].off_n = 1;
    salon.who[OLENA].week[date_weekday(date(2026, 12, 3))].n = 0;
    salon.what[CUT].minutes = 180;
    salon.ask.to = date(2026, 12, 4);
    assert_string_equal(found(), "10:00o 2026-12-03 10:00m 2026-12-04 10:00i");
    salon.ask.specialist = INNA;
    assert_string_equal(found(), "2026-12-04 10:00i");
    assert_int_equal(why(AT(10, 0)), FREE_CLOSED);
}

/* ---- what is taken -------------------------------------------------------------------------------- */

static void what_is_taken_is_not_free_and_what_touches_it_is(void **state)
{
    (void)state;
    salon.ask.specialist = INNA;
    taken(INNA, kyiv(11, 0), kyiv(11, 30), true);
    assert_string_equal(found(), "10:00i 11:30i 12:00i");
    taken(INNA, kyiv(12, 59), kyiv(13, 0), false);
    assert_string_equal(found(), "10:00i 11:30i");
}

static void entries_may_come_in_any_order_and_overlap(void **state)
{
    (void)state;
    works(AT(8, 0), AT(16, 0));
    salon.ask.specialist = INNA;
    taken(INNA, kyiv(14, 0), kyiv(14, 10), true);
    taken(OLENA, kyiv(8, 0), kyiv(16, 0), true);
    taken(INNA, kyiv(9, 0), kyiv(12, 0), true);
    taken(INNA, kyiv(9, 30), kyiv(10, 0), false);
    taken(INNA, kyiv(11, 0), kyiv(12, 30), false);
    assert_string_equal(found(), "08:00i 12:30i 13:00i 14:30i 15:00i");
}

static void entries_without_length_or_specialist_are_not_looked_at(void **state)
{
    (void)state;
    taken(-1, kyiv(10, 0), kyiv(13, 0), true);
    taken(3, kyiv(10, 0), kyiv(13, 0), true);
    taken(INNA, kyiv(11, 0), kyiv(11, 0), true);
    taken(INNA, kyiv(12, 0), kyiv(11, 0), true);
    assert_string_equal(found(), "10:00i 10:30i 11:00i 11:30i 12:00i");
}

static void an_entry_may_last_for_ever(void **state)
{
    (void)state;
    taken(INNA, INT64_MIN, INT64_MAX, true);
    taken(OLENA, kyiv(11, 0), INT64_MAX, false);
    assert_string_equal(found(), "10:00o 10:30m 11:00m 11:30m 12:00m");
}

static void a_buffer_may_run_into_a_break_and_past_closing(void **state)
{
    (void)state;
    works(AT(10, 0), AT(15, 0));
    rests(AT(12, 0), AT(12, 30));
    salon.what[CUT].buffer_minutes = 20;
    assert_string_equal(found(), "10:00i 10:30i 11:00i 12:30i 13:00i 13:30i 14:00i");
    assert_true(salon.times.time[0].end_s == kyiv(11, 0));
}

static void a_buffer_is_kept_free_of_other_visits(void **state)
{
    (void)state;
    works(AT(10, 0), AT(15, 0));
    salon.ask.specialist = INNA;
    salon.what[CUT].buffer_minutes = 30;
    taken(INNA, kyiv(12, 0), kyiv(13, 0), true);
    assert_string_equal(found(), "10:00i 10:30i 13:00i 13:30i 14:00i");
    assert_int_equal(why(AT(11, 0)), FREE_TAKEN);
    /* in the break and after closing, too */
    rests(AT(12, 0), AT(13, 0));
    taken(INNA, kyiv(15, 29), kyiv(16, 0), false);
    assert_string_equal(found(), "10:00i 10:30i 13:00i 13:30i");
}

static void the_clients_own_visits_do_not_overlap(void **state)
{
    (void)state;
    salon.what[CUT].buffer_minutes = 60;
    own(kyiv(11, 0), kyiv(11, 30));
    assert_string_equal(found(), "10:00i 11:30i 12:00i");
    assert_int_equal(why(AT(10, 30)), FREE_OWN);
    own(kyiv(11, 0), kyiv(11, 0)); /* of no length */
    own(kyiv(8, 0), kyiv(10, 1));
    assert_string_equal(found(), "11:30i 12:00i");
}

/* ---- from when to when ---------------------------------------------------------------------------- */

static void a_start_is_not_before_now_and_the_notice(void **state)
{
    (void)state;
    salon.ask.now_s = kyiv(10, 30);
    assert_string_equal(found(), "10:30i 11:00i 11:30i 12:00i");
    salon.ask.now_s++;
    assert_string_equal(found(), "11:00i 11:30i 12:00i");
    assert_int_equal(why(AT(10, 30)), FREE_PAST);
    salon.book.notice_minutes = 60;
    salon.ask.now_s--;
    assert_string_equal(found(), "11:30i 12:00i");
    assert_int_equal(why(AT(11, 0)), FREE_PAST);
    salon.book.notice_minutes = 24 * 60;
    assert_string_equal(found(), "");
    salon.ask.to++;
    assert_string_equal(found(), "2026-12-03 10:30i 11:00i 11:30i 12:00i");
}

static void the_last_day_of_the_horizon_can_be_booked(void **state)
{
    (void)state;
    salon.what[CUT].minutes = 180;
    salon.ask.now_s = kyiv(12, 0);
    salon.ask.from = date(2026, 1, 1);
    salon.ask.to = date(2030, 1, 1);
    salon.book.horizon_days = 2;
    assert_string_equal(found(), "2026-12-03 10:00i 2026-12-04 10:00i");
    assert_int_equal(why_of(date(2026, 12, 4), AT(10, 0), false), FREE_OK);
    assert_int_equal(why_of(date(2026, 12, 5), AT(10, 0), false), FREE_TOO_FAR);
    salon.book.horizon_days = 0;
    assert_string_equal(found(), "");
    salon.ask.now_s = kyiv(10, 0);
    assert_string_equal(found(), "2026-12-02 10:00i");
}

static void the_horizon_counts_local_days(void **state)
{
    (void)state;
    salon.what[CUT].minutes = 180;
    salon.ask.from = date(2026, 10, 20);
    salon.ask.to = date(2026, 11, 20);
    salon.book.horizon_days = 1;
    /* half an hour after midnight in Kyiv, before it in UTC; the day has 25 hours */
    salon.ask.now_s = utc(2026, 10, 24, 21, 30);
    assert_string_equal(found(), "2026-10-25 10:00i 2026-10-26 10:00i");
    salon.ask.now_s = utc(2026, 10, 24, 20, 30);
    assert_string_equal(found(), "2026-10-25 10:00i");
    salon.ask.now_s = utc(2026, 10, 25, 21, 59);
    assert_string_equal(found(), "2026-10-26 10:00i");
}

static void days_that_are_asked_the_wrong_way_round_have_no_times(void **state)
{
    (void)state;
    salon.ask.to = salon.ask.from - 1;
    assert_string_equal(found(), "");
    salon.ask.from = INT32_MAX;
    salon.ask.to = INT32_MIN;
    assert_string_equal(found(), "");
}

/* ---- who ------------------------------------------------------------------------------------------ */

static void the_one_with_the_fewest_visits_that_day_does_it(void **state)
{
    (void)state;
    works(AT(10, 0), AT(12, 0));
    taken(INNA, kyiv(15, 0), kyiv(16, 0), true);
    assert_string_equal(found(), "10:00o 10:30o 11:00o");
    taken(OLENA, kyiv(15, 0), kyiv(16, 0), true);
    taken(MARIA, kyiv(16, 0), kyiv(17, 0), true);
    assert_string_equal(found(), "10:00i 10:30i 11:00i");
    taken(INNA, kyiv(17, 0), kyiv(18, 0), true);
    taken(OLENA, kyiv(11, 0), kyiv(11, 30), false); /* a block */
    assert_string_equal(found(), "10:00o 10:30m 11:00m");
}

static void blocks_and_visits_of_other_days_do_not_count(void **state)
{
    (void)state;
    works(AT(10, 0), AT(11, 0));
    taken(INNA, kyiv(15, 0), kyiv(16, 0), false);
    taken(INNA, kyiv(24, 0), kyiv(25, 0), true);
    taken(INNA, kyiv(2, 0) - 3 * 3600, kyiv(1, 0), true); /* begins the evening before */
    assert_string_equal(found(), "10:00i");
    taken(INNA, kyiv(24, 0) - 1, kyiv(25, 0), true);
    assert_string_equal(found(), "10:00o");
}

static void visits_are_counted_for_each_day_apart(void **state)
{
    (void)state;
    works(AT(10, 0), AT(11, 0));
    salon.ask.to += 2;
    taken(INNA, kyiv(18, 0), kyiv(19, 0), true);
    taken(OLENA, kyiv(18, 0) + 86400, kyiv(19, 0) + 86400, true);
    taken(INNA, kyiv(18, 0) + 86400, kyiv(19, 0) + 86400, true);
    assert_string_equal(found(), "10:00o 2026-12-03 10:00m 2026-12-04 10:00i");
}

static void every_specialist_who_can_is_told_of(void **state)
{
    (void)state;
    works(AT(10, 0), AT(11, 30));
    taken(OLENA, kyiv(10, 0), kyiv(10, 30), true);
    assert_string_equal(found_each(), "10:00i 10:00m 10:30i 10:30o 10:30m");
    salon.ask.specialist = OLENA;
    assert_string_equal(found_each(), "10:30o");
    salon.ask.specialist = -1;
    salon.ask.service[0] = DYE;
    assert_string_equal(found_each(), "10:00i 10:30i 10:30o");
}

static void who_was_asked_for_does_it(void **state)
{
    (void)state;
    salon.ask.specialist = MARIA;
    assert_string_equal(found(), "10:00m 10:30m 11:00m 11:30m 12:00m");
    salon.ask.service[0] = DYE;
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_NOT_DONE_BY);
}

static void a_service_that_nobody_does_has_no_times(void **state)
{
    (void)state;
    salon.what[CUT].by_n = 0;
    assert_string_equal(found(), "");
    assert_string_equal(found_each(), "");
    assert_int_equal(why(AT(10, 0)), FREE_NOT_DONE_BY);
    salon.ask = (struct free_ask){.book = &salon.book,
                                  .time_zone = "Europe/Kyiv",
                                  .now_s = salon.ask.now_s,
                                  .service = {DYE, CUT},
                                  .services = 2,
                                  .specialist = INNA,
                                  .from = salon.ask.from,
                                  .to = salon.ask.to};
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_NOT_DONE_BY);
}

static void no_services_have_no_times(void **state)
{
    (void)state;
    salon.ask.services = 0;
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_NOT_DONE_BY);
}

/* ---- several services ----------------------------------------------------------------------------- */

static void one_who_does_all_of_it_does_all_of_it(void **state)
{
    (void)state;
    visit_of(DYE, WASH);
    assert_string_equal(found(), "10:00oo 10:30oo 11:00oo 11:30oo");
    assert_true(salon.times.time[0].end_s == kyiv(11, 30));
    assert_string_equal(found_each(), "10:00oo 10:30oo 11:00oo 11:30oo");
    /* also when only others are free */
    taken(OLENA, kyiv(10, 0), kyiv(13, 0), false);
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_TAKEN);
}

static void a_break_may_not_lie_inside_such_a_visit(void **state)
{
    (void)state;
    works(AT(10, 0), AT(14, 0));
    rests(AT(11, 0), AT(11, 30));
    visit_of(CUT, CUT);
    assert_string_equal(found(), "11:30ii 12:00ii");
    rests(0, 1);
    works(AT(10, 0), AT(11, 0));
    works_also(AT(11, 0), AT(12, 0));
    assert_string_equal(found(), "");
}

static void a_buffer_does_not_part_two_services_of_one_visit(void **state)
{
    (void)state;
    works(AT(10, 0), AT(13, 0));
    salon.what[DYE].buffer_minutes = 60;
    visit_of(DYE, WASH);
    taken(OLENA, kyiv(13, 0), kyiv(14, 0), true);
    /* dyed until 11:00, washed until 11:30, kept free until 12:00 */
    assert_string_equal(found(), "10:00oo 10:30oo 11:00oo");
    assert_int_equal(why(AT(11, 30)), FREE_TAKEN);
}

static void else_each_service_has_its_own_specialist_back_to_back(void **state)
{
    (void)state;
    visit_of(DYE, NAIL);
    assert_string_equal(found(), "10:00im 10:30im 11:00im 11:30im");
    assert_true(salon.times.time[3].end_s == kyiv(13, 0));
    taken(MARIA, kyiv(11, 30), kyiv(12, 0), false);
    assert_string_equal(found(), "10:00im 11:00im 11:30im");
    taken(INNA, kyiv(9, 30), kyiv(10, 5), true);
    assert_string_equal(found(), "10:00om 11:00om 11:30om");
    assert_string_equal(found_each(), "10:00om 11:00om 11:30om");
    salon.what[NAIL].buffer_minutes = 5;
    taken(MARIA, kyiv(13, 0), kyiv(13, 5), false);
    assert_string_equal(found(), "11:00om");
}

static void the_hours_of_one_do_not_bind_the_other(void **state)
{
    (void)state;
    visit_of(NAIL, DYE);
    for (size_t i = 0; i < 7; i++) {
        salon.who[MARIA].week[i] = (struct day){.open = {{AT(9, 0), AT(10, 30)}}, .n = 1};
        salon.who[MARIA].breaks[i] = (struct day){.open = {{AT(10, 30), AT(12, 0)}}, .n = 1};
    }
    assert_string_equal(found(), "09:30mi 10:00mi");
    salon.who[MARIA].week[date_weekday(salon.ask.from)].n = 0;
    assert_string_equal(found(), "");
    assert_int_equal(why(AT(10, 0)), FREE_CLOSED);
}

static void a_buffer_follows_each_service(void **state)
{
    (void)state;
    visit_of(DYE, NAIL);
    salon.ask.specialist = INNA;
    salon.what[DYE].buffer_minutes = 20;
    taken(INNA, kyiv(11, 15), kyiv(11, 30), true);
    /* Inna's twenty minutes, while Maria works */
    assert_string_equal(found(), "11:30im");
}

static void each_service_is_done_by_the_one_with_the_fewest_visits(void **state)
{
    (void)state;
    works(AT(10, 0), AT(12, 0));
    salon.ask.service[0] = DYE;
    salon.ask.service[1] = WASH;
    salon.ask.service[2] = NAIL;
    salon.ask.services = 3;
    assert_string_equal(found(), "10:00iom");
    taken(OLENA, kyiv(15, 0), kyiv(16, 0), true);
    assert_string_equal(found(), "10:00imm");
    taken(INNA, kyiv(15, 0), kyiv(16, 0), true);
    taken(INNA, kyiv(16, 0), kyiv(17, 0), true);
    assert_string_equal(found(), "10:00omm");
    taken(OLENA, kyiv(10, 0), kyiv(10, 30), false);
    assert_string_equal(found(), "10:00imm");
}

static void who_was_asked_for_does_what_they_can_of_it(void **state)
{
    (void)state;
    works(AT(10, 0), AT(12, 0));
    visit_of(DYE, WASH);
    salon.ask.specialist = INNA;
    assert_string_equal(found(), "10:00io 10:30io");
    salon.ask.specialist = MARIA;
    assert_string_equal(found(), "10:00im 10:30im");
    salon.ask.specialist = OLENA;
    assert_string_equal(found(), "10:00oo 10:30oo");
    salon.ask.specialist = INNA;
    taken(INNA, kyiv(10, 0), kyiv(12, 0), true);
    assert_string_equal(found(), "");
    visit_of(WASH, NAIL);
    assert_int_equal(why(AT(10, 0)), FREE_NOT_DONE_BY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_visit_ends_before_closing),
        TEST(starts_lie_on_cells_of_the_day_whatever_the_opening),
        TEST(a_visit_lies_before_or_after_a_break),
        TEST(a_visit_lies_in_one_interval_even_if_two_touch),
        TEST(a_break_may_cover_all_hours_or_the_closing),
        TEST(hours_until_midnight_do_not_run_into_the_next_day),
        TEST(nobody_works_on_a_closed_day),
        TEST(one_who_is_off_or_has_no_hours_does_not_work),
        TEST(what_is_taken_is_not_free_and_what_touches_it_is),
        TEST(entries_may_come_in_any_order_and_overlap),
        TEST(entries_without_length_or_specialist_are_not_looked_at),
        TEST(an_entry_may_last_for_ever),
        TEST(a_buffer_may_run_into_a_break_and_past_closing),
        TEST(a_buffer_is_kept_free_of_other_visits),
        TEST(the_clients_own_visits_do_not_overlap),
        TEST(a_start_is_not_before_now_and_the_notice),
        TEST(the_last_day_of_the_horizon_can_be_booked),
        TEST(the_horizon_counts_local_days),
        TEST(days_that_are_asked_the_wrong_way_round_have_no_times),
        TEST(the_one_with_the_fewest_visits_that_day_does_it),
        TEST(blocks_and_visits_of_other_days_do_not_count),
        TEST(visits_are_counted_for_each_day_apart),
        TEST(every_specialist_who_can_is_told_of),
        TEST(who_was_asked_for_does_it),
        TEST(a_service_that_nobody_does_has_no_times),
        TEST(no_services_have_no_times),
        TEST(one_who_does_all_of_it_does_all_of_it),
        TEST(a_break_may_not_lie_inside_such_a_visit),
        TEST(a_buffer_does_not_part_two_services_of_one_visit),
        TEST(else_each_service_has_its_own_specialist_back_to_back),
        TEST(the_hours_of_one_do_not_bind_the_other),
        TEST(a_buffer_follows_each_service),
        TEST(each_service_is_done_by_the_one_with_the_fewest_visits),
        TEST(who_was_asked_for_does_what_they_can_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
