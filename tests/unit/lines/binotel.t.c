#include "lines/binotel.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)4 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static enum err read_why(const char *text, struct binotel_event *ret, struct why *why)
{
    const struct json *fields = NULL;

    assert_int_equal(json_parse(&a, text, strlen(text), &fields, NULL), ERR_OK);
    return binotel_read(&a, fields, ret, why);
}

static struct binotel_event read_event(const char *text)
{
    struct binotel_event ev = {0};
    struct why why = {0};

    if (read_why(text, &ev, &why) != ERR_OK)
        fail_msg("%s: %s", text, why.text);
    return ev;
}

static void every_request_is_told_by_its_type(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum binotel_request request;
    } rows[] = {
        {"", BINOTEL_CONTRACT},
        {"apiCallSettings", BINOTEL_CALL_SETTINGS},
        {"receivedTheCall", BINOTEL_RECEIVED},
        {"answeredTheCall", BINOTEL_ANSWERED},
        {"transferredTheCall", BINOTEL_TRANSFERRED},
        {"hangupTheCall", BINOTEL_HANGUP},
        {"apiCallCompleted", BINOTEL_COMPLETED},
        {"apicallcompleted", BINOTEL_OTHER},
        {"somethingNew", BINOTEL_OTHER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct binotel_event ev =
            read_event(arena_printf(&a, "{\"requestType\":\"%s\"}", rows[i].type));
        assert_int_equal(ev.request, rows[i].request);
        assert_string_equal(ev.request_type, rows[i].type);
    }
}

static void what_is_absent_is_empty(void **state)
{
    (void)state;
    static const char odd[] = "{\"callID\":null,\"externalNumber\":{},\"callDetails\":\"\","
                              "\"billsec\":[],\"internalNumber\":true}";
    static const char *const bodies[] = {"{}", "[]", "null",
                                         "{\"callID\":\"  \",\"externalNumber\":\" \"}", odd};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct binotel_event ev = read_event(bodies[i]);
        assert_int_equal(ev.request, BINOTEL_CONTRACT);
        const char *const texts[] = {ev.request_type, ev.call_id, ev.customer, ev.called,
                                     ev.line,         ev.status,  ev.company};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            assert_string_equal(texts[k], "");
        assert_string_equal(ev.direction, "in");
        assert_int_equal(ev.billed_s, -1);
        assert_false(ev.has_details);
    }
}

static void the_first_candidate_that_is_not_empty_wins(void **state)
{
    (void)state;
    struct binotel_event ev = read_event(
        "{\"requestType\":\"hangupTheCall\",\"generalCallID\":\"\",\"callID\":\"third\","
        "\"externalNumber\":\"\",\"srcNumber\":\"0501112233\",\"pbxNumber\":\"\","
        "\"did\":\"0440000202\",\"extNumber\":901,\"disposition\":\"BUSY\",\"status\":\"\","
        "\"callDetails\":{\"generalCallID\":\"second\",\"companyID\":54321,\"billsec\":\"7\"}}");
    assert_string_equal(ev.call_id, "second");
    assert_string_equal(ev.customer, "0501112233");
    assert_string_equal(ev.called, "0440000202");
    assert_string_equal(ev.line, "901");
    assert_string_equal(ev.status, "BUSY");
    assert_string_equal(ev.company, "54321");
    assert_int_equal(ev.billed_s, 7);
    assert_true(ev.has_details);
}

static void the_contract_has_names_of_its_own(void **state)
{
    (void)state;
    struct binotel_event ev =
        read_event("{\"callID\":12345678901,\"generalCallID\":\"other\",\"externalNumber\":"
                   "\"0501112233\",\"internalNumber\":\"0440000202\",\"pbxNumber\":\"no\"}");
    assert_string_equal(ev.call_id, "12345678901");
    assert_string_equal(ev.called, "0440000202");
    ev = read_event("{\"generalCallID\":\"g\",\"pbxNumber\":\"0440000202\"}");
    assert_string_equal(ev.call_id, "g");
    assert_string_equal(ev.called, "0440000202");
}

static void the_customer_of_a_call_out_is_its_destination(void **state)
{
    (void)state;
    static const char *const out[] = {"\"1\"", "1", "\"out\"", "\"outgoing\"", "\"outbound\""};
    static const char *const in[] = {"\"0\"", "0", "\"in\"", "\"incoming\"", "\"\"", "\"2\""};
    static const char body[] = "{\"requestType\":\"receivedTheCall\",\"callType\":%s,"
                               "\"srcNumber\":\"901\",\"dstNumber\":\"0501112233\"}";

    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        struct binotel_event ev = read_event(arena_printf(&a, body, out[i]));
        assert_string_equal(ev.direction, "out");
        assert_string_equal(ev.customer, "0501112233");
    }
    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
        struct binotel_event ev = read_event(arena_printf(&a, body, in[i]));
        assert_string_equal(ev.direction, "in");
        assert_string_equal(ev.customer, "901");
    }
}

static void details_may_be_keyed_by_the_calls_id(void **state)
{
    (void)state;
    struct binotel_event ev =
        read_event("{\"requestType\":\"apiCallCompleted\",\"callDetails\":{\"77\":{"
                   "\"generalCallID\":\"77\",\"pbxNumberData\":{\"number\":\"0440000202\"}}}}");
    assert_string_equal(ev.call_id, "77");
    assert_string_equal(ev.called, "0440000202");
    ev = read_event("{\"requestType\":\"apiCallCompleted\",\"callDetails\":{"
                    "\"pbxNumberData\":{\"number\":\"0440000202\"}}}");
    assert_string_equal(ev.called, "0440000202");
    assert_true(ev.has_details);
    ev = read_event("{\"requestType\":\"apiCallCompleted\",\"callDetails\":{}}");
    assert_true(ev.has_details);
    ev = read_event("{\"requestType\":\"apiCallCompleted\",\"callDetails\":{\"callID\":\"5\"}}");
    assert_string_equal(ev.call_id, "5");
}

static void seconds_are_whole_and_sane_or_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {{"\"0\"", 0},
                {"38", 38},
                {"\"999999\"", 999999},
                {"\"1000000\"", -1},
                {"\"-1\"", -1},
                {"\"1.5\"", -1},
                {"\"1 s\"", -1},
                {"\"x\"", -1},
                {"\"\"", -1},
                {"null", -1},
                {"\"99999999999999999999\"", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(read_event(arena_printf(&a, "{\"duration\":%s}", rows[i].text)).billed_s,
                         rows[i].seconds);
}

static const char *long_text(size_t n)
{
    char *s = arena_alloc(&a, n + 1);

    assert_non_null(s);
    memset(s, '5', n);
    s[n] = '\0';
    return s;
}

/* The sentence names the field and nothing of what was sent. */
static void fields_that_cannot_be_kept_are_refused_by_name(void **state)
{
    (void)state;
    struct binotel_event ev = {.company = "untouched"};
    const struct {
        const char *body, *name;
    } rows[] = {
        {arena_printf(&a, "{\"callID\":\"%s\"}", long_text(BINOTEL_ID_MAX + 1)), "callID"},
        {"{\"callID\":\"5551\",\"callID\":\"5552\"}", "callID"},
        {"{\"internalNumber\":\"555\\n1\"}", "internalNumber"},
        {"{\"status\":\"555\\u007f\"}", "status"},
        {"{\"callID\":5551.5}", "callID"},
        {"{\"callID\":-5551}", "callID"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct why why = {0};
        assert_int_equal(read_why(rows[i].body, &ev, &why), ERR_VALUE);
        assert_non_null(strstr(why.text, rows[i].name));
        assert_null(strstr(why.text, "555"));
        assert_string_equal(ev.company, "untouched");
    }
    ev = read_event(arena_printf(&a, "{\"callID\":\"%s\"}", long_text(BINOTEL_ID_MAX)));
    assert_int_equal(strlen(ev.call_id), BINOTEL_ID_MAX);
}

/* A caller is greeted though nobody can read a field that is not needed. */
static void a_field_of_the_contract_that_is_not_needed_is_left_out_and_named(void **state)
{
    (void)state;
    const struct {
        const char *field, *name;
    } rows[] = {
        {arena_printf(&a, "\"externalNumber\":\"%s\"", long_text(BINOTEL_NUMBER_MAX + 1)),
         "externalNumber"},
        {"\"externalNumber\":\"555\\u0007\"", "externalNumber"},
        {"\"externalNumber\":\"555\",\"externalNumber\":\"556\"", "externalNumber"},
        {"\"callType\":\"555\\t5\"", "callType"},
        {"\"companyID\":555.5", "companyID"},
        {"\"billsec\":1e999", "billsec"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct binotel_event ev = read_event(
            arena_printf(&a, "{\"callID\":\"7\",\"internalNumber\":\"8\",%s}", rows[i].field));
        assert_int_equal(ev.request, BINOTEL_CONTRACT);
        assert_string_equal(ev.call_id, "7");
        assert_string_equal(ev.called, "8");
        assert_string_equal(ev.customer, "");
        assert_non_null(strstr(ev.unusable, rows[i].name));
        assert_null(strstr(ev.unusable, "555"));
    }
}

/* An event is not sent again for 38 hours because of one field. */
static void a_field_of_an_event_that_cannot_be_used_is_left_out_and_named(void **state)
{
    (void)state;
    static const char head[] = "{\"requestType\":\"hangupTheCall\",\"generalCallID\":\"77\",";
    const struct {
        const char *field, *name;
    } rows[] = {
        {arena_printf(&a, "\"externalNumber\":\"%s\"}", long_text(BINOTEL_NUMBER_MAX + 1)),
         "externalNumber"},
        {"\"disposition\":\"555\",\"disposition\":\"556\"}", "disposition"},
        {"\"billsec\":555.5}", "billsec"},
        {"\"callType\":\"555\\t5\"}", "callType"},
        {"\"companyID\":-555}", "companyID"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct binotel_event ev = read_event(arena_printf(&a, "%s%s", head, rows[i].field));
        assert_int_equal(ev.request, BINOTEL_HANGUP);
        assert_string_equal(ev.call_id, "77");
        const char *const left_out[] = {ev.customer, ev.status, ev.company};
        for (size_t k = 0; k < 3; k++)
            assert_string_equal(left_out[k], "");
        assert_int_equal(ev.billed_s, -1);
        assert_string_equal(ev.direction, "in");
        assert_non_null(strstr(ev.unusable, rows[i].name));
        assert_null(strstr(ev.unusable, "555"));
    }
    /* Of two ids neither is taken, nor a third instead. */
    struct binotel_event ev = read_event("{\"requestType\":\"hangupTheCall\",\"generalCallID\":1,"
                                         "\"generalCallID\":2,\"callID\":3}");
    assert_string_equal(ev.call_id, "");
    assert_string_equal(read_event("{\"callID\":\"1\"}").unusable, "");
}

static void a_request_type_that_cannot_be_read_is_an_unknown_event(void **state)
{
    (void)state;
    const char *const bodies[] = {
        arena_printf(&a, "{\"requestType\":\"%s\"}", long_text(BINOTEL_NUMBER_MAX + 1)),
        "{\"requestType\":\"apiCallSettings\",\"requestType\":\"hangupTheCall\"}",
        "{\"requestType\":[\"hangupTheCall\"]}",
        "{\"requestType\":{}}",
        "{\"requestType\":true}",
        "{\"requestType\":7}",
        "{\"requestType\":-7}",
        "{\"requestType\":\"hangup\\nTheCall\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_int_equal(read_event(bodies[i]).request, BINOTEL_OTHER);
    assert_int_equal(read_event("{\"requestType\":null}").request, BINOTEL_CONTRACT);
}

static void blanks_around_a_field_are_no_part_of_it(void **state)
{
    (void)state;
    assert_string_equal(read_event("{\"callID\":\" 5\"}").call_id, "5");
    assert_string_equal(read_event("{\"callID\":\"5\\r\\n\"}").call_id, "5");
    assert_string_equal(read_event("{\"callID\":\" \\t\",\"generalCallID\":\"7\"}").call_id, "7");
    assert_int_equal(read_event("{\"requestType\":\" hangupTheCall\\n\"}").request, BINOTEL_HANGUP);
}

static void every_word_of_a_status_is_known_in_any_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum call_status status;
    } rows[] = {
        {"initiated", CALL_INITIATED},
        {"Ringing", CALL_RINGING},
        {"CALLING", CALL_RINGING},
        {"ANSWERED", CALL_ANSWERED},
        {"in-progress", CALL_IN_PROGRESS},
        {"IN_PROGRESS", CALL_IN_PROGRESS},
        {"in progress", CALL_IN_PROGRESS},
        {"ONLINE", CALL_IN_PROGRESS},
        {"completed", CALL_COMPLETED},
        {"ANSWER", CALL_COMPLETED},
        {"TRANSFER", CALL_COMPLETED},
        {"VM-SUCCESS", CALL_COMPLETED},
        {"vm_success", CALL_COMPLETED},
        {"SUCCESS", CALL_COMPLETED},
        {"FAILED", CALL_FAILED},
        {"CONGESTION", CALL_FAILED},
        {"CHANUNAVAIL", CALL_FAILED},
        {"BUSY", CALL_BUSY},
        {"NO ANSWER", CALL_NO_ANSWER},
        {"NO_ANSWER", CALL_NO_ANSWER},
        {"NOANSWER", CALL_NO_ANSWER},
        {"VM", CALL_NO_ANSWER},
        {"CANCELLED", CALL_CANCELLED},
        {"Canceled", CALL_CANCELLED},
        {"CANCEL", CALL_CANCELLED},
        {"", CALL__MAX},
        {"expired", CALL__MAX},
        {"SMS-SENDING", CALL__MAX},
        {"completed ", CALL__MAX},
        {"complete", CALL__MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(binotel_status(rows[i].word), rows[i].status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_is_told_by_its_type),
        cmocka_unit_test(what_is_absent_is_empty),
        cmocka_unit_test(the_first_candidate_that_is_not_empty_wins),
        cmocka_unit_test(the_contract_has_names_of_its_own),
        cmocka_unit_test(the_customer_of_a_call_out_is_its_destination),
        cmocka_unit_test(details_may_be_keyed_by_the_calls_id),
        cmocka_unit_test(seconds_are_whole_and_sane_or_unknown),
        cmocka_unit_test(fields_that_cannot_be_kept_are_refused_by_name),
        cmocka_unit_test(a_field_of_the_contract_that_is_not_needed_is_left_out_and_named),
        cmocka_unit_test(a_field_of_an_event_that_cannot_be_used_is_left_out_and_named),
        cmocka_unit_test(a_request_type_that_cannot_be_read_is_an_unknown_event),
        cmocka_unit_test(blanks_around_a_field_are_no_part_of_it),
        cmocka_unit_test(every_word_of_a_status_is_known_in_any_spelling),
    };
    return cmocka_run_group_tests_name("lines/binotel", tests, set_up, tear_down);
}
