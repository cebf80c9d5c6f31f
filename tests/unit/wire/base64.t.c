#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "wire/base64.h"
#include "tests/support/scratch.h"

static const struct {
    const char *plain;
    const char *text;
} rfc4648[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xff\xfe", "///+"},
};

static void the_vectors_of_the_rfc_hold_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rfc4648 / sizeof rfc4648[0]; i++) {
        struct buf out;
        char *back = NULL;
        size_t n = 0;
        buf_init(&out, &arena, 100);
        base64_encode(&out, rfc4648[i].plain, strlen(rfc4648[i].plain));
        assert_string_equal(buf_text(&out), rfc4648[i].text);
        assert_int_equal(base64_length(strlen(rfc4648[i].plain)), strlen(rfc4648[i].text));
        assert_int_equal(base64_decode(&arena, rfc4648[i].text, strlen(rfc4648[i].text), &back, &n),
                         ERR_OK);
        assert_int_equal(n, strlen(rfc4648[i].plain));
        assert_string_equal(back, rfc4648[i].plain);
    }
}

static void malformed_text_is_refused_and_touches_nothing(void **state)
{
    static const char *const bad[] = {
        "Z",     "Zg",   "Zg=",  "Zg==Zg==", "=",      "==",     "===",
        "====",  "Z===", "Zh==", "Zm9=",     "Zm9v\n", "Zm 9v",  "Zm-_",
        "Zm9v=", "Z=g=", "Zg=a", "Zm9\xd0",  "\nZg=",  "Zm9v A", "Zg==    ",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char mark = 0;
        char *back = &mark;
        size_t n = 77;
        assert_int_equal(base64_decode(&arena, bad[i], strlen(bad[i]), &back, &n), ERR_SYNTAX);
        assert_ptr_equal(back, &mark);
        assert_int_equal(n, 77);
    }
    char nul[4] = {'Z', 'g', 0, '='};
    char *back = NULL;
    size_t n = 0;
    assert_int_equal(base64_decode(&arena, nul, 4, &back, &n), ERR_SYNTAX);
}

static void every_byte_and_length_comes_back(void **state)
{
    unsigned char data[600];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 7 + i / 256);
    for (size_t len = 0; len <= sizeof data; len++) {
        struct buf out;
        char *back = NULL;
        size_t n = 0;
        buf_init(&out, &arena, 1000);
        base64_encode(&out, data, len);
        assert_int_equal(out.len, base64_length(len));
        assert_int_equal(base64_decode(&arena, buf_text(&out), out.len, &back, &n), ERR_OK);
        assert_int_equal(n, len);
        assert_memory_equal(back, data, len);
    }
}

static void a_full_buffer_is_remembered_and_gets_nothing(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, &arena, 7);
    base64_encode(&out, "foob", 4);
    assert_int_equal(buf_err(&out), ERR_TOO_BIG);
    assert_int_equal(out.len, 0);
}

static void no_memory_is_said(void **state)
{
    struct arena small;
    char *back = NULL;
    size_t n = 0;
    static char text[40000];

    (void)state;
    memset(text, 'A', sizeof text);
    arena_init(&small, 20000);
    assert_int_equal(base64_decode(&small, text, sizeof text, &back, &n), ERR_MEMORY);
    assert_null(back);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_hold_both_ways),
        cmocka_unit_test(malformed_text_is_refused_and_touches_nothing),
        cmocka_unit_test(every_byte_and_length_comes_back),
        cmocka_unit_test(a_full_buffer_is_remembered_and_gets_nothing),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests_name("wire/base64", tests, scratch_setup, scratch_teardown);
}
