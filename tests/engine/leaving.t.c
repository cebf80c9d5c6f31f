/* How a worker starts, when it leaves by itself, and what it says in its log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "serve/watchdog.h"
#include "tests/support/engine.h"
#include "tests/support/fcgi.h"

static int call(const struct engine *e, const char *query)
{
    struct fcgi_reply r;

    int status = fcgi_call(e->socket, &(struct fcgi_ask){.query = query}, &r);
    fcgi_reply_free(&r);
    return status;
}

/* The exit code of the program with this argument and standard input. */
static int exit_code(struct engine *e, const char *argument, int input)
{
    const char *const argv[] = {e->program, argument, NULL};
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    pid_t pid = engine_exec(e, input < 0 ? nothing : input, argv, NULL);
    close(nothing);
    return engine_wait(pid, 20000);
}

static void it_says_its_version_and_help(void **state)
{
    struct engine *e = *state;

    assert_int_equal(exit_code(e, "--version", -1), 0);
    assert_true(engine_logged(e, "trial (holos) " HOLOS_VERSION, 0));
    assert_int_equal(exit_code(e, "--help", -1), 0);
    assert_true(engine_logged(e, " /trial /trial/again ", 0));
    assert_true(engine_logged(e, "spawn-fcgi -n", 0));
}

static void started_by_hand_it_explains_itself_and_exits_100(void **state)
{
    struct engine *e = *state;

    assert_int_equal(exit_code(e, NULL, -1), 100);
    assert_true(engine_logged(e, "not a listening socket", 0));
    assert_int_equal(exit_code(e, "--serve", e->listener), 100);
    assert_true(engine_logged(e, "takes no arguments", 0));
}

static void a_wrong_setting_exits_100_and_names_it(void **state)
{
    struct engine *e = *state;

    engine_start(e, (const char *const[]){"HOLOS_MAX_MB=much", NULL});
    assert_int_equal(engine_wait(e->pid, 20000), 100);
    assert_true(engine_logged(e, "HOLOS_MAX_MB=", 0));
    engine_start(e, (const char *const[]){"BINOTEL_ALLOW_IPS=binotel, 10.0.0.0/40", NULL});
    assert_int_equal(engine_wait(e->pid, 20000), 100);
    assert_true(engine_logged(e, "'10.0.0.0/40' is neither an address", 0));
    e->pid = 0;
}

static void it_leaves_after_its_number_of_requests(void **state)
{
    struct engine *e = *state;

    engine_start(e, (const char *const[]){"HOLOS_MAX_REQUESTS=5", NULL});
    for (int i = 0; i < 5; i++)
        assert_int_equal(call(e, NULL), 200);
    assert_int_equal(engine_wait(e->pid, 20000), 0);
    e->pid = 0;
}

static void it_never_leaves_for_requests_when_that_is_0(void **state)
{
    struct engine *e = *state;

    engine_start(e, (const char *const[]){"HOLOS_MAX_REQUESTS=0", "HOLOS_MAX_MB=0", NULL});
    for (int i = 0; i < 200; i++)
        assert_int_equal(call(e, NULL), 200);
    assert_int_equal(engine_wait(e->pid, 100), -1);
}

/* With 800, a worker leaves after 800 to 900 requests; five of them will not all agree. */
static void workers_do_not_all_leave_at_once(void **state)
{
    struct engine *e = *state;
    int first = 0;
    bool spread = false;

    for (int worker = 0; worker < 5 && !spread; worker++) {
        int n = 0;
        engine_start(e, (const char *const[]){"HOLOS_MAX_REQUESTS=800", "HOLOS_LOG_LEVEL=3", NULL});
        while (engine_wait(e->pid, 0) == -1 && n < 899)
            n += call(e, NULL) == 200;
        assert_true(n >= 800 && n <= 900);
        first = worker == 0 ? n : first;
        spread = n != first;
        if (kill(e->pid, SIGKILL) == 0)
            (void)engine_wait(e->pid, 20000);
    }
    e->pid = 0;
    assert_true(spread);
}

static void it_leaves_when_it_has_grown_too_large(void **state)
{
    struct engine *e = *state;
    int code = -1;

    engine_start(e, (const char *const[]){"HOLOS_MAX_MB=20", NULL});
    for (int i = 0; i < 3; i++)
        assert_int_equal(call(e, "do=leak&mb=10"), 200);
    for (int i = 0; i < 16 && code == -1; i++) {
        int status = call(e, NULL);
        code = engine_wait(e->pid, 30);
        assert_true(status == 200 || code == 0);
    }
    assert_int_equal(code, 0);
    assert_true(engine_logged(e, "trial heavy mb=", 0));
    e->pid = 0;
}

/* Nothing ended it, and its call was held for as long as it lived. */
static void a_worker_that_hangs_in_a_request_ends_by_itself_and_says_so(void **state)
{
    struct engine *e = *state;

    engine_start(e, NULL);
    assert_int_equal(call(e, NULL), 200);
    assert_int_equal(call(e, "do=hang"), 0);
    assert_int_equal(engine_wait(e->pid, 60000), 111);
    assert_true(engine_logged(e, "trial hung why=", 0));
    e->pid = 0;
}

static void a_worker_that_is_stopped_in_a_request_ends_too(void **state)
{
    struct engine *e = *state;

    engine_start(e, NULL);
    assert_int_equal(call(e, "do=stop"), 0);
    assert_int_equal(engine_wait(e->pid, 60000), 1000 + SIGKILL);
    e->pid = 0;
}

/* The watch is over with its request. */
static void a_worker_that_waits_for_callers_is_left_alone(void **state)
{
    struct engine *e = *state;

    engine_start(e, NULL);
    assert_int_equal(call(e, NULL), 200);
    assert_int_equal(engine_wait(e->pid, 2000 + WATCHDOG_GRACE_MS + 2000), -1);
    assert_int_equal(call(e, NULL), 200);
}

static void a_request_cannot_take_more_memory_than_its_share(void **state)
{
    struct engine *e = *state;

    engine_start(e, (const char *const[]){"HOLOS_REQUEST_MB=8", NULL});
    assert_int_equal(call(e, "do=big&mb=4"), 200);
    assert_int_equal(call(e, "do=big&mb=9"), 503);
    assert_int_equal(call(e, "do=big&mb=4"), 200);
    assert_true(engine_logged(e, "err=MEMORY why=\"no room for the sound\"", 10000));
}

/* The app does not open, then it does: the same worker serves, having complained once. */
static void a_worker_whose_app_is_shut_answers_503_until_it_opens(void **state)
{
    struct engine *e = *state;
    struct fcgi_reply r;
    char setting[700];

    (void)snprintf(setting, sizeof setting, "TRIAL_APP=%s/key", e->folder.path);
    engine_start(e, (const char *const[]){setting, NULL});
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fcgi_call(e->socket, &(struct fcgi_ask){0}, &r), 503);
        assert_non_null(strstr(fcgi_reply_body(&r), err_text(ERR_CONFIG)));
        assert_null(strstr(fcgi_reply_body(&r), "run holos migrate"));
        fcgi_reply_free(&r);
    }
    char *log = engine_log(e);
    const char *first = strstr(log, "<3>trial shut err=NOT_FOUND");
    assert_non_null(first);
    assert_non_null(strstr(first, "run holos migrate"));
    assert_null(strstr(first + 10, "trial shut"));
    free(log);

    (void)folder_write(&e->folder, "key", "", 0);
    assert_int_equal(call(e, NULL), 200);
    assert_true(engine_logged(e, "trial opened after=", 0));
    assert_int_equal(engine_wait(e->pid, 50), -1);
}

static void each_request_is_one_line_without_anything_private(void **state)
{
    struct engine *e = *state;
    struct fcgi_reply r;
    const struct fcgi_ask ask = {.query = "phone=0501234567&secret=hunter2",
                                 .id = "abc-1.2_Z",
                                 .body = "call 0671112233",
                                 .len = 15};

    engine_start(e, NULL);
    assert_int_equal(fcgi_call(e->socket, &ask, &r), 200);
    fcgi_reply_free(&r);
    assert_true(engine_logged(
        e, "<6>trial request id=abc-1.2_Z route=trial method=POST status=200 ms=", 1000));
    assert_true(engine_logged(e, " in=15 out=", 10000));
    assert_true(engine_logged(e, " err=OK by=", 10000));
    assert_true(engine_logged(e, " echo=15\n", 10000));
    char *log = engine_log(e);
    assert_null(strstr(log, "0501234567"));
    assert_null(strstr(log, "0671112233"));
    assert_null(strstr(log, "hunter2"));
    assert_null(strstr(log, "phone"));
    free(log);
}

static void a_peer_cannot_forge_log_pairs(void **state)
{
    struct engine *e = *state;
    struct fcgi_reply r;

    engine_start(e, NULL);
    assert_int_equal(
        fcgi_call(e->socket, &(struct fcgi_ask){.id = "1 status=200\n<0>x", .method = "EVIL it=1"},
                  &r),
        405);
    assert_non_null(strstr(r.data, "Allow: GET, HEAD, POST\r\n"));
    fcgi_reply_free(&r);
    assert_true(engine_logged(e, "request id=- route=trial method=other status=405", 10000));
    char *log = engine_log(e);
    assert_null(strstr(log, "EVIL"));
    assert_null(strstr(log, "<0>"));
    free(log);
}

/* A caller learns what kind of trouble it is; the sentence is for the operator. */
static void
trouble_of_the_program_is_its_status_and_kind_and_the_sentence_is_in_the_log(void **state)
{
    struct engine *e = *state;
    struct fcgi_reply r;

    engine_start(e, NULL);
    assert_int_equal(fcgi_call(e->socket, &(struct fcgi_ask){.query = "do=fail"}, &r), 503);
    assert_non_null(strstr(fcgi_reply_body(&r), err_text(ERR_IO)));
    assert_null(strstr(fcgi_reply_body(&r), "/var/lib/it"));
    assert_non_null(strstr(r.data, "Retry-After: 2\r\n"));
    assert_non_null(strstr(r.data, "Cache-Control: no-store\r\n"));
    assert_non_null(strstr(r.data, "Content-Type: application/json\r\n"));
    fcgi_reply_free(&r);
    assert_true(engine_logged(e, "<4>trial request", 10000));
    assert_true(engine_logged(e, "err=IO why=\"/var/lib/it cannot be read\"\n", 10000));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, engine_setup, engine_teardown)
    const struct CMUnitTest tests[] = {
        TEST(it_says_its_version_and_help),
        TEST(started_by_hand_it_explains_itself_and_exits_100),
        TEST(a_wrong_setting_exits_100_and_names_it),
        TEST(it_leaves_after_its_number_of_requests),
        TEST(it_never_leaves_for_requests_when_that_is_0),
        TEST(workers_do_not_all_leave_at_once),
        TEST(it_leaves_when_it_has_grown_too_large),
        TEST(a_worker_that_hangs_in_a_request_ends_by_itself_and_says_so),
        TEST(a_worker_that_is_stopped_in_a_request_ends_too),
        TEST(a_worker_that_waits_for_callers_is_left_alone),
        TEST(a_request_cannot_take_more_memory_than_its_share),
        TEST(a_worker_whose_app_is_shut_answers_503_until_it_opens),
        TEST(each_request_is_one_line_without_anything_private),
        TEST(a_peer_cannot_forge_log_pairs),
        TEST(trouble_of_the_program_is_its_status_and_kind_and_the_sentence_is_in_the_log),
    };
#undef TEST
    return cmocka_run_group_tests_name("engine/leaving", tests, NULL, NULL);
}
