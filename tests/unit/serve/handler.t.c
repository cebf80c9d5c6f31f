#include "serve/handler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.h"

static struct arena arena;
static int handled;
static char seen_method[16];
static char seen_path[32];

static enum err switched_off(const struct request *request, struct why *why)
{
    (void)request;
    return why_set(why, ERR_NOT_FOUND, "it is switched off");
}

static const struct access guarded = {.path_secret = true, .check = access_check_secret};
static const struct access off = {.check = switched_off};

enum act { ANSWER, REFUSE, OVERFLOW };
static enum act act;

static enum err handle(struct app *app, const struct request *request, struct response *response,
                       struct why *why)
{
    (void)app;
    handled++;
    (void)snprintf(seen_method, sizeof seen_method, "%s", request->method);
    (void)snprintf(seen_path, sizeof seen_path, "%s", request->path);
    response->status = 200;
    response->type = "text/plain";
    buf_puts(&response->body.text, "done");
    if (act == REFUSE)
        return why_set(why, ERR_ENDED, "the call has ended at noon");
    while (act == OVERFLOW && buf_err(&response->body.text) == ERR_OK)
        buf_puts(&response->body.text, "more and more ");
    return ERR_OK;
}

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(settings_load(NULL), ERR_OK);
    arena_init(&arena, 8 << 20);
    handled = 0;
    act = ANSWER;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    assert_int_equal(unsetenv("HOLOS_WEBHOOK_SECRET"), 0);
    settings_forget();
    return 0;
}

static struct response answer_at(const char *path, const char *method, unsigned methods,
                                 const struct access *access)
{
    static const char *const paths[] = {"/other", "/test", NULL};
    const struct handler h = {
        .name = "test", .paths = paths, .methods = methods, .access = access, .handle = handle};
    const struct request request = {.method = method,
                                    .path = path,
                                    .query = "",
                                    .content_type = "",
                                    .accept = "",
                                    .binotel_signature = "",
                                    .remote_addr = "192.0.2.1",
                                    .forwarded_for = "",
                                    .body = "",
                                    .arena = &arena};
    struct response r;

    response_init(&r, &arena);
    handler_answer(&h, NULL, &request, &r);
    return r;
}

static struct response answer(const char *method, unsigned methods, const struct access *access)
{
    return answer_at("/test", method, methods, access);
}

static void only_the_routes_methods_reach_it(void **state)
{
    static const struct {
        const char *method;
        unsigned methods;
        const char *allow; /* NULL: it is let through */
    } cases[] = {
        {"POST", HANDLER_POST, NULL},
        {"GET", HANDLER_GET, NULL},
        {"GET", HANDLER_GET | HANDLER_POST, NULL},
        {"GET", HANDLER_POST, "POST"},
        {"HEAD", HANDLER_POST, "POST"},
        {"POST", HANDLER_GET, "GET, HEAD"},
        {"PUT", HANDLER_GET | HANDLER_POST, "GET, HEAD, POST"},
        {"OPTIONS", HANDLER_GET, "GET, HEAD"},
        {"post", HANDLER_POST, "POST"},
        {"", HANDLER_POST, "POST"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int before = handled;
        struct response r = answer(cases[i].method, cases[i].methods, &access_open);
        assert_int_equal(r.status, cases[i].allow == NULL ? 200 : 405);
        assert_int_equal(handled - before, cases[i].allow == NULL);
        if (cases[i].allow != NULL) {
            assert_string_equal(r.allow, cases[i].allow);
            assert_non_null(strstr(buf_text(&r.body.text), "{\"error\":\""));
        }
    }
}

static void head_is_get_without_a_body(void **state)
{
    (void)state;
    struct response r = answer("HEAD", HANDLER_GET, &access_open);
    assert_int_equal(r.status, 200);
    assert_true(r.head_only);
    assert_string_equal(seen_method, "GET");
    assert_string_equal(buf_text(&r.body.text), "done");
    r = answer("GET", HANDLER_GET, &access_open);
    assert_false(r.head_only);
}

static void an_error_of_the_handler_replaces_its_answer(void **state)
{
    (void)state;
    act = REFUSE;
    struct response r = answer("POST", HANDLER_POST, &access_open);
    assert_int_equal(r.status, 409);
    assert_int_equal(r.err, ERR_ENDED);
    assert_string_equal(buf_text(&r.body.text), "{\"error\":\"the call has ended at noon\"}");
}

static void an_answer_that_does_not_fit_is_503(void **state)
{
    (void)state;
    act = OVERFLOW;
    struct response r = answer("POST", HANDLER_POST, &access_open);
    assert_int_equal(r.status, 503);
    assert_int_equal(r.err, ERR_MEMORY);
    assert_non_null(strstr(buf_text(&r.body.text), "did not fit"));
}

static void a_route_that_is_switched_off_is_404_and_others_answer(void **state)
{
    (void)state;
    assert_int_equal(answer("POST", HANDLER_POST, &off).status, 404);
    assert_int_equal(handled, 0);
    assert_int_equal(answer("POST", HANDLER_POST, &access_open).status, 200);
}

static void a_caller_who_may_not_is_403_before_the_handler(void **state)
{
    (void)state;
    assert_int_equal(setenv("HOLOS_WEBHOOK_SECRET", "s3cret", 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    struct response r = answer("POST", HANDLER_POST, &guarded);
    assert_int_equal(r.status, 403);
    assert_int_equal(r.err, ERR_FORBIDDEN);
    assert_int_equal(handled, 0);
    assert_string_equal(r.note, "from=192.0.2.1");
    assert_null(strstr(buf_text(&r.body.text), "s3cret"));
    assert_int_equal(answer("POST", HANDLER_POST, &access_open).status, 200);
}

static void the_secret_may_be_the_last_segment_of_the_path(void **state)
{
    static const struct {
        const char *path;
        int without, with; /* the setting */
    } rows[] = {
        {"/test/s3cret", 404, 200},  {"/other/s3cret", 404, 200}, {"/test/s3cre", 404, 403},
        {"/test/s3crets", 404, 403}, {"/test/S3CRET", 404, 403},  {"/test/", 404, 403},
        {"/test/s3cret/", 404, 403}, {"/test//s3cret", 404, 403}, {"/test", 200, 403},
    };

    (void)state;
    for (int set = 0; set < 2; set++) {
        if (set == 1)
            assert_int_equal(setenv("HOLOS_WEBHOOK_SECRET", "s3cret", 1), 0);
        assert_int_equal(settings_load(NULL), ERR_OK);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct response r = answer_at(rows[i].path, "POST", HANDLER_POST, &guarded);
            assert_int_equal(r.status, set == 1 ? rows[i].with : rows[i].without);
            assert_null(strstr(r.why.text, "s3cre"));
            assert_null(strstr(r.note, "s3cre"));
        }
    }
    struct response r = answer_at("/test/s3cret", "GET", HANDLER_POST, &guarded);
    assert_int_equal(r.status, 405);
    r = answer_at("/test/s3cre", "GET", HANDLER_POST, &guarded);
    assert_int_equal(r.status, 403); /* who may not call is not told what is there */
    r = answer_at("/test/s3cret", "POST", HANDLER_POST, &guarded);
    assert_int_equal(r.status, 200);
    assert_string_equal(seen_path, "/test");
    r = answer_at("/test/s3cret", "POST", HANDLER_POST, &access_open);
    assert_int_equal(r.status, 200);
    assert_string_equal(seen_path, "/test/s3cret"); /* no secret to be taken off there */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(only_the_routes_methods_reach_it),
        TEST(head_is_get_without_a_body),
        TEST(an_error_of_the_handler_replaces_its_answer),
        TEST(an_answer_that_does_not_fit_is_503),
        TEST(a_route_that_is_switched_off_is_404_and_others_answer),
        TEST(a_caller_who_may_not_is_403_before_the_handler),
        TEST(the_secret_may_be_the_last_segment_of_the_path),
    };
#undef TEST
    return cmocka_run_group_tests_name("serve/handler", tests, NULL, NULL);
}
