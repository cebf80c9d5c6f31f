#include "providers/google-error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

#define WAIT_MAX_S 3600

/* What an answer is known by, and what it means. All that a row names must fit: the HTTP status,
 * ErrorInfo's reason, a part of the message. First fit wins; the last rows are by status alone. */
struct meaning {
    int least, most; /* HTTP status */
    const char *reason;
    const char *part;
    enum verdict_kind kind;
    enum err err;
    const char *sentence; /* after "<the API> " */
};

#define ANY 400, 599

static const struct meaning meanings[] = {
    {ANY, "SERVICE_DISABLED", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "is not enabled in the project: enable it in Google's console"},
    {403, 403, NULL, "has not been used in project", VERDICT_OPERATOR, ERR_CONFIG,
     "is not enabled in the project: enable it in Google's console"},
    {ANY, "BILLING_DISABLED", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "is refused because the project has no billing"},
    {ANY, "API_KEY_INVALID", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "refuses the API key: it is not valid"},
    {400, 403, NULL, "API key not valid", VERDICT_OPERATOR, ERR_CONFIG,
     "refuses the API key: it is not valid"},
    {400, 403, NULL, "API key expired", VERDICT_OPERATOR, ERR_CONFIG,
     "refuses the API key: it has expired"},
    {ANY, "API_KEY_SERVICE_BLOCKED", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "is not among the APIs that the API key may use"},
    {ANY, "ACCESS_TOKEN_EXPIRED", NULL, VERDICT_RENEW, ERR_PEER, "no longer takes the token"},
    {ANY, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "says that the token's scope does not cover it"},
    {ANY, "IAM_PERMISSION_DENIED", NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "may not be used by this service account: give it the role in Google's console"},
    {ANY, "CREDENTIALS_MISSING", NULL, VERDICT_OPERATOR, ERR_CONFIG, "asks for credentials"},
    {ANY, "JWT_TOKEN_INVALID", NULL, VERDICT_RENEW, ERR_PEER, "does not take the token"},
    {ANY, "RATE_LIMIT_EXCEEDED", NULL, VERDICT_LATER, ERR_PEER, "was asked too often"},
    {400, 400, NULL, "is currently not supported for language", VERDICT_OTHER_MODEL, ERR_PEER,
     "has no such model for the language"},
    {400, 400, NULL, "requires a model name", VERDICT_OTHER_VOICE, ERR_PEER,
     "does not speak with this voice alone"},
    {400, 404, NULL, "model", VERDICT_OTHER_MODEL, ERR_PEER, "does not take the model"},
    {400, 400, NULL, "does not support", VERDICT_REQUEST, ERR_PEER,
     "does not do with this voice what was asked"},
    {400, 404, NULL, "oice", VERDICT_OTHER_VOICE, ERR_PEER, "does not know the voice"},
    {400, 400, NULL, "Sync input too long", VERDICT_REQUEST, ERR_TOO_BIG,
     "takes no more than a minute of sound"},
    {400, 413, NULL, "exceeds the limit", VERDICT_REQUEST, ERR_TOO_BIG,
     "takes no request of this size"},
    {400, 400, NULL, "longer than the limit", VERDICT_REQUEST, ERR_TOO_BIG,
     "takes no text of this length"},
    {400, 400, NULL, "bad encoding", VERDICT_REQUEST, ERR_FORMAT,
     "does not take this coding of sound"},
    {400, 400, NULL, "sample rate", VERDICT_REQUEST, ERR_FORMAT, "does not take this sample rate"},
    {400, 400, NULL, "Expected resource location", VERDICT_OPERATOR, ERR_CONFIG,
     "stands at another location: GOOGLE_STT_URL and GOOGLE_STT_LOCATION must go together"},
    {413, 413, NULL, NULL, VERDICT_REQUEST, ERR_TOO_BIG, "takes no request of this size"},
    {401, 401, NULL, NULL, VERDICT_RENEW, ERR_PEER, "does not take the token"},
    {403, 403, NULL, NULL, VERDICT_OPERATOR, ERR_CONFIG, "is forbidden to this project or account"},
    {404, 404, NULL, NULL, VERDICT_OPERATOR, ERR_CONFIG, "is not to be found at its address"},
    {429, 429, NULL, NULL, VERDICT_LATER, ERR_PEER, "was asked too often"},
    {500, 500, NULL, NULL, VERDICT_AGAIN, ERR_PEER, "failed"},
    {501, 501, NULL, NULL, VERDICT_OPERATOR, ERR_CONFIG, "does not do what was asked"},
    {502, 599, NULL, NULL, VERDICT_AGAIN, ERR_PEER, "is not available at the moment"},
    {ANY, NULL, NULL, VERDICT_REQUEST, ERR_PEER, "refuses the request"},
};

/* What stands in a google.rpc.Status; all may be "" or 0. */
struct status {
    const char *message, *reason;
    int64_t wait_s;
};

/* "3s", "1.5s": whole seconds, rounded up. */
static int64_t seconds_of(const char *s)
{
    char *end = NULL;
    double d = s == NULL ? 0 : strtod(s, &end);

    if (s == NULL || end == s || strcmp(end, "s") != 0 || !(d > 0) || d > WAIT_MAX_S)
        return 0;
    return (int64_t)d + ((double)(int64_t)d < d);
}

static void read_details(const struct json *details, struct status *s)
{
    for (const struct json *d = json_first(details); d != NULL; d = json_next(d)) {
        const char *reason = json_text(json_member(d, "reason"));
        int64_t wait = seconds_of(json_text(json_member(d, "retryDelay")));
        if (reason != NULL && *s->reason == '\0')
            s->reason = reason;
        if (wait > 0)
            s->wait_s = wait;
    }
}

static enum err read_status(struct arena *a, const struct http_reply *reply, struct status *ret)
{
    const struct json *o = NULL;

    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e != ERR_OK)
        return e;
    /* A stream's answer wraps it into a list. */
    const struct json *error = json_member(json_kind(o) == JSON_ARRAY ? json_first(o) : o, "error");
    if (json_text(json_member(error, "message")) != NULL)
        ret->message = json_text(json_member(error, "message"));
    if (json_kind(json_member(error, "details")) == JSON_ARRAY)
        read_details(json_member(error, "details"), ret);
    return ERR_OK;
}

static bool fits(const struct meaning *m, int status, const struct status *s)
{
    return status >= m->least && status <= m->most &&
           (m->reason == NULL || strcmp(m->reason, s->reason) == 0) &&
           (m->part == NULL || strstr(s->message, m->part) != NULL);
}

static const struct meaning *meaning_of(int status, const struct status *s)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (fits(&meanings[i], status, s))
            return &meanings[i];
    return NULL;
}

enum err google_error_read(struct arena *a, const struct http_reply *reply, const char *api,
                           struct verdict *ret_verdict, struct why *why)
{
    struct status s = {.message = "", .reason = ""};

    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    if (read_status(a, reply, &s) == ERR_MEMORY)
        return ERR_MEMORY;
    const struct meaning *m = meaning_of(reply->status, &s);
    verdict_mask(*s.message != '\0' ? s.message : s.reason, ret_verdict->detail);
    if (m == NULL)
        return why_set(why, ERR_PEER, "%s answered with status %d", api, reply->status);
    ret_verdict->kind = m->kind;
    ret_verdict->wait_s =
        reply->retry_after_ms > 0 ? (reply->retry_after_ms + 999) / 1000 : s.wait_s;
    return why_set(why, m->err, "%s %s (status %d)", api, m->sentence, reply->status);
}

enum err google_error_odd(const char *api, const char *what, struct verdict *ret_verdict,
                          struct why *why)
{
    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    return why_set(why, ERR_PEER, "%s %s", api, what);
}
