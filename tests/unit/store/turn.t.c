#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/storage.h"

static struct turn begun(struct storage *t, int64_t call_id, const char *heard)
{
    struct turn n = {.call_id = call_id,
                     .heard = heard,
                     .heard_by = heard == NULL ? "" : "google",
                     .confidence = heard == NULL ? -1 : 0.75,
                     .hear_us = 1200,
                     .started_ms = STORAGE_NOW + 10};

    storage_begin(t);
    assert_int_equal(turn_begin(t->s, &n, NULL), ERR_OK);
    storage_commit(t);
    return n;
}

static void a_turn_is_kept_before_and_after_its_answer(void **state)
{
    struct storage *t = *state;
    struct turn *all = NULL;
    size_t n = 0;

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    struct turn greeting = begun(t, c.id, NULL);
    struct turn words = begun(t, c.id, "Запишіть мене");
    struct turn silence = begun(t, c.id, "");
    assert_int_equal(greeting.n, 0);
    assert_int_equal(words.n, 1);
    assert_int_equal(silence.n, 2);
    words.said = "На коли?";
    words.ends = true;
    words.think_rung = "rules";
    words.speak_rung = "espeak";
    words.think_us = 7;
    words.speak_us = 8;
    words.total_us = 9;
    words.tokens_in = 10;
    words.tokens_out = 11;
    words.cost_microusd = 12;
    words.faults = 13;
    words.answered_ms = STORAGE_NOW + 14;
    storage_begin(t);
    assert_int_equal(turn_answer(t->s, &words, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(turns_of_call(t->s, &t->a, c.id, &all, &n, NULL), ERR_OK);
    assert_int_equal(n, 3);
    assert_null(all[0].heard);
    assert_null(all[0].said);
    assert_string_equal(all[2].heard, "");
    assert_true(all[0].confidence < 0);
    assert_string_equal(all[1].heard, "Запишіть мене");
    assert_string_equal(all[1].heard_by, "google");
    assert_true(all[1].confidence > 0.74 && all[1].confidence < 0.76);
    assert_string_equal(all[1].said, "На коли?");
    assert_true(all[1].ends);
    assert_string_equal(all[1].think_rung, "rules");
    assert_string_equal(all[1].speak_rung, "espeak");
    assert_int_equal(all[1].hear_us, 1200);
    assert_int_equal(all[1].think_us, 7);
    assert_int_equal(all[1].speak_us, 8);
    assert_int_equal(all[1].total_us, 9);
    assert_int_equal(all[1].tokens_in, 10);
    assert_int_equal(all[1].tokens_out, 11);
    assert_int_equal(all[1].cost_microusd, 12);
    assert_int_equal(all[1].faults, 13);
    assert_int_equal(all[1].started_ms, STORAGE_NOW + 10);
    assert_int_equal(all[1].answered_ms, STORAGE_NOW + 14);
}

static void a_turn_is_answered_once_and_only_if_it_was_begun(void **state)
{
    struct storage *t = *state;

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    struct turn n = begun(t, c.id, "Так");
    n.said = "Добре";
    storage_begin(t);
    assert_int_equal(turn_answer(t->s, &n, NULL), ERR_OK);
    assert_int_equal(turn_answer(t->s, &n, NULL), ERR_NOT_FOUND);
    n.n = 9;
    assert_int_equal(turn_answer(t->s, &n, NULL), ERR_NOT_FOUND);
    store_rollback(t->s);
}

static void a_call_has_one_greeting_and_a_turn_needs_a_call(void **state)
{
    struct storage *t = *state;
    struct turn n = {.confidence = -1, .hear_us = -1, .started_ms = STORAGE_NOW};

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    assert_int_equal(begun(t, c.id, "перше").n, 1);
    assert_int_equal(begun(t, c.id, NULL).n, 0);
    storage_begin(t);
    n.call_id = c.id;
    assert_int_equal(turn_begin(t->s, &n, NULL), ERR_EXISTS);
    store_rollback(t->s);
    storage_begin(t);
    n.call_id = 4711;
    assert_int_equal(turn_begin(t->s, &n, NULL), ERR_FAULT);
    store_rollback(t->s);
}

static void a_long_call_is_listed_whole_and_in_order_or_not_at_all(void **state)
{
    struct storage *t = *state;
    struct turn *all = NULL;
    struct arena small;
    size_t n = 0;

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    for (int i = 0; i < 40; i++)
        assert_int_equal(begun(t, c.id, "слово").n, i + 1);
    assert_int_equal(turns_of_call(t->s, &t->a, c.id, &all, &n, NULL), ERR_OK);
    assert_int_equal(n, 40);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(all[i].n, i + 1);
        assert_string_equal(all[i].heard, "слово");
    }
    assert_int_equal(turns_of_call(t->s, &t->a, 4711, &all, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    arena_init(&small, 4000);
    assert_int_equal(turns_of_call(t->s, &small, c.id, &all, &n, NULL), ERR_MEMORY);
    arena_release(&small);
    arena_init(&small, ARENA_BLOCK);
    assert_int_equal(turns_of_call(t->s, &small, c.id, &all, &n, NULL), ERR_MEMORY);
    arena_release(&small);
    assert_int_equal(n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_turn_is_kept_before_and_after_its_answer),
        TEST(a_turn_is_answered_once_and_only_if_it_was_begun),
        TEST(a_long_call_is_listed_whole_and_in_order_or_not_at_all),
        TEST(a_call_has_one_greeting_and_a_turn_needs_a_call),
    };

    return cmocka_run_group_tests_name("store/turn", tests, NULL, NULL);
}
