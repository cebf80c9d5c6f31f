/* The book's store: visits, offers, blocks, history, and what becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/booking.h"
#include "store/outbox.h"
#include "tests/support/book-audit.h"
#include "tests/support/storage.h"

#define NOON  (INT64_C(1796299200)) /* 2026-12-03T12:00:00Z */
#define NOW   ((NOON - 86400) * 1000)
#define HOUR  INT64_C(3600)
#define PHONE "+380501234567"
#define OTHER "+380670000001"
#define UNTIL (NOW + 300000)

static const struct booking_actor staff = {.by = "staff", .now_ms = NOW};

static struct booking_part part(const char *who, int64_t from_s, int minutes, int buffer)
{
    return (struct booking_part){.specialist = who,
                                 .specialist_name = "Інна",
                                 .services = "manicure-gel",
                                 .service_names = "манікюр із гель-лаком",
                                 .start_s = from_s,
                                 .end_s = from_s + minutes * INT64_C(60),
                                 .free_s = from_s + (minutes + buffer) * INT64_C(60),
                                 .price_from = 800,
                                 .price_to = 800};
}

static struct visit visit(const char *who, int64_t from_s, const char *phone)
{
    return (struct visit){.profile = "salon",
                          .part = {part(who, from_s, 90, 0)},
                          .parts = 1,
                          .name = "Олена",
                          .phone = phone,
                          .currency = "UAH",
                          .note = "",
                          .language = "uk"};
}

static enum err try_add(struct storage *t, struct visit *v)
{
    storage_begin(t);
    enum err e = visit_add(t->s, &t->a, v, &staff, NULL);
    storage_commit(t); /* a refusal has written nothing */
    return e;
}

static struct visit added(struct storage *t, const char *who, int64_t from_s, const char *phone)
{
    struct visit v = visit(who, from_s, phone);

    assert_int_equal(try_add(t, &v), ERR_OK);
    return v;
}

static enum err try_move(struct storage *t, int64_t id, struct booking_part to)
{
    storage_begin(t);
    enum err e = visit_move(t->s, &t->a, id, &to, 1, &staff, NULL);
    storage_commit(t);
    return e;
}

static enum err try_cancel(struct storage *t, int64_t id)
{
    storage_begin(t);
    enum err e = visit_cancel(t->s, &t->a, id, &staff, NULL);
    storage_commit(t);
    return e;
}

static struct visit got(struct storage *t, int64_t id)
{
    struct visit v = {0};

    assert_int_equal(visit_get(t->s, &t->a, id, &v, NULL), ERR_OK);
    return v;
}

/* Offers of one part, 90 minutes each. */
static size_t offer(struct storage *t, int64_t call, int turn, struct offer *o, size_t n)
{
    size_t kept = 99;

    storage_begin(t);
    assert_int_equal(offers_put(t->s, "salon", call, turn, o, n, UNTIL, NOW, &kept, NULL), ERR_OK);
    storage_commit(t);
    return kept;
}

static struct offer at(const char *who, int64_t from_s)
{
    return (struct offer){.part = {part(who, from_s, 90, 0)}, .parts = 1};
}

static enum err try_confirm(struct storage *t, int64_t call, int turn, int64_t id, struct visit *v)
{
    const struct booking_actor who = {.by = "call", .call_id = call, .now_ms = NOW};

    storage_begin(t);
    enum err e = offer_confirm(t->s, &t->a, call, turn, id, v, &who, NULL);
    storage_commit(t);
    return e;
}

/* ---- visits -------------------------------------------------------------------------------------- */

static void a_visit_is_kept_as_it_was_told(void **state)
{
    struct storage *t = *state;
    struct visit v = visit("inna", NOON, PHONE);
    struct visit by_booking = {0};

    v.part[1] = part("olena", NOON + 90 * 60, 30, 10);
    v.part[1].price_to = -1;
    v.parts = 2;
    v.note = "алергія";
    assert_int_equal(try_add(t, &v), ERR_OK);
    struct visit is = got(t, v.id);
    assert_string_equal(is.profile, "salon");
    assert_string_equal(is.state, "booked");
    assert_string_equal(is.name, "Олена");
    assert_string_equal(is.phone, PHONE);
    assert_string_equal(is.note, "алергія");
    assert_string_equal(is.currency, "UAH");
    assert_string_equal(is.language, "uk");
    assert_string_equal(is.by, "staff");
    assert_false(is.for_other);
    assert_int_equal(is.call_id, 0);
    assert_int_equal(is.created_ms, NOW);
    assert_int_equal(is.parts, 2);
    assert_int_equal(is.part[0].id, v.part[0].id);
    assert_string_equal(is.part[1].specialist, "olena");
    assert_string_equal(is.part[1].service_names, "манікюр із гель-лаком");
    assert_int_equal(is.part[1].free_s, NOON + 130 * 60);
    assert_int_equal(is.part[1].price_from, 800);
    assert_int_equal(is.part[1].price_to, -1);
    assert_int_equal(booking_visit(t->s, &t->a, v.part[1].id, &by_booking, NULL), ERR_OK);
    assert_int_equal(by_booking.id, v.id);
    assert_int_equal(booking_visit(t->s, &t->a, 4711, &by_booking, NULL), ERR_NOT_FOUND);
    assert_int_equal(visit_get(t->s, &t->a, 4711, &by_booking, NULL), ERR_NOT_FOUND);
    (void)book_audit(t);
}

static void the_same_time_is_refused_and_the_transaction_goes_on(void **state)
{
    struct storage *t = *state;

    (void)added(t, "inna", NOON, PHONE);
    for (int64_t minutes = -85; minutes <= 85; minutes += 5) {
        struct visit v = visit("inna", NOON + minutes * 60, OTHER);
        assert_int_equal(try_add(t, &v), ERR_EXISTS);
        assert_int_equal(v.id, 0);
    }
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    (void)added(t, "inna", NOON + 90 * 60, OTHER);
    (void)added(t, "inna", NOON - 90 * 60, OTHER);
    (void)added(t, "olena", NOON, OTHER);
    struct visit elsewhere = visit("inna", NOON, PHONE);
    elsewhere.profile = "clinic"; /* another business may have an Inna */
    assert_int_equal(try_add(t, &elsewhere), ERR_OK);
    (void)book_audit(t);
}

static void a_buffer_keeps_others_out_and_is_rounded_up_to_a_cell(void **state)
{
    struct storage *t = *state;
    struct visit v = visit("inna", NOON, PHONE);

    v.part[0] = part("inna", NOON, 90, 7);
    assert_int_equal(try_add(t, &v), ERR_OK);
    struct visit next = visit("inna", NOON + 95 * 60, OTHER);
    assert_int_equal(try_add(t, &next), ERR_EXISTS);
    (void)added(t, "inna", NOON + 100 * 60, OTHER);
    (void)book_audit(t);
}

static void one_refused_part_refuses_the_visit(void **state)
{
    struct storage *t = *state;
    struct visit v = visit("inna", NOON, PHONE);

    (void)added(t, "olena", NOON + 2 * HOUR, OTHER);
    v.part[1] = part("olena", NOON + 90 * 60, 60, 0);
    v.parts = 2;
    assert_int_equal(try_add(t, &v), ERR_EXISTS);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    struct visit after = visit("inna", NOON, PHONE); /* inna's part left nothing */
    assert_int_equal(try_add(t, &after), ERR_OK);
}

static void the_buffer_of_a_part_may_reach_into_a_later_part_of_its_own_visit(void **state)
{
    struct storage *t = *state;
    struct visit v = visit("inna", NOON, PHONE);

    v.part[0] = part("inna", NOON, 60, 30);
    v.part[1] = part("olena", NOON + HOUR, 10, 0);
    v.part[2] = part("inna", NOON + 70 * 60, 30, 0);
    v.parts = 3;
    assert_int_equal(try_add(t, &v), ERR_OK);
    (void)book_audit(t);
    v.part[2].start_s = v.part[1].start_s; /* these are not one after the other */
    struct visit wrong = v;
    assert_int_equal(try_add(t, &wrong), ERR_VALUE);
    wrong.parts = 0;
    assert_int_equal(try_add(t, &wrong), ERR_VALUE);
}

static void one_client_has_no_two_visits_at_once_but_for_others(void **state)
{
    struct storage *t = *state;
    struct visit second = visit("olena", NOON + HOUR, PHONE);

    (void)added(t, "inna", NOON, PHONE);
    assert_int_equal(try_add(t, &second), ERR_EXISTS);
    second.for_other = true;
    assert_int_equal(try_add(t, &second), ERR_OK);
    (void)added(t, "olena", NOON + 3 * HOUR, PHONE);
    (void)added(t, "maria", NOON, "");
    (void)added(t, "dasha", NOON, ""); /* who has no number is nobody in particular */
    (void)book_audit(t);
}

static void a_buffer_is_not_the_client_s_time(void **state)
{
    struct storage *t = *state;
    struct visit v = visit("inna", NOON, PHONE);

    v.part[0] = part("inna", NOON, 60, 30);
    assert_int_equal(try_add(t, &v), ERR_OK);
    (void)added(t, "olena", NOON + HOUR, PHONE);
}

/* ---- changes ------------------------------------------------------------------------------------- */

static void a_move_may_overlap_itself_and_keeps_the_ids(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);

    assert_int_equal(try_move(t, v.id, part("inna", NOON + 30 * 60, 90, 0)), ERR_OK);
    struct visit is = got(t, v.id);
    assert_int_equal(is.part[0].start_s, NOON + 30 * 60);
    assert_int_equal(is.part[0].id, v.part[0].id);
    (void)added(t, "inna", NOON - HOUR, OTHER); /* until 12:30: what it left is free */
    (void)book_audit(t);
}

static void a_move_onto_others_changes_nothing(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);

    (void)added(t, "inna", NOON + 2 * HOUR, OTHER);
    (void)added(t, "olena", NOON + 4 * HOUR, PHONE);
    assert_int_equal(try_move(t, v.id, part("inna", NOON + HOUR, 90, 0)), ERR_EXISTS);
    assert_int_equal(try_move(t, v.id, part("inna", NOON + 4 * HOUR, 90, 0)), ERR_EXISTS);
    assert_int_equal(got(t, v.id).part[0].start_s, NOON);
    assert_int_equal(try_move(t, 4711, part("inna", NOON + 9 * HOUR, 90, 0)), ERR_NOT_FOUND);
    (void)book_audit(t);
}

static void a_move_may_have_more_parts_and_fewer(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);
    struct booking_part two[2] = {part("olena", NOON, 30, 5), part("inna", NOON + 1800, 60, 0)};

    storage_begin(t);
    assert_int_equal(visit_move(t->s, &t->a, v.id, two, 2, &staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(got(t, v.id).parts, 2);
    (void)book_audit(t);
    assert_int_equal(try_move(t, v.id, part("maria", NOON, 90, 0)), ERR_OK);
    struct visit is = got(t, v.id);
    assert_int_equal(is.parts, 1);
    assert_int_equal(is.part[0].id, v.part[0].id);
    (void)book_audit(t);
}

static void a_cancelled_visit_frees_its_time_once(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);

    assert_int_equal(try_cancel(t, v.id), ERR_OK);
    struct visit is = got(t, v.id);
    assert_string_equal(is.state, "cancelled");
    assert_int_equal(is.part[0].start_s, NOON); /* where it would have been */
    assert_int_equal(try_cancel(t, v.id), ERR_NOT_FOUND);
    assert_int_equal(try_move(t, v.id, part("inna", NOON + HOUR, 90, 0)), ERR_NOT_FOUND);
    (void)added(t, "inna", NOON, OTHER);
    (void)added(t, "olena", NOON, PHONE);
    (void)book_audit(t);
}

static void every_change_stands_in_the_history(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);
    const struct booking_actor why = {.by = "sheet", .now_ms = NOW + 5, .why = "хвора"};
    struct booking_change *c = NULL;
    size_t n = 0;

    assert_int_equal(try_move(t, v.id, part("olena", NOON + HOUR, 90, 0)), ERR_OK);
    storage_begin(t);
    assert_int_equal(visit_note(t->s, v.id, "подзвонити", &staff, NULL), ERR_OK);
    assert_int_equal(visit_note(t->s, 4711, "x", &staff, NULL), ERR_NOT_FOUND);
    assert_int_equal(visit_cancel(t->s, &t->a, v.id, &why, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(visit_history(t->s, &t->a, v.id, &c, &n, NULL), ERR_OK);
    assert_int_equal(n, 4);
    assert_string_equal(c[0].what, "booked");
    assert_string_equal(c[0].from, "");
    assert_string_equal(c[0].to, "inna 2026-12-03T12:00:00Z");
    assert_string_equal(c[0].by, "staff");
    assert_string_equal(c[1].what, "moved");
    assert_string_equal(c[1].from, "inna 2026-12-03T12:00:00Z");
    assert_string_equal(c[1].to, "olena 2026-12-03T13:00:00Z");
    assert_string_equal(c[2].what, "noted");
    assert_string_equal(c[3].what, "cancelled");
    assert_string_equal(c[3].from, "olena 2026-12-03T13:00:00Z");
    assert_string_equal(c[3].to, "");
    assert_string_equal(c[3].by, "sheet");
    assert_string_equal(c[3].why, "хвора");
    assert_int_equal(c[3].at_ms, NOW + 5);
    assert_string_equal(got(t, v.id).note, "подзвонити");
    (void)book_audit(t);
}

/* ---- lists --------------------------------------------------------------------------------------- */

static size_t listed(struct storage *t, struct visit_filter f, struct visit **ret)
{
    size_t n = 99;

    assert_int_equal(visits_listed(t->s, &t->a, &f, ret, &n, NULL), ERR_OK);
    return n;
}

static void visits_are_listed_by_start_and_by_what_is_asked(void **state)
{
    struct storage *t = *state;
    struct visit *v = NULL;
    struct visit last = added(t, "inna", NOON + 5 * HOUR, PHONE);
    struct visit first = added(t, "olena", NOON, OTHER);
    struct visit friend = visit("inna", NOON + 2 * HOUR, PHONE);

    friend.for_other = true;
    friend.part[1] = part("maria", NOON + 4 * HOUR, 30, 0);
    friend.parts = 2;
    assert_int_equal(try_add(t, &friend), ERR_OK);
    struct visit gone = added(t, "inna", NOON + 30 * HOUR, PHONE);
    assert_int_equal(try_cancel(t, gone.id), ERR_OK);

    assert_int_equal(listed(t, (struct visit_filter){0}, &v), 3);
    assert_int_equal(v[0].id, first.id);
    assert_int_equal(v[1].id, friend.id);
    assert_int_equal(v[1].parts, 2);
    assert_int_equal(v[2].id, last.id);
    assert_int_equal(listed(t, (struct visit_filter){.cancelled = true}, &v), 4);
    assert_int_equal(listed(t, (struct visit_filter){.limit = 2}, &v), 2);
    assert_int_equal(v[1].parts, 2);
    assert_int_equal(listed(t, (struct visit_filter){.profile = "hotel"}, &v), 0);
    assert_int_equal(listed(t, (struct visit_filter){.specialist = "maria"}, &v), 1);
    assert_int_equal(v[0].parts, 2);
    assert_int_equal(listed(t, (struct visit_filter){.from_s = NOON, .to_s = NOON + 5 * HOUR}, &v),
                     2);
    assert_int_equal(listed(t, (struct visit_filter){.phone = "050 123-45-67"}, &v), 1);
    assert_int_equal(v[0].id, last.id);
    assert_int_equal(listed(t, (struct visit_filter){.phone = PHONE, .with_other = true}, &v), 2);
    assert_int_equal(listed(t, (struct visit_filter){.phone = "123"}, &v), 0);
    assert_int_equal(listed(t, (struct visit_filter){.phone = ""}, &v), 0);
}

static void more_visits_than_one_piece_of_a_list_are_listed(void **state)
{
    struct storage *t = *state;
    struct visit *v = NULL;

    storage_begin(t);
    for (int i = 0; i < 100; i++) {
        struct visit one = visit("inna", NOON + i * 2 * HOUR, "");
        assert_int_equal(visit_add(t->s, &t->a, &one, &staff, NULL), ERR_OK);
    }
    storage_commit(t);
    assert_int_equal(listed(t, (struct visit_filter){0}, &v), 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(v[i].part[0].start_s, NOON + i * 2 * HOUR);
}

static size_t busy(struct storage *t, int64_t call, int64_t except_visit, struct busy_span **ret)
{
    size_t n = 99;

    assert_int_equal(booking_busy(t->s, &t->a, "salon", NOON, NOON + 24 * HOUR, call, except_visit,
                                  NOW, ret, &n, NULL),
                     ERR_OK);
    return n;
}

static void what_is_taken_is_visits_blocks_and_live_offers(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "b1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON + 4 * HOUR)};
    struct block block = {
        .profile = "salon", .specialist = "olena", .from_s = NOON - HOUR, .to_s = NOON + 60};
    struct busy_span *span = NULL;

    struct visit v = added(t, "inna", NOON - HOUR, PHONE); /* reaches into it */
    (void)added(t, "inna", NOON - 5 * HOUR, OTHER);
    (void)added(t, "inna", NOON + 24 * HOUR, OTHER);
    struct visit gone = added(t, "maria", NOON, OTHER);
    assert_int_equal(try_cancel(t, gone.id), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &block, NOW, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);

    assert_int_equal(busy(t, 0, 0, &span), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(span[i].visit,
                         span[i].from_s == NOON - HOUR && strcmp(span[i].specialist, "inna") == 0);
    assert_int_equal(busy(t, c.id, v.id, &span), 1);
    assert_string_equal(span[0].specialist, "olena");
    assert_int_equal(span[0].to_s, NOON + 300); /* a whole cell */
    size_t n = 0;
    assert_int_equal(
        booking_busy(t->s, &t->a, "salon", NOON, NOON + 24 * HOUR, 0, 0, UNTIL, &span, &n, NULL),
        ERR_OK); /* the offer is dead then */
    assert_int_equal(n, 2);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static void a_block_keeps_visits_out_until_it_is_removed(void **state)
{
    struct storage *t = *state;
    struct block b = {.profile = "salon",
                      .specialist = "inna",
                      .from_s = NOON,
                      .to_s = NOON + 2 * HOUR,
                      .why = "навчання"};
    struct block *list = NULL;
    size_t n = 0;

    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, NOW, NULL), ERR_OK);
    struct block again = b;
    again.from_s += HOUR;
    assert_int_equal(block_add(t->s, &t->a, &again, NOW, NULL), ERR_EXISTS);
    again.to_s = again.from_s;
    assert_int_equal(block_add(t->s, &t->a, &again, NOW, NULL), ERR_VALUE);
    again.to_s = again.from_s + 500 * 86400;
    assert_int_equal(block_add(t->s, &t->a, &again, NOW, NULL), ERR_VALUE);
    storage_commit(t);
    struct visit v = visit("inna", NOON + HOUR, PHONE);
    assert_int_equal(try_add(t, &v), ERR_EXISTS);
    assert_int_equal(
        blocks_listed(t->s, &t->a, "salon", NOON + HOUR, NOON + 9 * HOUR, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].why, "навчання");
    assert_string_equal(list[0].by, "staff");
    assert_int_equal(
        blocks_listed(t->s, &t->a, NULL, NOON + 2 * HOUR, NOON + 9 * HOUR, &list, &n, NULL),
        ERR_OK);
    assert_int_equal(n, 0);
    (void)book_audit(t);
    storage_begin(t);
    assert_int_equal(block_remove(t->s, b.id, NULL), ERR_OK);
    assert_int_equal(block_remove(t->s, b.id, NULL), ERR_NOT_FOUND);
    storage_commit(t);
    assert_int_equal(try_add(t, &v), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, NOW, NULL), ERR_EXISTS); /* not over a visit */
    storage_commit(t);
}

/* ---- offers -------------------------------------------------------------------------------------- */

static void offers_of_a_call_may_overlap_and_keep_others_out(void **state)
{
    struct storage *t = *state;
    struct call one = storage_opened(t, "o1", PHONE, NOW);
    struct call two = storage_opened(t, "o2", OTHER, NOW);
    struct offer offers[] = {at("inna", NOON), at("inna", NOON + HOUR),
                             at("inna", NOON + 8 * HOUR)};
    struct offer others[] = {at("inna", NOON + 30 * 60), at("inna", NOON + 4 * HOUR)};
    struct offer *list = NULL;
    size_t n = 0;

    (void)added(t, "inna", NOON + 8 * HOUR, OTHER);
    assert_int_equal(offer(t, one.id, 1, offers, 3), 2);
    assert_int_equal(offers[1].n, 2);
    assert_int_equal(offer(t, two.id, 1, others, 2), 1);
    assert_int_equal(others[0].n, 1);
    assert_int_equal(others[0].part[0].start_s, NOON + 4 * HOUR);
    struct visit v = visit("inna", NOON, OTHER);
    assert_int_equal(try_add(t, &v), ERR_EXISTS);
    assert_int_equal(offers_of_call(t->s, &t->a, one.id, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id, offers[0].id);
    assert_int_equal(list[1].n, 2);
    assert_int_equal(list[1].turn, 1);
    assert_int_equal(list[1].until_ms, UNTIL);
    assert_int_equal(list[1].part[0].start_s, NOON + HOUR);
    assert_string_equal(list[1].part[0].specialist_name, "Інна");
    (void)book_audit(t);
}

static void new_offers_take_the_place_of_the_old_ones(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON)};
    int64_t before = 0;

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    before = offers[0].id;
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1); /* the turn is run again */
    assert_true(offers[0].id > before);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offer"), "1");
    offers[0] = at("olena", NOON);
    assert_int_equal(offer(t, c.id, 2, offers, 1), 1);
    (void)added(t, "inna", NOON, OTHER);
    offers[0] = at("inna", NOON);
    assert_int_equal(offer(t, c.id, 3, offers, 1), 0); /* nothing is left of them */
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"), "0");
    (void)added(t, "olena", NOON, PHONE);
    (void)book_audit(t);
}

static void an_offer_is_confirmed_once_by_its_call_in_a_later_turn(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct call stranger = storage_opened(t, "o2", OTHER, NOW);
    struct offer offers[] = {at("inna", NOON), at("inna", NOON + HOUR)};
    struct visit v = {.name = "Олена", .phone = PHONE, .currency = "UAH", .language = "uk"};
    struct visit again = v;

    assert_int_equal(offer(t, c.id, 2, offers, 2), 2);
    assert_int_equal(try_confirm(t, c.id, 2, offers[1].id, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, stranger.id, 3, offers[1].id, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, c.id, 3, 4711, &v), ERR_NOT_FOUND);
    assert_int_equal(try_confirm(t, c.id, 3, offers[1].id, &v), ERR_OK);
    assert_true(v.id > 0);
    assert_int_equal(v.parts, 1);
    assert_int_equal(v.part[0].start_s, NOON + HOUR);
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
    struct visit v = added(t, "inna", NOON, PHONE);
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON + 30 * 60), at("olena", NOON)};
    struct visit moved = {.name = "X"};

    offers[0].move_visit = offers[1].move_visit = v.id;
    assert_int_equal(offer(t, c.id, 1, offers, 2), 2);
    (void)book_audit(t);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_OK);
    assert_int_equal(moved.id, v.id);
    assert_string_equal(moved.name, "Олена");
    assert_int_equal(got(t, v.id).part[0].start_s, NOON + 30 * 60);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    (void)added(t, "olena", NOON, OTHER);
    (void)book_audit(t);
}

static void an_offer_to_move_what_is_cancelled_or_taken_meanwhile_fails_whole(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, "inna", NOON, PHONE);
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON + 30 * 60)};
    struct visit moved = {0};

    offers[0].move_visit = v.id;
    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    assert_int_equal(try_move(t, v.id, part("olena", NOON, 90, 0)), ERR_OK); /* by the staff */
    struct visit quick = visit("inna", NOON, OTHER);
    quick.part[0] = part("inna", NOON + 30 * 60, 30, 0);
    assert_int_equal(try_add(t, &quick), ERR_OK);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_EXISTS);
    assert_int_equal(try_cancel(t, v.id), ERR_OK);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &moved), ERR_NOT_FOUND);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"),
                        "1"); /* nothing was done */
    (void)book_audit(t);
}

static void a_client_s_own_visit_refuses_the_confirmation_and_the_offer_stays(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON)};
    struct visit v = {.name = "Олена", .phone = PHONE};

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    (void)added(t, "olena", NOON, PHONE);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_EXISTS);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    v.for_other = true;
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_OK);
    (void)book_audit(t);
}

static void a_dead_offer_holds_until_somebody_needs_its_time(void **state)
{
    struct storage *t = *state;
    struct call one = storage_opened(t, "o1", PHONE, NOW);
    struct call two = storage_opened(t, "o2", OTHER, NOW);
    struct offer offers[] = {at("inna", NOON)};
    struct offer others[] = {at("inna", NOON + HOUR)};
    const struct booking_actor later = {.by = "staff", .now_ms = UNTIL};
    struct visit v = {.name = "Олена", .phone = PHONE};
    size_t n = 0;

    assert_int_equal(offer(t, one.id, 1, offers, 1), 1);
    storage_begin(t);
    assert_int_equal(offers_put(t->s, "salon", two.id, 1, others, 1, UNTIL + 9, UNTIL, &n, NULL),
                     ERR_OK);
    storage_commit(t);
    assert_int_equal(n, 1);
    assert_int_equal(try_confirm(t, one.id, 2, offers[0].id, &v), ERR_NOT_FOUND);
    assert_int_equal(offer(t, one.id, 3, offers, 1), 0);
    struct visit quick = visit("inna", NOON + HOUR, OTHER);
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
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON), at("olena", NOON)};
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
    (void)added(t, "inna", NOON, OTHER);
    struct visit v = visit("olena", NOON, OTHER);
    assert_int_equal(try_add(t, &v), ERR_EXISTS);
    (void)book_audit(t);
}

static void offers_end_with_their_call_unless_its_last_turn_still_runs(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON)};
    struct visit v = {.name = "Олена", .phone = PHONE};

    assert_int_equal(offer(t, c.id, 1, offers, 1), 1);
    c.status = CALL_COMPLETED;
    c.end_reason = "hangup";
    c.ended_ms = NOW;
    c.state = "{}"; /* a turn runs */
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(try_confirm(t, c.id, 2, offers[0].id, &v), ERR_OK);

    offers[0] = at("inna", NOON + 5 * HOUR);
    assert_int_equal(offer(t, c.id, 3, offers, 1), 1);
    c.state = "";
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM offering"), "0");
    (void)added(t, "inna", NOON + 5 * HOUR, OTHER);
    (void)book_audit(t);
}

static void offers_are_dropped_and_swept(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "o1", PHONE, NOW);
    struct offer offers[] = {at("inna", NOON)};
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
    (void)added(t, "inna", NOON, OTHER);
}

/* ---- what hangs on a visit ----------------------------------------------------------------------- */

static void a_number_with_a_booking_is_known_by_its_name(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "n1", PHONE, NOW);
    struct client who = {0};
    struct visit friend = visit("olena", NOON, PHONE);

    friend.for_other = true;
    friend.name = "Марія";
    assert_int_equal(try_add(t, &friend), ERR_OK);
    assert_int_equal(call_client(t->s, &t->a, &c, &who, NULL), ERR_OK);
    assert_string_equal(who.name, "");
    (void)added(t, "inna", NOON, PHONE);
    struct visit newer = visit("inna", NOON + 9 * HOUR, PHONE);
    newer.name = "Оленка";
    assert_int_equal(try_add(t, &newer), ERR_OK);
    assert_int_equal(call_client(t->s, &t->a, &c, &who, NULL), ERR_OK);
    assert_string_equal(who.name, "Оленка");
    assert_int_equal(client_by_phone(t->s, &t->a, PHONE, "hotel", &who, NULL), ERR_OK);
    assert_string_equal(who.name, ""); /* another business was not told */
    storage_begin(t);
    assert_int_equal(client_set_name(t->s, c.client_id, "salon", "Олена Петрівна", NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(call_client(t->s, &t->a, &c, &who, NULL), ERR_OK);
    assert_string_equal(who.name, "Олена Петрівна");
}

static void visits_that_are_long_over_are_purged_with_all_that_is_theirs(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "p1", PHONE, NOW);
    struct block b = {.profile = "salon", .specialist = "olena", .from_s = NOON, .to_s = NOON + 60};
    int64_t n = 0;

    struct visit old = added(t, "inna", NOON, PHONE);
    struct visit to_come = added(t, "inna", NOON + 48 * HOUR, PHONE);
    c.status = CALL_COMPLETED;
    c.ended_ms = NOW;
    c.end_reason = "goodbye";
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, NOW, NULL), ERR_OK);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(calls_purge(t->s, (NOON + 24 * HOUR) * 1000, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(visit_get(t->s, &t->a, old.id, &old, NULL), ERR_NOT_FOUND);
    assert_string_equal(got(t, to_come.id).state, "booked");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM block"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM booking_history"), "1");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM client"), "1"); /* comes again */
    (void)book_audit(t);
    assert_int_equal(calls_purge(t->s, (NOON + 90 * HOUR) * 1000, &n, NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM client"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM occupied"), "0");
}

static void a_forgotten_person_has_no_visits_and_their_time_is_free(void **state)
{
    struct storage *t = *state;
    struct person_rows rows = {0};
    struct outbox_row *row = NULL;
    size_t n = 0;

    struct visit past = added(t, "inna", NOON - 400 * HOUR, PHONE);
    struct visit friend = visit("olena", NOON, "050 123 45 67"); /* as the sheet has it */
    friend.for_other = true;
    assert_int_equal(try_add(t, &friend), ERR_OK);
    struct visit other = added(t, "maria", NOON, OTHER);
    assert_int_equal(person_count(t->s, PHONE, &rows, NULL), ERR_OK);
    assert_int_equal(rows.visits, 2);
    rows = (struct person_rows){0};
    assert_int_equal(person_forget(t->s, PHONE, &rows, NULL), ERR_OK);
    assert_int_equal(rows.visits, 2);
    assert_string_equal(storage_sql(t, "SELECT group_concat(id) FROM visit"), "3");
    assert_int_equal(other.id, 3);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM booking_history"), "1");
    assert_int_equal(outbox_due(t->s, &t->a, "sheet", INT64_MAX, 10, &row, &n, NULL), ERR_OK);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) { /* the sheet learns which, and nothing else */
        assert_null(strstr(row[i].payload, "1234567"));
        assert_null(strstr(row[i].payload, "Олена"));
    }
    char expected[160];
    (void)snprintf(
        expected, sizeof expected,
        "{\"visit\":%lld,\"what\":\"forgotten\",\"profile\":\"salon\",\"bookings\":[%lld],"
        "\"specialists\":[\"inna\"]}",
        (long long)past.id, (long long)past.part[0].id);
    const struct outbox_row *told = &row[0];
    while (strstr(told->payload, "\"visit\":1,") == NULL)
        told++;
    assert_string_equal(told->payload, expected);
    assert_int_equal(told->visit_id, 0);
    (void)added(t, "olena", NOON, PHONE);
    (void)book_audit(t);
}

/* The questions that all these tests ask at their end find what they are for. */
static void the_audit_sees_what_is_wrong(void **state)
{
    static const struct {
        const char *spoil, *found;
    } rows[] = {
        {"UPDATE booking SET free_s = free_s + 900 WHERE id = 2", "two visits have the same time"},
        {"DELETE FROM occupied WHERE booking_id = 1 AND cell % 2 = 0", "does not have its cells"},
        {"DELETE FROM booking WHERE id = 1; DELETE FROM occupied WHERE booking_id = 1;"
         "DELETE FROM client_cell WHERE visit_id = 1",
         "a visit has no booking"},
        {"UPDATE visit SET state = 'cancelled' WHERE id = 1", "does not need it"},
        {"DELETE FROM booking_history WHERE visit_id = 1", "history does not begin"},
        {"UPDATE booking_history SET became = 'x' WHERE visit_id = 1", "history does not end"},
        {"DELETE FROM outbox", "not told to the sheet"},
        {"UPDATE visit SET phone = '" PHONE "' WHERE id = 3", "one client is at two visits"},
        {"DELETE FROM client_cell WHERE visit_id = 1", "a client does not have the cells"},
        {"UPDATE block SET from_s = from_s - 7200", "a visit lies in a block"},
    };
    struct storage *t = *state;
    struct block b = {.profile = "salon",
                      .specialist = "olena",
                      .from_s = NOON + 2 * HOUR,
                      .to_s = NOON + 3 * HOUR};

    (void)added(t, "inna", NOON, PHONE);
    (void)added(t, "inna", NOON - 90 * 60, OTHER);
    struct visit long_one = visit("olena", NOON + HOUR / 2, OTHER);
    assert_int_equal(try_add(t, &long_one), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, NOW, NULL), ERR_OK);
    storage_commit(t);
    assert_null(book_audit_finding(t));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[160];
        struct storage spoiled = *t;

        (void)snprintf(spoiled.path, sizeof spoiled.path, "%s/spoiled-%zu", t->folder, i);
        (void)snprintf(sql, sizeof sql, "VACUUM INTO '%s'", spoiled.path);
        (void)storage_sql(t, sql);
        (void)storage_sql(&spoiled, rows[i].spoil);
        const char *found = book_audit_finding(&spoiled);
        assert_non_null(found);
        if (strstr(found, rows[i].found) == NULL)
            fail_msg("%s: %s", rows[i].spoil, found);
    }
}

static void a_backup_has_the_book(void **state)
{
    struct storage *t = *state;
    char copy[128];

    (void)added(t, "inna", NOON, PHONE);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", t->folder);
    assert_int_equal(store_backup(t->s, copy, deadline_in_ms(20000), NULL), ERR_OK);
    assert_string_equal(storage_sql_on(t, copy, "SELECT count(*) FROM occupied"), "18");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_visit_is_kept_as_it_was_told),
        TEST(the_same_time_is_refused_and_the_transaction_goes_on),
        TEST(a_buffer_keeps_others_out_and_is_rounded_up_to_a_cell),
        TEST(one_refused_part_refuses_the_visit),
        TEST(the_buffer_of_a_part_may_reach_into_a_later_part_of_its_own_visit),
        TEST(one_client_has_no_two_visits_at_once_but_for_others),
        TEST(a_buffer_is_not_the_client_s_time),
        TEST(a_move_may_overlap_itself_and_keeps_the_ids),
        TEST(a_move_onto_others_changes_nothing),
        TEST(a_move_may_have_more_parts_and_fewer),
        TEST(a_cancelled_visit_frees_its_time_once),
        TEST(every_change_stands_in_the_history),
        TEST(visits_are_listed_by_start_and_by_what_is_asked),
        TEST(more_visits_than_one_piece_of_a_list_are_listed),
        TEST(what_is_taken_is_visits_blocks_and_live_offers),
        TEST(a_block_keeps_visits_out_until_it_is_removed),
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
        TEST(a_number_with_a_booking_is_known_by_its_name),
        TEST(visits_that_are_long_over_are_purged_with_all_that_is_theirs),
        TEST(a_forgotten_person_has_no_visits_and_their_time_is_free),
        TEST(the_audit_sees_what_is_wrong),
        TEST(a_backup_has_the_book),
    };

    return cmocka_run_group_tests_name("store/booking", tests, NULL, NULL);
}
