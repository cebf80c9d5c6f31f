/* Times that a call was offered: held, confirmed once, let go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/booking.h"
#include "tests/support/book-audit.h"
#include "tests/support/book.h"

#define UNTIL (BOOK_NOW + 300000)

/* Offers of one part, 90 minutes each. */
static size_t offer(struct storage *t, int64_t call, int turn, struct offer *o, size_t n)
{
    size_t kept = 99;

    storage_begin(t);
    assert_int_equal(offers_put(t->s, "salon", call, turn, o, n, UNTIL, BOOK_NOW, &kept, NULL),
                     ERR_OK);
    storage_commit(t);
    return kept;
}

static struct offer at(const char *who, int64_t from_s)
{
    return (struct offer){.part = {book_part(who, from_s, 90, 0)}, .parts = 1};
}

static enum err try_confirm(struct storage *t, int64_t call, int turn, int64_t id, struct visit *v)
{
    const struct booking_actor who = {.by = "call", .call_id = call, .now_ms = BOOK_NOW};

    storage_begin(t);
    enum err e = offer_confirm(t->s, &t->a, call, turn, id, v, &who, NULL);
    storage_commit(t);
    return e;
}

static void offers_of_a_call_may_overlap_and_keep_others_out(void **state)
{
    struct storage *t = *state;
    struct call one = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct call two = storage_opened(t, "o2", BOOK_OTHER, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON), at("inna", BOOK_NOON + BOOK_HOUR),
                             at("inna", BOOK_NOON + 8 * BOOK_HOUR)};
    struct offer others[] = {at("inna", BOOK_NOON + 30 * 60),
                             at("inna", BOOK_NOON + 4 * BOOK_HOUR)};
    struct offer *list = NULL;
    size_t n = 0;

    (void)book_added(t, "inna", BOOK_NOON + 8 * BOOK_HOUR, BOOK_OTHER);
    assert_int_equal(offer(t, one.id, 1, offers, 3), 2);
    assert_int_equal(offers[1].n, 2);
    assert_int_equal(offer(t, two.id, 1, others, 2), 1);
    assert_int_equal(others[0].n, 1);
    assert_int_equal(others[0].part[0].start_s, BOOK_NOON + 4 * BOOK_HOUR);
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_OTHER);
    assert_int_equal(book_try_add(t, &v), ERR_EXISTS);
    assert_int_equal(offers_of_call(t->s, &t->a, one.id, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id, offers[0].id);
    assert_int_equal(list[1].n, 2);
    assert_int_equal(list[1].turn, 1);
    assert_int_equal(list[1].until_ms, UNTIL);
    assert_int_equal(list[1].part[0].start_s, BOOK_NOON + BOOK_HOUR);
    assert_string_equal(list[1].part[0].specialist_name, "Інна");
    (void)book_audit(t);
}

static void new_offers_take_the_place_of_the_old_ones(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON)};
    int64_t before = 0;

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    before = offers[0].id;
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1); /* the turn is run again */
    assert_true(offers[0].id > before);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offer"), "1");
    offers[0] = at("olena", BOOK_NOON);
    assert_int_equal(offer(t, c.id, 2, offers, 1), 1);
    (void)book_added(t, "inna", BOOK_NOON, BOOK_OTHER);
    offers[0] = at("inna", BOOK_NOON);
    assert_int_equal(offer(t, c.id, 3, offers, 1), 0); /* nothing is left of them */
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"), "0");
    (void)book_added(t, "olena", BOOK_NOON, BOOK_PHONE);
    (void)book_audit(t);
}

static void an_offer_is_confirmed_once_by_its_call_in_a_later_turn(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct call stranger = storage_opened(t, "o2", BOOK_OTHER, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON), at("inna", BOOK_NOON + BOOK_HOUR)};
    struct visit v = {.name = "Олена", .phone = BOOK_PHONE, .currency = "UAH", .language = "uk"};
    struct visit again = v;

    assert_int_equal(offer(t, c.id, 2, offers, 2), 2);
    assert_int_equal(try_confirm(t, c.id, 2, offers[1].id, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, stranger.id, 3, offers[1].id, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, c.id, 3, 4711, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, c.id, 3, offers[1].id, &v), ERR_OK);
    assert_true(v.id > 0);
    assert_int_equal(v.parts, 1);
    assert_int_equal(v.part[0].start_s, BOOK_NOON + BOOK_HOUR);
    assert_string_equal(v.profile, "salon");
    assert_string_equal(v.by, "call");
    assert_int_equal(v.call_id, c.id);
    assert_int_equal(try_confirm(t, c.id, 3, offers[1].id, &again), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, c.id, 4, offers[0].id, &again), ERR_NOT_FOUND);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"), "0");
    assert_string_equal(storage_sql(t, "SELECT what, by, call_id FROM booking_history"),
                        "booked|call|1");
    (void)book_audit(t);
}

static void an_offer_that_moves_a_visit_moves_it(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON + 30 * 60), at("olena", BOOK_NOON)};
    struct visit moved = {.name = "X"};

    offers[0].move_visit = offers[1].move_visit = v.id;
    assert_int_equal(offer(t, c.id, 1, offers, 2), 2);
    (void)book_audit(t);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_OK);
    assert_int_equal(moved.id, v.id);
    assert_string_equal(moved.name, "Олена");
    assert_int_equal(book_got(t, v.id).part[0].start_s, BOOK_NOON + 30 * 60);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    (void)book_added(t, "olena", BOOK_NOON, BOOK_OTHER);
    (void)book_audit(t);
}

static void an_offer_to_move_what_is_cancelled_or_taken_meanwhile_fails_whole(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON + 30 * 60)};
    struct visit moved = {0};

    offers[0].move_visit = v.id;
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    assert_int_equal(book_try_move(t, v.id, book_part("olena", BOOK_NOON, 90, 0)),
                     ERR_OK); /* by the staff */
    struct visit quick = book_visit("inna", BOOK_NOON, BOOK_OTHER);
    quick.part[0] = book_part("inna", BOOK_NOON + 30 * 60, 30, 0);
    assert_int_equal(book_try_add(t, &quick), ERR_OK);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_EXISTS);
    assert_int_equal(book_try_cancel(t, v.id), ERR_OK);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_NOT_FOUND);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"),
                        "1"); /* nothing was done */
    (void)book_audit(t);
}

static void a_client_s_own_visit_refuses_the_confirmation_and_the_offer_stays(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON)};
    struct visit v = {.name = "Олена", .phone = BOOK_PHONE};

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    (void)book_added(t, "olena", BOOK_NOON, BOOK_PHONE);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_EXISTS);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    v.for_other = true;
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_OK);
    (void)book_audit(t);
}

static void a_dead_offer_holds_until_somebody_needs_its_time(void **state)
{
    struct storage *t = *state;
    struct call one = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct call two = storage_opened(t, "o2", BOOK_OTHER, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON)};
    struct offer others[] = {at("inna", BOOK_NOON + BOOK_HOUR)};
    const struct booking_actor later = {.by = "staff", .now_ms = UNTIL};
    struct visit v = {.name = "Олена", .phone = BOOK_PHONE};
    size_t n = 0;

    assert_int_equal(offer(t, one.id, 1, offers, 1), 1);
    storage_begin(t);
    assert_int_equal(offers_put(t->s, "salon", two.id, 1, others, 1, UNTIL + 9, UNTIL, &n, NULL),
                     ERR_OK);
    storage_commit(t);
    assert_int_equal(n, 1);
    assert_int_equal(try_confirm(t, one.id, 2, offers[0].id, &v), ERR_NOT_FOUND);
    assert_int_equal(offer(t, one.id, 3, offers, 1), 0);
    struct visit quick = book_visit("inna", BOOK_NOON + BOOK_HOUR, BOOK_OTHER);
    storage_begin(t);
    assert_int_equal(visit_add(t->s, &t->a, &quick, &later, NULL),
                     ERR_EXISTS); /* it lives 9 ms more */
    assert_int_equal(visit_add(t->s, &t->a, &quick,
                               &(struct booking_actor){.by = "staff", .now_ms = UNTIL + 9}, NULL),
                     ERR_OK);
    storage_commit(t);
    (void)book_audit(t);
}

static void a_renewed_offer_lives_on_alone(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON), at("olena", BOOK_NOON)};
    struct offer *list = NULL;
    size_t n = 0;

    assert_int_equal(offer(t, c.id, 1, offers, 2), 2);
    storage_begin(t);
    assert_int_equal(offer_renew(t->s, c.id, offers[1].id, UNTIL + 7, NULL), ERR_OK);
    assert_int_equal(offer_renew(t->s, c.id, offers[0].id, UNTIL + 7, NULL), ERR_NOT_FOUND);
    storage_commit(t);
    assert_int_equal(offers_of_call(t->s, &t->a, c.id, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id, offers[1].id);
    assert_int_equal(list[0].until_ms, UNTIL + 7);
    (void)book_added(t, "inna", BOOK_NOON, BOOK_OTHER);
    struct visit v = book_visit("olena", BOOK_NOON, BOOK_OTHER);
    assert_int_equal(book_try_add(t, &v), ERR_EXISTS);
    (void)book_audit(t);
}

static void offers_end_with_their_call_unless_its_last_turn_still_runs(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON)};
    struct visit v = {.name = "Олена", .phone = BOOK_PHONE};

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    c.status = CALL_COMPLETED;
    c.end_reason = "hangup";
    c.ended_ms = BOOK_NOW;
    c.state = "{}"; /* a turn runs */
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_OK);

    offers[0] = at("inna", BOOK_NOON + 5 * BOOK_HOUR);
    assert_int_equal(offer(t, c.id, 3, offers, 1), 1);
    c.state = "";
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"), "0");
    (void)book_added(t, "inna", BOOK_NOON + 5 * BOOK_HOUR, BOOK_OTHER);
    (void)book_audit(t);
}

static void offers_are_dropped_and_swept(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON)};
    int64_t n = -1;

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    assert_int_equal(offers_sweep(t->s, UNTIL - 1, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(offers_sweep(t->s, UNTIL, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    storage_begin(t);
    assert_int_equal(offers_drop(t->s, c.id, NULL), ERR_OK);
    storage_commit(t);
    (void)book_added(t, "inna", BOOK_NOON, BOOK_OTHER);
}

static size_t busy(struct storage *t, int64_t call, int64_t except_visit, struct busy_span **ret)
{
    size_t n = 99;

    assert_int_equal(booking_busy(t->s, &t->a, "salon", BOOK_NOON, BOOK_NOON + 24 * BOOK_HOUR, call,
                                  except_visit, BOOK_NOW, ret, &n, NULL),
                     ERR_OK);
    return n;
}

static void what_is_taken_is_visits_blocks_and_live_offers(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "b1", BOOK_PHONE, BOOK_NOW);
    struct offer offers[] = {at("inna", BOOK_NOON + 4 * BOOK_HOUR)};
    struct block block = {.profile = "salon",
                          .specialist = "olena",
                          .from_s = BOOK_NOON - BOOK_HOUR,
                          .to_s = BOOK_NOON + 60};
    struct busy_span *span = NULL;

    struct visit v = book_added(t, "inna", BOOK_NOON - BOOK_HOUR, BOOK_PHONE); /* reaches into it */
    (void)book_added(t, "inna", BOOK_NOON - 5 * BOOK_HOUR, BOOK_OTHER);
    (void)book_added(t, "inna", BOOK_NOON + 24 * BOOK_HOUR, BOOK_OTHER);
    struct visit gone = book_added(t, "maria", BOOK_NOON, BOOK_OTHER);
    assert_int_equal(book_try_cancel(t, gone.id), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &block, BOOK_NOW, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);

    assert_int_equal(busy(t, 0, 0, &span), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(span[i].visit, span[i].from_s == BOOK_NOON - BOOK_HOUR &&
                                            strcmp(span[i].specialist, "inna") == 0);
    assert_int_equal(busy(t, c.id, v.id, &span), 1);
    assert_string_equal(span[0].specialist, "olena");
    assert_int_equal(span[0].to_s, BOOK_NOON + 300); /* a whole cell */
    size_t n = 0;
    assert_int_equal(booking_busy(t->s, &t->a, "salon", BOOK_NOON, BOOK_NOON + 24 * BOOK_HOUR, 0, 0,
                                  UNTIL, &span, &n, NULL),
                     ERR_OK); /* the offer is dead then */
    assert_int_equal(n, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(offers_of_a_call_may_overlap_and_keep_others_out),
        TEST(new_offers_take_the_place_of_the_old_ones),
        TEST(an_offer_is_confirmed_once_by_its_call_in_a_later_turn),
        TEST(an_offer_that_moves_a_visit_moves_it),
        TEST(an_offer_to_move_what_is_cancelled_or_taken_meanwhile_fails_whole),
        TEST(a_client_s_own_visit_refuses_the_confirmation_and_the_offer_stays),
        TEST(a_dead_offer_holds_until_somebody_needs_its_time),
        TEST(a_renewed_offer_lives_on_alone),
        TEST(offers_end_with_their_call_unless_its_last_turn_still_runs),
        TEST(offers_are_dropped_and_swept),
        TEST(what_is_taken_is_visits_blocks_and_live_offers),
    };

    return cmocka_run_group_tests_name("store/offer", tests, NULL, NULL);
}
