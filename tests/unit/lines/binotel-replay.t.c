/* Bodies as Binotel sends them, through the whole route: the examples of its documents, and 300 that are
 * made of every way in which integrations saw them written. */
#include "lines/binotel.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/lead.h"
#include "tests/cases/home.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define OK   "{\"status\":\"success\"}"

static struct door home;
static uint32_t seed = 20261201;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    home_remove(&home);
    return 0;
}

static const char *post(const char *type, const char *body)
{
    struct request request = {.method = "POST",
                              .query = "",
                              .content_type = type,
                              .binotel_signature = "",
                              .remote_addr = "127.0.0.1",
                              .forwarded_for = "",
                              .body = body,
                              .len = strlen(body),
                              .arena = home.arena,
                              .deadline = deadline_in_ms(8000)};
    struct response r = {.status = 0};
    struct why why = {0};

    buf_init(&r.body.text, home.arena, 64 * 1024);
    if (binotel_webhook(&home.app, &request, &r, &why) != ERR_OK)
        fail_msg("%s: %s", body, why.text);
    assert_int_equal(r.status, 200);
    return buf_text(&r.body.text);
}

static struct call kept(const char *id)
{
    struct call call = {0};

    if (call_find(home.app.store, home.arena, "binotel", id, &call, NULL) != ERR_OK)
        fail_msg("no call %s", id);
    return call;
}

/* ---- the examples ------------------------------------------------------------------------------ */

#define RECEIVED                                                                                   \
    "pbxNumber=0440000202&externalNumber=0500000101&generalCallID=6100000007&callType=0"           \
    "&companyID=54321&requestType=receivedTheCall"
#define COMPLETED                                                                                  \
    "requestType=apiCallCompleted&attemptsCounter=1&language=ua&myBinotelDomain=my.binotel.ua"     \
    "&callDetails%5BcompanyID%5D=54321&callDetails%5BgeneralCallID%5D=6100000007"                  \
    "&callDetails%5BcallID%5D=6100000007&callDetails%5BstartTime%5D=1790000000"                    \
    "&callDetails%5BcallType%5D=0&callDetails%5BinternalNumber%5D=901"                             \
    "&callDetails%5BexternalNumber%5D=0500000101&callDetails%5Bwaitsec%5D=4"                       \
    "&callDetails%5Bbillsec%5D=38&callDetails%5Bdisposition%5D=ANSWER"                             \
    "&callDetails%5BrecordingStatus%5D=uploading&callDetails%5BisNewCall%5D=0"                     \
    "&callDetails%5BcustomerData%5D=&callDetails%5BemployeeData%5D%5Bname%5D=Bot+1"                \
    "&callDetails%5BpbxNumberData%5D%5Bnumber%5D=0440000202"                                       \
    "&callDetails%5BhistoryData%5D%5B0%5D%5Bdisposition%5D=ANSWER"                                 \
    "&callDetails%5BhistoryData%5D%5B0%5D%5Bbillsec%5D=38"

static void the_examples_have_their_effect_and_their_answer(void **state)
{
    (void)state;
    assert_string_equal(post(FORM, "requestType=apiCallSettings&companyID=54321&callType=0"
                                   "&externalNumber=0500000101&pbxNumber=0440000202"),
                        "{}");
    assert_string_equal(post(FORM, RECEIVED), OK);
    assert_string_equal(kept("6100000007").caller, "0500000101");
    assert_string_equal(kept("6100000007").called, "0440000202");
    assert_string_equal(post(FORM, "requestType=answeredTheCall&generalCallID=6100000007"
                                   "&companyID=54321&internalNumber=901"),
                        OK);
    assert_int_equal(kept("6100000007").status, CALL_ANSWERED);
    assert_string_equal(kept("6100000007").line, "901");
    assert_string_equal(post(FORM, "requestType=transferredTheCall&generalCallID=6100000007"
                                   "&companyID=54321&internalNumber=902"),
                        OK);
    assert_string_equal(kept("6100000007").line, "902");
    assert_string_equal(post(FORM, "generalCallID=6100000007&billsec=37&disposition=ANSWER"
                                   "&companyID=54321&requestType=hangupTheCall"),
                        OK);
    assert_int_equal(kept("6100000007").status, CALL_COMPLETED);
    assert_int_equal(kept("6100000007").billed_s, 37);
    for (int i = 0; i < 8; i++)
        assert_string_equal(post(FORM, COMPLETED), OK);
    assert_int_equal(kept("6100000007").billed_s, 38);
    assert_string_equal(kept("6100000007").line, "901");
}

static void answers_to_what_is_no_event_keep_the_exchange_content(void **state)
{
    (void)state;
    static const char *const bodies[] = {"",
                                         "requestType=",
                                         "requestType=somethingNew&x=1",
                                         "requestType=apiCallCompleted",
                                         "requestType=apiCallCompleted&callDetails=",
                                         "requestType=hangupTheCall&disposition=ANSWER",
                                         "%%%&&&==="};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_string_equal(post(FORM, bodies[i]), OK);
    assert_string_equal(post(JSON, "{\"requestType\":"), OK);
    assert_string_equal(post(FORM, "requestType=apiCallSettings"), "{}");
}

/* ---- made ones --------------------------------------------------------------------------------- */

static uint32_t chance(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

enum shape { ESCAPED, LITERAL, KEYED, FLAT, AS_JSON, SHAPES };

struct made {
    struct buf text;
    enum shape shape;
    const char *id;
    bool first, inside;
};

/* A field at the top, or of callDetails where the shape has it. */
static void put(struct made *b, bool detail, const char *name, const char *value)
{
    struct buf *t = &b->text;

    detail = detail && b->shape != FLAT;
    if (b->shape == AS_JSON) {
        if (detail != b->inside) /* the details come last */
            buf_printf(t, "%s\"callDetails\":{", b->first ? "" : ",");
        buf_printf(t, "%s\"%s\":\"%s\"", b->first || detail != b->inside ? "" : ",", name, value);
        b->inside = detail;
        b->first = false;
        return;
    }
    buf_puts(t, b->first ? "" : "&");
    b->first = false;
    if (!detail)
        buf_printf(t, "%s=%s", name, value);
    else if (b->shape == KEYED)
        buf_printf(t, "callDetails[%s][%s]=%s", b->id, name, value);
    else if (b->shape == LITERAL)
        buf_printf(t, "callDetails[%s]=%s", name, value);
    else
        buf_printf(t, "callDetails%%5B%s%%5D=%s", name, value);
}

static struct made begin(enum shape shape, const char *id, const char *type)
{
    struct made b = {.shape = shape, .id = id, .first = true};

    buf_init(&b.text, home.arena, 16 * 1024);
    if (shape == AS_JSON)
        buf_puts(&b.text, "{");
    if (chance(2) == 0)
        put(&b, false, "language", "ua");
    put(&b, false, "requestType", type);
    if (chance(2) == 0)
        put(&b, false, "somethingNew", "");
    return b;
}

static const char *send(struct made *b)
{
    if (b->shape == AS_JSON)
        buf_puts(&b->text, b->inside ? "}}" : "}");
    const char *const types[] = {b->shape == AS_JSON ? JSON : FORM, ""};

    return post(types[chance(2)], buf_text(&b->text));
}

static const struct {
    const char *word;
    enum call_status status;
} dispositions[] = {
    {"ANSWER", CALL_COMPLETED},    {"answered", CALL_COMPLETED},   {"TRANSFER", CALL_COMPLETED},
    {"BUSY", CALL_BUSY},           {"NOANSWER", CALL_NO_ANSWER},   {"NO_ANSWER", CALL_NO_ANSWER},
    {"NO-ANSWER", CALL_NO_ANSWER}, {"CANCEL", CALL_CANCELLED},     {"CANCELED", CALL_CANCELLED},
    {"Cancelled", CALL_CANCELLED}, {"CONGESTION", CALL_FAILED},    {"CHANUNAVAIL", CALL_FAILED},
    {"VM", CALL_NO_ANSWER},        {"VM-SUCCESS", CALL_COMPLETED}, {"SUCCESS", CALL_COMPLETED},
    {"FAILED", CALL_FAILED},       {"", CALL_COMPLETED},           {"CALLING", CALL_COMPLETED},
};

/* One call, told by a record or by a hang-up, with what comes before it or without. */
static void one_call(int n)
{
    const char *id = arena_printf(home.arena, "62%08d", n);
    const char *number = arena_printf(home.arena, "05044%05d", n);
    const char *seconds = arena_printf(home.arena, "%u", chance(900));
    size_t d = chance(sizeof dispositions / sizeof dispositions[0]);
    enum shape shape = (enum shape)chance(SHAPES);
    bool old = chance(2) == 0, record = chance(3) > 0, received = !record || chance(2) == 0;
    struct lead *leads = NULL;
    size_t leads_n = 0;

    if (received) {
        struct made b = begin(shape, id, "receivedTheCall");
        put(&b, false, "generalCallID", id);
        put(&b, false, old ? "didNumber" : "pbxNumber", "0440000202");
        put(&b, false, old ? "srcNumber" : "externalNumber", number);
        if (chance(2) == 0)
            put(&b, false, "callType", "0");
        assert_string_equal(send(&b), OK);
        assert_string_equal(kept(id).caller, number);
    }
    struct made b = begin(shape, id, record ? "apiCallCompleted" : "hangupTheCall");
    put(&b, record, chance(4) == 0 && record ? "callID" : "generalCallID", id);
    put(&b, record, "billsec", seconds);
    put(&b, record, "disposition", dispositions[d].word);
    if (record) {
        put(&b, true, old ? "srcNumber" : "externalNumber", number);
        put(&b, true, old ? "didNumber" : "pbxNumber", "0440000202");
        put(&b, true, "customerData", "");
    }
    for (uint32_t k = 1 + chance(3); k > 0; k--) {
        struct made again = b; /* send ends it */
        assert_string_equal(send(&again), OK);
    }
    struct call c = kept(id);
    assert_int_equal(c.status, dispositions[d].status);
    assert_int_equal(c.billed_s, strtoll(seconds, NULL, 10));
    assert_string_equal(c.caller, number);
    assert_string_equal(c.called, "0440000202");
    assert_int_equal(leads_newest(home.app.store, home.arena, c.id, 9, &leads, &leads_n, NULL),
                     ERR_OK);
    assert_int_equal(leads_n, c.status == CALL_COMPLETED ? 0 : 1);
}

static void three_hundred_made_bodies_have_their_effect_and_their_answer(void **state)
{
    (void)state;
    for (int n = 0; n < 300; n++)
        one_call(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_have_their_effect_and_their_answer),
        cmocka_unit_test(answers_to_what_is_no_event_keep_the_exchange_content),
        cmocka_unit_test(three_hundred_made_bodies_have_their_effect_and_their_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
