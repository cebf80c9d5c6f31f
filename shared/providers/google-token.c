#include "providers/google-token.h"

#include <string.h>

#include "base/buf.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define REPLY_MAX ((size_t)64 * 1024) /* bytes of a token server's answer */

#define API      "Google's token service"
#define GRANT    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
#define PART_MAX 16384 /* bytes of the JWT's texts */

/* ---- the request ----------------------------------------------------------------------------- */

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

static enum err put_claims(struct arena *a, const struct google_credentials *g, const char *scope,
                           int64_t now_s, struct buf *jwt)
{
    struct buf text;
    struct jsonw w;
    int64_t from = now_s - GOOGLE_TOKEN_SKEW_S;

    buf_init(&text, a, PART_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    jsonw_put_text(&w, "iss", g->client_email);
    jsonw_put_text(&w, "scope", scope);
    jsonw_put_text(&w, "aud", g->token_uri);
    jsonw_put_int(&w, "iat", from);
    jsonw_put_int(&w, "exp", from + GOOGLE_TOKEN_LIFE_S);
    jsonw_end_object(&w);
    put_base64url(jwt, buf_text(&text), text.len);
    return buf_err(&text);
}

static enum err put_jwt(struct arena *a, const struct google_credentials *g, const char *scope,
                        int64_t now_s, struct buf *out, struct why *why)
{
    size_t from = out->len;
    const char *signature = NULL;
    size_t n = 0;

    enum err e = put_head(a, g, out);
    buf_putc(out, '.');
    if (e == ERR_OK)
        e = put_claims(a, g, scope, now_s, out);
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

enum err google_token_request(struct arena *a, const struct google_credentials *g,
                              const char *scope, int64_t now_s, struct http_request *ret,
                              struct why *why)
{
    struct buf body;

    buf_init(&body, a, (size_t)4 * PART_MAX);
    buf_puts(&body, GRANT);
    enum err e = put_jwt(a, g, scope, now_s, &body, why);
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

/* ---- the answer ------------------------------------------------------------------------------ */

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
static enum err read_refusal(struct arena *a, const struct http_reply *reply, struct failure *f)
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
    if (sentence != NULL)
        return failure_set(f, FAILURE_OPERATOR, ERR_CONFIG, API ": %s", sentence);
    e = google_error_read(a, reply, API, f);
    if (f->next == FAILURE_RENEW) /* of a token: this is where one is asked for */
        f->next = FAILURE_REQUEST;
    return e;
}

enum err google_token_read(struct arena *a, const struct http_reply *reply,
                           struct google_token *ret, struct failure *f)
{
    struct google_token t = {0};
    const struct json *o = NULL;

    if (reply->status != 200)
        return read_refusal(a, reply, f);
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || json_get_text(o, "access_token", REPLY_MAX, &t.text, NULL) != ERR_OK ||
        *t.text == '\0')
        return google_error_odd(API, "sent no token", f);
    if (json_get_int(o, "expires_in", 1, 86400, &t.expires_in_s, NULL) != ERR_OK)
        return google_error_odd(API, "does not say how long its token lives", f);
    *ret = t;
    return ERR_OK;
}
