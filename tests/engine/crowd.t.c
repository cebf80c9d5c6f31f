/* Many callers and dying workers, under spawn-fcgi and multiwatch.
 * check: serial */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/engine.h"
#include "tests/support/fcgi.h"

enum { WORKERS = 8, CALLERS = 200 };

static struct engine engine;

static int set_up(void **state)
{
    (void)state;
    engine_init(&engine);
    engine_supervise(&engine, WORKERS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    engine_release(&engine);
    return 0;
}

/* All callers at once, before any reads its answer. */
static void ring(int fd[CALLERS], const char *query)
{
    for (int i = 0; i < CALLERS; i++) {
        fd[i] = fcgi_dial(engine.socket);
        assert_true(fd[i] >= 0);
        assert_true(fcgi_send(fd[i], &(struct fcgi_ask){.query = query}));
    }
}

static long pid_in(const struct fcgi_reply *r)
{
    const char *at = strstr(fcgi_reply_body(r), "\"pid\":");
    return at == NULL ? 0 : strtol(at + 6, NULL, 10);
}

/* How many were answered with 200; the workers that answered go to `pids`. */
static int answers(int fd[CALLERS], long pids[CALLERS])
{
    int good = 0;

    for (int i = 0; i < CALLERS; i++) {
        struct fcgi_reply r = {0};
        if (fcgi_read(fd[i], 10000, &r) && fcgi_status(&r) == 200)
            pids[good++] = pid_in(&r);
        close(fd[i]);
        fcgi_reply_free(&r);
    }
    return good;
}

static int different(const long *pids, int n)
{
    int found = 0;

    for (int i = 0; i < n; i++) {
        int before = 0;
        while (before < i && pids[before] != pids[i])
            before++;
        found += before == i;
    }
    return found;
}

static void two_hundred_callers_on_eight_workers_are_all_answered(void **state)
{
    int fd[CALLERS];
    long pids[CALLERS];

    (void)state;
    ring(fd, "do=nap&ms=20");
    assert_int_equal(answers(fd, pids), CALLERS);
    int shared_by = different(pids, CALLERS);
    assert_true(shared_by > 1 && shared_by <= WORKERS);
}

static void a_killed_worker_costs_only_its_own_request(void **state)
{
    int fd[CALLERS];
    long pids[CALLERS];
    struct fcgi_reply r = {0};

    (void)state;
    int victim = fcgi_dial(engine.socket);
    assert_true(fcgi_send(victim, &(struct fcgi_ask){.query = "do=die"}));
    ring(fd, "do=nap&ms=10");
    assert_int_equal(answers(fd, pids), CALLERS);
    assert_false(fcgi_read(victim, 5000, &r));
    assert_true(r.closed);
    close(victim);
    fcgi_reply_free(&r);
}

static void killed_workers_are_started_again(void **state)
{
    int fd[CALLERS];
    long pids[CALLERS];
    struct fcgi_reply r;

    (void)state;
    for (int i = 0; i < 2 * WORKERS; i++) {
        assert_int_equal(fcgi_call(engine.socket, &(struct fcgi_ask){.query = "do=die"}, &r), 0);
        fcgi_reply_free(&r);
    }
    ring(fd, "do=nap&ms=20");
    assert_int_equal(answers(fd, pids), CALLERS);
}

static void a_rolling_restart_amid_a_crowd_loses_no_caller(void **state)
{
    int fd[CALLERS];
    long pids[CALLERS];

    (void)state;
    ring(fd, "do=nap&ms=30");
    (void)deadline_sleep(deadline_in_ms(1000), 50);
    assert_int_equal(kill(engine.pid, SIGUSR2), 0);
    assert_int_equal(answers(fd, pids), CALLERS);
    assert_true(different(pids, CALLERS) > WORKERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_callers_on_eight_workers_are_all_answered),
        cmocka_unit_test(a_killed_worker_costs_only_its_own_request),
        cmocka_unit_test(killed_workers_are_started_again),
        cmocka_unit_test(a_rolling_restart_amid_a_crowd_loses_no_caller),
    };
    return cmocka_run_group_tests_name("engine/crowd", tests, set_up, tear_down);
}
