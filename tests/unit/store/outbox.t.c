/* The outbox: what must go out later, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/booking.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "tests/support/storage.h"

#define NOON INT64_C(1796299200)
#define NOW  STORAGE_NOW

static const struct booking_actor staff = {.by = "staff", .now_ms = NOW};

static struct visit added(struct storage *t, int64_t from_s)
{
    struct visit v = {.profile = "salon",
                      .part = {{.specialist = "inna",
                                .specialist_name = "Інна",
                                .services = "x",
                                .service_names = "х",
                                .start_s = from_s,
                                .end_s = from_s + 3600,
                                .free_s = from_s + 3600}},
                      .parts = 1,
                      .name = "Олена",
                      .phone = "+380501234567"};

    storage_begin(t);
    assert_int_equal(visit_add(t->s, &t->a, &v, &staff, NULL), ERR_OK);
    storage_commit(t);
    return v;
}

static struct outbox_row message(struct storage *t, int64_t visit_id, int64_t due_ms)
{
    struct outbox_row row = {.kind = "message",
                             .payload = "{\"what\":\"reminder\"}",
                             .visit_id = visit_id,
                             .created_ms = NOW,
                             .due_ms = due_ms};

    storage_begin(t);
    assert_int_equal(outbox_add(t->s, &row, NULL), ERR_OK);
    storage_commit(t);
    assert_true(row.id > 0);
    return row;
}

static size_t due(struct storage *t, const char *kind, int64_t now_ms, struct outbox_row **ret)
{
    size_t n = 99;

    assert_int_equal(outbox_due(t->s, &t->a, kind, now_ms, 10, ret, &n, NULL), ERR_OK);
    return n;
}

static void what_is_due_comes_by_its_time_and_kind(void **state)
{
    struct storage *t = *state;
    struct outbox_row *rows = NULL;
    struct visit v = added(t, NOON);
    struct outbox_row late = message(t, v.id, NOW + 5000);
    struct outbox_row early = message(t, v.id, NOW + 1000);

    assert_int_equal(due(t, "message", NOW, &rows), 0);
    assert_int_equal(due(t, "message", NOW + 5000, &rows), 2);
    assert_int_equal(rows[0].id, early.id);
    assert_int_equal(rows[1].id, late.id);
    assert_string_equal(rows[1].payload, "{\"what\":\"reminder\"}");
    assert_string_equal(rows[1].kind, "message");
    assert_int_equal(rows[1].visit_id, v.id);
    assert_int_equal(rows[1].lead_id, 0);
    assert_int_equal(rows[1].due_ms, NOW + 5000);
    assert_int_equal(due(t, NULL, NOW + 5000, &rows), 3);
    assert_string_equal(rows[0].kind, "sheet");
    assert_int_equal(due(t, "lead", NOW + 5000, &rows), 0);
}

static void what_was_sent_does_not_come_again(void **state)
{
    struct storage *t = *state;
    struct outbox_row *rows = NULL;
    bool used = true;
    int64_t waiting = -1;
    struct visit v = added(t, NOON);
    struct outbox_row m = message(t, v.id, NOW);

    assert_int_equal(outbox_used(t->s, "message", &used, NULL), ERR_OK);
    assert_false(used);
    storage_begin(t);
    assert_int_equal(outbox_sent(t->s, m.id, NULL), ERR_OK);
    assert_int_equal(outbox_failed(t->s, m.id, "too late", NOW, NULL), ERR_OK); /* it was sent */
    storage_commit(t);
    assert_int_equal(due(t, "message", NOW, &rows), 0);
    assert_int_equal(outbox_used(t->s, "message", &used, NULL), ERR_OK);
    assert_true(used);
    assert_int_equal(outbox_used(t->s, "sheet", &used, NULL), ERR_OK);
    assert_false(used);
    assert_int_equal(outbox_waiting(t->s, "message", &waiting, NULL), ERR_OK);
    assert_int_equal(waiting, 0);
    assert_int_equal(outbox_waiting(t->s, NULL, &waiting, NULL), ERR_OK);
    assert_int_equal(waiting, 1);
}

static void what_failed_comes_later_or_is_given_up(void **state)
{
    struct storage *t = *state;
    struct outbox_row *rows = NULL;
    int64_t waiting = -1;
    struct visit v = added(t, NOON);
    struct outbox_row m = message(t, v.id, NOW);

    storage_begin(t);
    assert_int_equal(outbox_failed(t->s, m.id, "no route", NOW + 60000, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "message", NOW + 59999, &rows), 0);
    assert_int_equal(due(t, "message", NOW + 60000, &rows), 1);
    assert_int_equal(rows[0].attempts, 1);
    assert_string_equal(rows[0].last_error, "no route");
    storage_begin(t);
    assert_int_equal(outbox_failed(t->s, m.id, "forbidden", 0, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "message", INT64_MAX, &rows), 0);
    assert_int_equal(outbox_waiting(t->s, "message", &waiting, NULL), ERR_OK);
    assert_int_equal(waiting, 1);
    assert_string_equal(storage_sql(t, "SELECT state, attempts, last_error FROM outbox WHERE kind ="
                                       " 'message'"),
                        "failed|2|forbidden");
}

static void those_that_were_given_up_are_counted_apart(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;
    struct visit v = added(t, NOON);
    struct outbox_row waits = message(t, v.id, NOW);
    struct outbox_row lost = message(t, v.id, NOW);
    struct outbox_row went = message(t, v.id, NOW);

    assert_int_equal(outbox_given_up(t->s, NULL, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    storage_begin(t);
    assert_int_equal(outbox_failed(t->s, waits.id, "no route", NOW + 60000, NULL), ERR_OK);
    assert_int_equal(outbox_failed(t->s, lost.id, "forbidden", 0, NULL), ERR_OK);
    assert_int_equal(outbox_sent(t->s, went.id, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(outbox_given_up(t->s, "message", &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(outbox_given_up(t->s, NULL, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(outbox_given_up(t->s, "lead", &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

/* A sender that was at work on the old row finds the new one afterwards. */
static void one_row_of_a_visit_waits_for_the_sheet_and_no_change_is_missed(void **state)
{
    struct storage *t = *state;
    struct outbox_row *rows = NULL;
    struct visit v = added(t, NOON);

    assert_int_equal(due(t, "sheet", NOW, &rows), 1);
    int64_t at_work = rows[0].id;
    assert_string_equal(rows[0].payload, "{\"visit\":1,\"what\":\"booked\"}");
    v.part[0].start_s += 7200;
    v.part[0].end_s += 7200;
    v.part[0].free_s += 7200;
    storage_begin(t);
    assert_int_equal(visit_move(t->s, &t->a, v.id, v.part, 1, &staff, NULL), ERR_OK);
    storage_commit(t);
    storage_begin(t);
    assert_int_equal(outbox_sent(t->s, at_work, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "sheet", NOW, &rows), 1);
    assert_true(rows[0].id > at_work);
    assert_string_equal(rows[0].payload, "{\"visit\":1,\"what\":\"moved\"}");
    storage_begin(t);
    assert_int_equal(outbox_sent(t->s, rows[0].id, NULL), ERR_OK);
    assert_int_equal(visit_cancel(t->s, &t->a, v.id, &staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "sheet", NOW, &rows), 1);
    assert_string_equal(rows[0].payload, "{\"visit\":1,\"what\":\"cancelled\"}");
}

static void messages_go_back_with_a_move_and_a_cancellation_unless_they_were_sent(void **state)
{
    struct storage *t = *state;
    struct outbox_row *rows = NULL;
    struct visit v = added(t, NOON);
    struct outbox_row sent = message(t, v.id, NOW);

    (void)message(t, v.id, NOW);
    struct visit other = added(t, NOON + 86400);
    struct outbox_row others = message(t, other.id, NOW);
    storage_begin(t);
    assert_int_equal(outbox_sent(t->s, sent.id, NULL), ERR_OK);
    v.part[0].start_s -= 300;
    assert_int_equal(visit_move(t->s, &t->a, v.id, v.part, 1, &staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "message", NOW, &rows), 1);
    assert_int_equal(rows[0].id, others.id);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM outbox WHERE kind = 'message'"), "2");
    storage_begin(t);
    assert_int_equal(outbox_take_back(t->s, other.id, "message", NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "message", NOW, &rows), 0);
    (void)message(t, v.id, NOW);
    storage_begin(t);
    assert_int_equal(visit_cancel(t->s, &t->a, v.id, &staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(due(t, "message", NOW, &rows), 0);
}

static void a_row_of_a_wrong_kind_is_refused(void **state)
{
    struct storage *t = *state;
    struct outbox_row none = {.kind = "message", .payload = "{}"};
    struct outbox_row odd = {.kind = "letter", .payload = "{}", .visit_id = 1};

    (void)added(t, NOON);
    storage_begin(t);
    assert_int_equal(outbox_add(t->s, &none, NULL), ERR_FAULT);
    assert_int_equal(outbox_add(t->s, &odd, NULL), ERR_FAULT);
    store_rollback(t->s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_due_comes_by_its_time_and_kind),
        TEST(what_was_sent_does_not_come_again),
        TEST(what_failed_comes_later_or_is_given_up),
        TEST(those_that_were_given_up_are_counted_apart),
        TEST(one_row_of_a_visit_waits_for_the_sheet_and_no_change_is_missed),
        TEST(messages_go_back_with_a_move_and_a_cancellation_unless_they_were_sent),
        TEST(a_row_of_a_wrong_kind_is_refused),
    };

    return cmocka_run_group_tests_name("store/outbox", tests, NULL, NULL);
}
