#include "providers/binotel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

static const struct field call_id = {{{NULL, NULL, "generalCallID"},
                                      {DETAILS, NULL, "generalCallID"},
                                      {NULL, NULL, "callID"},
                                      {DETAILS, NULL, "callID"}},
                                     BINOTEL_ID_MAX};

/* In the contract dialect callID comes first: it is the contract's own name. */
static const struct field contract_call_id = {
    {{NULL, NULL, "callID"}, {NULL, NULL, "generalCallID"}}, BINOTEL_ID_MAX};

static const struct field customer_in = {{{NULL, NULL, "externalNumber"},
                                          {DETAILS, NULL, "externalNumber"},
                                          {NULL, NULL, "srcNumber"},
                                          {DETAILS, NULL, "srcNumber"}},
                                         BINOTEL_NUMBER_MAX};

static const struct field customer_out = {{{NULL, NULL, "externalNumber"},
                                           {DETAILS, NULL, "externalNumber"},
                                           {NULL, NULL, "dstNumber"},
                                           {DETAILS, NULL, "dstNumber"}},
                                          BINOTEL_NUMBER_MAX};

static const struct field called = {{{NULL, NULL, "pbxNumber"},
                                     {DETAILS, PBX_NUMBER, "number"},
                                     {DETAILS, NULL, "pbxNumber"},
                                     {NULL, NULL, "didNumber"},
                                     {DETAILS, NULL, "didNumber"},
                                     {NULL, NULL, "did"},
                                     {NULL, NULL, "trunkNumber"}},
                                    BINOTEL_NUMBER_MAX};

/* "your Binotel number" is internalNumber there; people who know Binotel send pbxNumber. */
static const struct field contract_called = {
    {{NULL, NULL, "internalNumber"}, {NULL, NULL, "pbxNumber"}}, BINOTEL_NUMBER_MAX};

static const struct field line = {{{NULL, NULL, "internalNumber"},
                                   {DETAILS, NULL, "internalNumber"},
                                   {NULL, NULL, "extNumber"},
                                   {DETAILS, NULL, "extNumber"}},
                                  BINOTEL_NUMBER_MAX};

static const struct field status = {
    {{NULL, NULL, "status"}, {NULL, NULL, "disposition"}, {DETAILS, NULL, "disposition"}},
    BINOTEL_NUMBER_MAX};

static const struct field company = {{{NULL, NULL, "companyID"}, {DETAILS, NULL, "companyID"}},
                                     BINOTEL_NUMBER_MAX};

static const struct field direction = {{{NULL, NULL, "callType"}, {DETAILS, NULL, "callType"}},
                                       BINOTEL_NUMBER_MAX};

static const struct field billed = {
    {{NULL, NULL, "billsec"}, {DETAILS, NULL, "billsec"}, {NULL, NULL, "duration"}},
    BINOTEL_NUMBER_MAX};

static const struct field request_type = {{{NULL, NULL, "requestType"}}, BINOTEL_NUMBER_MAX};

/* callDetails, or its only child when it is keyed by the call's id (binotel.md 3.2). */
static const struct json *details_of(const struct json *fields)
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

    /* PHP sends an empty text where an object or nothing stands (binotel.md 2). */
    if (v == NULL || (json_kind(v) != JSON_STRING && json_kind(v) != JSON_NUMBER))
        return ERR_MISSING;
    enum err e = json_get_id(a, o, name, max, ret, why);
    if (e == ERR_OK && has_control(*ret))
        return why_set(why, ERR_VALUE, "%s has a control character", name);
    if (e == ERR_OK && (*ret)[strspn(*ret, " ")] == '\0') {
        *ret = "";
        return ERR_MISSING;
    }
    return e;
}

static enum err find(struct arena *a, const struct json *fields, const struct field *f,
                     const char **ret, struct why *why)
{
    const struct json *details = details_of(fields);

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

/* The same, but what cannot be used is left out of an event, and said there. */
static enum err find_for(struct arena *a, const struct json *fields, const struct field *f,
                         struct binotel_event *ev, const char **ret, struct why *why)
{
    struct why own = {0};

    enum err e = find(a, fields, f, ret, &own);
    if (e != ERR_VALUE || ev->request == BINOTEL_CONTRACT)
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
    enum err e = find_for(a, fields, &request_type, ev, &ev->request_type, why);
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

static int64_t seconds_of(const char *text)
{
    char *end = NULL;

    errno = 0;
    long long v = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && v >= 0 && v < 1000000 ? v : -1;
}

enum err binotel_read(struct arena *a, const struct json *fields, struct binotel_event *ret,
                      struct why *why)
{
    struct binotel_event ev = {.unusable = ""};
    const char *way = "";
    const char *seconds = "";

    enum err e = read_request(a, fields, &ev, why);
    bool contract = ev.request == BINOTEL_CONTRACT;
    if (e == ERR_OK)
        e = find_for(a, fields, &direction, &ev, &way, why);
    ev.direction = direction_of(way);
    bool out = strcmp(ev.direction, "out") == 0;
    const struct {
        const struct field *field;
        const char **to;
    } wanted[] = {
        {contract ? &contract_call_id : &call_id, &ev.call_id},
        {out ? &customer_out : &customer_in, &ev.customer},
        {contract ? &contract_called : &called, &ev.called},
        {&line, &ev.line},
        {&status, &ev.status},
        {&company, &ev.company},
        {&billed, &seconds},
    };
    for (size_t i = 0; e == ERR_OK && i < sizeof wanted / sizeof wanted[0]; i++)
        e = find_for(a, fields, wanted[i].field, &ev, wanted[i].to, why);
    if (e != ERR_OK)
        return e;
    ev.billed_s = seconds_of(seconds);
    ev.has_details = details_of(fields) != NULL;
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
