#include "providers/command-voice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"

extern const struct provider provider_speak_command;

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static const char *found(const char *commands, const char *languages, const char *language)
{
    const char *at = NULL;
    size_t n = command_voice_find(commands, languages, language, &at);

    return n == 0 ? NULL : arena_strndup(&a, at, n);
}

static void each_language_has_its_own_program(void **state)
{
    static const char two[] = "uk=piper -m uk.onnx -f -;  ru=/opt/rhvoice -p Anna ; speak -v en";

    (void)state;
    assert_string_equal(found(two, "en", "uk"), "piper -m uk.onnx -f -");
    assert_string_equal(found(two, "en", "ru"), "/opt/rhvoice -p Anna");
    assert_string_equal(found(two, "en", "en"), "speak -v en");
    assert_null(found(two, "en", "pl"));
    assert_string_equal(found(two, "", "pl"), "speak -v en");
    assert_null(found("uk=piper", "", "u"));
    assert_null(found("", "", "uk"));
    assert_null(found(" ; ;uk= ", "", "uk"));
    /* an equals sign further on is the program's own */
    assert_string_equal(found("speak --voice=uk", "", "uk"), "speak --voice=uk");
    assert_string_equal(found("/x/a=b -c", "", "uk"), "/x/a=b -c");
}

static void a_command_is_cut_at_blanks_and_no_sign_in_it_means_anything(void **state)
{
    static const char *const want[] = {"piper", "-f", "-", "$(id)", "'a", "b'", "|", "*", NULL};
    const char *const *word = NULL;
    static const char text[] = "  piper\t-f -  $(id) 'a b' | * ; rest";

    (void)state;
    assert_int_equal(command_voice_words(&a, text, strcspn(text, ";"), &word), ERR_OK);
    for (size_t i = 0; want[i] != NULL; i++)
        assert_string_equal(word[i], want[i]);
    assert_null(word[8]);
}

static void a_command_without_a_program_is_named(void **state)
{
    static const struct {
        const char *text;
        enum err want;
    } rows[] = {{"", ERR_NOT_FOUND},   {" ", ERR_NOT_FOUND},      {"piper -f -", ERR_OK},
                {"piper;", ERR_OK},    {"uk=a; ru=b", ERR_OK},    {"uk=", ERR_CONFIG},
                {"a; ;b", ERR_CONFIG}, {"uk=a; ru= ", ERR_CONFIG}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {0};
        assert_int_equal(setenv("HOLOS_VOICE_COMMAND", rows[i].text, 1), 0);
        assert_int_equal(settings_load(NULL), ERR_OK);
        assert_int_equal(provider_speak_command.ready(NULL, &why), rows[i].want);
        assert_true(rows[i].want != ERR_CONFIG || strstr(why.text, "HOLOS_VOICE_COMMAND") != NULL);
    }
    assert_int_equal(unsetenv("HOLOS_VOICE_COMMAND"), 0);
}

static void another_command_is_another_voice(void **state)
{
    (void)state;
    assert_int_equal(setenv("HOLOS_VOICE_COMMAND", "uk=piper -m a", 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_string_equal(provider_speak_command.speak.usual("uk"), "uk=piper -m a");
    assert_string_equal(provider_speak_command.speak.usual("ru"), "");
    assert_int_equal(unsetenv("HOLOS_VOICE_COMMAND"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_has_its_own_program),
        cmocka_unit_test(a_command_is_cut_at_blanks_and_no_sign_in_it_means_anything),
        cmocka_unit_test(a_command_without_a_program_is_named),
        cmocka_unit_test(another_command_is_another_voice),
    };
    return cmocka_run_group_tests_name("providers/command-voice", tests, set_up, tear_down);
}
