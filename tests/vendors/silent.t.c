/* A vendor's place that is silent is learnt once: for every provider that is asked there, and for
 * every caller. What is counted is what the stand-ins were asked, never how long it took. */
#include "tests/support/ring.h"

#include "base/settings.h"
#include "providers/providers.h"
#include "store/breaker.h"

#define CALLED "0440000202"

static void begin(void)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Щодня.\"}}]}}");
}

static struct turn take_turn(const char *call, const char *key)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = key});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    return ring_kept(call, (int)strtol(key, NULL, 10));
}

static int64_t asked(const char *vendor)
{
    return vendors_count(&ring_vendors, vendor, "requests");
}

/* Two callers, one after the other; the first learns it for both. */
static void assert_learnt_once(const char *vendor)
{
    (void)take_turn(ring_call(CALLED), "1");
    assert_int_equal(asked(vendor), 1);
    const char *call = ring_call(CALLED);
    (void)take_turn(call, "1");
    (void)take_turn(call, "2");
    assert_int_equal(asked(vendor), 1);
}

static void a_silent_model_is_waited_for_once_whatever_keys_and_models_there_are(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "claude", "silent", NULL);
    assert_learnt_once("claude");
}

static void a_silent_model_that_is_the_only_one_is_not_tried_twice(void **state)
{
    (void)state;
    begin();
    assert_int_equal(ladder_read("think=claude,rules", &the_door->app.providers.ladder, NULL),
                     ERR_OK);
    vendors_misbehave(&ring_vendors, "claude", "silent", NULL);
    assert_learnt_once("claude");
    assert_int_equal(ladder_read("", &the_door->app.providers.ladder, NULL), ERR_OK);
}

static void a_silent_recogniser_is_waited_for_once(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "stt", "silent", NULL);
    assert_learnt_once("stt");
}

static void a_silent_voice_is_waited_for_once(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "tts", "silent", NULL);
    assert_learnt_once("tts");
}

/* The token is for hearing and for speaking. */
static void a_silent_token_server_is_waited_for_once_by_both_that_need_it(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "oauth", "expired", NULL);
    vendors_misbehave(&ring_vendors, "oauth", "silent", NULL);
    int64_t before = asked("oauth");
    struct turn t = take_turn(ring_call(CALLED), "1");
    assert_string_equal(t.speak_rung, "espeak");
    assert_int_equal(asked("oauth"), before + 1);
    (void)take_turn(ring_call(CALLED), "1");
    assert_int_equal(asked("oauth"), before + 1);
}

static const char *skipped(void)
{
    struct breaker *all = NULL;
    struct buf b;
    size_t n = 0;

    buf_init(&b, the_door->arena, 4096);
    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &all, &n, NULL),
                     ERR_OK);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s", all[i].until_ms > 0 ? " " : " ?", all[i].name);
    return buf_text(&b);
}

static void health_names_every_provider_of_the_silent_place(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "claude", "silent", NULL);
    (void)take_turn(ring_call(CALLED), "1");
    assert_string_equal(skipped(), " think-claude think-claude-2 think-claude-fallback");
}

/* One of them is tried for all; when it answers, the others are there again soon. */
static void one_worker_tries_a_silent_place_and_not_each_of_its_providers(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "claude", "silent", NULL);
    (void)take_turn(ring_call(CALLED), "1");
    (void)ring_sql("UPDATE rung SET until_ms = 1");
    (void)take_turn(ring_call(CALLED), "1");
    assert_int_equal(asked("claude"), 2);
    (void)take_turn(ring_call(CALLED), "1");
    assert_int_equal(asked("claude"), 2);
    (void)ring_sql("UPDATE rung SET until_ms = 1");
    vendors_behave(&ring_vendors, "claude");
    struct turn t = take_turn(ring_call(CALLED), "1");
    assert_string_equal(t.think_rung, "claude");
    t = take_turn(ring_call(CALLED), "1");
    assert_string_equal(t.think_rung, "claude");
}

/* An error is an answer: whoever sends it is there. */
static void a_place_that_refuses_is_not_silent(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "claude", "status",
                      "\"status\":401,\"key\":\"claude-key-one\"");
    struct turn t = take_turn(ring_call(CALLED), "1");
    assert_string_equal(t.think_rung, "claude-2");
    assert_string_equal(skipped(), " think-claude");
}

static void an_address_is_the_same_place_by_its_host_and_port(void **state)
{
    struct provider one = *provider_find(PROVIDER_THINK, "claude", 6);
    const struct provider *two = provider_find(PROVIDER_THINK, "claude-2", 8);

    (void)state;
    assert_true(provider_same_place(&one, two));
    assert_false(provider_same_place(&one, provider_find(PROVIDER_HEAR, "google", 6)));
    assert_false(provider_same_place(&one, provider_find(PROVIDER_SPEAK, "espeak", 6)));
    assert_true(provider_same_place(provider_find(PROVIDER_HEAR, "google", 6),
                                    provider_find(PROVIDER_HEAR, "google", 6)));
    one.url = NULL;
    assert_false(provider_same_place(&one, two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_model_is_waited_for_once_whatever_keys_and_models_there_are),
        cmocka_unit_test(a_silent_model_that_is_the_only_one_is_not_tried_twice),
        cmocka_unit_test(a_silent_recogniser_is_waited_for_once),
        cmocka_unit_test(a_silent_voice_is_waited_for_once),
        cmocka_unit_test(a_silent_token_server_is_waited_for_once_by_both_that_need_it),
        cmocka_unit_test(health_names_every_provider_of_the_silent_place),
        cmocka_unit_test(one_worker_tries_a_silent_place_and_not_each_of_its_providers),
        cmocka_unit_test(a_place_that_refuses_is_not_silent),
        cmocka_unit_test(an_address_is_the_same_place_by_its_host_and_port),
    };

    ring_begin();
    ring_set("HOLOS_HEAR_MS", "900");
    ring_set("HOLOS_THINK_FIRST_MS", "900");
    ring_set("HOLOS_SPEAK_MS", "1200");
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/silent", tests, NULL, NULL);
    ring_close();
    return failed;
}
