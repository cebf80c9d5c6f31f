#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"
#include "base/file.h"
#include "base/zone.h"
#include "business/phone.h"
#include "business/profile.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *made(const char *name, const char *value)
{
    return made_profile(&arena, name, value);
}

static struct profile read_good(const char *name, const char *value)
{
    struct profile p = {0};
    struct profile_faults f = {0};
    const char *text = made(name, value);

    enum err e = made_read(&arena, "test-1", text, &p, &f);
    for (size_t i = 0; i < f.n; i++)
        print_message("  %s: %s\n", f.fault[i].path, f.fault[i].text);
    assert_int_equal(e, ERR_OK);
    assert_int_equal(f.n, 0);
    return p;
}

/* ---- reading -------------------------------------------------------------------------------- */

static void a_good_profile_is_read_whole(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_string_equal(p.name, "test-1");
    assert_string_equal(p.business, "Салон");
    assert_int_equal(p.numbers_n, 2);
    assert_string_equal(p.numbers[1], "CB_0800000001");
    assert_string_equal(p.country, "380");
    assert_int_equal(p.week[0].n, 2);
    assert_int_equal(p.week[0].open[1].from_min, 14 * 60);
    assert_int_equal(p.week[0].open[1].to_min, 19 * 60);
    assert_int_equal(p.week[1].n, 0);
    assert_int_equal(p.week[6].open[0].to_min, 1440);
    assert_string_equal(p.keys[0], "оператор");
    assert_string_equal(p.keys[11], "так");
    assert_null(p.keys[5]);
    assert_string_equal(p.say.goodbye, "слово");
}

static void stems_are_folded_and_keep_their_marks(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_string_equal(p.goodbye[0].stem[0], "до побачення");
    assert_int_equal(p.person_n, 2);
    assert_int_equal(p.person[0].n, 2);
    assert_string_equal(p.person[0].stem[0], "жив");
    assert_string_equal(p.person[1].stem[0], "оператор");
    assert_string_equal(p.yes[0].stem[0], "=так");
    assert_string_equal(p.no[0].stem[0], "==ні");
    assert_string_equal(p.rules[0].when[0].stem[0], "*люкс");
    assert_string_equal(p.name_is[0], "мене звати");
}

static void rules_have_their_actions(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_int_equal(p.rules_n, 3);
    assert_int_equal(p.rules[0].action, RULE_OFFER);
    assert_int_equal(p.rules[1].action, RULE_REQUEST);
    assert_true(p.rules[1].asks_wish);
    assert_int_equal(p.rules[2].action, RULE_GOODBYE);
    assert_null(p.rules[2].say);
    assert_ptr_equal(profile_rule(&p, "мультилюкс"), &p.rules[0]);
    assert_null(profile_rule(&p, "нічого"));
}

static void what_is_left_out_has_a_default(void **state)
{
    (void)state;
    struct profile p = read_good("phone", "");
    assert_string_equal(p.phone, "");
    assert_string_equal(p.voice.espeak, "uk");
    assert_int_equal(p.voice.rate, 8000);
    assert_string_equal(p.voice.coding, "pcm16");
    assert_int_equal(p.limits.minutes, 10);
    assert_int_equal(p.limits.silences, 3);
    p = read_good("numbers", "");
    assert_int_equal(p.numbers_n, 0);
    p = read_good("voice", "{\"espeak\":\"uk+f2\",\"rate\":16000,\"pitch\":0}");
    assert_string_equal(p.voice.espeak, "uk+f2");
    assert_int_equal(p.voice.rate, 16000);
    assert_int_equal(p.voice.pitch, 0);
}

static void an_invisible_mark_in_a_number_is_taken(void **state)
{
    (void)state;
    struct profile p = read_good("numbers", "[\"\xe2\x80\xaa+380 44 000 02 01\xe2\x80\xac\"]");
    assert_int_equal(p.numbers_n, 1);
    assert_true(phone_same(p.numbers[0], "0440000201"));
    p = read_good("numbers", "[\"\xef\xbb\xbf"
                             "0440000201\"]");
    assert_true(phone_same(p.numbers[0], "+380440000201"));
}

static void a_remark_is_no_unknown_name(void **state)
{
    (void)state;
    (void)read_good("//", "\"a remark\"");
}

/* ---- the profiles that are shipped ---------------------------------------------------------- */

static struct profile shipped(const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "profiles/%s.json", name);
    return made_shipped(&arena, path, name, made_packs(&arena));
}

static void check_shipped(const struct profile *p)
{
#define X(field)                                                                                   \
    if (strlen(p->say.field) >= 300)                                                               \
        fail_msg("%s: say.%s is too long to listen to", p->name, #field);
    PROFILE_PHRASES(X)
#undef X
    for (size_t i = 0; i < p->rules_n; i++)
        if (p->rules[i].say != NULL && strlen(p->rules[i].say) >= 300)
            fail_msg("%s: rules[%zu].say is too long to listen to", p->name, i);
    assert_true(zone_exists(p->time_zone));
    assert_true(p->thanks_n > 0 && p->again_n > 0 && p->more_n > 0 && p->name_is_n > 0);
}

static void the_shipped_profiles_have_no_fault(void **state)
{
    (void)state;
    struct profile salon = shipped("salon");
    struct profile hotel = shipped("hotel");
    check_shipped(&salon);
    check_shipped(&hotel);
    assert_string_equal(salon.say.greeting,
                        "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?");
    assert_string_equal(salon.say.not_heard, "Вас не чути. Будь ласка, повторіть.");
    assert_string_equal(salon.say.goodbye, "Дякую за дзвінок! До побачення!");
    assert_string_equal(hotel.say.greeting, "Здравствуйте! Чем могу помочь?");
    assert_string_equal(hotel.say.not_understood,
                        "Извините, не удалось понять запрос. Повторите, пожалуйста.");
}

/* ---- matching ------------------------------------------------------------------------------- */

static void stems_match_alone_in_sets_and_as_whole_utterances(void **state)
{
    (void)state;
    const char *first[] = {"жив", "людин"};
    const char *second[] = {"==так"};
    const struct stems sets[] = {{first, 2}, {second, 1}, {NULL, 0}};
    assert_true(stems_match(sets, 3, "покличте живу людину"));
    assert_false(stems_match(sets, 3, "покличте людину"));
    assert_true(stems_match(sets, 3, "так"));
    assert_false(stems_match(sets, 3, "так звісно"));
    assert_false(stems_match(sets, 3, ""));
    assert_false(stems_match(NULL, 0, "так"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_profile_is_read_whole),
        cmocka_unit_test(stems_are_folded_and_keep_their_marks),
        cmocka_unit_test(rules_have_their_actions),
        cmocka_unit_test(what_is_left_out_has_a_default),
        cmocka_unit_test(an_invisible_mark_in_a_number_is_taken),
        cmocka_unit_test(a_remark_is_no_unknown_name),
        cmocka_unit_test(the_shipped_profiles_have_no_fault),
        cmocka_unit_test(stems_match_alone_in_sets_and_as_whole_utterances),
    };
    return cmocka_run_group_tests_name("business/profile", tests, scratch_setup, scratch_teardown);
}
