#include "providers/ladder.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "providers/env.h"
#include "providers/providers.h"

#define TEXT_MAX 512
#define NOTE_MS  500 /* longest wait to tell the others of a failure */

static const struct {
    const char *name, *key;
    enum ladder_stage stage;
} rungs[LADDER__MAX] = {
#define HEAR               "hear"
#define THINK              "think"
#define SPEAK              "speak"
#define RUNG(id, in, text) [LADDER_##id] = {text, in "-" text, LADDER_##in},
#include "providers/rungs.def"
#undef RUNG
#undef HEAR
#undef THINK
#undef SPEAK
};

static const char *const stages[LADDER__STAGES] = {"hear", "think", "speak"};

const char *ladder_name(enum ladder_rung r)
{
    assert(r < LADDER__MAX);
    return rungs[r].name;
}

const char *ladder_key(enum ladder_rung r)
{
    assert(r < LADDER__MAX);
    return rungs[r].key;
}

const char *ladder_stage_name(enum ladder_rung r)
{
    assert(r < LADDER__MAX);
    return stages[rungs[r].stage];
}

enum ladder_stage ladder_stage_of(enum ladder_rung r)
{
    assert(r < LADDER__MAX);
    return rungs[r].stage;
}

const char *ladder_stage_text(enum ladder_stage s)
{
    assert(s < LADDER__STAGES);
    return stages[s];
}

/* ---- the setting -------------------------------------------------------------------------------- */

static void add_all(struct ladder *l, enum ladder_stage stage)
{
    l->n[stage] = 0;
    for (enum ladder_rung r = 0; r < LADDER__MAX; r++)
        if (rungs[r].stage == stage)
            l->rung[stage][l->n[stage]++] = r;
}

static bool is_word(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(text, word, n) == 0;
}

static enum err add_rung(struct ladder *l, enum ladder_stage stage, const char *name, size_t n,
                         struct why *why)
{
    enum ladder_rung r = 0;

    while (r < LADDER__MAX && (rungs[r].stage != stage || !is_word(name, n, rungs[r].name)))
        r++;
    if (r == LADDER__MAX)
        return why_set(why, ERR_CONFIG, "HOLOS_LADDER: \"%.*s\" is no rung of %s", (int)n, name,
                       stages[stage]);
    for (size_t i = 0; i < l->n[stage]; i++)
        if (l->rung[stage][i] == r)
            return why_set(why, ERR_CONFIG, "HOLOS_LADDER: %s names %s twice", stages[stage],
                           rungs[r].name);
    l->rung[stage][l->n[stage]++] = r;
    return ERR_OK;
}

/* "google,whisper", `n` bytes. */
static enum err read_rungs(struct ladder *l, enum ladder_stage stage, const char *p, size_t n,
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
    enum ladder_stage stage = 0;

    while (stage < LADDER__STAGES && !is_word(p, name, stages[stage]))
        stage++;
    if (stage == LADDER__STAGES || equals == NULL)
        return why_set(why, ERR_CONFIG,
                       "HOLOS_LADDER: \"%.*s\" is no stage: write hear=..., think=... or speak=...",
                       (int)name, p);
    return read_rungs(l, stage, equals + 1, n - name - 1, why);
}

enum err ladder_read(const char *text, struct ladder *ret, struct why *why)
{
    struct ladder l = {0};
    enum err e = ERR_OK;

    for (enum ladder_stage s = 0; s < LADDER__STAGES; s++)
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
    for (enum ladder_stage s = 0; s < LADDER__STAGES; s++) {
        buf_printf(&b, "%s%s=", s == 0 ? "" : " ", stages[s]);
        for (size_t i = 0; i < l->n[s]; i++)
            buf_printf(&b, "%s%s", i == 0 ? "" : ",", rungs[l->rung[s][i]].name);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* ---- within a turn ------------------------------------------------------------------------------ */

static bool is_named(const struct ladder *l, enum ladder_rung r)
{
    enum ladder_stage s = rungs[r].stage;

    for (size_t i = 0; i < l->n[s]; i++)
        if (l->rung[s][i] == r)
            return true;
    return false;
}

/* Names stand between blanks: " speak-google ". */
static bool stays_out(const struct env *env, enum ladder_rung r)
{
    const char *skips = env->skips == NULL ? "" : env->skips;
    size_t n = strlen(rungs[r].key);

    if (env->ladder.stays_out[r])
        return true;
    for (const char *p = skips; (p = strstr(p, rungs[r].key)) != NULL; p += n)
        if ((p == skips || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

bool ladder_has(const struct env *env, enum ladder_rung r)
{
    return providers_has(env->providers, r) && is_named(&env->providers->ladder, r);
}

bool ladder_might(struct env *env, enum ladder_rung r)
{
    struct ladder_turn *t = &env->ladder;

    if (t->asked[r] == LADDER_PASS || !ladder_has(env, r) || stays_out(env, r))
        return false;
    return t->asked[r] == LADDER_USE ||
           breaker_look(env->store, rungs[r].key, clock_unix_ms(), &t->noted[r]) != BREAKER_SKIPPED;
}

/* A probe is taken in a transaction of its own. */
static enum breaker_state ask_breaker(struct env *env, enum ladder_rung r)
{
    struct store *s = env->store;
    bool *noted = &env->ladder.noted[r];

    enum breaker_state state = breaker_look(s, rungs[r].key, clock_unix_ms(), noted);
    if (state != BREAKER_PROBE)
        return state;
    if (env_commit(env, NULL) != ERR_OK)
        return BREAKER_SKIPPED;
    return breaker_ask(s, rungs[r].key, clock_unix_ms(), env->deadline, noted);
}

bool ladder_may(struct env *env, enum ladder_rung r)
{
    struct ladder_turn *t = &env->ladder;

    if (t->asked[r] == LADDER_PASS || !ladder_has(env, r) || stays_out(env, r))
        return false;
    if (t->asked[r] == LADDER_UNASKED)
        t->asked[r] = ask_breaker(env, r) == BREAKER_SKIPPED ? LADDER_PASS : LADDER_USE;
    return t->asked[r] == LADDER_USE;
}

void ladder_failed(struct env *env, enum ladder_rung r, bool hard, int64_t again_ms,
                   const struct why *why)
{
    bool opened = false;

    env->faults++;
    env->fault = *why;
    env->ladder.asked[r] = LADDER_PASS;
    env->ladder.worked[r] = false;
    if (rungs[r].stage == LADDER_SPEAK)
        env->ladder.stays_out[r] = true;
    if (env_commit(env, NULL) != ERR_OK)
        return;
    /* Not told to the others, it is still passed over here. */
    (void)(breaker_failed(env->store, rungs[r].key, hard, again_ms, why->text, clock_unix_ms(),
                          deadline_cap_ms(env->deadline, NOTE_MS), &opened, NULL) == ERR_OK);
}

void ladder_declined(struct env *env, enum ladder_rung r, const struct why *why)
{
    env->faults++;
    env->fault = *why;
    env->ladder.asked[r] = LADDER_PASS;
    env->ladder.worked[r] = true;
}

void ladder_worked(struct env *env, enum ladder_rung r)
{
    env->ladder.worked[r] = true;
}

static enum err add_skip(struct env *env, enum ladder_rung r)
{
    const char *before = env->skips == NULL ? "" : env->skips;

    env->skips =
        arena_printf(env->arena, "%s%s%s", before, *before == '\0' ? "" : " ", rungs[r].key);
    return env->skips == NULL ? ERR_MEMORY : ERR_OK;
}

enum err ladder_save(struct env *env, struct why *why)
{
    enum err e = ERR_OK;

    for (enum ladder_rung r = 0; r < LADDER__MAX && e == ERR_OK; r++) {
        if (env->ladder.worked[r] && env->ladder.noted[r])
            e = breaker_worked(env->store, rungs[r].key, why);
        if (e == ERR_OK && env->ladder.stays_out[r])
            e = add_skip(env, r);
    }
    return e;
}
