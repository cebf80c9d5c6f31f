/* A caller's line as words: stops, denials, and where stems stand. */
#include "business/said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static struct arena arena;

static struct said cut(const char *words)
{
    struct said s;

    assert_int_equal(said_read(&arena, words, &s), ERR_OK);
    return s;
}

static enum said_how hears(const char *words, const char *stem)
{
    const char *stems[] = {stem};
    const struct stems set = {.stem = stems, .n = 1};
    const struct said s = cut(words);

    return said_hears(&s, &set, 1);
}

static void words_and_stops_are_told(void **state)
{
    const struct said s = cut("Так, манікюр із гель-лаком. О 10:30!");

    (void)state;
    assert_string_equal(s.folded, "так манікюр із гель лаком о 10 30");
    assert_int_equal(s.n, 8);
    assert_true(s.word[0].stops);
    assert_false(s.word[1].stops);
    assert_true(s.word[4].stops);
    assert_false(s.word[6].stops);
    assert_true(s.word[7].stops);
    assert_int_equal(s.word[1].n, strlen("манікюр"));
}

static void a_line_without_words_has_none(void **state)
{
    (void)state;
    assert_int_equal(cut("").n, 0);
    assert_int_equal(cut(" ,.!? - ").n, 0);
}

static void a_long_line_is_cut(void **state)
{
    char *text = arena_calloc(&arena, 1, 5000);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + i * 3, "a, ", 3);
    assert_int_equal(cut(text).n, SAID_WORDS);
}

static void stems_stand_as_in_the_rules(void **state)
{
    const struct said s = cut("гель лак надовго");

    (void)state;
    assert_int_equal(said_stem(&s, 0, "гел"), 1);
    assert_int_equal(said_stem(&s, 0, "гель лак"), 2);
    assert_int_equal(said_stem(&s, 0, "=гель"), 1);
    assert_int_equal(said_stem(&s, 0, "=гел"), 0);
    assert_int_equal(said_stem(&s, 2, "*довг"), 1);
    assert_int_equal(said_stem(&s, 1, "*довг"), 0);
    assert_int_equal(said_stem(&s, 2, "довг"), 0);
    assert_int_equal(said_stem(&s, 0, ""), 0);
    assert_int_equal(said_stem(&s, 3, "гел"), 0);
    assert_int_equal(hears("гель лак", "==гель лак"), SAID_MEANT);
    assert_int_equal(hears("гель лак є", "==гель лак"), SAID_NOT);
}

static void what_is_denied_is_not_meant(void **state)
{
    (void)state;
    assert_int_equal(hears("чистку", "чистк"), SAID_MEANT);
    assert_int_equal(hears("не чистку", "чистк"), SAID_DENIED);
    assert_int_equal(hears("не на чистку", "чистк"), SAID_DENIED);
    assert_int_equal(hears("манікюр без покриття", "покрит"), SAID_DENIED);
    assert_int_equal(hears("вместо маникюра", "маник"), SAID_DENIED);
    assert_int_equal(hears("не хочу на чистку", "хочу на"), SAID_DENIED);
    assert_int_equal(hears("ні, не треба. Чистку", "чистк"), SAID_MEANT);
    assert_int_equal(hears("не чистку, а чистку обличчя", "чистк"), SAID_MEANT);
    assert_int_equal(hears("не хочу на чистку", "чистк"), SAID_DENIED);
    assert_int_equal(hears("мне не нужна чистка", "чистк"), SAID_DENIED);
    assert_int_equal(hears("не можу дочекатися, хочу чистку", "чистк"), SAID_MEANT);
    assert_int_equal(hears("я не зможу прийти", "не зможу"), SAID_MEANT);
    assert_int_equal(hears("не скасовуйте", "скас"), SAID_DENIED);
    assert_int_equal(hears("пілінг", "чистк"), SAID_NOT);
}

static void a_set_is_denied_with_one_of_its_stems(void **state)
{
    const char *stems[] = {"скас", "запис"};
    const struct stems set = {.stem = stems, .n = 2};
    const struct said denied = cut("не скасовуйте запис");
    const struct said meant = cut("скасуйте запис");
    const struct said half = cut("скасуйте");

    (void)state;
    assert_int_equal(said_hears(&denied, &set, 1), SAID_DENIED);
    assert_int_equal(said_hears(&meant, &set, 1), SAID_MEANT);
    assert_int_equal(said_hears(&half, &set, 1), SAID_NOT);
    assert_int_equal(said_hears(&half, &set, 0), SAID_NOT);
}

static void words_that_are_taken_do_not_count_for_the_free(void **state)
{
    const char *stems[] = {"пізніше"};
    const struct stems set = {.stem = stems, .n = 1};
    struct said s = cut("пізніше шостої");

    (void)state;
    assert_int_equal(said_hears_free(&s, &set, 1), SAID_MEANT);
    s.word[0].taken = true;
    assert_int_equal(said_hears_free(&s, &set, 1), SAID_NOT);
    assert_int_equal(said_hears(&s, &set, 1), SAID_MEANT);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)4 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_stops_are_told),
        cmocka_unit_test(a_line_without_words_has_none),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(stems_stand_as_in_the_rules),
        cmocka_unit_test(what_is_denied_is_not_meant),
        cmocka_unit_test(a_set_is_denied_with_one_of_its_stems),
        cmocka_unit_test(words_that_are_taken_do_not_count_for_the_free),
    };
    return cmocka_run_group_tests_name("business/said", tests, set_up, tear_down);
}
