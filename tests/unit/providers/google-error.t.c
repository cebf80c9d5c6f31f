#include "providers/google.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)4 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

#define ERROR(code, status, message)                                                               \
    "{\"error\":{\"code\":" #code ",\"message\":\"" message "\",\"status\":\"" status "\"}}"
#define REASON(code, reason, message)                                                              \
    "{\"error\":{\"code\":" #code ",\"message\":\"" message                                        \
    "\",\"status\":\"X\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.Help\","         \
    "\"links\":[]},{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" reason   \
    "\",\"domain\":\"googleapis.com\",\"metadata\":{\"service\":\"s\"}}]}}"

struct row {
    int status;
    const char *body;
    enum err err;
    enum failure_next next;
    const char *part;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct http_reply r = answer_json(rows[i].status, rows[i].body);
        struct failure f = {0};
        enum err e = google_error_read(&a, &r, "Google", &f);
        if (e != rows[i].err || f.next != rows[i].next || strstr(f.why.text, rows[i].part) == NULL)
            fail_msg("row %zu: %s, step %d, \"%s\"", i, err_name(e), (int)f.next, f.why.text);
        assert_true(strncmp(f.why.text, "Google ", 7) == 0);
    }
}

static void what_only_an_operator_can_mend_says_what_to_do(void **state)
{
    static const struct row rows[] = {
        {403, REASON(403, "SERVICE_DISABLED", "Cloud Speech-to-Text API has not been used"),
         ERR_CONFIG, FAILURE_OPERATOR, "not enabled"},
        {403, ERROR(403, "PERMISSION_DENIED", "X has not been used in project 1 before"),
         ERR_CONFIG, FAILURE_OPERATOR, "not enabled"},
        {403, REASON(403, "BILLING_DISABLED", "x"), ERR_CONFIG, FAILURE_OPERATOR, "no billing"},
        {400, REASON(400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key."),
         ERR_CONFIG, FAILURE_OPERATOR, "API key: it is not valid"},
        {400, ERROR(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
         ERR_CONFIG, FAILURE_OPERATOR, "API key: it is not valid"},
        {400, ERROR(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."),
         ERR_CONFIG, FAILURE_OPERATOR, "expired"},
        {403, REASON(403, "API_KEY_SERVICE_BLOCKED", "x"), ERR_CONFIG, FAILURE_OPERATOR,
         "API key may use"},
        {403, REASON(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "x"), ERR_CONFIG, FAILURE_OPERATOR,
         "scope"},
        {403, REASON(403, "IAM_PERMISSION_DENIED", "x"), ERR_CONFIG, FAILURE_OPERATOR, "role"},
        {401, REASON(401, "CREDENTIALS_MISSING", "x"), ERR_CONFIG, FAILURE_OPERATOR, "credentials"},
        {403, ERROR(403, "PERMISSION_DENIED", "x"), ERR_CONFIG, FAILURE_OPERATOR, "forbidden"},
        {400,
         ERROR(400, "INVALID_ARGUMENT", "Expected resource location to be global, but found eu"),
         ERR_CONFIG, FAILURE_OPERATOR, "GOOGLE_STT_LOCATION"},
        {501, ERROR(501, "UNIMPLEMENTED", "x"), ERR_CONFIG, FAILURE_OPERATOR, "does not do"},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static void a_stale_token_is_renewed(void **state)
{
    static const struct row rows[] = {
        {401, ERROR(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
         ERR_PEER, FAILURE_RENEW, "token"},
        {403, REASON(403, "ACCESS_TOKEN_EXPIRED", "x"), ERR_PEER, FAILURE_RENEW, "token"},
        {401, REASON(401, "JWT_TOKEN_INVALID", "x"), ERR_PEER, FAILURE_RENEW, "token"},
        {401, "", ERR_PEER, FAILURE_RENEW, "token"},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static void what_passes_by_itself_is_tried_again_or_later(void **state)
{
    static const struct row rows[] = {
        {429, REASON(429, "RATE_LIMIT_EXCEEDED", "Quota exceeded"), ERR_PEER, FAILURE_LATER,
         "too often"},
        {403, REASON(403, "RATE_LIMIT_EXCEEDED", "x"), ERR_PEER, FAILURE_LATER, "too often"},
        {429, ERROR(429, "RESOURCE_EXHAUSTED", "x"), ERR_PEER, FAILURE_LATER, "too often"},
        {500, ERROR(500, "INTERNAL", "x"), ERR_PEER, FAILURE_AGAIN, "failed"},
        {503, ERROR(503, "UNAVAILABLE", "x"), ERR_PEER, FAILURE_AGAIN, "not available"},
        {504, ERROR(504, "DEADLINE_EXCEEDED", "x"), ERR_PEER, FAILURE_AGAIN, "not available"},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static void a_request_that_is_refused_says_why(void **state)
{
    static const struct row rows[] = {
        {400,
         ERROR(400, "INVALID_ARGUMENT",
               "Invalid recognition 'config': The requested model is currently not supported for "
               "language : uk-UA."),
         ERR_PEER, FAILURE_OTHER, "no such model"},
        {400, ERROR(400, "INVALID_ARGUMENT", "The model \\\"chirp_9\\\" does not exist"), ERR_PEER,
         FAILURE_OTHER, "model"},
        {400,
         ERROR(400, "INVALID_ARGUMENT",
               "Voice 'uk-UA-Wavenet-A' does not exist. Is it misspelled?"),
         ERR_PEER, FAILURE_OTHER, "voice"},
        {400, ERROR(400, "INVALID_ARGUMENT", "This voice requires a model name to be specified."),
         ERR_PEER, FAILURE_OTHER, "voice"},
        {400,
         ERROR(400, "INVALID_ARGUMENT",
               "This voice does not support pitch parameters at this time."),
         ERR_PEER, FAILURE_REQUEST, "with this voice"},
        {400,
         ERROR(400, "INVALID_ARGUMENT", "Sync input too long. For audio longer than 1 min use x"),
         ERR_TOO_BIG, FAILURE_REQUEST, "minute"},
        {400,
         ERROR(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 10485760 bytes."),
         ERR_TOO_BIG, FAILURE_REQUEST, "size"},
        {400,
         ERROR(400, "INVALID_ARGUMENT",
               "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes."),
         ERR_TOO_BIG, FAILURE_REQUEST, "length"},
        {400, ERROR(400, "INVALID_ARGUMENT", "Invalid recognition 'config': bad encoding.."),
         ERR_FORMAT, FAILURE_REQUEST, "coding"},
        {400,
         ERROR(400, "INVALID_ARGUMENT", "Invalid recognition 'config': bad sample rate hertz."),
         ERR_FORMAT, FAILURE_REQUEST, "rate"},
        {400, ERROR(400, "INVALID_ARGUMENT", "RecognitionAudio not set."), ERR_PEER,
         FAILURE_REQUEST, "refuses"},
        {413, "", ERR_TOO_BIG, FAILURE_REQUEST, "size"},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

/* A front end writes HTML, a stream wraps its error into a list, a proxy writes anything. */
static void every_kind_of_body_is_survived(void **state)
{
    static const struct row rows[] = {
        {400, "<!DOCTYPE html><html><title>Error 400 (Bad Request)!!1</title>", ERR_PEER,
         FAILURE_REQUEST, "status 400"},
        {502, "<html>", ERR_PEER, FAILURE_AGAIN, "status 502"},
        {404, "<html>", ERR_CONFIG, FAILURE_OPERATOR, "not to be found"},
        {403, "[" REASON(403, "SERVICE_DISABLED", "x") "]", ERR_CONFIG, FAILURE_OPERATOR,
         "not enabled"},
        {400, "{\"error\":\"invalid\"}", ERR_PEER, FAILURE_REQUEST, "refuses"},
        {400, "{\"error\":{\"details\":{\"reason\":\"SERVICE_DISABLED\"}}}", ERR_PEER,
         FAILURE_REQUEST, "refuses"},
        {400, "{\"error\":{\"message\":7,\"details\":[7,null,[],{\"reason\":[]}]}}", ERR_PEER,
         FAILURE_REQUEST, "refuses"},
        {400, "{\"error\":", ERR_PEER, FAILURE_REQUEST, "refuses"},
        {0, "", ERR_PEER, FAILURE_BROKEN, "status 0"},
        {204, "", ERR_PEER, FAILURE_BROKEN, "status 204"},
        {301, "", ERR_PEER, FAILURE_BROKEN, "status 301"},
        {700, "", ERR_PEER, FAILURE_BROKEN, "status 700"},
    };

    (void)state;
    check(rows, sizeof rows / sizeof rows[0]);
}

static int64_t wait_of(const char *delay, int64_t header)
{
    struct http_reply r = answer_json(
        429, arena_printf(&a, "{\"error\":{\"code\":429,\"details\":[{\"retryDelay\":\"%s\"}]}}",
                          delay));
    struct failure f = {0};

    r.retry_after_ms = header;
    assert_int_equal(google_error_read(&a, &r, "Google", &f), ERR_PEER);
    return f.wait_ms;
}

static void the_pause_google_asks_for_is_known(void **state)
{
    (void)state;
    assert_int_equal(wait_of("3s", 0), 3000);
    assert_int_equal(wait_of("1.5s", 0), 1500);
    assert_int_equal(wait_of("3s", 7000), 7000);
    assert_int_equal(wait_of("3", 0), 0);
    assert_int_equal(wait_of("-3s", 0), 0);
    assert_int_equal(wait_of("nans", 0), 0);
    assert_int_equal(wait_of("infs", 0), 0);
    assert_int_equal(wait_of("1e300s", 0), 0);
    assert_int_equal(wait_of("", 0), 0);
}

static void what_google_said_is_told_to_nobody(void **state)
{
    struct http_reply r =
        answer_json(403, ERROR(403, "PERMISSION_DENIED",
                               "Caller of +380501234567 in project 123456789 denied"));
    struct failure f = {0};

    (void)state;
    assert_int_equal(google_error_read(&a, &r, "Google", &f), ERR_CONFIG);
    assert_null(strstr(f.why.text, "38050"));
    assert_null(strstr(f.why.text, "Caller"));
}

static void no_memory_is_said_as_such(void **state)
{
    struct http_reply r = answer_json(403, ERROR(403, "PERMISSION_DENIED", "x"));
    struct failure f = {0};
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_error_read(&small, &r, "Google", &f), ERR_MEMORY);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_an_operator_can_mend_says_what_to_do),
        cmocka_unit_test(a_stale_token_is_renewed),
        cmocka_unit_test(what_passes_by_itself_is_tried_again_or_later),
        cmocka_unit_test(a_request_that_is_refused_says_why),
        cmocka_unit_test(every_kind_of_body_is_survived),
        cmocka_unit_test(the_pause_google_asks_for_is_known),
        cmocka_unit_test(what_google_said_is_told_to_nobody),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google-error", tests, set_up, tear_down);
}
