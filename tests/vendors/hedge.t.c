/* HOLOS_HEDGE_MS: the recogniser that is late has the next one asked beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "store/call.h"
#include "store/rung.h"
#include "store/vendor-request.h"
#include "tests/cases/door.h"
#include "tests/support/vendors.h"

#define SCENARIO                                                                                                \
    "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":[{\"any\":" \
    "true,\"answer\":{\"text\":\"Щодня.\"}}]}}"

static struct vendors vendors;
static struct door door;

static struct turn spoken_turn(struct vendor_request **asked, size_t *n)
{
    const char *id = door_call(&door);
    struct turn *turns = NULL;
    struct call call = {0};
    size_t len = 0;
    const char *wav = door_wav(&door, true, 1000, &len);
    const struct part parts[] = {
        {.name = "callID", .value = id},
        {.name = "audio", .value = wav, .len = len, .filename = "turn.wav"},
        {.name = "turn", .value = "1"},
    };

    struct answer a =
        door_multipart(&door, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
    assert_int_equal(a.status, 200);
    struct store *s = door.house.store;
    assert_int_equal(call_find(s, door.arena, "binotel", id, &call, NULL), ERR_OK);
    assert_int_equal(turns_of_call(s, door.arena, call.id, &turns, n, NULL), ERR_OK);
    struct turn t = turns[*n - 1];
    assert_int_equal(vendor_requests_of_turn(s, door.arena, call.id, t.n, asked, n, NULL), ERR_OK);
    return t;
}

static void the_next_recogniser_answers_for_one_that_is_late(void **state)
{
    struct vendor_request *asked = NULL;
    struct rung *noted = NULL;
    size_t n = 0, failed = 0;

    (void)state;
    vendors_tell(&vendors, "/delays", "{\"stt\":8000}");
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
    assert_int_equal(rungs_noted(door.house.store, door.arena, &noted, &failed, NULL), ERR_OK);
    assert_int_equal(failed, 0);
}

static void one_that_is_in_time_is_asked_alone(void **state)
{
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    vendors_tell(&vendors, "/delays", "{\"stt\":0}");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard_by, "google");
    for (size_t i = 0; i < n; i++)
        assert_string_not_equal(asked[i].rung, "whisper");
}

/* Only the quick answers were remembered: what is usual shrank, until every answer was late. */
static void a_recogniser_that_was_beaten_is_remembered_as_late(void **state)
{
    struct pace *pace = &door.house.outside.pace[LADDER_HEAR_GOOGLE];
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    *pace = (struct pace){0};
    for (int i = 0; i < PACE_KNOWN; i++)
        pace_note(pace, 300);
    vendors_tell(&vendors, "/delays", "{\"stt\":8000}");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard_by, "whisper");
    assert_int_equal(pace->n, PACE_KNOWN + 1);
    assert_true(pace->ms[PACE_KNOWN] >= 300);
    *pace = (struct pace){0};
}

static void late_and_failing_are_answered_by_the_other_one(void **state)
{
    struct vendor_request *asked = NULL;
    size_t n = 0;

    (void)state;
    vendors_tell(&vendors, "/delays", "{\"stt\":3500}");
    vendors_misbehave(&vendors, "whisper", "status", "\"status\":500");
    struct turn t = spoken_turn(&asked, &n);
    assert_string_equal(t.heard, "Коли ви працюєте?");
    assert_string_equal(t.heard_by, "google");
    vendors_behave(&vendors, "whisper");
}

static int set_up(void **state)
{
    struct why why = {0};

    (void)state;
    vendors_start(&vendors);
    vendors_set(&vendors);
    assert_int_equal(setenv("HOLOS_HEDGE_MS", "2000", 1), 0);
    assert_int_equal(setenv("HOLOS_HEAR_MS", "20000", 1), 0);
    assert_int_equal(setenv("HOLOS_TURN_MS", "40000", 1), 0);
    assert_int_equal(setenv("HOLOS_LADDER", "think=rules speak=espeak", 1), 0);
    door_open_direct(&door);
    if (house_open(&door.house, HOUSE_OUTSIDE, &why) != ERR_OK)
        fail_msg("house: %s", why.text);
    vendors_tell(&vendors, "/scenario", SCENARIO);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    door_close(&door);
    vendors_unset();
    vendors_stop(&vendors);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_in_time_is_asked_alone),
        cmocka_unit_test(the_next_recogniser_answers_for_one_that_is_late),
        cmocka_unit_test(a_recogniser_that_was_beaten_is_remembered_as_late),
        cmocka_unit_test(late_and_failing_are_answered_by_the_other_one),
    };
    return cmocka_run_group_tests_name("vendors/hedge", tests, set_up, tear_down);
}
