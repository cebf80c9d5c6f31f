#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "store/breaker.h"
#include "store/token.h"
#include "store/vendor-request.h"
#include "tests/support/storage.h"

#define NAME "speak-google"

static enum breaker_state ask_as(struct store *s, int64_t now_ms)
{
    bool noted = false;
    return breaker_ask(s, NAME, now_ms, deadline_in_ms(500), &noted);
}

static bool fail_at(struct storage *t, bool hard, int64_t again_ms, int64_t now_ms)
{
    bool opened = false;

    assert_int_equal(
        breaker_failed(t->s, NAME, hard, again_ms, "", now_ms, deadline_in_ms(500), &opened, NULL),
        ERR_OK);
    return opened;
}

static void work(struct storage *t)
{
    storage_begin(t);
    assert_int_equal(breaker_worked(t->s, NAME, NULL), ERR_OK);
    storage_commit(t);
}

static void a_provider_without_failures_works(void **state)
{
    struct storage *t = *state;
    bool noted = true;

    assert_int_equal(breaker_ask(t->s, NAME, STORAGE_NOW, deadline_in_ms(500), &noted),
                     BREAKER_WORKS);
    assert_false(noted);
}

static void one_soft_failure_is_noted_and_two_in_a_row_open(void **state)
{
    struct storage *t = *state;
    bool noted = false;

    assert_false(fail_at(t, false, 0, STORAGE_NOW));
    assert_int_equal(breaker_ask(t->s, NAME, STORAGE_NOW, deadline_in_ms(500), &noted),
                     BREAKER_WORKS);
    assert_true(noted);
    assert_true(fail_at(t, false, 0, STORAGE_NOW));
    assert_int_equal(ask_as(t->s, STORAGE_NOW + BREAKER_FIRST_MS - 1), BREAKER_SKIPPED);
}

/* A worker that only looks, and may not need the provider, leaves the try to one that does. */
static void looking_takes_no_try(void **state)
{
    struct storage *t = *state;
    bool noted = false;

    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    assert_int_equal(breaker_look(t->s, NAME, STORAGE_NOW + 1, &noted), BREAKER_SKIPPED);
    for (int i = 0; i < 3; i++)
        assert_int_equal(breaker_look(t->s, NAME, STORAGE_NOW + BREAKER_FIRST_MS, &noted),
                         BREAKER_PROBE);
    assert_true(noted);
    assert_int_equal(ask_as(t->s, STORAGE_NOW + BREAKER_FIRST_MS), BREAKER_PROBE);
    assert_int_equal(breaker_look(t->s, NAME, STORAGE_NOW + BREAKER_FIRST_MS, &noted),
                     BREAKER_SKIPPED);
}

/* B14: for as long as the clock was set back, all workers passed the vendor over. */
static void a_clock_that_is_set_back_keeps_no_provider_away(void **state)
{
    struct storage *t = *state;
    int64_t back = STORAGE_NOW - 3600000;

    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    assert_int_equal(ask_as(t->s, back), BREAKER_PROBE);
    assert_int_equal(ask_as(t->s, back), BREAKER_SKIPPED); /* another is trying */
    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    assert_true(fail_at(t, true, 0, back));
    assert_int_equal(ask_as(t->s, back + BREAKER_LONGEST_MS), BREAKER_PROBE);
}

static void a_success_between_makes_it_no_row(void **state)
{
    struct storage *t = *state;

    assert_false(fail_at(t, false, 0, STORAGE_NOW));
    work(t);
    assert_false(fail_at(t, false, 0, STORAGE_NOW));
}

static void a_hard_failure_opens_at_once_for_every_worker(void **state)
{
    struct storage *t = *state;
    struct store *other = storage_open(t);

    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    assert_int_equal(ask_as(other, STORAGE_NOW + 1), BREAKER_SKIPPED);
    store_close(other);
}

static void one_worker_probes_and_the_others_wait_for_it(void **state)
{
    struct storage *t = *state;
    struct store *other = storage_open(t);
    int64_t later = STORAGE_NOW + BREAKER_FIRST_MS;

    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    assert_int_equal(ask_as(other, later), BREAKER_PROBE);
    assert_int_equal(ask_as(t->s, later + 1), BREAKER_SKIPPED);
    /* the prober died */
    assert_int_equal(ask_as(t->s, later + BREAKER_PROBE_MS), BREAKER_PROBE);
    work(t);
    assert_int_equal(ask_as(other, later + BREAKER_PROBE_MS + 1), BREAKER_WORKS);
    store_close(other);
}

static void each_failed_probe_opens_it_for_twice_as_long_up_to_a_bound(void **state)
{
    struct storage *t = *state;
    int64_t now = STORAGE_NOW, wait = BREAKER_FIRST_MS;

    assert_true(fail_at(t, true, 0, now));
    for (int i = 0; i < 8; i++) {
        assert_int_equal(ask_as(t->s, now + wait - 1), BREAKER_SKIPPED);
        assert_int_equal(ask_as(t->s, now + wait), BREAKER_PROBE);
        now += wait + BREAKER_PROBE_MS;
        assert_true(fail_at(t, false, 0, now)); /* soft: it was open */
        wait = wait * 2 < BREAKER_LONGEST_MS ? wait * 2 : BREAKER_LONGEST_MS;
    }
}

static void the_peer_s_wish_to_be_left_alone_is_kept_within_reason(void **state)
{
    struct storage *t = *state;

    assert_true(fail_at(t, true, 60000, STORAGE_NOW));
    assert_int_equal(ask_as(t->s, STORAGE_NOW + 59999), BREAKER_SKIPPED);
    assert_int_equal(ask_as(t->s, STORAGE_NOW + 60000), BREAKER_PROBE);
    work(t);
    assert_true(fail_at(t, true, INT64_MAX / 2, STORAGE_NOW));
    assert_int_equal(ask_as(t->s, STORAGE_NOW + BREAKER_ASKED_MS), BREAKER_PROBE);
}

static void what_failed_is_listed(void **state)
{
    struct storage *t = *state;
    struct breaker *all = NULL;
    size_t n = 0;

    (void)fail_at(t, true, 0, STORAGE_NOW);
    assert_int_equal(breakers_failing(t->s, &t->a, &all, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].name, NAME);
    assert_int_equal(all[0].failures, 1);
    assert_int_equal(all[0].trips, 1);
    assert_int_equal(all[0].until_ms, STORAGE_NOW + BREAKER_FIRST_MS);
}

static const char *reason_of(struct storage *t)
{
    struct breaker *all = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(t->s, &t->a, &all, &n, NULL), ERR_OK);
    return n == 0 ? NULL : all[0].reason;
}

static void fail_for(struct storage *t, const char *reason)
{
    bool opened = false;

    assert_int_equal(breaker_failed(t->s, NAME, false, 0, reason, STORAGE_NOW, deadline_in_ms(500),
                                    &opened, NULL),
                     ERR_OK);
}

static void the_last_reason_is_kept_until_it_works(void **state)
{
    struct storage *t = *state;

    fail_for(t, "the key was revoked");
    assert_string_equal(reason_of(t), "the key was revoked");
    fail_for(t, "");
    assert_string_equal(reason_of(t), "the key was revoked");
    struct store *other = storage_open(t); /* another process sees it too */
    struct breaker *all = NULL;
    size_t n = 0;
    assert_int_equal(breakers_failing(other, &t->a, &all, &n, NULL), ERR_OK);
    assert_string_equal(all[0].reason, "the key was revoked");
    store_close(other);
    fail_for(t, "the clock is wrong");
    assert_string_equal(reason_of(t), "the clock is wrong");
    work(t);
    assert_null(reason_of(t));
}

static void a_reason_is_cut_and_holds_no_control_and_no_number(void **state)
{
    struct storage *t = *state;
    char wide[600];

    fail_for(t, "line one\nline \x1b[31mtwo\x7f +380671234567, status 400, port 65535");
    assert_string_equal(reason_of(t), "line one line  [31mtwo  +#, status 400, port 65535");
    fail_for(t, "half a letter \xd0");
    assert_string_equal(reason_of(t), "half a letter \xef\xbf\xbd");
    for (size_t i = 0; i + 2 < sizeof wide; i += 2)
        memcpy(wide + i, "ж", 3);
    fail_for(t, wide);
    assert_int_equal(strlen(reason_of(t)), BREAKER_REASON);
    wide[BREAKER_REASON] = '\0';
    assert_string_equal(reason_of(t), wide);
}

static void a_breaker_that_cannot_be_read_or_written_stops_no_turn(void **state)
{
    struct storage *t = *state;
    bool noted = false;

    assert_true(fail_at(t, true, 0, STORAGE_NOW));
    struct store *other = storage_open(t);
    assert_int_equal(store_begin(other, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(
        breaker_ask(t->s, NAME, STORAGE_NOW + BREAKER_FIRST_MS, deadline_in_ms(20), &noted),
        BREAKER_WORKS);
    store_rollback(other);
    store_close(other);
}

static const struct token good = {
    .owner = "kid-1", .value = "ya29.A-b.c", .renew_ms = 1000, .until_ms = 2000};

static void a_token_is_shared_by_all_workers_until_it_ends(void **state)
{
    struct storage *t = *state;
    struct store *other = storage_open(t);
    struct token got = {0};
    struct stat st;

    assert_int_equal(token_load(other, &t->a, "kid-1", 5, &got), ERR_NOT_FOUND);
    assert_int_equal(token_save(t->s, &t->a, &good, NULL), ERR_OK);
    assert_int_equal(token_load(other, &t->a, "kid-1", 1999, &got), ERR_OK);
    assert_string_equal(got.value, good.value);
    assert_int_equal(got.renew_ms, 1000);
    assert_int_equal(token_load(other, &t->a, "kid-1", 2000, &got), ERR_NOT_FOUND);
    assert_int_equal(token_load(other, &t->a, "kid-2", 5, &got), ERR_NOT_FOUND);
    const char *path = arena_printf(&t->a, "%s-token", t->path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    store_close(other);
}

static void only_the_refused_token_is_dropped(void **state)
{
    struct storage *t = *state;
    struct token old = good, got = {0};

    old.value = "older";
    assert_int_equal(token_save(t->s, &t->a, &good, NULL), ERR_OK);
    token_drop(t->s, &t->a, &old);
    assert_int_equal(token_load(t->s, &t->a, "kid-1", 5, &got), ERR_OK);
    token_drop(t->s, &t->a, &good);
    assert_int_equal(token_load(t->s, &t->a, "kid-1", 5, &got), ERR_NOT_FOUND);
}

static void a_damaged_token_file_is_none(void **state)
{
    struct storage *t = *state;
    struct token got = {0};

    const char *path = arena_printf(&t->a, "%s-token", t->path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs("{\"owner\":\"kid-1\",\"value\":", f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(token_load(t->s, &t->a, "kid-1", 5, &got), ERR_NOT_FOUND);
}

static void a_turn_s_requests_are_kept_in_order_and_go_with_the_call(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct vendor_request *all = NULL;
    size_t n = 0;
    const struct vendor_request two[] = {
        {.stage = "hear",
         .rung = "google",
         .outcome = "ok",
         .status = 200,
         .connects = 1,
         .began_us = 5,
         .tls_us = 6,
         .first_byte_us = 7,
         .total_us = 8,
         .sent = 9,
         .received = 10,
         .cost_microusd = 11,
         .cost_known = true},
        {.stage = "think", .rung = "claude-1", .outcome = "DEADLINE"},
    };

    storage_begin(t);
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    assert_int_equal(vendor_requests_add(t->s, turn.call_id, turn.n, two, 2, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(vendor_requests_of_turn(t->s, &t->a, turn.call_id, turn.n, &all, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(all[0].rung, "google");
    assert_int_equal(all[0].first_byte_us, 7);
    assert_int_equal(all[0].cost_microusd, 11);
    assert_true(all[0].cost_known);
    assert_false(all[1].cost_known);
    assert_string_equal(all[1].outcome, "DEADLINE");
    assert_int_equal(all[1].status, 0);
    (void)storage_sql(t, "PRAGMA foreign_keys = ON; DELETE FROM call");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM vendor_request"), "0");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_provider_without_failures_works),
        TEST(one_soft_failure_is_noted_and_two_in_a_row_open),
        TEST(looking_takes_no_try),
        TEST(a_clock_that_is_set_back_keeps_no_provider_away),
        TEST(a_success_between_makes_it_no_row),
        TEST(a_hard_failure_opens_at_once_for_every_worker),
        TEST(one_worker_probes_and_the_others_wait_for_it),
        TEST(each_failed_probe_opens_it_for_twice_as_long_up_to_a_bound),
        TEST(the_peer_s_wish_to_be_left_alone_is_kept_within_reason),
        TEST(what_failed_is_listed),
        TEST(the_last_reason_is_kept_until_it_works),
        TEST(a_reason_is_cut_and_holds_no_control_and_no_number),
        TEST(a_breaker_that_cannot_be_read_or_written_stops_no_turn),
        TEST(a_token_is_shared_by_all_workers_until_it_ends),
        TEST(only_the_refused_token_is_dropped),
        TEST(a_damaged_token_file_is_none),
        TEST(a_turn_s_requests_are_kept_in_order_and_go_with_the_call),
    };
    return cmocka_run_group_tests_name("store/breaker", tests, NULL, NULL);
}
