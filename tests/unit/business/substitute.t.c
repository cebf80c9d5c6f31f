/* What stands in for a profile with a fault: its own numbers, everything else from a pack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "business/profile.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct profile_packs *packs;

static int set_up(void **state)
{
    int e = scratch_setup(state);

    packs = made_packs(&arena);
    return e;
}

static struct profile stand_in(const char *text, const char *language)
{
    const struct profile like = {.language = language};
    const struct profile_file file = {.name = "lily",
                                      .label = "lily.json",
                                      .text = text,
                                      .n = text == NULL ? 0 : strlen(text),
                                      .packs = packs};
    struct profile p = {0};

    assert_int_equal(profile_substitute(&arena, &file, &like, "the fault", &p), ERR_OK);
    assert_string_equal(p.name, "lily");
    assert_string_equal(p.broken, "the fault");
    assert_non_null(p.say.broken);
    assert_non_null(p.say.broken_request);
    assert_int_equal(p.rules_n, 0);
    assert_null(p.prompt);
    return p;
}

static void the_numbers_are_read_however_broken_the_file(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"numbers\": [\"0440000202\", \"+380501234567\"], \"hours\": 7}",
        "{\n  \"business\": \"Салон\",\n  oops\n  \"numbers\": [\"0440000202\", "
        "\"+380501234567\"],\n}",
        "{\n  \"business\": \"Салон,\n  \"numbers\": [\"0440000202\",\n \"+380501234567\"]\n",
        "{\"business\": \"\\\"numbers\\\": [\", \"numbers\" : [ \"0440000202\" , \"+380501234567\" "
        ", 7]",
        "{\"//\": \"numbers\", \"numbers\":[\"0440000202\",\"\",\"+380501234567\"]",
        "\"numbers\":[\"0440000202\",\"+380501234567",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct profile p = stand_in(texts[i], NULL);
        size_t expected = i + 1 == COUNT(texts) ? 1 : 2; /* a number that is cut off is none */
        if (p.numbers_n != expected)
            fail_msg("%s: %zu numbers", texts[i], p.numbers_n);
        assert_string_equal(p.numbers[0], "0440000202");
    }
    struct profile alone = stand_in("{\"numbers\": \"0440000202\"}", NULL);
    assert_int_equal(alone.numbers_n, 1);
}

static void what_cannot_be_read_leaves_no_number(void **state)
{
    (void)state;
    static const char *const texts[] = {NULL,
                                        "",
                                        "{",
                                        "[]",
                                        "\"",
                                        "{\"numbers\":",
                                        "{\"numbers\": [",
                                        "{\"numbers\": [7]}",
                                        "{\"numbers\": [\"\"]}",
                                        "{\"numbers\": [\"+\"]}",
                                        "{\"numbers\": {\"a\": \"0440000202\"}}",
                                        "{\"nubmers\": [\"0440000202\"]}",
                                        "{\"numbers\": [\"\\u0030440000202\"]}"};

    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(stand_in(texts[i], NULL).numbers_n, 0);
}

static void the_language_is_its_own_else_the_given_else_any(void **state)
{
    (void)state;
    assert_string_equal(stand_in("{\"language\": \"ru\"}", "uk").language, "ru");
    assert_string_equal(stand_in("{\"language\": \"pl\"}", "ru").language, "ru");
    assert_string_equal(stand_in("{", "ru").language, "ru");
    assert_string_equal(stand_in("{", NULL).language, "uk");
    assert_string_equal(stand_in("{\"language\": \"ru\"}", "uk").voice.espeak, "ru");
}

static void the_country_and_the_zone_are_kept_if_they_can_be_used(void **state)
{
    (void)state;
    struct profile p = stand_in(
        "{\"language\": \"ru\", \"time_zone\": \"Asia/Almaty\", \"country\": \"7\"}", NULL);

    assert_string_equal(p.time_zone, "Asia/Almaty");
    assert_string_equal(p.country, "7");
    p = stand_in("{\"language\": \"ru\", \"time_zone\": \"../x\", \"country\": \"+7\"}", NULL);
    assert_string_equal(p.time_zone, "");
    assert_string_equal(p.country, "");
    p = stand_in("{", "uk");
    assert_string_equal(p.time_zone, "Europe/Kyiv");
    assert_string_equal(p.country, "380");
}

static void what_cannot_be_read_is_as_in_the_default_profile(void **state)
{
    (void)state;
    const struct profile like = {.language = "ru", .country = "7", .time_zone = "Asia/Almaty"};
    const struct profile_file file = {
        .name = "lily", .label = "lily.json", .text = "{", .n = 1, .packs = packs};
    struct profile p = {0};

    assert_int_equal(profile_substitute(&arena, &file, &like, "x", &p), ERR_OK);
    assert_string_equal(p.language, "ru");
    assert_string_equal(p.country, "7");
    assert_string_equal(p.time_zone, "Asia/Almaty");
}

static void a_pack_that_is_not_whole_makes_none(void **state)
{
    (void)state;
    struct profile_pack half = packs->pack[0];
    const struct profile_packs on = {&half, 1};
    const struct profile_file file = {.name = "lily", .label = "lily.json", .packs = &on};
    const struct profile_file none = {.name = "lily", .label = "lily.json"};
    struct profile p = {.name = "untouched"};

    half.has.say.broken = NULL;
    assert_int_equal(profile_substitute(&arena, &file, &packs->pack[0].has, "x", &p),
                     ERR_NOT_FOUND);
    assert_int_equal(profile_substitute(&arena, &none, &packs->pack[0].has, "x", &p),
                     ERR_NOT_FOUND);
    assert_string_equal(p.name, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_read_however_broken_the_file),
        cmocka_unit_test(what_cannot_be_read_leaves_no_number),
        cmocka_unit_test(the_language_is_its_own_else_the_given_else_any),
        cmocka_unit_test(the_country_and_the_zone_are_kept_if_they_can_be_used),
        cmocka_unit_test(what_cannot_be_read_is_as_in_the_default_profile),
        cmocka_unit_test(a_pack_that_is_not_whole_makes_none),
    };
    return cmocka_run_group_tests_name("business/substitute", tests, set_up, scratch_teardown);
}
