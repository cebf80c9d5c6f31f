#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/figures.h"
#include "tests/support/storage.h"

/* Call `id` and `turns` turns after a greeting; turn i took i * unit_us in each stage. */
static void fill(struct storage *t, int id, int turns, int64_t unit_us, int64_t at_ms)
{
    char sql[1024];

    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO call (id, source, external_id, caller, called, profile, direction,"
                   " status, started_ms, active_ms) VALUES (%d, 'b', %d, '', '', 'salon', 'in',"
                   " 'in-progress', %lld, %lld);"
                   "WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < %d)"
                   " INSERT INTO turn (call_id, n, heard, started_ms, hear_us, think_us, speak_us,"
                   " total_us, faults, cost_microusd) SELECT %d, i, CASE WHEN i > 0 THEN 'x' END,"
                   " %lld, -1, i * %lld, i * 2 * %lld, i * 3 * %lld, i %% 2, 5 FROM k",
                   id, id, (long long)at_ms, (long long)at_ms, turns, id, (long long)at_ms,
                   (long long)unit_us, (long long)unit_us, (long long)unit_us);
    (void)storage_sql(t, sql);
}

static void an_empty_store_has_zeros(void **state)
{
    struct storage *t = *state;
    struct figures f;
    int64_t active = -1;

    assert_int_equal(figures_since(t->s, 0, &f, NULL), ERR_OK);
    assert_int_equal(f.calls + f.turns + f.bookings + f.leads + f.errors + f.cost_microusd, 0);
    for (int i = 0; i < STAGE__MAX; i++)
        assert_int_equal(f.stage[i].n + f.stage[i].p50_us + f.stage[i].p95_us, 0);
    assert_int_equal(figures_active_calls(t->s, 0, &active, NULL), ERR_OK);
    assert_int_equal(active, 0);
}

static void percentiles_are_exact_by_the_nearest_rank(void **state)
{
    struct storage *t = *state;
    struct figures f;

    fill(t, 1, 100, 10, STORAGE_NOW);
    assert_int_equal(figures_since(t->s, STORAGE_NOW, &f, NULL), ERR_OK);
    assert_int_equal(f.stage[STAGE_HEAR].n, 0);
    assert_int_equal(f.stage[STAGE_THINK].n, 100);
    assert_int_equal(f.stage[STAGE_THINK].p50_us, 500);
    assert_int_equal(f.stage[STAGE_THINK].p95_us, 950);
    assert_int_equal(f.stage[STAGE_SPEAK].p50_us, 1000);
    assert_int_equal(f.stage[STAGE_TOTAL].p95_us, 2850);
}

static void few_turns_have_percentiles_too(void **state)
{
    struct storage *t = *state;
    struct figures f;

    fill(t, 1, 1, 10, STORAGE_NOW);
    assert_int_equal(figures_since(t->s, STORAGE_NOW, &f, NULL), ERR_OK);
    assert_int_equal(f.stage[STAGE_THINK].n, 1);
    assert_int_equal(f.stage[STAGE_THINK].p50_us, 10);
    assert_int_equal(f.stage[STAGE_THINK].p95_us, 10);
    fill(t, 2, 2, 10, STORAGE_NOW + 5);
    assert_int_equal(figures_since(t->s, STORAGE_NOW + 1, &f, NULL), ERR_OK);
    assert_int_equal(f.stage[STAGE_THINK].p50_us, 10);
    assert_int_equal(f.stage[STAGE_THINK].p95_us, 20);
}

static void only_what_began_since_counts(void **state)
{
    struct storage *t = *state;
    struct figures f;

    fill(t, 1, 50, 1000, STORAGE_NOW - 1);
    fill(t, 2, 3, 10, STORAGE_NOW);
    (void)storage_sql(t, "INSERT INTO lead (profile, name, phone, wish, status, created_ms) VALUES"
                         " ('salon', '', '', '', 'new', 1790000000000),"
                         " ('salon', '', '', '', 'new', 1789999999999)");
    assert_int_equal(figures_since(t->s, STORAGE_NOW, &f, NULL), ERR_OK);
    assert_int_equal(f.calls, 1);
    assert_int_equal(f.turns, 3);
    assert_int_equal(f.leads, 1);
    assert_int_equal(f.errors, 2);
    assert_int_equal(f.cost_microusd, 20);
    assert_int_equal(f.bookings, 0);
    assert_int_equal(f.stage[STAGE_THINK].p95_us, 30);
}

static void the_big_texts_are_not_read_for_the_figures(void **state)
{
    struct storage *t = *state;

    assert_string_equal(storage_sql(t,
                                    "SELECT count(*) FROM (SELECT 1) WHERE EXISTS (SELECT 1 FROM"
                                    " pragma_index_info('turn_by_start') WHERE name = 'total_us')"),
                        "1");
    const char *plan = storage_sql(t, "EXPLAIN QUERY PLAN SELECT speak_us FROM turn WHERE"
                                      " started_ms >= 5 AND n > 0 AND speak_us >= 0");
    assert_non_null(strstr(plan, "COVERING INDEX turn_by_start"));
}

static void calls_are_counted_by_status_and_as_active(void **state)
{
    struct storage *t = *state;
    int64_t by[CALL__MAX], active = -1;

    fill(t, 1, 1, 1, STORAGE_NOW - 1000);
    fill(t, 2, 1, 1, STORAGE_NOW);
    fill(t, 3, 1, 1, STORAGE_NOW);
    fill(t, 4, 1, 1, STORAGE_NOW);
    (void)storage_sql(t, "UPDATE call SET status = 'no-answer', ended_ms = 9 WHERE id = 4");
    assert_int_equal(figures_by_status(t->s, STORAGE_NOW, by, NULL), ERR_OK);
    for (int i = 0; i < CALL__MAX; i++)
        assert_int_equal(by[i], i == CALL_IN_PROGRESS ? 2 : i == CALL_NO_ANSWER ? 1 : 0);
    assert_int_equal(figures_active_calls(t->s, STORAGE_NOW, &active, NULL), ERR_OK);
    assert_int_equal(active, 2);
    assert_int_equal(figures_active_calls(t->s, STORAGE_NOW - 1000, &active, NULL), ERR_OK);
    assert_int_equal(active, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_has_zeros),
        TEST(percentiles_are_exact_by_the_nearest_rank),
        TEST(few_turns_have_percentiles_too),
        TEST(only_what_began_since_counts),
        TEST(the_big_texts_are_not_read_for_the_figures),
        TEST(calls_are_counted_by_status_and_as_active),
    };

    return cmocka_run_group_tests_name("store/figures", tests, NULL, NULL);
}
