#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "wire/json.h"
#include "tests/support/scratch.h"

static const struct json *parse(const char *text)
{
    const struct json *v = NULL;
    struct why why = {0};

    if (json_parse(&arena, text, strlen(text), &v, &why) != ERR_OK)
        fail_msg("%s: %s", text, why.text);
    assert_string_equal(why.text, "");
    return v;
}

static void refused(const char *text, size_t n, const char *sentence)
{
    const struct json *v = NULL;
    struct why why = {0};

    assert_int_equal(json_parse(&arena, text, n, &v, &why), ERR_SYNTAX);
    assert_null(v);
    if (strstr(why.text, sentence) == NULL)
        fail_msg("%s: \"%s\" lacks \"%s\"", text, why.text, sentence);
}

static void what_is_no_json_is_refused_with_its_byte(void **state)
{
    static const struct {
        const char *text;
        const char *sentence;
    } rows[] = {
        {"", "byte 0"},
        {" ", "byte"},
        {"{\"a\":1} x", "byte 8"},
        {"{\"a\":1}{\"a\":2}", "byte 7"},
        {"[1,]", "byte 3"},
        {"{\"a\":1,}", "byte 7"},
        {"['a']", "byte 1"},
        {"[NaN]", "byte 1"},
        {"[1] // no", "byte 4"},
        {"/* no */ 1", "byte 0"},
        {"\"\\ud800\"", "byte"},
        {"\"\\udc00\\ud800\"", "byte"},
        {"\"\\x\"", "byte"},
        {"[1", "byte 2"},
        {"\"abc", "byte"},
        {"[tru]", "byte 1"},
        {"\"a\\u0000b\"", "NUL (\\u0000) at byte 2"},
        {"{\"a\\u0000\":1}", "NUL (\\u0000) at byte 3"},
        {"\"\xff\xfe\"", "UTF-8 at byte 1"},
        {"\"\xd0\"", "UTF-8 at byte 1"},
        {"\"\xd0\xb0\xed\xa0\x80\"", "UTF-8 at byte 3"},
        {"\xff\xfe{\0}", "UTF-8 at byte 0"},
        {"[\x01]", "control character at byte 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(rows[i].text, strlen(rows[i].text), rows[i].sentence);
    refused("{\"a\":1}\0", 8, "NUL at byte 7");
    refused("[\"a\0b\"]", 7, "NUL at byte 3");
}

/* cJSON's own place is one too far where a name should begin, or a text has no end. */
static void the_byte_is_the_one_that_cannot_be_read(void **state)
{
    static const struct {
        const char *text;
        size_t at;
    } rows[] = {
        {"{a:1}", 1},
        {"{1:1}", 1},
        {"{ 'a':1}", 2},
        {"{\"a\":1,}", 7},
        {"{\"a\":1, }", 8},
        {"{\"a\":[{\"b\":1,]}", 13},
        {"{,}", 1},
        {"{\"a\" 1}", 5},
        {"{\"a\":1 \"b\":2}", 7},
        {"{\"a\":1x}", 6},
        {"{\"a\":[1,2x]}", 9},
        {"[1,x]", 3},
        {"[1 2]", 3},
        {"[1,2", 4},
        {"{\"a\":1,", 7},
        {"{\"a\":", 5},
        {"{", 1},
        {"\"abc", 0},
        {"{\"a\":\"b}", 5},
        {"{\"a\":1,\"b", 7},
        {"[\"\\q\"]", 2},
        {"[\"a\\q\"]", 3},
        {"[\"\\\"]", 1},
        {"{\"{,\":1,\"[\":x}", 12},
        {"x", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char due[32];
        (void)snprintf(due, sizeof due, "byte %zu of ", rows[i].at);
        refused(rows[i].text, strlen(rows[i].text), due);
    }
}

static void a_why_is_optional(void **state)
{
    const struct json *v = NULL;

    (void)state;
    assert_int_equal(json_parse(&arena, "{", 1, &v, NULL), ERR_SYNTAX);
    assert_int_equal(json_get_text(NULL, "a", 1, &(const char *){NULL}, NULL), ERR_MISSING);
}

static void what_cjson_takes_and_does_no_harm_is_taken(void **state)
{
    (void)state;
    assert_string_equal(json_text(parse("\xef\xbb\xbf \"\xd0\xb0\" ")), "\xd0\xb0");
    assert_string_equal(json_text(parse("\"a\nb\"")), "a\nb");
    assert_string_equal(json_text(parse("\"\\\\u0000\"")), "\\u0000");
    assert_string_equal(json_text(parse("\"\\ud83d\\ude00\\u0456\"")), "\xf0\x9f\x98\x80\xd1\x96");
    double d = 0;
    assert_int_equal(json_get_number(parse("{\"a\":007}"), "a", &d, NULL), ERR_OK);
    assert_true(d == 7);
}

static void depth_is_counted_exactly(void **state)
{
    char text[2 * JSON_DEPTH + 4];
    const struct json *v = NULL;
    struct why why = {0};

    (void)state;
    memset(text, '[', JSON_DEPTH + 1);
    memset(text + JSON_DEPTH + 1, ']', JSON_DEPTH + 1);
    assert_int_equal(json_parse(&arena, text + 1, 2 * JSON_DEPTH, &v, &why), ERR_OK);
    refused(text, 2 * JSON_DEPTH + 2, "64 levels at byte 64");
    assert_int_equal(
        json_count(parse("[[],[],{},\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]")),
        4);
}

static void a_tree_is_walked_in_order(void **state)
{
    static const enum json_kind kinds[] = {JSON_NULL,   JSON_BOOL,  JSON_BOOL,  JSON_NUMBER,
                                           JSON_STRING, JSON_ARRAY, JSON_OBJECT};
    const struct json *o =
        parse("{\"a\":null,\"b\":true,\"c\":false,\"d\":1.5,\"e\":\"x\",\"f\":[1,2],\"g\":{}}");
    size_t i = 0;

    (void)state;
    assert_int_equal(json_kind(o), JSON_OBJECT);
    assert_int_equal(json_count(o), 7);
    for (const struct json *v = json_first(o); v != NULL; v = json_next(v), i++) {
        assert_int_equal(json_kind(v), kinds[i]);
        assert_int_equal(*json_name(v), 'a' + (int)i);
    }
    assert_int_equal(i, 7);
    assert_null(json_name(json_first(json_member(o, "f"))));
    assert_null(json_first(json_member(o, "g")));
    assert_null(json_text(json_member(o, "d")));
    assert_null(json_text(NULL));
    assert_null(json_member(NULL, "a"));
    assert_null(json_member(json_member(o, "f"), "a"));
    assert_null(json_member(o, "A"));
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_kind(NULL), JSON_NULL);
}

static void text_fails(const char *text, enum err want, const char *sentence)
{
    const char *got = "untouched";
    struct why why = {0};

    assert_int_equal(json_get_text(parse(text), "a", 3, &got, &why), want);
    assert_string_equal(got, "untouched");
    assert_non_null(strstr(why.text, "\"a\""));
    assert_non_null(strstr(why.text, sentence));
}

static void texts_are_checked(void **state)
{
    const char *got = NULL;

    (void)state;
    text_fails("{}", ERR_MISSING, "missing");
    text_fails("[]", ERR_MISSING, "missing");
    text_fails("{\"A\":\"x\"}", ERR_MISSING, "missing");
    text_fails("{\"a\":null}", ERR_MISSING, "missing");
    text_fails("{\"a\":1}", ERR_VALUE, "text");
    text_fails("{\"a\":[]}", ERR_VALUE, "text");
    text_fails("{\"a\":\"1234\"}", ERR_VALUE, "longer than 3");
    text_fails("{\"a\":\"1\",\"b\":0,\"a\":\"2\"}", ERR_VALUE, "twice");
    text_fails("{\"a\":null,\"a\":\"1\",\"a\":1}", ERR_VALUE, "twice");
    assert_int_equal(json_get_text(parse("{\"a\":\"123\"}"), "a", 3, &got, NULL), ERR_OK);
    assert_string_equal(got, "123");
    assert_int_equal(json_get_text(parse("{\"a\":\"\"}"), "a", 0, &got, NULL), ERR_OK);
    assert_string_equal(got, "");
    assert_string_equal(json_text(json_member(parse("{\"a\":\"1\",\"a\":\"2\"}"), "a")), "1");
}

static enum err get_int(const char *number, int64_t least, int64_t most, int64_t *ret)
{
    char text[200];
    struct why why = {0};

    (void)snprintf(text, sizeof text, "{\"a\":%s}", number);
    enum err e = json_get_int(parse(text), "a", least, most, ret, &why);
    assert_true((e == ERR_OK) == (why.text[0] == '\0'));
    return e;
}

static void whole_numbers_are_exact_or_refused(void **state)
{
    static const char *const bad[] = {
        "1.5",
        "1e999",
        "-1e999",
        "9007199254740993",
        "9007199254740992",
        "-9007199254740993",
        "\"5\"",
        "true",
        "[1]",
        "11",
        "-6",
        "1234567890123456789012345678901234567890123456789012345678901234567890123456789012"};
    int64_t v = 99;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(get_int(bad[i], -5, 10, &v), ERR_VALUE);
    assert_int_equal(get_int("9007199254740993", INT64_MIN, INT64_MAX, &v), ERR_VALUE);
    assert_int_equal(get_int("null", 0, 1, &v), ERR_MISSING);
    assert_int_equal(v, 99);
    assert_int_equal(get_int("-5", -5, 10, &v), ERR_OK);
    assert_int_equal(v, -5);
    assert_int_equal(get_int("1e1", -5, 10, &v), ERR_OK);
    assert_int_equal(v, 10);
    assert_int_equal(get_int("5000000000", 0, INT64_MAX, &v), ERR_OK);
    assert_true(v == 5000000000);
    assert_int_equal(get_int("9007199254740991", INT64_MIN, INT64_MAX, &v), ERR_OK);
    assert_true(v == 9007199254740991);
}

static void numbers_and_bools_are_typed(void **state)
{
    const struct json *o = parse("{\"n\":-2.5e-3,\"s\":\"1\",\"y\":true,\"f\":false,\"i\":1e999}");
    double d = 5;
    bool b = false;

    (void)state;
    assert_int_equal(json_get_number(o, "s", &d, NULL), ERR_VALUE);
    assert_int_equal(json_get_number(o, "i", &d, NULL), ERR_VALUE);
    assert_int_equal(json_get_number(o, "none", &d, NULL), ERR_MISSING);
    assert_true(d == 5);
    assert_int_equal(json_get_number(o, "n", &d, NULL), ERR_OK);
    assert_true(d == -0.0025);
    assert_int_equal(json_get_bool(o, "s", &b, NULL), ERR_VALUE);
    assert_int_equal(json_get_bool(o, "n", &b, NULL), ERR_VALUE);
    assert_false(b);
    assert_int_equal(json_get_bool(o, "y", &b, NULL), ERR_OK);
    assert_true(b);
    assert_int_equal(json_get_bool(o, "f", &b, NULL), ERR_OK);
    assert_false(b);
}

static void an_id_is_a_text_or_becomes_its_digits(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        const char *id;
    } rows[] = {
        {"{\"a\":\"x-1\"}", ERR_OK, "x-1"},
        {"{\"a\":6100000007}", ERR_OK, "6100000007"},
        {"{\"a\":0}", ERR_OK, "0"},
        {"{\"a\":9007199254740991}", ERR_OK, "9007199254740991"},
        {"{\"a\":9007199254740992}", ERR_VALUE, NULL},
        {"{\"a\":9007199254740993}", ERR_VALUE, NULL},
        {"{\"a\":1e999}", ERR_VALUE, NULL},
        {"{\"a\":-1}", ERR_VALUE, NULL},
        {"{\"a\":1.5}", ERR_VALUE, NULL},
        {"{\"a\":true}", ERR_VALUE, NULL},
        {"{\"a\":\"\"}", ERR_MISSING, NULL},
        {"{\"a\":null}", ERR_MISSING, NULL},
        {"{}", ERR_MISSING, NULL},
        {"{\"a\":\"12345678901234567\"}", ERR_VALUE, NULL},
        {"{\"a\":1,\"a\":1}", ERR_VALUE, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = NULL;
        struct why why = {0};
        assert_int_equal(json_get_id(&arena, parse(rows[i].text), "a", 16, &id, &why), rows[i].err);
        if (rows[i].id == NULL)
            assert_null(id);
        else
            assert_string_equal(id, rows[i].id);
    }
}

static struct json *built(const char *name, const char *text)
{
    struct json *o = json_new_object(&arena);
    struct json *v = json_new_text(&arena, text, strlen(text));

    assert_non_null(o);
    assert_non_null(v);
    assert_int_equal(json_put(&arena, o, name, v), ERR_OK);
    return o;
}

static void a_built_tree_reads_like_a_parsed_one(void **state)
{
    struct json *o = built("a", "1");
    struct json *inner = json_put_object(&arena, o, "b");

    (void)state;
    assert_int_equal(json_put(&arena, inner, "c", json_new_text(&arena, "xyz", 2)), ERR_OK);
    assert_ptr_equal(json_put_object(&arena, o, "b"), inner);
    assert_string_equal(json_text(json_member(json_member(o, "b"), "c")), "xy");
    assert_int_equal(json_put(&arena, o, "a", json_new_text(&arena, "2", 1)), ERR_OK);
    assert_int_equal(json_count(o), 2);
    assert_string_equal(json_text(json_first(o)), "2");
    assert_non_null(json_put_object(&arena, o, "a"));
    assert_int_equal(json_count(o), 2);
    assert_int_equal(json_kind(json_first(o)), JSON_OBJECT);
    assert_string_equal(json_name(json_first(o)), "a");
}

static void texts_of_a_form_count_as_numbers(void **state)
{
    static const char *const no_number[] = {"x",  "0x10", " 1", "1 ",  "inf", "nan",
                                            "+1", "1e",   ".5", "1,5", "1-2", "1e999"};
    int64_t i = 7;
    double d = 7;
    bool b = false;

    (void)state;
    for (size_t k = 0; k < sizeof no_number / sizeof no_number[0]; k++) {
        assert_int_equal(json_get_number(built("a", no_number[k]), "a", &d, NULL), ERR_VALUE);
        assert_int_equal(json_get_int(built("a", no_number[k]), "a", 0, 9, &i, NULL), ERR_VALUE);
        assert_int_equal(json_get_bool(built("a", no_number[k]), "a", &b, NULL), ERR_VALUE);
    }
    assert_int_equal(json_get_int(built("a", ""), "a", 0, 9, &i, NULL), ERR_MISSING);
    assert_int_equal(json_get_int(built("a", "9007199254740993"), "a", 0, INT64_MAX, &i, NULL),
                     ERR_VALUE);
    assert_true(i == 7 && d == 7);
    assert_int_equal(json_get_int(built("a", "-38"), "a", -40, 9, &i, NULL), ERR_OK);
    assert_int_equal(i, -38);
    assert_int_equal(json_get_number(built("a", "-1.25e2"), "a", &d, NULL), ERR_OK);
    assert_true(d == -125);
    assert_int_equal(json_get_bool(built("a", "1"), "a", &b, NULL), ERR_OK);
    assert_true(b);
    assert_int_equal(json_get_bool(built("a", "false"), "a", &b, NULL), ERR_OK);
    assert_false(b);
}

static void a_full_arena_is_said_at_every_size(void **state)
{
    static const char text[] = "{\"a\":[1,2,3,{\"b\":\"long enough to need memory of its own\"}],"
                               "\"c\":{\"d\":[[],[],[],[],[],[],[],[],[],[],[],[],[],[]]}}";
    struct arena small;
    enum err e = ERR_MEMORY;
    static char big[200000];

    (void)state;
    memset(big, ' ', sizeof big);
    memcpy(big, text, sizeof text - 1);
    for (size_t ceiling = 0; ceiling <= 300000; ceiling += 10000) {
        const struct json *v = NULL;
        struct why why = {0};
        arena_init(&small, ceiling);
        e = json_parse(&small, big, sizeof big, &v, &why);
        assert_true(e == ERR_OK || (e == ERR_MEMORY && v == NULL && why.text[0] != '\0'));
        arena_release(&small);
    }
    assert_int_equal(e, ERR_OK);
    arena_init(&small, 0);
    assert_null(json_new_object(&small));
    assert_null(json_new_text(&small, "a", 1));
    struct json *o = json_new_object(&arena);
    assert_int_equal(json_put(&small, o, "a", json_new_text(&arena, "a", 1)), ERR_MEMORY);
    assert_null(json_put_object(&small, o, "a"));
    assert_int_equal(json_count(o), 0);
    arena_release(&small);
}

static void a_refusal_long_ago_does_not_count(void **state)
{
    struct arena small;
    const struct json *v = NULL;

    (void)state;
    arena_init(&small, 40000);
    assert_null(arena_alloc(&small, 100000));
    assert_int_equal(json_parse(&small, "[1", 2, &v, NULL), ERR_SYNTAX);
    assert_int_equal(json_parse(&small, "[1]", 3, &v, NULL), ERR_OK);
    arena_release(&small);
}

static const struct json *fields_of(const char *text, size_t n)
{
    const struct json *v = NULL;
    struct why why = {0};

    if (json_parse_fields(&arena, text, n, &v, &why) != ERR_OK)
        fail_msg("%s: %s", text, why.text);
    return v;
}

static void a_text_that_cannot_be_decoded_spoils_no_other_field(void **state)
{
    static const char *const bad[] = {
        "\"\xd0\"",    "\"\xd0\x9e\xd0\"",   "\"\xff\xfe\\\"x\"",  "\"\xed\xa0\x80\"",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\u0041\"", "\"\\u0000\"",
        "\"a\\u04\"",  "\"\\uzzzz\"",        "[\"\xd0\",\"{\"]",   "{\"\xff\":{\"b\":[1]}}",
    };
    static const char nul[] = "{\"bad\":\"a\0b\",\"good\":\"1\"}";
    const char *names[4];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *text = arena_printf(
            &arena, "{\"first\":\"\\ud83d\\ude00є\",\"bad\":%s,\"good\":\"1\"}", bad[i]);
        const struct json *v = fields_of(text, strlen(text));
        assert_string_equal(json_text(json_member(v, "first")), "😀є");
        assert_string_equal(json_text(json_member(v, "good")), "1");
        assert_null(json_text(json_member(v, "bad")));
        if (json_unreadable(v, 4, names) != 1)
            fail_msg("%s", text);
    }
    const struct json *v = fields_of(nul, sizeof nul - 1);
    assert_string_equal(json_text(json_member(v, "good")), "1");
    assert_int_equal(json_unreadable(v, 4, names), 1);
    assert_string_equal(names[0], "bad");
    assert_true(json_is_unreadable(json_member(v, "bad")));
    v = fields_of("{\"\xff\":\"x\"}", 9);
    assert_int_equal(json_unreadable(v, 4, names), 1);
    assert_string_equal(names[0], "");
    v = fields_of("{\"a\":null,\"b\":[{}]}", 19);
    assert_int_equal(json_unreadable(v, 4, names), 0);
}

static void a_value_that_is_no_json_spoils_no_other_field(void **state)
{
    static const char *const bad[] = {
        "\"\\x41\"", "\"C:\\dir\"", "\"\\'\"",  "\"\\ \\\"\"", "\"\\u\"", "\"a\1b\"",  "\"\x1f\"",
        "NaN",       "nan",         "Infinity", "-Infinity",   "-",       "undefined", "None",
        "True",      "nil",         "0x1F",     "1.",          ".5",      "+1",        "1e",
        "1 2",       "x y z",       "'x'",      "\1",          "",        " ",         "[1,,2]",
        "[1,]",      "[NaN]",       "@",        "\xff",        "tru",     "nullx",     "{\"x\":1,}",
        "{\"x\":}"};
    const char *names[4];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *text =
            arena_printf(&arena, "{\"first\":\"a\\tb\",\"bad\":%s,\"good\":-1.5e+3}", bad[i]);
        const struct json *v = fields_of(text, strlen(text));
        double good = 0;
        assert_string_equal(json_text(json_member(v, "first")), "a\tb");
        assert_int_equal(json_get_number(v, "good", &good, NULL), ERR_OK);
        assert_true(good == -1500);
        assert_null(json_text(json_member(v, "bad")));
        if (json_unreadable(v, 4, names) != 1)
            fail_msg("%s", text);
    }
}

static void of_a_name_given_twice_the_one_with_content_counts(void **state)
{
    static const char *const texts[] = {
        "{\"a\":\"\",\"a\":\"1\"}", "{\"a\":\"1\",\"a\":\"\"}", "{\"a\":null,\"a\":\"1\"}",
        "{\"a\":\"1\",\"a\":\"1\",\"a\":\"1\"}",
        "{\"a\":\"\\x\",\"a\":\"\",\"b\":\"2\",\"a\":\"1\",\"a\":null}"};
    const char *s = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct json *v = fields_of(texts[i], strlen(texts[i]));
        assert_int_equal(json_get_text(v, "a", 5, &s, NULL), ERR_OK);
        assert_string_equal(s, "1");
    }
    const struct json *v = fields_of("{\"a\":\"\",\"a\":null}", 18);
    assert_int_equal(json_get_text(v, "a", 5, &s, NULL), ERR_OK);
    assert_string_equal(s, "");
}

static void raw_line_ends_in_a_text_are_its_own(void **state)
{
    static const char text[] = "{\"a\":\"1\r\n2\t\"}";
    const char *names[4];

    (void)state;
    const struct json *v = fields_of(text, sizeof text - 1);
    assert_string_equal(json_text(json_member(v, "a")), "1\r\n2\t");
    assert_int_equal(json_unreadable(v, 4, names), 0);
}

static void what_is_too_deep_spoils_no_other_field(void **state)
{
    const char *names[4];
    struct buf b;

    (void)state;
    for (int more = 0; more < 3; more++) {
        buf_init(&b, &arena, 10000);
        buf_puts(&b, "{\"deep\":");
        for (int i = 1; i < JSON_DEPTH + more; i++)
            buf_puts(&b, "[\"]\",");
        buf_putc(&b, '1');
        for (int i = 1; i < JSON_DEPTH + more; i++)
            buf_putc(&b, ']');
        buf_puts(&b, ",\"good\":\"1\"}");
        const struct json *v = fields_of(b.data, b.len);
        assert_string_equal(json_text(json_member(v, "good")), "1");
        assert_int_equal(json_unreadable(v, 4, names), more > 0);
    }
}

static void what_says_nothing_behind_a_document_is_nothing(void **state)
{
    static const char *const more[] = {
        "\n", " \r\n\t", "\xef\xbb\xbf", "\xef\xbb\xbf\n", "\x1a", "\n\xef\xbb\xbf\xef\xbb\xbf"};
    static const char nuls[] = "{\"a\":\"1\"}\0\0\n\0";

    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        const char *text = arena_printf(&arena, "{\"a\":\"1\"}%s", more[i]);
        assert_string_equal(json_text(json_member(fields_of(text, strlen(text)), "a")), "1");
    }
    const struct json *v = fields_of(nuls, sizeof nuls - 1);
    assert_string_equal(json_text(json_member(v, "a")), "1");
}

static void fields_outside_a_value_must_still_be_json(void **state)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "{\xff:1}",
                                        "{a:1}",
                                        "{\"a\":1}\xff",
                                        "{\"a\":1}}",
                                        "{\"a\":1}{\"a\":1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":12:30}",
                                        "{\"a\":x\"y\"}",
                                        "{\"a\":\"",
                                        "{\"a\":\"\\",
                                        "{\"a\":\"\\u",
                                        "{\"a\":[1}",
                                        "\xef\xbb\xbf"};
    struct buf b;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct json *v = NULL;
        struct why why = {0};
        if (json_parse_fields(&arena, texts[i], strlen(texts[i]), &v, &why) != ERR_SYNTAX)
            fail_msg("%s", texts[i]);
        assert_null(v);
        assert_non_null(strstr(why.text, "JSON: unreadable at byte "));
    }
    const struct json *v = NULL;
    buf_init(&b, &arena, (size_t)1 << 20);
    buf_puts(&b, "[1");
    for (int i = 1; i < JSON_VALUES; i++)
        buf_puts(&b, ",1");
    size_t most = b.len;
    buf_puts(&b, ",1]");
    assert_int_equal(json_parse_fields(&arena, b.data, b.len, &v, NULL), ERR_TOO_BIG);
    b.data[most] = ']';
    assert_int_equal(json_parse_fields(&arena, b.data, most + 1, &v, NULL), ERR_OK);
    buf_clear(&b);
    for (int i = 0; i < JSON_VALUES + 10; i++)
        buf_puts(&b, "\"\":x");
    assert_int_equal(json_parse_fields(&arena, b.data, b.len, &v, NULL), ERR_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_is_refused_with_its_byte),
        cmocka_unit_test(the_byte_is_the_one_that_cannot_be_read),
        cmocka_unit_test(a_why_is_optional),
        cmocka_unit_test(what_cjson_takes_and_does_no_harm_is_taken),
        cmocka_unit_test(depth_is_counted_exactly),
        cmocka_unit_test(a_tree_is_walked_in_order),
        cmocka_unit_test(texts_are_checked),
        cmocka_unit_test(whole_numbers_are_exact_or_refused),
        cmocka_unit_test(numbers_and_bools_are_typed),
        cmocka_unit_test(an_id_is_a_text_or_becomes_its_digits),
        cmocka_unit_test(a_built_tree_reads_like_a_parsed_one),
        cmocka_unit_test(texts_of_a_form_count_as_numbers),
        cmocka_unit_test(a_full_arena_is_said_at_every_size),
        cmocka_unit_test(a_text_that_cannot_be_decoded_spoils_no_other_field),
        cmocka_unit_test(a_value_that_is_no_json_spoils_no_other_field),
        cmocka_unit_test(of_a_name_given_twice_the_one_with_content_counts),
        cmocka_unit_test(raw_line_ends_in_a_text_are_its_own),
        cmocka_unit_test(what_is_too_deep_spoils_no_other_field),
        cmocka_unit_test(what_says_nothing_behind_a_document_is_nothing),
        cmocka_unit_test(fields_outside_a_value_must_still_be_json),
        cmocka_unit_test(a_refusal_long_ago_does_not_count),
    };
    return cmocka_run_group_tests_name("wire/json", tests, scratch_setup, scratch_teardown);
}
