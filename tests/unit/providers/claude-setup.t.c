#include "providers/claude.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"

static const char *const names[] = {
    "ANTHROPIC_API_KEY",  "ANTHROPIC_API_KEY_2", "CLAUDE_API_KEY_1",     "CLAUDE_API_KEY_2",
    "ANTHROPIC_BASE_URL", "ANTHROPIC_VERSION",   "CLAUDE_MODEL",         "CLAUDE_FALLBACK_MODEL",
    "CLAUDE_EFFORT",      "CLAUDE_MAX_TOKENS",   "CREDENTIALS_DIRECTORY"};

static int forget(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unsetenv(names[i]);
    settings_forget();
    return 0;
}

static struct claude_setup setup;
static struct why why;

static enum err read_with(const char *name, const char *value)
{
    why = (struct why){0};
    if (name != NULL)
        (void)setenv(name, value, 1);
    assert_int_equal(settings_load(&why), ERR_OK);
    return claude_setup_read(&setup, &why);
}

static void without_settings_there_is_no_model_to_ask(void **state)
{
    (void)state;
    assert_int_equal(read_with(NULL, NULL), ERR_OK);
    assert_false(claude_ready(&setup));
    assert_false(setup.local);
    assert_int_equal(setup.keys, 0);
    assert_string_equal(setup.base_url, "https://api.anthropic.com");
    assert_string_equal(setup.version, "2023-06-01");
    assert_string_equal(setup.model, "claude-haiku-5-5");
    assert_string_equal(setup.fallback_model, "claude-haiku-4-5");
    assert_int_equal(setup.effort, CLAUDE_LOW);
    assert_int_equal(setup.max_tokens, 400);
}

static void keys_are_counted_without_gaps(void **state)
{
    (void)state;
    assert_int_equal(read_with("ANTHROPIC_API_KEY_2", "sk-two"), ERR_OK);
    assert_int_equal(setup.keys, 1);
    assert_string_equal(setup.key[0], "sk-two");
    assert_string_equal(setup.key[1], "");
    assert_true(claude_ready(&setup));
    assert_int_equal(read_with("ANTHROPIC_API_KEY", "sk-one"), ERR_OK);
    assert_int_equal(setup.keys, 2);
    assert_string_equal(setup.key[0], "sk-one");
    assert_string_equal(setup.key[1], "sk-two");
    assert_int_equal(read_with("ANTHROPIC_API_KEY", "sk-two"), ERR_OK);
    assert_int_equal(setup.keys, 1); /* one key is not two, however often it is given */
}

static void the_older_names_of_the_keys_are_read(void **state)
{
    (void)state;
    assert_int_equal(read_with("CLAUDE_API_KEY_1", "old-one"), ERR_OK);
    assert_int_equal(read_with("CLAUDE_API_KEY_2", "old-two"), ERR_OK);
    assert_string_equal(setup.key[0], "old-one");
    assert_string_equal(setup.key[1], "old-two");
    assert_int_equal(read_with("ANTHROPIC_API_KEY", "new-one"), ERR_OK);
    assert_string_equal(setup.key[0], "new-one");
    assert_string_equal(setup.key[1], "old-two");
}

static void a_server_of_this_machine_needs_no_key(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool local;
    } rows[] = {
        {"http://127.0.0.1:8080", true},
        {"http://localhost:8080/", true},
        {"https://LOCALHOST", true},
        {"http://[::1]:11434/v1", true},
        {"http://127.8.9.10", true},
        {"https://127.0.0.1.example.com", false},
        {"https://localhost.example.com", false},
        {"https://example.com/localhost", false},
        {"https://api.anthropic.com", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(read_with("ANTHROPIC_BASE_URL", rows[i].url), ERR_OK);
        assert_int_equal(setup.local, rows[i].local);
        assert_int_equal(claude_ready(&setup), rows[i].local);
    }
}

static void every_effort_is_read(void **state)
{
    (void)state;
    static const char *const efforts[] = {"low", "medium", "high", "xhigh", "max"};

    for (int i = 0; i < CLAUDE_EFFORT__MAX; i++) {
        assert_int_equal(read_with("CLAUDE_EFFORT", efforts[i]), ERR_OK);
        assert_int_equal(setup.effort, i);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"CLAUDE_EFFORT", "much"},
        {"CLAUDE_EFFORT", ""},
        {"CLAUDE_MODEL", ""},
        {"CLAUDE_MODEL", "claude haiku"},
        {"CLAUDE_FALLBACK_MODEL", "клод"},
        {"ANTHROPIC_VERSION", ""},
        {"ANTHROPIC_VERSION", "2023-06-01\nx-api-key: other"},
        {"ANTHROPIC_BASE_URL", ""},
        {"ANTHROPIC_BASE_URL", "api.anthropic.com"},
        {"ANTHROPIC_BASE_URL", "http://api.anthropic.com"},
        {"ANTHROPIC_API_KEY", "sk-one\r\nX-Evil: 1"},
        {"ANTHROPIC_API_KEY_2", "sk two"},
        {"CLAUDE_API_KEY_1", "ключ"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)forget(NULL);
        assert_int_equal(read_with(rows[i][0], rows[i][1]), ERR_CONFIG);
        assert_memory_equal(why.text, rows[i][0], strlen(rows[i][0]));
        assert_int_equal(why.text[strlen(rows[i][0])], ':');
        assert_null(strstr(why.text, "sk"));
    }
}

static void no_fallback_model_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(read_with("CLAUDE_FALLBACK_MODEL", ""), ERR_OK);
    assert_string_equal(setup.fallback_model, "");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, forget, forget)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        EACH(without_settings_there_is_no_model_to_ask),
        EACH(keys_are_counted_without_gaps),
        EACH(the_older_names_of_the_keys_are_read),
        EACH(a_server_of_this_machine_needs_no_key),
        EACH(every_effort_is_read),
        EACH(what_is_wrong_is_named),
        EACH(no_fallback_model_is_allowed),
    };
    return cmocka_run_group_tests_name("providers/claude-setup", tests, NULL, NULL);
}
