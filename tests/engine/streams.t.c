/* A reply that is sent as it grows, and replies without a body.
 * check: serial */
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

static void pieces_arrive_when_they_are_made(void **state)
{
    enum { PIECES = 4, GAP_MS = 150 };
    struct fcgi_reply r = {0};
    int64_t at[PIECES + 1];
    char piece[32];

    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_send(fd, &(struct fcgi_ask){.query = "do=stream&n=4&ms=150"}));
    for (int i = 1; i <= PIECES; i++) {
        (void)snprintf(piece, sizeof piece, "{\"piece\":%d}\n", i);
        while (r.data == NULL || strstr(r.data, piece) == NULL)
            assert_true(fcgi_read_record(fd, 2000, &r));
        at[i] = clock_mono_us();
        assert_null(strstr(r.data, "last"));
    }
    for (int i = 2; i <= PIECES; i++)
        assert_true(at[i] - at[i - 1] > GAP_MS * 500); /* half the gap: the machine may be busy */
    assert_true(fcgi_read(fd, 3000, &r));
    close(fd);
    assert_non_null(strstr(r.data, "X-Accel-Buffering: no\r\n"));
    assert_null(strstr(r.data, "Content-Length"));
    assert_string_equal(fcgi_reply_body(&r), "{\"piece\":1}\n{\"piece\":2}\n{\"piece\":3}\n"
                                             "{\"piece\":4}\n{\"piece\":\"last\"}\n");
    fcgi_reply_free(&r);
}

static void an_error_amid_a_stream_becomes_its_last_line(void **state)
{
    struct fcgi_reply r;
    const struct fcgi_ask ask = {.query = "do=stream&n=2&ms=1&fail=1"};

    (void)state;
    assert_int_equal(fcgi_call(engine.socket, &ask, &r), 200);
    assert_string_equal(fcgi_reply_body(&r), "{\"piece\":1}\n{\"piece\":2}\n"
                                             "{\"error\":\"the voice broke off\"}\n");
    fcgi_reply_free(&r);
    assert_true(engine_logged(&engine, "err=CHILD lost=0 why=\"the voice broke off\"", 10000));
}

static void an_error_before_the_first_piece_is_a_plain_one(void **state)
{
    struct fcgi_reply r;
    const struct fcgi_ask ask = {.query = "do=stream&n=0&fail=1"};

    (void)state;
    assert_int_equal(fcgi_call(engine.socket, &ask, &r), 503);
    assert_string_equal(fcgi_reply_body(&r), "{\"error\":\"the voice broke off\"}");
    fcgi_reply_free(&r);
}

static void head_gets_the_headers_of_get_and_no_body(void **state)
{
    struct fcgi_reply get, head;

    (void)state;
    assert_int_equal(fcgi_call(engine.socket, &(struct fcgi_ask){.method = "GET", .id = "x"}, &get),
                     200);
    assert_int_equal(
        fcgi_call(engine.socket, &(struct fcgi_ask){.method = "HEAD", .id = "x"}, &head), 200);
    assert_string_equal(fcgi_reply_body(&head), "");
    assert_non_null(strstr(fcgi_reply_body(&get), "\"method\":\"GET\""));
    assert_memory_equal(get.data, head.data, head.len);
    fcgi_reply_free(&get);
    fcgi_reply_free(&head);

    const struct fcgi_ask stream = {.method = "HEAD", .query = "do=stream&n=2&ms=1"};
    assert_int_equal(fcgi_call(engine.socket, &stream, &head), 200);
    assert_string_equal(fcgi_reply_body(&head), "");
    fcgi_reply_free(&head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_arrive_when_they_are_made),
        cmocka_unit_test(an_error_amid_a_stream_becomes_its_last_line),
        cmocka_unit_test(an_error_before_the_first_piece_is_a_plain_one),
        cmocka_unit_test(head_gets_the_headers_of_get_and_no_body),
    };
    return cmocka_run_group_tests_name("engine/streams", tests, set_up, tear_down);
}
