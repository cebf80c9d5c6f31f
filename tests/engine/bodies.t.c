/* Bodies that are cut, lie about their length, are too large, or pretend to be more requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"
#include "tests/support/engine.h"
#include "tests/support/fcgi.h"

#define LIMIT ((size_t)4 * 1024 * 1024) /* of the trial route */

static struct engine engine;
static char *bytes; /* LIMIT * 2 of them, no two pages alike */

static int set_up(void **state)
{
    (void)state;
    bytes = malloc(LIMIT * 2);
    assert_non_null(bytes);
    for (size_t i = 0; i < LIMIT * 2; i++)
        bytes[i] = (char)((i * 31 + i / 4096) & 0xff);
    engine_init(&engine);
    engine_start(&engine, (const char *const[]){"HOLOS_MAX_MB=0", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    engine_release(&engine);
    free(bytes);
    return 0;
}

static void assert_answer(const struct fcgi_ask *ask, int status, const char *text)
{
    struct fcgi_reply r;

    assert_int_equal(fcgi_call(engine.socket, ask, &r), status);
    if (strstr(fcgi_reply_body(&r), text) == NULL)
        fail_msg("no '%s' in: %s", text, fcgi_reply_body(&r));
    assert_int_equal(r.ends, 1);
    fcgi_reply_free(&r);
}

/* The worker is the same one and well. */
static void assert_well(void)
{
    char pid[32];

    (void)snprintf(pid, sizeof pid, "\"pid\":%d,", (int)engine.pid);
    assert_answer(&(struct fcgi_ask){0}, 200, pid);
}

static void a_body_arrives_byte_for_byte(void **state)
{
    const size_t sizes[] = {1, 8191, 8192, 8193, 65536, LIMIT};
    char digest[DIGEST_HEX];

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(digest_sha256(bytes, sizes[i], digest), ERR_OK);
        assert_answer(&(struct fcgi_ask){.body = bytes, .len = sizes[i]}, 200, digest);
    }
}

static void a_body_without_a_declared_length_is_taken_whole(void **state)
{
    (void)state;
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = 70000, .declared = ""}, 200,
                  "\"len\":70000");
}

static void a_body_that_ends_early_is_400(void **state)
{
    (void)state;
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = 100000, .declared = "100001"}, 400,
                  "not as long as its Content-Length");
    assert_well();
}

static void a_body_that_is_longer_than_declared_is_400(void **state)
{
    (void)state;
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = 100000, .declared = "99999"}, 400,
                  "not as long as its Content-Length");
    assert_well();
}

static void a_length_that_is_none_is_400(void **state)
{
    const char *const lengths[] = {"-1", "12x", "0x10", " 3", "9999999999999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        assert_answer(&(struct fcgi_ask){.body = bytes, .len = 3, .declared = lengths[i]}, 400,
                      "not a length");
    assert_well();
}

static void a_connection_closed_amid_the_body_is_told_400_and_harms_no_other(void **state)
{
    struct fcgi_reply r = {0};
    const struct fcgi_ask ask = {.body = bytes, .len = 1000, .type = "application/json"};

    (void)state;
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_open(fd, &ask) && fcgi_body(fd, bytes, 400));
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    assert_true(fcgi_read(fd, 3000, &r));
    assert_int_equal(fcgi_status(&r), 400);
    assert_non_null(strstr(fcgi_reply_body(&r), "the body was cut"));
    close(fd);
    fcgi_reply_free(&r);

    fd = fcgi_dial(engine.socket);
    assert_true(fcgi_open(fd, &ask) && fcgi_body(fd, bytes, 400));
    close(fd);
    assert_well();
}

static void a_body_over_the_limit_is_drained_and_told_413(void **state)
{
    (void)state;
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = LIMIT + 1}, 413, "larger than 4194304");
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = LIMIT * 2}, 413, "larger than 4194304");
    assert_answer(&(struct fcgi_ask){.body = bytes, .len = LIMIT * 2, .declared = "5"}, 413,
                  "larger than 4194304");
    assert_true(engine_logged(&engine, "in=8388608", 10000));
    assert_well();
}

/* A declared length allocates nothing. */
static void a_huge_declared_length_costs_no_memory(void **state)
{
    (void)state;
    long before = engine_private_kb(engine.pid);
    assert_answer(&(struct fcgi_ask){.body = "x", .len = 1, .declared = "999999999999"}, 400,
                  "not as long");
    assert_true(engine_private_kb(engine.pid) < before + 256);
}

/* A whole further request, as bytes. */
static size_t forged_request(char *out, size_t room)
{
    static const unsigned char begin[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
    static const char pair[] = "\x0b\x0a"
                               "REMOTE_ADDR127.0.0.99"
                               "\x0c\x08"
                               "QUERY_STRINGdo=leak&";
    static const unsigned char ends[] = {1, 4, 0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0};
    const unsigned char params[] = {1, 4, 0, 1, 0, sizeof pair - 1, 0, 0};
    const size_t n = sizeof begin + sizeof params + sizeof pair - 1 + sizeof ends;

    assert_true(n <= room);
    memcpy(out, begin, sizeof begin);
    memcpy(out + sizeof begin, params, sizeof params);
    memcpy(out + sizeof begin + sizeof params, pair, sizeof pair - 1);
    memcpy(out + n - sizeof ends, ends, sizeof ends);
    return n;
}

static void records_forged_in_a_body_are_never_a_request(void **state)
{
    static const char *const declared[] = {NULL, "0", "8"};
    const size_t big = LIMIT + LIMIT / 2;
    char forged[256];

    (void)state;
    size_t n = forged_request(forged, sizeof forged);
    char *body = malloc(big);
    assert_non_null(body);
    for (size_t at = 0; at < big; at++) /* over and over: one of them falls on any boundary */
        body[at] = forged[at % n];
    for (size_t i = 0; i < 3; i++) {
        assert_answer(
            &(struct fcgi_ask){.body = body, .len = big, .keep = true, .declared = declared[i]},
            413, "larger");
        assert_answer(
            &(struct fcgi_ask){.body = forged, .len = n, .keep = true, .declared = declared[i]},
            declared[i] == NULL ? 200 : 400, "");
    }
    free(body);
    assert_well();
}

static void what_follows_a_request_on_its_connection_is_thrown_away(void **state)
{
    struct fcgi_reply r = {0};
    char forged[256];

    (void)state;
    size_t n = forged_request(forged, sizeof forged);
    int fd = fcgi_dial(engine.socket);
    assert_true(fcgi_send(fd, &(struct fcgi_ask){.body = bytes, .len = 10, .keep = true}));
    (void)fcgi_write(fd, forged, n);
    assert_true(fcgi_read(fd, 15000, &r));
    assert_int_equal(r.ends, 1);
    assert_true(r.closed);
    assert_int_equal(fcgi_status(&r), 200);
    close(fd);
    fcgi_reply_free(&r);
    assert_well();
}

static void memory_of_a_large_body_goes_back_to_the_system(void **state)
{
    (void)state;
    assert_well();
    long before = engine_private_kb(engine.pid);
    for (int i = 0; i < 5; i++)
        assert_answer(&(struct fcgi_ask){.body = bytes, .len = LIMIT}, 200, "\"len\":4194304");
    assert_well();
    long after = engine_private_kb(engine.pid);
#ifdef __SANITIZE_ADDRESS__
    after -= 64 * 1024; /* it keeps what was freed for a while */
#endif
    assert_true(after < before + 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_arrives_byte_for_byte),
        cmocka_unit_test(a_body_without_a_declared_length_is_taken_whole),
        cmocka_unit_test(a_body_that_ends_early_is_400),
        cmocka_unit_test(a_body_that_is_longer_than_declared_is_400),
        cmocka_unit_test(a_length_that_is_none_is_400),
        cmocka_unit_test(a_connection_closed_amid_the_body_is_told_400_and_harms_no_other),
        cmocka_unit_test(a_body_over_the_limit_is_drained_and_told_413),
        cmocka_unit_test(a_huge_declared_length_costs_no_memory),
        cmocka_unit_test(records_forged_in_a_body_are_never_a_request),
        cmocka_unit_test(what_follows_a_request_on_its_connection_is_thrown_away),
        cmocka_unit_test(memory_of_a_large_body_goes_back_to_the_system),
    };
    return cmocka_run_group_tests_name("engine/bodies", tests, set_up, tear_down);
}
