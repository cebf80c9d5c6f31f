/* Why a vendor is passed over: in the log, and in the health of a service that really runs, which
 * is another process than the worker that was refused. Each reason has its own sentence.
 *
 * check: plain timeout=60 */
#include "tests/support/ring.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"

static char folder[] = "/tmp/holos-reasons-XXXXXX";

static void begin(void)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Щодня.\"}}]}}");
    vendors_tell(&ring_vendors, "/misbehave", "{\"vendor\":\"oauth\",\"what\":\"expired\"}");
}

static void assert_told(const char *in, const char *what)
{
    if (strstr(in, what) == NULL)
        fail_msg("\"%s\" is not told in: %s", what, in);
}

/* Health is for everybody: neither a key nor the callers' numbers (ring_call) stand in it. */
static const char *health(void)
{
    struct answer a = door_get(the_door, "/telephony/health");

    assert_int_equal(a.status, 200);
    assert_int_equal(json_kind(a.json), JSON_OBJECT);
    assert_null(strstr(a.body, ring_vendors.key[0]));
    assert_null(strstr(a.body, ring_vendors.key[1]));
    assert_null(strstr(a.body, ring_vendors.google_key));
    assert_null(strstr(a.body, ring_vendors.openai_key));
    assert_null(strstr(a.body, "06300"));
    return a.body;
}

/* The line is written after the answer is sent. */
static void assert_logged(const char *what)
{
    struct deadline d = deadline_in_ms(10000);

    while (strstr(ring_log(), what) == NULL)
        if (!deadline_sleep(d, 20))
            assert_told(ring_log(), what);
}

static void take_turn(void)
{
    struct answer a = ring_turn(&(struct ring_said){.call = ring_call("0440000202"), .turn = "1"});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_true(answer_sound(the_door, &a).n > 0);
}

/* In the list of what is skipped, and beside the stage that lacks it. */
static void assert_skipped(const char *told, const char *rung, const char *reason)
{
    const struct json *o = NULL;

    assert_int_equal(json_parse(the_door->arena, told, strlen(told), &o, NULL), ERR_OK);
    const struct json *r = json_first(json_member(o, "skipped"));
    while (r != NULL && strcmp(json_text(json_member(r, "rung")), rung) != 0)
        r = json_next(r);
    assert_non_null(r);
    assert_told(json_text(json_member(r, "reason")), reason);
    const char *stage = arena_strndup(the_door->arena, rung, strcspn(rung, "-"));
    const struct json *s = json_member(json_member(o, "stages"), stage);
    assert_told(json_text(json_member(s, "missing_for_more")), reason);
}

/* ---- what a vendor says -------------------------------------------------------------------------- */

#define CREDIT                                                                                     \
    "\"status\":400,\"body\":{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","   \
    "\"message\":\"Your credit balance is too low to access the Anthropic API.\"}}"

static void each_refusal_is_told_in_its_own_words(void **state)
{
    static const struct {
        const char *vendor, *what, *more, *rung, *reason;
    } cases[] = {
        {"oauth", "invalid_grant", NULL, "hear-google",
         "Google's token service: the clock of this machine is wrong: switch NTP on"},
        {"oauth", "invalid_grant", "\"message\":\"Invalid JWT Signature.\"", "speak-google",
         "Google's token service: the key was deleted or revoked: make a new one"},
        {"oauth", "invalid_grant", "\"message\":\"Invalid grant: account not found\"",
         "hear-google", "Google's token service: the service account was deleted"},
        {"stt", "status", "\"status\":403", "hear-google",
         "Google's speech recognition is forbidden to this project or account (status 403)"},
        {"tts", "status", "\"status\":429", "speak-google",
         "Google's voice was asked too often (status 429)"},
        {"claude", "status", "\"status\":401", "think-claude",
         "Claude refuses the API key: it is not valid, error auth (status 401)"},
        {"claude", "status", CREDIT, "think-claude-2",
         "the credit or the spend limit of this key is used up, error billing (status 400)"},
        {"claude", "status", "\"status\":429", "think-claude",
         "Claude was asked too often with this key, error rate_limited (status 429)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        vendors_misbehave(&ring_vendors, cases[i].vendor, cases[i].what, cases[i].more);
        take_turn();
        assert_logged(cases[i].reason);
        assert_skipped(health(), cases[i].rung, cases[i].reason);
    }
}

static void whisper_that_refuses_is_told_beside_google(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "stt", "status", "\"status\":403");
    vendors_misbehave(&ring_vendors, "whisper", "status", "\"status\":401");
    take_turn();
    const char *told = health();
    assert_skipped(told, "hear-whisper", "Whisper refuses the key: look at OPENAI_API_KEY");
    assert_skipped(told, "hear-google", "is forbidden to this project or account");
}

/* That is no refusal and no failure: who reads the log learns what was not said. */
static void what_of_an_answer_was_cut_off_is_told_in_the_log_alone(void **state)
{
    char scenario[2048] = "{\"claude\":{\"answers\":[{\"text\":\"";

    (void)state;
    begin();
    size_t n = strlen(scenario);
    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(scenario + n, sizeof scenario - n, "%s",
                              i % 2 == 0 ? "Так. " : "Добре. ");
    (void)snprintf(scenario + n, sizeof scenario - n,
                   "\"}]},\"stt\":{\"lines\":[\"Розкажіть.\"]}}");
    vendors_tell(&ring_vendors, "/scenario", scenario);
    take_turn();
    assert_logged("fault=\"the model wrote more than 48 sentences; the rest was neither read nor");
    assert_told(health(), "\"think\":{\"served_by\":\"claude, then claude-2, then claude-fallback, "
                          "then the profile's rules\",\"missing_for_more\":null}");
}

static void what_is_mended_is_no_longer_told(void **state)
{
    (void)state;
    begin();
    vendors_misbehave(&ring_vendors, "oauth", "invalid_grant",
                      "\"message\":\"Invalid JWT Signature.\"");
    take_turn();
    assert_told(health(), "\"google_cloud_fault\":\"Google's token service: the key was deleted");
    (void)ring_sql("UPDATE rung SET until_ms = 1");
    const char *told = health(); /* it may be tried again, which does not make it well */
    assert_told(told, "\"skipped\":[]");
    assert_told(told, "google is tried again by the next turn after");
    assert_told(told, "\"google_cloud_fault\":\"Google's token service: the key was deleted");
    vendors_behave(&ring_vendors, "oauth");
    take_turn();
    assert_null(strstr(health(), "deleted or revoked"));
}

/* ---- what is known without asking ---------------------------------------------------------------- */

/* A file with this text that everybody may read; its path. */
static const char *write_file(const char *name, const char *text)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(file_replace(path, text, strlen(text), NULL), ERR_OK);
    assert_int_equal(chmod(path, 0644), 0);
    return path;
}

static void a_malformed_file_is_told_at_once(void **state)
{
    (void)state;
    const char *told = health();
    assert_told(told, "\"google_cloud_configured\":false");
    assert_told(told, "\"google_cloud_fault\":\"the credentials file is not JSON\"");
    assert_told(told, "\"missing_for_more\":\"the credentials file is not JSON\"");
    assert_told(told, "\"google_cloud_warning\":\"every user of this machine may read or write");
    assert_null(strstr(told, folder));
    assert_logged("google why=\"the credentials file is not JSON\"");
    take_turn();
}

static void a_file_that_cannot_be_read_is_told_at_once(void **state)
{
    (void)state;
    const char *told = health();
    assert_told(told, "\"google_cloud_configured\":false");
    assert_told(told, "\"google_cloud_fault\":\"the credentials file cannot be read\"");
    assert_told(told, "\"missing_for_more\":\"the credentials file cannot be read\"");
    assert_null(strstr(told, folder));
    assert_logged("google why=\"the credentials file cannot be read\"");
    take_turn();
}

static void an_account_without_a_project_is_told_at_once(void **state)
{
    (void)state;
    const char *told = health();
    assert_told(told, "\"google_cloud_configured\":true");
    assert_told(told, "\"google_cloud_fault\":\"GOOGLE_STT_API=v2 needs the project_id of the");
    assert_told(told, "\"hear\":{\"served_by\":\"whisper\","
                      "\"missing_for_more\":\"GOOGLE_STT_API=v2 needs the project_id of the");
}

static void an_api_key_that_is_refused_is_told_as_such(void **state)
{
    (void)state;
    begin();
    assert_null(strstr(health(), "google_cloud_fault"));
    take_turn();
    assert_logged("refuses the API key: it is not valid");
    const char *told = health();
    assert_skipped(told, "hear-google",
                   "Google's speech recognition refuses the API key: it is not valid (status 400)");
    assert_skipped(told, "speak-google",
                   "Google's voice refuses the API key: it is not valid (status 400)");
    assert_null(strstr(told, "AIzaSomebodyElses"));
}

/* ---- the services ------------------------------------------------------------------------------- */

/* A service of its own: what is configured is read when it starts. */
#define HOLD(name, ...)                                                                            \
    do {                                                                                           \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        ring_open(door_open_nginx, 1);                                                             \
        failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);                            \
        door_close(the_door);                                                                      \
    } while (0)
#define ONE(f) HOLD("vendors/reasons: " #f, cmocka_unit_test(f))

static const char *without_project(void)
{
    struct arena a;
    char *text = NULL;
    size_t n = 0;

    arena_init(&a, (size_t)1024 * 1024);
    assert_int_equal(file_read(&a, ring_vendors.credentials, 65536, &text, &n, NULL), ERR_OK);
    char *member = strstr(text, "\"project_id\"");
    assert_non_null(member);
    member[1] = 'x'; /* another member */
    const char *path = write_file("projectless.json", text);
    arena_release(&a);
    return path;
}

int main(void)
{
    int failed = 0;

    if (mkdtemp(folder) == NULL)
        return 1;
    ring_begin();
    HOLD("vendors/reasons", cmocka_unit_test(each_refusal_is_told_in_its_own_words),
         cmocka_unit_test(whisper_that_refuses_is_told_beside_google),
         cmocka_unit_test(what_of_an_answer_was_cut_off_is_told_in_the_log_alone),
         cmocka_unit_test(what_is_mended_is_no_longer_told));
    ring_set("GOOGLE_APPLICATION_CREDENTIALS", write_file("half.json", "{\"type\":"));
    ONE(a_malformed_file_is_told_at_once);
    ring_set("GOOGLE_APPLICATION_CREDENTIALS", folder);
    ONE(a_file_that_cannot_be_read_is_told_at_once);
    ring_set("GOOGLE_APPLICATION_CREDENTIALS", without_project());
    ring_set("GOOGLE_STT_API", "v2");
    ONE(an_account_without_a_project_is_told_at_once);
    ring_set("GOOGLE_STT_API", "v1");
    ring_set("GOOGLE_APPLICATION_CREDENTIALS", "");
    ring_set("GOOGLE_API_KEY", "AIzaSomebodyElses");
    ONE(an_api_key_that_is_refused_is_told_as_such);
    vendors_unset();
    vendors_stop(&ring_vendors);
    (void)unlink(write_file("half.json", ""));
    (void)unlink(write_file("projectless.json", ""));
    (void)rmdir(folder);
    return failed;
}
