#include "lines/binotel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "calls/end.h"
#include "wire/jsonw.h"

/* ==== what stands in a body =================================================================== */

struct candidate {
    const char *outer; /* NULL: the field stands at the top */
    const char *inner; /* of callDetails: an object inside it; NULL: directly */
    const char *name;
};

#define CANDIDATES 8
struct field {
    struct candidate from[CANDIDATES];
    size_t max;
};

#define DETAILS    "callDetails"
#define PBX_NUMBER "pbxNumberData" /* the only object inside it that we read */

static const struct field field_call_id = {{{NULL, NULL, "generalCallID"},
                                            {DETAILS, NULL, "generalCallID"},
                                            {NULL, NULL, "callID"},
                                            {DETAILS, NULL, "callID"}},
                                           BINOTEL_ID_MAX};

/* In the contract dialect callID comes first: it is the contract's own name. */
static const struct field field_contract_call_id = {
    {{NULL, NULL, "callID"}, {NULL, NULL, "generalCallID"}}, BINOTEL_ID_MAX};

static const struct field field_customer_in = {{{NULL, NULL, "externalNumber"},
                                                {DETAILS, NULL, "externalNumber"},
                                                {NULL, NULL, "srcNumber"},
                                                {DETAILS, NULL, "srcNumber"}},
                                               BINOTEL_NUMBER_MAX};

static const struct field field_customer_out = {{{NULL, NULL, "externalNumber"},
                                                 {DETAILS, NULL, "externalNumber"},
                                                 {NULL, NULL, "dstNumber"},
                                                 {DETAILS, NULL, "dstNumber"}},
                                                BINOTEL_NUMBER_MAX};

static const struct field field_called = {{{NULL, NULL, "pbxNumber"},
                                           {DETAILS, PBX_NUMBER, "number"},
                                           {DETAILS, NULL, "pbxNumber"},
                                           {NULL, NULL, "didNumber"},
                                           {DETAILS, NULL, "didNumber"},
                                           {NULL, NULL, "did"},
                                           {NULL, NULL, "trunkNumber"}},
                                          BINOTEL_NUMBER_MAX};

/* "your Binotel number" is internalNumber there; people who know Binotel send pbxNumber. */
static const struct field field_contract_called = {
    {{NULL, NULL, "internalNumber"}, {NULL, NULL, "pbxNumber"}}, BINOTEL_NUMBER_MAX};

static const struct field field_line = {{{NULL, NULL, "internalNumber"},
                                         {DETAILS, NULL, "internalNumber"},
                                         {NULL, NULL, "extNumber"},
                                         {DETAILS, NULL, "extNumber"}},
                                        BINOTEL_NUMBER_MAX};

static const struct field field_status = {
    {{NULL, NULL, "status"}, {NULL, NULL, "disposition"}, {DETAILS, NULL, "disposition"}},
    BINOTEL_NUMBER_MAX};

static const struct field field_company = {
    {{NULL, NULL, "companyID"}, {DETAILS, NULL, "companyID"}}, BINOTEL_NUMBER_MAX};

static const struct field field_direction = {
    {{NULL, NULL, "callType"}, {DETAILS, NULL, "callType"}}, BINOTEL_NUMBER_MAX};

static const struct field field_billed = {
    {{NULL, NULL, "billsec"}, {DETAILS, NULL, "billsec"}, {NULL, NULL, "duration"}},
    BINOTEL_NUMBER_MAX};

static const struct field field_waited = {{{DETAILS, NULL, "waitsec"}, {NULL, NULL, "waitsec"}},
                                          BINOTEL_NUMBER_MAX};

static const struct field field_started = {
    {{DETAILS, NULL, "startTime"}, {NULL, NULL, "startTime"}}, BINOTEL_NUMBER_MAX};

static const struct field field_request_type = {{{NULL, NULL, "requestType"}}, BINOTEL_NUMBER_MAX};

const struct json *binotel_details(const struct json *fields)
{
    const struct json *d = json_member(fields, DETAILS);

    if (d == NULL || json_kind(d) != JSON_OBJECT)
        return NULL;
    const struct json *only = json_first(d);
    bool keyed = json_count(d) == 1 && json_kind(only) == JSON_OBJECT &&
                 strcmp(json_name(only), PBX_NUMBER) != 0;
    return keyed ? only : d;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return true;
    return false;
}

static enum err take(struct arena *a, const struct json *o, const char *name, size_t max,
                     const char **ret, struct why *why)
{
    const struct json *v = json_member(o, name);

    /* PHP sends an empty text where an object or nothing stands. */
    if (v == NULL || (json_kind(v) != JSON_STRING && json_kind(v) != JSON_NUMBER))
        return ERR_MISSING;
    enum err e = json_get_id(a, o, name, max, ret, why);
    if (e != ERR_OK)
        return e;
    *ret = text_trim(a, *ret, strlen(*ret));
    if (*ret == NULL)
        return ERR_MEMORY;
    if (has_control(*ret))
        return why_set(why, ERR_VALUE, "%s has a control character", name);
    return **ret == '\0' ? ERR_MISSING : ERR_OK;
}

static enum err find(struct arena *a, const struct json *fields, const struct field *f,
                     const char **ret, struct why *why)
{
    const struct json *details = binotel_details(fields);

    *ret = "";
    for (size_t i = 0; i < CANDIDATES && f->from[i].name != NULL; i++) {
        const struct candidate *c = &f->from[i];
        const struct json *o = c->outer == NULL ? fields : details;
        if (o != NULL && c->inner != NULL)
            o = json_member(o, c->inner);
        if (o == NULL)
            continue;
        enum err e = take(a, o, c->name, f->max, ret, why);
        if (e != ERR_MISSING)
            return e;
    }
    return ERR_OK;
}

/* What the contract's routes cannot answer without. */
static bool is_needed(const struct field *f)
{
    return f == &field_contract_call_id || f == &field_contract_called || f == &field_status;
}

/* The same, but what cannot be used and is not needed is left out, and said there. */
static enum err find_for(struct arena *a, const struct json *fields, const struct field *f,
                         struct binotel_event *ev, const char **ret, struct why *why)
{
    struct why own = {0};

    enum err e = find(a, fields, f, ret, &own);
    if (e != ERR_VALUE || (ev->request == BINOTEL_CONTRACT && is_needed(f)))
        return e == ERR_OK ? e : why_set(why, e, "%s", own.text);
    *ret = "";
    if (*ev->unusable == '\0')
        ev->unusable = arena_strdup(a, own.text);
    return ev->unusable == NULL ? ERR_MEMORY : ERR_OK;
}

static enum binotel_request request_of(const char *type)
{
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
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].type, type) == 0)
            return rows[i].request;
    return BINOTEL_OTHER;
}

/* Null is how some say that it is not there; everything else makes the body an event. */
static enum err read_request(struct arena *a, const struct json *fields, struct binotel_event *ev,
                             struct why *why)
{
    const struct json *type = json_member(fields, "requestType");

    ev->request = BINOTEL_OTHER;
    enum err e = find_for(a, fields, &field_request_type, ev, &ev->request_type, why);
    if (e != ERR_OK)
        return e;
    bool text = json_kind(type) == JSON_STRING || json_kind(type) == JSON_NULL;
    if (text && *ev->unusable == '\0')
        ev->request = request_of(ev->request_type);
    return ERR_OK;
}

static const char *direction_of(const char *word)
{
    static const char *const out[] = {"1", "out", "outgoing", "outbound"};

    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++)
        if (strcmp(word, out[i]) == 0)
            return "out";
    return "in";
}

#define SECONDS_MAX 1000000               /* of a call */
#define MOMENT_MAX  INT64_C(100000000000) /* in UTC */

static int64_t seconds_of(const char *text, int64_t most)
{
    char *end = NULL;

    errno = 0;
    long long v = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && v >= 0 && v < most ? v : -1;
}

enum err binotel_read(struct arena *a, const struct json *fields, struct binotel_event *ret,
                      struct why *why)
{
    struct binotel_event ev = {.unusable = ""};
    const char *way = "";
    const char *seconds = "";
    const char *waited = "";
    const char *started = "";

    enum err e = read_request(a, fields, &ev, why);
    bool contract = ev.request == BINOTEL_CONTRACT;
    if (e == ERR_OK)
        e = find_for(a, fields, &field_direction, &ev, &way, why);
    ev.direction = direction_of(way);
    bool out = strcmp(ev.direction, "out") == 0;
    const struct {
        const struct field *field;
        const char **to;
    } wanted[] = {
        {contract ? &field_contract_call_id : &field_call_id, &ev.call_id},
        {out ? &field_customer_out : &field_customer_in, &ev.customer},
        {contract ? &field_contract_called : &field_called, &ev.called},
        {&field_line, &ev.line},
        {&field_status, &ev.status},
        {&field_company, &ev.company},
        {&field_billed, &seconds},
        {&field_waited, &waited},
        {&field_started, &started},
    };
    for (size_t i = 0; e == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        e = find_for(a, fields, wanted[i].field, &ev, wanted[i].to, why);
    if (e != ERR_OK)
        return e;
    ev.billed_s = seconds_of(seconds, SECONDS_MAX);
    ev.waited_s = seconds_of(waited, SECONDS_MAX);
    ev.started_s = seconds_of(started, MOMENT_MAX);
    /* Some accounts send the record's fields without the object around them. */
    ev.has_details = binotel_details(fields) != NULL ||
                     (*ev.call_id != '\0' && (*ev.status != '\0' || ev.billed_s >= 0));
    *ret = ev;
    return ERR_OK;
}

/* Equal but for letter case and what joins the words. */
static bool same_word(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
        char y = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;
        x = x == '_' || x == ' ' ? '-' : x;
        y = y == '_' || y == ' ' ? '-' : y;
        if (x != y)
            return false;
    }
    return *a == *b;
}

enum call_status binotel_status(const char *word)
{
    static const struct {
        const char *word;
        enum call_status status;
    } rows[] = {
        {"initiated", CALL_INITIATED},
        {"ringing", CALL_RINGING},
        {"calling", CALL_RINGING},
        {"answered", CALL_ANSWERED},
        {"in-progress", CALL_IN_PROGRESS},
        {"online", CALL_IN_PROGRESS},
        {"completed", CALL_COMPLETED},
        {"answer", CALL_COMPLETED},
        {"transfer", CALL_COMPLETED},
        {"vm-success", CALL_COMPLETED},
        {"success", CALL_COMPLETED},
        {"failed", CALL_FAILED},
        {"congestion", CALL_FAILED},
        {"chanunavail", CALL_FAILED},
        {"busy", CALL_BUSY},
        {"no-answer", CALL_NO_ANSWER},
        {"noanswer", CALL_NO_ANSWER},
        {"vm", CALL_NO_ANSWER},
        {"cancelled", CALL_CANCELLED},
        {"canceled", CALL_CANCELLED},
        {"cancel", CALL_CANCELLED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (same_word(word, rows[i].word))
            return rows[i].status;
    return CALL__MAX;
}

/* ==== what the exchange reports ================================================================ */

static const char acknowledged[] = "{\"status\":\"success\"}";

#define RECORD_MOST_S (INT64_C(7) * 24 * 3600) /* a record that tells of an older call is wrong */

/* When the call came in by the exchange's word; now, if it does not say or cannot be right. */
static struct moment start_of(const struct binotel_event *ev)
{
    struct moment now = clock_now();
    int64_t ms = ev->started_s * 1000;

    if (ms > now.ms - RECORD_MOST_S * 1000 && ms < now.ms)
        return (struct moment){.ms = ms};
    return now;
}

/* When it was over; 0: now. */
static int64_t end_of(const struct binotel_event *ev)
{
    struct moment start = start_of(ev);

    if (start.tick != 0 || ev->request != BINOTEL_COMPLETED)
        return 0;
    return start.ms + (ev->waited_s > 0 ? ev->waited_s * 1000 : 0) +
           (ev->billed_s > 0 ? ev->billed_s * 1000 : 0);
}

/* Opens the call if it is not open yet, or fills in what is not known of it: the caller hears no
 * greeting from it, the exchange only reports. */
static enum err open_shell(struct app *app, struct arena *a, const struct binotel_event *ev,
                           struct deadline d, struct why *why)
{
    const struct profile *p = app_profile(app, ev->called);
    char phone[PHONE_MAX];
    bool made = false;
    struct call opened = {0};
    const struct call call = {
        .source = BINOTEL_SOURCE,
        .external_id = ev->call_id,
        .caller = ev->customer,
        .called = ev->called,
        .profile = p->name,
        .direction = ev->direction,
    };

    enum err e = store_begin(app->store, d, why);
    if (e != ERR_OK)
        return e;
    bool known = phone_e164(ev->customer, p->country, phone) == ERR_OK;
    e = call_open(app->store, a, &call, known ? phone : NULL, start_of(ev), &opened, &made, why);
    if (e == ERR_OK)
        e = store_commit(app->store, why);
    store_rollback(app->store);
    return e;
}

/* Whatever the event tells of the call is kept, though the call be not known: other events of it were
 * lost, or are still on their way. */
static enum err keep(struct app *app, struct arena *a, const struct binotel_event *ev,
                     enum call_status status, struct deadline d, struct why *why)
{
    /* Only a record that says how the call ended knows better than the hang-up. */
    const struct call_report news = {.status = status,
                                     .billed_s = ev->billed_s,
                                     .corrects = ev->request == BINOTEL_COMPLETED &&
                                                 binotel_status(ev->status) == status,
                                     .line = ev->line,
                                     .at_ms = end_of(ev),
                                     .asks_after = true};

    if (*ev->call_id == '\0')
        return ERR_OK;
    enum err e = open_shell(app, a, ev, d, why);
    return e == ERR_OK ? end_status(app, a, BINOTEL_SOURCE, ev->call_id, &news, d, why) : e;
}

/* A call that is over has ended, whatever word is used of it, or none. */
static enum call_status final_status(const struct binotel_event *ev)
{
    enum call_status status = binotel_status(ev->status);
    return status != CALL__MAX && call_status_ends(status) ? status : CALL_COMPLETED;
}

static enum err on_completed(struct app *app, struct arena *a, const struct binotel_event *ev,
                             struct deadline d, struct why *why)
{
    if (!ev->has_details || *ev->call_id == '\0')
        return why_set(why, ERR_MISSING, "apiCallCompleted without callDetails");
    return keep(app, a, ev, final_status(ev), d, why);
}

static enum err on_hang_up(struct app *app, struct arena *a, const struct binotel_event *ev,
                           struct deadline d, struct why *why)
{
    return keep(app, a, ev, final_status(ev), d, why);
}

/* Also when it goes to another line: whoever has it there has taken it. */
static enum err on_answered(struct app *app, struct arena *a, const struct binotel_event *ev,
                            struct deadline d, struct why *why)
{
    return keep(app, a, ev, CALL_ANSWERED, d, why);
}

static enum err on_received(struct app *app, struct arena *a, const struct binotel_event *ev,
                            struct deadline d, struct why *why)
{
    return keep(app, a, ev, CALL_INITIATED, d, why);
}

enum err binotel_report(struct app *app, struct arena *a, const struct binotel_event *ev,
                        struct deadline d, struct buf *answer, struct why *why)
{
    static enum err (*const acts[])(struct app * app, struct arena * a,
                                    const struct binotel_event *ev, struct deadline d,
                                    struct why *why) = {
        [BINOTEL_RECEIVED] = on_received,    [BINOTEL_ANSWERED] = on_answered,
        [BINOTEL_TRANSFERRED] = on_answered, [BINOTEL_HANGUP] = on_hang_up,
        [BINOTEL_COMPLETED] = on_completed,  [BINOTEL_OTHER] = NULL,
    };

    if (ev->request == BINOTEL_CALL_SETTINGS) {
        binotel_settings(app, a, ev, answer);
        return ERR_OK;
    }
    enum err e = acts[ev->request] == NULL ? ERR_OK : acts[ev->request](app, a, ev, d, why);
    if (ev->request == BINOTEL_COMPLETED && e != ERR_OK && err_retry(e))
        return e;
    buf_puts(answer, acknowledged);
    return ERR_OK;
}

/* ==== a request, and its response ============================================================== */

#define SEND_AGAIN 500

static void note_unusable(struct response *r, const struct binotel_event *ev)
{
    if (*ev->unusable != '\0')
        response_note(r, "unusable=\"%s\"", ev->unusable);
}

static void note_event(struct response *r, const struct binotel_event *ev, const struct why *fault)
{
    response_note(r, "request=%s", ev->request == BINOTEL_OTHER ? "other" : ev->request_type);
    note_unusable(r, ev);
    if (fault->text[0] != '\0')
        response_note(r, "fault=\"%s\"", fault->text);
}

static void send_again(struct response *r, enum err e, const struct why *why)
{
    response_err(r, e, why);
    r->status = SEND_AGAIN;
}

static void answer_event(struct app *app, const struct request *request,
                         const struct binotel_event *ev, struct response *r)
{
    struct why why = {0};

    r->status = 200;
    r->type = response_json_type;
    enum err e = binotel_report(app, request->arena, ev, request->deadline, &r->body.text, &why);
    note_event(r, ev, e == ERR_OK ? &why : &(struct why){0});
    if (e != ERR_OK)
        send_again(r, e, &why);
}

static enum err read_event(const struct request *request, struct binotel_event *ret,
                           struct response *r, struct why *why)
{
    const struct json *fields = NULL;

    enum err e = request_fields(request, &fields, why);
    if (e != ERR_OK)
        return e;
    request_note_unreadable(fields, r);
    return binotel_read(request->arena, fields, ret, why);
}

enum err binotel_answer(struct app *app, const struct request *request, struct binotel_event *ret,
                        struct response *r, struct why *why)
{
    enum err e = read_event(request, ret, r, why);

    if (e == ERR_OK && ret->request != BINOTEL_CONTRACT)
        answer_event(app, request, ret, r);
    else if (e == ERR_OK)
        note_unusable(r, ret);
    return e;
}

enum err binotel_answer_unavailable(struct app *app, const struct request *request,
                                    enum err open_error, struct response *r, struct why *why)
{
    struct binotel_event ev = {0};

    (void)app;
    if (read_event(request, &ev, r, NULL) != ERR_OK || ev.request == BINOTEL_CONTRACT)
        return open_error;
    if (ev.request == BINOTEL_COMPLETED) {
        note_event(r, &ev, &(struct why){0});
        send_again(r, open_error, why);
        return ERR_OK;
    }
    r->status = 200;
    r->type = response_json_type;
    note_event(r, &ev, why);
    buf_puts(&r->body.text, ev.request == BINOTEL_CALL_SETTINGS ? "{}" : acknowledged);
    return ERR_OK;
}

/* What is no event, or cannot be read, would be no better if the exchange sent it again for 38
 * hours: it is acknowledged, and said in the log. */
enum err binotel_webhook(struct app *app, const struct request *request, struct response *r,
                         struct why *why)
{
    struct binotel_event ev = {0};

    enum err e = binotel_answer(app, request, &ev, r, why);
    if (e == ERR_OK && ev.request != BINOTEL_CONTRACT)
        return e;
    if (e != ERR_OK && err_retry(e))
        return e;
    r->status = 200;
    r->type = response_json_type;
    if (e == ERR_OK)
        response_note(r, "request=other");
    else
        response_note(r, "refused=\"%s\"", why->text);
    buf_puts(&r->body.text, acknowledged);
    return ERR_OK;
}
