#include "store/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/storage.h"

#define GAP 3500

static int64_t take_as(struct store *s)
{
    int64_t wait_ms = -1;

    assert_int_equal(pace_take(s, "binotel", GAP, deadline_in_ms(60000), &wait_ms, NULL), ERR_OK);
    return wait_ms;
}

static void rest(struct storage *t, int64_t ms)
{
    assert_int_equal(pace_rest(t->s, "binotel", ms, deadline_in_ms(1000), NULL), ERR_OK);
}

static void requests_of_all_processes_are_apart(void **state)
{
    struct storage *t = *state;
    struct store *other = storage_open(t);

    clock_freeze_unix_ms(STORAGE_NOW);
    assert_int_equal(take_as(t->s), 0);
    assert_int_equal(take_as(other), GAP);
    assert_int_equal(take_as(t->s), 2 * GAP);
    clock_freeze_unix_ms(STORAGE_NOW + GAP);
    assert_int_equal(take_as(other), 2 * GAP);
    clock_freeze_unix_ms(STORAGE_NOW + 100 * GAP);
    assert_int_equal(take_as(other), 0);
    store_close(other);
}

static void who_cannot_wait_so_long_takes_no_moment(void **state)
{
    struct storage *t = *state;
    int64_t wait_ms = -1;

    clock_freeze_unix_ms(STORAGE_NOW);
    assert_int_equal(take_as(t->s), 0);
    assert_int_equal(pace_take(t->s, "binotel", GAP, deadline_in_ms(1000), &wait_ms, NULL),
                     ERR_DEADLINE);
    assert_int_equal(wait_ms, -1);
    assert_int_equal(pace_take(t->s, "other", GAP, deadline_in_ms(1000), &wait_ms, NULL), ERR_OK);
    assert_int_equal(wait_ms, 0);
    assert_int_equal(take_as(t->s), GAP);
}

static void a_vendor_that_was_asked_too_often_is_left_alone(void **state)
{
    struct storage *t = *state;

    clock_freeze_unix_ms(STORAGE_NOW);
    rest(t, 20000);
    assert_int_equal(take_as(t->s), 20000);
    rest(t, 5000); /* shorter than it is left alone already */
    assert_int_equal(take_as(t->s), 20000 + GAP);
}

/* A clock that is set back by years keeps nobody waiting for years. */
static void a_clock_that_was_set_back_stops_nobody(void **state)
{
    struct storage *t = *state;

    clock_freeze_unix_ms(STORAGE_NOW);
    assert_int_equal(take_as(t->s), 0);
    clock_freeze_unix_ms(STORAGE_NOW - INT64_C(86400000));
    assert_int_equal(take_as(t->s), 0);
    rest(t, INT64_MAX / 4); /* an hour at most */
    clock_freeze_unix_ms(STORAGE_NOW - INT64_C(86400000) + 3600000 + GAP);
    assert_int_equal(take_as(t->s), 0);
}

static int tear_down(void **state)
{
    clock_freeze_unix_ms(0);
    return storage_teardown(state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(requests_of_all_processes_are_apart),
        TEST(who_cannot_wait_so_long_takes_no_moment),
        TEST(a_vendor_that_was_asked_too_often_is_left_alone),
        TEST(a_clock_that_was_set_back_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
