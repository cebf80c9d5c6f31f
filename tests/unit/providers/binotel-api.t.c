#include "providers/binotel-api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena a;
static const struct binotel_api api = {
    .url = "https://api.binotel.com/api/4.0/", .key = "k\"1", .secret = "s", .arena = &a};

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

static void key_and_secret_go_in_the_body(void **state)
{
    (void)state;
    const struct binotel_api_field fields[] = {{"name", "Олена", false},
                                               {"numbers", "0501112233", true}};
    struct http_request req = {0};

    assert_int_equal(binotel_api_write(&api, "customers/create", fields, 2, &req), ERR_OK);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.url, "https://api.binotel.com/api/4.0/customers/create.json");
    assert_string_equal(req.type, "application/json");
    assert_string_equal(req.body, "{\"name\":\"Олена\",\"numbers\":[\"0501112233\"],"
                                  "\"key\":\"k\\\"1\",\"secret\":\"s\"}");
    assert_null(req.headers);
    assert_int_equal(req.len, strlen(req.body));
}

static enum err read_as(int status, const char *body, const struct json **ret, int *ret_code,
                        struct failure *f)
{
    const struct http_reply reply = {.status = status,
                                     .type = "",
                                     .body = body,
                                     .len = strlen(body),
                                     .retry_after_ms = -1,
                                     .request_id = ""};

    *f = (struct failure){0};
    return binotel_api_read(&a, &reply, ret, ret_code, f);
}

static const struct json *good(const char *body)
{
    const struct json *o = NULL;
    struct failure f;
    int code = -1;

    if (read_as(200, body, &o, &code, &f) != ERR_OK)
        fail_msg("%s: %s", body, f.why.text);
    assert_int_equal(code, 0);
    return o;
}

static void errors_stand_inside_a_200(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        int code;
        enum failure_next next;
        enum err err;
    } rows[] = {
        {200, "{\"status\":\"error\",\"code\":106,\"message\":\"m\"}", 106, FAILURE_LATER,
         ERR_PEER},
        {200, "{\"status\":\"error\",\"code\":\"121\"}", 121, FAILURE_OPERATOR, ERR_CONFIG},
        {200, "{\"status\":\"error\",\"code\":104}", 104, FAILURE_REQUEST, ERR_VALUE},
        {200, "{\"status\":\"error\",\"code\":150}", 150, FAILURE_REQUEST, ERR_VALUE},
        {200, "{\"status\":\"error\",\"code\":105}", 105, FAILURE_AGAIN, ERR_PEER},
        {200, "{\"status\":\"error\",\"code\":987}", 987, FAILURE_REQUEST, ERR_VALUE},
        {200, "{\"status\":\"error\"}", 0, FAILURE_REQUEST, ERR_VALUE},
        {200, "{}", 0, FAILURE_REQUEST, ERR_VALUE},
        {200, "Something went wrong (exception)", 0, FAILURE_BROKEN, ERR_PEER},
        {200, "<html>", 0, FAILURE_BROKEN, ERR_PEER},
        {200, "", 0, FAILURE_BROKEN, ERR_PEER},
        {200, "[]", 0, FAILURE_BROKEN, ERR_PEER},
        {502, "<html>", 0, FAILURE_AGAIN, ERR_PEER},
        {403, "{\"status\":\"success\"}", 0, FAILURE_OPERATOR, ERR_CONFIG},
        {429, "", 0, FAILURE_LATER, ERR_PEER},
        {302, "", 0, FAILURE_REQUEST, ERR_PEER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct json *o = NULL;
        struct failure f;
        int code = -1;
        assert_int_equal(read_as(rows[i].status, rows[i].body, &o, &code, &f), rows[i].err);
        assert_int_equal(f.next, rows[i].next);
        assert_int_equal(code, rows[i].code);
        assert_int_not_equal(f.why.text[0], '\0');
        assert_null(strstr(f.why.text, "exception")); /* nothing of the vendor's words */
    }
}

static void too_often_says_how_long_to_wait(void **state)
{
    (void)state;
    const struct json *o = NULL;
    struct failure f;
    int code = 0;

    (void)(read_as(200, "{\"status\":\"error\",\"code\":106,\"message\":\"wait 7 seconds\"}", &o,
                   &code, &f) == ERR_OK);
    assert_int_equal(f.wait_ms, 7000);
    (void)(read_as(200, "{\"status\":\"error\",\"code\":106,\"message\":\"0 99999\"}", &o, &code,
                   &f) == ERR_OK);
    assert_int_equal(f.wait_ms, 10000);
}

static void a_call_is_found_however_it_is_wrapped(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"status\":\"success\",\"callDetails\":{\"61\":{\"generalCallID\":61,\"billsec\":38}}}",
        "{\"status\":\"success\",\"callDetails\":[{\"generalCallID\":61,\"billsec\":38}]}",
        "{\"status\":\"success\",\"callDetails\":{\"generalCallID\":\"61\",\"billsec\":\"38\"}}"};
    static const char *const none[] = {"{\"status\":\"success\",\"callDetails\":\"\"}",
                                       "{\"status\":\"success\",\"callDetails\":[]}",
                                       "{\"status\":\"success\",\"callDetails\":{}}",
                                       "{\"status\":\"success\",\"callDetails\":[1]}",
                                       "{\"status\":\"success\"}"};
    struct binotel_call c;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(binotel_api_read_call(&a, good(bodies[i]), &c, NULL), ERR_OK);
        assert_string_equal(c.id, "61");
        assert_int_equal(c.billed_s, 38);
        assert_int_equal(c.waited_s, -1);
        assert_string_equal(c.employee, "");
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(binotel_api_read_call(&a, good(none[i]), &c, NULL), ERR_NOT_FOUND);
}

static void a_recording_is_an_address_with_an_end(void **state)
{
    (void)state;
    struct binotel_record r = {0};

    assert_int_equal(
        binotel_api_read_record(&a,
                                good("{\"status\":\"success\",\"url\":\"https://x.example/1.mp3?"
                                     "X-Amz-Date=20261201T120000Z&X-Amz-Expires=900\"}"),
                                &r, NULL),
        ERR_OK);
    assert_int_equal(r.until_s, INT64_C(1796126400) + 900);
    assert_int_equal(
        binotel_api_read_record(
            &a, good("{\"status\":\"success\",\"url\":\"https://x.example/1\"}"), &r, NULL),
        ERR_OK);
    assert_int_equal(r.until_s, 0);
    static const char *const none[] = {
        "{\"status\":\"success\"}", "{\"status\":\"success\",\"url\":\"\"}",
        "{\"status\":\"success\",\"url\":\"file:///etc/passwd\"}",
        "{\"status\":\"success\",\"url\":\"https://x.example/a b\"}",
        "{\"status\":\"success\",\"url\":\"https://x.example/\\u001b[2J\"}"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(binotel_api_read_record(&a, good(none[i]), &r, NULL), ERR_NOT_FOUND);
}

static void a_customer_is_the_one_with_this_number(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"status\":\"success\",\"customerData\":{\"1\":{\"id\":\"1\",\"name\":\"X\",\"numbers\":"
        "[\"0671112233\"]},\"2\":{\"id\":2,\"name\":\"Олена\",\"numbers\":[\"380501112233\"]}}}",
        "{\"status\":\"success\",\"customerData\":[{\"id\":\"2\",\"name\":\"Олена\",\"numbers\":"
        "[\"1\",\"0501112233\"]}]}"};
    struct binotel_customer c;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(binotel_api_read_customer(&a, good(bodies[i]), "+380501112233", &c),
                         ERR_OK);
        assert_string_equal(c.id, "2");
        assert_string_equal(c.name, "Олена");
    }
    assert_int_equal(binotel_api_read_customer(&a, good(bodies[0]), "0999999999", &c), ERR_OK);
    assert_string_equal(c.id, "");
    assert_int_equal(binotel_api_read_customer(
                         &a, good("{\"status\":\"success\",\"customerData\":\"\"}"), "1", &c),
                     ERR_OK);
    assert_string_equal(c.id, "");
}

#define TEST(f) cmocka_unit_test(f)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(key_and_secret_go_in_the_body),         TEST(errors_stand_inside_a_200),
        TEST(too_often_says_how_long_to_wait),       TEST(a_call_is_found_however_it_is_wrapped),
        TEST(a_recording_is_an_address_with_an_end), TEST(a_customer_is_the_one_with_this_number),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
