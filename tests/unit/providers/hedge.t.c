#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "providers/hedge.h"

static void a_few_answers_say_nothing(void **state)
{
    struct hedge_latency p = {0};

    (void)state;
    for (int i = 0; i < HEDGE_KNOWN - 1; i++) {
        assert_int_equal(hedge_latency_late_ms(&p, 700), 700);
        hedge_latency_note(&p, 10);
    }
    assert_int_equal(hedge_latency_late_ms(&p, 700), 700);
    hedge_latency_note(&p, 10);
    assert_int_equal(hedge_latency_late_ms(&p, 700), 10);
}

static void late_is_what_one_in_twenty_takes(void **state)
{
    struct hedge_latency p = {0};

    (void)state;
    for (int i = 40; i > 0; i--)
        hedge_latency_note(&p, i);
    assert_int_equal(hedge_latency_late_ms(&p, 0), 38);
}

static void only_the_newest_count(void **state)
{
    struct hedge_latency p = {0};

    (void)state;
    for (int i = 0; i < HEDGE_KEPT; i++)
        hedge_latency_note(&p, 9000);
    for (int i = 0; i < HEDGE_KEPT; i++)
        hedge_latency_note(&p, 5);
    assert_int_equal(hedge_latency_late_ms(&p, 0), 5);
}

/* A window of answers in which one in twenty is late and given up for a quicker one. */
static void the_late_ones_that_are_given_up_keep_what_is_usual_from_shrinking(void **state)
{
    struct hedge_latency p = {0};

    (void)state;
    for (int i = 1; i <= HEDGE_KEPT; i++)
        hedge_latency_note(&p, i % 20 == 0 ? 500 : 100 + i % 20);
    int late = hedge_latency_late_ms(&p, 0);
    for (int i = 1; i <= 20 * HEDGE_KEPT; i++) {
        int ms = i % 20 == 0 ? 500 : 100 + i % 20;
        int now = hedge_latency_late_ms(&p, 0);
        if (ms > now)
            hedge_latency_note_given_up(&p, now, 0);
        else
            hedge_latency_note(&p, ms);
    }
    assert_int_equal(hedge_latency_late_ms(&p, 0), late);
}

static void one_that_was_given_up_before_it_was_late_says_nothing(void **state)
{
    struct hedge_latency p = {0};

    (void)state;
    hedge_latency_note_given_up(&p, 699, 700);
    assert_int_equal(p.n, 0);
    hedge_latency_note_given_up(&p, 700, 700);
    assert_int_equal(p.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_answers_say_nothing),
        cmocka_unit_test(late_is_what_one_in_twenty_takes),
        cmocka_unit_test(the_late_ones_that_are_given_up_keep_what_is_usual_from_shrinking),
        cmocka_unit_test(one_that_was_given_up_before_it_was_late_says_nothing),
        cmocka_unit_test(only_the_newest_count),
    };
    return cmocka_run_group_tests_name("providers/hedge", tests, NULL, NULL);
}
