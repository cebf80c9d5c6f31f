/* The book's store: visits, blocks, history, and what becomes of them. */
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
#include "tests/support/book.h"

/* ---- visits -------------------------------------------------------------------------------------- */

static void a_visit_is_kept_as_it_was_told(void **state)
{
    struct storage *t = *state;
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_PHONE);
    struct visit by_booking = {0};

    v.part[1] = book_part("olena", BOOK_NOON + 90 * 60, 30, 10);
    v.part[1].price_to = -1;
    v.parts = 2;
    v.note = "алергія";
    assert_int_equal(book_try_add(t, &v), ERR_OK);
    struct visit is = book_got(t, v.id);
    assert_string_equal(is.profile, "salon");
    assert_string_equal(is.state, "booked");
    assert_string_equal(is.name, "Олена");
    assert_string_equal(is.phone, BOOK_PHONE);
    assert_string_equal(is.note, "алергія");
    assert_string_equal(is.currency, "UAH");
    assert_string_equal(is.language, "uk");
    assert_string_equal(is.by, "staff");
    assert_false(is.for_other);
    assert_int_equal(is.call_id, 0);
    assert_int_equal(is.created_ms, BOOK_NOW);
    assert_int_equal(is.parts, 2);
    assert_int_equal(is.part[0].id, v.part[0].id);
    assert_string_equal(is.part[1].specialist, "olena");
    assert_string_equal(is.part[1].service_names, "манікюр із гель-лаком");
    assert_int_equal(is.part[1].free_s, BOOK_NOON + 130 * 60);
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

    (void)book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    for (int64_t minutes = -85; minutes <= 85; minutes += 5) {
        struct visit v = book_visit("inna", BOOK_NOON + minutes * 60, BOOK_OTHER);
        assert_int_equal(book_try_add(t, &v), ERR_EXISTS);
        assert_int_equal(v.id, 0);
    }
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    (void)book_added(t, "inna", BOOK_NOON + 90 * 60, BOOK_OTHER);
    (void)book_added(t, "inna", BOOK_NOON - 90 * 60, BOOK_OTHER);
    (void)book_added(t, "olena", BOOK_NOON, BOOK_OTHER);
    struct visit elsewhere = book_visit("inna", BOOK_NOON, BOOK_PHONE);
    elsewhere.profile = "clinic"; /* another business may have an Inna */
    assert_int_equal(book_try_add(t, &elsewhere), ERR_OK);
    (void)book_audit(t);
}

static void a_buffer_keeps_others_out_and_is_rounded_up_to_a_cell(void **state)
{
    struct storage *t = *state;
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_PHONE);

    v.part[0] = book_part("inna", BOOK_NOON, 90, 7);
    assert_int_equal(book_try_add(t, &v), ERR_OK);
    struct visit next = book_visit("inna", BOOK_NOON + 95 * 60, BOOK_OTHER);
    assert_int_equal(book_try_add(t, &next), ERR_EXISTS);
    (void)book_added(t, "inna", BOOK_NOON + 100 * 60, BOOK_OTHER);
    (void)book_audit(t);
}

static void one_refused_part_refuses_the_visit(void **state)
{
    struct storage *t = *state;
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_PHONE);

    (void)book_added(t, "olena", BOOK_NOON + 2 * BOOK_HOUR, BOOK_OTHER);
    v.part[1] = book_part("olena", BOOK_NOON + 90 * 60, 60, 0);
    v.parts = 2;
    assert_int_equal(book_try_add(t, &v), ERR_EXISTS);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "1");
    struct visit after = book_visit("inna", BOOK_NOON, BOOK_PHONE); /* inna's part left nothing */
    assert_int_equal(book_try_add(t, &after), ERR_OK);
}

static void the_buffer_of_a_part_may_reach_into_a_later_part_of_its_own_visit(void **state)
{
    struct storage *t = *state;
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_PHONE);

    v.part[0] = book_part("inna", BOOK_NOON, 60, 30);
    v.part[1] = book_part("olena", BOOK_NOON + BOOK_HOUR, 10, 0);
    v.part[2] = book_part("inna", BOOK_NOON + 70 * 60, 30, 0);
    v.parts = 3;
    assert_int_equal(book_try_add(t, &v), ERR_OK);
    (void)book_audit(t);
    v.part[2].start_s = v.part[1].start_s; /* these are not one after the other */
    struct visit wrong = v;
    assert_int_equal(book_try_add(t, &wrong), ERR_VALUE);
    wrong.parts = 0;
    assert_int_equal(book_try_add(t, &wrong), ERR_VALUE);
}

static void one_client_has_no_two_visits_at_once_but_for_others(void **state)
{
    struct storage *t = *state;
    struct visit second = book_visit("olena", BOOK_NOON + BOOK_HOUR, BOOK_PHONE);

    (void)book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    assert_int_equal(book_try_add(t, &second), ERR_EXISTS);
    second.for_other = true;
    assert_int_equal(book_try_add(t, &second), ERR_OK);
    (void)book_added(t, "olena", BOOK_NOON + 3 * BOOK_HOUR, BOOK_PHONE);
    (void)book_added(t, "maria", BOOK_NOON, "");
    (void)book_added(t, "dasha", BOOK_NOON, ""); /* who has no number is nobody in particular */
    (void)book_audit(t);
}

static void a_buffer_is_not_the_client_s_time(void **state)
{
    struct storage *t = *state;
    struct visit v = book_visit("inna", BOOK_NOON, BOOK_PHONE);

    v.part[0] = book_part("inna", BOOK_NOON, 60, 30);
    assert_int_equal(book_try_add(t, &v), ERR_OK);
    (void)book_added(t, "olena", BOOK_NOON + BOOK_HOUR, BOOK_PHONE);
}

/* ---- changes ------------------------------------------------------------------------------------- */

static void a_move_may_overlap_itself_and_keeps_the_ids(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);

    assert_int_equal(book_try_move(t, v.id, book_part("inna", BOOK_NOON + 30 * 60, 90, 0)), ERR_OK);
    struct visit is = book_got(t, v.id);
    assert_int_equal(is.part[0].start_s, BOOK_NOON + 30 * 60);
    assert_int_equal(is.part[0].id, v.part[0].id);
    (void)book_added(t, "inna", BOOK_NOON - BOOK_HOUR,
                     BOOK_OTHER); /* until 12:30: what it left is free */
    (void)book_audit(t);
}

static void a_move_onto_others_changes_nothing(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);

    (void)book_added(t, "inna", BOOK_NOON + 2 * BOOK_HOUR, BOOK_OTHER);
    (void)book_added(t, "olena", BOOK_NOON + 4 * BOOK_HOUR, BOOK_PHONE);
    assert_int_equal(book_try_move(t, v.id, book_part("inna", BOOK_NOON + BOOK_HOUR, 90, 0)),
                     ERR_EXISTS);
    assert_int_equal(book_try_move(t, v.id, book_part("inna", BOOK_NOON + 4 * BOOK_HOUR, 90, 0)),
                     ERR_EXISTS);
    assert_int_equal(book_got(t, v.id).part[0].start_s, BOOK_NOON);
    assert_int_equal(book_try_move(t, 4711, book_part("inna", BOOK_NOON + 9 * BOOK_HOUR, 90, 0)),
                     ERR_NOT_FOUND);
    (void)book_audit(t);
}

static void a_move_may_have_more_parts_and_fewer(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    struct booking_part two[2] = {book_part("olena", BOOK_NOON, 30, 5),
                                  book_part("inna", BOOK_NOON + 1800, 60, 0)};

    storage_begin(t);
    assert_int_equal(visit_move(t->s, &t->a, v.id, two, 2, &book_staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(book_got(t, v.id).parts, 2);
    (void)book_audit(t);
    assert_int_equal(book_try_move(t, v.id, book_part("maria", BOOK_NOON, 90, 0)), ERR_OK);
    struct visit is = book_got(t, v.id);
    assert_int_equal(is.parts, 1);
    assert_int_equal(is.part[0].id, v.part[0].id);
    (void)book_audit(t);
}

static void a_cancelled_visit_frees_its_time_once(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);

    assert_int_equal(book_try_cancel(t, v.id), ERR_OK);
    struct visit is = book_got(t, v.id);
    assert_string_equal(is.state, "cancelled");
    assert_int_equal(is.part[0].start_s, BOOK_NOON); /* where it would have been */
    assert_int_equal(book_try_cancel(t, v.id), ERR_NOT_FOUND);
    assert_int_equal(book_try_move(t, v.id, book_part("inna", BOOK_NOON + BOOK_HOUR, 90, 0)),
                     ERR_NOT_FOUND);
    (void)book_added(t, "inna", BOOK_NOON, BOOK_OTHER);
    (void)book_added(t, "olena", BOOK_NOON, BOOK_PHONE);
    (void)book_audit(t);
}

static void every_change_stands_in_the_history(void **state)
{
    struct storage *t = *state;
    struct visit v = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    const struct booking_actor why = {.by = "sheet", .now_ms = BOOK_NOW + 5, .why = "хвора"};
    struct booking_change *c = NULL;
    size_t n = 0;

    assert_int_equal(book_try_move(t, v.id, book_part("olena", BOOK_NOON + BOOK_HOUR, 90, 0)),
                     ERR_OK);
    storage_begin(t);
    assert_int_equal(visit_note(t->s, v.id, "подзвонити", &book_staff, NULL), ERR_OK);
    assert_int_equal(visit_note(t->s, 4711, "x", &book_staff, NULL), ERR_NOT_FOUND);
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
    assert_int_equal(c[3].at_ms, BOOK_NOW + 5);
    assert_string_equal(book_got(t, v.id).note, "подзвонити");
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
    struct visit last = book_added(t, "inna", BOOK_NOON + 5 * BOOK_HOUR, BOOK_PHONE);
    struct visit first = book_added(t, "olena", BOOK_NOON, BOOK_OTHER);
    struct visit friend = book_visit("inna", BOOK_NOON + 2 * BOOK_HOUR, BOOK_PHONE);

    friend.for_other = true;
    friend.part[1] = book_part("maria", BOOK_NOON + 4 * BOOK_HOUR, 30, 0);
    friend.parts = 2;
    assert_int_equal(book_try_add(t, &friend), ERR_OK);
    struct visit gone = book_added(t, "inna", BOOK_NOON + 30 * BOOK_HOUR, BOOK_PHONE);
    assert_int_equal(book_try_cancel(t, gone.id), ERR_OK);

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
    assert_int_equal(
        listed(t, (struct visit_filter){.from_s = BOOK_NOON, .to_s = BOOK_NOON + 5 * BOOK_HOUR},
               &v),
        2);
    assert_int_equal(listed(t, (struct visit_filter){.phone = "050 123-45-67"}, &v), 1);
    assert_int_equal(v[0].id, last.id);
    assert_int_equal(listed(t, (struct visit_filter){.phone = BOOK_PHONE, .with_other = true}, &v),
                     2);
    assert_int_equal(listed(t, (struct visit_filter){.phone = "123"}, &v), 0);
    assert_int_equal(listed(t, (struct visit_filter){.phone = ""}, &v), 0);
}

static void more_visits_than_one_piece_of_a_list_are_listed(void **state)
{
    struct storage *t = *state;
    struct visit *v = NULL;

    storage_begin(t);
    for (int i = 0; i < 100; i++) {
        struct visit one = book_visit("inna", BOOK_NOON + i * 2 * BOOK_HOUR, "");
        assert_int_equal(visit_add(t->s, &t->a, &one, &book_staff, NULL), ERR_OK);
    }
    storage_commit(t);
    assert_int_equal(listed(t, (struct visit_filter){0}, &v), 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(v[i].part[0].start_s, BOOK_NOON + i * 2 * BOOK_HOUR);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static void a_block_keeps_visits_out_until_it_is_removed(void **state)
{
    struct storage *t = *state;
    struct block b = {.profile = "salon",
                      .specialist = "inna",
                      .from_s = BOOK_NOON,
                      .to_s = BOOK_NOON + 2 * BOOK_HOUR,
                      .why = "навчання"};
    struct block *list = NULL;
    size_t n = 0;

    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, BOOK_NOW, NULL), ERR_OK);
    struct block again = b;
    again.from_s += BOOK_HOUR;
    assert_int_equal(block_add(t->s, &t->a, &again, BOOK_NOW, NULL), ERR_EXISTS);
    again.to_s = again.from_s;
    assert_int_equal(block_add(t->s, &t->a, &again, BOOK_NOW, NULL), ERR_VALUE);
    again.to_s = again.from_s + 500 * 86400;
    assert_int_equal(block_add(t->s, &t->a, &again, BOOK_NOW, NULL), ERR_VALUE);
    storage_commit(t);
    struct visit v = book_visit("inna", BOOK_NOON + BOOK_HOUR, BOOK_PHONE);
    assert_int_equal(book_try_add(t, &v), ERR_EXISTS);
    assert_int_equal(blocks_listed(t->s, &t->a, "salon", BOOK_NOON + BOOK_HOUR,
                                   BOOK_NOON + 9 * BOOK_HOUR, &list, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].why, "навчання");
    assert_string_equal(list[0].by, "staff");
    assert_int_equal(blocks_listed(t->s, &t->a, NULL, BOOK_NOON + 2 * BOOK_HOUR,
                                   BOOK_NOON + 9 * BOOK_HOUR, &list, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 0);
    (void)book_audit(t);
    storage_begin(t);
    assert_int_equal(block_remove(t->s, b.id, NULL), ERR_OK);
    assert_int_equal(block_remove(t->s, b.id, NULL), ERR_NOT_FOUND);
    storage_commit(t);
    assert_int_equal(book_try_add(t, &v), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, BOOK_NOW, NULL), ERR_EXISTS); /* not over a visit */
    storage_commit(t);
}

/* ---- what hangs on a visit ----------------------------------------------------------------------- */

static void a_number_with_a_booking_is_known_by_its_name(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "n1", BOOK_PHONE, BOOK_NOW);
    struct client who = {0};
    struct visit friend = book_visit("olena", BOOK_NOON, BOOK_PHONE);

    friend.for_other = true;
    friend.name = "Марія";
    assert_int_equal(book_try_add(t, &friend), ERR_OK);
    assert_int_equal(call_client(t->s, &t->a, &c, &who, NULL), ERR_OK);
    assert_string_equal(who.name, "");
    (void)book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    struct visit newer = book_visit("inna", BOOK_NOON + 9 * BOOK_HOUR, BOOK_PHONE);
    newer.name = "Оленка";
    assert_int_equal(book_try_add(t, &newer), ERR_OK);
    assert_int_equal(call_client(t->s, &t->a, &c, &who, NULL), ERR_OK);
    assert_string_equal(who.name, "Оленка");
    assert_int_equal(client_by_phone(t->s, &t->a, BOOK_PHONE, "hotel", &who, NULL), ERR_OK);
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
    struct call c = storage_opened(t, "p1", BOOK_PHONE, BOOK_NOW);
    struct block b = {
        .profile = "salon", .specialist = "olena", .from_s = BOOK_NOON, .to_s = BOOK_NOON + 60};
    int64_t n = 0;

    struct visit old = book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    struct visit to_come = book_added(t, "inna", BOOK_NOON + 48 * BOOK_HOUR, BOOK_PHONE);
    c.status = CALL_COMPLETED;
    c.ended_ms = BOOK_NOW;
    c.end_reason = "goodbye";
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, BOOK_NOW, NULL), ERR_OK);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(calls_purge(t->s, (BOOK_NOON + 24 * BOOK_HOUR) * 1000, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(visit_get(t->s, &t->a, old.id, &old, NULL), ERR_NOT_FOUND);
    assert_string_equal(book_got(t, to_come.id).state, "booked");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM block"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM booking_history"), "1");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM client"), "1"); /* comes again */
    (void)book_audit(t);
    assert_int_equal(calls_purge(t->s, (BOOK_NOON + 90 * BOOK_HOUR) * 1000, &n, NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM client"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM occupied"), "0");
}

static void a_forgotten_person_has_no_visits_and_their_time_is_free(void **state)
{
    struct storage *t = *state;
    struct person_rows rows = {0};
    struct outbox_row *row = NULL;
    size_t n = 0;

    struct visit past = book_added(t, "inna", BOOK_NOON - 400 * BOOK_HOUR, BOOK_PHONE);
    struct visit friend = book_visit("olena", BOOK_NOON, "050 123 45 67"); /* as the sheet has it */
    friend.for_other = true;
    assert_int_equal(book_try_add(t, &friend), ERR_OK);
    struct visit other = book_added(t, "maria", BOOK_NOON, BOOK_OTHER);
    assert_int_equal(person_count(t->s, BOOK_PHONE, &rows, NULL), ERR_OK);
    assert_int_equal(rows.visits, 2);
    rows = (struct person_rows){0};
    assert_int_equal(person_forget(t->s, BOOK_PHONE, &rows, NULL), ERR_OK);
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
    (void)book_added(t, "olena", BOOK_NOON, BOOK_PHONE);
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
        {"UPDATE visit SET phone = '" BOOK_PHONE "' WHERE id = 3", "one client is at two visits"},
        {"DELETE FROM client_cell WHERE visit_id = 1", "a client does not have the cells"},
        {"UPDATE block SET from_s = from_s - 7200", "a visit lies in a block"},
    };
    struct storage *t = *state;
    struct block b = {.profile = "salon",
                      .specialist = "olena",
                      .from_s = BOOK_NOON + 2 * BOOK_HOUR,
                      .to_s = BOOK_NOON + 3 * BOOK_HOUR};

    (void)book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
    (void)book_added(t, "inna", BOOK_NOON - 90 * 60, BOOK_OTHER);
    struct visit long_one = book_visit("olena", BOOK_NOON + BOOK_HOUR / 2, BOOK_OTHER);
    assert_int_equal(book_try_add(t, &long_one), ERR_OK);
    storage_begin(t);
    assert_int_equal(block_add(t->s, &t->a, &b, BOOK_NOW, NULL), ERR_OK);
    storage_commit(t);
    assert_null(book_audit_finding(t));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sql[160];
        struct storage spoiled = *t;

        arena_init(&spoiled.a, (size_t)16 * 1024 * 1024);
        (void)snprintf(spoiled.path, sizeof spoiled.path, "%s/spoiled-%zu", t->folder, i);
        (void)snprintf(sql, sizeof sql, "VACUUM INTO '%s'", spoiled.path);
        (void)storage_sql(t, sql);
        (void)storage_sql(&spoiled, rows[i].spoil);
        const char *found = book_audit_finding(&spoiled);
        assert_non_null(found);
        if (strstr(found, rows[i].found) == NULL)
            fail_msg("%s: %s", rows[i].spoil, found);
        arena_release(&spoiled.a);
    }
}

static void a_backup_has_the_book(void **state)
{
    struct storage *t = *state;
    char copy[128];

    (void)book_added(t, "inna", BOOK_NOON, BOOK_PHONE);
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
        TEST(a_block_keeps_visits_out_until_it_is_removed),
        TEST(a_number_with_a_booking_is_known_by_its_name),
        TEST(visits_that_are_long_over_are_purged_with_all_that_is_theirs),
        TEST(a_forgotten_person_has_no_visits_and_their_time_is_free),
        TEST(the_audit_sees_what_is_wrong),
        TEST(a_backup_has_the_book),
    };

    return cmocka_run_group_tests_name("store/booking", tests, NULL, NULL);
}
