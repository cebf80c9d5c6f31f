#include "speech/recognise.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "language/invented.h"
#include "providers/attempt.h"
#include "providers/hedge.h"
#include "providers/providers.h"

/* ==== what recognisers invent ================================================================= */

/* What recognisers make up in silence: stock phrases, and loops of the same words. */

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

/* ==== hints =================================================================================== */

/* A set of texts with open addressing; never full. */
struct set {
    const char **slot;
    size_t mask;
};

static uint32_t hash(const char *s)
{
    uint32_t h = 2166136261U; /* FNV-1a */

    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

/* False if it was there already. */
static bool add(struct set *set, const char *s)
{
    size_t i = hash(s) & set->mask;

    for (; set->slot[i] != NULL; i = (i + 1) & set->mask)
        if (strcmp(set->slot[i], s) == 0)
            return false;
    set->slot[i] = s;
    return true;
}

enum err recognise_hints(struct arena *a, const char *const *text, size_t n,
                         const char *const **ret, size_t *ret_n)
{
    struct set set = {.mask = 1};
    size_t chars = 0;
    size_t kept = 0;

    n = n < PROVIDER_HINTS ? n : PROVIDER_HINTS;
    while (set.mask < 2 * n)
        set.mask = set.mask * 2 + 1;
    set.slot = arena_calloc(a, set.mask + 1, sizeof *set.slot);
    const char **hint = arena_calloc(a, n + 1, sizeof *hint);
    if (set.slot == NULL || hint == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        size_t length = text_length(text[i]);
        const char *folded = text_fold(a, text[i]);
        if (folded == NULL)
            return ERR_MEMORY;
        if (*folded == '\0' || length > PROVIDER_HINT_CHARS ||
            chars + length > PROVIDER_HINTS_CHARS || !add(&set, folded))
            continue;
        chars += length;
        hint[kept++] = text[i];
    }
    *ret = hint;
    *ret_n = kept;
    return ERR_OK;
}

/* ==== asking recognisers ====================================================================== */

#define KEEP_MS 3000 /* of the budget, for thinking and speaking afterwards */

/* A recogniser that is asked, or was. */
struct trial {
    struct trials *all;
    const struct provider *by;
    struct provider_utterance u;
    struct attempt_task task;
    struct attempt attempt;
    struct hedge_lane lane;
    struct provider_words words;
};

/* The trials of an utterance: usually one after the other, side by side when one is late. */
struct trials {
    struct env *env;
    struct provider_utterance u;
    struct hedge hedge;
    struct trial *trial; /* as many as the ladder has recognisers */
    size_t n;            /* of them were begun, or passed over */
    bool refused;        /* a recogniser does not take this coding */
    bool failed;         /* one that may take it failed, or is left alone just now */
    const struct trial *answered;
};

/* ---- one of them ----------------------------------------------------------------------------- */

static enum err write_request(void *of, struct http_request *ret, struct failure *f)
{
    struct trial *t = of;
    struct env *env = t->all->env;
    int most_ms = env->providers->hear_ms;

    t->u.until = deadline_cap_ms(env->deadline, most_ms);
    enum err e = t->by->hear.request(env, &t->u, ret, f);
    ret->deadline = deadline_cap_ms(env->deadline, most_ms); /* a token may have been waited for */
    t->lane.from_us = clock_mono_us();
    return e;
}

static enum err read_reply(void *of, const struct http_reply *reply, int64_t *ret_cost_microusd,
                           struct failure *f)
{
    struct trial *t = of;

    enum err e = t->by->hear.read(t->all->env, &t->u, reply, &t->words, f);
    if (e == ERR_OK)
        *ret_cost_microusd = t->by->hear.cost(&t->u, &t->words);
    return e;
}

/* For the rest of the process's life. */
static bool take_other(void *of)
{
    struct trial *t = of;
    const char *other = t->by->hear.other == NULL ? NULL : t->by->hear.other(&t->u);

    if (other == NULL)
        return false;
    providers_learn(t->all->env->providers, t->by, t->u.locale, t->all->u.model, other);
    t->u.model = other;
    return true;
}

static void prepare(struct trials *all, struct trial *t, const struct provider *by)
{
    *t = (struct trial){.all = all, .by = by, .u = all->u};
    t->u.model = providers_instead(all->env->providers, by, t->u.locale, t->u.model);
    t->task = attempt_task(all->env, by, KEEP_MS, t);
    t->task.request = write_request;
    t->task.read = read_reply;
    t->task.other = take_other;
}

/* A sound that a recogniser does not take, or refuses, says nothing of the recogniser. */
static void note_failure(struct trials *all, const struct trial *t, const struct failure *f)
{
    all->refused = all->refused || f->err == ERR_FORMAT;
    all->failed = all->failed || f->err != ERR_FORMAT;
    if (f->next == FAILURE_REQUEST)
        all->env->fault = f->why;
    else
        ladder_failed(all->env, t->by, f);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool may_start(const void *of)
{
    const struct trials *all = of;

    return all->n < all->env->providers->ladder.n[PROVIDER_HEAR] &&
           !deadline_passed(all->env->deadline);
}

/* The next recogniser of the ladder, if it may be asked. */
static enum err start(void *of)
{
    struct trials *all = of;
    const struct provider *by = all->env->providers->ladder.rung[PROVIDER_HEAR][all->n];
    struct trial *t = &all->trial[all->n++];
    struct failure f = {0};

    if (!ladder_claim(all->env, by)) {
        all->failed = all->failed || ladder_has(all->env, by);
        return ERR_CHILD;
    }
    prepare(all, t, by);
    enum err e = attempt_begin(&t->attempt, &t->task, &f);
    if (e == ERR_OK) {
        hedge_begin(&all->hedge, &t->lane, by);
        return ERR_OK;
    }
    if (e != ERR_MEMORY)
        note_failure(all, t, &f);
    return e == ERR_MEMORY ? e : ERR_CHILD;
}

static enum err take_one(struct trials *all, struct trial *t)
{
    struct failure f = {0};
    enum attempt_state state = attempt_move(&t->attempt, &f);

    if (state == ATTEMPT_RUNS)
        return ERR_CHILD;
    if (state == ATTEMPT_ANSWERED) {
        hedge_spoke(&all->hedge, &t->lane);
        ladder_worked(all->env, t->by);
        all->answered = t;
    }
    hedge_end(&all->hedge, &t->lane);
    if (state == ATTEMPT_ANSWERED || f.err == ERR_MEMORY)
        return state == ATTEMPT_ANSWERED ? ERR_OK : ERR_MEMORY;
    note_failure(all, t, &f);
    return ERR_CHILD;
}

static enum err take(void *of, enum err waited, struct why *why)
{
    struct trials *all = of;
    enum err e = ERR_CHILD;

    (void)why;
    for (size_t i = 0; i < all->n && e == ERR_CHILD; i++)
        if (all->trial[i].lane.running)
            e = take_one(all, &all->trial[i]);
    return e == ERR_CHILD && waited != ERR_OK ? waited : e;
}

static enum err run(struct trials *all, struct why *why)
{
    size_t n = all->env->providers->ladder.n[PROVIDER_HEAR];

    all->trial = arena_calloc(all->env->arena, n + 1, sizeof *all->trial);
    if (all->trial == NULL)
        return ERR_MEMORY;
    all->hedge = (struct hedge){
        .env = all->env,
        .unknown_ms = all->env->providers->hedge_ms,
        .at_once = HEDGE_LANES,
        .of = all,
        .may_start = may_start,
        .start = start,
        .take = take,
    };
    enum err e = hedge_run(&all->hedge, why);
    for (size_t i = 0; i < all->n; i++) {
        hedge_give_up(&all->hedge, &all->trial[i].lane);
        attempt_drop(&all->trial[i].attempt);
    }
    return e;
}

/* ---- an utterance ---------------------------------------------------------------------------- */

static enum err ask_for(struct env *env, const struct utterance *u, struct provider_utterance *ret)
{
    const struct profile *p = env->profile;

    *ret = (struct provider_utterance){
        .sound = u->sound,
        .ms = u->ms,
        .language = p->language,
        .locale = p->locale,
        .model = p->hear.model,
        .punctuation = p->hear.punctuation,
        .also = p->also,
        .also_n = p->also_n,
    };
    return recognise_hints(env->arena, p->hear.hints, p->hear.hints_n, &ret->hints, &ret->hints_n);
}

bool recognise_can(const struct env *env)
{
    const struct ladder *l = &env->providers->ladder;

    for (size_t i = 0; i < l->n[PROVIDER_HEAR]; i++)
        if (ladder_has(env, l->rung[PROVIDER_HEAR][i]))
            return true;
    return false;
}

static struct heard heard_by(const struct trial *t)
{
    return (struct heard){
        .words = t->words.text,
        .by = t->by->name,
        .confidence = t->words.confidence,
        .cost_microusd = t->by->hear.cost(&t->u, &t->words),
    };
}

static enum err drop_invented(struct env *env, struct heard *h)
{
    bool invented = false;

    enum err e = invented_cut(env->arena, h->words, &h->words);
    if (e != ERR_OK)
        return e;
    e = recognise_is_invented(env->arena, env->profile->hear.invented,
                              env->profile->hear.invented_n, h->words, &invented);
    if (e == ERR_OK && invented)
        h->words = "";
    return e;
}

enum err recognise(struct env *env, const struct utterance *u, struct heard *ret, struct why *why)
{
    struct trials all = {.env = env};

    enum err e = ask_for(env, u, &all.u);
    if (e == ERR_OK)
        e = run(&all, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK) {
        *ret = heard_by(all.answered);
        return drop_invented(env, ret);
    }
    if (all.refused && !all.failed)
        return why_set(why, ERR_FORMAT, "%s", env->fault.text);
    return why_set(why, ERR_CHILD, "no recogniser answered");
}

enum err recognise_by(struct env *env, const struct provider *by, struct provider_utterance *u,
                      struct provider_words *ret, struct failure *f)
{
    struct trials all = {.env = env, .u = *u};
    struct trial t;

    prepare(&all, &t, by);
    enum err e = attempt_run(&t.task, f);
    u->model = t.u.model;
    if (e == ERR_OK)
        *ret = t.words;
    return e;
}
