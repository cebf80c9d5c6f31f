#include "serve/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 8 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct request request_with(const char *type, const char *body)
{
    return (struct request){.content_type = type,
                            .body = body,
                            .len = strlen(body),
                            .query = "",
                            .accept = "",
                            .arena = &arena};
}

static const char *field(const char *type, const char *body, const char *name)
{
    const struct request request = request_with(type, body);
    const struct json *fields = NULL;
    struct why why = {0};

    enum err e = request_fields(&request, &fields, &why);
    if (e != ERR_OK)
        fail_msg("%s: %s", err_name(e), why.text);
    return json_text(json_member(fields, name));
}

static enum err refusal(const char *type, const char *body)
{
    const struct request request = request_with(type, body);
    const struct json *untouched = (const struct json *)&arena, *fields = untouched;
    struct why why = {0};

    enum err e = request_fields(&request, &fields, &why);
    if (e != ERR_OK) {
        assert_ptr_equal(fields, untouched);
        assert_true(why.text[0] != '\0');
    }
    return e;
}

static void the_content_type_says_how_to_read(void **state)
{
    (void)state;
    assert_string_equal(field("application/json", "{\"callID\":\"7\"}", "callID"), "7");
    assert_string_equal(field("Application/JSON ; charset=utf-8", " {\"a\":\"є\"}", "a"), "є");
    assert_string_equal(field("application/x-www-form-urlencoded", "a=%7B&b=1+2", "b"), "1 2");
    assert_string_equal(field("application/x-www-form-urlencoded", "{=x", "{"), "x");
    assert_string_equal(field("multipart/form-data; boundary=B",
                              "--B\r\nContent-Disposition: form-data; name=\"callID\"\r\n\r\n"
                              "42\r\n--B--\r\n",
                              "callID"),
                        "42");
}

static void without_a_known_type_the_first_byte_decides(void **state)
{
    const char *const types[] = {"", "text/plain", "application/jsonp", "application/octet-stream"};

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_string_equal(field(types[i], " \r\n\t{\"a\":\"j\"}", "a"), "j");
        assert_string_equal(field(types[i], "a=f&b[c]=d", "a"), "f");
    }
    assert_null(field("", "", "a"));
}

static void nested_forms_become_trees(void **state)
{
    const struct request request =
        request_with("application/x-www-form-urlencoded", "callDetails[companyID]=5&x[0][y]=z");
    const struct json *fields = NULL;

    (void)state;
    assert_int_equal(request_fields(&request, &fields, NULL), ERR_OK);
    assert_string_equal(json_text(json_member(json_member(fields, "callDetails"), "companyID")),
                        "5");
}

static void unreadable_bodies_are_refused_with_a_sentence(void **state)
{
    (void)state;
    assert_int_equal(refusal("application/json", "[1,2]"), ERR_SYNTAX);
    assert_int_equal(refusal("application/json", "\"words\""), ERR_SYNTAX);
    assert_int_equal(refusal("application/json", "{\"a\":1"), ERR_SYNTAX);
    assert_int_equal(refusal("application/json", ""), ERR_SYNTAX);
    assert_int_equal(refusal("", "{\"a\":1}}"), ERR_SYNTAX);
    assert_int_equal(refusal("multipart/form-data", "--B--\r\n"), ERR_SYNTAX);
    assert_int_equal(refusal("multipart/form-data; boundary=B", "nothing here"), ERR_SYNTAX);
}

#define PART(name, more, data)                                                                     \
    "--B\r\nContent-Disposition: form-data; name=\"" name "\"" more "\r\n\r\n" data "\r\n"

static void files_of_a_multipart_form_are_no_fields(void **state)
{
    static const char body[] = PART("audio", "; filename=\"a.wav\"", "RIFF\xff\xfe") //
        PART("text", "", "так") PART("text", "", "ні") "--B--\r\n";
    const char *type = "multipart/form-data; boundary=B";

    (void)state;
    assert_null(field(type, body, "audio"));
    assert_string_equal(field(type, body, "text"), "ні");
}

static void an_undecodable_field_is_absent_and_named_in_the_log(void **state)
{
    static const struct {
        const char *type, *body, *note;
    } rows[] = {
        {"application/x-www-form-urlencoded", "callID=7&callerName=%CE%EB%E5%ED%E0", "callerName"},
        {"", "callID=7&callerName=%D0%9E%D0%BB%D0", "callerName"},
        {"", "callID=7&a[b]=%FF", "b"},
        {"", "callID=7&%FF=1", "other"},
        {"", "callID=7&%22b%20c=%FF", "other"},
        {"application/json", "{\"callerName\":\"\xd0\",\"callID\":\"7\"}", "callerName"},
        {"application/json", "{\"callerName\":\"\\x41\",\"callID\":\"7\"}", "callerName"},
        {"application/json", "{\"callerName\":NaN,\"callID\":\"7\"}\xef\xbb\xbf", "callerName"},
        {"", "{\"callerName\":\"a\1\",\"callID\":\"7\"}\n", "callerName"},
        {"", "callID=7&a[b][c][d][e][f][g][h][i]=1", "other"},
        {"multipart/form-data; boundary=B",
         PART("callID", "", "7") PART("callerName", "", "\xff\xfe") "--B--\r\n", "callerName"},
        {"multipart/form-data; boundary=B",
         PART("callID", "", "7") PART("\xff", "", "x") "--B--\r\n", "other"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct request request = request_with(rows[i].type, rows[i].body);
        const struct json *fields = NULL;
        struct response r;
        response_init(&r, &arena);
        assert_int_equal(request_fields(&request, &fields, NULL), ERR_OK);
        assert_string_equal(json_text(json_member(fields, "callID")), "7");
        assert_null(json_text(json_member(fields, "callerName")));
        request_note_unreadable(fields, &r);
        if (strstr(r.note, arena_printf(&arena, "undecodable=%s", rows[i].note)) == NULL)
            fail_msg("%s: %s", rows[i].body, r.note);
    }
}

static void what_says_nothing_behind_a_body_is_nothing(void **state)
{
    static const char form[] = "b=2&a=1\r\n\0\0";
    static const char json[] = "{\"a\":\"1\"}\r\n\0\0";
    struct request request = request_with("", form);
    const struct json *fields = NULL;

    (void)state;
    request.len = sizeof form - 1;
    assert_int_equal(request_fields(&request, &fields, NULL), ERR_OK);
    assert_string_equal(json_text(json_member(fields, "a")), "1");
    request = request_with("application/json", json);
    request.len = sizeof json - 1;
    assert_int_equal(request_fields(&request, &fields, NULL), ERR_OK);
    assert_string_equal(json_text(json_member(fields, "a")), "1");
}

static void a_byte_order_mark_in_front_of_a_body_says_nothing(void **state)
{
#define MARK "\xef\xbb\xbf"
    (void)state;
    assert_string_equal(field("application/x-www-form-urlencoded", MARK "a=1", "a"), "1");
    assert_string_equal(field("", MARK "a=1", "a"), "1");
    assert_string_equal(field("", MARK " {\"a\":\"1\"}", "a"), "1");
    assert_string_equal(field("application/json", MARK "{\"a\":\"1\"}", "a"), "1");
    assert_string_equal(
        field("multipart/form-data; boundary=B", MARK PART("a", "", "1") "--B--\r\n", "a"), "1");
}

static void a_full_arena_is_an_error_and_no_crash(void **state)
{
    struct arena small;
    struct request request = request_with("application/json", "{\"a\":\"b\",\"c\":[1,2,3]}");
    const struct json *fields = NULL;

    (void)state;
    arena_init(&small, 16);
    request.arena = &small;
    assert_int_equal(request_fields(&request, &fields, NULL), ERR_MEMORY);
    request.query = "a=b";
    assert_null(request_query(&request, "a"));
    arena_release(&small);
}

/* To send it again would not help. */
static void a_body_that_fills_the_memory_of_a_request_is_too_big(void **state)
{
    static char body[800000] = "{\"a\":\"";
    struct request request = request_with("application/json", body);
    const struct json *fields = NULL;
    struct arena small;
    struct why why = {0};

    (void)state;
    memset(body + 6, 'x', sizeof body - 9);
    memcpy(body + sizeof body - 3, "\"}", 3);
    request.len = sizeof body - 1;
    arena_init(&small, 1 << 20);
    request.arena = &small;
    enum err e = request_fields(&request, &fields, &why);
    assert_int_equal(e, ERR_MEMORY);
    assert_int_equal(request_memory(&small, 100, e, &why), ERR_MEMORY);
    assert_int_equal(request_memory(&small, request.len, ERR_SYNTAX, &why), ERR_SYNTAX);
    assert_int_equal(request_memory(&small, request.len, e, &why), ERR_TOO_BIG);
    assert_non_null(strstr(why.text, "memory"));
    arena_clear(&small);
    assert_int_equal(request_memory(&small, request.len, ERR_MEMORY, &why), ERR_MEMORY);
    arena_release(&small);
}

static void a_query_parameter_is_decoded(void **state)
{
    static const struct {
        const char *query, *name, *value;
    } cases[] = {
        {"secret=abc", "secret", "abc"},
        {"a=1&secret=%D1%94+x%2B", "secret", "є x+"},
        {"secret=1&secret=2", "secret", "2"},
        {"secret=", "secret", ""},
        {"a=1&&secret=x&", "secret", "x"},
        {"secret=a=b", "secret", "a=b"},
        {"", "secret", NULL},
        {"secret", "secret", NULL},
        {"secrets=1", "secret", NULL},
        {"xsecret=1", "secret", NULL},
        {"Secret=1", "secret", NULL},
        {"secret=%", "secret", NULL},
        {"secret=%4", "secret", NULL},
        {"secret=%4&a=1", "secret", NULL},
        {"secret=%g0", "secret", NULL},
        {"secret=%1\x10", "secret", NULL},
        {"secret=a%00b", "secret", NULL},
        {"secret=%FF", "secret", NULL},
        {"secret=%41", "secret", "A"},
    };
    struct request request = request_with("", "");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.query = cases[i].query;
        const char *got = request_query(&request, cases[i].name);
        if (cases[i].value == NULL)
            assert_null(got);
        else
            assert_string_equal(got, cases[i].value);
    }
}

static void accept_is_read_by_name_and_q(void **state)
{
    static const struct {
        const char *accept;
        bool yes;
    } cases[] = {
        {"application/x-ndjson", true},
        {"text/html, application/x-ndjson;q=0.5", true},
        {"APPLICATION/X-NDJSON ; q=1.0", true},
        {"application/x-ndjson;v=2", true},
        {"application/x-ndjson;q=0", false},
        {"application/x-ndjson; q=0.000, */*", false},
        {"application/x-ndjson-more", false},
        {"*/*", false},
        {"application/*", false},
        {"application/json", false},
        {"", false},
        {",,;", false},
    };
    struct request request = request_with("", "");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.accept = cases[i].accept;
        if (request_accepts(&request, "application/x-ndjson") != cases[i].yes)
            fail_msg("Accept: %s", cases[i].accept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_type_says_how_to_read),
        cmocka_unit_test(without_a_known_type_the_first_byte_decides),
        cmocka_unit_test(nested_forms_become_trees),
        cmocka_unit_test(unreadable_bodies_are_refused_with_a_sentence),
        cmocka_unit_test(files_of_a_multipart_form_are_no_fields),
        cmocka_unit_test(an_undecodable_field_is_absent_and_named_in_the_log),
        cmocka_unit_test(what_says_nothing_behind_a_body_is_nothing),
        cmocka_unit_test(a_byte_order_mark_in_front_of_a_body_says_nothing),
        cmocka_unit_test(a_full_arena_is_an_error_and_no_crash),
        cmocka_unit_test(a_body_that_fills_the_memory_of_a_request_is_too_big),
        cmocka_unit_test(a_query_parameter_is_decoded),
        cmocka_unit_test(accept_is_read_by_name_and_q),
    };
    return cmocka_run_group_tests_name("serve/request", tests, set_up, tear_down);
}
