#include "providers/ladder.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "providers/env.h"
#include "providers/providers.h"

#define TEXT_MAX 512
#define NOTE_MS  500 /* longest wait to tell the others of a failure */

/* ---- the setting ----------------------------------------------------------------------------- */

/* By rank, those of one rank in the table's order. */
static void add_all(struct ladder *l, enum provider_stage stage)
{
    size_t n = 0;

    for (const struct provider *const *p = providers; *p != NULL; p++) {
        size_t at = n;
        if ((*p)->stage != stage)
            continue;
        for (; at > 0 && l->rung[stage][at - 1]->rank > (*p)->rank; at--)
            l->rung[stage][at] = l->rung[stage][at - 1];
        l->rung[stage][at] = *p;
        n++;
    }
    l->n[stage] = n;
}

bool ladder_names(const struct ladder *l, const struct provider *p)
{
    for (size_t i = 0; i < l->n[p->stage]; i++)
        if (l->rung[p->stage][i] == p)
            return true;
    return false;
}

static bool is_word(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(text, word, n) == 0;
}

static enum err add_rung(struct ladder *l, enum provider_stage stage, const char *name, size_t n,
                         struct why *why)
{
    const struct provider *p = provider_find(stage, name, n);
    const char *of = provider_stage_name(stage);

    if (p == NULL)
        return why_set(why, ERR_CONFIG, "HOLOS_LADDER: \"%.*s\" is not a rung of %s", (int)n, name,
                       of);
    if (ladder_names(l, p))
        return why_set(why, ERR_CONFIG, "HOLOS_LADDER: %s names %s twice", of, p->name);
    l->rung[stage][l->n[stage]++] = p;
    return ERR_OK;
}

/* "google,whisper", `n` bytes. */
static enum err read_rungs(struct ladder *l, enum provider_stage stage, const char *p, size_t n,
                           struct why *why)
{
    enum err e = ERR_OK;

    l->n[stage] = 0;
    while (n > 0 && e == ERR_OK) {
        const char *comma = memchr(p, ',', n);
        size_t name = comma == NULL ? n : (size_t)(comma - p);
        e = add_rung(l, stage, p, name, why);
        size_t past = comma == NULL ? name : name + 1;
        p += past;
        n -= past;
    }
    return e;
}

/* "hear=google,whisper", `n` bytes. */
static enum err read_stage(struct ladder *l, const char *p, size_t n, struct why *why)
{
    const char *equals = memchr(p, '=', n);
    size_t name = equals == NULL ? n : (size_t)(equals - p);
    enum provider_stage stage = 0;

    while (stage < PROVIDER__STAGES && !is_word(p, name, provider_stage_name(stage)))
        stage++;
    if (stage == PROVIDER__STAGES || equals == NULL)
        return why_set(
            why, ERR_CONFIG,
            "HOLOS_LADDER: \"%.*s\" is not a stage: write hear=..., think=... or speak=...",
            (int)name, p);
    return read_rungs(l, stage, equals + 1, n - name - 1, why);
}

enum err ladder_read(const char *text, struct ladder *ret, struct why *why)
{
    struct ladder l = {0};
    enum err e = ERR_OK;

    for (enum provider_stage s = 0; s < PROVIDER__STAGES; s++)
        add_all(&l, s);
    while (e == ERR_OK && *(text += strspn(text, " ;")) != '\0') {
        size_t n = strcspn(text, " ;");
        e = read_stage(&l, text, n, why);
        text += n;
    }
    if (e == ERR_OK)
        *ret = l;
    return e;
}

const char *ladder_text(struct arena *a, const struct ladder *l)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    for (enum provider_stage s = 0; s < PROVIDER__STAGES; s++) {
        buf_printf(&b, "%s%s=", s == 0 ? "" : " ", provider_stage_name(s));
        for (size_t i = 0; i < l->n[s]; i++)
            buf_printf(&b, "%s%s", i == 0 ? "" : ",", l->rung[s][i]->name);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* ---- within a turn --------------------------------------------------------------------------- */

static struct ladder_rung *rung_of(struct env *env, const struct provider *p)
{
    return &env->ladder.rung[provider_index(p)];
}

/* Names stand between blanks: " speak-google ". */
static bool is_among(const char *names, const char *key)
{
    size_t n = strlen(key);

    for (const char *p = names; p != NULL && (p = strstr(p, key)) != NULL; p += n)
        if ((p == names || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* A server of this machine takes no money. */
static bool costs(const struct env *env, const struct provider *p)
{
    return provider_asks(p) && (p->is_local_server == NULL || !p->is_local_server(env->providers));
}

bool ladder_has(const struct env *env, const struct provider *p)
{
    return !(env->free_only && costs(env, p)) && ladder_names(&env->providers->ladder, p) &&
           providers_has(env->providers, p);
}

/* Is it in question at all? */
static bool is_open(struct env *env, const struct provider *p)
{
    const struct ladder_rung *r = rung_of(env, p);

    return r->asked != LADDER_PASS && ladder_has(env, p) && !r->stays_out &&
           !is_among(env->skips, provider_key(p).text);
}

bool ladder_is_available(struct env *env, const struct provider *p)
{
    struct ladder_rung *r = rung_of(env, p);

    return is_open(env, p) && (r->asked == LADDER_USE || env->store == NULL ||
                               breaker_look(env->store, provider_key(p).text, clock_unix_ms(),
                                            &r->noted) != BREAKER_SKIPPED);
}

/* Of a place that may be silent one worker tries one provider; who is asked there waits for that. */
static void take_probes_beside(struct env *env, const struct provider *p)
{
    for (size_t i = 0; providers[i] != NULL; i++) {
        const struct provider *q = providers[i];
        struct ladder_rung *r = rung_of(env, q);
        if (q != p && ladder_has(env, q) && provider_same_place(p, q) &&
            r->asked == LADDER_UNASKED &&
            breaker_ask(env->store, provider_key(q).text, clock_unix_ms(), env->deadline,
                        &r->noted) == BREAKER_PROBE)
            r->asked = LADDER_USE;
    }
}

/* A probe is taken in a transaction of its own. */
static enum breaker_state ask_breaker(struct env *env, const struct provider *p, bool *noted)
{
    const struct provider_key key = provider_key(p);

    if (env->store == NULL)
        return BREAKER_WORKS;
    enum breaker_state state = breaker_look(env->store, key.text, clock_unix_ms(), noted);
    if (state != BREAKER_PROBE)
        return state;
    if (env_commit(env, NULL) != ERR_OK)
        return BREAKER_SKIPPED;
    state = breaker_ask(env->store, key.text, clock_unix_ms(), env->deadline, noted);
    if (state == BREAKER_PROBE)
        take_probes_beside(env, p);
    return state;
}

bool ladder_claim(struct env *env, const struct provider *p)
{
    struct ladder_rung *r = rung_of(env, p);

    if (!is_open(env, p))
        return false;
    if (r->asked == LADDER_UNASKED)
        r->asked = ask_breaker(env, p, &r->noted) == BREAKER_SKIPPED ? LADDER_PASS : LADDER_USE;
    return r->asked == LADDER_USE;
}

static bool is_last(const struct env *env, const struct provider *p)
{
    const struct ladder *l = &env->providers->ladder;
    size_t n = l->n[p->stage];

    return n > 0 && l->rung[p->stage][n - 1] == p;
}

/* For the rest of the turn, and by the other workers; not told to them, it is still passed over here. */
static void pass_over(struct env *env, const struct provider *p, const struct failure *f)
{
    struct ladder_rung *r = rung_of(env, p);
    bool opened = false;

    r->asked = LADDER_PASS;
    r->worked = false;
    if (env->store == NULL || env_commit(env, NULL) != ERR_OK)
        return;
    (void)(breaker_failed(env->store, provider_key(p).text, f->hard, f->wait_ms, f->why.text,
                          clock_unix_ms(), deadline_cap_ms(env->deadline, NOTE_MS), &opened,
                          NULL) == ERR_OK);
}

static bool is_silent_too(const struct provider *p, const struct provider *q,
                          const struct failure *f)
{
    return f->of_account ? p->account != NULL && p->account == q->account
                         : provider_same_place(p, q);
}

void ladder_failed(struct env *env, const struct provider *p, const struct failure *f)
{
    struct ladder_rung *r = rung_of(env, p);

    env_fault(env, &f->why);
    /* Behind the last voice there is only silence: it is gone back to. */
    if (p->stage == PROVIDER_SPEAK && !is_last(env, p))
        r->stays_out = true;
    for (size_t i = 0; providers[i] != NULL; i++)
        if (providers[i] == p ||
            (f->mute && ladder_has(env, providers[i]) && is_silent_too(p, providers[i], f)))
            pass_over(env, providers[i], f);
}

void ladder_declined(struct env *env, const struct provider *p, const struct why *why)
{
    env_fault(env, why);
    rung_of(env, p)->asked = LADDER_PASS;
    rung_of(env, p)->worked = true;
}

void ladder_worked(struct env *env, const struct provider *p)
{
    rung_of(env, p)->worked = true;
}

static enum err add_skip(struct env *env, const char *key)
{
    const char *before = env->skips == NULL ? "" : env->skips;

    env->skips = arena_printf(env->arena, "%s%s%s", before, *before == '\0' ? "" : " ", key);
    return env->skips == NULL ? ERR_MEMORY : ERR_OK;
}

enum err ladder_save(struct env *env, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; providers[i] != NULL && e == ERR_OK; i++) {
        const struct ladder_rung *r = &env->ladder.rung[i];
        const struct provider_key key = provider_key(providers[i]);
        if (r->worked && r->noted)
            e = breaker_worked(env->store, key.text, why);
        if (e == ERR_OK && r->stays_out)
            e = add_skip(env, key.text);
    }
    return e;
}
