#include "base/clock.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

static void monotonic_time_never_goes_back(void **state)
{
    (void)state;
    int64_t before = clock_mono_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_mono_us();
        assert_true(now >= before);
        before = now;
    }
}

static void unix_time_is_that_of_the_system(void **state)
{
    (void)state;
    /* time() may lag behind by a tick of the kernel, so two seconds are allowed for the second. */
    int64_t before = (int64_t)time(NULL) * 1000;
    int64_t now = clock_unix_ms();
    int64_t after = ((int64_t)time(NULL) + 2) * 1000;
    assert_true(before <= now && now <= after);
}

static void frozen_time_stands_still_until_it_is_thawed(void **state)
{
    (void)state;
    clock_freeze_unix_ms(1763717400123);
    assert_true(clock_unix_ms() == 1763717400123);
    assert_true(deadline_sleep(deadline_in_ms(1000), 2));
    assert_true(clock_unix_ms() == 1763717400123);
    clock_freeze_unix_ms(0);
    assert_true(clock_unix_ms() > 1763717400123);
}

static void what_is_left_is_rounded_up_and_never_negative(void **state)
{
    (void)state;
    assert_int_equal(deadline_left_ms(deadline_in_ms(0)), 0);
    assert_int_equal(deadline_left_ms(deadline_in_ms(-5000)), 0);
    struct deadline d = {clock_mono_us() + 500};
    int left = deadline_left_ms(d);
    assert_true(left == 1 || deadline_passed(d));
    assert_in_range(deadline_left_ms(deadline_in_ms(60000)), 50000, 60000);
}

static void a_far_deadline_fits_poll(void **state)
{
    (void)state;
    assert_int_equal(deadline_left_ms(deadline_in_ms((int64_t)INT_MAX * 100)), INT_MAX);
}

static void a_step_may_shorten_the_deadline_but_not_stretch_it(void **state)
{
    (void)state;
    struct deadline request = deadline_in_ms(10000);
    struct deadline longer = deadline_cap_ms(request, 60000);
    struct deadline shorter = deadline_cap_ms(request, 100);
    assert_true(longer.at_us == request.at_us);
    assert_true(shorter.at_us < request.at_us);
    assert_in_range(deadline_left_ms(shorter), 0, 100);
}

static void a_deadline_passes(void **state)
{
    (void)state;
    assert_true(deadline_passed(deadline_in_ms(0)));
    assert_true(deadline_passed(deadline_in_ms(-1)));
    assert_false(deadline_passed(deadline_in_ms(60000)));
}

static void sleep_lasts_as_long_as_said(void **state)
{
    (void)state;
    int64_t before = clock_mono_us();
    assert_true(deadline_sleep(deadline_in_ms(60000), 20));
    assert_true(clock_mono_us() - before >= 20000);
}

static void sleep_ends_at_the_deadline(void **state)
{
    (void)state;
    int64_t before = clock_mono_us();
    assert_false(deadline_sleep(deadline_in_ms(10), 60000));
    int64_t took = clock_mono_us() - before;
    assert_true(took >= 10000 && took < 30000000);
    assert_false(deadline_sleep(deadline_in_ms(0), 60000));
}

static volatile sig_atomic_t rang;

static void ring(int signo)
{
    (void)signo;
    rang = 1;
}

static void a_signal_does_not_cut_the_sleep(void **state)
{
    struct sigaction act = {.sa_handler = ring};
    struct sigaction old;
    struct itimerval soon = {.it_value = {.tv_usec = 5000}};

    (void)state;
    assert_int_equal(sigaction(SIGALRM, &act, &old), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    int64_t before = clock_mono_us();
    assert_true(deadline_sleep(deadline_in_ms(60000), 60));
    assert_true(clock_mono_us() - before >= 60000);
    assert_int_equal(rang, 1);
    assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
}

static void iso8601_is_utc_whole_seconds(void **state)
{
    char out[25];

    (void)state;
    assert_string_equal(clock_iso8601(0, out), "1970-01-01T00:00:00Z");
    assert_string_equal(clock_iso8601(951782400999, out), "2000-02-29T00:00:00Z");
    assert_string_equal(clock_iso8601(1763717400123, out), "2025-11-21T09:30:00Z");
    assert_ptr_equal(clock_iso8601(0, out), out);
}

static void a_year_that_does_not_fit_gives_an_empty_text(void **state)
{
    char out[25] = "x";

    (void)state;
    assert_string_equal(clock_iso8601(INT64_MAX, out), "");
}

static void a_wall_clock_before_1970_is_taken_for_its_first_moment(void **state)
{
    (void)state;
    clock_freeze_unix_ms(-3600000);
    assert_int_equal(clock_unix_ms(), 1);
    clock_freeze_unix_ms(0);
    assert_in_range(clock_unix_ms(), 2, INT64_MAX);
}

static int64_t age_after(struct moment then, struct clock_pretence p)
{
    clock_pretend(p);
    int64_t age_ms = clock_age_ms(then, clock_now());
    clock_pretend((struct clock_pretence){0});
    return age_ms;
}

/* A machine that tells no boot id has the wall clock alone. */
static void an_age_takes_no_notice_of_a_clock_that_is_set(void **state)
{
    (void)state;
    struct moment then = clock_now();
    if (then.tick == 0)
        skip();
    assert_in_range(age_after(then, (struct clock_pretence){.set_ms = 86400000}), 0, 60000);
    assert_in_range(age_after(then, (struct clock_pretence){.set_ms = -86400000}), 0, 60000);
    assert_in_range(
        age_after(then, (struct clock_pretence){.passed_ms = 600000, .set_ms = -600000}), 600000,
        660000);
}

static void an_age_across_a_boot_is_the_wall_clocks(void **state)
{
    (void)state;
    struct moment then = clock_now();
    assert_in_range(age_after(then, (struct clock_pretence){.passed_ms = 5000, .boots = 1}), 5000,
                    65000);
    assert_in_range(age_after(then, (struct clock_pretence){.set_ms = 600000, .boots = 1}), 600000,
                    660000);
    assert_true(age_after(then, (struct clock_pretence){.set_ms = -600000, .boots = 1}) < 0);
}

static void a_moment_without_a_tick_has_the_wall_clock(void **state)
{
    (void)state;
    struct moment now = clock_now();
    assert_int_equal(clock_age_ms((struct moment){.ms = now.ms - 7}, now), 7);
    assert_int_equal(
        clock_age_ms((struct moment){now.ms - 7, now.tick}, (struct moment){.ms = now.ms}), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wall_clock_before_1970_is_taken_for_its_first_moment),
        cmocka_unit_test(an_age_takes_no_notice_of_a_clock_that_is_set),
        cmocka_unit_test(an_age_across_a_boot_is_the_wall_clocks),
        cmocka_unit_test(a_moment_without_a_tick_has_the_wall_clock),
        cmocka_unit_test(monotonic_time_never_goes_back),
        cmocka_unit_test(unix_time_is_that_of_the_system),
        cmocka_unit_test(frozen_time_stands_still_until_it_is_thawed),
        cmocka_unit_test(what_is_left_is_rounded_up_and_never_negative),
        cmocka_unit_test(a_far_deadline_fits_poll),
        cmocka_unit_test(a_step_may_shorten_the_deadline_but_not_stretch_it),
        cmocka_unit_test(a_deadline_passes),
        cmocka_unit_test(sleep_lasts_as_long_as_said),
        cmocka_unit_test(sleep_ends_at_the_deadline),
        cmocka_unit_test(a_signal_does_not_cut_the_sleep),
        cmocka_unit_test(iso8601_is_utc_whole_seconds),
        cmocka_unit_test(a_year_that_does_not_fit_gives_an_empty_text),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
