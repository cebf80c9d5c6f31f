/* Whose the sounds of the phrase cache are: what holds a caller's words goes with the call. */
#include "calls/turn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <glob.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "speech/cache.h"
#include "tests/cases/home.h"

static struct door home;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    home_remove(&home);
    return 0;
}

/* As a worker does it; words NULL: the greeting. The call's id. */
static int64_t speak_turn(const char *call, const char *key, const char *words)
{
    struct call_turn c = {.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(60000)};
    struct turn_input in = {.source = "binotel",
                            .external_id = call,
                            .route = words == NULL ? "incoming-call" : "audio-stream",
                            .key = arena_printf(home.arena, "%s-%s", call, key),
                            .caller = arena_printf(home.arena, "050111223%c", call[6]),
                            .called = "0440000202",
                            .direction = "in",
                            .words = words};
    struct delivery_reply reply = {.status = 200, .type = "text/plain"};
    const char *wav = NULL, *sha256 = NULL;
    size_t len = 0;

    assert_int_equal(
        words == NULL ? call_turn_greet(&c, &in, NULL) : call_turn_answer(&c, &in, NULL), ERR_OK);
    assert_int_equal(synthesise_sound(&c.voice, &wav, &len, &sha256), ERR_OK);
    buf_init(&reply.body.text, home.arena, 64);
    buf_puts(&reply.body.text, "ok");
    assert_int_equal(call_turn_finish(&c, &reply, NULL), ERR_OK);
    call_turn_release(&c);
    return c.call.id;
}

static size_t sounds_of(int64_t call_id)
{
    glob_t found;

    const char *pattern =
        arena_printf(home.arena, "%s/*/*-%lld", setting_text(SET_HOLOS_CACHE), (long long)call_id);
    size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return n;
}

static bool is_remembered(const char *word)
{
    for (size_t i = 0; i < CACHE_RECENT_SLOTS; i++)
        if (home.app.recent.slot[i].key != NULL &&
            strstr(home.app.recent.slot[i].key, word) != NULL)
            return true;
    return false;
}

/* B8: the sound of a name stayed in the phrase cache until it was unused for HOLOS_KEEP_DAYS, and in
 * the memory of a worker until that ended. */
static void the_sound_of_a_name_is_its_calls_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) { /* what all are told is then in the cache */
        const char *call = arena_printf(home.arena, "named-%d", i);
        int64_t id = speak_turn(call, "0", NULL);
        (void)speak_turn(call, "1", "Хочу поскаржитися");
        (void)speak_turn(call, "2", "Мене нечемно зустріли вчора о третій");
        size_t before = sounds_of(CACHE_SHARED);
        assert_int_equal(sounds_of(id), 0);
        (void)speak_turn(call, "3", "Мене звати Святозара");
        (void)speak_turn(call, "4", "Так"); /* thanks her by name */
        assert_true(sounds_of(id) > 0);
        (void)speak_turn(call, "5", "До побачення");
        assert_true(i == 0 || sounds_of(CACHE_SHARED) == before);
        assert_false(is_remembered("Святозар"));
        assert_int_equal(cache_keep_calls(setting_text(SET_HOLOS_CACHE), &id, 1, NULL), ERR_OK);
        assert_true(sounds_of(id) > 0);
        assert_int_equal(cache_keep_calls(setting_text(SET_HOLOS_CACHE), NULL, 0, NULL), ERR_OK);
        assert_int_equal(sounds_of(id), 0);
        assert_true(sounds_of(CACHE_SHARED) >= before);
    }
    assert_true(home.app.recent.held > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sound_of_a_name_is_its_calls_alone),
    };
    return cmocka_run_group_tests_name("calls/sounds", tests, set_up, tear_down);
}
