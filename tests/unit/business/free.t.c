#include "business/free.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INNA  0
#define OLENA 1
#define MARIA 2

#define CUT  0 /* everybody; 60 minutes */
#define DYE  1 /* Inna, Olena; 60 */
#define WASH 2 /* Olena, Maria; 30 */
#define NAIL 3 /* Maria; 30 */

/* ---- a small salon, as each test needs it --------------------------------------------------------- */

static const uint8_t everybody[] = {INNA, OLENA, MARIA};
static const uint8_t inna_olena[] = {INNA, OLENA};
static const uint8_t olena_maria[] = {OLENA, MARIA};
static const uint8_t maria_alone[] = {MARIA};

static struct {
    struct arena arena;
    struct book book;
    struct specialist who[3];
    struct service what[4];
    struct free_ask ask;
    struct free_busy busy[16];
    struct free_span own[4];
    struct free_times times;
    char text[4096];
} salon;

static day_number date(int year, int month, int day)
{
    return date_number((struct date){year, month, day});
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    return (int64_t)date(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

/* Everybody works in these hours on every day. */
static void works(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++)
            salon.who[i].week[k] = (struct day){.open = {{from_min, to_min}}, .n = 1};
}

static void works_also(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++) {
            struct day *d = &salon.who[i].week[k];
            d->open[d->n++] = (struct hours){from_min, to_min};
        }
}

static void rests(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++)
            salon.who[i].breaks[k] = (struct day){.open = {{from_min, to_min}}, .n = 1};
}

#define AT(hour, minute) ((hour)*60 + (minute))

/* Wednesday 2 December 2026 in Kyiv (two hours before UTC), asked for a day earlier. */
static int set_up(void **state)
{
    (void)state;
    memset(&salon, 0, sizeof salon);
    arena_init(&salon.arena, (size_t)64 << 20);
    salon.what[CUT] = (struct service){.minutes = 60, .by = everybody, .by_n = 3};
    salon.what[DYE] = (struct service){.minutes = 60, .by = inna_olena, .by_n = 2};
    salon.what[WASH] = (struct service){.minutes = 30, .by = olena_maria, .by_n = 2};
    salon.what[NAIL] = (struct service){.minutes = 30, .by = maria_alone, .by_n = 1};
    salon.book = (struct book){.cell_minutes = 30,
                               .horizon_days = 60,
                               .specialist = salon.who,
                               .specialists = 3,
                               .service = salon.what,
                               .services = 4};
    salon.ask = (struct free_ask){.book = &salon.book,
                                  .time_zone = "Europe/Kyiv",
                                  .now_s = utc(2026, 12, 1, 8, 0),
                                  .service = {CUT},
                                  .services = 1,
                                  .specialist = -1,
                                  .from = date(2026, 12, 2),
                                  .to = date(2026, 12, 2),
                                  .busy = salon.busy,
                                  .own = salon.own};
    works(AT(10, 0), AT(13, 0));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&salon.arena);
    return 0;
}

static void taken(int specialist, int64_t from_s, int64_t to_s, bool visit)
{
    salon.busy[salon.ask.busy_n++] = (struct free_busy){specialist, from_s, to_s, visit};
}

/* On the day that is asked for, in winter. */
static int64_t kyiv(int hour, int minute)
{
    return utc(2026, 12, 2, hour - 2, minute);
}

static void own(int64_t from_s, int64_t to_s)
{
    salon.own[salon.ask.own_n++] = (struct free_span){from_s, to_s};
}

static void ask_day(int year, int month, int day)
{
    salon.ask.from = salon.ask.to = date(year, month, day);
    salon.ask.now_s = ((int64_t)salon.ask.from - 1) * 86400;
}

static const char *written(const struct free_times *times)
{
    size_t n = 0;
    day_number day = salon.ask.from;

    salon.text[0] = '\0';
    for (size_t i = 0; i < times->n; i++) {
        const struct free_time *t = &times->time[i];
        char date_text[12] = "";
        if (t->day != day)
            (void)date_write(day = t->day, date_text);
        n += (size_t)snprintf(salon.text + n, sizeof salon.text - n, "%s%s%s%02d:%02d",
                              i == 0 ? "" : " ", date_text, *date_text == '\0' ? "" : " ",
                              t->minute / 60, t->minute % 60);
        for (size_t k = 0; k < salon.ask.services; k++)
            n += (size_t)snprintf(salon.text + n, sizeof salon.text - n, "%c", "iom"[t->by[k]]);
        assert_in_range(n, 1, sizeof salon.text - 1);
    }
    return salon.text;
}

/* The starts with who does each service: "10:00i". A day other than the first asked is named. */
static const char *found(void)
{
    assert_int_equal(free_find(&salon.arena, &salon.ask, &salon.times), ERR_OK);
    return written(&salon.times);
}

static const char *found_each(void)
{
    assert_int_equal(free_find_each(&salon.arena, &salon.ask, &salon.times), ERR_OK);
    return written(&salon.times);
}

static enum free_why why_of(day_number day, int minute, bool past)
{
    struct free_time t = {0};
    enum free_why why = FREE_OK;

    assert_int_equal(free_check(&salon.arena, &salon.ask, day, minute, past, &why, &t), ERR_OK);
    return why;
}

static enum free_why why(int minute)
{
    return why_of(salon.ask.from, minute, false);
}

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

static void visit_of(int first, int second)
{
    salon.ask.service[0] = first;
    salon.ask.service[1] = second;
    salon.ask.services = 2;
}

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
        TEST(an_hour_that_is_skipped_has_no_starts),
        TEST(hours_and_breaks_in_a_skipped_hour_are_as_if_they_were_not),
        TEST(an_hour_that_comes_twice_has_no_starts_and_all_of_its_length),
        TEST(hours_that_end_in_the_doubled_hour_end_there_twice),
        TEST(clocks_may_change_by_half_an_hour),
        TEST(a_zone_may_be_quarters_of_an_hour_from_utc),
        TEST(midnight_need_not_exist),
        TEST(a_day_may_not_exist_at_all),
        TEST(a_start_that_is_free_comes_back_whole),
        TEST(the_first_reason_is_told),
        TEST(of_several_who_can_the_nearest_to_it_gives_the_reason),
        TEST(no_minute_of_a_day_is_no_start),
        TEST(what_has_been_can_be_entered_for_the_history),
        TEST(a_doubled_start_is_past_with_its_second_time_a_skipped_one_with_the_change),
        TEST(a_local_minute_has_its_second),
        TEST(a_local_minute_that_is_none_has_no_second),
        TEST(an_unknown_zone_is_refused),
        TEST(too_little_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
