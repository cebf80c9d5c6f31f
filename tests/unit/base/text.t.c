#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "tests/support/scratch.h"

static void valid_utf8_is_known_from_broken(void **state)
{
    static const char *const good[] = {"",
                                       "a",
                                       "Ґанок",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc2",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xe2\x82",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xfe",
                                      "a\xd0",
                                      "\xd0z",
                                      "\xf0\x9f\x98"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_true(text_is_utf8("a\0b", 3));
}

static void every_character_is_written_and_read(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= 0x10ffff; c++) {
        char s[5] = {0};
        if (c == 0xd800)
            c = 0xe000;
        size_t n = text_encode(c, s);
        const char *p = s;
        assert_true(text_is_utf8(s, n));
        assert_int_equal(text_next(&p), c);
        assert_ptr_equal(p, s + n);
        assert_int_equal(text_next(&p), 0);
        assert_ptr_equal(p, s + n);
    }
}

static void a_broken_byte_is_one_replacement_character(void **state)
{
    const char *p = "\xe2\x82z";

    (void)state;
    assert_int_equal(text_next(&p), 0xfffd);
    assert_int_equal(text_next(&p), 0xfffd);
    assert_int_equal(text_next(&p), 'z');
    assert_int_equal(text_next(&p), 0);
}

static void a_cut_never_splits_a_character(void **state)
{
    static const char s[] = "aі€😀";
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};

    (void)state;
    for (size_t max = 0; max < 12; max++)
        assert_int_equal(text_cut(s, strlen(s), max), want[max]);
    assert_int_equal(text_cut("", 0, 5), 0);
    assert_int_equal(text_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

static void folding_makes_spellings_equal(void **state)
{
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        {"", ""},
        {"  ...  ", ""},
        {"Добрий День!", "добрий день"},
        {"  Хочу,\t\n записатись... на 10:30 ", "хочу записатись на 10 30"},
        {"ҐАНОК ЇЖАК ЄВРО ІВА", "ґанок їжак євро іва"},
        {"ЁЛКА ещё", "елка еще"},
        {"Пам\xe2\x80\x99ять пам\xca\xbcять пам'ять пам`ять пам\xc2\xb4ять",
         "пам'ять пам'ять пам'ять пам'ять пам'ять"},
        {"'так' ні' 'о", "так ні о"},
        {"за\xcc\x81мок", "замок"},
        {"Straße ÀÉ", "straße àé"},
        {"a\xff"
         "b",
         "a b"},
        {"O'Neil's", "o'neil's"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *once = text_fold(&arena, rows[i].text);
        assert_string_equal(once, rows[i].want);
        assert_string_equal(text_fold(&arena, once), rows[i].want);
    }
}

static void stems_match_where_they_say(void **state)
{
    static const char said[] = "хочу підстригтися у вас до побачення";

    (void)state;
    assert_true(text_has_stem(said, "підстриг"));
    assert_true(text_has_stem(said, "хочу"));
    assert_false(text_has_stem(said, "стриг"));
    assert_true(text_has_stem(said, "*стриг"));
    assert_true(text_has_stem(said, "=вас"));
    assert_false(text_has_stem(said, "=ва"));
    assert_false(text_has_stem(said, "=ас"));
    assert_true(text_has_stem(said, "=побачення"));
    assert_true(text_has_stem(said, "до побач"));
    assert_false(text_has_stem(said, ""));
    assert_false(text_has_stem(said, "*"));
    assert_false(text_has_stem("", "а"));
    assert_true(text_has_stem("перетак так", "=так"));
}

static void characters_are_counted(void **state)
{
    (void)state;
    assert_int_equal(text_length(""), 0);
    assert_int_equal(text_length("aі€😀"), 4);
}

static void digits_are_picked_out(void **state)
{
    (void)state;
    assert_string_equal(text_digits(&arena, "+38 (050) 000-01-01"), "+380500000101");
    assert_string_equal(text_digits(&arena, " +1+2"), "+12");
    assert_string_equal(text_digits(&arena, "anonymous"), "");
    assert_string_equal(text_digits(&arena, "00380"), "00380");
}

static void secrets_are_compared_whole(void **state)
{
    (void)state;
    assert_true(text_equal_secret("", ""));
    assert_true(text_equal_secret("abc", "abc"));
    assert_false(text_equal_secret("abc", "abd"));
    assert_false(text_equal_secret("abc", "abcabc"));
    assert_false(text_equal_secret("abcabc", "abc"));
    assert_false(text_equal_secret("abc", ""));
    assert_false(text_equal_secret("", "abc"));
}

/* So that a length kept in one byte would not do. */
static void lengths_that_differ_by_256_differ(void **state)
{
    char a[258];

    (void)state;
    memset(a, 'a', 257);
    a[257] = '\0';
    assert_false(text_equal_secret(a, "a"));
    assert_false(text_equal_secret("a", a));
}

static void a_full_arena_is_said(void **state)
{
    struct arena none;

    (void)state;
    arena_init(&none, 0);
    assert_null(text_fold(&none, "a"));
    assert_null(text_fold(&none, ""));
    assert_null(text_digits(&none, "1"));
}

static void an_end_is_compared_by_its_bytes(void **state)
{
    (void)state;
    assert_true(text_ends_in("/inference", "inference"));
    assert_true(text_ends_in("олена", "на"));
    assert_true(text_ends_in("на", "на"));
    assert_true(text_ends_in("", ""));
    assert_false(text_ends_in("а", "на"));
    assert_false(text_ends_in("олени", "на"));
}

static void a_text_has_one_form_however_it_was_written(void **state)
{
    static const char *const rows[][2] = {
        {"п`ять обʼєм пʼять об‘єкт", "п'ять об'єм п'ять об'єкт"},
        {"об\"єм, \"яма\"", "об'єм, \"яма\""},
        {"и\u0306 і\u0308жа е\u0308ж", "й їжа ёж"},
        {"при\u0301вет \u200bм\u00adир\ufeff", "привет мир"},
        {"обiд cалон iPhone", "обід салон iPhone"},
        {"«`так`» 5' \u2019", "«`так`» 5' \u2019"},
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(text_plain(&a, rows[i][0]), rows[i][1]);
    assert_non_null(text_plain(&a, "\xff\xff\xff\xff"));
    assert_string_equal(text_fold(&a, "Об\"Єкт"), text_fold(&a, "обʼєкт"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_one_form_however_it_was_written),
        cmocka_unit_test(an_end_is_compared_by_its_bytes),
        cmocka_unit_test(valid_utf8_is_known_from_broken),
        cmocka_unit_test(every_character_is_written_and_read),
        cmocka_unit_test(a_broken_byte_is_one_replacement_character),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(folding_makes_spellings_equal),
        cmocka_unit_test(stems_match_where_they_say),
        cmocka_unit_test(characters_are_counted),
        cmocka_unit_test(digits_are_picked_out),
        cmocka_unit_test(secrets_are_compared_whole),
        cmocka_unit_test(lengths_that_differ_by_256_differ),
        cmocka_unit_test(a_full_arena_is_said),
    };
    return cmocka_run_group_tests_name("base/text", tests, scratch_setup, scratch_teardown);
}
