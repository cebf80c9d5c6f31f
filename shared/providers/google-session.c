#include "providers/google-session.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/settings.h"
#include "providers/attempt.h"
#include "providers/google-token.h"
#include "providers/providers.h"
#include "store/token.h"

#define SESSION_ARENA ((size_t)256 * 1024)
#define STEP_MS       3000 /* of one request for a token */
#define EARLY_MS      1000 /* the same, while the old one is good */
#define HOLD_ID       1    /* there is one account */

struct google_session {
    struct google_credentials *credentials; /* NULL: none */
    struct why fault;       /* why the credentials could not be opened; "" if they could */
    char owner[DIGEST_HEX]; /* of the token: changes with the key file; "" before the first use */
    struct arena arena;     /* of the token this process knows */
    struct token token;     /* value NULL: none known */
};

static const char *api_key(void)
{
    return setting_text(SET_GOOGLE_API_KEY);
}

static struct google_session *session_of(const struct providers *o)
{
    return provider_account_data(o, &google_account);
}

/* ---- the account ----------------------------------------------------------------------------- */

static enum err open_account(void **ret, struct why *why)
{
    const char *path = setting_text(SET_GOOGLE_APPLICATION_CREDENTIALS);
    struct google_session *g = calloc(1, sizeof *g);

    if (g == NULL)
        return why_set(why, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
    arena_init(&g->arena, SESSION_ARENA);
    /* What is wrong with the file stands in `fault`. */
    if (*path != '\0' && google_credentials_open(path, &g->credentials, &g->fault) != ERR_OK)
        g->credentials = NULL;
    *ret = g;
    return ERR_OK;
}

static void close_account(void *kept)
{
    struct google_session *g = kept;

    google_credentials_close(g->credentials);
    arena_release(&g->arena);
    free(g);
}

static enum err ready(const struct providers *o, struct why *why)
{
    const struct google_session *g = session_of(o);

    if (g != NULL && (g->credentials != NULL || *api_key() != '\0'))
        return ERR_OK;
    if (g != NULL && g->fault.text[0] != '\0')
        return why_set(why, ERR_CONFIG, "%s", g->fault.text);
    return why_set(why, ERR_NOT_FOUND,
                   "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY brings Google");
}

static const char *warning(void)
{
    return google_credentials_are_open(setting_text(SET_GOOGLE_APPLICATION_CREDENTIALS))
               ? "every user of this machine may read or write the credentials file: "
                 "chmod o-rwx on it"
               : NULL;
}

const struct google_credentials *google_session_credentials(const struct providers *o)
{
    const struct google_session *g = session_of(o);

    return g == NULL ? NULL : g->credentials;
}

/* ---- the token that is known ----------------------------------------------------------------- */

/* The key's own id may be missing; the account and the scope of the key are in the file all the
 * same. */
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
static bool adopt(struct env *env, struct google_session *g)
{
    struct token t = {0};

    return env->store != NULL &&
           token_load(env->store, env->arena, g->owner, clock_machine_ms(), &t) == ERR_OK &&
           remember(g, &t) == ERR_OK;
}

static bool is_fresh(const struct google_session *g)
{
    return g->token.value != NULL && clock_machine_ms() < g->token.renew_ms;
}

static bool is_good(const struct google_session *g)
{
    return g->token.value != NULL && clock_machine_ms() < g->token.until_ms;
}

/* Not kept for the others, it is still good for this one. */
static void share(struct env *env, const struct token *t)
{
    if (env->store != NULL)
        (void)(token_save(env->store, env->arena, t, NULL) == ERR_OK);
}

static enum err keep(struct env *env, struct google_session *g, const struct google_token *t,
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

    share(env, &fresh);
    return remember(g, &fresh);
}

/* The old one is good: all workers go on with it. */
static void postpone(struct env *env, struct google_session *g)
{
    g->token.renew_ms = clock_machine_ms() + (int64_t)GOOGLE_SESSION_AGAIN_S * 1000;
    share(env, &g->token);
}

/* ---- a new one ------------------------------------------------------------------------------- */

struct renewal {
    struct env *env;
    struct google_session *g;
    struct deadline until;
    int64_t asked_ms;
    int64_t expires_in_s;
};

static enum err write_request(void *of, struct http_request *ret, struct failure *f)
{
    struct renewal *r = of;

    r->asked_ms = clock_machine_ms();
    enum err e = google_token_request(r->env->arena, r->g->credentials, GOOGLE_SCOPE_CLOUD,
                                      r->asked_ms / 1000, ret, &f->why);
    ret->deadline = deadline_cap_ms(r->until, is_good(r->g) ? EARLY_MS : STEP_MS);
    return e;
}

static enum err read_answer(void *of, const struct http_reply *reply, int64_t *ret_cost_microusd,
                            struct failure *f)
{
    struct google_token token = {0};
    struct renewal *r = of;

    (void)ret_cost_microusd;
    enum err e = google_token_read(r->env->arena, reply, &token, f);
    if (e == ERR_OK)
        e = keep(r->env, r->g, &token, r->asked_ms);
    r->expires_in_s = token.expires_in_s;
    return e;
}

/* While the old one is good, one try is enough. */
static enum err renew(struct renewal *r, struct failure *f)
{
    const struct attempt_task task = {
        .env = r->env,
        .retry = {is_good(r->g) ? 1 : 4, 500, 4000, 200, .after_timeout = true},
        .until = r->until,
        .keep_ms = STEP_MS,
        .pause_ms = STEP_MS,
        .of = r,
        .request = write_request,
        .read = read_answer,
    };

    enum err e = attempt_run(&task, f);
    f->of_account = f->mute;
    return e;
}

/* Only one worker renews. One that has to wait looks again at what was brought. */
static enum err renew_alone(struct renewal *r, struct failure *f)
{
    struct store *store = r->env->store;
    bool good = is_good(r->g);

    enum err e = store == NULL
                     ? ERR_OK
                     : store_hold(store, HOLD_TOKEN, HOLD_ID, good ? deadline_in_ms(0) : r->until);
    if (e != ERR_OK && good)
        return ERR_OK;
    if (e != ERR_OK)
        return failure_set(f, FAILURE_AGAIN, e,
                           "another worker did not bring Google's token in time");
    if (!adopt(r->env, r->g) || !is_fresh(r->g))
        e = renew(r, f);
    if (e != ERR_OK && e != ERR_MEMORY && is_good(r->g)) {
        postpone(r->env, r->g);
        e = ERR_OK;
    }
    if (store != NULL)
        store_drop_hold(store, HOLD_TOKEN, HOLD_ID);
    return e;
}

/* ---- showing it ------------------------------------------------------------------------------ */

static enum err by_token(struct renewal *r, struct failure *f)
{
    enum err e = name_owner(r->g);

    if (e == ERR_OK && !is_fresh(r->g))
        e = env_commit(r->env, &f->why); /* what follows may wait */
    if (e == ERR_OK && !is_fresh(r->g))
        (void)adopt(r->env, r->g);
    if (e == ERR_OK && !is_fresh(r->g))
        e = renew_alone(r, f);
    return e;
}

enum err google_session_access(struct env *env, struct deadline until, struct google_access *ret,
                               struct failure *f)
{
    struct renewal r = {.env = env, .g = session_of(env->providers), .until = until};

    enum err e = ready(env->providers, &f->why);
    if (e != ERR_OK)
        return failure_close(f, ERR_CONFIG);
    if (r.g->credentials == NULL) {
        *ret = (struct google_access){.api_key = api_key()};
        return ERR_OK;
    }
    e = by_token(&r, f);
    if (e != ERR_OK)
        return failure_close(f, e);
    char *value = arena_strdup(env->arena, r.g->token.value);
    if (value == NULL)
        return failure_close(f, ERR_MEMORY);
    *ret = (struct google_access){.token = value, .quota_project = r.g->credentials->quota_project};
    return ERR_OK;
}

void google_session_refused(const struct providers *o, struct store *store, const char *shown)
{
    struct google_session *g = session_of(o);
    struct arena scratch;

    if (g == NULL || g->token.value == NULL ||
        (shown != NULL && strcmp(shown, g->token.value) != 0))
        return;
    arena_init(&scratch, SESSION_ARENA);
    if (store != NULL)
        token_drop(store, &scratch, &g->token);
    arena_release(&scratch);
    g->token = (struct token){0};
}

/* Always a new token: an old one does not show that the key is still taken. */
static enum err probe(struct env *env, const char **ret, struct failure *f)
{
    struct renewal r = {.env = env, .g = session_of(env->providers), .until = env->deadline};

    if (r.g == NULL || r.g->credentials == NULL)
        return ERR_NOT_FOUND;
    enum err e = name_owner(r.g);
    if (e == ERR_OK)
        e = renew(&r, f);
    if (e != ERR_OK)
        return failure_close(f, e);
    *ret = arena_printf(env->arena, "the account got a token for %lld minutes",
                        (long long)(r.expires_in_s / 60));
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

const struct provider_account google_account = {
    .name = "google",
    .health = "google_cloud",
    .open = open_account,
    .close = close_account,
    .ready = ready,
    .warning = warning,
    .probe = probe,
};
