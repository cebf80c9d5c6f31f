#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The tool's files are in no library: they are taken in whole. */
#include "tools/holos/print.c" /* NOLINT(bugprone-suspicious-include) */

static struct arena arena;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    buf_init(&out, &arena, 1 << 16);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(print_width(""), 0);
    assert_int_equal(print_width("abc"), 3);
    assert_int_equal(print_width("Вітаю"), 5);
    assert_int_equal(print_width("наголо\xcc\x81с"), 7);
    assert_int_equal(print_width("日本"), 4);
    assert_int_equal(print_width("😀"), 2);
}

static void nothing_a_caller_says_commands_the_terminal(void **state)
{
    (void)state;
    assert_string_equal(print_clean(&arena, "Вітаю, «так»"), "Вітаю, «так»");
    assert_string_equal(print_clean(&arena, "a\x1b[31mb\x07"), "a?[31mb?");
    assert_string_equal(print_clean(&arena, "a\nb\tc"), "a b c");
    assert_string_equal(print_clean(&arena, "a\xc2\x9b"
                                            "31m"),
                        "a?31m");
    char turned[] = {'a', 0, 0, 0, 0, 0};
    (void)text_encode(0x202e, turned + 1);
    assert_string_equal(print_clean(&arena, turned), "a?");
    assert_string_equal(print_clean(&arena, "a\xff"
                                            "b"),
                        "a?b");
}

static void times_and_sums_are_short(void **state)
{
    (void)state;
    assert_string_equal(print_us(&arena, -1), "-");
    assert_string_equal(print_us(&arena, 0), "0 µs");
    assert_string_equal(print_us(&arena, 999), "999 µs");
    assert_string_equal(print_us(&arena, 1000), "1 ms");
    assert_string_equal(print_us(&arena, 12400), "12 ms");
    assert_string_equal(print_us(&arena, 999499), "999 ms");
    assert_string_equal(print_us(&arena, 999500), "1.0 s");
    assert_string_equal(print_us(&arena, 1449999), "1.4 s");
    assert_string_equal(print_span(&arena, -1), "-");
    assert_string_equal(print_span(&arena, 42400), "0:42");
    assert_string_equal(print_span(&arena, 3723000), "1:02:03");
    assert_string_equal(print_cost(&arena, 0), "$0.0000");
    assert_string_equal(print_cost(&arena, 1234567), "$1.2346");
    assert_string_equal(print_time(&arena, 0), "-");
    assert_int_equal(setenv("TZ", "Europe/Kyiv", 1), 0);
    tzset();
    assert_string_equal(print_time(&arena, INT64_C(1795252205000)), "2026-11-21 11:10:05");
}

static void a_table_that_is_too_wide_goes_on_below_in_its_column(void **state)
{
    static const struct column columns[] = {{"N", true}, {"WISH", false}};
    struct table t;

    (void)state;
    table_init(&t, &arena, columns, 2);
    t.width = 16;
    table_cell(&t, "1");
    table_cell(&t, "стрижка у суботу");
    table_cell(&t, "2");
    table_cell(&t, "словозадовжки");
    table_print(&t, &out);
    assert_string_equal(buf_text(&out), "N  WISH\n"
                                        "1  стрижка у\n"
                                        "   суботу\n"
                                        "2  словозадовжки\n");
}

static void a_table_is_aligned_by_columns(void **state)
{
    (void)state;
    static const struct column columns[] = {{"N", true}, {"NAME", false}, {"WISH", false}};
    struct table t;

    table_init(&t, &arena, columns, 3);
    table_print(&t, &out);
    assert_string_equal(buf_text(&out), "");
    table_cellf(&t, "%d", 7);
    table_cell(&t, "Ольга");
    table_cell(&t, "стрижка");
    table_cellf(&t, "%d", 12);
    table_cell(&t, NULL);
    table_cell(&t, "");
    table_print(&t, &out);
    assert_string_equal(buf_text(&out), " N  NAME   WISH\n"
                                        " 7  Ольга  стрижка\n"
                                        "12\n");
}

static void a_table_without_memory_says_so(void **state)
{
    (void)state;
    static const struct column columns[] = {{"N", true}};
    struct arena tiny;
    struct table t;

    arena_init(&tiny, 1);
    table_init(&t, &tiny, columns, 1);
    table_cell(&t, "x");
    table_print(&t, &out);
    assert_non_null(strstr(buf_text(&out), "too long"));
    arena_release(&tiny);
}

static void long_text_is_broken_at_blanks(void **state)
{
    (void)state;
    print_wrapped(&out, "один два три чотири", 2, 12);
    assert_string_equal(buf_text(&out), "один два\n  три чотири\n");
    buf_clear(&out);
    print_wrapped(&out, "довгеслововище так", 2, 8);
    assert_string_equal(buf_text(&out), "довгеслововище\n  так\n");
    buf_clear(&out);
    print_wrapped(&out, "", 2, 8);
    assert_string_equal(buf_text(&out), "\n");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(width_counts_columns_not_bytes),
        CASE(nothing_a_caller_says_commands_the_terminal),
        CASE(a_table_that_is_too_wide_goes_on_below_in_its_column),
        CASE(times_and_sums_are_short),
        CASE(a_table_is_aligned_by_columns),
        CASE(a_table_without_memory_says_so),
        CASE(long_text_is_broken_at_blanks),
    };

    return cmocka_run_group_tests_name("tools/print", tests, NULL, NULL);
}
