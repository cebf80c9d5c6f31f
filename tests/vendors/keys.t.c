/* Two keys of the model, and the breaker that all workers share: the second key answers in the turn
 * in which the first is limited, the rules when both are, and one worker tries again when the time
 * is up. */
#include "tests/support/ring.h"

#include <stdlib.h>

#include "store/breaker.h"

#define WORKERS 6
#define ANSWER  "Ми працюємо щодня. Приходьте, будь ласка!"
#define SCENARIO                                                                                                \
    "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":[{\"any\":" \
    "true,\"answer\":{\"text\":\"" ANSWER "\",\"first_ms\":%d}}]}}"

static void begin(int first_ms)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario", arena_printf(the_door->arena, SCENARIO, first_ms));
}

static struct turn speak_turn(const char *call, const char *turn)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_true(answer_sound(the_door, &a).n > 0);
    return ring_kept(call, (int)strtol(turn, NULL, 10));
}

static struct breaker noted(const char *name)
{
    struct breaker *all = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &all, &n, NULL),
                     ERR_OK);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i];
    return (struct breaker){.name = ""};
}

/* How often each key was shown. */
static int shown(int key)
{
    const struct json *asked[256];
    size_t n = ring_timings("claude", asked, 256);
    int count = 0;

    for (size_t i = 0; i < n; i++)
        count += (int)ring_number(asked[i], "key") == key;
    return count;
}

static void limit(const char *key)
{
    const char *more = arena_printf(the_door->arena, "\"status\":429,\"retry_after\":30%s%s%s",
                                    key == NULL ? "" : ",\"key\":\"", key == NULL ? "" : key,
                                    key == NULL ? "" : "\"");
    vendors_misbehave(&ring_vendors, "claude", "status", more);
}

static void the_second_key_answers_in_the_turn_in_which_the_first_is_limited(void **state)
{
    (void)state;
    begin(0);
    limit(ring_vendors.key[0]);
    const char *call = ring_call("0440000202");
    struct turn t = speak_turn(call, "1");
    int64_t now = clock_unix_ms();
    assert_string_equal(t.think_rung, "claude-2");
    assert_string_equal(t.said, ANSWER);
    assert_int_equal(t.faults, 1);
    struct breaker first = noted("think-claude");
    assert_in_range(first.until_ms, now + 25000, now + 30000);
    /* It was asked for half a minute of peace: no worker asks it meanwhile. */
    int64_t asked = vendors_count(&ring_vendors, "claude", "requests");
    for (int i = 2; i < 8; i++) {
        const char *turn = arena_printf(the_door->arena, "%d", i);
        t = speak_turn(call, turn);
        assert_string_equal(t.think_rung, "claude-2");
        assert_int_equal(t.faults, 0);
    }
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), asked + 6);
    assert_int_equal(vendors_count(&ring_vendors, "claude", "429"), 1);
    assert_int_equal(shown(2), 7);
    /* The first turn's line is written by now; the vendor's support asks for the request's name. */
    assert_non_null(strstr(ring_log(), "(status 429), request req_"));
}

static void where_both_keys_are_limited_the_rules_answer_and_no_model_is_asked(void **state)
{
    (void)state;
    begin(0);
    limit(NULL);
    const char *call = ring_call("0440000202");
    struct turn t = speak_turn(call, "1");
    assert_string_equal(t.think_rung, "rules");
    assert_true(t.faults >= 2);
    int64_t asked = vendors_count(&ring_vendors, "claude", "requests");
    assert_in_range(asked, 2, 3);
    t = speak_turn(call, "2");
    assert_string_equal(t.think_rung, "rules");
    assert_int_equal(t.faults, 0);
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), asked);
    vendors_behave(&ring_vendors, "claude");
    t = speak_turn(call, "3"); /* well again, but it is not its time yet */
    assert_string_equal(t.think_rung, "rules");
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), asked);
}

static int count_by(const char *const *calls, const char *turn, const char *rung)
{
    int n = 0;

    for (int i = 0; i < WORKERS; i++)
        n += strcmp(ring_kept(calls[i], (int)strtol(turn, NULL, 10)).think_rung, rung) == 0;
    return n;
}

static void speak_all(const char *const *calls, const char *turn)
{
    static struct ring_caller caller[WORKERS];

    for (int i = 0; i < WORKERS; i++)
        ring_start(&caller[i], &(struct ring_said){.call = calls[i], .turn = turn});
    for (int i = 0; i < WORKERS; i++) {
        ring_finish(&caller[i]);
        assert_int_equal(caller[i].answer.status, 200);
        assert_true(answer_bool(&caller[i].answer, "success"));
        ring_release(&caller[i]);
    }
}

static void when_the_time_is_up_one_worker_tries_and_then_all_go_back(void **state)
{
    (void)state;
    const char *calls[WORKERS];

    begin(800);
    limit(NULL);
    for (int i = 0; i < WORKERS; i++)
        calls[i] = ring_call("0440000202");
    assert_string_equal(speak_turn(calls[0], "1").think_rung, "rules");
    for (int i = 1; i < WORKERS; i++)
        assert_string_equal(speak_turn(calls[i], "1").think_rung, "rules");
    vendors_behave(&ring_vendors, "claude");
    int64_t asked = vendors_count(&ring_vendors, "claude", "requests");
    (void)ring_sql("UPDATE rung SET until_ms = 1 WHERE name = 'think-claude'");
    speak_all(calls, "2"); /* side by side, while the one that tries waits for its answer */
    assert_int_equal(count_by(calls, "2", "claude"), 1);
    assert_int_equal(count_by(calls, "2", "rules"), WORKERS - 1);
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), asked + 1);
    assert_string_equal(noted("think-claude").name, "");
    speak_all(calls, "3");
    assert_int_equal(count_by(calls, "3", "claude"), WORKERS);
    vendors_assert_content(&ring_vendors);
}

static void a_try_that_fails_keeps_the_key_out_for_longer(void **state)
{
    (void)state;
    begin(0);
    vendors_misbehave(&ring_vendors, "claude", "status", "\"status\":401");
    const char *call = ring_call("0440000202");
    assert_string_equal(speak_turn(call, "1").think_rung, "rules");
    int64_t first = noted("think-claude").until_ms - clock_unix_ms();
    (void)ring_sql("UPDATE rung SET until_ms = 1 WHERE name = 'think-claude'");
    assert_string_equal(speak_turn(call, "2").think_rung, "rules");
    int64_t second = noted("think-claude").until_ms - clock_unix_ms();
    assert_in_range(first, 1, BREAKER_FIRST_MS);
    assert_in_range(second, BREAKER_FIRST_MS, 2 * BREAKER_FIRST_MS);
    vendors_behave(&ring_vendors, "claude");
    (void)ring_sql("UPDATE rung SET until_ms = 1 WHERE name = 'think-claude'");
    assert_string_equal(speak_turn(call, "3").think_rung, "claude");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_key_answers_in_the_turn_in_which_the_first_is_limited),
        cmocka_unit_test(where_both_keys_are_limited_the_rules_answer_and_no_model_is_asked),
        cmocka_unit_test(when_the_time_is_up_one_worker_tries_and_then_all_go_back),
        cmocka_unit_test(a_try_that_fails_keeps_the_key_out_for_longer),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, WORKERS);
    int failed = cmocka_run_group_tests_name("vendors/keys", tests, NULL, NULL);
    ring_close();
    return failed;
}
