#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/deliver.h"
#include "tests/support/storage.h"

static void sweeping_takes_the_old_and_their_sounds_but_not_the_held(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    (void)deliver_done(t, "old", "a");
    struct delivery d = deliver_begin(t, "dead");
    assert_int_equal(d.found, DELIVERY_NEW);
    deliver_commit(t->s);
    store_let_go(t->s);
    struct store *worker = storage_open(t);
    struct delivery held = deliver_begin_as(worker, t, "held", 0, STORAGE_NOW);
    deliver_commit(worker);
    d = deliver_begin_as(t->s, t, "young", 0, STORAGE_NOW + 5000);
    deliver_commit(t->s);
    store_let_go(t->s);
    assert_int_equal(deliveries_sweep(t->s, STORAGE_NOW, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "2");
    assert_int_equal(deliveries_sweep(t->s, STORAGE_NOW + 1000, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(storage_sql(t, "SELECT group_concat(key) FROM delivery"), "held,young");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "0");
    deliver_finish(worker, t, &held, "b");
    store_close(worker);
    d = deliver_begin(t, "held");
    deliver_assert(t, &d, "b");
}

static void sweeping_many_keeps_the_sounds_that_are_still_needed(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    struct delivery kept = deliver_begin_as(t->s, t, "kept", 0, STORAGE_NOW + 5000);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &kept, "a");
    (void)storage_sql(t, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE i<450)"
                         " INSERT INTO delivery (source, key, state, began_ms) SELECT 'x', i,"
                         " 'running', 1 FROM k; INSERT INTO delivery_sound SELECT id, 0, 0, 1 FROM"
                         " delivery WHERE source = 'x'");
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(deliveries_sweep(t->s, 100, &n, NULL), ERR_OK);
    assert_int_equal(n, 450);
    deliver_commit(t->s);
    assert_int_equal(deliveries_sweep(t->s, 100, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    kept = deliver_begin(t, "kept");
    deliver_assert(t, &kept, "a");
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

/* B14: replies of the last minutes were gone, and their requests, brought again, were done again. */
static void a_clock_that_is_set_forward_sweeps_nothing_young(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    int64_t n = -1;

    struct moment now = clock_now();
    if (now.tick == 0)
        skip();
    assert_int_equal(delivery_begin(t->s, &t->a, &(struct delivery_key){.source = "r", .key = "k"},
                                    deadline_in_ms(500), now, &d, NULL),
                     ERR_OK);
    deliver_commit(t->s);
    store_let_go(t->s);
    clock_pretend((struct clock_pretence){.set_ms = INT64_C(400) * 86400000});
    assert_int_equal(deliveries_sweep(t->s, clock_unix_ms() - 86400000, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    clock_pretend((struct clock_pretence){.passed_ms = INT64_C(2) * 86400000});
    assert_int_equal(deliveries_sweep(t->s, clock_unix_ms() - 86400000, &n, NULL), ERR_OK);
    clock_pretend((struct clock_pretence){0});
    assert_int_equal(n, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sweeping_takes_the_old_and_their_sounds_but_not_the_held),
        TEST(a_clock_that_is_set_forward_sweeps_nothing_young),
        TEST(sweeping_many_keeps_the_sounds_that_are_still_needed),
    };

    return cmocka_run_group_tests_name("store/sweep", tests, NULL, NULL);
}
