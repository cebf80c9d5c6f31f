#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/scratch.h"

static void puts_append_and_end_in_nul(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 1000);
    assert_string_equal(buf_text(&b), "");
    buf_puts(&b, "abc");
    buf_putc(&b, '-');
    buf_put(&b, "x\0y", 3);
    buf_put(&b, NULL, 0);
    buf_printf(&b, "%d%s", 12, "!");
    assert_int_equal(b.len, 10);
    assert_memory_equal(b.data, "abc-x\0y12!", 11);
    memcpy(buf_extend(&b, 2), "zz", 2);
    assert_memory_equal(b.data, "abc-x\0y12!zz", 13);
    assert_int_equal(buf_err(&b), ERR_OK);
}

static void a_maximum_of_all_memory_overflows_nothing(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, SIZE_MAX);
    assert_null(buf_extend(&b, SIZE_MAX));
    assert_int_equal(buf_err(&b), ERR_TOO_BIG);
    buf_init(&b, &arena, SIZE_MAX);
    buf_puts(&b, "abc");
    assert_int_equal(buf_reserve(&b, SIZE_MAX - 3), ERR_TOO_BIG);
    assert_string_equal(buf_text(&b), "abc");
    buf_init(&b, &arena, SIZE_MAX);
    assert_int_equal(buf_reserve(&b, SIZE_MAX / 4), ERR_MEMORY);
}

static void the_maximum_is_exact(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 5);
    buf_puts(&b, "12345");
    assert_int_equal(buf_err(&b), ERR_OK);
    buf_puts(&b, "");
    assert_int_equal(buf_err(&b), ERR_OK);
    buf_putc(&b, '6');
    assert_int_equal(buf_err(&b), ERR_TOO_BIG);
    assert_string_equal(buf_text(&b), "12345");
    buf_init(&b, &arena, 5);
    buf_printf(&b, "%s", "123456");
    assert_int_equal(buf_err(&b), ERR_TOO_BIG);
    assert_string_equal(buf_text(&b), "");
    buf_init(&b, &arena, 5);
    assert_null(buf_extend(&b, SIZE_MAX));
    assert_int_equal(buf_err(&b), ERR_TOO_BIG);
}

static void after_a_refusal_nothing_more_is_added(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 5);
    buf_puts(&b, "123");
    buf_puts(&b, "456");
    buf_puts(&b, "7");
    assert_string_equal(buf_text(&b), "123");
    assert_int_equal(buf_err(&b), ERR_TOO_BIG);
    buf_clear(&b);
    assert_string_equal(buf_text(&b), "");
    buf_puts(&b, "89");
    assert_string_equal(buf_text(&b), "89");
    assert_int_equal(buf_err(&b), ERR_OK);
}

static void no_memory_is_remembered(void **state)
{
    struct arena small;
    struct buf b;

    (void)state;
    arena_init(&small, ARENA_BLOCK);
    buf_init(&b, &small, 1 << 20);
    buf_puts(&b, "abc");
    assert_int_equal(buf_reserve(&b, 500000), ERR_MEMORY);
    assert_int_equal(buf_err(&b), ERR_MEMORY);
    assert_string_equal(buf_text(&b), "abc");
    arena_release(&small);
}

static void it_grows_byte_by_byte_to_any_size(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 300000);
    for (int i = 0; i < 300000; i++) {
        buf_putc(&b, (char)('a' + i % 26));
        assert_int_equal(b.data[b.len], '\0');
    }
    assert_int_equal(buf_err(&b), ERR_OK);
    for (int i = 0; i < 300000; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
}

static void reserved_room_does_not_move(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 10000);
    assert_int_equal(buf_reserve(&b, 5000), ERR_OK);
    const char *before = b.data;
    assert_non_null(arena_alloc(&arena, 10));
    for (int i = 0; i < 5000; i++)
        buf_putc(&b, 'x');
    assert_ptr_equal(b.data, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_append_and_end_in_nul),
        cmocka_unit_test(a_maximum_of_all_memory_overflows_nothing),
        cmocka_unit_test(the_maximum_is_exact),
        cmocka_unit_test(after_a_refusal_nothing_more_is_added),
        cmocka_unit_test(no_memory_is_remembered),
        cmocka_unit_test(it_grows_byte_by_byte_to_any_size),
        cmocka_unit_test(reserved_room_does_not_move),
    };
    return cmocka_run_group_tests_name("base/buf", tests, scratch_setup, scratch_teardown);
}
