#include "providers/binotel-api.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/settings.h"
#include "business/phone.h"
#include "store/pace.h"
#include "wire/jsonw.h"

#define VENDOR     "Binotel"
#define PACE       "binotel"
#define BODY_MAX   ((size_t)64 * 1024)
#define URL_MAX    ((size_t)2000)
#define STORE_MS   10000
#define OFTEN_MS   INT64_C(10000) /* left alone after "too often" */
#define OFTEN_ASKS 5              /* in all */

enum { NO_RECORD = 104, TOO_OFTEN = 106 };

/* ==== the settings ================================================================================ */

bool binotel_api_is_set(void)
{
    return *setting_text(SET_BINOTEL_API_KEY) != '\0' &&
           *setting_text(SET_BINOTEL_API_SECRET) != '\0';
}

enum err binotel_api_init(struct binotel_api *api, struct store *s, struct why *why)
{
    struct why wrong = {0};

    *api = (struct binotel_api){.store = s,
                                .url = setting_text(SET_BINOTEL_API_URL),
                                .key = setting_text(SET_BINOTEL_API_KEY),
                                .secret = setting_text(SET_BINOTEL_API_SECRET),
                                .pause_ms = setting_number(SET_BINOTEL_API_PAUSE_MS),
                                .http = {.ca_file = setting_text(SET_HOLOS_CA_FILE),
                                         .egress = setting_text(SET_HOLOS_EGRESS)}};
    if (!binotel_api_is_set())
        return why_set(why, ERR_CONFIG, "BINOTEL_API_KEY and BINOTEL_API_SECRET are not set");
    if (http_url_check(api->url, &wrong) != ERR_OK)
        return why_set(why, ERR_CONFIG, "BINOTEL_API_URL: %s", wrong.text);
    return ERR_OK;
}

/* ==== what is sent ================================================================================ */

enum err binotel_api_write(const struct binotel_api *api, const char *method,
                           const struct binotel_api_field *fields, size_t n,
                           struct http_request *ret)
{
    size_t end = strlen(api->url);
    struct jsonw w;
    struct buf url;
    struct buf body;

    while (end > 0 && api->url[end - 1] == '/')
        end--;
    buf_init(&url, api->arena, URL_MAX);
    buf_printf(&url, "%.*s/%s.json", (int)end, api->url, method);
    buf_init(&body, api->arena, BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_object(&w);
    for (size_t i = 0; i < n; i++) {
        jsonw_key(&w, fields[i].name);
        if (fields[i].in_array)
            jsonw_array(&w);
        jsonw_text(&w, fields[i].text);
        if (fields[i].in_array)
            jsonw_end_array(&w);
    }
    jsonw_put_text(&w, "key", api->key);
    jsonw_put_text(&w, "secret", api->secret);
    jsonw_end_object(&w);
    if (buf_err(&url) != ERR_OK)
        return buf_err(&url);
    *ret = (struct http_request){.method = "POST",
                                 .url = buf_text(&url),
                                 .type = "application/json",
                                 .body = buf_text(&body),
                                 .len = body.len,
                                 .reply_max = BINOTEL_API_REPLY_MAX};
    return buf_err(&body);
}

/* ==== what comes ================================================================================== */

static const struct {
    int code;
    enum failure_next next;
    enum err err;
    const char *text;
} codes[] = {
    {102, FAILURE_OPERATOR, ERR_CONFIG, "it knows no such method; is BINOTEL_API_URL right?"},
    {103, FAILURE_REQUEST, ERR_VALUE, "something is missing in the request"},
    {NO_RECORD, FAILURE_REQUEST, ERR_VALUE,
     "it does not take what was asked for: no such call, or Binotel's support has not enabled "
     "dialling by the API on this line"},
    {105, FAILURE_AGAIN, ERR_PEER, "something went wrong there"},
    {TOO_OFTEN, FAILURE_LATER, ERR_PEER, "it was asked too often"},
    {120, FAILURE_OPERATOR, ERR_CONFIG, "the company is disabled there"},
    {121, FAILURE_OPERATOR, ERR_CONFIG, "BINOTEL_API_KEY or BINOTEL_API_SECRET is wrong"},
    {150, FAILURE_REQUEST, ERR_VALUE, "the line cannot be called: its telephone is not registered"},
    {151, FAILURE_REQUEST, ERR_VALUE, "the number cannot be called"},
    {200, FAILURE_OPERATOR, ERR_CONFIG, "it does not take requests from this address"},
};

static enum err refusal(int code, struct failure *f)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return failure_set(f, codes[i].next, codes[i].err, VENDOR ": %s (%d)", codes[i].text,
                               code);
    return failure_set(f, FAILURE_REQUEST, ERR_VALUE, VENDOR " refused it (%d)", code);
}

/* How long it wants to be left alone: its sentence is known to hold the seconds, in no form that is
 * published. */
static int64_t rest_of(const struct json *o)
{
    const char *text = json_text(json_member(o, "message"));

    text = text == NULL ? NULL : strpbrk(text, "0123456789");
    long s = text == NULL ? 0 : strtol(text, NULL, 10);
    return s > 0 && s <= 3600 ? s * INT64_C(1000) : OFTEN_MS;
}

static int code_of(struct arena *a, const struct json *o)
{
    const char *text = NULL;
    char *end = NULL;

    if (json_get_id(a, o, "code", 12, &text, NULL) != ERR_OK)
        return 0;
    long code = strtol(text, &end, 10);
    return *end == '\0' && code > 0 && code < 1000000 ? (int)code : 0;
}

static enum err of_status(const struct http_reply *reply, struct failure *f)
{
    int s = reply->status;
    enum failure_next next = s == 401 || s == 403   ? FAILURE_OPERATOR
                             : s == 429             ? FAILURE_LATER
                             : s >= 500 || s == 408 ? FAILURE_AGAIN
                                                    : FAILURE_REQUEST;

    if (reply->retry_after_ms > 0)
        f->wait_ms = reply->retry_after_ms;
    return failure_set(f, next, next == FAILURE_OPERATOR ? ERR_CONFIG : ERR_PEER,
                       VENDOR " answered %d", s);
}

enum err binotel_api_read(struct arena *a, const struct http_reply *reply, const struct json **ret,
                          int *ret_code, struct failure *f)
{
    const struct json *o = NULL;

    *ret_code = 0;
    f->status = reply->status;
    if (reply->status != 200)
        return of_status(reply, f);
    enum err e = json_parse_fields(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return failure_close(f, e);
    if (e != ERR_OK || json_kind(o) != JSON_OBJECT)
        return failure_set(f, FAILURE_BROKEN, ERR_PEER,
                           VENDOR " is down: it answered with something that is no JSON");
    const char *status = json_text(json_member(o, "status"));
    if (status != NULL && strcmp(status, "success") == 0) {
        *ret = o;
        return ERR_OK;
    }
    *ret_code = code_of(a, o);
    if (*ret_code == TOO_OFTEN)
        f->wait_ms = rest_of(o);
    return refusal(*ret_code, f);
}

static const char *text_of(struct arena *a, const struct json *o, const char *name)
{
    const char *text = "";

    return json_get_id(a, o, name, 400, &text, NULL) == ERR_OK ? text : "";
}

static int64_t number_of(struct arena *a, const struct json *o, const char *name)
{
    const char *text = text_of(a, o, name);
    char *end = NULL;
    long long v = strtoll(text, &end, 10);

    return *text != '\0' && *end == '\0' && v >= 0 && v < INT64_C(100000000000) ? v : -1;
}

/* An object keyed by the call's id, an array, the call itself, or nothing. */
static const struct json *only(const struct json *v, const char *has)
{
    if (v == NULL || json_member(v, has) != NULL)
        return v;
    const struct json *first = json_first(v);
    return first == NULL || json_kind(first) != JSON_OBJECT ? NULL : first;
}

enum err binotel_api_read_call(struct arena *a, const struct json *o, struct binotel_call *ret,
                               struct why *why)
{
    const struct json *c = only(json_member(o, "callDetails"), "generalCallID");

    if (c == NULL || *text_of(a, c, "generalCallID") == '\0')
        return why_set(why, ERR_NOT_FOUND, VENDOR " knows no such call");
    *ret = (struct binotel_call){
        .id = text_of(a, c, "generalCallID"),
        .customer = text_of(a, c, "externalNumber"),
        .line = text_of(a, c, "internalNumber"),
        .called = text_of(a, json_member(c, "pbxNumberData"), "number"),
        .disposition = text_of(a, c, "disposition"),
        .recording = text_of(a, c, "recordingStatus"),
        .employee = text_of(a, json_member(c, "employeeData"), "name"),
        .started_s = number_of(a, c, "startTime"),
        .waited_s = number_of(a, c, "waitsec"),
        .billed_s = number_of(a, c, "billsec"),
        .out = strcmp(text_of(a, c, "callType"), "1") == 0,
    };
    return ERR_OK;
}

/* `n` digits as a number; -1: they are none. */
static int digits(const char *s, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i]))
            return -1;
        v = v * 10 + s[i] - '0';
    }
    return v;
}

/* "20261201T120000Z" as seconds since 1970; 0: it is none. */
static int64_t amz_date(const char *url)
{
    const char *at = strstr(url, "X-Amz-Date=");

    at = at == NULL ? NULL : at + strlen("X-Amz-Date=");
    if (at == NULL || strlen(at) < strlen("20261201T120000Z") || at[8] != 'T' || at[15] != 'Z')
        return 0;
    struct tm tm = {.tm_year = digits(at, 4) - 1900,
                    .tm_mon = digits(at + 4, 2) - 1,
                    .tm_mday = digits(at + 6, 2),
                    .tm_hour = digits(at + 9, 2),
                    .tm_min = digits(at + 11, 2),
                    .tm_sec = digits(at + 13, 2)};
    bool fine = tm.tm_year >= 70 && tm.tm_mon >= 0 && tm.tm_mon < 12 && tm.tm_mday > 0 &&
                tm.tm_mday < 32 && tm.tm_hour >= 0 && tm.tm_min >= 0 && tm.tm_sec >= 0;
    return fine ? (int64_t)timegm(&tm) : 0;
}

static int64_t amz_until(const char *url)
{
    const char *at = strstr(url, "X-Amz-Expires=");
    int64_t from = amz_date(url);
    long seconds = at == NULL ? 0 : strtol(at + strlen("X-Amz-Expires="), NULL, 10);

    return from > 0 && seconds > 0 && seconds <= 7L * 24 * 3600 ? from + seconds : 0;
}

/* What is printed and fetched must be an address, and nothing else. */
static bool is_address(const char *url)
{
    if (strncmp(url, "https://", 8) != 0)
        return false;
    for (; *url != '\0'; url++)
        if (!isgraph((unsigned char)*url) || strchr("\"'<>\\`", *url) != NULL)
            return false;
    return true;
}

enum err binotel_api_read_record(struct arena *a, const struct json *o, struct binotel_record *ret,
                                 struct why *why)
{
    const char *url = json_text(json_member(o, "url"));

    if (url == NULL || !is_address(url))
        return why_set(why, ERR_NOT_FOUND, VENDOR " has no recording of this call");
    ret->url = arena_strdup(a, url);
    ret->until_s = amz_until(url);
    return ret->url == NULL ? ERR_MEMORY : ERR_OK;
}

/* A search may find others, too: by a name, by a piece of a number. */
static bool has_number(const struct json *c, const char *number)
{
    const struct json *numbers = json_member(c, "numbers");

    for (const struct json *n = json_first(numbers); n != NULL; n = json_next(n))
        if (json_text(n) != NULL && phone_same(json_text(n), number))
            return true;
    return false;
}

enum err binotel_api_read_customer(struct arena *a, const struct json *o, const char *number,
                                   struct binotel_customer *ret)
{
    const struct json *all = json_member(o, "customerData");
    const struct json *c = json_first(all);

    if (json_member(all, "numbers") != NULL) /* one alone, not in a list */
        c = all;
    while (c != NULL && !has_number(c, number))
        c = c == all ? NULL : json_next(c);
    const char *name = json_text(json_member(c, "name"));
    ret->id = c == NULL ? "" : text_of(a, c, "id");
    ret->name = name == NULL ? "" : arena_strdup(a, name);
    return ret->name == NULL ? ERR_MEMORY : ERR_OK;
}

/* ==== asking ====================================================================================== */

static enum err close_failure(struct binotel_api *api, enum err e)
{
    return e == ERR_OK ? e : failure_close(&api->failure, e);
}

static enum err wait_for_turn(struct binotel_api *api)
{
    struct why *why = &api->failure.why;
    int64_t wait_ms = 0;

    enum err e = pace_take(api->store, PACE, api->pause_ms, api->until, &wait_ms, why);
    if (e == ERR_OK && wait_ms > 0 && !deadline_sleep(api->until, (int)wait_ms))
        e = why_set(why, ERR_DEADLINE, "no time is left to ask " VENDOR);
    return close_failure(api, e);
}

static enum err send(struct binotel_api *api, const struct http_request *req,
                     struct http_reply *ret)
{
    struct failure *f = &api->failure;
    struct http_transfer *t = NULL;
    struct http *http = NULL;

    enum err e = http_open(&api->http, &http, &f->why);
    if (e == ERR_OK)
        e = http_start(http, api->arena, req, &t, &f->why);
    while (e == ERR_OK && !http_ended(t))
        e = http_move(http, NULL, 0, req->deadline, req->stop, &f->why);
    if (t != NULL && http_ended(t))
        e = http_result(t, ret, &f->why);
    f->sent = t != NULL && (!http_ended(t) || http_times_of(t).sent > 0);
    http_drop(t);
    http_close(http);
    return close_failure(api, e);
}

static enum err ask_once(struct binotel_api *api, const struct http_request *req,
                         const struct json **ret)
{
    struct failure *f = &api->failure;
    struct http_reply reply = {0};

    *f = (struct failure){0};
    api->code = 0;
    enum err e = wait_for_turn(api);
    if (e == ERR_OK)
        e = send(api, req, &reply);
    if (e == ERR_OK)
        e = binotel_api_read(api->arena, &reply, ret, &api->code, f);
    /* All workers learn of it; should that fail, they learn it themselves. */
    if (e != ERR_OK && f->next == FAILURE_LATER)
        (void)(pace_rest(api->store, PACE, f->wait_ms > 0 ? f->wait_ms : OFTEN_MS,
                         deadline_in_ms(STORE_MS), NULL) == ERR_OK);
    return e;
}

enum err binotel_api_ask(struct binotel_api *api, const char *method,
                         const struct binotel_api_field *fields, size_t n, const struct json **ret)
{
    struct http_request req;

    api->failure = (struct failure){0};
    enum err e = binotel_api_write(api, method, fields, n, &req);
    if (e != ERR_OK)
        return close_failure(api, e);
    req.deadline = api->until;
    e = ask_once(api, &req, ret);
    for (int i = 1; i < OFTEN_ASKS && e != ERR_OK && api->code == TOO_OFTEN; i++) {
        const struct failure refused = api->failure;
        e = ask_once(api, &req, ret);
        if (e != ERR_DEADLINE || api->failure.sent)
            continue;
        api->failure = refused; /* its turn comes too late: it is the refusal that counts */
        return refused.err;
    }
    return e;
}

/* ==== the methods ================================================================================= */

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum err binotel_api_transfer(struct binotel_api *api, const char *call, const char *line)
{
    const struct binotel_api_field fields[] = {{"generalCallID", call, false},
                                               {"externalNumber", line, false}};
    const struct json *o = NULL;

    return binotel_api_ask(api, "calls/attended-call-transfer", fields, COUNT(fields), &o);
}

static enum err ask_of_call(struct binotel_api *api, const char *method, const char *call,
                            const struct json **ret)
{
    const struct binotel_api_field fields[] = {{"generalCallID", call, false}};

    return binotel_api_ask(api, method, fields, COUNT(fields), ret);
}

enum err binotel_api_hang_up(struct binotel_api *api, const char *call)
{
    const struct json *o = NULL;

    return ask_of_call(api, "calls/hangup-call", call, &o);
}

enum err binotel_api_call(struct binotel_api *api, const char *line, const char *number,
                          const char *pbx, const char **ret_call)
{
    const struct binotel_api_field fields[] = {{"internalNumber", line, false},
                                               {"externalNumber", number, false},
                                               {"pbxNumber", pbx, false}};
    const struct json *o = NULL;

    enum err e = binotel_api_ask(api, "calls/internal-number-to-external-number", fields,
                                 *pbx == '\0' ? 2 : 3, &o);
    if (e == ERR_OK)
        *ret_call = text_of(api->arena, o, "generalCallID");
    return e;
}

enum err binotel_api_details(struct binotel_api *api, const char *call, struct binotel_call *ret)
{
    const struct json *o = NULL;

    enum err e = ask_of_call(api, "stats/call-details", call, &o);
    if (e != ERR_OK)
        return e;
    return close_failure(api, binotel_api_read_call(api->arena, o, ret, &api->failure.why));
}

enum err binotel_api_record(struct binotel_api *api, const char *call, struct binotel_record *ret)
{
    const struct json *o = NULL;

    enum err e = ask_of_call(api, "stats/call-record", call, &o);
    if (e == ERR_OK)
        return close_failure(api, binotel_api_read_record(api->arena, o, ret, &api->failure.why));
    if (api->code == NO_RECORD)
        return failure_set(&api->failure, FAILURE_REQUEST, ERR_NOT_FOUND,
                           VENDOR " has no recording of this call (%d)", NO_RECORD);
    return e;
}

enum err binotel_api_customer(struct binotel_api *api, const char *number,
                              struct binotel_customer *ret)
{
    const struct binotel_api_field fields[] = {{"subject", number, false}};
    const struct json *o = NULL;

    enum err e = binotel_api_ask(api, "customers/search", fields, COUNT(fields), &o);
    if (e != ERR_OK)
        return e;
    return close_failure(api, binotel_api_read_customer(api->arena, o, number, ret));
}

enum err binotel_api_keep_customer(struct binotel_api *api, const char *number, const char *name)
{
    struct binotel_customer there = {.id = "", .name = ""};
    const struct json *o = NULL;

    enum err e = binotel_api_customer(api, number, &there);
    if (e != ERR_OK || (*there.id != '\0' && strcmp(there.name, name) == 0))
        return e;
    const struct binotel_api_field make[] = {{"name", name, false}, {"numbers", number, true}};
    const struct binotel_api_field rename[] = {{"id", there.id, false}, {"name", name, false}};
    return *there.id == '\0' ? binotel_api_ask(api, "customers/create", make, COUNT(make), &o)
                             : binotel_api_ask(api, "customers/update", rename, COUNT(rename), &o);
}
