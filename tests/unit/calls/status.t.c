#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.h"
#include "calls/app.h"
#include "calls/status.h"

#define LADDER "hear=google,whisper think=claude,claude-2,claude-fallback,rules speak=google,espeak"
#define NOW    INT64_C(1795250000000)

static struct arena arena;
static struct profile profile;

static const char *const settings[] = {"GOOGLE_APPLICATION_CREDENTIALS",
                                       "GOOGLE_API_KEY",
                                       "GOOGLE_STT_API",
                                       "GOOGLE_STT_LOCATION",
                                       "WHISPER_URL",
                                       "OPENAI_API_KEY",
                                       "ANTHROPIC_API_KEY",
                                       "ANTHROPIC_API_KEY_2"};

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

/* With what is set. */
static struct app opened(void)
{
    struct app h = {.open = {[APP_PROFILES] = &app_profiles,
                             [APP_VOICE] = &app_voice,
                             [APP_PROVIDERS] = &app_providers},
                    .profiles = &profile,
                    .profiles_n = 1};

    profile.voice.by[0] = (struct profile_voice){.by = "google", .name = "uk-UA-Chirp3-HD-Leda"};
    profile.voice.by_n = 1;
    assert_int_equal(providers_open(&h.providers, NULL), ERR_OK);
    assert_int_equal(ladder_read(LADDER, &h.providers.ladder, NULL), ERR_OK);
    return h;
}

static struct app bare(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        assert_int_equal(unsetenv(settings[i]), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    return opened();
}

static struct app rich(void)
{
    struct app h = bare();

    providers_close(&h.providers);
    set("GOOGLE_API_KEY", "key");
    set("WHISPER_URL", "http://127.0.0.1:1/inference");
    set("ANTHROPIC_API_KEY", "one");
    set("ANTHROPIC_API_KEY_2", "two");
    return opened();
}

static struct status of(const struct app *h, enum provider_stage s, const struct breaker *noted,
                        size_t n)
{
    struct status st = {.by = "untouched"};

    assert_int_equal(status_of(&arena, h, s, noted, n, NOW, &st), ERR_OK);
    return st;
}

static void without_a_vendor_the_house_serves_and_says_which_setting_brings_more(void **state)
{
    struct app h = bare();

    (void)state;
    struct status hear = of(&h, PROVIDER_HEAR, NULL, 0);
    assert_string_equal(hear.by, "typed words and pressed keys");
    assert_non_null(strstr(hear.missing, "GOOGLE_APPLICATION_CREDENTIALS"));
    assert_non_null(strstr(hear.missing, "WHISPER_URL"));
    struct status think = of(&h, PROVIDER_THINK, NULL, 0);
    assert_string_equal(think.by, "the profile's rules");
    assert_string_equal(think.missing, "ANTHROPIC_API_KEY brings a language model");
    assert_string_equal(of(&h, PROVIDER_SPEAK, NULL, 0).by, "espeak-ng");
    providers_close(&h.providers);
}

static void a_missing_espeak_does_not_serve_and_is_told(void **state)
{
    struct app h = bare();

    (void)state;
    h.speaker.espeak = "/nonexistent/espeak-ng";
    struct status speak = of(&h, PROVIDER_SPEAK, NULL, 0);
    assert_null(speak.by);
    assert_non_null(strstr(speak.missing, "HOLOS_ESPEAK=/nonexistent/espeak-ng: no such program"));
    h.speaker.espeak = "sh";
    assert_string_equal(of(&h, PROVIDER_SPEAK, NULL, 0).by, "espeak-ng");
    providers_close(&h.providers);
}

static void what_is_configured_is_named_in_the_ladders_order(void **state)
{
    struct app h = rich();

    (void)state;
    assert_string_equal(of(&h, PROVIDER_HEAR, NULL, 0).by, "google, then whisper");
    assert_string_equal(of(&h, PROVIDER_THINK, NULL, 0).by,
                        "claude, then claude-2, then claude-fallback, then the profile's rules");
    assert_string_equal(of(&h, PROVIDER_SPEAK, NULL, 0).by, "google, then espeak-ng");
    assert_null(of(&h, PROVIDER_HEAR, NULL, 0).missing);
    assert_int_equal(ladder_read("hear=whisper,google think=rules", &h.providers.ladder, NULL),
                     ERR_OK);
    assert_string_equal(of(&h, PROVIDER_HEAR, NULL, 0).by, "whisper, then google");
    struct status think = of(&h, PROVIDER_THINK, NULL, 0);
    assert_string_equal(think.by, "the profile's rules");
    assert_non_null(strstr(think.missing, "HOLOS_LADDER leaves out claude"));
    providers_close(&h.providers);
}

static void what_is_skipped_now_does_not_serve_and_is_told(void **state)
{
    static const struct breaker noted[] = {
        {.name = "hear-google", .failures = 2, .until_ms = NOW + 5000, .reason = "it is deaf"},
        {.name = "speak-google", .failures = 1, .until_ms = 0, .reason = "it coughed"},
        {.name = "think-claude", .failures = 3, .until_ms = NOW - 1, .reason = ""},
    };
    struct app h = rich();

    (void)state;
    struct status hear = of(&h, PROVIDER_HEAR, noted, 3);
    assert_string_equal(hear.by, "whisper");
    assert_string_equal(
        hear.missing, "google is skipped until 2026-11-21T08:33:25Z after 2 failures: it is deaf");
    struct status speak = of(&h, PROVIDER_SPEAK, noted, 3);
    assert_string_equal(speak.by, "google, then espeak-ng");
    assert_null(speak.missing);
    struct status think = of(&h, PROVIDER_THINK, noted, 3);
    assert_int_equal(strncmp(think.by, "claude, ", 8), 0);
    assert_string_equal(think.missing, "claude is tried again by the next turn after 3 failures");
    providers_close(&h.providers);
}

/* Nobody has to be asked to know that; and nobody was, so no failure would ever say it. */
static void settings_that_do_not_go_together_are_told_before_any_turn(void **state)
{
    struct app h = rich();

    (void)state;
    set("GOOGLE_STT_API", "v2");
    set("GOOGLE_STT_LOCATION", "eu");
    struct status hear = of(&h, PROVIDER_HEAR, NULL, 0);
    assert_string_equal(hear.by, "whisper");
    assert_non_null(strstr(hear.missing, "takes no API key"));
    providers_close(&h.providers);
}

static void a_voice_needs_a_profile_that_names_one(void **state)
{
    struct app h = rich();

    (void)state;
    profile.voice.by_n = 0;
    struct status speak = of(&h, PROVIDER_SPEAK, NULL, 0);
    assert_string_equal(speak.by, "espeak-ng");
    assert_string_equal(speak.missing, "name a voice of google in a profile");
    providers_close(&h.providers);
}

static void what_keeps_vendors_away_is_told_in_its_own_words(void **state)
{
    struct app h = bare();

    (void)state;
    providers_close(&h.providers);
    set("GOOGLE_APPLICATION_CREDENTIALS", "/");
    h = opened();
    assert_non_null(
        strstr(of(&h, PROVIDER_HEAR, NULL, 0).missing, "the credentials file cannot be read"));
    providers_close(&h.providers);
    h.open[APP_PROVIDERS] = NULL;
    (void)why_set(&h.open_error[APP_PROVIDERS], ERR_CONFIG, "CLAUDE_EFFORT is odd");
    struct status think = of(&h, PROVIDER_THINK, NULL, 0);
    assert_string_equal(think.by, "the profile's rules");
    assert_string_equal(think.missing, "CLAUDE_EFFORT is odd");
    h.open[APP_PROFILES] = NULL;
    assert_null(of(&h, PROVIDER_THINK, NULL, 0).by);
}

static void it_says_when_there_is_no_memory(void **state)
{
    struct app h = rich();
    struct status st = {.by = "untouched"};
    struct arena tiny;

    (void)state;
    arena_init(&tiny, 1);
    assert_int_equal(status_of(&tiny, &h, PROVIDER_HEAR, NULL, 0, NOW, &st), ERR_MEMORY);
    assert_string_equal(st.by, "untouched");
    arena_release(&tiny);
    providers_close(&h.providers);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        (void)unsetenv(settings[i]);
    settings_forget();
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_vendor_the_house_serves_and_says_which_setting_brings_more),
        cmocka_unit_test(a_missing_espeak_does_not_serve_and_is_told),
        cmocka_unit_test(what_is_configured_is_named_in_the_ladders_order),
        cmocka_unit_test(what_is_skipped_now_does_not_serve_and_is_told),
        cmocka_unit_test(settings_that_do_not_go_together_are_told_before_any_turn),
        cmocka_unit_test(a_voice_needs_a_profile_that_names_one),
        cmocka_unit_test(what_keeps_vendors_away_is_told_in_its_own_words),
        cmocka_unit_test(it_says_when_there_is_no_memory),
    };
    return cmocka_run_group_tests_name("calls/status", tests, set_up, tear_down);
}
