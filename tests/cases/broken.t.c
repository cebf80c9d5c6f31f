/* One profile's fault silences only that business: its callers hear an apology and a person is
 * asked to call them back; everybody else is answered as ever. */
#include "tests/cases/cases.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/settings.h"
#include "tests/support/made.h"

#define INCOMING "/telephony/binotel/incoming-call"
#define STREAM   "/telephony/binotel/audio-stream"
#define VOICE    "/voice/process-voice/"
#define FAULTY                                                                                     \
    "{\"business\":\"Лілея\",\"numbers\":[\"0440000303\"],\"language\":\"uk\",\"hours\":7,"   \
    "\"country\":\"380\"}"
#define NO_JSON "{\n\"numbers\": [\"0440000303\"],\n\"language\": \"uk\"\noops"

static const struct profile_packs *packs;

static void put(const char *name, const char *text)
{
    const char *path = arena_printf(the_door->arena, "%s/profiles/%s", the_door->folder, name);

    assert_int_equal(file_replace(path, text, strlen(text), NULL), ERR_OK);
}

static void use(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

/* As a worker does that has just begun: the voice too, whose settings were loaded anew. */
static void open_profiles(void)
{
    struct why why = {0};

    the_door->app.open[APP_PROFILES] = NULL;
    the_door->app.open[APP_VOICE] = NULL;
    if (app_open(&the_door->app, APP_PARTS(&app_profiles, &app_voice), &why) != ERR_OK)
        fail_msg("%s", why.text);
}

static int set_up(void **state)
{
    const char *folder = arena_printf(the_door->arena, "%s/profiles", the_door->folder);

    (void)state;
    packs = made_packs(the_door->arena);
    assert_int_equal(file_make_directory(folder, NULL), ERR_OK);
    put("salon.json", made_file(the_door->arena, "profiles/salon.json"));
    put("hotel.json", made_file(the_door->arena, "profiles/hotel.json"));
    put("lily.json", FAULTY);
    use("HOLOS_PROFILES", folder);
    use("HOLOS_PROFILE", "salon");
    open_profiles();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("HOLOS_PROFILE"), 0);
    assert_int_equal(unsetenv("HOLOS_TEXT_PROFILE"), 0);
    return 0;
}

static struct answer ring(const char *id, const char *from, const char *to)
{
    return door_json(the_door, INCOMING,
                     arena_printf(the_door->arena,
                                  "{\"callID\":\"%s\",\"externalNumber\":\"%s\","
                                  "\"internalNumber\":\"%s\"}",
                                  id, from, to));
}

static size_t leads_of(const char *id, struct lead **ret)
{
    size_t n = 0;

    assert_int_equal(
        leads_newest(the_door->app.store, the_door->arena, kept_call(id).id, 10, ret, &n, NULL),
        ERR_OK);
    return n;
}

static const char *phrase(const char *in_pack)
{
    assert_null(strchr(in_pack, '{'));
    return in_pack;
}

#define UK (packs->pack[0].has.say)

static void its_caller_hears_an_apology_and_a_person_is_asked_to_call_back(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    const char *id = door_call_id(the_door);

    struct answer a = ring(id, "0671234567", "0440000303");
    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken_request));
    (void)answer_sound(the_door, &a);
    assert_int_equal(leads_of(id, &leads), 1);
    assert_string_equal(leads[0].profile, "lily");
    assert_string_equal(leads[0].phone, "+380671234567");
    assert_string_equal(leads[0].wish, phrase(UK.broken_wish));
    assert_string_equal(kept_call(id).profile, "lily");

    a = door_say(the_door, id, "Алло, ви мене чуєте?");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken_request));
    assert_string_equal(answer_text(&a, "transcript"), "Алло, ви мене чуєте?");
    assert_false(answer_bool(&a, "should_continue"));
    assert_int_equal(leads_of(id, &leads), 1);
    assert_int_equal(kept_call(id).status, CALL_COMPLETED);
    assert_string_equal(kept_call(id).end_reason, "broken");
    assert_int_equal(door_say(the_door, id, "Алло?").status, 409);
}

static void the_same_delivery_again_leaves_no_second_request(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    const char *id = door_call_id(the_door);

    struct answer first = ring(id, "0671234568", "0440000303");
    struct answer again = ring(id, "0671234568", "0440000303");
    assert_int_equal(again.status, 200);
    assert_int_equal(again.len, first.len);
    assert_memory_equal(again.body, first.body, first.len);
    assert_int_equal(leads_of(id, &leads), 1);
}

static void a_caller_without_a_number_is_asked_to_call_later(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    const char *id = door_call_id(the_door);

    struct answer a = ring(id, "anonymous", "0440000303");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken));
    a = door_say(the_door, id, "Алло?");
    assert_int_equal(a.status, 200);
    assert_false(answer_bool(&a, "should_continue"));
    assert_int_equal(leads_of(id, &leads), 0);
}

static void the_other_businesses_go_on_serving(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);

    struct answer a = ring(id, "79261234567", "+380480000000");
    assert_string_equal(answer_text(&a, "message"), "Здравствуйте! Чем могу помочь?");
    a = door_say(the_door, id, "Какой у вас адрес?");
    assert_non_null(strstr(answer_text(&a, "message"), "Дерибасовская"));
    assert_true(answer_bool(&a, "should_continue"));
    id = door_call(the_door);
    a = door_say(the_door, id, "Де ви?");
    assert_non_null(strstr(answer_text(&a, "message"), "Хрещатик"));
}

static void a_file_that_is_no_json_still_has_its_numbers(void **state)
{
    (void)state;
    put("lily.json", NO_JSON);
    open_profiles();
    struct answer a = ring(door_call_id(the_door), "0671234569", "0440000303");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken_request));
}

static void callers_of_numbers_that_cannot_be_read_reach_the_default_business(void **state)
{
    (void)state;
    put("lily.json", "oops");
    open_profiles();
    struct answer a = ring(door_call_id(the_door), "0671234569", "0440000303");
    assert_string_equal(answer_text(&a, "message"),
                        "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?");
}

static void if_the_default_business_is_the_faulty_one_they_hear_the_apology(void **state)
{
    (void)state;
    put("lily.json", "oops");
    use("HOLOS_PROFILE", "lily");
    open_profiles();
    struct answer a = ring(door_call_id(the_door), "0671234570", "0440000999");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken_request));
    a = ring(door_call_id(the_door), "79261234567", "+380480000000");
    assert_string_equal(answer_text(&a, "message"), "Здравствуйте! Чем могу помочь?");
}

/* The profile was changed, and holos reloaded, while somebody was on the line. */
static void a_call_that_is_going_on_ends_with_the_apology_and_a_request(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    const char *id = door_call(the_door);

    struct answer a = door_say(the_door, id, "Де ви?");
    assert_true(answer_bool(&a, "should_continue"));
    put("salon.json", "{\"language\":\"uk\",\"country\":\"380\"}");
    open_profiles();
    a = door_say(the_door, id, "А коли ви працюєте?");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), phrase(UK.broken_request));
    assert_false(answer_bool(&a, "should_continue"));
    assert_int_equal(leads_of(id, &leads), 1);
    assert_string_equal(leads[0].profile, "salon");
}

static void a_streamed_turn_ends_the_same_way(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const struct part parts[] = {{.name = "callID", .value = id},
                                 {.name = "text", .value = "Алло?"},
                                 {.name = "turn", .value = "1"}};

    assert_int_equal(ring(id, "0671234571", "0440000303").status, 200);
    struct answer a = door_multipart(the_door, STREAM, parts, 3, "application/x-ndjson", NULL);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, phrase(UK.broken_request)));
    assert_non_null(strstr(a.body, "\"should_continue\":false"));
}

static void a_hang_up_after_the_apology_leaves_nothing_more(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    const char *id = door_call_id(the_door);

    assert_int_equal(ring(id, "0671234572", "0440000303").status, 200);
    struct answer a = door_json(
        the_door, "/telephony/binotel/call-status",
        arena_printf(the_door->arena, "{\"callID\":\"%s\",\"status\":\"completed\"}", id));
    assert_int_equal(a.status, 200);
    assert_int_equal(leads_of(id, &leads), 1);
    assert_string_equal(kept_call(id).end_reason, "hangup");
}

static void a_text_for_it_is_answered_with_the_apology(void **state)
{
    (void)state;
    use("HOLOS_TEXT_PROFILE", "lily");
    open_profiles();
    struct answer a = door_json(the_door, VOICE, "{\"text\":\"Де ви?\"}");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "response"), phrase(UK.broken));
}

static void health_is_degraded_and_says_which_profile_and_why(void **state)
{
    (void)state;
    struct answer a = door_get(the_door, "/health");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "status"), "degraded");
    assert_non_null(strstr(answer_text(&a, "why"), "lily.json: address: is missing"));
    put("lily.json", made_file(the_door->arena, "profiles/salon.json"));
    open_profiles();
    a = door_get(the_door, "/health");
    assert_string_equal(answer_text(&a, "status"), "healthy");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        EACH(its_caller_hears_an_apology_and_a_person_is_asked_to_call_back),
        EACH(the_same_delivery_again_leaves_no_second_request),
        EACH(a_caller_without_a_number_is_asked_to_call_later),
        EACH(the_other_businesses_go_on_serving),
        EACH(a_file_that_is_no_json_still_has_its_numbers),
        EACH(callers_of_numbers_that_cannot_be_read_reach_the_default_business),
        EACH(if_the_default_business_is_the_faulty_one_they_hear_the_apology),
        EACH(a_call_that_is_going_on_ends_with_the_apology_and_a_request),
        EACH(a_streamed_turn_ends_the_same_way),
        EACH(a_hang_up_after_the_apology_leaves_nothing_more),
        EACH(a_text_for_it_is_answered_with_the_apology),
        EACH(health_is_degraded_and_says_which_profile_and_why),
    };
    struct door door = {0};

    the_door = &door;
    door_open_direct(&door);
    int failed = cmocka_run_group_tests_name("cases/broken", tests, NULL, NULL);
    door_close(&door);
    return failed;
}
