#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static void pieces_are_aligned_and_apart(void **state)
{
    struct arena a;
    unsigned char *p[300];

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < 300; i++) {
        p[i] = arena_alloc(&a, i);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % alignof(max_align_t), 0);
        memset(p[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(p[i][k], i & 0xff);
    arena_release(&a);
    arena_release(&a);
    assert_int_equal(a.held, 0);
}

static void the_ceiling_holds_and_is_remembered(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 100000);
    assert_non_null(arena_alloc(&a, 90000));
    assert_false(a.overflowed);
    assert_null(arena_alloc(&a, 20000));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_true(a.overflowed && a.full);
    assert_true(a.held <= 100000);
    arena_clear(&a);
    assert_false(a.overflowed || a.full);
    assert_non_null(arena_alloc(&a, 90000));
    arena_release(&a);
    arena_init(&a, 0);
    assert_null(arena_alloc(&a, 0));
    arena_release(&a);
}

static void clear_keeps_one_small_block(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    void *first = arena_alloc(&a, 10);
    for (int i = 0; i < 10; i++)
        assert_non_null(arena_alloc(&a, 8000));
    assert_non_null(arena_alloc(&a, 500000));
    size_t peak = a.held;
    arena_clear(&a);
    assert_int_equal(a.held, ARENA_BLOCK);
    assert_int_equal(a.peak, peak);
    assert_ptr_equal(arena_alloc(&a, 10), first);
    arena_clear(&a);
    arena_release(&a);
    arena_init(&a, 1 << 20);
    assert_non_null(arena_alloc(&a, 500000));
    arena_clear(&a);
    assert_int_equal(a.held, 0);
    arena_release(&a);
}

static void calloc_zeroes_and_sees_an_overflow(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    memset(arena_alloc(&a, 1000), 0xff, 1000);
    arena_clear(&a);
    const char *p = arena_calloc(&a, 10, 100);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
    assert_null(arena_calloc(&a, SIZE_MAX / 2, 3));
    assert_true(a.overflowed);
    arena_release(&a);
}

static void the_newest_piece_grows_in_place_and_others_move(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    char *p = arena_grow(&a, NULL, 0, 10);
    memcpy(p, "123456789", 10);
    assert_ptr_equal(arena_grow(&a, p, 10, 5), p);
    assert_ptr_equal(arena_grow(&a, p, 10, 1000), p);
    char *other = arena_alloc(&a, 10);
    memcpy(other, "abcdefghi", 10);
    char *moved = arena_grow(&a, p, 1000, 2000);
    assert_ptr_not_equal(moved, p);
    assert_string_equal(moved, "123456789");
    assert_string_equal(other, "abcdefghi");
    arena_release(&a);
}

static void a_large_piece_grows_without_a_second_copy(void **state)
{
    struct arena a;
    size_t n = 50000;

    (void)state;
    arena_init(&a, 1 << 20);
    char *p = arena_alloc(&a, n);
    memset(p, 'x', n);
    for (; n < 900000; n += 50000) {
        p = arena_grow(&a, p, n, n + 50000);
        assert_non_null(p);
        memset(p + n, 'x', 50000);
        assert_true(a.held < n + 50000 + 64);
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(p[i], 'x');
    assert_null(arena_grow(&a, p, n, 2 << 20));
    assert_int_equal(p[n - 1], 'x');
    assert_true(a.overflowed);
    arena_release(&a);
}

static void copies_end_in_nul(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_string_equal(arena_strdup(&a, "abc"), "abc");
    assert_null(arena_strdup(&a, NULL));
    assert_null(arena_strndup(&a, NULL, 0));
    assert_string_equal(arena_strndup(&a, "abc", 2), "ab");
    assert_memory_equal(arena_strndup(&a, "a\0c", 3), "a\0c", 4);
    assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_printf(&a, "%s", ""), "");
    assert_int_equal(strlen(arena_printf(&a, "%40000d", 7)), 40000);
    assert_null(arena_printf(&a, "%2000000d", 7));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(the_ceiling_holds_and_is_remembered),
        cmocka_unit_test(clear_keeps_one_small_block),
        cmocka_unit_test(calloc_zeroes_and_sees_an_overflow),
        cmocka_unit_test(the_newest_piece_grows_in_place_and_others_move),
        cmocka_unit_test(a_large_piece_grows_without_a_second_copy),
        cmocka_unit_test(copies_end_in_nul),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
