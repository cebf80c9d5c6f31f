#include "providers/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (enum verdict_kind i = 0; i < VERDICT__MAX; i++) {
        assert_true(strlen(verdict_name(i)) > 3);
        for (enum verdict_kind j = 0; j < i; j++)
            assert_string_not_equal(verdict_name(i), verdict_name(j));
    }
    assert_string_equal(verdict_name(VERDICT_OTHER_VOICE), "other-voice");
}

static void a_plain_sentence_stays(void **state)
{
    char out[VERDICT_DETAIL];

    (void)state;
    verdict_mask("Voice 'uk-UA-Wavenet-A' does not exist. Is it misspelled?", out);
    assert_string_equal(out, "Voice 'uk-UA-Wavenet-A' does not exist. Is it misspelled?");
    verdict_mask(NULL, out);
    assert_string_equal(out, "");
    verdict_mask("", out);
    assert_string_equal(out, "");
}

static void whatever_may_be_private_is_masked(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"project_number:123456789012 is out", "# is out"},
        {"call +380501234567 now", "call # now"},
        {"Incorrect API key provided: sk-ab12***cd.", "Incorrect API key provided: #"},
        {"key AIzaSyA", "key #"},
        {"a holos@salon.iam.gserviceaccount.com b", "a # b"},
        {"token ya29.c.Kp0", "token #"},
        {"id 6f1c2b1e-aaaa-4000-8000-00000000000a!", "id #"},
        {"limit of 5000 bytes", "limit of 5000 bytes"},
        {"said \"\xd0\x9e\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xb0\" here", "said \"?\" here"},
        {"two\nlines\tand\x01one", "two lines and?one"},
    };
    char out[VERDICT_DETAIL];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        verdict_mask(rows[i].from, out);
        assert_string_equal(out, rows[i].to);
    }
}

static void a_long_one_is_cut(void **state)
{
    char text[1000];
    char out[VERDICT_DETAIL];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    verdict_mask(text, out);
    assert_int_equal(strlen(out), VERDICT_DETAIL - 1);
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        text[i] = ' ';
    verdict_mask(text, out);
    assert_int_equal(strlen(out), VERDICT_DETAIL - 1);
}

static void the_pause_that_the_body_asks_for_counts_before_the_heads(void **state)
{
    const struct verdict told = {.wait_s = 3};
    const struct verdict silent = {.wait_s = 0};

    (void)state;
    assert_int_equal(verdict_pause_ms(&told, -1), 3000);
    assert_int_equal(verdict_pause_ms(&told, 700), 3000);
    assert_int_equal(verdict_pause_ms(&silent, 700), 700);
    assert_int_equal(verdict_pause_ms(&silent, -1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(a_plain_sentence_stays),
        cmocka_unit_test(whatever_may_be_private_is_masked),
        cmocka_unit_test(a_long_one_is_cut),
        cmocka_unit_test(the_pause_that_the_body_asks_for_counts_before_the_heads),
    };
    return cmocka_run_group_tests_name("providers/verdict", tests, NULL, NULL);
}
