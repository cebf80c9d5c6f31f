#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "wire/json.h"
#include "wire/jsonw.h"

static struct arena arena;
static struct buf out;
static struct jsonw w;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 4 << 20);
    buf_init(&out, &arena, 1 << 20);
    jsonw_init(&w, &out);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void commas_and_nesting_are_its_business(void **state)
{
    (void)state;
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    jsonw_put_text(&w, "text", NULL);
    jsonw_put_int(&w, "n", INT64_MIN);
    jsonw_key(&w, "list");
    jsonw_array(&w);
    jsonw_int(&w, 1);
    jsonw_array(&w);
    jsonw_end_array(&w);
    jsonw_object(&w);
    jsonw_end_object(&w);
    jsonw_null(&w);
    jsonw_text(&w, "");
    jsonw_end_array(&w);
    jsonw_key(&w, "o");
    jsonw_object(&w);
    jsonw_put_bool(&w, "b", false);
    jsonw_end_object(&w);
    jsonw_key(&w, "wav");
    jsonw_base64(&w, "fooba", 5);
    jsonw_end_object(&w);
    assert_string_equal(buf_text(&out),
                        "{\"success\":true,\"text\":null,\"n\":-9223372036854775808,"
                        "\"list\":[1,[],{},null,\"\"],\"o\":{\"b\":false},\"wav\":\"Zm9vYmE=\"}");
}

static void only_what_must_be_is_escaped(void **state)
{
    (void)state;
    jsonw_text_n(&w, "a\"b\\c/\b\f\n\r\t\x01\x1f\x7f\0Вітаю\xe2\x80\xa8", 28);
    assert_string_equal(buf_text(&out), "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000"
                                        "Вітаю\xe2\x80\xa8\"");
}

static void a_key_is_escaped_too(void **state)
{
    (void)state;
    jsonw_object(&w);
    jsonw_put_int(&w, "a\"\n", 1);
    jsonw_end_object(&w);
    assert_string_equal(buf_text(&out), "{\"a\\\"\\n\":1}");
}

static void check_number(double v, const char *want)
{
    buf_clear(&out);
    jsonw_init(&w, &out);
    jsonw_number(&w, v);
    assert_string_equal(buf_text(&out), want);
}

static void numbers_are_the_shortest_that_read_back(void **state)
{
    (void)state;
    check_number(0, "0");
    check_number(-0.0, "-0");
    check_number(0.1, "0.1");
    check_number(-2.5, "-2.5");
    check_number(100000, "100000");
    check_number(1.0 / 3, "0.3333333333333333");
    check_number(0.1 + 0.2, "0.30000000000000004");
    check_number(DBL_MAX, "1.7976931348623157e+308");
    check_number(5e-324, "4.94065645841247e-324");
    check_number((double)NAN, "null");
    check_number((double)INFINITY, "null");
    check_number(-(double)INFINITY, "null");
}

static void a_locale_with_a_comma_changes_nothing(void **state)
{
    char before[64];

    (void)state;
    (void)snprintf(before, sizeof before, "%s", setlocale(LC_NUMERIC, NULL));
    if (setlocale(LC_NUMERIC, "uk_UA.UTF-8") == NULL &&
        setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL)
        skip();
    check_number(1.5, "1.5");
    (void)setlocale(LC_NUMERIC, before);
}

static void thirty_two_levels_can_be_written_and_read_back(void **state)
{
    const struct json *v = NULL;

    (void)state;
    for (int i = 0; i < JSONW_DEPTH; i++)
        jsonw_array(&w);
    jsonw_int(&w, 5);
    jsonw_int(&w, 6);
    for (int i = 0; i < JSONW_DEPTH; i++)
        jsonw_end_array(&w);
    assert_int_equal(json_parse(&arena, buf_text(&out), out.len, &v, NULL), ERR_OK);
    for (int i = 1; i < JSONW_DEPTH; i++)
        v = json_first(v);
    assert_int_equal(json_count(v), 2);
}

static void a_full_buffer_is_remembered(void **state)
{
    struct buf small;

    (void)state;
    buf_init(&small, &arena, 5);
    jsonw_init(&w, &small);
    jsonw_object(&w);
    jsonw_put_text(&w, "key", "value");
    jsonw_end_object(&w);
    assert_int_equal(buf_err(&small), ERR_TOO_BIG);
}

static void what_is_json_already_is_written_as_it_is(void **state)
{
    (void)state;
    jsonw_object(&w);
    jsonw_key(&w, "a");
    jsonw_raw(&w, "{\"b\": [1, 2 ]}", 14);
    jsonw_put_int(&w, "c", 3);
    jsonw_end_object(&w);
    assert_string_equal(buf_text(&out), "{\"a\":{\"b\": [1, 2 ]},\"c\":3}");
}

static void a_tree_that_was_read_is_written_again(void **state)
{
    static const char text[] =
        "{\"a\":[1,-2.5,{},[],\"\\\"\\n\u0457\",true,false,null],\"b\":{\"c\":0.1}}";
    const struct json *v = NULL;

    (void)state;
    assert_int_equal(json_parse(&arena, text, strlen(text), &v, NULL), ERR_OK);
    jsonw_array(&w);
    assert_int_equal(jsonw_tree(&w, v), ERR_OK);
    jsonw_int(&w, 1);
    jsonw_end_array(&w);
    assert_string_equal(buf_text(&out), arena_printf(&arena, "[%s,1]", text));
}

static void a_tree_that_is_too_deep_is_refused_whole(void **state)
{
    char text[2 * JSONW_DEPTH + 1] = "";
    const struct json *v = NULL;

    (void)state;
    memset(text, '[', JSONW_DEPTH);
    memset(text + JSONW_DEPTH, ']', JSONW_DEPTH);
    assert_int_equal(json_parse(&arena, text, strlen(text), &v, NULL), ERR_OK);
    jsonw_array(&w);
    assert_int_equal(jsonw_tree(&w, v), ERR_TOO_BIG);
    assert_int_equal(jsonw_tree(&w, json_first(v)), ERR_OK);
    jsonw_end_array(&w);
    assert_string_equal(buf_text(&out), text);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(commas_and_nesting_are_its_business),
        EACH(only_what_must_be_is_escaped),
        EACH(a_key_is_escaped_too),
        EACH(numbers_are_the_shortest_that_read_back),
        EACH(a_locale_with_a_comma_changes_nothing),
        EACH(thirty_two_levels_can_be_written_and_read_back),
        EACH(what_is_json_already_is_written_as_it_is),
        EACH(a_tree_that_was_read_is_written_again),
        EACH(a_tree_that_is_too_deep_is_refused_whole),
        EACH(a_full_buffer_is_remembered),
    };
    return cmocka_run_group_tests_name("wire/jsonw", tests, NULL, NULL);
}
