/* When a recogniser that failed is asked once more in the same turn. */
#include "tests/cases/home.h"
#include "tests/support/ring.h"

#define CALLED "0440000203"
#define WORDS  "Коли ви працюєте?"

static const char *begin(const char *hear)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"" WORDS "\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Так.\"}}]}}");
    assert_int_equal(ladder_read(hear, &the_door->app.providers.ladder, NULL), ERR_OK);
    return ring_call(CALLED);
}

/* How often the recogniser was asked in the turn; the turn. */
static size_t asked_in(const char *call, int turn, struct turn *ret)
{
    struct vendor_request *all = NULL;
    size_t n = 0;

    const char *key = arena_printf(the_door->arena, "%d", turn);
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = key});
    assert_int_equal(a.status, 200);
    *ret = ring_kept(call, turn);
    size_t requests = ring_requests(ret, &all);
    for (size_t i = 0; i < requests; i++)
        n += strcmp(all[i].stage, "hear") == 0;
    return n;
}

static size_t asked(const char *call, struct turn *ret)
{
    return asked_in(call, 1, ret);
}

static void use(const char *url)
{
    bool own = strstr(url, "inference") != NULL;

    home_set(the_door, "WHISPER_URL", url);
    home_set(the_door, "OPENAI_API_KEY", own ? NULL : ring_vendors.openai_key);
}

static void openai_is_asked_again_after_a_fault_of_the_moment(void **state)
{
    (void)state;
    static const char *const faults[] = {"\"status\":500,\"times\":1", "\"status\":502,\"times\":1",
                                         "\"status\":429,\"retry_after\":0,\"times\":1"};
    struct turn t = {0};

    use(vendors_url(&ring_vendors, "openai"));
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const char *call = begin("hear=whisper");
        vendors_misbehave(&ring_vendors, "openai", "status", faults[i]);
        assert_int_equal(asked(call, &t), 2);
        assert_string_equal(t.heard, WORDS);
        assert_string_equal(t.heard_by, "whisper");
    }
}

static void what_was_paid_for_being_used_up_is_not_asked_for_again(void **state)
{
    (void)state;
    struct turn t = {0};

    use(vendors_url(&ring_vendors, "openai"));
    const char *call = begin("hear=whisper");
    vendors_misbehave(&ring_vendors, "openai", "status",
                      "\"status\":429,\"body\":{\"error\":{\"message\":\"You exceeded your current "
                      "quota.\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":"
                      "\"insufficient_quota\"}}");
    assert_int_equal(asked(call, &t), 1);
    vendors_behave(&ring_vendors, "openai");
}

static void a_server_of_ones_own_that_refuses_is_asked_again_but_not_one_that_failed(void **state)
{
    (void)state;
    static char own[128];
    struct turn t = {0};

    use("http://127.0.0.1:1/inference");
    const char *call = begin("hear=whisper");
    assert_int_equal(asked(call, &t), 2);
    (void)snprintf(own, sizeof own, "%s/inference", vendors_url(&ring_vendors, "whisper"));
    use(own);
    call = begin("hear=whisper");
    vendors_misbehave(&ring_vendors, "whisper", "status", "\"status\":500,\"times\":1");
    assert_int_equal(asked(call, &t), 1);
}

/* Google says in the body how long it wants to be left alone. */
static void a_pause_that_google_asks_for_in_its_body_is_kept(void **state)
{
    (void)state;
    struct turn t = {0};

    const char *call = begin("hear=google");
    vendors_misbehave(
        &ring_vendors, "stt", "status",
        "\"status\":429,\"times\":1,\"body\":{\"error\":{\"code\":429,\"message\":"
        "\"Quota exceeded.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
        "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"30s\"}]}}");
    assert_int_equal(asked(call, &t), 1); /* longer than the turn: not within it */
}

static void the_next_one_is_asked_instead_of_a_pause_that_a_caller_would_hear(void **state)
{
    (void)state;
    struct turn t = {0};

    use(vendors_url(&ring_vendors, "openai"));
    const char *call = begin("hear=google,whisper");
    vendors_misbehave(&ring_vendors, "stt", "status",
                      "\"status\":503,\"retry_after\":4,\"times\":1");
    assert_int_equal(asked(call, &t), 2);
    assert_string_equal(t.heard_by, "whisper");
}

static void a_model_that_lacks_the_language_is_asked_for_once_in_either_version(void **state)
{
    (void)state;
    static const struct {
        const char *api, *lacks;
    } rows[] = {{"v1", "latest_short"}, {"v2", "short"}};
    struct turn t = {0};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        home_set(the_door, "GOOGLE_STT_API", rows[i].api); /* and nothing is learned yet */
        const char *call = begin("hear=google");
        vendors_tell(&ring_vendors, "/scenario",
                     arena_printf(the_door->arena,
                                  "{\"stt\":{\"lines\":[\"" WORDS "\"],\"loop\":true},"
                                  "\"unsupported\":[[\"%s\",\"uk-UA\"]],\"claude\":{\"match\":"
                                  "[{\"any\":true,\"answer\":{\"text\":\"Так.\"}}]}}",
                                  rows[i].lacks));
        assert_int_equal(asked_in(call, 1, &t), 2);
        assert_string_equal(t.heard, WORDS);
        assert_true(t.confidence > 0);
        assert_int_equal(asked_in(call, 2, &t), 1);
        assert_string_equal(t.heard, WORDS);
        vendors_assert_content(&ring_vendors);
    }
    home_set(the_door, "GOOGLE_STT_API", NULL);
}

/* The head of an Ogg Opus file: enough for all that is asked about it here. */
static struct answer send_ogg(const char *call)
{
    static const char ogg[60] = "OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\23"
                                "OpusHead\1\1\0\0\x80\x3e\0\0";

    return ring_turn(&(struct ring_said){.call = call, .turn = "1", .wav = ogg, .len = sizeof ogg});
}

static void what_the_one_that_is_down_would_take_is_no_wrong_format(void **state)
{
    (void)state;
    static char own[128];

    (void)snprintf(own, sizeof own, "%s/inference", vendors_url(&ring_vendors, "whisper"));
    use(own); /* it takes WAV alone */
    const char *call = begin("hear=google,whisper");
    vendors_misbehave(&ring_vendors, "stt", "status", "\"status\":503");
    struct answer a = send_ogg(call);
    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    call = begin("hear=whisper");
    a = send_ogg(call);
    assert_int_equal(a.status, 415);
    assert_non_null(strstr(answer_text(&a, "error"), "WAV"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openai_is_asked_again_after_a_fault_of_the_moment),
        cmocka_unit_test(what_was_paid_for_being_used_up_is_not_asked_for_again),
        cmocka_unit_test(a_server_of_ones_own_that_refuses_is_asked_again_but_not_one_that_failed),
        cmocka_unit_test(the_next_one_is_asked_instead_of_a_pause_that_a_caller_would_hear),
        cmocka_unit_test(a_model_that_lacks_the_language_is_asked_for_once_in_either_version),
        cmocka_unit_test(what_the_one_that_is_down_would_take_is_no_wrong_format),
        cmocka_unit_test(a_pause_that_google_asks_for_in_its_body_is_kept),
    };

    ring_begin();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/ear", tests, NULL, NULL);
    ring_close();
    return failed;
}
