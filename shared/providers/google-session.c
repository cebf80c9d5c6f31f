#include "providers/google-session.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "net/retry.h"
#include "providers/google-error.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define REPLY_MAX ((size_t)64 * 1024) /* bytes of a token server's answer */

/* ==== asking for a token ====================================================================== */

#define API      "Google's token service"
#define SCOPE    "https://www.googleapis.com/auth/cloud-platform"
#define GRANT    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
#define PART_MAX 16384 /* bytes of the JWT's texts */

/* ---- the request ---------------------------------------------------------------------------- */

/* RFC 4648 section 5, without padding. */
static void put_base64url(struct buf *out, const void *data, size_t n)
{
    size_t from = out->len;

    base64_encode(out, data, n);
    if (buf_err(out) != ERR_OK)
        return;
    for (size_t i = from; i < out->len; i++) {
        char c = out->data[i];
        out->data[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    while (out->len > from && out->data[out->len - 1] == '=')
        out->data[--out->len] = '\0';
}

static enum err put_head(struct arena *a, const struct google_credentials *g, struct buf *jwt)
{
    struct buf text;
    struct jsonw w;

    buf_init(&text, a, PART_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    jsonw_put_text(&w, "alg", "RS256");
    jsonw_put_text(&w, "typ", "JWT");
    if (*g->key_id != '\0')
        jsonw_put_text(&w, "kid", g->key_id);
    jsonw_end_object(&w);
    put_base64url(jwt, buf_text(&text), text.len);
    return buf_err(&text);
}

static enum err put_claims(struct arena *a, const struct google_credentials *g, int64_t now_s,
                           struct buf *jwt)
{
    struct buf text;
    struct jsonw w;
    int64_t from = now_s - GOOGLE_TOKEN_SKEW_S;

    buf_init(&text, a, PART_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    jsonw_put_text(&w, "iss", g->client_email);
    jsonw_put_text(&w, "scope", SCOPE);
    jsonw_put_text(&w, "aud", g->token_uri);
    jsonw_put_int(&w, "iat", from);
    jsonw_put_int(&w, "exp", from + GOOGLE_TOKEN_LIFE_S);
    jsonw_end_object(&w);
    put_base64url(jwt, buf_text(&text), text.len);
    return buf_err(&text);
}

static enum err put_jwt(struct arena *a, const struct google_credentials *g, int64_t now_s,
                        struct buf *out, struct why *why)
{
    size_t from = out->len;
    const char *signature = NULL;
    size_t n = 0;

    enum err e = put_head(a, g, out);
    buf_putc(out, '.');
    if (e == ERR_OK)
        e = put_claims(a, g, now_s, out);
    if (e == ERR_OK)
        e = buf_err(out);
    if (e == ERR_OK)
        e = google_sign(a, g, out->data + from, out->len - from, &signature, &n, why);
    if (e != ERR_OK)
        return e;
    buf_putc(out, '.');
    put_base64url(out, signature, n);
    return buf_err(out);
}

enum err google_token_request(struct arena *a, const struct google_credentials *g, int64_t now_s,
                              struct http_request *ret, struct why *why)
{
    struct buf body;

    buf_init(&body, a, (size_t)4 * PART_MAX);
    buf_puts(&body, GRANT);
    enum err e = put_jwt(a, g, now_s, &body, why);
    if (e == ERR_TOO_BIG)
        return why_set(why, ERR_CONFIG, "a text in the credentials file is too long");
    if (e != ERR_OK)
        return e;
    *ret = (struct http_request){
        .method = "POST",
        .url = g->token_uri,
        .type = "application/x-www-form-urlencoded",
        .body = body.data,
        .len = body.len,
        .reply_max = REPLY_MAX,
    };
    return ERR_OK;
}

/* ---- the answer ----------------------------------------------------------------------------- */

/* The OAuth error and a part of its description (NULL: any) -> what to do. First fit wins. */
static const struct {
    const char *error, *part, *sentence;
} refusals[] = {
    {"invalid_grant", "timeframe",
     "the clock of this machine is wrong: switch NTP on (timedatectl)"},
    {"invalid_grant", "iat", "the clock of this machine is wrong: switch NTP on (timedatectl)"},
    {"invalid_grant", "expired", "the clock of this machine is wrong: switch NTP on (timedatectl)"},
    {"invalid_grant", "Signature", "the key was deleted or revoked: make a new one at Google"},
    {"invalid_grant", "key", "the key was deleted or revoked: make a new one at Google"},
    {"invalid_grant", "account not found", "the service account was deleted or never was"},
    {"invalid_grant", NULL,
     "the service account's key is refused: look at the clock, then at the key"},
    {"invalid_client", NULL, "the service account is not known: is the file of this project?"},
    {"unauthorized_client", NULL, "the service account may not ask for this scope"},
    {"invalid_scope", NULL, "the service account may not ask for this scope"},
    {"access_denied", NULL, "the service account was disabled"},
};

static const char *sentence_of(const char *error, const char *description)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strcmp(error, refusals[i].error) == 0 &&
            (refusals[i].part == NULL || strstr(description, refusals[i].part) != NULL))
            return refusals[i].sentence;
    return NULL;
}

/* OAuth's flat form of an error: {"error": "...", "error_description": "..."}. */
static enum err read_refusal(struct arena *a, const struct http_reply *reply, struct verdict *v,
                             struct why *why)
{
    const struct json *o = NULL;

    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const char *error = e == ERR_OK ? json_text(json_member(o, "error")) : NULL;
    const char *told = e == ERR_OK ? json_text(json_member(o, "error_description")) : NULL;
    const char *sentence = error == NULL || reply->status == 429 || reply->status >= 500
                               ? NULL
                               : sentence_of(error, told == NULL ? "" : told);
    if (sentence == NULL)
        return google_error_read(a, reply, API, v, why);
    v->kind = VERDICT_OPERATOR;
    verdict_mask(told == NULL ? error : told, v->detail);
    return why_set(why, ERR_CONFIG, API ": %s", sentence);
}

enum err google_token_read(struct arena *a, const struct http_reply *reply,
                           struct google_token *ret, struct verdict *ret_verdict, struct why *why)
{
    struct google_token t = {0};
    const struct json *o = NULL;

    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    if (reply->status != 200)
        return read_refusal(a, reply, ret_verdict, why);
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || json_get_text(o, "access_token", REPLY_MAX, &t.text, NULL) != ERR_OK ||
        *t.text == '\0')
        return google_error_odd(API, "sent no token", ret_verdict, why);
    if (json_get_int(o, "expires_in", 1, 86400, &t.expires_in_s, NULL) != ERR_OK)
        return google_error_odd(API, "does not say how long its token lives", ret_verdict, why);
    ret_verdict->kind = VERDICT_DONE;
    *ret = t;
    return ERR_OK;
}

/* ==== what a request shows ==================================================================== */

#define SESSION_ARENA ((size_t)256 * 1024)
#define STEP_MS       3000 /* of one request for a token */
#define EARLY_MS      1000 /* the same, while the old one is good */
#define HOLD_ID       1    /* there is one account */

void google_session_open(struct google_session *g, const char *path, const char *api_key,
                         struct store *store)
{
    *g = (struct google_session){.api_key = api_key, .store = store};
    arena_init(&g->arena, SESSION_ARENA);
    if (*path != '\0' && google_credentials_open(path, &g->credentials, &g->shut) != ERR_OK)
        g->credentials = NULL;
}

void google_session_close(struct google_session *g)
{
    google_credentials_close(g->credentials);
    arena_release(&g->arena);
    *g = (struct google_session){.api_key = ""};
}

bool google_session_on(const struct google_session *g)
{
    return g->credentials != NULL || (g->api_key != NULL && *g->api_key != '\0');
}

/* The key's own id may be missing; the account and the scope of the key are in the file all the same. */
static enum err name_owner(struct google_session *g)
{
    const struct google_credentials *c = g->credentials;

    if (g->owner[0] != '\0')
        return ERR_OK;
    char *text = arena_printf(&g->arena, "%s %s %s", c->client_email, c->key_id, c->token_uri);
    return text == NULL ? ERR_MEMORY : digest_sha256(text, strlen(text), g->owner);
}

static enum err remember(struct google_session *g, const struct token *t)
{
    arena_clear(&g->arena);
    g->token = *t;
    g->token.owner = g->owner;
    g->token.value = arena_strdup(&g->arena, t->value);
    return g->token.value == NULL ? ERR_MEMORY : ERR_OK;
}

/* What another worker may have put there. */
static bool adopt(struct google_session *g, struct arena *a, int64_t now_ms)
{
    struct token t = {0};

    return token_load(g->store, a, g->owner, now_ms, &t) == ERR_OK && remember(g, &t) == ERR_OK;
}

static bool is_fresh(const struct google_session *g, int64_t now_ms)
{
    return g->token.value != NULL && now_ms < g->token.renew_ms;
}

static bool is_good(const struct google_session *g, int64_t now_ms)
{
    return g->token.value != NULL && now_ms < g->token.until_ms;
}

static enum err keep(struct google_session *g, struct arena *a, const struct google_token *t,
                     int64_t asked_ms)
{
    int64_t early =
        t->expires_in_s > 2 * GOOGLE_SESSION_EARLY_S ? GOOGLE_SESSION_EARLY_S : t->expires_in_s / 4;
    const struct token fresh = {
        .owner = g->owner,
        .value = t->text,
        .renew_ms = asked_ms + (t->expires_in_s - early) * 1000,
        .until_ms = asked_ms + t->expires_in_s * 1000,
    };

    /* Not kept for the others, it is still good for this one. */
    (void)(token_save(g->store, a, &fresh, NULL) == ERR_OK);
    return remember(g, &fresh);
}

static enum err ask_once(struct google_session *g, struct arena *a, struct deadline d,
                         struct retry_case *how, struct verdict *ret_verdict, struct why *why)
{
    struct http_request req = {0};
    struct http_reply reply = {.retry_after_ms = -1};
    struct google_token token = {0};
    int64_t now_ms = clock_unix_ms();

    *ret_verdict = (struct verdict){.kind = VERDICT_AGAIN};
    enum err e = google_token_request(a, g->credentials, now_ms / 1000, &req, why);
    if (e != ERR_OK) {
        ret_verdict->kind = VERDICT_OPERATOR;
        return e;
    }
    req.deadline = deadline_cap_ms(d, is_good(g, now_ms) ? EARLY_MS : STEP_MS);
    req.reply_max = REPLY_MAX;
    e = http_send(g->http, a, &req, &reply, why);
    how->err = e;
    how->status = reply.status;
    how->retry_after_ms = reply.retry_after_ms;
    if (e == ERR_OK)
        e = google_token_read(a, &reply, &token, ret_verdict, why);
    return e == ERR_OK ? keep(g, a, &token, now_ms) : e;
}

static enum err renew(struct google_session *g, struct arena *a, struct deadline d,
                      struct verdict *ret_verdict, struct why *why)
{
    for (int tries = 1;; tries++) {
        struct retry_case how = {.tries = tries, .sent = true};
        int64_t wait_ms = 0;
        enum err e = ask_once(g, a, d, &how, ret_verdict, why);
        if (e == ERR_OK || ret_verdict->kind == VERDICT_OPERATOR || is_good(g, clock_unix_ms()))
            return e;
        how.left_ms = deadline_left_ms(d) - STEP_MS;
        if (retry_judge(RETRY_TOKEN, &how, &wait_ms) == RETRY_NO ||
            !deadline_sleep(d, (int)wait_ms))
            return e;
    }
}

/* The old one is good: all workers go on with it. */
static void postpone(struct google_session *g, struct arena *a, int64_t now_ms)
{
    g->token.renew_ms = now_ms + (int64_t)GOOGLE_SESSION_AGAIN_S * 1000;
    /* Not told to the others, they try once each. */
    (void)(token_save(g->store, a, &g->token, NULL) == ERR_OK);
}

/* Only one worker renews. Whoever has to wait looks again at what was brought. */
static enum err renew_alone(struct google_session *g, struct arena *a, struct deadline d,
                            struct verdict *ret_verdict, struct why *why)
{
    bool good = is_good(g, clock_unix_ms());

    enum err e = store_hold(g->store, HOLD_TOKEN, HOLD_ID, good ? deadline_in_ms(0) : d);
    if (e != ERR_OK && good)
        return ERR_OK;
    if (e != ERR_OK) {
        *ret_verdict = (struct verdict){.kind = VERDICT_AGAIN};
        return why_set(why, e, "another worker did not bring Google's token in time");
    }
    if (!adopt(g, a, clock_unix_ms()) || !is_fresh(g, clock_unix_ms()))
        e = renew(g, a, d, ret_verdict, why);
    if (e != ERR_OK && e != ERR_MEMORY && is_good(g, clock_unix_ms())) {
        postpone(g, a, clock_unix_ms());
        e = ERR_OK;
    }
    store_drop_hold(g->store, HOLD_TOKEN, HOLD_ID);
    return e;
}

static enum err by_token(struct google_session *g, struct arena *a, struct deadline d,
                         struct verdict *ret_verdict, struct why *why)
{
    enum err e = name_owner(g);

    if (e == ERR_OK && !is_fresh(g, clock_unix_ms()))
        (void)adopt(g, a, clock_unix_ms());
    if (e == ERR_OK && !is_fresh(g, clock_unix_ms()))
        e = renew_alone(g, a, d, ret_verdict, why);
    return e;
}

bool google_session_is_ready(const struct google_session *g)
{
    return g->credentials == NULL || is_fresh(g, clock_unix_ms());
}

enum err google_session_access(struct google_session *g, struct arena *a, struct deadline d,
                               struct google_access *ret, struct verdict *ret_verdict,
                               struct why *why)
{
    *ret_verdict = (struct verdict){.kind = VERDICT_DONE};
    if (g->credentials == NULL) {
        if (google_session_on(g)) {
            *ret = (struct google_access){.api_key = g->api_key};
            return ERR_OK;
        }
        ret_verdict->kind = VERDICT_OPERATOR;
        return why_set(why, ERR_CONFIG, "%s",
                       g->shut.text[0] != '\0' ? g->shut.text
                                               : "neither Google credentials nor a key are set");
    }
    assert(google_session_is_ready(g) || !store_in_transaction(g->store));
    enum err e = by_token(g, a, d, ret_verdict, why);
    if (e != ERR_OK)
        return e;
    char *value = arena_strdup(a, g->token.value);
    if (value == NULL)
        return ERR_MEMORY;
    *ret = (struct google_access){.token = value, .quota_project = g->credentials->quota_project};
    return ERR_OK;
}

void google_session_refused(struct google_session *g, const char *shown)
{
    struct arena scratch;

    if (g->token.value == NULL || (shown != NULL && strcmp(shown, g->token.value) != 0))
        return;
    arena_init(&scratch, SESSION_ARENA);
    token_drop(g->store, &scratch, &g->token);
    arena_release(&scratch);
    g->token = (struct token){0};
}
