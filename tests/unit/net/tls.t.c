/* https: whom it trusts, and what is kept between requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/http.h"
#include "tests/support/names.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"

static struct peer peer;
static struct http *http;
static struct http_reply reply;
static struct why why;

static void open_client(const char *ca)
{
    struct http_setup setup = {.ca_file = ca};

    http_close(http);
    http = NULL;
    assert_int_equal(http_open(&setup, &http, &why), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    reply = (struct http_reply){0};
    why = (struct why){0};
    open_client(peer.ca);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    http_close(http);
    http = NULL;
    return 0;
}

static enum err ask(const char *url, const char *body, size_t n)
{
    struct http_request req = {.method = body == NULL ? "GET" : "POST",
                               .url = url,
                               .body = body,
                               .len = n,
                               .deadline = deadline_in_ms(60000),
                               .reply_max = 1 << 20};

    reply = (struct http_reply){0};
    return http_send(http, &arena, &req, &reply, &why);
}

static enum err get(enum peer_server server, const char *path)
{
    return ask(peer_url(&peer, server, path), NULL, 0);
}

/* What the server has counted: of "connections=3 requests=..." the number of `what`. */
static int counted(enum peer_server server, const char *what)
{
    static const char *const paths[PEER__MAX] = {"/counts?of=plain", "/counts?of=good",
                                                 "/counts?of=wrong", "/counts?of=other",
                                                 "/counts?of=expired"};
    struct http *other = NULL;
    struct http_request req = {.method = "GET",
                               .url = peer_url(&peer, PEER_PLAIN, paths[server]),
                               .deadline = deadline_in_ms(60000),
                               .reply_max = 1000};
    struct http_reply counts = {0};
    char key[32];

    assert_int_equal(http_open(NULL, &other, &why), ERR_OK);
    assert_int_equal(http_send(other, &arena, &req, &counts, &why), ERR_OK);
    http_close(other);
    (void)snprintf(key, sizeof key, "%s=", what);
    const char *at = strstr(counts.body, key);
    assert_non_null(at);
    return (int)strtol(at + strlen(key), NULL, 10);
}

static void a_certificate_of_the_given_authority_is_trusted(void **state)
{
    (void)state;
    assert_int_equal(get(PEER_GOOD, "/bytes?n=3"), ERR_OK);
    assert_string_equal(reply.body, "bbb");
    assert_int_equal(reply.times.connects, 1);
    assert_true(reply.times.tls_us > reply.times.connect_us);
    assert_true(reply.times.first_byte_us >= reply.times.tls_us);
    assert_true(reply.times.sent > 50 && reply.times.received > 40);
}

static void every_wrong_certificate_is_a_peer_error_and_nothing_is_sent(void **state)
{
    (void)state;
    static const enum peer_server wrong[] = {PEER_WRONG, PEER_OTHER, PEER_EXPIRED};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int before = counted(wrong[i], "connections");
        int requests = counted(wrong[i], "requests");
        assert_int_equal(get(wrong[i], "/bytes?key=hidden"), ERR_PEER);
        assert_non_null(strstr(why.text, "certificate that is not trusted"));
        assert_null(strstr(why.text, "hidden"));
        assert_int_equal(counted(wrong[i], "connections"), before + 1);
        assert_int_equal(counted(wrong[i], "requests"), requests);
    }
}

static void the_system_s_authorities_do_not_know_the_test_s(void **state)
{
    (void)state;
    open_client(NULL);
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_PEER);
    open_client("");
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_PEER);
    open_client(peer.foreign);
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_PEER);
    assert_int_equal(get(PEER_OTHER, "/bytes"), ERR_OK);
}

static void an_authority_file_that_is_not_there_is_a_config_error(void **state)
{
    (void)state;
    open_client("/nowhere/ca.pem");
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_CONFIG);
    assert_non_null(strstr(why.text, "CA file"));
}

static void a_hundred_requests_need_one_connection_and_one_look_up(void **state)
{
    (void)state;
    int connects = 0;
    int before = names_looked_up;
    const char *url = arena_printf(&arena, "https://vendor.test:%d/echo", peer.port[PEER_GOOD]);

    for (int i = 0; i < 100; i++) {
        assert_int_equal(ask(url, "body", 4), ERR_OK);
        connects += reply.times.connects;
        assert_int_equal(reply.times.tls_us > 0, i == 0);
    }
    assert_int_equal(connects, 1);
    assert_int_equal(names_looked_up - before, 1);
}

static void a_new_connection_resumes_the_tls_session(void **state)
{
    (void)state;
    assert_int_equal(get(PEER_GOOD, "/leave?ms=1"), ERR_OK);
    int before = counted(PEER_GOOD, "resumed");
    usleep(50000);
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_OK);
    assert_int_equal(reply.times.connects, 1);
    assert_int_equal(counted(PEER_GOOD, "resumed"), before + 1);
}

/* ---- kept connections that die ------------------------------------------------------------------- */

static void one_that_was_closed_while_idle_is_not_used_again(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        enum peer_server server = i == 0 ? PEER_PLAIN : PEER_GOOD;
        assert_int_equal(get(server, "/leave?ms=1"), ERR_OK);
        usleep(50000);
        assert_int_equal(ask(peer_url(&peer, server, "/echo"), "body", 4), ERR_OK);
        assert_int_equal(reply.times.connects, 1);
    }
}

static void one_that_dies_under_a_request_is_replaced_once(void **state)
{
    (void)state;
    static const char *const paths[] = {"/stale", "/stale?read=all", "/stale?fin=1"};
    static char large[3 << 20];

    memset(large, 'l', sizeof large);
    for (size_t i = 0; i < 12; i++) {
        enum peer_server server = i % 2 == 0 ? PEER_PLAIN : PEER_GOOD;
        size_t n = i < 6 ? 4 : sizeof large;
        assert_int_equal(get(server, paths[i / 2 % 3]), ERR_OK);
        enum err e = ask(peer_url(&peer, server, "/echo"), large, n);
        if (e != ERR_OK)
            fail_msg("%s, %zu bytes: %s", paths[i / 2 % 3], n, why.text);
        assert_int_equal(strtol(reply.body, NULL, 10), n);
        assert_int_equal(reply.times.connects, 1);
    }
}

static void a_fresh_connection_that_dies_is_not_tried_again(void **state)
{
    (void)state;
    int before = counted(PEER_GOOD, "requests");

    assert_int_equal(get(PEER_GOOD, "/reset"), ERR_PEER);
    assert_int_equal(counted(PEER_GOOD, "requests"), before + 1);
}

static void a_kept_connection_that_dies_is_tried_again_once_alone(void **state)
{
    (void)state;
    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_OK);
    int before = counted(PEER_GOOD, "requests");
    assert_int_equal(ask(peer_url(&peer, PEER_GOOD, "/reset"), "body", 4), ERR_PEER);
    assert_int_equal(counted(PEER_GOOD, "requests"), before + 2);
}

static void a_body_over_a_megabyte_waits_for_no_permission(void **state)
{
    (void)state;
    static char large[2 << 20];

    assert_int_equal(get(PEER_GOOD, "/bytes"), ERR_OK);
    assert_int_equal(ask(peer_url(&peer, PEER_GOOD, "/echo"), large, sizeof large), ERR_OK);
    assert_true(reply.times.total_us < 900000);
    assert_true(reply.times.sent > (int64_t)sizeof large);
}

static int start_peer(void **state)
{
    peer_start(&peer);
    return scratch_setup(state);
}

static int stop_peer(void **state)
{
    peer_stop(&peer);
    return scratch_teardown(state);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_certificate_of_the_given_authority_is_trusted),
        CASE(every_wrong_certificate_is_a_peer_error_and_nothing_is_sent),
        CASE(the_system_s_authorities_do_not_know_the_test_s),
        CASE(an_authority_file_that_is_not_there_is_a_config_error),
        CASE(a_hundred_requests_need_one_connection_and_one_look_up),
        CASE(a_new_connection_resumes_the_tls_session),
        CASE(one_that_was_closed_while_idle_is_not_used_again),
        CASE(one_that_dies_under_a_request_is_replaced_once),
        CASE(a_fresh_connection_that_dies_is_not_tried_again),
        CASE(a_kept_connection_that_dies_is_tried_again_once_alone),
        CASE(a_body_over_a_megabyte_waits_for_no_permission),
    };

    return cmocka_run_group_tests_name("net/tls", tests, start_peer, stop_peer);
}
