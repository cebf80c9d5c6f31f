/* Exactly once, while vendors are waited for: a worker killed meanwhile, two deliveries at once, a
 * caller who hangs up. And what streaming is for: the first words are heard while the model writes.
 *
 * check: timeout=120 */
#include "tests/support/ring.h"

#include <signal.h>
#include <unistd.h>

#define WISH  "Стрижка завтра"
#define WORDS "Мене звати Олена, передзвоніть мені."
#define SAID  "Секунду, записую. Дякую, Олено! Адміністратор передзвонить."
#define SCENARIO                                                                                   \
    "{\"stt\":{\"lines\":[\"" WORDS "\"],\"loop\":true},\"delays\":{\"stt\":%d,\"tts\":%d},"       \
    "\"claude\":{\"match\":[{\"after_tool\":\"leave_request\",\"answer\":{\"ms_per_token\":%d,"    \
    "\"text\":\"Дякую, Олено! Адміністратор передзвонить.\"}}," \
    "{\"any\":true,\"answer\":{\"text\":\"Секунду, записую.\",\"first_ms\":%d,"      \
    "\"tools\":[{\"name\":\"leave_request\",\"input\":"                                            \
    "{\"name\":\"Олена\",\"phone\":\"\",\"wish\":\"" WISH "\"}}]}}]}}"

/* How long each takes; of the model's answer after the tool each of its many tokens. */
struct slow {
    int stt_ms, model_ms, tool_token_ms, tts_ms;
};

static void play(const struct slow *s)
{
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena, SCENARIO, s->stt_ms, s->tts_ms, s->tool_token_ms,
                              s->model_ms));
}

static void kill_workers(void)
{
    pid_t pid[16];
    size_t n = ring_workers("audio-stream", pid, 16);

    assert_true(n > 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(kill(pid[i], SIGKILL), 0);
}

/* One turn with the caller's words once, answered, and one request. */
static void assert_once(const char *call)
{
    struct call kept = kept_call(call);
    struct turn *turns = NULL;
    struct lead *leads = NULL;

    assert_int_equal(kept_turns(&kept, &turns), 2); /* the greeting is the other */
    assert_int_equal(kept.turns, 1);
    assert_string_equal(turns[1].heard, WORDS);
    assert_string_equal(turns[1].think_rung, "claude");
    assert_string_equal(turns[1].said, SAID);
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_string_equal(leads[0].wish, WISH);
}

/* A turn whose worker is killed once `asked` was asked `times` and so many turns are kept: a vendor
 * may be asked a moment before the words are committed. The greeting is a turn. */
struct death {
    struct slow slow;
    bool stream;
    const char *asked;
    int64_t times;
    size_t kept;
    int later_ms;
};

static int64_t spoken(void)
{
    return vendors_count(&ring_vendors, "tts", "200");
}

static const char *die(const struct death *d, struct ring_caller *c)
{
    ring_fresh();
    play(&d->slow);
    const char *call = ring_call("0440000202");
    int64_t greeting = spoken();
    struct deadline patience = deadline_in_ms(60000);
    ring_start(c, &(struct ring_said){.call = call, .turn = "1", .stream = d->stream});
    ring_wait_asked(d->asked, d->times);
    ring_wait_turns(call, d->kept);
    while (d->stream && spoken() == greeting)
        assert_true(deadline_sleep(patience, 10));
    (void)usleep((useconds_t)d->later_ms * 1000);
    kill_workers();
    ring_finish(c);
    play(&(struct slow){0});
    return call;
}

static void succeed(const char *call, bool stream)
{
    struct ring_caller c;

    ring_start(&c, &(struct ring_said){.call = call, .turn = "1", .stream = stream});
    ring_finish(&c);
    assert_int_equal(c.answer.status, 200);
    assert_non_null(strstr(c.answer.body, "\"success\":true"));
    assert_non_null(strstr(c.answer.body, "\"audio_data\":\"UklG"));
    assert_non_null(strstr(c.answer.body, "\"message\":\"" SAID "\""));
    assert_once(call);
    ring_release(&c);
}

static void killed_in_the_middle(const struct death *d)
{
    struct ring_caller first;

    const char *call = die(d, &first);
    assert_in_range(first.answer.status, 502, 503);
    succeed(call, d->stream);
    ring_release(&first);
}

static void
a_worker_killed_while_it_waits_for_the_recogniser_is_succeeded_by_the_retry(void **state)
{
    (void)state;
    killed_in_the_middle(
        &(struct death){.slow = {.stt_ms = 20000}, .asked = "stt", .times = 1, .kept = 1});
    assert_int_equal(vendors_count(&ring_vendors, "stt", "200"), 1);
}

static void a_worker_killed_while_the_model_writes_is_succeeded_without_hearing_again(void **state)
{
    (void)state;
    killed_in_the_middle(
        &(struct death){.slow = {.model_ms = 20000}, .asked = "claude", .times = 1, .kept = 2});
    assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 1);
}

static void a_worker_killed_while_the_voice_speaks_is_succeeded_and_books_once(void **state)
{
    (void)state;
    killed_in_the_middle(
        &(struct death){.slow = {.tts_ms = 20000}, .asked = "tts", .times = 2, .kept = 2});
    assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 1);
}

/* The caller has heard the first sentence and the tool has run; nothing of it was committed. */
static void a_worker_killed_after_a_sentence_left_is_succeeded_by_the_whole_answer(void **state)
{
    const struct death d = {.slow = {.tool_token_ms = 1500},
                            .stream = true,
                            .asked = "claude",
                            .times = 2,
                            .later_ms = 1000};
    struct ring_caller first;

    (void)state;
    const char *call = die(&d, &first);
    assert_int_equal(first.answer.status, 200);
    assert_non_null(strstr(first.answer.body, "\"transcript\":\"" WORDS "\""));
    assert_non_null(strstr(first.answer.body, "\"message\":\"Секунду, записую.\""));
    assert_null(strstr(first.answer.body, "\"success\""));
    assert_int_equal(ring_leads(call, &(struct lead *){NULL}), 0);
    succeed(call, true);
    assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 1);
    ring_release(&first);
}

static void two_deliveries_while_the_model_writes_are_one_turn_with_the_same_bytes(void **state)
{
    (void)state;
    struct ring_caller c[2];

    for (int stream = 0; stream < 2; stream++) {
        ring_fresh();
        play(&(struct slow){.model_ms = 1500});
        const char *call = ring_call("0440000202");
        const struct ring_said said = {.call = call, .turn = "1", .stream = stream == 1};
        ring_start(&c[0], &said);
        ring_wait_asked("claude", 1);
        ring_start(&c[1], &said);
        for (int i = 0; i < 2; i++) {
            ring_finish(&c[i]);
            assert_int_equal(c[i].answer.status, 200);
        }
        assert_int_equal(c[1].answer.len, c[0].answer.len);
        assert_memory_equal(c[1].answer.body, c[0].answer.body, c[0].answer.len);
        assert_once(call);
        assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 1);
        assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 2); /* a tool round */
        ring_release(&c[0]);
        ring_release(&c[1]);
    }
}

static void
a_caller_who_hangs_up_while_the_model_writes_loses_neither_turn_nor_request(void **state)
{
    (void)state;
    struct ring_caller c;

    ring_fresh();
    play(&(struct slow){.model_ms = 3000});
    const char *call = ring_call("0440000202");
    ring_start(&c, &(struct ring_said){.call = call, .turn = "1"});
    ring_wait_asked("claude", 1);
    struct answer a = door_form(the_door, "/telephony/binotel/call-status",
                                arena_printf(the_door->arena, "callID=%s&status=completed", call));
    assert_int_equal(a.status, 200);
    ring_finish(&c);
    assert_int_equal(c.answer.status, 200);
    assert_once(call);
    assert_int_equal(kept_call(call).status, CALL_COMPLETED);
    ring_release(&c);
}

static bool goes_on(const struct answer *a, bool stream)
{
    const struct json *line[16];
    bool told = false;

    if (!stream)
        return answer_bool(a, "should_continue");
    size_t n = ring_lines(a, line, 16);
    assert_int_equal(json_get_bool(line[n - 1], "should_continue", &told, NULL), ERR_OK);
    return told;
}

/* The answer said true, and so did its replay, because it was written before the last commit
 * looked. */
static void an_answer_to_a_call_that_was_ended_meanwhile_does_not_say_to_go_on(void **state)
{
    (void)state;

    for (int stream = 0; stream < 2; stream++) {
        struct ring_caller c, again;
        ring_fresh();
        play(&(struct slow){.model_ms = 3000});
        const char *call = ring_call("0440000202");
        const struct ring_said said = {.call = call, .turn = "1", .stream = stream == 1};
        ring_start(&c, &said);
        ring_wait_asked("claude", 1);
        (void)door_form(the_door, "/telephony/binotel/call-status",
                        arena_printf(the_door->arena, "callID=%s&status=completed", call));
        ring_finish(&c);
        assert_int_equal(c.answer.status, 200);
        assert_false(goes_on(&c.answer, stream == 1));
        assert_true(ring_kept(call, 1).ends);
        assert_once(call);
        ring_start(&again, &said);
        ring_finish(&again);
        assert_int_equal(again.answer.len, c.answer.len);
        assert_memory_equal(again.answer.body, c.answer.body, c.answer.len);
        ring_release(&c);
        ring_release(&again);
    }
}

static void the_first_words_are_heard_while_the_model_still_writes(void **state)
{
    (void)state;
    const struct json *model[8];

    ring_fresh();
    /* Its other sentences take four seconds, which a busy machine needs less of for the first one. */
    vendors_tell(
        &ring_vendors, "/scenario",
        "{\"stt\":{\"lines\":[\"Розкажіть про салон.\"]},\"claude\":{\"match\":[{\"any\":true,"
        "\"answer\":{\"text\":\"Ми працюємо щодня. Ми робимо стрижки та зачіски. Чекаємо вас!\","
        "\"pieces\":[\"Ми працюємо щодня.\",\" Ми\",\" робимо\",\" стрижки\",\" та\","
        "\" зачіски.\",\" Чекаємо\",\" вас!\"],\"ms_per_token\":600}}]}}");
    const char *call = ring_call("0440000202");
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = true});
    assert_int_equal(a.status, 200);
    assert_true(a.sound_us > 0);
    assert_int_equal(ring_timings("claude", model, 8), 1);
    assert_true((double)a.sound_us < ring_number(model[0], "last") * 1e6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_worker_killed_while_it_waits_for_the_recogniser_is_succeeded_by_the_retry),
        cmocka_unit_test(a_worker_killed_while_the_model_writes_is_succeeded_without_hearing_again),
        cmocka_unit_test(a_worker_killed_while_the_voice_speaks_is_succeeded_and_books_once),
        cmocka_unit_test(a_worker_killed_after_a_sentence_left_is_succeeded_by_the_whole_answer),
        cmocka_unit_test(two_deliveries_while_the_model_writes_are_one_turn_with_the_same_bytes),
        cmocka_unit_test(
            a_caller_who_hangs_up_while_the_model_writes_loses_neither_turn_nor_request),
        cmocka_unit_test(an_answer_to_a_call_that_was_ended_meanwhile_does_not_say_to_go_on),
        cmocka_unit_test(the_first_words_are_heard_while_the_model_still_writes),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, 4);
    int failed = cmocka_run_group_tests_name("vendors/once", tests, NULL, NULL);
    ring_close();
    return failed;
}
