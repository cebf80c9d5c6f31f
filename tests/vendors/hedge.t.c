/* HOLOS_HEDGE_MS: the recogniser that is late has the next one asked beside it. */
#include "tests/support/ring.h"

#define SCENARIO                                                                                                \
    "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":[{\"any\":" \
    "true,\"answer\":{\"text\":\"Щодня.\"}}]}}"

static struct turn spoken_turn(struct vendor_request **asked, size_t *n)
{
    const char *call = ring_call("0440000202");

    assert_int_equal(ring_turn(&(struct ring_said){.call = call, .turn = "1"}).status, 200);
    struct turn t = ring_kept(call, 1);
    *n = ring_requests(&t, asked);
    return t;
}

static void begin(const char *delays)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario", SCENARIO);
    vendors_tell(&ring_vendors, "/delays", delays);
}

static void the_next_recogniser_answers_for_one_that_is_late(void **state)
{
    struct vendor_request *asked = NULL;
    struct breaker *noted = NULL;
    size_t n = 0, failed = 0;

    (void)state;
    begin("{\"stt\":8000}");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard, "Коли ви працюєте?");
    assert_string_equal(t.heard_by, "whisper");
    assert_int_equal(t.faults, 0);
    assert_true(n >= 2);
    assert_string_equal(asked[0].rung, "google");
    assert_string_equal(asked[0].outcome, "dropped");
    assert_string_equal(asked[1].rung, "whisper");
    assert_string_equal(asked[1].outcome, "ok");
    /* Late is not broken: nobody passes it over. */
    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &noted, &failed, NULL),
                     ERR_OK);
    assert_int_equal(failed, 0);
}

static void one_that_is_in_time_is_asked_alone(void **state)
{
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    begin("{\"stt\":0}");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard_by, "google");
    for (size_t i = 0; i < n; i++)
        assert_string_not_equal(asked[i].rung, "whisper");
}

/* Only the quick answers were remembered: what is usual shrank, until every answer was late. */
static void a_recogniser_that_was_beaten_is_remembered_as_late(void **state)
{
    const struct provider *google = provider_find(PROVIDER_HEAR, "google", 6);
    struct hedge_latency *latency = &the_door->app.providers.latency[provider_index(google)];
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    *latency = (struct hedge_latency){0};
    for (int i = 0; i < HEDGE_KNOWN; i++)
        hedge_latency_note(latency, 300);
    begin("{\"stt\":8000}");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard_by, "whisper");
    assert_int_equal(latency->n, HEDGE_KNOWN + 1);
    assert_true(latency->ms[HEDGE_KNOWN] >= 300);
    *latency = (struct hedge_latency){0};
}

static void late_and_failing_are_answered_by_the_other_one(void **state)
{
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    begin("{\"stt\":3500}");
    vendors_misbehave(&ring_vendors, "whisper", "status", "\"status\":500");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard, "Коли ви працюєте?");
    assert_string_equal(t.heard_by, "google");
    vendors_behave(&ring_vendors, "whisper");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_in_time_is_asked_alone),
        cmocka_unit_test(the_next_recogniser_answers_for_one_that_is_late),
        cmocka_unit_test(a_recogniser_that_was_beaten_is_remembered_as_late),
        cmocka_unit_test(late_and_failing_are_answered_by_the_other_one),
    };

    ring_begin();
    ring_set("HOLOS_HEDGE_MS", "2000");
    ring_set("HOLOS_HEAR_MS", "20000");
    ring_set("HOLOS_TURN_MS", "40000");
    ring_set("HOLOS_LADDER", "think=rules speak=espeak");
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/hedge", tests, NULL, NULL);
    ring_close();
    return failed;
}
