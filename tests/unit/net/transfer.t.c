#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/transfer.h"

#define DAY_MS 86400000

static void take(struct head *h, const char *line)
{
    transfer_head_take(h, line, strlen(line));
}

static void the_date_of_a_head_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Sat, 21 Nov 2026 08:00:00 GMT", 1795248000},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT and more", -1},
        {"Sun, 06 Now 1994 08:49:37 GMT", -1},
        {"Sun, 32 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 -1:49:37 GMT", -1},
        {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
        {"12", -1},
        {"", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (transfer_head_date(cases[i].text) != cases[i].want)
            fail_msg("%s: %lld", cases[i].text, (long long)transfer_head_date(cases[i].text));
}

static void the_wait_is_the_finest_that_was_said(void **state)
{
    (void)state;
    static const struct {
        const char *lines[3];
        int64_t want;
    } cases[] = {
        {{"Retry-After: 7\r\n"}, 7000},
        {{"retry-after:7"}, 7000},
        {{"Retry-After: 0"}, 0},
        {{"Retry-After-Ms: 1500", "Retry-After: 9"}, 1500},
        {{"Retry-After: 9", "retry-after-ms: 20.75"}, 20},
        {{"Retry-After: 99999999999999999999999"}, DAY_MS},
        {{"retry-after-ms: 99999999999999999999999"}, DAY_MS},
        {{"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", "Date: Sun, 06 Nov 1994 08:49:07 GMT"},
         30000},
        {{"Date: Sun, 06 Nov 1994 08:49:07 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:00 GMT"}, 0},
        {{"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"}, 37000},
        {{"Retry-After: soon"}, -1},
        {{"Retry-After: -5"}, -1},
        {{"Retry-After: 5s"}, -1},
        {{"Retry-After:"}, -1},
        {{"X-Retry-After: 5", "Retry-After-Never: 5"}, -1},
        {{"Retry-After 5"}, -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct head h;
        transfer_head_init(&h);
        for (size_t k = 0; k < 3 && cases[i].lines[k] != NULL; k++)
            take(&h, cases[i].lines[k]);
        int64_t got = transfer_head_retry_after_ms(&h, 784111740);
        if (got != cases[i].want)
            fail_msg("%s: %lld", cases[i].lines[0], (long long)got);
    }
}

static void a_status_line_begins_a_new_head(void **state)
{
    (void)state;
    struct head h;

    transfer_head_init(&h);
    take(&h, "HTTP/1.1 103 Early Hints\r\n");
    take(&h, "Retry-After: 5\r\n");
    take(&h, "x-should-retry: true\r\n");
    take(&h, "Content-Type: text/plain\r\n");
    take(&h, "HTTP/1.1 200 OK\r\n");
    assert_int_equal(h.status, 200);
    assert_int_equal(transfer_head_retry_after_ms(&h, 0), -1);
    assert_int_equal(h.should_retry, HTTP_UNSAID);
    assert_string_equal(h.type, "");
    take(&h, "HTTP/1.1 529");
    assert_int_equal(h.status, 529);
    take(&h, "HTTP/1.1 52");
    assert_int_equal(h.status, 0);
    take(&h, "HTTP/");
    assert_int_equal(h.status, 0);
    assert_int_equal(h.length, -1);
}

static void should_retry_is_true_or_false_or_unsaid(void **state)
{
    (void)state;
    struct head h;

    transfer_head_init(&h);
    take(&h, "X-Should-Retry: maybe");
    assert_int_equal(h.should_retry, HTTP_UNSAID);
    take(&h, "X-Should-Retry: TRUE \r\n");
    assert_int_equal(h.should_retry, HTTP_SAYS_YES);
    take(&h, "x-should-retry:\tfalse");
    assert_int_equal(h.should_retry, HTTP_SAYS_NO);
}

static void only_a_harmless_request_id_is_kept(void **state)
{
    (void)state;
    struct head h;
    char line[300];

    transfer_head_init(&h);
    take(&h, "request-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n");
    assert_string_equal(h.request_id, "req_011CSHoEeqs5C35K2UUqR7Fy");
    take(&h, "X-Request-Id: two words");
    take(&h, "X-Request-Id: a\x1b[31m");
    take(&h, "X-Request-Id: \"quoted\"");
    (void)snprintf(line, sizeof line, "X-Request-Id: %0200d", 7);
    take(&h, line);
    assert_string_equal(h.request_id, "req_011CSHoEeqs5C35K2UUqR7Fy");
    take(&h, "X-Request-Id: 5e6f/7.8:9");
    assert_string_equal(h.request_id, "5e6f/7.8:9");
}

static void a_line_of_any_length_and_content_is_survived(void **state)
{
    (void)state;
    struct head h;
    static char line[100000];

    transfer_head_init(&h);
    memset(line, 'x', sizeof line);
    transfer_head_take(&h, line, sizeof line);
    int n = snprintf(line, sizeof line, "Content-Type: %09999d", 7);
    transfer_head_take(&h, line, (size_t)n);
    assert_int_equal(strlen(h.type), sizeof h.type - 1);
    transfer_head_take(&h, "", 0);
    transfer_head_take(&h, ":", 1);
    transfer_head_take(&h, "Date:", 5);
    transfer_head_take(&h, "Content-Length: 12", 18);
    assert_int_equal(h.length, 12);
    transfer_head_take(&h, "Content-Length: 12, 12", 22);
    assert_int_equal(h.length, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_date_of_a_head_is_read),
        cmocka_unit_test(the_wait_is_the_finest_that_was_said),
        cmocka_unit_test(a_status_line_begins_a_new_head),
        cmocka_unit_test(should_retry_is_true_or_false_or_unsaid),
        cmocka_unit_test(only_a_harmless_request_id_is_kept),
        cmocka_unit_test(a_line_of_any_length_and_content_is_survived),
    };

    return cmocka_run_group_tests_name("net/transfer", tests, NULL, NULL);
}
