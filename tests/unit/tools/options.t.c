#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The tool's files are in no library: they are taken in whole. */
#include "tools/holos/options.c" /* NOLINT(bugprone-suspicious-include) */

static const struct option_row own[] = {
    {"limit", 'n', "N", ""}, {"say", 's', "TEXT", ""}, {"masked", 'm', NULL, ""}, {0}};
static const struct option_row common[] = {{"json", 'j', NULL, ""}, {0}};
static const struct option_row *const tables[] = {own, common, NULL};

static struct options got;
static struct why why;

static enum err parse(char *const argv[])
{
    int argc = 0;

    while (argv[argc] != NULL)
        argc++;
    why = (struct why){0};
    return options_parse(tables, argc, argv, &got, &why);
}

#define PARSE(...) parse((char *[]){__VA_ARGS__, NULL})

static char a_say[] = "--say", a_glued[] = "--say=b=c", a_s[] = "-s", a_sc[] = "-sc",
            a_text[] = "text", a_masked[] = "-m", a_json[] = "--json", a_end[] = "--",
            a_dash[] = "-", a_limit[] = "--limit", a_empty[] = "";

static void values_come_in_every_spelling_and_keep_their_order(void **state)
{
    (void)state;
    assert_int_equal(PARSE(a_say, a_text, a_glued, a_s, a_empty, a_sc), ERR_OK);
    assert_int_equal(got.n, 4);
    assert_string_equal(got.given[0].value, "text");
    assert_string_equal(got.given[1].value, "b=c");
    assert_string_equal(got.given[2].value, "");
    assert_string_equal(got.given[3].value, "c");
    assert_string_equal(options_text(&got, "say", NULL), "c");
    assert_int_equal(got.operands, 0);
}

static void operands_stand_anywhere_and_two_dashes_end_the_options(void **state)
{
    (void)state;
    assert_int_equal(PARSE(a_text, a_json, a_dash, a_masked, a_end, a_say, a_end), ERR_OK);
    assert_int_equal(got.operands, 4);
    assert_string_equal(got.operand[0], "text");
    assert_string_equal(got.operand[1], "-");
    assert_string_equal(got.operand[2], "--say");
    assert_string_equal(got.operand[3], "--");
    assert_true(options_has(&got, "json"));
    assert_true(options_has(&got, "masked"));
    assert_false(options_has(&got, "say"));
    assert_null(options_text(&got, "say", NULL));
    assert_string_equal(options_text(&got, "say", "preset"), "preset");
}

static void what_is_not_allowed_is_named(void **state)
{
    (void)state;
    char unknown[] = "--lim";
    char letter[] = "-x";
    char valued[] = "--json=1";
    char stuck[] = "-jm";

    got.operands = 77;
    assert_int_equal(PARSE(unknown), ERR_VALUE);
    assert_string_equal(why.text,
                        "there is no option --lim; there are: --limit --say --masked --json");
    assert_int_equal(PARSE(letter), ERR_VALUE);
    assert_int_equal(PARSE(valued), ERR_VALUE);
    assert_string_equal(why.text, "--json takes no value");
    assert_int_equal(PARSE(stuck), ERR_VALUE);
    assert_int_equal(PARSE(a_say), ERR_VALUE);
    assert_string_equal(why.text, "--say needs its TEXT");
    assert_int_equal(got.operands, 77);
}

static void more_than_can_be_held_is_refused(void **state)
{
    (void)state;
    static char *many[OPTIONS_GIVEN + 2];

    for (int i = 0; i <= OPTIONS_GIVEN; i++)
        many[i] = a_masked;
    assert_int_equal(parse(many), ERR_VALUE);
    for (int i = 0; i <= OPTIONS_GIVEN; i++)
        many[i] = a_text;
    assert_int_equal(parse(many), ERR_VALUE);
}

static void numbers_are_whole_and_within_their_bounds(void **state)
{
    (void)state;
    static char *const bad[] = {a_text, a_empty, a_dash, NULL};
    char ten[] = "10";
    char eleven[] = "11";
    char huge[] = "99999999999999999999";
    char half[] = "1.5";
    int64_t n = 5;

    assert_int_equal(PARSE(a_text), ERR_OK);
    assert_int_equal(options_number(&got, "limit", 1, 10, &n, &why), ERR_OK);
    assert_int_equal(n, 5);
    assert_int_equal(PARSE(a_limit, ten), ERR_OK);
    assert_int_equal(options_number(&got, "limit", 1, 10, &n, &why), ERR_OK);
    assert_int_equal(n, 10);
    char *const worse[] = {eleven, huge, half};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(PARSE(a_limit, worse[i]), ERR_OK);
        assert_int_equal(options_number(&got, "limit", 1, 10, &n, &why), ERR_VALUE);
    }
    for (size_t i = 0; bad[i] != NULL; i++) {
        assert_int_equal(PARSE(a_limit, bad[i]), ERR_OK);
        assert_int_equal(options_number(&got, "limit", 1, 10, &n, &why), ERR_VALUE);
    }
    assert_int_equal(n, 10);
}

static void ages_are_lengths_of_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t hours;
    } cases[] = {{"1h", 1},
                 {"36h", 36},
                 {"90d", 2160},
                 {"2w", 336},
                 {"6m", 4320},
                 {"0d", 0},
                 {"", 0},
                 {"d", 0},
                 {"90", 0},
                 {"-1d", 0},
                 {"+1d", 0},
                 {" 1d", 0},
                 {"1dd", 0},
                 {"1y", 0},
                 {"36500d", 876000},
                 {"36501d", 0},
                 {"1000000m", 0},
                 {"1 d", 0},
                 {"99999999999999999999d", 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = -1;
        enum err e = options_age_ms(cases[i].text, &ms, &why);
        if (e != (cases[i].hours > 0 ? ERR_OK : ERR_VALUE) ||
            ms != (cases[i].hours > 0 ? cases[i].hours * 3600000 : -1))
            fail_msg("%s: %s, %lld", cases[i].text, err_name(e), (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_every_spelling_and_keep_their_order),
        cmocka_unit_test(operands_stand_anywhere_and_two_dashes_end_the_options),
        cmocka_unit_test(what_is_not_allowed_is_named),
        cmocka_unit_test(more_than_can_be_held_is_refused),
        cmocka_unit_test(numbers_are_whole_and_within_their_bounds),
        cmocka_unit_test(ages_are_lengths_of_time),
    };

    return cmocka_run_group_tests_name("tools/options", tests, NULL, NULL);
}
