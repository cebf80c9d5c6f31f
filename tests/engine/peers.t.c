/* Peers that stall, drip, leave or talk nonsense: none of them holds the worker. */
#include <setjmp.h>
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

static struct engine engine;

static int set_up(void **state)
{
    (void)state;
    engine_init(&engine);
    engine_start(&engine, (const char *const[]){"HOLOS_MAX_MB=0", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    engine_release(&engine);
    return 0;
}

/* The only worker answers somebody else within `ms`. */
static void assert_free_within(int ms)
{
    struct fcgi_reply r;
    struct deadline d = deadline_in_ms(ms);

    assert_int_equal(fcgi_call(engine.socket, &(struct fcgi_ask){0}, &r), 200);
    assert_false(deadline_passed(d));
    fcgi_reply_free(&r);
}

static int64_t told(const struct fcgi_reply *r, const char *name)
{
    const char *at = strstr(r->data, name);

    assert_non_null(at);
    return strtoll(at + strlen(name), NULL, 10);
}

/* What was said while it waited for a worker is not taken for having come just now. */
static void the_time_in_the_queue_counts_towards_the_deadline(void **state)
{
    static const struct {
        int64_t before_ms, least, most; /* it arrived so long ago; what is taken for waiting */
    } rows[] = {
        {0, 0, 60000},
        {300, 300, 60300},
        {-3600000, 0, 0}, /* the clock was set back */
        {3600000, 0, 0},  /* or forward */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fcgi_reply r;
        const struct fcgi_ask ask = {.arrived_ms = clock_unix_ms() - rows[i].before_ms};
        assert_int_equal(fcgi_call(engine.socket, &ask, &r), 200);
        int64_t waited = told(&r, "\"waited_ms\":");
        if (waited < rows[i].least || waited > rows[i].most)
            fail_msg("%lld ms ago: %lld", (long long)rows[i].before_ms, (long long)waited);
        assert_true(told(&r, "\"left_ms\":") <= 2000 - waited);
        fcgi_reply_free(&r);
    }
}

/* The line of the log with this text; the caller frees it. */
static char *line_with(const char *text)
{
    assert_true(engine_logged(&engine, text, 20000));
    char *log = engine_log(&engine);
    const char *from = strstr(log, text);
    while (from > log && from[-1] != '\n')
        from--;
    char *line = strndup(from, strcspn(from, "\n"));
    free(log);
    return line;
}

/* Nobody pays for the answer to a question that its sender has given up; one that did not have to
 * wait is taken in although its sender leaves at once. */
static void what_waited_and_was_given_up_is_dropped(void **state)
{
    const struct fcgi_ask asks[] = {
        {.id = "given-up", .body = "words", .len = 5, .arrived_ms = clock_unix_ms() - 2000},
        {.id = "left-at-once", .body = "words", .len = 5, .arrived_ms = clock_unix_ms() + 60000},
    };

    (void)state;
    int busy = fcgi_dial(engine.socket);
    assert_true(fcgi_send(busy, &(struct fcgi_ask){.query = "do=nap&ms=300"}));
    for (size_t i = 0; i < 2; i++) {
        int fd = fcgi_dial(engine.socket);
        assert_true(fcgi_send(fd, &asks[i]));
        close(fd);
    }
    char *line = line_with("id=given-up");
    assert_non_null(strstr(line, "err=PEER"));
    assert_null(strstr(line, "echo=")); /* the route was not asked */
    free(line);
    line = line_with("id=left-at-once");
    assert_non_null(strstr(line, "echo=5"));
    free(line);
    close(busy);
}

static void a_peer_that_says_nothing_is_dropped(void **state)
{
    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_free_within(9000);
    close(fd);
}

static void a_peer_that_stalls_amid_its_parameters_is_dropped(void **state)
{
    static const unsigned char begin[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 4};

    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_write(fd, begin, sizeof begin));
    assert_free_within(9000);
    assert_true(engine_logged(&engine, "dropped", 10000));
    close(fd);
}

static void a_peer_that_leaves_amid_its_parameters_is_no_request(void **state)
{
    static const unsigned char begin[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0,   0,
                                          0, 0, 1, 4, 0, 1, 0, 5, 0, 0, 1, 1, 'a', 'b'};
    char *before = engine_log(&engine);

    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_write(fd, begin, sizeof begin));
    close(fd);
    assert_free_within(9000);
    char *after = engine_log(&engine);
    assert_non_null(strstr(after + strlen(before), "dropped"));
    assert_null(strstr(after + strlen(before), "method=other"));
    free(before);
    free(after);
}

static void a_peer_that_stalls_amid_its_body_gets_503_at_the_deadline(void **state)
{
    struct fcgi_reply r = {0};

    (void)state;
    int fd = fcgi_dial(engine.socket);
    struct deadline d = deadline_in_ms(4800);
    assert_true(fcgi_open(fd, &(struct fcgi_ask){.body = "0123456789", .len = 10}));
    assert_true(fcgi_body(fd, "01234", 5));
    assert_true(fcgi_read(fd, 15000, &r));
    assert_false(deadline_passed(d));
    assert_int_equal(fcgi_status(&r), 503);
    assert_non_null(strstr(fcgi_reply_body(&r), "did not arrive in time"));
    assert_non_null(strstr(r.data, "Retry-After: "));
    close(fd);
    fcgi_reply_free(&r);
    assert_true(engine_logged(&engine, "err=DEADLINE", 10000));
    assert_free_within(9000);
}

static void a_peer_that_drips_its_body_gets_503_at_the_deadline(void **state)
{
    struct fcgi_reply r = {0};

    (void)state;
    int fd = fcgi_dial(engine.socket);
    struct deadline d = deadline_in_ms(4800);
    assert_true(fcgi_open(fd, &(struct fcgi_ask){.body = "", .len = 1000, .declared = "1000"}));
    for (int i = 0; i < 30 && fcgi_body(fd, "x", 1); i++)
        (void)deadline_sleep(deadline_in_ms(1000), 100);
    assert_true(fcgi_read(fd, 15000, &r));
    assert_false(deadline_passed(d));
    assert_int_equal(fcgi_status(&r), 503);
    close(fd);
    fcgi_reply_free(&r);
    assert_free_within(9000);
}

static void a_peer_that_does_not_take_its_reply_is_dropped(void **state)
{
    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_send(fd, &(struct fcgi_ask){.query = "do=big&mb=8"}));
    assert_free_within(9000);
    assert_true(engine_logged(&engine, "err=PEER", 10000));
    close(fd);
}

static void a_large_reply_is_taken_whole(void **state)
{
    struct fcgi_reply r;
    const size_t due = ((size_t)8 * 1024 * 1024 + 2) / 3 * 4;

    (void)state;
    assert_int_equal(fcgi_call(engine.socket, &(struct fcgi_ask){.query = "do=big&mb=8"}, &r), 200);
    assert_int_equal(strlen(fcgi_reply_body(&r)), due);
    char length[64];
    (void)snprintf(length, sizeof length, "Content-Length: %zu\r\n", due);
    assert_non_null(strstr(r.data, length));
    fcgi_reply_free(&r);
}

static void a_peer_that_leaves_amid_a_stream_does_not_stop_the_work(void **state)
{
    struct fcgi_reply r = {0};

    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_send(fd, &(struct fcgi_ask){.query = "do=stream&n=6&ms=100"}));
    assert_true(fcgi_read_record(fd, 2000, &r));
    close(fd);
    assert_true(engine_logged(&engine, "err=PEER lost=5", 10000));
    fcgi_reply_free(&r);
    assert_free_within(9000);
}

static void nonsense_is_no_request(void **state)
{
    static const char *const nonsense[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x01\x04\x00\x01\xff\xff\xff\x00",                 /* parameters before the begin */
        "\x02\x01\x00\x01\x00\x08\x00\x00\x00\x01\x00\x00", /* another version */
    };

    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        int fd = fcgi_dial(engine.socket);
        (void)fcgi_write(fd, nonsense[i], 8);
        close(fd);
    }
    assert_free_within(9000);
    int pid = engine_wait(engine.pid, 50);
    assert_int_equal(pid, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_in_the_queue_counts_towards_the_deadline),
        cmocka_unit_test(what_waited_and_was_given_up_is_dropped),
        cmocka_unit_test(a_peer_that_says_nothing_is_dropped),
        cmocka_unit_test(a_peer_that_stalls_amid_its_parameters_is_dropped),
        cmocka_unit_test(a_peer_that_leaves_amid_its_parameters_is_no_request),
        cmocka_unit_test(a_peer_that_stalls_amid_its_body_gets_503_at_the_deadline),
        cmocka_unit_test(a_peer_that_drips_its_body_gets_503_at_the_deadline),
        cmocka_unit_test(a_peer_that_does_not_take_its_reply_is_dropped),
        cmocka_unit_test(a_large_reply_is_taken_whole),
        cmocka_unit_test(a_peer_that_leaves_amid_a_stream_does_not_stop_the_work),
        cmocka_unit_test(nonsense_is_no_request),
    };
    return cmocka_run_group_tests_name("engine/peers", tests, set_up, tear_down);
}
