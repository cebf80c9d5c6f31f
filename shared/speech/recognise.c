#include "speech/recognise.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "providers/attempt.h"
#include "providers/providers.h"
#include "net/retry.h"
#include "speech/utterance.h"

/* ==== what recognisers invent ================================================================= */

/* What recognisers make up where nobody speaks: stock phrases, and loops of the same words. */

/* A person repeats a word ("алло, алло, алло") and a digit, hardly a whole phrase. */
#define LOOP_WORD   8 /* times one word must come */
#define LOOP_PHRASE 4 /* times several words must come */
#define LOOP_LENGTH 8 /* words of a phrase that is looked for */

struct words {
    const char **word; /* into a folded text, each up to its blank */
    size_t n;
};

static size_t length_of(const char *word)
{
    return strcspn(word, " ");
}

static bool is_same(const char *a, const char *b)
{
    size_t n = length_of(a);

    return n == length_of(b) && memcmp(a, b, n) == 0;
}

static bool split(struct arena *a, const char *folded, struct words *ret)
{
    struct words w = {0};

    w.word = arena_alloc(a, (strlen(folded) / 2 + 1) * sizeof *w.word);
    if (w.word == NULL)
        return false;
    while (*folded != '\0') {
        w.word[w.n++] = folded;
        folded += length_of(folded);
        folded += *folded == ' ';
    }
    *ret = w;
    return true;
}

/* The bytes of `text` that the phrase takes as whole words; 0: it does not begin so. */
static size_t takes(const char *text, const char *phrase)
{
    size_t n = strlen(phrase);

    return n > 0 && strncmp(text, phrase, n) == 0 && (text[n] == ' ' || text[n] == '\0') ? n : 0;
}

/* Is the whole text made of the phrases, one after the other? The longest that fits goes first. */
static bool is_stock(const char *const *phrases, size_t n, const char *folded)
{
    while (*folded != '\0') {
        size_t most = 0;
        for (size_t i = 0; i < n; i++) {
            size_t taken = takes(folded, phrases[i]);
            most = taken > most ? taken : most;
        }
        if (most == 0)
            return false;
        folded += most;
        folded += *folded == ' ';
    }
    return true;
}

/* The same `length` words over and over, to the end, which may be cut. */
static bool is_loop_of(const struct words *w, size_t length)
{
    size_t times = length == 1 ? LOOP_WORD : LOOP_PHRASE;

    if (w->n < length * times)
        return false;
    for (size_t i = length; i < w->n; i++)
        if (!is_same(w->word[i], w->word[i - length]))
            return false;
    return true;
}

static bool is_loop(const struct words *w)
{
    for (size_t length = 1; length <= LOOP_LENGTH; length++)
        if (is_loop_of(w, length))
            return true;
    return false;
}

enum err recognise_is_invented(struct arena *a, const char *const *phrases, size_t n,
                               const char *text, bool *ret)
{
    struct words words = {0};
    const char *folded = text_fold(a, text);

    if (folded == NULL || !split(a, folded, &words))
        return ERR_MEMORY;
    /* Nothing at all: nothing was made up. */
    *ret = words.n > 0 && (is_stock(phrases, n, folded) || is_loop(&words));
    return ERR_OK;
}

/* ==== asking recognisers ====================================================================== */

#define HEAR_TRIES 2
#define KEEP_MS    3000 /* of the budget, for thinking and speaking afterwards */

/* One recogniser: writes the request, reads the reply. */
struct recogniser {
    enum ladder_rung rung;
    enum retry_kind retry;
    enum err (*request)(struct env *env, const struct utterance *u, struct http_request *req,
                        struct verdict *v, struct why *why);
    enum err (*read)(struct env *env, const struct utterance *u, const struct http_reply *reply,
                     struct heard *ret, struct verdict *v, struct why *why);
};

/* ---- Google -------------------------------------------------------------------------------------- */

static enum err google_ask(struct env *env, const struct utterance *u, struct http_request *req,
                           struct verdict *v, struct why *why)
{
    struct providers *o = env->providers;
    struct google_access access = {0};
    const struct google_stt_ask ask = {
        .sound = u->sound,
        .language = env->profile->locale,
        .model = providers_instead(o, env->profile->locale, env->profile->hear.model),
        .hints = env->profile->hear.hints,
        .hints_n = env->profile->hear.hints_n,
        .punctuation = env->profile->hear.punctuation,
    };

    enum err e = google_session_is_ready(&o->google) ? ERR_OK : env_commit(env, why);
    if (e == ERR_OK)
        e = google_session_access(&o->google, env->arena,
                                  deadline_cap_ms(env->deadline, o->hear_ms), &access, v, why);
    return e == ERR_OK ? google_stt_request(env->arena, &o->stt, &access, &ask, req, why) : e;
}

static enum err google_take(struct env *env, const struct utterance *u,
                            const struct http_reply *reply, struct heard *ret, struct verdict *v,
                            struct why *why)
{
    struct providers *o = env->providers;
    struct google_stt_words words = {0};

    enum err e = google_stt_read(env->arena, reply, &words, v, why);
    if (v->kind == VERDICT_RENEW)
        google_session_refused(&o->google, NULL);
    if (v->kind == VERDICT_OTHER_MODEL)
        providers_learn(o, env->profile->locale, env->profile->hear.model,
                        google_stt_fallback(&o->stt));
    if (e == ERR_OK)
        *ret = (struct heard){
            .words = words.text,
            .confidence = words.confidence,
            .cost_microusd = google_stt_cost(
                &o->stt, providers_instead(o, env->profile->locale, env->profile->hear.model),
                &words, u->ms),
        };
    return e;
}

/* ---- Whisper ------------------------------------------------------------------------------------- */

static enum err whisper_ask_for(struct env *env, const struct utterance *u,
                                struct http_request *req, struct verdict *v, struct why *why)
{
    const struct whisper_ask ask = {
        .sound = u->sound,
        .language = env->profile->language,
        .hints = env->profile->hear.hints,
        .hints_n = env->profile->hear.hints_n,
        .seed = (uint64_t)clock_mono_us() ^ (uint64_t)env->call_id << 40,
    };

    *v = (struct verdict){.kind = VERDICT_DONE};
    return whisper_request(env->arena, &env->providers->whisper, &ask, req, why);
}

static enum err whisper_take(struct env *env, const struct utterance *u,
                             const struct http_reply *reply, struct heard *ret, struct verdict *v,
                             struct why *why)
{
    struct whisper_words words = {0};

    enum err e = whisper_read(env->arena, reply, &words, v, why);
    if (e == ERR_OK)
        *ret = (struct heard){
            .words = words.text,
            .confidence = words.confidence,
            .cost_microusd = whisper_cost(&env->providers->whisper, &words, u->ms),
        };
    return e;
}

/* ---- the ladder ---------------------------------------------------------------------------------- */

static const struct recogniser recognisers[] = {
    {LADDER_HEAR_GOOGLE, RETRY_SPEECH, google_ask, google_take},
    {LADDER_HEAR_WHISPER, RETRY_LOCAL, whisper_ask_for, whisper_take},
};

static const struct recogniser *recogniser_of(enum ladder_rung r)
{
    size_t i = 0;

    while (recognisers[i].rung != r) {
        i++;
        assert(i < sizeof recognisers / sizeof recognisers[0]);
    }
    return &recognisers[i];
}

/* A recogniser that is being asked. */
struct trial {
    const struct recogniser *r;
    struct attempt errand;
    struct retry_case how;
    struct verdict v;
    struct why why;
    int64_t from_us;
    bool running;
};

/* The trials of an utterance: usually one after the other, side by side when one is late. */
struct trials {
    struct env *env;
    const struct utterance *u;
    struct trial trial[LADDER__MAX];
    size_t n;
    bool refused; /* a recogniser does not take this coding */
    bool failed;  /* one that may take it failed, or is left alone just now */
};

static enum err start(struct trials *all, struct trial *t)
{
    struct http_request req = {0};

    t->how.tries++;
    t->how.chance = (uint8_t)clock_mono_us(); /* workers that failed together come back apart */
    t->how.retry_after_ms = -1;
    t->from_us = clock_mono_us();
    enum err e = t->r->request(all->env, all->u, &req, &t->v, &t->why);
    if (e == ERR_OK)
        e = attempt_start(&t->errand, all->env, t->r->rung, &req, all->env->providers->hear_ms,
                          &t->why);
    t->running = e == ERR_OK;
    return e;
}

static int elapsed_ms(const struct trial *t)
{
    return (int)((clock_mono_us() - t->from_us) / 1000);
}

static enum err take(struct trials *all, struct trial *t, struct heard *ret)
{
    struct http_reply reply = {.retry_after_ms = -1};

    t->running = false;
    t->v = (struct verdict){.kind = VERDICT_AGAIN};
    enum err e = attempt_result(&t->errand, &reply, &t->why);
    t->how.err = e;
    t->how.sent = http_times_of(t->errand.transfer).sent > 0;
    t->how.status = reply.status;
    t->how.retry_after_ms = reply.retry_after_ms;
    t->how.should_retry = reply.should_retry;
    if (e == ERR_OK) {
        e = t->r->read(all->env, all->u, &reply, ret, &t->v, &t->why);
        t->how.retry_after_ms = verdict_pause_ms(&t->v, reply.retry_after_ms);
        attempt_pay(&t->errand, e, e == ERR_OK ? ret->cost_microusd : 0);
    }
    attempt_drop(&t->errand);
    return e;
}

static enum retry_kind retry_of(const struct env *env, const struct recogniser *r)
{
    bool own = r->rung != LADDER_HEAR_WHISPER || whisper_is_cpp(&env->providers->whisper);

    return own ? r->retry : RETRY_MODEL; /* OpenAI's rules are the same for all it sells */
}

/* What another try may mend at once: a token, a model, a moment's fault. */
static bool again(struct env *env, struct trial *t)
{
    int64_t wait_ms = 0;

    if (t->v.kind == VERDICT_RENEW)
        return t->how.tries < GOOGLE_SESSION_TRIES;
    if (t->how.tries >= HEAR_TRIES || t->how.err == ERR_DEADLINE || t->v.kind == VERDICT_OPERATOR)
        return false;
    if (t->v.kind == VERDICT_OTHER_MODEL)
        return true;
    t->how.left_ms = attempt_pause_ms(env, KEEP_MS);
    return retry_judge(retry_of(env, t->r), &t->how, &wait_ms) == RETRY_AGAIN &&
           deadline_sleep(env->deadline, (int)wait_ms);
}

static void note_failure(struct trials *all, struct trial *t, enum err e)
{
    struct env *env = all->env;

    all->refused = all->refused || e == ERR_FORMAT;
    all->failed = all->failed || e != ERR_FORMAT;
    if (e == ERR_FORMAT || t->v.kind == VERDICT_REQUEST)
        env->fault = t->why;
    else
        ladder_failed(env, t->r->rung, attempt_is_hard(e, &t->v),
                      verdict_pause_ms(&t->v, t->how.retry_after_ms), &t->why);
}

/* The next recogniser of the ladder that was not asked yet, if it may be. ERR_CHILD: there is none. */
static enum err start_next(struct trials *all)
{
    const struct ladder *l = &all->env->providers->ladder;

    while (all->n < l->n[LADDER_HEAR]) {
        struct trial *t = &all->trial[all->n++];
        t->r = recogniser_of(l->rung[LADDER_HEAR][all->n - 1]);
        if (!ladder_may(all->env, t->r->rung)) {
            all->failed = all->failed || ladder_has(all->env, t->r->rung);
            continue;
        }
        enum err e = start(all, t);
        if (e == ERR_OK || e == ERR_MEMORY)
            return e;
        note_failure(all, t, e);
    }
    return ERR_CHILD;
}

/* Takes what has come. ERR_OK: somebody heard it; ERR_CHILD: not yet. */
static enum err take_ended(struct trials *all, struct heard *ret)
{
    for (size_t i = 0; i < all->n; i++) {
        struct trial *t = &all->trial[i];
        if (!t->running || !attempt_ended(&t->errand))
            continue;
        enum err e = take(all, t, ret);
        if (e == ERR_OK) {
            latency_note(&all->env->providers->latency[t->r->rung], elapsed_ms(t));
            ladder_worked(all->env, t->r->rung);
            ret->by = ladder_name(t->r->rung);
            return ERR_OK;
        }
        if (e != ERR_MEMORY && e != ERR_FORMAT && again(all->env, t))
            e = start(all, t);
        if (e == ERR_MEMORY)
            return e;
        if (e != ERR_OK)
            note_failure(all, t, e);
    }
    return ERR_CHILD;
}

static size_t running(const struct trials *all)
{
    size_t n = 0;

    for (size_t i = 0; i < all->n; i++)
        n += all->trial[i].running;
    return n;
}

/* When the one asked last is late, and another shall be asked beside it; else the turn's end. */
static struct deadline patience(const struct trials *all)
{
    const struct providers *o = all->env->providers;
    const struct trial *last = &all->trial[all->n - 1];

    if (o->hedge_ms == 0 || !last->running || all->n == o->ladder.n[LADDER_HEAR])
        return all->env->deadline;
    int late_ms = latency_late_ms(&o->latency[last->r->rung], o->hedge_ms);
    struct deadline d = {last->from_us + (int64_t)late_ms * 1000};
    return d.at_us < all->env->deadline.at_us ? d : all->env->deadline;
}

static enum err run_trials(struct trials *all, struct heard *ret)
{
    enum err e = start_next(all);

    while (e == ERR_OK || (e == ERR_CHILD && running(all) > 0)) {
        struct deadline until = patience(all);
        e = attempt_wait_until(all->env, until, NULL);
        if (e != ERR_MEMORY)
            e = take_ended(all, ret);
        if (e == ERR_OK || e == ERR_MEMORY || deadline_passed(all->env->deadline) ||
            env_commit_error(all->env, NULL) != ERR_OK)
            return e;
        bool late = until.at_us < all->env->deadline.at_us && deadline_passed(until);
        if (running(all) == 0 || late)
            e = start_next(all);
    }
    return e;
}

static void drop(struct trials *all, struct trial *t)
{
    struct providers *o = all->env->providers;

    if (t->running)
        latency_note_given_up(&o->latency[t->r->rung], elapsed_ms(t), o->hedge_ms);
    attempt_drop(&t->errand);
}

bool recognise_can(const struct env *env)
{
    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++)
        if (ladder_has(env, recognisers[i].rung))
            return true;
    return false;
}

static enum err drop_invented(struct env *env, struct heard *h)
{
    bool invented = false;

    enum err e = recognise_is_invented(env->arena, env->profile->hear.invented,
                                       env->profile->hear.invented_n, h->words, &invented);
    if (e == ERR_OK && invented)
        h->words = "";
    return e;
}

enum err recognise(struct env *env, const struct utterance *u, struct heard *ret, struct why *why)
{
    struct trials all = {.env = env, .u = u};

    enum err e = run_trials(&all, ret);
    for (size_t i = 0; i < all.n; i++)
        drop(&all, &all.trial[i]);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK)
        return drop_invented(env, ret);
    if (all.refused && !all.failed)
        return why_set(why, ERR_FORMAT, "%s", env->fault.text);
    return why_set(why, ERR_CHILD, "no recogniser answered");
}
