/* Limits of money: what is reached, and that calls are then answered by what costs nothing. */
#include "calls/limits.h"
#include "calls/turn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "tests/cases/home.h"

#define HOUR_MS ((int64_t)3600000)
#define NOW     (INT64_C(1763717400123))
#define CENT    INT64_C(10000)

static struct door home;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"HOLOS_DAY_CENTS", "HOLOS_CALLER_DAY_CENTS",
                                        "HOLOS_CALLER_HOUR_CALLS", "HOLOS_DISK_PERCENT"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(unsetenv(names[i]), 0);
    home_remove(&home);
    return 0;
}

static void spend(const char *caller, int64_t at_ms, int calls, int64_t microusd)
{
    struct store *s = home.app.store;

    assert_int_equal(store_begin(s, deadline_in_ms(4000), NULL), ERR_OK);
    assert_int_equal(spending_add(s, caller, at_ms, calls, microusd, NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

static const char *reached(const char *number, int64_t now_ms)
{
    const struct limits_caller caller = limits_caller(app_profile(&home.app, ""), number);
    const char *name = NULL;

    assert_int_equal(limits_reached(home.app.store, &caller, false, now_ms, &name, NULL), ERR_OK);
    return name == NULL ? "" : name;
}

static void each_limit_is_reached_by_itself_and_lasts_a_day(void **state)
{
    (void)state;
    home_set(&home, "HOLOS_DAY_CENTS", "5");
    home_set(&home, "HOLOS_CALLER_DAY_CENTS", "2");
    assert_string_equal(reached("0501112233", NOW), "");
    spend("+380501112233", NOW, 1, 2 * CENT - 1);
    assert_string_equal(reached("0501112233", NOW), "");
    spend("+380501112233", NOW, 0, 1);
    assert_string_equal(reached("0501112233", NOW), "HOLOS_CALLER_DAY_CENTS");
    assert_string_equal(reached("+38 050 111-22-33", NOW), "HOLOS_CALLER_DAY_CENTS");
    assert_string_equal(reached("0501112234", NOW), "");
    spend("+380501112234", NOW, 1, 1 * CENT);
    spend(SPENDING_HIDDEN, NOW, 1, 2 * CENT);
    assert_string_equal(reached("0509998877", NOW), "HOLOS_DAY_CENTS");
    assert_string_equal(reached("0509998877", NOW + 23 * HOUR_MS), "HOLOS_DAY_CENTS");
    assert_string_equal(reached("0509998877", NOW + 24 * HOUR_MS), "");
}

static void hidden_numbers_count_as_one_caller(void **state)
{
    (void)state;
    home_set(&home, "HOLOS_CALLER_HOUR_CALLS", "2");
    for (int i = 0; i < 2; i++)
        spend(limits_caller(app_profile(&home.app, ""), i == 0 ? "" : "anonymous").key, NOW, 1, 0);
    assert_string_equal(reached("", NOW), "");
    spend(SPENDING_HIDDEN, NOW, 1, 0);
    assert_string_equal(reached("anonymous", NOW), "HOLOS_CALLER_HOUR_CALLS");
    assert_string_equal(reached("anonymous", NOW + HOUR_MS), "");
}

static void no_limit_where_the_setting_is_zero(void **state)
{
    (void)state;
    home_set(&home, "HOLOS_DAY_CENTS", "0");
    home_set(&home, "HOLOS_CALLER_DAY_CENTS", "0");
    home_set(&home, "HOLOS_CALLER_HOUR_CALLS", "0");
    spend("+380501112233", NOW, 100000, 1000000 * CENT);
    assert_string_equal(reached("0501112233", NOW), "");
}

static void a_call_is_counted_once_however_often_it_is_delivered(void **state)
{
    const struct turn_input in = {.source = "binotel",
                                  .external_id = "c1",
                                  .route = "incoming-call",
                                  .key = "c1",
                                  .caller = "0501112233",
                                  .called = "0440000202",
                                  .direction = "in"};
    struct spending counted = {0};

    (void)state;
    clock_freeze_unix_ms(NOW); /* no hour ends meanwhile */
    for (int i = 0; i < 3; i++) {
        struct call_turn t = {
            .app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(8000)};
        struct delivery_reply reply = {.status = 200, .type = "text/plain"};
        buf_init(&reply.body.text, home.arena, 64);
        assert_int_equal(call_turn_greet(&t, &in, NULL), ERR_OK);
        if (t.delivery.found != DELIVERY_DONE)
            assert_int_equal(call_turn_finish(&t, &reply, NULL), ERR_OK);
        call_turn_release(&t);
    }
    clock_freeze_unix_ms(0);
    assert_int_equal(spending_read(home.app.store, "+380501112233", NOW, &counted, NULL), ERR_OK);
    assert_int_equal(counted.hour_calls, 1);
}

static void what_is_two_days_old_is_swept_with_the_next_call(void **state)
{
    struct spending old = {0};

    (void)state;
    spend("+380501112233", NOW, 1, CENT);
    spend("+380501112234", NOW + 49 * HOUR_MS, 1, 0);
    assert_int_equal(spending_read(home.app.store, "+380501112233", NOW, &old, NULL), ERR_OK);
    assert_int_equal(old.day_microusd, 0);
}

static void with_too_little_free_disk_no_call_is_opened(void **state)
{
    const struct turn_input in = {.source = "binotel",
                                  .external_id = "low",
                                  .route = "incoming-call",
                                  .key = "low",
                                  .caller = "0501112233",
                                  .called = "0440000202",
                                  .direction = "in"};
    home_set(&home, "HOLOS_DISK_PERCENT", "100");
    struct call_turn t = {.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(8000)};

    (void)state;
    assert_true(limits_disk_is_low());
    assert_int_equal(call_turn_greet(&t, &in, NULL), ERR_DISK);
    call_turn_release(&t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_limit_is_reached_by_itself_and_lasts_a_day),
        TEST(hidden_numbers_count_as_one_caller),
        TEST(no_limit_where_the_setting_is_zero),
        TEST(a_call_is_counted_once_however_often_it_is_delivered),
        TEST(what_is_two_days_old_is_swept_with_the_next_call),
        TEST(with_too_little_free_disk_no_call_is_opened),
    };
#undef TEST
    return cmocka_run_group_tests_name("calls/limits", tests, NULL, NULL);
}
