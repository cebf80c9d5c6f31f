#include "vendors/google-session.h"

#include <assert.h>
#include <string.h>

#include "net/retry.h"
#include "vendors/google-token.h"

#define SESSION_ARENA ((size_t)256 * 1024)
#define REPLY_MAX     ((size_t)64 * 1024)
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
