#include "lines/line.h"

#include <assert.h>

/* One request on its way to its answer. */
struct answering {
    const struct line *line;
    const struct line_input *in;
    struct call_turn *t;
    struct response *response;
    struct line_sound sound; /* of the whole answer, once it is made */
};

/* ---- a stream ---------------------------------------------------------------------------------- */

/* A caller who has gone does not stop the turn: the answer is still kept. */
static void on_heard(void *to, const char *transcript)
{
    const struct answering *a = to;

    a->line->heard(a->response, transcript);
    (void)response_flush(a->response);
}

static void on_sentence(void *to, const struct sentence *s)
{
    const struct answering *a = to;
    const struct line_sound sound = {.wav = s->sound.wav, .len = s->sound.len};

    a->line->sentence(a->response, s->text, &sound);
    if (!s->kept_back) /* else it goes with the end, when all is kept */
        (void)response_flush(a->response);
}

/* ---- the steps of an answer -------------------------------------------------------------------- */

static enum err begin(struct answering *a, struct why *why)
{
    struct turn_input in = a->in->turn;

    in.source = a->line->source;
    in.route = a->line->route;
    a->response->status = 200;
    a->response->type = a->in->stream ? a->line->stream_type : a->line->type;
    if (a->in->stream) {
        a->t->on_heard = on_heard;
        a->t->on_sentence = on_sentence;
        a->t->to = a;
    }
    return a->in->kind == LINE_GREETING ? call_turn_greet(a->t, &in, why)
                                        : call_turn_answer(a->t, &in, why);
}

static void answer_again(const struct delivery_reply *stored, struct response *r)
{
    r->status = stored->status;
    r->type = stored->type;
    r->body = stored->body;
    response_note(r, "replay=1");
}

static enum err make_sound(struct answering *a)
{
    if (!a->line->speaks || a->in->stream)
        return ERR_OK;
    return synthesise_sound(&a->t->voice, &a->sound.wav, &a->sound.len, &a->sound.sha256);
}

static enum err write_answer(const struct answering *a)
{
    const struct call_turn *t = a->t;
    const struct line_result result = {
        .profile = t->profile,
        .said = t->said,
        .sound = a->sound,
        .goes_on = t->goes_on,
        .transfer = t->goes_on ? NULL : t->transfer,
        .asks = t->goes_on ? t->asks : ASKS_NOTHING,
        .transcript = t->turn.heard == NULL ? "" : t->turn.heard,
        .turn = t->turn.n,
        .times = {.hear_us = t->turn.hear_us,
                  .think_us = t->turn.think_us,
                  .speak_us = t->turn.speak_us,
                  .total_us = clock_mono_us() - t->env.began_us},
    };

    enum err e = a->line->write(a->in, &result, a->response);
    return e == ERR_OK ? buf_err(&a->response->body.text) : e;
}

/* What is said of the call's going on must be what is kept. It is written before the store is
 * locked, and again in the rare case that the call was ended meanwhile. */
static enum err write_and_conclude(const struct answering *a, struct why *why)
{
    struct body *body = &a->response->body;
    size_t len = body->text.len;
    size_t sounds = body->sounds;
    bool told = a->t->goes_on;

    enum err e = write_answer(a);
    if (e == ERR_OK)
        e = call_turn_conclude(a->t, why);
    if (e != ERR_OK || a->t->goes_on == told)
        return e;
    body_cut(body, len, sounds);
    return write_answer(a);
}

/* For the request's line in the log. */
static void note(const struct answering *a)
{
    const struct call_turn *t = a->t;
    const char *end = effects_end(&t->effects);
    struct response *r = a->response;

    if (a->in->kind == LINE_GREETING)
        response_note(r, "call=%lld speak=%s", (long long)t->call.id, t->turn.speak_rung);
    else
        response_note(r,
                      "call=%lld turn=%d heard_by=%s think=%s speak=%s hear_us=%lld think_us=%lld "
                      "speak_us=%lld",
                      (long long)t->call.id, t->turn.n, t->turn.heard_by, t->turn.think_rung,
                      t->turn.speak_rung, (long long)t->turn.hear_us, (long long)t->turn.think_us,
                      (long long)t->turn.speak_us);
    if (end != NULL)
        response_note(r, "end=%s", end);
    if (t->env.fault.text[0] != '\0')
        response_note(r, "fault=\"%s\"", t->env.fault.text);
}

static enum err take(struct answering *a, struct why *why)
{
    struct response *r = a->response;

    enum err e = begin(a, why);
    if (e == ERR_OK && a->t->delivery.found == DELIVERY_DONE) {
        answer_again(a->t->delivery.reply, r);
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = make_sound(a);
    if (e == ERR_OK)
        e = write_and_conclude(a, why);
    if (e != ERR_OK)
        return e;
    const struct delivery_reply stored = {.status = r->status, .type = r->type, .body = r->body};
    e = call_turn_finish(a->t, &stored, why);
    note(a);
    return e;
}

/* The error is kept for the log; what the caller gets is the line's to write. */
static void refuse(const struct line *line, const struct line_input *in, enum err e,
                   struct response *r, const struct why *why)
{
    response_err(r, e, why);
    buf_clear(&r->body.text);
    r->retry_after_s = 0;
    line->refuse(in, e, r);
}

const char *line_apology(struct arena *a, const struct profile *p)
{
    const struct tm no_time = {0}; /* it tells none */

    return profile_phrase(a, p, p->broken != NULL ? p->say.broken : p->say.trouble, &no_time, NULL,
                          NULL);
}

/* The profile's excuse, as sound if the cache has it in a voice that costs nothing: nothing is asked
 * and nothing waited for. *v holds the sound. */
static enum err make_excuse(struct app *app, struct env *env, struct synthesis *v,
                            struct line_result *ret)
{
    const struct profile *p = env->profile;
    const char *said = line_apology(env->arena, p);

    if (said == NULL)
        return ERR_MEMORY;
    *ret = (struct line_result){.profile = p, .said = said, .goes_on = true, .transcript = ""};
    synthesise_begin(v, env, &app->speaker, &app->recent);
    enum err e = synthesise_cut(v, said, said);
    if (e != ERR_OK || !synthesise_ready(v, said))
        return e;
    return synthesise_sound(v, &ret->sound.wav, &ret->sound.len, &ret->sound.sha256);
}

/* `p` NULL: it is not known whose call it is. */
static enum err excuse(const struct line *line, struct app *app, const struct request *request,
                       const struct profile *p, enum err e, struct response *r, struct why *why)
{
    struct env env = {.arena = request->arena, .free_only = true};
    struct synthesis v = {0};
    struct line_result result;

    if (line->excuse == NULL || err_status(e) < 500 || app->open[APP_PROFILES] == NULL)
        return e;
    env.providers = &app->providers;
    env.profile = p == NULL ? app_profile(app, "") : p;
    if (make_excuse(app, &env, &v, &result) == ERR_OK) {
        response_err(r, e, why);
        body_cut(&r->body, 0, 0);
        line->excuse(err_public(e) ? r->why.text : err_text(e), &result, r);
        if (buf_err(&r->body.text) != ERR_OK)
            response_err(r, e, why);
        e = ERR_OK;
    }
    synthesise_drop(&v);
    return e;
}

enum err line_excuse(const struct line *line, struct app *app, const struct request *request,
                     enum err e, struct response *response, struct why *why)
{
    return excuse(line, app, request, NULL, e, response, why);
}

enum err line_answer(const struct line *line, struct app *app, const struct request *request,
                     struct response *response, struct why *why)
{
    struct line_input in = {.kind = LINE_ANSWERED};
    const struct profile *p = NULL;

    enum err e = line->read(app, request, &in, response, why);
    if (e == ERR_OK && in.kind != LINE_ANSWERED) {
        struct call_turn t = {.app = app,
                              .arena = request->arena,
                              .deadline = request->deadline,
                              .waited_ms = request->waited_ms};
        struct answering a = {.line = line, .in = &in, .t = &t, .response = response};
        assert(!in.stream || line->stream_type != NULL);
        e = take(&a, why);
        p = t.profile == NULL && in.turn.called != NULL ? app_profile(app, in.turn.called)
                                                        : t.profile;
        call_turn_release(&t);
    }
    e = request_memory(request->arena, request->len, e, why);
    if (e != ERR_OK && !response->streaming)
        e = excuse(line, app, request, p, e, response, why);
    if (e == ERR_OK || line->refuse == NULL || response->streaming)
        return e;
    refuse(line, &in, e, response, why);
    return ERR_OK;
}
