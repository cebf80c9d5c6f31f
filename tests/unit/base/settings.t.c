#include "base/settings.h"
#include "base/clock.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

static const struct setting_row *row_of(int i)
{
    return &settings_table()[i];
}

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < SET__MAX; i++)
        assert_int_equal(unsetenv(row_of(i)->name), 0);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    settings_forget();
    return 0;
}

static void give(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void every_row_is_complete_and_its_default_is_allowed(void **state)
{
    (void)state;
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = row_of(i);
        assert_true(strlen(row->name) > 3);
        assert_true(strlen(row->text) > 5);
        assert_true(row->least <= row->most);
        assert_int_equal(strlen(row->unit) > 0, row->type == SETTING_NUMBER);
        if (row->secret)
            assert_string_equal(row->preset, "");
        if (row->type != SETTING_NUMBER)
            continue;
        int64_t preset = strtoll(row->preset, NULL, 10);
        assert_true(preset >= row->least && preset <= row->most);
    }
}

static void names_are_distinct(void **state)
{
    (void)state;
    for (int a = 0; a < SET__MAX; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(row_of(a)->name, row_of(b)->name);
}

/* A number, as CLAUDE_MAX_TOKENS, opens nothing. */
static void what_looks_like_a_key_is_a_secret(void **state)
{
    static const char *const words[] = {"_KEY", "_SECRET", "_TOKEN", "_PASSWORD"};

    (void)state;
    for (int i = 0; i < SET__MAX; i++)
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
            if (row_of(i)->type == SETTING_TEXT && strstr(row_of(i)->name, words[w]) != NULL)
                assert_true(row_of(i)->secret);
}

static void with_nothing_given_every_setting_has_its_default(void **state)
{
    (void)state;
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = row_of(i);
        assert_false(setting_given(i));
        if (row->type == SETTING_TEXT)
            assert_string_equal(setting_text(i), row->preset);
        if (row->type == SETTING_NUMBER)
            assert_true(setting_number(i) == strtoll(row->preset, NULL, 10));
        if (row->type == SETTING_SWITCH)
            assert_int_equal(setting_on(i), strcmp(row->preset, "true") == 0);
    }
}

static void what_is_given_is_taken_for_every_row(void **state)
{
    char text[64];

    (void)state;
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = row_of(i);
        if (row->type == SETTING_TEXT)
            give(row->name, i == SET_HOLOS_NOW ? "2026-12-01T10:00:00+02:00" : row->name);
        if (row->type == SETTING_SWITCH)
            give(row->name, "off");
        (void)snprintf(text, sizeof text, "%" PRId64, row->most);
        if (row->type == SETTING_NUMBER)
            give(row->name, text);
    }
    assert_int_equal(settings_load(NULL), ERR_OK);
    for (int i = 0; i < SET__MAX; i++) {
        assert_true(setting_given(i));
        if (row_of(i)->type == SETTING_TEXT)
            assert_string_equal(setting_text(i),
                                i == SET_HOLOS_NOW ? "2026-12-01T10:00:00+02:00" : row_of(i)->name);
        if (row_of(i)->type == SETTING_NUMBER)
            assert_true(setting_number(i) == row_of(i)->most);
        if (row_of(i)->type == SETTING_SWITCH)
            assert_false(setting_on(i));
    }
}

static void a_moment_that_is_none_is_refused(void **state)
{
    static const char *const wrong[] = {"now",
                                        "2026-12-01",
                                        "2026-12-01T10:00:00",
                                        "2026-13-01T10:00:00Z",
                                        "2026-12-01T25:00:00Z",
                                        "2026-12-01T10:00:00+0200",
                                        "2026-12-01 10:00:00Z"};
    struct why why = {0};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        give("HOLOS_NOW", wrong[i]);
        assert_int_equal(settings_load(&why), ERR_CONFIG);
        assert_non_null(strstr(why.text, wrong[i]));
    }
}

static void the_clock_goes_on_from_holos_now(void **state)
{
    (void)state;
    int64_t machine = clock_machine_ms();
    give("HOLOS_NOW", "2026-12-01T10:00:00+02:00");
    assert_int_equal(settings_load(NULL), ERR_OK);
    int64_t now = clock_unix_ms();
    assert_true(now >= INT64_C(1796112000000) && now < INT64_C(1796112000000) + 600000);
    assert_true(clock_machine_ms() >= machine && clock_machine_ms() < machine + 600000);
    /* What another process of the tree began with holds for this one. */
    const char *at = getenv("HOLOS_NOW_AT");
    assert_non_null(at);
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_string_equal(getenv("HOLOS_NOW_AT"), at);
    assert_true(clock_unix_ms() >= now);
    assert_true(clock_stand_at("2027-01-01T00:00:00Z"));
    assert_true(clock_unix_ms() == INT64_C(1798761600000));
    clock_freeze_unix_ms(0);
}

static void refuses(int i, const char *value)
{
    struct why why = {0};

    give(row_of(i)->name, value);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, row_of(i)->name));
    assert_int_equal(unsetenv(row_of(i)->name), 0);
}

static void a_number_out_of_bounds_or_unreadable_is_refused_in_every_row(void **state)
{
    char text[64];

    (void)state;
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = row_of(i);
        if (row->type != SETTING_NUMBER)
            continue;
        (void)snprintf(text, sizeof text, "%" PRId64, row->least - 1);
        refuses(i, text);
        (void)snprintf(text, sizeof text, "%" PRId64, row->most + 1);
        refuses(i, text);
        refuses(i, "ten");
        refuses(i, "10s");
        refuses(i, "1.5");
        refuses(i, "0x10");
        refuses(i, "99999999999999999999");
    }
}

static void the_bounds_themselves_are_allowed(void **state)
{
    char text[64];

    (void)state;
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = row_of(i);
        if (row->type != SETTING_NUMBER)
            continue;
        (void)snprintf(text, sizeof text, "%" PRId64, row->least);
        give(row->name, text);
        assert_int_equal(settings_load(NULL), ERR_OK);
        assert_true(setting_number(i) == row->least);
    }
}

static void the_sentence_says_the_value_and_what_it_may_be(void **state)
{
    struct why why = {0};

    (void)state;
    give("HOLOS_SPEAK_MS", "99");
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_string_equal(why.text,
                        "HOLOS_SPEAK_MS=99: must be a whole number from 100 to 60000 (ms)");
}

static void a_switch_knows_its_words_and_no_others(void **state)
{
    static const struct {
        const char *word;
        bool on;
    } rows[] = {{"1", true},  {"true", true},   {"True", true},   {"yes", true}, {"on", true},
                {"0", false}, {"false", false}, {"False", false}, {"no", false}, {"off", false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        give("TELEPHONY_ENABLED", rows[i].word);
        assert_int_equal(settings_load(NULL), ERR_OK);
        assert_int_equal(setting_on(SET_TELEPHONY_ENABLED), rows[i].on);
    }
    refuses(SET_TELEPHONY_ENABLED, "maybe");
    refuses(SET_TELEPHONY_ENABLED, "2");
}

static void an_empty_text_is_given_but_an_empty_number_is_not(void **state)
{
    (void)state;
    give("HOLOS_CACHE", "");
    give("HOLOS_SPEAK_MS", "");
    give("TELEPHONY_ENABLED", "");
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_true(setting_given(SET_HOLOS_CACHE));
    assert_string_equal(setting_text(SET_HOLOS_CACHE), "");
    assert_false(setting_given(SET_HOLOS_SPEAK_MS));
    assert_int_equal(setting_number(SET_HOLOS_SPEAK_MS), 4000);
    assert_true(setting_on(SET_TELEPHONY_ENABLED));
}

static void one_wrong_setting_keeps_the_others_and_its_own_old_value(void **state)
{
    struct why why = {0};

    (void)state;
    give("HOLOS_SPEAK_MS", "500");
    assert_int_equal(settings_load(NULL), ERR_OK);
    give("HOLOS_SPEAK_MS", "x");
    give("HOLOS_TURN_MS", "y");
    give("HOLOS_PROFILE", "hotel");
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "HOLOS_SPEAK_MS"));
    assert_int_equal(setting_number(SET_HOLOS_SPEAK_MS), 500);
    assert_int_equal(setting_number(SET_HOLOS_TURN_MS), 12000);
    assert_string_equal(setting_text(SET_HOLOS_PROFILE), "hotel");
}

static void a_credential_wins_over_the_environment(void **state)
{
    struct folder f;

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    give("BINOTEL_API_KEY", "of the environment");
    give("BINOTEL_API_SECRET", "only here");
    folder_write(&f, "BINOTEL_API_KEY", "of the file\r\n", 13);
    folder_write(&f, "HOLOS_SPEAK_MS", "700\n", 4);
    folder_write(&f, "HOLOS_PROFILE", "no newline", 10);
    assert_int_equal(settings_load(NULL), ERR_OK);
    folder_remove(&f);
    assert_string_equal(setting_text(SET_BINOTEL_API_KEY), "of the file");
    assert_string_equal(setting_text(SET_BINOTEL_API_SECRET), "only here");
    assert_string_equal(setting_text(SET_HOLOS_PROFILE), "no newline");
    assert_int_equal(setting_number(SET_HOLOS_SPEAK_MS), 700);
    assert_true(setting_given(SET_HOLOS_SPEAK_MS));
}

static void a_byte_order_mark_is_no_part_of_a_credential(void **state)
{
    struct folder f;

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    give("BINOTEL_API_SECRET", "of the environment");
    folder_write(&f, "BINOTEL_API_KEY", "\xef\xbb\xbfkey\r\n", 8);
    folder_write(&f, "BINOTEL_API_SECRET", "\xef\xbb\xbf\r\n", 5);
    folder_write(&f, "HOLOS_SPEAK_MS",
                 "\xef\xbb\xbf"
                 "700\r\n",
                 8);
    assert_int_equal(settings_load(NULL), ERR_OK);
    folder_remove(&f);
    assert_string_equal(setting_text(SET_BINOTEL_API_KEY), "key");
    assert_string_equal(setting_text(SET_BINOTEL_API_SECRET), "of the environment");
    assert_int_equal(setting_number(SET_HOLOS_SPEAK_MS), 700);
}

static void an_empty_credential_leaves_the_environment_to_speak(void **state)
{
    struct folder f;

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    give("BINOTEL_API_KEY", "of the environment");
    folder_write(&f, "BINOTEL_API_KEY", "\n", 1);
    assert_int_equal(settings_load(NULL), ERR_OK);
    folder_remove(&f);
    assert_string_equal(setting_text(SET_BINOTEL_API_KEY), "of the environment");
}

static void a_credential_is_never_cut(void **state)
{
    struct folder f;
    char text[4096];
    struct why why = {0};

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    memset(text, 'k', sizeof text);
    folder_write(&f, "BINOTEL_API_KEY", text, 4095);
    assert_int_equal(settings_load(&why), ERR_OK);
    assert_int_equal(strlen(setting_text(SET_BINOTEL_API_KEY)), 4095);
    folder_write(&f, "BINOTEL_API_KEY", text, 4096);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "BINOTEL_API_KEY"));
    assert_null(strstr(why.text, "kkk"));
    folder_write(&f, "BINOTEL_API_KEY", "a\0b", 3);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    folder_remove(&f);
}

static void a_credential_that_cannot_be_read_is_an_error(void **state)
{
    struct folder f;
    struct why why = {0};

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    assert_int_equal(mkdir(folder_path(&f, "BINOTEL_API_KEY"), 0700), 0);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "BINOTEL_API_KEY"));
    folder_remove(&f);
}

static void a_wrong_secret_is_not_repeated_in_the_sentence(void **state)
{
    struct folder f;
    struct why why = {0};

    (void)state;
    folder_make(&f);
    give("CREDENTIALS_DIRECTORY", f.path);
    folder_write(&f, "HOLOS_SPEAK_MS", "hushhush", 8);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
    assert_null(strstr(why.text, "hush"));
    folder_remove(&f);
}

static void a_credentials_folder_that_is_missing_is_none(void **state)
{
    (void)state;
    give("CREDENTIALS_DIRECTORY", "/nonexistent/holos");
    assert_int_equal(settings_load(NULL), ERR_OK);
    give("CREDENTIALS_DIRECTORY", "");
    assert_int_equal(settings_load(NULL), ERR_OK);
}

static void a_credentials_path_too_long_is_an_error(void **state)
{
    char path[5000];
    struct why why = {0};

    (void)state;
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    give("CREDENTIALS_DIRECTORY", path);
    assert_int_equal(settings_load(&why), ERR_CONFIG);
}

static void forgetting_twice_is_harmless(void **state)
{
    (void)state;
    give("HOLOS_PROFILE", "hotel");
    assert_int_equal(settings_load(NULL), ERR_OK);
    settings_forget();
    settings_forget();
    assert_false(setting_given(SET_HOLOS_PROFILE));
    assert_string_equal(setting_text(SET_HOLOS_PROFILE), "salon");
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(every_row_is_complete_and_its_default_is_allowed),
        ONE(names_are_distinct),
        ONE(what_looks_like_a_key_is_a_secret),
        ONE(with_nothing_given_every_setting_has_its_default),
        ONE(what_is_given_is_taken_for_every_row),
        ONE(a_moment_that_is_none_is_refused),
        ONE(the_clock_goes_on_from_holos_now),
        ONE(a_number_out_of_bounds_or_unreadable_is_refused_in_every_row),
        ONE(the_bounds_themselves_are_allowed),
        ONE(the_sentence_says_the_value_and_what_it_may_be),
        ONE(a_switch_knows_its_words_and_no_others),
        ONE(an_empty_text_is_given_but_an_empty_number_is_not),
        ONE(one_wrong_setting_keeps_the_others_and_its_own_old_value),
        ONE(a_credential_wins_over_the_environment),
        ONE(a_byte_order_mark_is_no_part_of_a_credential),
        ONE(an_empty_credential_leaves_the_environment_to_speak),
        ONE(a_credential_is_never_cut),
        ONE(a_credential_that_cannot_be_read_is_an_error),
        ONE(a_wrong_secret_is_not_repeated_in_the_sentence),
        ONE(a_credentials_folder_that_is_missing_is_none),
        ONE(a_credentials_path_too_long_is_an_error),
        ONE(forgetting_twice_is_harmless),
    };
    return cmocka_run_group_tests_name("base/settings", tests, NULL, NULL);
}
