/* call-status and the exchange's own webhooks: what became of a call. */
#include "tests/cases/cases.h"

#define STATUS  "/telephony/binotel/call-status"
#define WEBHOOK "/telephony/binotel/webhook"

static struct answer report(const char *call, const char *status)
{
    return door_json(
        the_door, STATUS,
        arena_printf(the_door->arena, "{\"callID\":\"%s\",\"status\":\"%s\"}", call, status));
}

static void every_final_word_ends_the_call(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum call_status status;
    } rows[] = {
        {"completed", CALL_COMPLETED},  {"COMPLETED", CALL_COMPLETED},
        {"failed", CALL_FAILED},        {"busy", CALL_BUSY},
        {"no-answer", CALL_NO_ANSWER},  {"NOANSWER", CALL_NO_ANSWER},
        {"no_answer", CALL_NO_ANSWER},  {"cancelled", CALL_CANCELLED},
        {"Canceled", CALL_CANCELLED},   {"ANSWER", CALL_COMPLETED},
        {"TRANSFER", CALL_COMPLETED},   {"CANCEL", CALL_CANCELLED},
        {"CHANUNAVAIL", CALL_FAILED},   {"VM", CALL_NO_ANSWER},
        {"VM-SUCCESS", CALL_COMPLETED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = door_call(the_door);
        struct answer a = report(id, rows[i].word);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body, "{\"success\":true}");
        struct call call = kept_call(id);
        assert_int_equal(call.status, rows[i].status);
        assert_string_equal(call.end_reason, "hangup");
        assert_true(call.ended_ms > 0);
    }
}

static void words_on_the_way_are_recorded_and_end_nothing(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    static const char *const words[] = {"ringing", "answered", "in-progress"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(report(id, words[i]).status, 200);
        assert_int_equal(kept_call(id).ended_ms, 0);
    }
    assert_int_equal(kept_call(id).status, CALL_IN_PROGRESS);
    assert_int_equal(door_say(the_door, id, "Де ви?").status, 200);
}

static void unknown_call_or_word_is_still_a_success(void **state)
{
    (void)state;
    struct answer a = report("never-heard-of", "completed");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"success\":true}");
    const char *id = door_call(the_door);
    a = report(id, "levitating");
    assert_int_equal(a.status, 200);
    assert_int_equal(kept_call(id).ended_ms, 0);
}

static void missing_fields_and_unreadable_bodies_are_400(void **state)
{
    (void)state;
    static const char *const bodies[] = {"{\"callID\":\"a\"}", "{\"status\":\"completed\"}", "{}"};
    for (size_t i = 0; i < 3; i++) {
        struct answer a = door_json(the_door, STATUS, bodies[i]);
        assert_int_equal(a.status, 400);
        assert_string_equal(answer_text(&a, "error"), "Missing required fields");
    }
    assert_int_equal(door_json(the_door, STATUS, "{").status, 400);
}

static void duration_is_kept_and_a_second_end_changes_nothing(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const char *body = arena_printf(the_door->arena, "callID=%s&status=completed&duration=38", id);
    assert_int_equal(door_form(the_door, STATUS, body).status, 200);
    assert_int_equal(kept_call(id).billed_s, 38);
    int64_t ended = kept_call(id).ended_ms;
    assert_int_equal(report(id, "failed").status, 200);
    assert_int_equal(kept_call(id).status, CALL_COMPLETED);
    assert_int_equal(kept_call(id).ended_ms, ended);
}

static void completed_record_of_an_unknown_call_is_kept(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *body = arena_printf(
        the_door->arena,
        "requestType=apiCallCompleted&attemptsCounter=1&language=ua&myBinotelDomain=my.binotel.ua"
        "&callDetails%%5BcompanyID%%5D=54321&callDetails%%5BgeneralCallID%%5D=%s"
        "&callDetails%%5BcallType%%5D=0&callDetails%%5BinternalNumber%%5D=901"
        "&callDetails%%5BexternalNumber%%5D=0500000101&callDetails%%5Bwaitsec%%5D=4"
        "&callDetails%%5Bbillsec%%5D=38&callDetails%%5Bdisposition%%5D=ANSWER"
        "&callDetails%%5BcustomerData%%5D=&callDetails%%5BpbxNumberData%%5D%%5Bnumber%%5D="
        "0440000202",
        id);
    for (int i = 0; i < 3; i++) {
        struct answer a = door_form(the_door, WEBHOOK, body);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body, "{\"status\":\"success\"}");
    }
    struct call call = kept_call(id);
    assert_int_equal(call.status, CALL_COMPLETED);
    assert_int_equal(call.billed_s, 38);
    assert_string_equal(call.called, "0440000202");
}

static void call_settings_name_the_client_or_say_nothing(void **state)
{
    (void)state;
    struct answer a = door_form(the_door, WEBHOOK,
                                "requestType=apiCallSettings&companyID=54321&callType=0"
                                "&externalNumber=0509990000&pbxNumber=0440000202");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{}");
}

static void nonsense_to_the_webhook_is_acknowledged(void **state)
{
    (void)state;
    static const char *const bodies[] = {"requestType=somethingNew&x=1",
                                         "requestType=apiCallCompleted", "", "a[=1",
                                         "{\"no\":\"type\"}"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct answer a = door_form(the_door, WEBHOOK, bodies[i]);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body, "{\"status\":\"success\"}");
    }
}

static void hang_up_of_the_exchange_ends_the_call(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const char *body = arena_printf(the_door->arena,
                                    "generalCallID=%s&billsec=12&disposition=ANSWER&companyID=54321"
                                    "&requestType=hangupTheCall",
                                    id);
    assert_string_equal(door_form(the_door, STATUS, body).body, "{\"status\":\"success\"}");
    assert_int_equal(kept_call(id).status, CALL_COMPLETED);
    assert_int_equal(kept_call(id).billed_s, 12);
}

static void tell(const char *route, const char *id, const char *event)
{
    struct answer a =
        door_form(the_door, route,
                  arena_printf(the_door->arena, "companyID=54321&generalCallID=%s&%s", id, event));

    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"status\":\"success\"}");
}

/* The exchange reports on the call that a gateway brings, on whatever route, before, between and after
 * its turns; the record comes eight times. */
static void the_exchange_reports_between_the_turns(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *record = arena_printf(the_door->arena,
                                      "requestType=apiCallCompleted&callDetails[generalCallID]=%s"
                                      "&callDetails[externalNumber]=0669998877"
                                      "&callDetails[internalNumber]=904"
                                      "&callDetails[billsec]=41&callDetails[disposition]=ANSWER",
                                      id);

    tell(WEBHOOK, id,
         "requestType=receivedTheCall&callType=0&externalNumber=0669998877&pbxNumber=0440000202");
    const char *begin = arena_printf(the_door->arena,
                                     "{\"callID\":\"%s\",\"externalNumber\":\"0669998877\","
                                     "\"internalNumber\":\"0440000202\"}",
                                     id);
    assert_int_equal(door_json(the_door, "/telephony/binotel/incoming-call", begin).status, 200);
    tell("/telephony/binotel/incoming-call", id, "requestType=answeredTheCall&internalNumber=904");
    assert_int_equal(door_say(the_door, id, "Де ви знаходитесь?").status, 200);
    tell("/telephony/binotel/audio-stream", id, "requestType=answeredTheCall&internalNumber=904");
    assert_int_equal(door_say(the_door, id, "А коли ви працюєте?").status, 200);
    tell(STATUS, id, "requestType=hangupTheCall&billsec=40&disposition=ANSWER");
    for (int i = 0; i < 8; i++)
        tell(WEBHOOK, id, record);
    assert_int_equal(door_say(the_door, id, "Алло?").status, 409);
    struct call call = kept_call(id);
    assert_int_equal(call.status, CALL_COMPLETED);
    assert_int_equal(call.turns, 2);
    assert_int_equal(call.billed_s, 41);
    assert_string_equal(call.caller, "0669998877");
    assert_string_equal(call.line, "904");
}

static const char *const event_routes[] = {"/telephony/binotel/incoming-call",
                                           "/telephony/binotel/audio-stream", STATUS, WEBHOOK};

#define DIGITS_30 "012345678901234567890123456789"

/* A field of an event that cannot be used made it 400 on the contract's routes: the exchange would
 * have sent it again for 38 hours. */
static void an_event_with_an_unusable_field_is_acknowledged_and_acted_on(void **state)
{
    (void)state;
    static const char *const fields[] = {"\"externalNumber\":\"" DIGITS_30 DIGITS_30 DIGITS_30 "\"",
                                         "\"disposition\":\"BUSY\",\"disposition\":\"ANSWER\"",
                                         "\"billsec\":-5", "\"pbxNumber\":\"0440\\n000202\"",
                                         "\"callType\":1e300"};
    for (size_t r = 0; r < sizeof event_routes / sizeof event_routes[0]; r++)
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            const char *id = door_call(the_door);
            struct answer a = door_json(
                the_door, event_routes[r],
                arena_printf(the_door->arena,
                             "{\"requestType\":\"hangupTheCall\",\"generalCallID\":\"%s\",%s}", id,
                             fields[i]));
            assert_int_equal(a.status, 200);
            assert_string_equal(a.body, "{\"status\":\"success\"}");
            assert_int_equal(kept_call(id).status, CALL_COMPLETED);
        }
}

static void an_event_that_says_nothing_usable_is_acknowledged_on_every_route(void **state)
{
    (void)state;
    static const struct {
        const char *body, *answer;
    } rows[] = {
        {"{\"requestType\":[\"hangupTheCall\"]}", "{\"status\":\"success\"}"},
        {"{\"requestType\":\"a\",\"requestType\":\"b\"}", "{\"status\":\"success\"}"},
        {"{\"requestType\":\"apiCallCompleted\",\"callDetails\":{\"generalCallID\":-1}}",
         "{\"status\":\"success\"}"},
        {"{\"requestType\":\"apiCallSettings\",\"externalNumber\":1,\"externalNumber\":2}", "{}"},
    };
    for (size_t r = 0; r < sizeof event_routes / sizeof event_routes[0]; r++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct answer a = door_json(the_door, event_routes[r], rows[i].body);
            assert_int_equal(a.status, 200);
            assert_string_equal(a.body, rows[i].answer);
        }
}

static void an_event_may_come_as_multipart_too(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof event_routes / sizeof event_routes[0]; r++) {
        const char *id = door_call(the_door);
        const struct part parts[] = {{.name = "requestType", .value = "hangupTheCall"},
                                     {.name = "generalCallID", .value = id},
                                     {.name = "disposition", .value = "BUSY"}};
        struct answer a = door_multipart(the_door, event_routes[r], parts, 3, NULL, NULL);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body, "{\"status\":\"success\"}");
        assert_int_equal(kept_call(id).status, CALL_BUSY);
    }
}

static void call_ends_at_its_limit_of_money(void **state)
{
    const struct profile *salon = app_profile_named(&the_door->app, "salon");
    struct store *s = the_door->app.store;
    const char *id = door_call(the_door);

    (void)state;
    struct call c = kept_call(id);
    c.cost_microusd = (int64_t)salon->limits.cents * 10000;
    assert_true(c.cost_microusd > 0);
    assert_int_equal(store_begin(s, deadline_in_ms(4000), NULL), ERR_OK);
    assert_int_equal(call_save(s, &c, NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
    struct answer a = door_say(the_door, id, "А де ви знаходитесь?");
    assert_int_equal(a.status, 200);
    assert_false(answer_bool(&a, "should_continue"));
    assert_string_equal(answer_text(&a, "message"), salon->say.goodbye_limit);
    assert_string_equal(kept_call(id).end_reason, "limit");
}

const struct CMUnitTest cases_call_end[] = {
    CASE(call_ends_at_its_limit_of_money),
    CASE(every_final_word_ends_the_call),
    CASE(words_on_the_way_are_recorded_and_end_nothing),
    CASE(unknown_call_or_word_is_still_a_success),
    CASE(missing_fields_and_unreadable_bodies_are_400),
    CASE(duration_is_kept_and_a_second_end_changes_nothing),
    CASE(completed_record_of_an_unknown_call_is_kept),
    CASE(call_settings_name_the_client_or_say_nothing),
    CASE(nonsense_to_the_webhook_is_acknowledged),
    CASE(hang_up_of_the_exchange_ends_the_call),
    CASE(the_exchange_reports_between_the_turns),
    CASE(an_event_with_an_unusable_field_is_acknowledged_and_acted_on),
    CASE(an_event_that_says_nothing_usable_is_acknowledged_on_every_route),
    CASE(an_event_may_come_as_multipart_too),
};
const size_t cases_call_end_n = sizeof cases_call_end / sizeof cases_call_end[0];
