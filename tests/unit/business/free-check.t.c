#include "tests/unit/business/free-salon.h"

/* ---- why not -------------------------------------------------------------------------------------- */

static void a_start_that_is_free_comes_back_whole(void **state)
{
    struct free_time t = {.start_s = 7};
    enum free_why w = FREE_OWN;

    (void)state;
    visit_of(DYE, NAIL);
    taken(INNA, kyiv(15, 0), kyiv(16, 0), true);
    salon.ask.from = salon.ask.to = 0; /* are not looked at */
    assert_int_equal(
        free_check(&salon.arena, &salon.ask, date(2026, 12, 2), AT(11, 30), false, &w, &t), ERR_OK);
    assert_int_equal(w, FREE_OK);
    assert_true(t.start_s == kyiv(11, 30) && t.end_s == kyiv(13, 0));
    assert_int_equal(t.day, date(2026, 12, 2));
    assert_int_equal(t.minute, AT(11, 30));
    assert_int_equal(t.by[0], OLENA);
    assert_int_equal(t.by[1], MARIA);
    t = (struct free_time){.start_s = 7};
    assert_int_equal(
        free_check(&salon.arena, &salon.ask, date(2026, 12, 2), AT(12, 0), false, &w, &t), ERR_OK);
    assert_int_equal(w, FREE_OUTSIDE);
    assert_true(t.start_s == 7);
}

static void the_first_reason_is_told(void **state)
{
    (void)state;
    /* everything is wrong, and then less and less */
    salon.ask.specialist = MARIA;
    salon.ask.service[0] = DYE;
    salon.ask.now_s = kyiv(11, 0);
    salon.book.horizon_days = -1;
    salon.who[MARIA].week[2].n = 0;
    taken(MARIA, kyiv(10, 0), kyiv(15, 0), true);
    own(kyiv(9, 0), kyiv(15, 0));
    assert_int_equal(why(AT(9, 31)), FREE_PAST);
    salon.ask.now_s = kyiv(9, 0);
    assert_int_equal(why(AT(9, 31)), FREE_TOO_FAR);
    salon.book.horizon_days = 0;
    assert_int_equal(why(AT(9, 31)), FREE_NO_SUCH);
    assert_int_equal(why(AT(9, 30)), FREE_NOT_DONE_BY);
    salon.ask.service[0] = CUT;
    assert_int_equal(why(AT(9, 30)), FREE_CLOSED);
    salon.who[MARIA].week[2].n = 1;
    assert_int_equal(why(AT(9, 30)), FREE_OUTSIDE);
    assert_int_equal(why(AT(12, 30)), FREE_OUTSIDE);
    assert_int_equal(why(AT(11, 30)), FREE_TAKEN);
    salon.ask.busy_n = 0;
    assert_int_equal(why(AT(11, 30)), FREE_OWN);
    salon.ask.own_n = 0;
    assert_int_equal(why(AT(11, 30)), FREE_OK);
}

static void of_several_who_can_the_nearest_to_it_gives_the_reason(void **state)
{
    (void)state;
    salon.who[INNA].week[2].n = 0;
    works_also(AT(15, 0), AT(16, 0));
    salon.who[INNA].week[2].n = 0;
    salon.who[OLENA].week[2].n = 1;
    taken(MARIA, kyiv(15, 0), kyiv(16, 0), false);
    assert_int_equal(why(AT(15, 0)), FREE_TAKEN);
    salon.who[MARIA].week[2].n = 1;
    assert_int_equal(why(AT(15, 0)), FREE_OUTSIDE);
    /* of several services the worst one does */
    visit_of(DYE, NAIL);
    salon.ask.busy_n = 0;
    taken(MARIA, kyiv(11, 0), kyiv(11, 30), false);
    salon.who[OLENA].week[2].open[0].from_min = AT(10, 30);
    assert_int_equal(why(AT(10, 0)), FREE_OUTSIDE);
}

static void no_minute_of_a_day_is_no_start(void **state)
{
    (void)state;
    works(AT(0, 0), AT(24, 0));
    assert_int_equal(why(-30), FREE_NO_SUCH);
    assert_int_equal(why(AT(24, 0)), FREE_NO_SUCH);
    assert_int_equal(why(INT_MAX), FREE_NO_SUCH);
    assert_int_equal(why(INT_MIN), FREE_PAST);
    assert_int_equal(why(AT(23, 30)), FREE_OUTSIDE);
}

static void what_has_been_can_be_entered_for_the_history(void **state)
{
    (void)state;
    salon.book.notice_minutes = 60;
    assert_int_equal(why_of(date(2025, 7, 2), AT(10, 0), false), FREE_PAST);
    assert_int_equal(why_of(date(2025, 7, 2), AT(10, 0), true), FREE_OK);
    assert_int_equal(why_of(date(1970, 1, 1), AT(10, 0), true), FREE_OK);
    assert_int_equal(why_of(date(2025, 7, 2), AT(9, 0), true), FREE_OUTSIDE);
    assert_int_equal(why_of(date(2025, 3, 30), AT(3, 30), true), FREE_NO_SUCH);
    assert_int_equal(why_of(date(2027, 7, 2), AT(10, 0), true), FREE_TOO_FAR);
    salon.ask.now_s = kyiv(10, 0);
    assert_int_equal(why_of(date(2026, 12, 2), AT(10, 30), true), FREE_OK);
    assert_int_equal(why_of(INT32_MIN, 0, false), FREE_PAST);
    assert_int_equal(why_of(INT32_MAX, 0, false), FREE_TOO_FAR);
}

static void a_doubled_start_is_past_with_its_second_time_a_skipped_one_with_the_change(void **state)
{
    (void)state;
    ask_day(2026, 10, 25);
    salon.ask.now_s = utc(2026, 10, 25, 1, 30);
    assert_int_equal(why(AT(3, 30)), FREE_NO_SUCH);
    salon.ask.now_s++;
    assert_int_equal(why(AT(3, 30)), FREE_PAST);
    ask_day(2026, 3, 29);
    salon.ask.now_s = utc(2026, 3, 29, 1, 0);
    assert_int_equal(why(AT(3, 30)), FREE_NO_SUCH);
    salon.ask.now_s++;
    assert_int_equal(why(AT(3, 30)), FREE_PAST);
}

static void an_unknown_zone_is_refused(void **state)
{
    struct free_time t;
    enum free_why w = FREE_OWN;

    (void)state;
    salon.ask.time_zone = "Mars/Olympus";
    salon.times.n = 7;
    assert_int_equal(free_find(&salon.arena, &salon.ask, &salon.times), ERR_CONFIG);
    assert_int_equal(free_find_each(&salon.arena, &salon.ask, &salon.times), ERR_CONFIG);
    assert_int_equal(salon.times.n, 7);
    assert_int_equal(free_check(&salon.arena, &salon.ask, 0, 0, false, &w, &t), ERR_CONFIG);
    assert_int_equal(w, FREE_OWN);
}

static void too_little_memory_is_told(void **state)
{
    int refused = 0;

    (void)state;
    salon.book.cell_minutes = 5;
    salon.ask.to += 50;
    for (size_t kb = 0;; kb += 16) {
        struct arena small;
        struct free_time t;
        enum free_why w;
        arena_init(&small, kb << 10);
        salon.times.n = 7;
        enum err e = kb % 32 == 0 ? free_find(&small, &salon.ask, &salon.times)
                                  : free_find_each(&small, &salon.ask, &salon.times);
        enum err check = free_check(&small, &salon.ask, salon.ask.from, 0, false, &w, &t);
        arena_release(&small);
        if (e == ERR_OK && kb > 160)
            break;
        refused += e == ERR_MEMORY;
        assert_int_equal(kb == 0 ? check : ERR_MEMORY, ERR_MEMORY);
        if (e != ERR_OK) {
            assert_int_equal(e, ERR_MEMORY);
            assert_int_equal(salon.times.n, 7);
        }
    }
    assert_in_range(refused, 3, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_start_that_is_free_comes_back_whole),
        TEST(the_first_reason_is_told),
        TEST(of_several_who_can_the_nearest_to_it_gives_the_reason),
        TEST(no_minute_of_a_day_is_no_start),
        TEST(what_has_been_can_be_entered_for_the_history),
        TEST(a_doubled_start_is_past_with_its_second_time_a_skipped_one_with_the_change),
        TEST(an_unknown_zone_is_refused),
        TEST(too_little_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
