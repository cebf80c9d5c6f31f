#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "wire/form.h"
#include "wire/jsonw.h"
#include "tests/support/scratch.h"

static void write_tree(struct jsonw *w, const struct json *v)
{
    if (json_kind(v) == JSON_STRING) {
        jsonw_text(w, json_text(v));
        return;
    }
    assert_int_equal(json_kind(v), JSON_OBJECT);
    jsonw_object(w);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
        jsonw_key(w, json_name(c));
        write_tree(w, c);
    }
    jsonw_end_object(w);
}

static void becomes(const char *form, const char *want)
{
    const struct json *v = NULL;
    struct why why = {0};
    struct buf out;
    struct jsonw w;

    if (form_parse(&arena, form, strlen(form), &v, &why) != ERR_OK)
        fail_msg("%s: %s", form, why.text);
    buf_init(&out, &arena, 10000);
    jsonw_init(&w, &out);
    write_tree(&w, v);
    assert_string_equal(buf_text(&out), want);
}

static void fails_n(const char *form, size_t n, enum err want, const char *sentence)
{
    const struct json *v = NULL;
    struct why why = {0};

    assert_int_equal(form_parse(&arena, form, n, &v, &why), want);
    assert_null(v);
    assert_non_null(strstr(why.text, sentence));
}

static void fails(const char *form, enum err want, const char *sentence)
{
    fails_n(form, strlen(form), want, sentence);
}

static void plain_fields_become_members(void **state)
{
    (void)state;
    becomes("", "{}");
    becomes("a=1", "{\"a\":\"1\"}");
    becomes("a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}");
    becomes("a", "{\"a\":\"\"}");
    becomes("a=", "{\"a\":\"\"}");
    becomes("&&a=1&&", "{\"a\":\"1\"}");
    becomes("=5&a=1&=", "{\"a\":\"1\"}");
    becomes("a=b=c", "{\"a\":\"b=c\"}");
    becomes("a=1&a=2", "{\"a\":\"2\"}");
    becomes("A=1&a=2", "{\"A\":\"1\",\"a\":\"2\"}");
    becomes("a.b=1", "{\"a.b\":\"1\"}");
}

static void escapes_are_resolved(void **state)
{
    (void)state;
    becomes("a+b=c+d", "{\"a b\":\"c d\"}");
    becomes("%61=%2B%26%3d", "{\"a\":\"+&=\"}");
    becomes("name=%D0%86%D0%B2%D0%B0%d0%bd+%F0%9F%98%80", "{\"name\":\"Іван 😀\"}");
    becomes("a=Іван", "{\"a\":\"Іван\"}");
    becomes("a=[x]", "{\"a\":\"[x]\"}");
    becomes("a=%5B", "{\"a\":\"[\"}");
}

static void brackets_nest_as_in_php(void **state)
{
    (void)state;
    becomes("a=1&b[c]=2&d[0][e]=3",
            "{\"a\":\"1\",\"b\":{\"c\":\"2\"},\"d\":{\"0\":{\"e\":\"3\"}}}");
    becomes("b%5Bc%5D=2&b[d%5d=3", "{\"b\":{\"c\":\"2\",\"d\":\"3\"}}");
    becomes("a[]=x&a[]=y", "{\"a\":{\"0\":\"x\",\"1\":\"y\"}}");
    becomes("a[5]=x&a[]=y&a[z]=1&a[]=w",
            "{\"a\":{\"5\":\"x\",\"6\":\"y\",\"z\":\"1\",\"7\":\"w\"}}");
    becomes("a[007]=x&a[]=y", "{\"a\":{\"007\":\"x\",\"0\":\"y\"}}");
    becomes("a[][b]=1&a[][c]=2", "{\"a\":{\"0\":{\"b\":\"1\"},\"1\":{\"c\":\"2\"}}}");
    becomes("a[0][]=1&a[0][]=2", "{\"a\":{\"0\":{\"0\":\"1\",\"1\":\"2\"}}}");
    becomes("a[+x]=1&a[ x]=2", "{\"a\":{\" x\":\"2\"}}");
}

static void the_last_of_scalar_and_object_wins(void **state)
{
    (void)state;
    becomes("a=1&a[b]=2", "{\"a\":{\"b\":\"2\"}}");
    becomes("a[b]=2&a=1", "{\"a\":\"1\"}");
    becomes("a[b]=1&a[b][c]=2&a[b][d]=3", "{\"a\":{\"b\":{\"c\":\"2\",\"d\":\"3\"}}}");
    becomes("a[b]=1&c=2&a[b]=3", "{\"a\":{\"b\":\"3\"},\"c\":\"2\"}");
}

static void a_body_of_binotel_is_read(void **state)
{
    const struct json *v = NULL;
    static const char body[] =
        "requestType=apiCallCompleted&attemptsCounter=1&callDetails%5BgeneralCallID%5D=6100000007"
        "&callDetails%5BcustomerData%5D=&callDetails%5BemployeeData%5D%5Bname%5D=Bot+1"
        "&callDetails%5BhistoryData%5D%5B0%5D%5Bbillsec%5D=38";
    const char *id = NULL;
    int64_t billsec = 0;

    (void)state;
    assert_int_equal(form_parse(&arena, body, sizeof body - 1, &v, NULL), ERR_OK);
    const struct json *d = json_member(v, "callDetails");
    assert_int_equal(json_get_id(&arena, d, "generalCallID", 20, &id, NULL), ERR_OK);
    assert_string_equal(id, "6100000007");
    assert_string_equal(json_text(json_member(d, "customerData")), "");
    const struct json *h = json_member(json_member(d, "historyData"), "0");
    assert_int_equal(json_get_int(h, "billsec", 0, 9999, &billsec, NULL), ERR_OK);
    assert_int_equal(billsec, 38);
}

/* The value named `name` is marked, and nothing else is lost. */
static void spoils_only(const char *field, size_t n, const char *name)
{
    const struct json *v = NULL;
    struct why why = {0};
    struct buf b;

    buf_init(&b, &arena, 1000);
    buf_puts(&b, "before=1&");
    buf_put(&b, field, n);
    buf_puts(&b, "&after=2");
    if (form_parse(&arena, b.data, b.len, &v, &why) != ERR_OK)
        fail_msg("%s: %s", field, why.text);
    assert_string_equal(json_text(json_member(v, "before")), "1");
    assert_string_equal(json_text(json_member(v, "after")), "2");
    const struct json *bad = json_member(v, name);
    if (!json_is_unreadable(bad) || json_kind(bad) != JSON_NULL || json_count(v) != 3)
        fail_msg("%s", field);
}

static void what_cannot_be_decoded_is_that_fields_fault_alone(void **state)
{
    static const char *const names[] = {"a[=1",
                                        "a[b=1",
                                        "a]=1",
                                        "a[b]c=1",
                                        "[a]=1",
                                        "[]=1",
                                        "[=1",
                                        "a[b[c]]",
                                        "a[b]]=1",
                                        "a[b][=1",
                                        "a[[b]]=1",
                                        "a%5B=1",
                                        "%=1",
                                        "%4=1",
                                        "%c3=1",
                                        "a%00b=1",
                                        "a[1][2][3][4][5][6][7][8]=x",
                                        "a[b][c][d][e][f][g][h][i][j][k][l]=1"};
    static const char *const values[] = {
        "a=%",         "a=%4",     "a=%zz",  "a=%u0041",         "a=%FF", "a=\xff", "a=100%",
        "a=%ED%A0%80", "a=%C0%80", "a=1%00", "a=%D0%9E%D0%BB%D0"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        spoils_only(names[i], strlen(names[i]), "");
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        spoils_only(values[i], strlen(values[i]), "a");
    spoils_only("a=\0", 3, "a");
    becomes("a=1&a=%FF", "{\"a\":\"1\"}");
    becomes("a=%FF&a=1", "{\"a\":\"1\"}");
}

static void a_value_without_content_does_not_take_anothers_place(void **state)
{
    (void)state;
    becomes("a=1&a=", "{\"a\":\"1\"}");
    becomes("a=&a=1&a", "{\"a\":\"1\"}");
    becomes("a=&a=", "{\"a\":\"\"}");
    becomes("a[b]=1&a=", "{\"a\":{\"b\":\"1\"}}");
}

static void an_index_that_nothing_can_follow_is_that_fields_fault(void **state)
{
    static const char form[] = "a[999999999999999999]=1&a[]=2&b=3";
    const struct json *v = NULL;

    (void)state;
    assert_int_equal(form_parse(&arena, form, sizeof form - 1, &v, NULL), ERR_OK);
    assert_string_equal(json_text(json_member(v, "b")), "3");
    assert_true(json_is_unreadable(json_member(v, "")));
}

static void the_limits_are_exact(void **state)
{
    struct buf b;

    (void)state;
    becomes("a[1][2][3][4][5][6][7]=x", "{\"a\":{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":"
                                        "\"x\"}}}}}}}}");
    buf_init(&b, &arena, 100000);
    for (int i = 0; i < FORM_FIELDS; i++)
        buf_printf(&b, "&&f%d=%d", i, i);
    const struct json *v = NULL;
    assert_int_equal(form_parse(&arena, buf_text(&b), b.len, &v, NULL), ERR_OK);
    assert_int_equal(json_count(v), FORM_FIELDS);
    buf_puts(&b, "&f1=again");
    fails(buf_text(&b), ERR_TOO_BIG, "512 fields");
    becomes("a[999999999999999998]=1&a[]=2",
            "{\"a\":{\"999999999999999998\":\"1\",\"999999999999999999\":\"2\"}}");
}

static void a_full_arena_is_said(void **state)
{
    struct arena small;
    const struct json *v = NULL;
    static char text[60000] = "a[b]=";

    (void)state;
    memset(text + 5, 'x', sizeof text - 5);
    for (size_t ceiling = 0; ceiling < 120000; ceiling += 20000) {
        arena_init(&small, ceiling);
        assert_int_equal(form_parse(&small, text, sizeof text, &v, NULL), ERR_MEMORY);
        arena_release(&small);
    }
    assert_null(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_fields_become_members),
        cmocka_unit_test(escapes_are_resolved),
        cmocka_unit_test(brackets_nest_as_in_php),
        cmocka_unit_test(the_last_of_scalar_and_object_wins),
        cmocka_unit_test(a_body_of_binotel_is_read),
        cmocka_unit_test(what_cannot_be_decoded_is_that_fields_fault_alone),
        cmocka_unit_test(a_value_without_content_does_not_take_anothers_place),
        cmocka_unit_test(an_index_that_nothing_can_follow_is_that_fields_fault),
        cmocka_unit_test(the_limits_are_exact),
        cmocka_unit_test(a_full_arena_is_said),
    };
    return cmocka_run_group_tests_name("wire/form", tests, scratch_setup, scratch_teardown);
}
