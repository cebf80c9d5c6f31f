/* One token of Google's for all workers: asked for once, renewed early and once, dropped when it is
 * refused; and an account that is refused is told of, while calls go on.
 *
 * check: plain timeout=90 */
#include "tests/support/ring.h"

#include <unistd.h>

#define REVOKED "fault=\"Google's token service: the key was deleted or revoked"

#include "base/file.h"
#include "base/settings.h"
#include "tests/cases/home.h"

#define WORKERS 16

static void begin(int token_seconds)
{
    ring_fresh();
    vendors_tell(
        &ring_vendors, "/scenario",
        arena_printf(the_door->arena,
                     "{\"token_seconds\":%d,\"delays\":{\"stt\":300},"
                     "\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},"
                     "\"claude\":{\"match\":[{\"any\":true,\"answer\":{\"text\":\"Щодня.\","
                     "\"first_ms\":200}}]}}",
                     token_seconds));
}

/* Everybody speaks at once. Returns how many turns were heard by this recogniser. */
static int speak_all(const char *const *calls, const char *turn, int n, const char *by)
{
    static struct ring_caller caller[WORKERS];
    int heard = 0;

    for (int i = 0; i < n; i++)
        ring_start(&caller[i], &(struct ring_said){.call = calls[i], .turn = turn});
    for (int i = 0; i < n; i++) {
        ring_finish(&caller[i]);
        assert_int_equal(caller[i].answer.status, 200);
        assert_true(answer_bool(&caller[i].answer, "success"));
        assert_true(answer_sound(the_door, &caller[i].answer).n > 0);
        struct turn t = ring_kept(calls[i], (int)answer_int(&caller[i].answer, "turn"));
        ring_release(&caller[i]);
        heard += strcmp(t.heard_by, by) == 0;
    }
    return heard;
}

static void open_calls(const char **calls, int n)
{
    for (int i = 0; i < n; i++)
        calls[i] = ring_call("0440000202");
}

static int64_t tokens(void)
{
    return vendors_count(&ring_vendors, "oauth", "requests");
}

/* This must be the first: only workers who have had no turn yet know no token. */
static void sixteen_workers_that_start_at_once_ask_for_one_token(void **state)
{
    (void)state;
    const char *calls[WORKERS];

    begin(3599);
    vendors_tell(&ring_vendors, "/delays", "{\"oauth\":300}");
    open_calls(calls, WORKERS);
    assert_int_equal(speak_all(calls, "1", WORKERS, "google"), WORKERS);
    assert_int_equal(tokens(), 1);
    vendors_assert_content(&ring_vendors);
}

/* Every worker has spoken with its token; now it is no longer taken. How many were asked for. */
static int64_t speak_until_refused(const char **calls)
{
    begin(3599);
    open_calls(calls, WORKERS);
    assert_int_equal(speak_all(calls, "1", WORKERS, "google"), WORKERS);
    vendors_tell(&ring_vendors, "/misbehave", "{\"vendor\":\"oauth\",\"what\":\"expired\"}");
    return tokens();
}

static void a_token_that_is_refused_is_dropped_and_the_turn_answered_with_a_new_one(void **state)
{
    (void)state;
    const char *calls[WORKERS];

    int64_t before = speak_until_refused(calls);
    assert_int_equal(speak_all(calls, "2", WORKERS, "google"), WORKERS);
    assert_int_equal(tokens(), before + 1);
    assert_true(vendors_count(&ring_vendors, "stt", "401") > 0);
    for (int i = 0; i < WORKERS; i++)
        assert_string_equal(ring_kept(calls[i], 2).think_rung, "claude");
}

/* The stored token becomes one that Google does not take; its owner and its times stay. */
static void spoil_stored_token(void)
{
    const char *path = arena_printf(the_door->arena, "%s-token", setting_text(SET_HOLOS_DB));
    char *text = NULL;
    size_t n = 0;

    assert_int_equal(file_read(the_door->arena, path, 65536, &text, &n, NULL), ERR_OK);
    char *value = strstr(text, "\"value\":\"");
    assert_non_null(value);
    memset(value + strlen("\"value\":\""), 'x', 8);
    assert_int_equal(file_replace(path, text, n, NULL), ERR_OK);
}

/* It took up the stored one, was refused again, and left the turn to Whisper. */
static void a_worker_whose_token_and_the_stored_one_are_refused_renews_within_the_turn(void **state)
{
    (void)state;
    const char *calls[WORKERS];

    int64_t before = speak_until_refused(calls);
    spoil_stored_token();
    home_empty(setting_text(SET_HOLOS_CACHE));
    assert_int_equal(speak_all(calls, "2", 1, "google"), 1);
    struct turn t = ring_kept(calls[0], 2);
    assert_int_equal(t.faults, 0);
    assert_string_equal(t.speak_rung, "google");
    assert_int_equal(tokens(), before + 1);
    assert_true(vendors_count(&ring_vendors, "stt", "401") >= 2);
    assert_int_equal(speak_all(calls, "3", WORKERS, "google"), WORKERS);
    assert_int_equal(tokens(), before + 1); /* one renewal for all */
}

static void a_token_is_renewed_before_its_end_and_by_one_worker(void **state)
{
    (void)state;
    const char *calls[WORKERS];

    begin(24); /* short: it is due after three quarters of its life */
    vendors_tell(&ring_vendors, "/misbehave", "{\"vendor\":\"oauth\",\"what\":\"expired\"}");
    open_calls(calls, WORKERS);
    assert_int_equal(speak_all(calls, "1", 1, "google"), 1); /* takes the short one */
    int64_t from = clock_mono_us();
    assert_int_equal(speak_all(calls, "2", WORKERS, "google"), WORKERS);
    int64_t before = tokens(), refused = vendors_count(&ring_vendors, "stt", "401");
    (void)deadline_sleep((struct deadline){from + 18200000}, 18200);
    assert_int_equal(speak_all(calls, "3", WORKERS, "google"), WORKERS);
    assert_int_equal(tokens(), before + 1);
    assert_int_equal(vendors_count(&ring_vendors, "stt", "401"), refused); /* no worker was late */
}

static void an_account_that_is_refused_is_told_of_while_calls_go_on(void **state)
{
    (void)state;
    const char *call = NULL;

    begin(3599);
    vendors_tell(&ring_vendors, "/misbehave", "{\"vendor\":\"oauth\",\"what\":\"expired\"}");
    vendors_misbehave(&ring_vendors, "oauth", "invalid_grant",
                      "\"message\":\"Invalid JWT Signature.\"");
    call = ring_call("0440000202");
    assert_int_equal(speak_all(&call, "1", 1, "whisper"), 1);
    struct turn t = ring_kept(call, 1);
    assert_string_equal(t.think_rung, "claude");
    assert_string_equal(t.speak_rung, "espeak");
    assert_string_equal(t.said, "Щодня.");
    struct deadline d = deadline_in_ms(10000); /* the line is written after the answer is sent */
    while (strstr(ring_log(), REVOKED) == NULL)
        assert_true(deadline_sleep(d, 20));
    struct answer health = door_get(the_door, "/telephony/health");
    assert_int_equal(health.status, 200);
    assert_non_null(strstr(health.body, "\"hear\":{\"served_by\":\"whisper\","
                                        "\"missing_for_more\":\"google is skipped until "));
    assert_non_null(strstr(health.body, "\"speak\":{\"served_by\":\"espeak-ng\","
                                        "\"missing_for_more\":\"google is skipped until "));
    assert_non_null(strstr(health.body, "{\"rung\":\"hear-google\",\"until\":"));
    /* Fixed: after its time it is used again. */
    vendors_behave(&ring_vendors, "oauth");
    (void)ring_sql("UPDATE rung SET until_ms = 1");
    home_empty(setting_text(SET_HOLOS_CACHE));
    call = ring_call("0440000202");
    assert_int_equal(speak_all(&call, "1", 1, "google"), 1);
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
}

/* It took the one try that all workers have, and then did not need it: no other could try for
 * a quarter of a minute. */
static void a_greeting_that_is_remembered_does_not_use_up_the_try_of_a_voice(void **state)
{
    (void)state;
    begin(3599);
    /* Workers that spoke it before have it in memory; the first that has not puts it into the
     * cache. */
    for (int i = 0; i < 64; i++)
        if (strcmp(ring_kept(ring_call("0440000202"), 0).speak_rung, "google") == 0)
            break;
    (void)ring_sql(
        "INSERT INTO rung (name, failures, trips, until_ms) VALUES ('speak-google', 2, 1, 1)");
    const char *call = ring_call("0440000202");
    assert_string_equal(ring_kept(call, 0).speak_rung, "cache");
    assert_int_equal(speak_all(&call, "1", 1, "google"), 1);
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
    assert_string_equal(ring_sql("SELECT count(*) FROM rung"), "0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_workers_that_start_at_once_ask_for_one_token),
        cmocka_unit_test(a_token_that_is_refused_is_dropped_and_the_turn_answered_with_a_new_one),
        cmocka_unit_test(
            a_worker_whose_token_and_the_stored_one_are_refused_renews_within_the_turn),
        cmocka_unit_test(a_token_is_renewed_before_its_end_and_by_one_worker),
        cmocka_unit_test(an_account_that_is_refused_is_told_of_while_calls_go_on),
        cmocka_unit_test(a_greeting_that_is_remembered_does_not_use_up_the_try_of_a_voice),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, WORKERS);
    int failed = cmocka_run_group_tests_name("vendors/token", tests, NULL, NULL);
    ring_close();
    return failed;
}
