/* Voices of one's own in a call: a server with OpenAI's /v1/audio/speech, and a program. The program is
 * a real one, espeak-ng, told other words than the embedded voice is; RHVoice-test is tried where it is
 * installed. */
#include "tests/cases/home.h"
#include "tests/support/ring.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/breaker.h"

#define CALLED "0440000202"
#define ESPEAK "espeak-ng -v uk -s 140 --stdin --stdout"

static const char *const settings[] = {"OPENAI_VOICE",           "OPENAI_VOICE_URL",
                                       "OPENAI_VOICE_KEY",       "OPENAI_VOICE_FORMAT",
                                       "OPENAI_VOICE_LANGUAGES", "OPENAI_VOICE_MODEL",
                                       "HOLOS_VOICE_COMMAND",    "HOLOS_VOICE_COMMAND_LANGUAGES"};

static void scenario(const char *more, const char *answer)
{
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena,
                              "{\"stt\":{\"lines\":[\"Розкажіть.\"],\"loop\":true},%s\"claude\":"
                              "{\"match\":[{\"any\":true,\"answer\":{\"text\":\"%s\"}}]}}",
                              more, answer));
}

/* A call whose answers are this, with this ladder and no settings of the test before. */
static const char *begin(const char *speak, const char *answer)
{
    ring_fresh();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        home_set(the_door, settings[i], NULL);
    home_set(the_door, "HOLOS_LADDER", speak);
    scenario("", answer);
    return ring_call(CALLED);
}

static void use_server(void)
{
    home_set(the_door, "OPENAI_VOICE", "coral");
    home_set(the_door, "OPENAI_VOICE_URL", vendors_url(&ring_vendors, "openai"));
    home_set(the_door, "OPENAI_VOICE_KEY", ring_vendors.openai_key);
}

static struct turn take_turn(const char *call, const char *key)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = key});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_true(answer_sound(the_door, &a).n > 0);
    return ring_kept(call, (int)strtol(key, NULL, 10));
}

static size_t noted(struct breaker **ret)
{
    size_t n = 0;

    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, ret, &n, NULL), ERR_OK);
    return n;
}

static void assert_spoke(const struct turn *t, const char *rung)
{
    struct breaker *all = NULL;

    if (strcmp(t->speak_rung, rung) != 0)
        fail_msg("%s spoke: %s", t->speak_rung, noted(&all) == 0 ? "no failure" : all[0].reason);
}

/* ---- a server -------------------------------------------------------------------------------- */

static void a_server_speaks_in_either_format_and_with_a_head_of_any_size(void **state)
{
    static const struct {
        const char *format, *more;
    } rows[] = {{"wav", ""}, {"wav", "\"speech\":{\"size\":0},"}, {"pcm", ""}};
    struct turn t;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *call = begin("speak=openai,espeak", "Працюємо щодня. Заходьте!");
        use_server();
        home_set(the_door, "OPENAI_VOICE_FORMAT", rows[i].format);
        scenario(rows[i].more, "Працюємо щодня. Заходьте!");
        t = take_turn(call, "1");
        assert_spoke(&t, "openai");
        const struct json *asked = ring_asked("openai", 0);
        assert_string_equal(json_text(json_member(asked, "voice")), "coral");
        assert_string_equal(json_text(json_member(asked, "model")), "gpt-4o-mini-tts");
        vendors_assert_content(&ring_vendors);
    }
}

static void what_a_server_said_once_is_not_asked_for_again(void **state)
{
    struct turn t;

    (void)state;
    const char *call = begin("speak=openai,espeak", "Так, працюємо.");
    use_server();
    (void)take_turn(call, "1");
    int64_t asked = vendors_count(&ring_vendors, "openai", "requests");
    t = take_turn(call, "2");
    assert_spoke(&t, "cache");
    assert_int_equal(vendors_count(&ring_vendors, "openai", "requests"), asked);
}

/* B8: they may hold the caller's, and stayed in the cache for months. */
static void a_models_words_are_kept_for_their_call_alone(void **state)
{
    (void)state;
    const char *call = begin("speak=openai,espeak", "Святозаро, код сім вісім.");
    use_server();
    (void)take_turn(call, "1");
    call = ring_call(CALLED);
    int64_t asked = vendors_count(&ring_vendors, "openai", "requests");
    (void)take_turn(call, "1");
    assert_int_equal(vendors_count(&ring_vendors, "openai", "requests"), asked + 1);
}

static void a_server_that_fails_is_followed_by_the_next_voice(void **state)
{
    static const struct {
        const char *what, *more;
    } faults[] = {{"silence", NULL},
                  {"empty", NULL},
                  {"html", "\"status\":200"},
                  {"garbage", NULL},
                  {"status", "\"status\":401"},
                  {"status", "\"status\":503"},
                  {"cut", "\"after\":60"}};

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const char *call = begin("speak=openai,espeak", "Так, працюємо.");
        use_server();
        vendors_misbehave(&ring_vendors, "openai", faults[i].what, faults[i].more);
        struct turn t = take_turn(call, "1");
        if (strcmp(t.speak_rung, "espeak") != 0)
            fail_msg("%s: %s spoke", faults[i].what, t.speak_rung);
    }
}

static void a_voice_that_the_server_does_not_have_is_named(void **state)
{
    struct breaker *all = NULL;
    struct turn t;

    (void)state;
    const char *call = begin("speak=openai,espeak", "Так, працюємо.");
    use_server();
    home_set(the_door, "OPENAI_VOICE", "olena");
    t = take_turn(call, "1");
    assert_spoke(&t, "espeak");
    assert_int_equal(noted(&all), 1);
    assert_string_equal(all[0].name, "speak-openai");
    assert_non_null(strstr(all[0].reason, "look at OPENAI_VOICE"));
}

static void a_sentence_in_a_language_that_it_may_not_speak_is_another_voice_s(void **state)
{
    struct breaker *all = NULL;
    struct turn t;

    (void)state;
    const char *call = begin("speak=openai,espeak", "Мы работаем каждый день, это точно.");
    use_server();
    home_set(the_door, "OPENAI_VOICE_LANGUAGES", "uk");
    t = take_turn(call, "1");
    assert_spoke(&t, "espeak");
    assert_int_equal(vendors_count(&ring_vendors, "openai", "requests"), 0);
    assert_int_equal(noted(&all), 0); /* that is no failure */
    home_set(the_door, "OPENAI_VOICE_LANGUAGES", "uk ru");
    t = take_turn(call, "2");
    assert_spoke(&t, "openai");
}

/* ---- a program ------------------------------------------------------------------------------- */

static const char *program(const char *text)
{
    static int n;
    const char *path = arena_printf(the_door->arena, "%s/voice-%d", the_door->folder, n++);

    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, 0755), 0);
    return path;
}

static void a_program_of_this_machine_speaks(void **state)
{
    struct turn t;

    (void)state;
    const char *call = begin("speak=command,espeak", "Працюємо щодня. Заходьте!");
    home_set(the_door, "HOLOS_VOICE_COMMAND", ESPEAK);
    t = take_turn(call, "1");
    assert_spoke(&t, "command");
    t = take_turn(call, "2");
    assert_spoke(&t, "cache");
}

static void each_language_is_spoken_by_its_own_program(void **state)
{
    struct turn t;

    (void)state;
    const char *call = begin("speak=command,espeak", "Мы работаем каждый день, это точно.");
    const char *log = arena_printf(the_door->arena, "%s/said", the_door->folder);
    const char *uk = program("#!/bin/sh\nexit 9\n");
    const char *ru = program(arena_printf(
        the_door->arena, "#!/bin/sh\ntee %s | espeak-ng -v ru --stdin --stdout\n", log));
    home_set(the_door, "HOLOS_VOICE_COMMAND",
             arena_printf(the_door->arena, "uk=%s; ru=%s", uk, ru));
    t = take_turn(call, "1");
    assert_spoke(&t, "command");
    char *said = NULL;
    size_t n = 0;
    assert_int_equal(file_read(the_door->arena, log, 4096, &said, &n, NULL), ERR_OK);
    assert_non_null(strstr(said, "работаем"));
}

static void a_program_that_fails_in_any_way_is_followed_by_the_next_voice(void **state)
{
    static const char *const texts[] = {
        "#!/bin/sh\nexit 1\n",     "#!/bin/sh\ncat >/dev/null\n",
        "#!/bin/sh\ncat\n",        "#!/bin/sh\ncat >/dev/null; exec cat /dev/zero\n",
        "#!/bin/sh\nkill -9 $$\n",
    };
    struct turn t;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *call = begin("speak=command,espeak", "Так, працюємо.");
        home_set(the_door, "HOLOS_VOICE_COMMAND", program(texts[i]));
        t = take_turn(call, "1");
        assert_spoke(&t, "espeak");
    }
    const char *call = begin("speak=command,espeak", "Так, працюємо.");
    home_set(the_door, "HOLOS_VOICE_COMMAND", "/nowhere/piper -f -");
    t = take_turn(call, "1");
    assert_spoke(&t, "espeak");
}

/* Each run is a line in a file: what is counted is how often a program ran. */
static int64_t runs(const char *log)
{
    char *text = NULL;
    size_t n = 0;
    int64_t lines = 0;

    if (file_read(the_door->arena, log, 4096, &text, &n, NULL) != ERR_OK)
        return 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

/* $$ is the leader of the program's group, its child is in it. */
static const char *hanging(const char *log)
{
    return program(
        arena_printf(the_door->arena, "#!/bin/sh\nsleep 1000 &\necho $! >>%s\nwait\n", log));
}

static void assert_children_are_gone(const char *log)
{
    char *text = NULL;
    size_t n = 0;

    assert_int_equal(file_read(the_door->arena, log, 4096, &text, &n, NULL), ERR_OK);
    for (char *at = text; *at != '\0';) {
        long pid = strtol(at, &at, 10);
        struct deadline d = deadline_in_ms(10000);
        while (kill((pid_t)pid, 0) == 0 && deadline_sleep(d, 10))
            continue;
        assert_int_equal(kill((pid_t)pid, 0), -1);
        at += strspn(at, "\n");
    }
}

static void a_program_that_hangs_is_ended_with_its_children_and_after_two_left_alone(void **state)
{
    struct breaker *all = NULL;
    struct turn t;

    (void)state;
    (void)begin("speak=command,espeak", "Так, працюємо.");
    const char *log = arena_printf(the_door->arena, "%s/hung", the_door->folder);
    home_set(the_door, "HOLOS_VOICE_COMMAND", hanging(log));
    the_door->app.providers.speak_ms = 400;
    for (int i = 0; i < 4; i++) {
        const char *answer = arena_printf(the_door->arena, "Так, працюємо %d.", i);
        scenario("", answer);
        t = take_turn(ring_call(CALLED), "1");
        assert_spoke(&t, "espeak");
    }
    assert_int_equal(runs(log), 2);
    assert_int_equal(noted(&all), 1);
    assert_string_equal(all[0].name, "speak-command");
    assert_children_are_gone(log);
    the_door->app.providers.speak_ms = 4000;
}

/* Every sentence cost every caller the whole time of a sentence. */
static void an_espeak_that_hangs_is_left_alone_after_two_callers(void **state)
{
    struct breaker *all = NULL;
    struct turn t;

    (void)state;
    (void)begin("speak=espeak", "Так.");
    const char *log = arena_printf(the_door->arena, "%s/espeak-hung", the_door->folder);
    const char *before = the_door->app.speaker.espeak;
    int before_ms = the_door->app.speaker.step_ms;
    the_door->app.speaker.espeak = hanging(log);
    the_door->app.speaker.step_ms = 400;
    for (int i = 0; i < 4; i++) {
        const char *answer = arena_printf(the_door->arena, "Вигадане речення номер %d.", i);
        scenario("", answer);
        struct answer a = ring_turn(&(struct ring_said){.call = ring_call(CALLED), .turn = "1"});
        assert_int_equal(a.status, 200); /* the text is there */
    }
    /* the greetings of the first two calls were not in the cache, either */
    assert_int_equal(runs(log), BREAKER_FAILURES);
    assert_int_equal(noted(&all), 1);
    assert_string_equal(all[0].name, "speak-espeak");
    the_door->app.speaker.espeak = before;
    the_door->app.speaker.step_ms = before_ms;
    /* and it is tried again: behind it there is only silence */
    (void)ring_sql("UPDATE rung SET until_ms = 1");
    t = take_turn(ring_call(CALLED), "1");
    assert_spoke(&t, "espeak");
    assert_int_equal(noted(&all), 0);
}

/* ---- what is told of them -------------------------------------------------------------------- */

static void health_and_the_ladder_find_both(void **state)
{
    (void)state;
    (void)begin("speak=openai,command,espeak", "Так.");
    struct answer a = door_get(the_door, "/telephony/health");
    assert_null(strstr(a.body, "the program of HOLOS_VOICE_COMMAND"));
    use_server();
    home_set(the_door, "HOLOS_VOICE_COMMAND", ESPEAK);
    a = door_get(the_door, "/telephony/health");
    const struct json *speak = json_member(json_member(a.json, "stages"), "speak");
    const char *by = json_text(json_member(speak, "served_by"));
    assert_non_null(by);
    assert_non_null(strstr(by, "OpenAI's voice, or a server like it, then the program of "
                               "HOLOS_VOICE_COMMAND, then espeak-ng"));
}

/* Debian 12 has no package of it. */
static void rhvoice_speaks_where_it_is_installed(void **state)
{
    struct turn t;

    (void)state;
    if (access("/usr/bin/RHVoice-test", X_OK) != 0) {
        print_message("# RHVoice-test is not installed: not tried\n");
        skip();
    }
    const char *call = begin("speak=command,espeak", "Працюємо щодня.");
    home_set(the_door, "HOLOS_VOICE_COMMAND", "RHVoice-test -p anatol -o /dev/stdout");
    t = take_turn(call, "1");
    assert_spoke(&t, "command");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_speaks_in_either_format_and_with_a_head_of_any_size),
        cmocka_unit_test(what_a_server_said_once_is_not_asked_for_again),
        cmocka_unit_test(a_models_words_are_kept_for_their_call_alone),
        cmocka_unit_test(a_server_that_fails_is_followed_by_the_next_voice),
        cmocka_unit_test(a_voice_that_the_server_does_not_have_is_named),
        cmocka_unit_test(a_sentence_in_a_language_that_it_may_not_speak_is_another_voice_s),
        cmocka_unit_test(a_program_of_this_machine_speaks),
        cmocka_unit_test(each_language_is_spoken_by_its_own_program),
        cmocka_unit_test(a_program_that_fails_in_any_way_is_followed_by_the_next_voice),
        cmocka_unit_test(a_program_that_hangs_is_ended_with_its_children_and_after_two_left_alone),
        cmocka_unit_test(an_espeak_that_hangs_is_left_alone_after_two_callers),
        cmocka_unit_test(health_and_the_ladder_find_both),
        cmocka_unit_test(rhvoice_speaks_where_it_is_installed),
    };

    ring_begin();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/own-voices", tests, NULL, NULL);
    ring_close();
    return failed;
}
