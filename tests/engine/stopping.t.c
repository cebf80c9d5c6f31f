/* Stopping a worker: what has begun is answered whole, what waits is left to the next worker. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/engine.h"
#include "tests/support/fcgi.h"

/* A worker that has answered once: it runs and waits. */
static void start_and_greet(struct engine *e)
{
    struct fcgi_reply r;

    engine_start(e, NULL);
    assert_int_equal(fcgi_call(e->socket, &(struct fcgi_ask){0}, &r), 200);
    fcgi_reply_free(&r);
}

static void assert_leaves(struct engine *e, int within_ms)
{
    assert_int_equal(engine_wait(e->pid, within_ms), 0);
    e->pid = 0;
}

static void every_stopping_signal_ends_an_idle_worker_with_0(void **state)
{
    struct engine *e = *state;
    const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        start_and_greet(e);
        assert_int_equal(kill(e->pid, signals[i]), 0);
        assert_leaves(e, 3000);
    }
}

static void a_request_in_work_is_answered_whole_before_leaving(void **state)
{
    struct engine *e = *state;
    struct fcgi_reply r = {0};

    start_and_greet(e);
    int fd = fcgi_dial(e->socket);
    assert_true(fcgi_send(fd, &(struct fcgi_ask){.query = "do=nap&ms=600"}));
    (void)deadline_sleep(deadline_in_ms(1000), 200);
    assert_int_equal(kill(e->pid, SIGTERM), 0);
    assert_true(fcgi_read(fd, 3000, &r));
    assert_int_equal(fcgi_status(&r), 200);
    assert_non_null(strstr(fcgi_reply_body(&r), "\"len\":0"));
    close(fd);
    fcgi_reply_free(&r);
    assert_leaves(e, 3000);
}

static void a_signal_amid_the_body_does_not_cut_it(void **state)
{
    struct engine *e = *state;
    const size_t n = 400000, half = 200000;
    struct fcgi_reply r = {0};

    start_and_greet(e);
    char *body = calloc(1, n);
    assert_non_null(body);
    int fd = fcgi_dial(e->socket);
    assert_true(fcgi_open(fd, &(struct fcgi_ask){.body = body, .len = n}));
    assert_true(fcgi_body(fd, body, half));
    (void)deadline_sleep(deadline_in_ms(1000), 150);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(kill(e->pid, SIGTERM), 0);
        (void)deadline_sleep(deadline_in_ms(1000), 20);
    }
    assert_true(fcgi_body(fd, body + half, n - half));
    assert_true(fcgi_record(fd, FCGI_STDIN, "", 0));
    assert_true(fcgi_read(fd, 3000, &r));
    assert_int_equal(fcgi_status(&r), 200);
    assert_non_null(strstr(fcgi_reply_body(&r), "\"len\":400000"));
    close(fd);
    free(body);
    fcgi_reply_free(&r);
    assert_leaves(e, 3000);
}

/* A worker whose backlog is never empty does not sleep; the signal must not wait for that. */
static void a_signal_is_seen_though_callers_keep_coming(void **state)
{
    enum { CALLERS = 100 };
    struct engine *e = *state;
    int fd[CALLERS];
    int answered = 0;

    start_and_greet(e);
    for (int i = 0; i < CALLERS; i++) {
        fd[i] = fcgi_dial(e->socket);
        assert_true(fcgi_send(fd[i], &(struct fcgi_ask){.query = "do=nap&ms=20"}));
    }
    assert_int_equal(kill(e->pid, SIGTERM), 0);
    assert_leaves(e, 1000);
    engine_start(e, NULL);
    for (int i = 0; i < CALLERS; i++) {
        struct fcgi_reply r = {0};
        answered += fcgi_read(fd[i], 5000, &r) && fcgi_status(&r) == 200;
        close(fd[i]);
        fcgi_reply_free(&r);
    }
    assert_int_equal(answered, CALLERS);
}

/* A worker that finds a stopping signal when it starts. */
static void start_unwanted(struct engine *e)
{
    const char *const argv[] = {"/usr/bin/env",
                                "--block-signal",
                                "/bin/bash",
                                "-c",
                                "kill -USR2 $$; exec \"$0\"",
                                e->program,
                                NULL};

    e->pid = engine_exec(e, e->listener, argv, NULL);
}

static bool is_answered(int fd, int ms)
{
    struct fcgi_reply r = {0};

    bool answered = fcgi_read(fd, ms, &r) && fcgi_status(&r) == 200;
    fcgi_reply_free(&r);
    return answered;
}

/* Restarts that came faster than a worker starts (every 25 ms on a busy machine; restarts of every
 * route in a row) left callers waiting until nginx gave them up with 504: no worker lived to serve. */
static void a_worker_asked_to_leave_while_it_starts_serves_one_who_waits(void **state)
{
    enum { CALLERS = 3 };
    struct engine *e = *state;
    int fd[CALLERS];

    for (int i = 0; i < CALLERS; i++) {
        fd[i] = fcgi_dial(e->socket);
        assert_true(fcgi_send(fd[i], &(struct fcgi_ask){0}));
    }
    for (int i = 0; i < CALLERS; i++) {
        start_unwanted(e);
        assert_leaves(e, 20000);
        assert_true(is_answered(fd[i], 20000));
        close(fd[i]);
        assert_true(i + 1 == CALLERS || !is_answered(fd[i + 1], 50));
    }
    start_unwanted(e);
    assert_leaves(e, 20000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, engine_setup, engine_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_stopping_signal_ends_an_idle_worker_with_0),
        TEST(a_request_in_work_is_answered_whole_before_leaving),
        TEST(a_signal_amid_the_body_does_not_cut_it),
        TEST(a_signal_is_seen_though_callers_keep_coming),
        TEST(a_worker_asked_to_leave_while_it_starts_serves_one_who_waits),
    };
#undef TEST
    return cmocka_run_group_tests_name("engine/stopping", tests, NULL, NULL);
}
