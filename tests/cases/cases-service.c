/* health, stats, metrics, process-voice, and what is no route. */
#include "store/breaker.h"
#include "tests/cases/cases.h"

static void health_says_healthy_with_a_timestamp(void **state)
{
    (void)state;
    struct answer a = door_get(the_door, "/health");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "status"), "healthy");
    assert_int_equal(strlen(answer_text(&a, "timestamp")), 20);
    assert_true(answer_bool(&a, "telephony_enabled"));
}

static void telephony_health_says_what_serves_and_what_is_missing(void **state)
{
    (void)state;
    struct answer a = door_get(the_door, "/telephony/health");
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "service"), "telephony");
    assert_string_equal(answer_text(&a, "status"), "not_configured");
    assert_false(answer_bool(&a, "binotel_configured"));
    assert_false(answer_bool(&a, "google_cloud_configured"));
    assert_string_equal(answer_text(&a, "message"), "Please configure Binotel credentials in .env");
    static const char *const stages[] = {"hear", "think", "speak", "store", "book"};
    const struct json *all = json_member(a.json, "stages");
    for (size_t i = 0; i < 5; i++)
        assert_non_null(json_member(json_member(all, stages[i]), "served_by"));
    const struct answer hear = {.json = json_member(all, "hear")};
    assert_string_equal(answer_text(&hear, "served_by"), "typed words and pressed keys");
    assert_non_null(strstr(answer_text(&hear, "missing_for_more"), "WHISPER_URL"));
    const struct answer think = {.json = json_member(all, "think")};
    assert_string_equal(answer_text(&think, "served_by"), "the profile's rules");
    assert_int_equal(json_kind(json_member(a.json, "skipped")), JSON_ARRAY);
    assert_int_equal(json_count(json_member(a.json, "skipped")), 0);
}

static void telephony_health_names_a_provider_that_all_workers_skip(void **state)
{
    struct store *s = the_door->app.store;
    bool opened = false;

    (void)state;
    assert_int_equal(breaker_failed(s, "speak-espeak", true, 60000, "the voice is hoarse",
                                    clock_unix_ms(), deadline_in_ms(2000), &opened, NULL),
                     ERR_OK);
    assert_true(opened);
    struct answer a = door_get(the_door, "/telephony/health");
    assert_int_equal(store_begin(s, deadline_in_ms(2000), NULL), ERR_OK);
    assert_int_equal(breaker_worked(s, "speak-espeak", NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
    const struct answer skipped = {.json = json_first(json_member(a.json, "skipped"))};
    assert_string_equal(answer_text(&skipped, "rung"), "speak-espeak");
    assert_int_equal(answer_int(&skipped, "failures"), 1);
    assert_string_equal(answer_text(&skipped, "reason"), "the voice is hoarse");
    const struct json *stages = json_member(a.json, "stages");
    const struct answer speak = {.json = json_member(stages, "speak")};
    assert_non_null(
        strstr(answer_text(&speak, "missing_for_more"), answer_text(&skipped, "until")));
    assert_non_null(strstr(answer_text(&speak, "missing_for_more"), ": the voice is hoarse"));
}

static void stats_count_what_happened(void **state)
{
    (void)state;
    struct answer before = door_get(the_door, "/telephony/stats");
    assert_int_equal(before.status, 200);
    assert_string_equal(answer_text(&before, "status"), "not_configured");
    assert_false(answer_bool(&before, "configured"));
    assert_string_equal(answer_text(&before, "voice_language"), "uk-UA");
    const char *id = door_call(the_door);
    assert_int_equal(door_say(the_door, id, "Де ви?").status, 200);
    struct answer after = door_get(the_door, "/telephony/stats");
    assert_int_equal(answer_int(&after, "active_calls"), answer_int(&before, "active_calls") + 1);
    const struct answer was = {.json = json_member(before.json, "days_30")};
    const struct answer is = {.json = json_member(after.json, "days_30")};
    assert_int_equal(answer_int(&is, "calls"), answer_int(&was, "calls") + 1);
}

static void stats_have_what_the_contract_names(void **state)
{
    static const char *const periods[] = {"today", "days_30"};
    static const char *const counts[] = {"calls", "turns", "bookings", "leads", "errors"};
    static const char *const stages[] = {"hear", "think", "speak", "total"};

    (void)state;
    struct answer a = door_get(the_door, "/telephony/stats");
    for (size_t p = 0; p < 2; p++) {
        const struct json *period = json_member(a.json, periods[p]);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            assert_int_equal(json_kind(json_member(period, counts[i])), JSON_NUMBER);
        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
            const struct json *stage = json_member(json_member(period, "stages_ms"), stages[i]);
            assert_int_equal(json_kind(json_member(stage, "p50")), JSON_NUMBER);
            assert_int_equal(json_kind(json_member(stage, "p95")), JSON_NUMBER);
        }
    }
    assert_int_equal(json_count(json_member(a.json, "profiles")), 2); /* of profiles/ */
}

static void metrics_are_prometheus_text(void **state)
{
    (void)state;
    struct answer a = door_get(the_door, "/metrics");
    assert_int_equal(a.status, 200);
    assert_int_equal(strncmp(a.type, "text/plain; version=0.0.4", 25), 0);
    assert_non_null(strstr(a.body, "# TYPE holos_active_calls gauge\nholos_active_calls "));
    assert_non_null(strstr(a.body, "holos_calls{status=\"completed\"} "));
    assert_int_equal(a.body[a.len - 1], '\n');
}

static void text_rules_answer_word_for_word(void **state)
{
    (void)state;
    static const struct {
        const char *text, *response;
    } rows[] = {
        {"Хочу ЗАБРОНИРОВАТЬ номер",
         "Вы хотите забронировать номер. Назовите, пожалуйста, даты проживания."},
        {"Во сколько заселение?", "Заселение возможно с 14:00."},
        {"А ЛЮКС есть?", "Номера класса 'люкс' доступны. Хотите забронировать?"},
        {"полулюкс", "Номера класса 'люкс' доступны. Хотите забронировать?"},
        {"забронировать номер люкс, заселение сегодня",
         "Вы хотите забронировать номер. Назовите, пожалуйста, даты проживания."},
        {"абракадабра", "Извините, не удалось понять запрос. Повторите, пожалуйста."},
        {"", "Извините, не удалось понять запрос. Повторите, пожалуйста."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer a =
            door_json(the_door, "/voice/process-voice/",
                      arena_printf(the_door->arena, "{\"text\":\"%s\"}", rows[i].text));
        assert_int_equal(a.status, 200);
        assert_string_equal(answer_text(&a, "response"), rows[i].response);
    }
}

static void text_route_without_the_slash_redirects(void **state)
{
    (void)state;
    struct answer a = door_json(the_door, "/voice/process-voice", "{\"text\":\"люкс\"}");
    assert_int_equal(a.status, 307);
    assert_string_equal(a.location, "/voice/process-voice/");
}

static void text_route_refuses_what_is_no_text(void **state)
{
    (void)state;
    assert_int_equal(door_json(the_door, "/voice/process-voice/", "{}").status, 422);
    assert_int_equal(door_json(the_door, "/voice/process-voice/", "{\"text\":5}").status, 422);
    assert_int_equal(door_json(the_door, "/voice/process-voice/", "{").status, 400);
    assert_int_equal(door_get(the_door, "/voice/process-voice/").status, 405);
}

static void answers_and_errors_have_one_content_type(void **state)
{
    (void)state;
    static const struct {
        const char *path, *body;
        int status;
    } rows[] = {
        {"/voice/process-voice/", "{\"text\":\"люкс\"}", 200},
        {"/voice/process-voice/", "{}", 422},
        {"/voice/process-voice/", "{", 400},
        {"/voice/process-voice", "{}", 307},
        {"/telephony/binotel/call-status", "{}", 400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer a = door_json(the_door, rows[i].path, rows[i].body);
        assert_int_equal(a.status, rows[i].status);
        assert_string_equal(a.type, "application/json");
    }
}

static struct answer ask_from_elsewhere(const char *method, const char *path, const char *type,
                                        const char *body)
{
    const struct door_request q = {
        .method = method, .path = path, .type = type, .body = body, .forwarded_for = "203.0.113.9"};
    struct answer a = {0};

    the_door->send(the_door, &q, &a);
    answer_parse(the_door, &a);
    return a;
}

static void without_a_secret_nobody_from_elsewhere_may_call(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/telephony/binotel/incoming-call",
        "/telephony/binotel/audio-stream",
        "/telephony/binotel/call-status",
        "/telephony/binotel/webhook",
        "/voice/process-voice/",
    };
    const char *id = door_call_id(the_door);
    const char *body =
        arena_printf(the_door->arena,
                     "{\"callID\":\"%s\",\"externalNumber\":\"0671234567\",\"internalNumber\":"
                     "\"0440000202\",\"requestType\":\"apiCallSettings\",\"text\":\"люкс\"}",
                     id);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct answer a = ask_from_elsewhere("POST", paths[i], "application/json", body);
        if (a.status != 403)
            fail_msg("%s: %d", paths[i], a.status);
        assert_null(strstr(a.body, "customerData"));
    }
}

static void a_stranger_learns_of_health_the_status_and_the_time_alone(void **state)
{
    (void)state;
    struct answer a = ask_from_elsewhere("GET", "/health", NULL, NULL);

    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "status"), "healthy");
    assert_non_null(answer_text(&a, "timestamp"));
    assert_int_equal(json_count(a.json), 2);
    static const char *const closed[] = {"/telephony/health", "/telephony/stats", "/metrics"};
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        a = ask_from_elsewhere("GET", closed[i], NULL, NULL);
        assert_int_equal(a.status, 403);
        assert_int_equal(json_count(a.json), 1);
    }
}

static void what_is_no_route_is_404(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/",       "/index.html",           "/telephony", "/telephony/binotel/", "/health/",
        "/Health", "/metrics/../etc/passwd"};
    static const char *const beyond[] = {"/", "/x", "/a/b"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct answer a = door_get(the_door, paths[i]);
        if (a.status != 404)
            fail_msg("%s is answered with %d", paths[i], a.status);
        if (a.json == NULL)
            fail_msg("%s: %s %s", paths[i], a.type, a.body);
        assert_true(strlen(answer_text(&a, "error")) > 3);
    }
    /* No secret is set, so nothing may follow a route's path. */
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        const char *path =
            arena_printf(the_door->arena, "/telephony/binotel/call-status%s", beyond[i]);
        struct answer a = door_form(the_door, path, "callID=1&status=completed");
        assert_int_equal(a.status, 404);
        assert_string_equal(answer_text(&a, "error"), "There is nothing at this path");
    }
}

const struct CMUnitTest cases_service[] = {
    CASE(health_says_healthy_with_a_timestamp),
    CASE(telephony_health_says_what_serves_and_what_is_missing),
    CASE(telephony_health_names_a_provider_that_all_workers_skip),
    CASE(stats_count_what_happened),
    CASE(stats_have_what_the_contract_names),
    CASE(metrics_are_prometheus_text),
    CASE(text_rules_answer_word_for_word),
    CASE(text_route_without_the_slash_redirects),
    CASE(text_route_refuses_what_is_no_text),
    CASE(answers_and_errors_have_one_content_type),
    CASE(without_a_secret_nobody_from_elsewhere_may_call),
    CASE(a_stranger_learns_of_health_the_status_and_the_time_alone),
    CASE(what_is_no_route_is_404),
};
const size_t cases_service_n = sizeof cases_service / sizeof cases_service[0];
