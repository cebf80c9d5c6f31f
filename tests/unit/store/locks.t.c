#include "store/locks.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

static int held;   /* has the lock */
static int wanted; /* the same file, opened again */

static int set_up(void **state)
{
    char path[] = "/tmp/holos-alarm-XXXXXX";

    (void)state;
    held = mkstemp(path);
    wanted = open(path, O_RDWR | O_CLOEXEC);
    (void)unlink(path);
    return held < 0 || wanted < 0 || flock(held, LOCK_EX) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)close(held);
    (void)close(wanted);
    return 0;
}

/* How long a wait for the lock took, in ms; it must not get it. */
static int64_t wait_for_lock(struct deadline d)
{
    int64_t start = clock_mono_us();
    struct locks_alarm n;
    int rc = 0;

    assert_true(locks_alarm_begin(&n, d));
    do
        rc = flock(wanted, LOCK_EX);
    while (rc != 0 && errno == EINTR && !deadline_passed(d));
    locks_alarm_end(&n);
    assert_int_equal(rc, -1);
    assert_int_equal(errno, EINTR);
    return (clock_mono_us() - start) / 1000;
}

static void a_call_that_would_wait_for_ever_ends_at_the_deadline(void **state)
{
    (void)state;
    int64_t ms = wait_for_lock(deadline_in_ms(60));

    assert_in_range(ms, 60, 5000);
}

static void a_deadline_that_has_passed_ends_it_at_once(void **state)
{
    (void)state;
    assert_in_range(wait_for_lock((struct deadline){0}), 0, 5000);
}

/* The first signal may be over before the call has begun. */
static void a_call_that_missed_an_alarm_gets_another(void **state)
{
    (void)state;
    struct deadline d = deadline_in_ms(1);
    struct locks_alarm n;

    assert_true(locks_alarm_begin(&n, d));
    while (clock_mono_us() < d.at_us + 3000)
        continue;
    assert_int_equal(flock(wanted, LOCK_EX), -1);
    assert_int_equal(errno, EINTR);
    locks_alarm_end(&n);
}

static void after_the_end_nothing_is_interrupted_and_the_mask_is_as_before(void **state)
{
    (void)state;
    const struct timespec moment = {.tv_nsec = 20000000};
    sigset_t before, blocked, after;
    struct locks_alarm n;

    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGRTMIN + 5);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    assert_in_range(wait_for_lock(deadline_in_ms(1)), 1, 5000); /* although it was blocked */
    assert_true(locks_alarm_begin(&n, deadline_in_ms(2)));
    locks_alarm_end(&n);
    assert_int_equal(nanosleep(&moment, NULL), 0);
    (void)pthread_sigmask(SIG_SETMASK, &before, &after);
    assert_int_equal(sigismember(&after, SIGRTMIN + 5), 1);
    assert_int_equal(nanosleep(&moment, NULL), 0);
}

static void without_a_timer_nothing_is_begun(void **state)
{
    (void)state;
    struct rlimit old, none;
    struct locks_alarm n;

    assert_int_equal(getrlimit(RLIMIT_SIGPENDING, &old), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &none), 0);
    bool begun = locks_alarm_begin(&n, deadline_in_ms(10));
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &old), 0);
    if (begun) /* root may have what is not allowed */
        locks_alarm_end(&n);
    else
        assert_int_equal(errno, EAGAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_would_wait_for_ever_ends_at_the_deadline),
        cmocka_unit_test(a_deadline_that_has_passed_ends_it_at_once),
        cmocka_unit_test(a_call_that_missed_an_alarm_gets_another),
        cmocka_unit_test(after_the_end_nothing_is_interrupted_and_the_mask_is_as_before),
        cmocka_unit_test(without_a_timer_nothing_is_begun),
    };
    return cmocka_run_group_tests_name("store/locks", tests, set_up, tear_down);
}
