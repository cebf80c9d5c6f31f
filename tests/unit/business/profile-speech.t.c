#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "business/profile.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

static enum err read_it(const char *name, const char *value, struct profile *ret,
                        struct profile_faults *faults)
{
    const char *text = made_profile(&arena, name, value);

    return made_read(&arena, "test", text, ret, faults);
}

static struct profile read_good(const char *name, const char *value)
{
    struct profile p = {0};
    struct profile_faults f = {0};

    if (read_it(name, value, &p, &f) != ERR_OK)
        fail_msg("%s: %s", f.fault[0].path, f.fault[0].text);
    return p;
}

static void what_is_left_out_has_a_default(void **state)
{
    struct profile p = read_good("voice", "{\"rate\":8000}");

    (void)state;
    assert_string_equal(p.locale, "uk-UA");
    assert_int_equal(p.voice.by_n, 0);
    assert_null(profile_voice(&p, "google"));
    assert_string_equal(p.hear.model, "");
    assert_true(p.hear.punctuation);
    assert_int_equal(p.hear.hints_n, 0);
    assert_int_equal(p.hear.invented_n, 0);
}

static void googles_voice_is_read_whole(void **state)
{
    struct profile p = read_good(
        "voice", "{\"pitch\":55,\"google\":{\"name\":\"uk-UA-Wavenet-B\",\"speaking_rate\":1.25,"
                 "\"pitch\":-2.5,\"effects\":[\"telephony-class-application\",\"x\"]}}");

    (void)state;
    assert_int_equal(p.voice.pitch, 55);
    const struct profile_voice *v = profile_voice(&p, "google");
    assert_non_null(v);
    assert_string_equal(v->name, "uk-UA-Wavenet-B");
    assert_true(v->speaking_rate == 1.25);
    assert_true(v->pitch == -2.5);
    assert_int_equal(v->effects_n, 2);
    assert_string_equal(v->effects[0], "telephony-class-application");
    p = read_good("voice", "{\"google\":{\"name\":\"\"}}");
    assert_string_equal(profile_voice(&p, "google")->name, "");
}

/* Which vendors there are is the business of those who ask them. */
static void every_vendor_may_have_a_voice_in_it(void **state)
{
    struct profile p =
        read_good("voice", "{\"acme\":{\"name\":\"Olena\"},\"//\":{\"acme\":\"is dear\"},"
                           "\"google\":{\"name\":\"uk-UA-Wavenet-B\"}}");

    (void)state;
    assert_int_equal(p.voice.by_n, 2);
    assert_string_equal(profile_voice(&p, "acme")->name, "Olena");
    assert_string_equal(profile_voice(&p, "google")->name, "uk-UA-Wavenet-B");
}

static void hearing_is_read_whole(void **state)
{
    struct profile p =
        read_good("hear", "{\"model\":\"latest_long\",\"punctuation\":false,\"hints\":[\"Манікюр\","
                          "\"о 10:30\"],\"invented\":[\"Дякую за перегляд!\"]}");

    (void)state;
    assert_string_equal(p.hear.model, "latest_long");
    assert_false(p.hear.punctuation);
    assert_int_equal(p.hear.hints_n, 2);
    assert_string_equal(p.hear.hints[0], "Манікюр");
    assert_int_equal(p.hear.invented_n, 1);
    assert_string_equal(p.hear.invented[0], "дякую за перегляд");
}

static void the_locale_follows_the_language_unless_told(void **state)
{
    static const struct {
        const char *name, *value, *want;
    } rows[] = {
        {"language", "\"ru\"", "ru-RU"},
        {"locale", "\"uk-UA\"", "uk-UA"},
        {"locale", "\"uk-PL\"", "uk-PL"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(read_good(rows[i].name, rows[i].value).locale, rows[i].want);
}

static void every_fault_is_named_by_its_path(void **state)
{
    static const struct {
        const char *name, *value, *path, *text;
    } bad[] = {
        {"locale", "\"ru-RU\"", "locale", "profile's language, \"uk\""},
        {"locale", "\"uk\"", "locale", "as \"uk-UA\""},
        {"locale", "\"uk-ua\"", "locale", "as \"uk-UA\""},
        {"locale", "\"uk_UA\"", "locale", "as \"uk-UA\""},
        {"locale", "\"uk-UAX\"", "locale", "as \"uk-UA\""},
        {"locale", "7", "locale", "text in quotes"},
        {"voice", "{\"google\":{}}", "voice.google.name", "is missing"},
        {"voice", "{\"google\":[]}", "voice.google", "is not a known name"},
        {"voice", "{\"google\":{\"name\":\"a\"},\"google\":{\"name\":\"a\"}}", "voice.google",
         "is given twice"},
        {"voice", "{\"rate\":{}}", "voice.rate", "must be a whole number"},
        {"voice", "{\"google\":{\"name\":\"uk-UA-Wavenet-B\",\"speaking_rate\":0.2}}",
         "voice.google.speaking_rate", "from 0.25 to 2"},
        {"voice", "{\"google\":{\"name\":\"uk-UA-Wavenet-B\",\"speaking_rate\":\"1\"}}",
         "voice.google.speaking_rate", "from 0.25 to 2"},
        {"voice", "{\"google\":{\"name\":\"uk-UA-Wavenet-B\",\"pitch\":21}}", "voice.google.pitch",
         "from -20 to 20"},
        {"voice", "{\"google\":{\"name\":\"uk-UA-Wavenet-B\",\"effects\":[\"\"]}}",
         "voice.google.effects[0]", "must not be empty"},
        {"voice", "{\"google\":{\"voice\":\"x\"}}", "voice.google.voice", "not a known name"},
        {"hear", "{\"hint\":[]}", "hear.hint", "did you mean \"hints\""},
        {"hear", "{\"punctuation\":1}", "hear.punctuation", "true or false"},
        {"hear", "{\"hints\":\"x\"}", "hear.hints", "must be a list"},
        {"hear", "{\"hints\":[7]}", "hear.hints[0]", "text in quotes"},
        {"hear", "{\"invented\":[\"...\"]}", "hear.invented[0]", "must hold a word"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct profile p = {.name = "untouched"};
        struct profile_faults f = {0};
        bool found = false;
        assert_int_equal(read_it(bad[i].name, bad[i].value, &p, &f), ERR_CONFIG);
        for (size_t j = 0; j < f.n; j++)
            found = found || (strcmp(f.fault[j].path, bad[i].path) == 0 &&
                              strstr(f.fault[j].text, bad[i].text) != NULL);
        if (!found)
            fail_msg("%s %s: %s: %s", bad[i].name, bad[i].value, f.fault[0].path, f.fault[0].text);
        assert_string_equal(p.name, "untouched");
    }
}

static void the_shipped_profiles_have_a_voice_and_ears(void **state)
{
    static const char *const names[] = {"salon", "hotel"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *path = i == 0 ? "profiles/salon.json" : "profiles/hotel.json";
        struct profile p = made_shipped(&arena, path, names[i], made_packs(&arena));
        assert_true(strncmp(p.voice.by[0].name, p.locale, strlen(p.locale)) == 0);
        assert_true(p.hear.hints_n >= 20 && p.hear.invented_n >= 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_has_a_default),
        cmocka_unit_test(googles_voice_is_read_whole),
        cmocka_unit_test(every_vendor_may_have_a_voice_in_it),
        cmocka_unit_test(hearing_is_read_whole),
        cmocka_unit_test(the_locale_follows_the_language_unless_told),
        cmocka_unit_test(every_fault_is_named_by_its_path),
        cmocka_unit_test(the_shipped_profiles_have_a_voice_and_ears),
    };
    return cmocka_run_group_tests_name("business/profile-speech", tests, scratch_setup,
                                       scratch_teardown);
}
