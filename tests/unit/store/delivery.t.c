#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/deliver.h"
#include "tests/support/storage.h"

static void a_finished_delivery_gives_the_same_bytes_and_opens_nothing(void **state)
{
    struct storage *t = *state;

    struct delivery first = deliver_done(t, "k", "Вітаю!");
    struct delivery again = deliver_begin(t, "k");
    assert_int_equal(again.id, first.id);
    assert_false(store_in_transaction(t->s));
    deliver_assert(t, &again, "Вітаю!");
    struct store *other = storage_open(t);
    struct delivery there = deliver_begin_as(other, t, "k", 0, STORAGE_NOW + 99);
    deliver_assert(t, &there, "Вітаю!");
    store_close(other);
}

static void odd_replies_come_back_as_they_were(void **state)
{
    struct storage *t = *state;
    struct delivery_reply empty = {.status = 204, .type = ""};
    struct delivery_reply odd = {.status = 400, .type = "text/xml; charset=utf-8"};

    struct delivery d = deliver_begin(t, "empty");
    body_init(&empty.body, &t->a, 10);
    assert_int_equal(delivery_finish(t->s, &d, &empty, STORAGE_MOMENT, NULL), ERR_OK);
    deliver_commit(t->s);
    d = deliver_begin(t, "odd");
    body_init(&odd.body, &t->a, 10);
    body_sound(&odd.body, NULL, 0);
    body_sound(&odd.body, deliver_sound, sizeof deliver_sound);
    buf_put(&odd.body.text, "a\0b", 3);
    body_sound(&odd.body, deliver_sound, sizeof deliver_sound);
    assert_int_equal(delivery_finish(t->s, &d, &odd, STORAGE_MOMENT, NULL), ERR_OK);
    deliver_commit(t->s);
    store_let_go(t->s);
    d = deliver_begin(t, "empty");
    assert_int_equal(d.reply->status, 204);
    assert_int_equal(body_length(&d.reply->body), 0);
    d = deliver_begin(t, "odd");
    assert_int_equal(d.reply->status, 400);
    assert_string_equal(d.reply->type, "text/xml; charset=utf-8");
    struct buf was = storage_bytes(&t->a, &odd.body);
    struct buf is = storage_bytes(&t->a, &d.reply->body);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.data, was.data, was.len);
}

static void a_sound_is_kept_once_however_often_it_is_sent(void **state)
{
    struct storage *t = *state;

    (void)deliver_done(t, "one", "a");
    (void)deliver_done(t, "two", "b");
    (void)deliver_done(t, "three", "c");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "2");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM delivery_sound"), "6");
}

static void keys_of_different_sources_do_not_meet(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};

    struct delivery first = deliver_done(t, "k", "a");
    assert_int_equal(delivery_begin(t->s, &t->a,
                                    &(struct delivery_key){.source = "incoming-call", .key = "k"},
                                    deadline_in_ms(500), STORAGE_MOMENT, &d, NULL),
                     ERR_OK);
    assert_int_equal(d.found, DELIVERY_NEW);
    assert_int_not_equal(d.id, first.id);
}

static enum err begin_with_digest(struct storage *t, struct store *s, const char *digest)
{
    const struct delivery_key key = {.source = DELIVER_SOURCE, .key = "k", .digest = digest};
    struct delivery d = {0};

    return delivery_begin(s, &t->a, &key, deadline_in_ms(500), STORAGE_MOMENT, &d, NULL);
}

static void
a_key_with_another_digest_is_refused_at_once_while_the_first_runs_and_after(void **state)
{
    struct storage *t = *state;
    struct store *other = storage_open(t);

    assert_int_equal(begin_with_digest(t, t->s, "one"), ERR_OK);
    deliver_commit(t->s);
    assert_int_equal(begin_with_digest(t, other, "two"), ERR_OTHER_BODY);
    assert_int_equal(begin_with_digest(t, other, "one"), ERR_BUSY);
    (void)storage_sql(t, "UPDATE delivery SET state = 'done', done_ms = 1, status = 200,"
                         " type = 'text/plain', body = x'41'");
    store_let_go(t->s);
    assert_int_equal(begin_with_digest(t, other, "two"), ERR_OTHER_BODY);
    assert_int_equal(begin_with_digest(t, other, "one"), ERR_OK);
    /* A row of the version before has no digest. */
    (void)storage_sql(t, "UPDATE delivery SET digest = ''");
    assert_int_equal(begin_with_digest(t, other, "two"), ERR_OK);
    store_close(other);
}

static void a_rolled_back_beginning_leaves_no_row_and_no_hold(void **state)
{
    struct storage *t = *state;

    struct delivery d = deliver_begin(t, "k");
    assert_int_equal(d.found, DELIVERY_NEW);
    assert_true(store_in_transaction(t->s));
    store_rollback(t->s);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM delivery"), "0");
    struct store *other = storage_open(t);
    d = deliver_begin_as(other, t, "k", 0, STORAGE_NOW);
    assert_int_equal(d.found, DELIVERY_NEW);
    store_close(other);
}

static void while_the_first_works_the_second_is_refused_at_its_deadline(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct why why = {0};

    (void)deliver_begin(t, "k");
    deliver_commit(t->s);
    struct store *other = storage_open(t);
    int64_t from = clock_mono_us();
    assert_int_equal(delivery_begin(other, &t->a,
                                    &(struct delivery_key){.source = DELIVER_SOURCE, .key = "k"},
                                    deadline_in_ms(200), STORAGE_MOMENT, &d, &why),
                     ERR_BUSY);
    int64_t took = clock_mono_us() - from;
    assert_in_range(took, 190000, 700000);
    assert_int_not_equal(why.text[0], '\0');
    assert_false(store_in_transaction(other));
    store_close(other);
}

static void a_worker_that_let_go_without_finishing_is_succeeded(void **state)
{
    struct storage *t = *state;

    struct delivery first = deliver_begin(t, "k");
    deliver_commit(t->s);
    store_let_go(t->s);
    struct store *other = storage_open(t);
    struct delivery next = deliver_begin_as(other, t, "k", 0, STORAGE_NOW);
    assert_int_equal(next.found, DELIVERY_TAKEN_OVER);
    assert_int_equal(next.id, first.id);
    assert_true(store_in_transaction(other));
    store_rollback(other); /* the hold goes with it: a third may try */
    next = deliver_begin(t, "k");
    assert_int_equal(next.found, DELIVERY_TAKEN_OVER);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &next, "нарешті");
    next = deliver_begin_as(other, t, "k", 0, STORAGE_NOW);
    deliver_assert(t, &next, "нарешті");
    store_close(other);
}

static void the_hold_outlives_a_rolled_back_second_transaction(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};

    (void)deliver_begin(t, "k");
    deliver_commit(t->s);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    store_rollback(t->s);
    struct store *other = storage_open(t);
    assert_int_equal(delivery_begin(other, &t->a,
                                    &(struct delivery_key){.source = DELIVER_SOURCE, .key = "k"},
                                    deadline_in_ms(50), STORAGE_MOMENT, &d, NULL),
                     ERR_BUSY);
    store_close(other);
}

static void within_the_window_it_is_the_same_and_after_it_new(void **state)
{
    struct storage *t = *state;

    struct delivery first = deliver_done(t, "k", "a"); /* finished at NOW + 1 */
    struct delivery d = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW + 1 + 20000);
    assert_int_equal(d.found, DELIVERY_DONE);
    d = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW + 1 + 20001);
    assert_int_equal(d.found, DELIVERY_NEW);
    assert_int_not_equal(d.id, first.id);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &d, "b");
    d = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW + 2);
    deliver_assert(t, &d, "b");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM delivery"), "1");
}

/* For an hour a caller's same words got the first answer again, and were not kept. */
static void a_clock_that_is_set_back_keeps_no_delivery_fresh(void **state)
{
    struct storage *t = *state;

    struct delivery first = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &first, "a");
    struct delivery d = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW - 19000);
    deliver_assert(t, &d, "a");
    d = deliver_begin_as(t->s, t, "k", 20, STORAGE_NOW - 3600000);
    assert_int_equal(d.found, DELIVERY_NEW);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &d, "b");
}

static enum delivery_found brought_at(struct storage *t, int64_t ms, int64_t tick)
{
    struct delivery d = {0};

    assert_int_equal(
        delivery_begin(t->s, &t->a,
                       &(struct delivery_key){.source = DELIVER_SOURCE, .key = "k", .window_s = 20},
                       deadline_in_ms(500), (struct moment){ms, tick}, &d, NULL),
        ERR_OK);
    if (d.found == DELIVERY_DONE)
        return d.found;
    struct delivery_reply r = deliver_reply(&t->a, "a");
    assert_int_equal(delivery_finish(t->s, &d, &r, (struct moment){ms, tick}, NULL), ERR_OK);
    deliver_commit(t->s);
    store_let_go(t->s);
    return d.found;
}

/* B14: within one boot of the machine the ticks alone say how old it is. */
static void a_clock_that_steps_makes_no_delivery_older_or_younger(void **state)
{
    struct storage *t = *state;
    int64_t hour = 3600000, boot = INT64_C(5) << 40, other = INT64_C(9) << 40;

    assert_int_equal(brought_at(t, STORAGE_NOW, boot + 100000), DELIVERY_NEW);
    assert_int_equal(brought_at(t, STORAGE_NOW + hour, boot + 101000), DELIVERY_DONE);
    assert_int_equal(brought_at(t, STORAGE_NOW - hour, boot + 101000), DELIVERY_DONE);
    assert_int_equal(brought_at(t, STORAGE_NOW + 1000, boot + 121000), DELIVERY_NEW);
    /* the machine booted */
    assert_int_equal(brought_at(t, STORAGE_NOW + 2000, other + 200000), DELIVERY_DONE);
    assert_int_equal(brought_at(t, STORAGE_NOW + hour, other + 122000), DELIVERY_NEW);
    assert_int_equal(brought_at(t, STORAGE_NOW - hour, boot + 122000), DELIVERY_NEW);
}

static void the_window_also_ends_one_that_died_but_not_one_at_work(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct turn turn = {0};

    struct delivery first = deliver_begin(t, "k");
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, first.id, &turn, NULL), ERR_OK);
    deliver_commit(t->s);
    struct store *other = storage_open(t);
    assert_int_equal(
        delivery_begin(other, &t->a,
                       &(struct delivery_key){.source = DELIVER_SOURCE, .key = "k", .window_s = 20},
                       deadline_in_ms(50), (struct moment){.ms = STORAGE_NOW + 60000}, &d, NULL),
        ERR_BUSY);
    store_let_go(t->s);
    d = deliver_begin_as(other, t, "k", 20, STORAGE_NOW + 20000);
    assert_int_equal(d.found, DELIVERY_TAKEN_OVER);
    store_rollback(other);
    d = deliver_begin_as(other, t, "k", 20, STORAGE_NOW + 60000);
    assert_int_equal(d.found, DELIVERY_NEW);
    deliver_commit(other);
    assert_string_equal(storage_sql(t, "SELECT heard, delivery_id IS NULL FROM turn"),
                        "Добрий день|1");
    store_close(other);
}

static void a_forgotten_delivery_is_new_again_and_a_finished_one_is_not_forgotten(void **state)
{
    struct storage *t = *state;

    struct delivery d = deliver_begin(t, "k");
    deliver_commit(t->s);
    assert_int_equal(delivery_forget(t->s, &d, deadline_in_ms(500), NULL), ERR_OK);
    store_let_go(t->s);
    assert_false(store_in_transaction(t->s));
    struct delivery next = deliver_begin(t, "k");
    assert_int_equal(next.found, DELIVERY_NEW);
    assert_int_not_equal(next.id, d.id);
    assert_int_equal(delivery_forget(t->s, &next, deadline_in_ms(500), NULL), ERR_OK);
    assert_true(store_in_transaction(t->s));
    deliver_commit(t->s);
    store_let_go(t->s);
    d = deliver_done(t, "k", "a");
    assert_int_equal(delivery_forget(t->s, &d, deadline_in_ms(500), NULL), ERR_OK);
    next = deliver_begin(t, "k");
    deliver_assert(t, &next, "a");
}

static void only_a_running_delivery_can_be_finished_and_only_with_a_whole_reply(void **state)
{
    struct storage *t = *state;
    struct delivery_reply r = deliver_reply(&t->a, "a");
    const struct delivery unknown = {.id = 4711};

    struct delivery d = deliver_done(t, "k", "a");
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(delivery_finish(t->s, &d, &r, STORAGE_MOMENT, NULL), ERR_NOT_FOUND);
    assert_int_equal(delivery_finish(t->s, &unknown, &r, STORAGE_MOMENT, NULL), ERR_NOT_FOUND);
    r.status = 99;
    store_rollback(t->s);
    d = deliver_begin(t, "k2");
    assert_int_equal(delivery_finish(t->s, &d, &r, STORAGE_MOMENT, NULL), ERR_FAULT);
    body_init(&r.body, &t->a, 3);
    buf_puts(&r.body.text, "too long");
    r.status = 200;
    assert_int_equal(delivery_finish(t->s, &d, &r, STORAGE_MOMENT, NULL), ERR_TOO_BIG);
    store_rollback(t->s);
}

static void memory_that_ends_while_a_reply_is_loaded_is_an_error(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct arena small;

    (void)deliver_done(t, "k", "a");
    arena_init(&small, 64);
    assert_int_equal(delivery_begin(t->s, &small,
                                    &(struct delivery_key){.source = DELIVER_SOURCE, .key = "k"},
                                    deadline_in_ms(500), STORAGE_MOMENT, &d, NULL),
                     ERR_MEMORY);
    assert_null(d.reply);
    arena_release(&small);
    d = deliver_begin(t, "k");
    deliver_assert(t, &d, "a");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_finished_delivery_gives_the_same_bytes_and_opens_nothing),
        TEST(odd_replies_come_back_as_they_were),
        TEST(a_sound_is_kept_once_however_often_it_is_sent),
        TEST(keys_of_different_sources_do_not_meet),
        TEST(a_key_with_another_digest_is_refused_at_once_while_the_first_runs_and_after),
        TEST(a_rolled_back_beginning_leaves_no_row_and_no_hold),
        TEST(while_the_first_works_the_second_is_refused_at_its_deadline),
        TEST(a_worker_that_let_go_without_finishing_is_succeeded),
        TEST(the_hold_outlives_a_rolled_back_second_transaction),
        TEST(within_the_window_it_is_the_same_and_after_it_new),
        TEST(a_clock_that_steps_makes_no_delivery_older_or_younger),
        TEST(a_clock_that_is_set_back_keeps_no_delivery_fresh),
        TEST(the_window_also_ends_one_that_died_but_not_one_at_work),
        TEST(a_forgotten_delivery_is_new_again_and_a_finished_one_is_not_forgotten),
        TEST(only_a_running_delivery_can_be_finished_and_only_with_a_whole_reply),
        TEST(memory_that_ends_while_a_reply_is_loaded_is_an_error),
    };

    return cmocka_run_group_tests_name("store/delivery", tests, NULL, NULL);
}
