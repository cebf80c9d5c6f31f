#include "dialogue/hearing.h"

#include <assert.h>
#include <string.h>

#include "dialogue/errand.h"
#include "net/retry.h"

#define HEAR_TRIES 2
#define KEEP_MS    3000 /* of the budget, for thinking and speaking afterwards */

/* One recogniser: writes the request, reads the reply. */
struct recogniser {
    enum ladder_rung rung;
    enum retry_kind retry;
    enum err (*request)(struct conversation *c, const struct utterance *u, struct http_request *req,
                        struct verdict *v, struct why *why);
    enum err (*read)(struct conversation *c, const struct http_reply *reply, struct heard *ret,
                     struct verdict *v, struct why *why);
};

/* ---- Google -------------------------------------------------------------------------------------- */

static const char *model_of(const struct conversation *c)
{
    const struct outside *o = &c->house->outside;

    if (o->stt_refused_in != NULL && strcmp(o->stt_refused_in, c->profile->locale) == 0)
        return o->stt_model;
    return c->profile->hear.model;
}

static enum err google_ask(struct conversation *c, const struct utterance *u,
                           struct http_request *req, struct verdict *v, struct why *why)
{
    struct outside *o = &c->house->outside;
    struct google_access access = {0};
    const struct google_stt_ask ask = {
        .sound = u->sound,
        .language = c->profile->locale,
        .model = model_of(c),
        .hints = c->profile->hear.hints,
        .hints_n = c->profile->hear.hints_n,
        .punctuation = c->profile->hear.punctuation,
    };

    enum err e = google_session_access(&o->google, c->arena,
                                       deadline_cap_ms(c->deadline, o->hear_ms), &access, v, why);
    return e == ERR_OK ? google_stt_request(c->arena, &o->stt, &access, &ask, req, why) : e;
}

static enum err google_take(struct conversation *c, const struct http_reply *reply,
                            struct heard *ret, struct verdict *v, struct why *why)
{
    struct outside *o = &c->house->outside;
    struct google_stt_words words = {0};

    enum err e = google_stt_read(c->arena, reply, &words, v, why);
    if (v->kind == VERDICT_RENEW)
        google_session_refused(&o->google);
    if (v->kind == VERDICT_OTHER_MODEL) {
        o->stt_model = google_stt_fallback(&o->stt);
        o->stt_refused_in = c->profile->locale;
    }
    if (e == ERR_OK)
        *ret = (struct heard){.words = words.text, .confidence = words.confidence};
    return e;
}

/* ---- Whisper ------------------------------------------------------------------------------------- */

static enum err whisper_ask_for(struct conversation *c, const struct utterance *u,
                                struct http_request *req, struct verdict *v, struct why *why)
{
    const struct whisper_ask ask = {
        .sound = u->sound,
        .language = c->profile->language,
        .hints = c->profile->hear.hints,
        .hints_n = c->profile->hear.hints_n,
        .seed = (uint64_t)clock_mono_us() ^ (uint64_t)c->call.id << 40,
    };

    *v = (struct verdict){.kind = VERDICT_DONE};
    return whisper_request(c->arena, &c->house->outside.whisper, &ask, req, why);
}

static enum err whisper_take(struct conversation *c, const struct http_reply *reply,
                             struct heard *ret, struct verdict *v, struct why *why)
{
    struct whisper_words words = {0};

    enum err e = whisper_read(c->arena, reply, &words, v, why);
    if (e == ERR_OK)
        *ret = (struct heard){.words = words.text, .confidence = words.confidence};
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

static enum err ask_once(struct conversation *c, const struct recogniser *r,
                         const struct utterance *u, struct retry_case *how, struct heard *ret,
                         struct verdict *v, struct why *why)
{
    struct http_reply reply = {.retry_after_ms = -1};
    struct http_request req = {0};
    struct errand x = {0};

    enum err e = r->request(c, u, &req, v, why);
    if (e != ERR_OK)
        return e;
    *v = (struct verdict){.kind = VERDICT_AGAIN};
    e = errand_run(&x, c, r->rung, &req, c->house->outside.hear_ms, &reply, why);
    how->err = e;
    how->status = reply.status;
    how->retry_after_ms = reply.retry_after_ms;
    how->should_retry = reply.should_retry;
    how->sent = true;
    if (e == ERR_OK) {
        e = r->read(c, &reply, ret, v, why);
        errand_judge(&x, e, 0);
    }
    errand_drop(&x);
    return e;
}

/* What another try may mend at once: a token, a model, a moment's fault. */
static bool again(struct conversation *c, const struct recogniser *r, struct retry_case *how,
                  const struct verdict *v)
{
    int64_t wait_ms = 0;

    if (how->tries >= HEAR_TRIES || how->err == ERR_DEADLINE)
        return false;
    if (v->kind == VERDICT_RENEW || v->kind == VERDICT_OTHER_MODEL)
        return true;
    how->left_ms = deadline_left_ms(c->deadline) - KEEP_MS;
    return retry_judge(r->retry, how, &wait_ms) == RETRY_AGAIN &&
           deadline_sleep(c->deadline, (int)wait_ms);
}

static enum err ask_rung(struct conversation *c, const struct recogniser *r,
                         const struct utterance *u, struct heard *ret)
{
    struct verdict v = {.kind = VERDICT_DONE};
    struct retry_case how = {.retry_after_ms = -1};
    struct why why = {0};
    enum err e = ERR_OK;

    do {
        how.tries++;
        e = ask_once(c, r, u, &how, ret, &v, &why);
    } while (e != ERR_OK && e != ERR_MEMORY && e != ERR_FORMAT && again(c, r, &how, &v));
    ret->by = ladder_name(r->rung);
    if (e == ERR_OK)
        ladder_worked(c, r->rung);
    else if (e != ERR_MEMORY && e != ERR_FORMAT && v.kind != VERDICT_REQUEST)
        ladder_failed(c, r->rung, errand_is_hard(e, &v),
                      v.wait_s > 0 ? v.wait_s * 1000 : how.retry_after_ms, &why);
    else
        c->fault = why;
    return e;
}

bool hearing_may(struct conversation *c)
{
    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++)
        if (ladder_may(c, recognisers[i].rung))
            return true;
    return false;
}

bool hearing_has(const struct conversation *c)
{
    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++)
        if (ladder_has(c, recognisers[i].rung))
            return true;
    return false;
}

enum err hearing_ask(struct conversation *c, const struct utterance *u, struct heard *ret,
                     struct why *why)
{
    const struct ladder *l = &c->house->outside.ladder;
    enum err e = ERR_CHILD;

    for (size_t i = 0; i < l->n[LADDER_HEAR]; i++) {
        const struct recogniser *r = recogniser_of(l->rung[LADDER_HEAR][i]);
        if (!ladder_may(c, r->rung))
            continue;
        e = ask_rung(c, r, u, ret);
        if (e == ERR_MEMORY)
            return e;
        if (e == ERR_OK) {
            if (heard_is_invented(c->arena, c->profile->hear.invented, c->profile->hear.invented_n,
                                  ret->words))
                ret->words = "";
            return ERR_OK;
        }
    }
    if (e == ERR_FORMAT)
        return why_set(why, e, "%s", c->fault.text);
    return why_set(why, ERR_CHILD, "no recogniser answered");
}
