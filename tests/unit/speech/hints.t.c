/* The phrases of which a recogniser is told. */
#include "speech/recognise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static const char *const *chosen(const char *const *text, size_t n, size_t *ret_n)
{
    const char *const *hint = NULL;

    assert_int_equal(recognise_hints(&a, text, n, &hint, ret_n), ERR_OK);
    return hint;
}

static void each_is_told_once_and_none_that_says_nothing(void **state)
{
    char edge[2 * PROVIDER_HINT_CHARS + 3];
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof edge - 1; i++)
        edge[i] = i % 2 == 0 ? '\xd1' : '\x84';
    edge[sizeof edge - 1] = '\0'; /* one letter of 2 bytes too many */
    const char *const text[] = {"Манікюр", "манікюр!", "", " , ", edge, edge + 2};
    const char *const *hint = chosen(text, 6, &n);
    assert_int_equal(n, 2);
    assert_string_equal(hint[0], "Манікюр");
    assert_string_equal(hint[1], edge + 2);
    (void)chosen(text, 0, &n);
    assert_int_equal(n, 0);
}

static void they_keep_their_bounds(void **state)
{
    static const char *text[PROVIDER_HINTS + 10];
    size_t chars = 0;
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < PROVIDER_HINTS + 10; i++)
        text[i] = arena_printf(&a, "%zu %.*s", i, i < 2000 ? 90 : 2,
                               "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdef"
                               "ghijabcdefghijabcdefghij");
    const char *const *hint = chosen(text, PROVIDER_HINTS + 10, &n);
    for (size_t i = 0; i < n; i++)
        chars += strlen(hint[i]);
    assert_in_range(n, 1001, PROVIDER_HINTS);
    assert_in_range(chars, PROVIDER_HINTS_CHARS - 200, PROVIDER_HINTS_CHARS);
}

static void no_memory_is_said_as_such(void **state)
{
    static const char *const text[] = {"так"};
    const char *const *hint = NULL;
    struct arena small;
    size_t n = 0;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(recognise_hints(&small, text, 1, &hint, &n), ERR_MEMORY);
    assert_null(hint);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_once_and_none_that_says_nothing),
        cmocka_unit_test(they_keep_their_bounds),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("speech/hints", tests, set_up, tear_down);
}
