/* HOLOS_HEDGE_THINK_MS: the model that is late has the next one asked beside it. One of them
 * answers, whole and alone; what the other one says, does or breaks is nothing to the caller.
 *
 * check: timeout=180 */
#include "tests/support/ring.h"

#include "base/settings.h"
#include "store/breaker.h"

#define CALLED       "0440000202"
#define SLOW         60000 /* ms: longer than any test waits */
#define ONE          "Каже перший модель. Ще речення від першого."
#define FIRST_BEATEN "claude dropped, claude-fallback ok"
#define OTHER        "Каже другий модель. Ще речення від другого."

#define SCENARIO                                                                                   \
    "{\"stt\":{\"lines\":[\"Розкажіть.\"],\"loop\":true},\"claude\":{\"match\":["         \
    "{\"model\":\"claude-haiku-5-5\",\"after_tool\":true,\"answer\":{\"text\":\"" ONE "\"}},"      \
    "{\"after_tool\":true,\"answer\":{\"text\":\"" OTHER "\"}},"                                   \
    "{\"model\":\"claude-haiku-5-5\",\"answer\":{%s}},{\"any\":true,\"answer\":{%s}}]}}"

/* What the model of the first rung answers, and that of the second; they may be the arena's, which
 * is cleared here. */
static void play(const char *one, const char *other)
{
    char scenario[2048];
    int n = snprintf(scenario, sizeof scenario, SCENARIO, one, other);

    assert_true(n > 0 && (size_t)n < sizeof scenario);
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario", scenario);
}

static void ladder(const char *think)
{
    const char *text = arena_printf(the_door->arena, "think=%s speak=espeak", think);

    assert_int_equal(ladder_read(text, &the_door->app.providers.ladder, NULL), ERR_OK);
}

static struct hedge_latency *latency_of(const char *model)
{
    const struct provider *p = provider_find(PROVIDER_THINK, model, strlen(model));

    assert_non_null(p);
    return &the_door->app.providers.latency[provider_index(p)];
}

/* Two models, late after so long while their latency is not known; nothing else ends a wait. */
static void hedge(int late_ms)
{
    struct providers *o = &the_door->app.providers;

    ladder("claude,claude-fallback,rules");
    memset(o->latency, 0, sizeof o->latency);
    o->hedge_think_ms = late_ms;
    o->think_first_ms = SLOW;
}

/* Orders of the stand-in that are for one model alone. */
#define TO_ONE   "\"within\":\"claude-haiku-5-5\""
#define TO_OTHER "\"within\":\"claude-haiku-4-5\""

static void misbehave(const char *what, const char *more)
{
    vendors_misbehave(&ring_vendors, "claude", what, more);
}

/* What the caller is told in one turn of a fresh call, from every line of the reply. */
static const char *told(const char *call, bool stream)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream});
    const struct json *line[64];
    const char *all = "";

    assert_int_equal(a.status, 200);
    if (!stream) {
        assert_true(answer_bool(&a, "success"));
        return answer_text(&a, "message");
    }
    size_t n = ring_lines(&a, line, 64);
    assert_true(n > 2);
    for (size_t i = 1; i < n - 1; i++) { /* between what was heard and the end */
        struct answer piece = {.json = line[i]};
        all = arena_printf(the_door->arena, "%s%s%s", all, *all == '\0' ? "" : " ",
                           answer_text(&piece, "message"));
    }
    return all;
}

/* FIRST_BEATEN: whom the turn asked to think, and what came of it. */
static const char *asked(const struct turn *t)
{
    struct vendor_request *all = NULL;
    size_t n = ring_requests(t, &all);
    const char *said = "";

    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].stage, "think") == 0)
            said = arena_printf(the_door->arena, "%s%s%s %s", said, *said == '\0' ? "" : ", ",
                                all[i].rung, all[i].outcome);
    return said;
}

static size_t failing(void)
{
    struct breaker *all = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &all, &n, NULL),
                     ERR_OK);
    return n;
}

/* One turn in both forms: who answers, with which words, and whom it asked. */
static struct turn expect(bool stream, const char *words, const char *rung, const char *requests)
{
    const char *call = ring_call(CALLED);

    assert_string_equal(told(call, stream), words);
    struct turn t = ring_kept(call, 1);
    assert_string_equal(t.said, words);
    assert_string_equal(t.think_rung, rung);
    assert_string_equal(asked(&t), requests);
    vendors_assert_content(&ring_vendors);
    return t;
}

/* ---- who answers ----------------------------------------------------------------------------- */

static void the_next_model_answers_for_one_that_is_late(void **state)
{
    (void)state;
    hedge(200);
    for (int stream = 0; stream < 2; stream++) {
        play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
        misbehave("silent", TO_ONE);
        struct turn t = expect(stream, OTHER, "claude-fallback", FIRST_BEATEN);
        assert_int_equal(t.faults, 0);
        /* Late is not broken: nobody passes it over. */
        assert_int_equal(failing(), 0);
    }
}

static void the_late_one_answers_if_it_speaks_first_all_the_same(void **state)
{
    (void)state;
    hedge(200);
    for (int stream = 0; stream < 2; stream++) {
        play("\"text\":\"" ONE "\",\"first_ms\":2000", "\"text\":\"" OTHER "\"");
        misbehave("silent", TO_OTHER);
        struct turn t = expect(stream, ONE, "claude", "claude ok, claude-fallback dropped");
        assert_int_equal(t.faults, 0);
        assert_int_equal(failing(), 0);
    }
}

/* Both begin in the same moment, and write side by side until one is dropped. */
static void never_are_two_models_heard_in_one_answer(void **state)
{
    (void)state;
    hedge(150);
    for (int i = 0; i < 4; i++) {
        play(arena_printf(the_door->arena, "\"text\":\"" ONE "\",\"first_ms\":%d", 1650 + i),
             "\"text\":\"" OTHER "\",\"first_ms\":1500");
        const char *call = ring_call(CALLED);
        const char *words = told(call, i % 2 == 0);
        struct turn t = ring_kept(call, 1);
        bool one = strcmp(t.think_rung, "claude") == 0;
        assert_string_equal(words, one ? ONE : OTHER);
        const char *ended = asked(&t);
        /* The other one may have been whole in the very moment in which it was beaten. */
        if (strcmp(ended, "claude ok, claude-fallback ok") != 0)
            assert_string_equal(ended, one ? "claude ok, claude-fallback dropped" : FIRST_BEATEN);
    }
}

static void one_that_is_in_time_is_asked_alone(void **state)
{
    (void)state;
    hedge(SLOW);
    play("\"text\":\"" ONE "\",\"first_ms\":300", "\"text\":\"" OTHER "\"");
    (void)expect(false, ONE, "claude", "claude ok");
}

static void without_the_setting_nobody_is_asked_beside_a_late_one(void **state)
{
    (void)state;
    assert_string_equal(settings_table()[SET_HOLOS_HEDGE_THINK_MS].preset, "0");
    assert_int_equal(setting_number(SET_HOLOS_HEDGE_THINK_MS), 1500);
    hedge(0);
    play("\"text\":\"" ONE "\",\"first_ms\":700", "\"text\":\"" OTHER "\"");
    (void)expect(false, ONE, "claude", "claude ok");
}

static void an_answer_of_nothing_does_not_beat_one_that_has_words(void **state)
{
    (void)state;
    hedge(200);
    play("\"text\":\"\",\"first_ms\":1500", "\"text\":\"" OTHER "\",\"first_ms\":5000");
    struct turn t = expect(false, OTHER, "claude-fallback", "claude ok, claude-fallback ok");
    assert_int_equal(t.faults, 1);
    assert_int_equal(failing(), 0);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void late_and_then_failing_is_a_failure_and_the_other_one_answers(void **state)
{
    (void)state;
    hedge(200);
    play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\",\"first_ms\":6000");
    misbehave("silent", TO_ONE ",\"ms\":1000");
    struct turn t = expect(false, OTHER, "claude-fallback", "claude PEER, claude-fallback ok");
    assert_int_equal(t.faults, 1);
    assert_int_equal(failing(), 1);
}

static void the_late_one_is_waited_for_when_the_other_one_fails(void **state)
{
    (void)state;
    hedge(200);
    play("\"text\":\"" ONE "\",\"first_ms\":5000", "\"text\":\"" OTHER "\"");
    misbehave("status", TO_OTHER ",\"status\":529");
    struct turn t = expect(true, ONE, "claude", "claude ok, claude-fallback PEER");
    assert_int_equal(t.faults, 1);
    assert_int_equal(failing(), 1);
}

static void when_the_second_fails_a_third_is_asked_beside_the_late_one(void **state)
{
    (void)state;
    hedge(200);
    ladder("claude,claude-2,claude-fallback,rules");
    play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
    misbehave("silent", "\"key\":\"claude-key-one\",\"times\":1");
    misbehave("status", "\"key\":\"claude-key-two\",\"status\":529");
    (void)expect(false, OTHER, "claude-fallback",
                 "claude dropped, claude-2 PEER, claude-fallback ok");
}

static void when_both_fail_the_rules_answer(void **state)
{
    (void)state;
    hedge(200);
    for (int stream = 0; stream < 2; stream++) {
        play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
        misbehave("silent", TO_ONE ",\"ms\":500");
        misbehave("status", TO_OTHER ",\"status\":500");
        const char *call = ring_call(CALLED);
        (void)told(call, stream);
        struct turn t = ring_kept(call, 1);
        assert_string_equal(t.think_rung, "rules");
        assert_string_equal(asked(&t), "claude PEER, claude-fallback PEER");
        assert_int_equal(t.faults, 2);
        assert_int_equal(failing(), 2);
    }
}

/* Nothing comes from where the models are: the third is not waited for, and two are enough to
 * know. */
static void where_nobody_says_anything_two_are_asked_and_no_third(void **state)
{
    (void)state;
    hedge(200);
    the_door->app.providers.think_first_ms = 3000;
    ladder("claude,claude-2,claude-fallback,rules");
    play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
    misbehave("silent", NULL);
    const char *call = ring_call(CALLED);
    (void)told(call, false);
    struct turn t = ring_kept(call, 1);
    assert_string_equal(t.think_rung, "rules");
    assert_string_equal(asked(&t), "claude DEADLINE, claude-2 DEADLINE");
}

/* The caller has heard nothing of the one that broke off, and hears nothing of it later. */
static void when_the_quicker_one_breaks_off_the_beaten_one_is_asked_again(void **state)
{
    (void)state;
    hedge(200);
    play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
    misbehave("silent", TO_ONE ",\"times\":1");
    misbehave("sse_error", TO_OTHER ",\"after\":8");
    struct turn t = expect(false, ONE, "claude", "claude dropped, claude-fallback PEER, claude ok");
    assert_int_equal(t.faults, 1);
}

/* ---- tools ----------------------------------------------------------------------------------- */

#define LEAVE                                                                                      \
    "\"tools\":[{\"name\":\"leave_request\",\"input\":{\"name\":\"Олена\",\"phone\":"         \
    "\"0671234567\",\"wish\":\"%s\"}}]"

static void one_that_writes_a_tool_is_not_late(void **state)
{
    (void)state;
    hedge(2000);
    play(arena_printf(the_door->arena, LEAVE ",\"ms_per_token\":300", "Стрижка"),
         "\"text\":\"" OTHER "\"");
    (void)expect(false, ONE, "claude", "claude ok, claude ok");
}

/* Both would take the request: it is taken once, and told to the model that took it. */
static void a_tool_round_answers_and_its_effect_happens_once(void **state)
{
    (void)state;
    struct lead *leads = NULL;

    hedge(200);
    for (int stream = 0; stream < 2; stream++) {
        play(arena_printf(the_door->arena, LEAVE ",\"first_ms\":20000", "Перший"),
             arena_printf(the_door->arena, LEAVE, "Другий"));
        const char *call = ring_call(CALLED);
        assert_string_equal(told(call, stream), OTHER);
        struct turn t = ring_kept(call, 1);
        assert_string_equal(t.think_rung, "claude-fallback");
        assert_string_equal(asked(&t), "claude dropped, claude-fallback ok, claude-fallback ok");
        assert_int_equal(ring_leads(call, &leads), 1);
        assert_string_equal(leads[0].wish, "Другий");
        vendors_assert_content(&ring_vendors);
    }
}

static void what_the_beaten_one_was_about_to_do_does_not_happen(void **state)
{
    (void)state;
    hedge(200);
    play("\"tools\":[{\"name\":\"end_call\",\"input\":{\"reason\":\"goodbye\"}}],\"first_ms\":1500,"
         "\"ms_per_token\":2000",
         "\"text\":\"" OTHER "\",\"first_ms\":2000");
    struct turn t = expect(false, OTHER, "claude-fallback", FIRST_BEATEN);
    assert_false(t.ends);
}

/* ---- latency and cost ------------------------------------------------------------------------ */

static void
late_is_what_is_late_for_this_model_and_the_beaten_one_is_remembered_as_that(void **state)
{
    (void)state;
    struct hedge_latency *latency = latency_of("claude");

    hedge(SLOW);
    for (int i = 0; i < HEDGE_KNOWN; i++)
        hedge_latency_note(latency, 200);
    play("\"text\":\"" ONE "\"", "\"text\":\"" OTHER "\"");
    misbehave("silent", TO_ONE);
    (void)expect(false, OTHER, "claude-fallback", FIRST_BEATEN);
    assert_int_equal(latency->n, HEDGE_KNOWN + 1);
    assert_true(latency->ms[HEDGE_KNOWN] >= 200);
    assert_int_equal(latency_of("claude-fallback")->n, 1);
}

/* It has told what it read; more is not known. */
static void what_the_beaten_one_is_known_to_have_cost_is_counted(void **state)
{
    (void)state;
    struct vendor_request *all = NULL;
    int64_t cost = 0;

    hedge(200);
    play("\"text\":\"" ONE "\",\"ms_per_token\":8000", "\"text\":\"" OTHER "\",\"first_ms\":1500");
    struct turn t = expect(false, OTHER, "claude-fallback", FIRST_BEATEN);
    size_t n = ring_requests(&t, &all);
    for (size_t i = 0; i < n; i++) {
        cost += all[i].cost_microusd;
        if (strcmp(all[i].stage, "think") != 0)
            continue;
        assert_true(all[i].cost_microusd > 0);
        assert_true(all[i].total_us > 0);
    }
    assert_int_equal(t.cost_microusd, cost);
    /* Both read the same prompt: about twice what one of them reads. */
    const struct json *asked_of[2];
    assert_true(ring_timings("claude", asked_of, 2) >= 1);
    double read = ring_number(json_member(asked_of[0], "usage"), "input_tokens");
    assert_true((double)t.tokens_in > 1.5 * read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_next_model_answers_for_one_that_is_late),
        CASE(the_late_one_answers_if_it_speaks_first_all_the_same),
        CASE(never_are_two_models_heard_in_one_answer),
        CASE(one_that_is_in_time_is_asked_alone),
        CASE(without_the_setting_nobody_is_asked_beside_a_late_one),
        CASE(an_answer_of_nothing_does_not_beat_one_that_has_words),
        CASE(late_and_then_failing_is_a_failure_and_the_other_one_answers),
        CASE(the_late_one_is_waited_for_when_the_other_one_fails),
        CASE(when_the_second_fails_a_third_is_asked_beside_the_late_one),
        CASE(when_both_fail_the_rules_answer),
        CASE(where_nobody_says_anything_two_are_asked_and_no_third),
        CASE(when_the_quicker_one_breaks_off_the_beaten_one_is_asked_again),
        CASE(one_that_writes_a_tool_is_not_late),
        CASE(a_tool_round_answers_and_its_effect_happens_once),
        CASE(what_the_beaten_one_was_about_to_do_does_not_happen),
        CASE(late_is_what_is_late_for_this_model_and_the_beaten_one_is_remembered_as_that),
        CASE(what_the_beaten_one_is_known_to_have_cost_is_counted),
    };

    ring_begin();
    ring_set("HOLOS_HEDGE_MS", "7000");
    ring_set("HOLOS_HEDGE_THINK_MS", "1500");
    ring_set("HOLOS_THINK_MS", "50000");
    ring_set("HOLOS_TURN_MS", "60000");
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/hedge-think", tests, NULL, NULL);
    ring_close();
    return failed;
}
