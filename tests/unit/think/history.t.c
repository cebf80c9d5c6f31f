/* What a model is told of a call: what was said and heard, and no more than the newest turns. */
#include "think/prompt.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "calls/turn.h"
#include "tests/cases/home.h"
#include "think/rules.h"

#define MOST 80 /* turns */

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

/* A call of so many answered turns, and the words that wait for an answer. */
static struct call_turn call_of(const char *id, int turns, const char *words)
{
    struct store *s = home.app.store;
    struct call_turn c = {.app = &home.app, .arena = home.arena};
    struct call call = {.source = "binotel",
                        .external_id = id,
                        .caller = "",
                        .called = "0440000202",
                        .profile = "salon",
                        .direction = "in"};
    bool made = false;

    c.profile = app_profile(&home.app, "0440000202");
    assert_int_equal(store_begin(s, deadline_in_ms(5000), NULL), ERR_OK);
    assert_int_equal(
        call_open(s, home.arena, &call, NULL, (struct moment){.ms = 1000}, &c.call, &made, NULL),
        ERR_OK);
    for (int i = 1; i <= turns + 1; i++) {
        struct turn t = {.call_id = c.call.id,
                         .heard = arena_printf(home.arena, "heard %d", i),
                         .heard_by = i == 2 ? "keys" : "typed",
                         .confidence = 1,
                         .think_rung = "",
                         .speak_rung = "",
                         .started_ms = 1000 + i};
        t.heard = i == 2 ? "0" : i > turns ? words : t.heard;
        assert_int_equal(turn_begin(s, &t, NULL), ERR_OK);
        t.said = i == 3 ? "" : arena_printf(home.arena, "said %d", i);
        t.answered_ms = 1000 + i;
        if (i > turns)
            c.turn = t;
        else
            assert_int_equal(turn_answer(s, &t, NULL), ERR_OK);
    }
    assert_int_equal(store_commit(s, NULL), ERR_OK);
    c.turn.said = NULL;
    return c;
}

static struct prompt_history history_of(struct call_turn *c, const struct rules_open *before)
{
    struct prompt_history h = {0};
    struct env env = {
        .arena = home.arena, .store = home.app.store, .profile = c->profile, .call_id = c->call.id};

    assert_int_equal(prompt_history(&h, &env, &c->turn, before, NULL), ERR_OK);
    assert_true(h.n > 0);
    assert_int_equal(h.message[h.n - 1].role, CLAUDE_USER);
    return h;
}

static const char *text_at(const struct prompt_history *h, size_t i)
{
    assert_true(i < h->n);
    assert_int_equal(h->message[i].n, 1);
    return h->message[i].block[0].text;
}

/* The third turn's answer had no voice and was not heard: it is not told. */
static void what_was_heard_and_said_is_told_in_its_order(void **state)
{
    (void)state;
    struct call_turn c = call_of("short", 4, "now");
    struct prompt_history h = history_of(&c, &(struct rules_open){0});

    assert_int_equal(h.n, 8);
    assert_string_equal(text_at(&h, 0), "heard 1");
    assert_string_equal(text_at(&h, 1), "said 1");
    assert_string_equal(text_at(&h, 2), "з'єднайте з адміністратором"); /* of the key 0 */
    assert_string_equal(text_at(&h, 4), "heard 3");
    assert_string_equal(text_at(&h, 5), "heard 4");
    assert_string_equal(text_at(&h, 6), "said 4");
    assert_string_equal(text_at(&h, 7), "now");
}

/* Of the key 0 the model read that the caller wanted a person, though it had chosen a time. */
static void a_key_that_chose_a_time_is_told_as_the_choice(void **state)
{
    (void)state;
    struct call_turn c = call_of("chose", 4, "2");
    const struct rules_open before = {.open = {ASKS_CHOICE, {"Friday 10:00", "Friday 11:00"}, 2},
                                      .keyed = 1 << 2};

    c.turn.heard_by = "keys";
    struct prompt_history h = history_of(&c, &before);
    assert_string_equal(text_at(&h, 2), "0");
    assert_string_equal(text_at(&h, 7), "2) Friday 11:00");
    c.turn.heard = "3"; /* there were two */
    h = history_of(&c, &before);
    assert_null(strstr(text_at(&h, 7), "Friday"));
}

static void of_a_long_call_the_newest_turns_are_told(void **state)
{
    (void)state;
    struct call_turn c = call_of("long", 150, "now");
    struct prompt_history h = history_of(&c, &(struct rules_open){0});

    assert_in_range(h.n, 2 * (MOST - 1), 2 * MOST + 1);
    assert_string_equal(text_at(&h, h.n - 1), "now");
    assert_string_equal(text_at(&h, h.n - 2), "said 150");
    assert_string_equal(text_at(&h, h.n - 3), "heard 150");
    for (size_t i = 0; i + 1 < h.n; i++)
        assert_int_equal(h.message[i].role, i % 2 == 0 ? CLAUDE_USER : CLAUDE_ASSISTANT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_heard_and_said_is_told_in_its_order),
        cmocka_unit_test(a_key_that_chose_a_time_is_told_as_the_choice),
        cmocka_unit_test(of_a_long_call_the_newest_turns_are_told),
    };
    return cmocka_run_group_tests_name("think/history", tests, set_up, tear_down);
}
