#include "dialogue/model.h"

#include <string.h>

#include "dialogue/errand.h"
#include "dialogue/model-acts.h"
#include "dialogue/model-history.h"
#include "dialogue/voicing.h"

#define ROUNDS  4    /* of tools within one turn */
#define KEEP_MS 3000 /* of the budget, for the voice of what comes last */

/* One rung's attempt. */
struct attempt {
    struct conversation *c;
    enum ladder_rung rung;
    struct claude_ask ask;
    struct model_history history;
    struct acts acts;
    struct claude_answer answer;
    bool hard;
    bool mute;    /* nothing at all came from where the models are */
    bool refused; /* the model would not answer: that is no fault of the rung */
    int64_t again_ms;
    int64_t from_us;
};

static const enum ladder_rung models[] = {LADDER_THINK_CLAUDE, LADDER_THINK_CLAUDE_2,
                                          LADDER_THINK_FALLBACK};

static bool is_model(enum ladder_rung r)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++)
        if (models[i] == r)
            return true;
    return false;
}

/* The models that stand before the rules in the ladder. */
static size_t count_before_rules(const struct ladder *l)
{
    size_t n = 0;

    while (n < l->n[LADDER_THINK] && is_model(l->rung[LADDER_THINK][n]))
        n++;
    return n;
}

bool model_has(const struct conversation *c)
{
    const struct ladder *l = &c->house->outside.ladder;

    if (c->profile->prompt == NULL)
        return false;
    for (size_t i = 0, n = count_before_rules(l); i < n; i++)
        if (ladder_has(c, l->rung[LADDER_THINK][i]))
            return true;
    return false;
}

bool model_may(struct conversation *c)
{
    const struct ladder *l = &c->house->outside.ladder;

    if (!model_has(c))
        return false;
    for (size_t i = 0, n = count_before_rules(l); i < n; i++)
        if (ladder_may(c, l->rung[LADDER_THINK][i]))
            return true;
    return false;
}

/* ---- one request --------------------------------------------------------------------------------- */

static enum err on_text(void *to, const char *text, size_t n)
{
    struct attempt *at = to;

    return voicing_add(at->c, text, n);
}

/* While the model writes, the voices of what it has written are asked for and taken. */
static enum err stream(struct attempt *at, struct http_request *req, struct claude_stream *s,
                       struct http_reply *reply, struct why *why)
{
    struct conversation *c = at->c;
    struct errand x = {0};
    int left = deadline_left_ms(c->deadline) - KEEP_MS;

    if (left <= 0)
        return why_set(why, ERR_DEADLINE, "no time was left for a model");
    req->on_bytes = claude_stream_bytes;
    req->to = s;
    req->first_byte_ms = c->house->outside.think_first_ms;
    int most = c->house->outside.think_ms;
    enum err e = errand_start(&x, c, at->rung, req, left < most ? left : most, why);
    while (e == ERR_OK && !errand_ended(&x)) {
        e = errand_wait(c, why);
        voicing_move(c);
    }
    if (e == ERR_OK)
        e = errand_result(&x, reply, why);
    struct why told = {0};
    enum err whole = claude_stream_end(s, reply->status, &at->answer, &told);
    if (e == ERR_OK && whole != ERR_OK)
        e = why_set(why, whole, "%s", told.text);
    errand_judge(&x, e, at->answer.cost_microusd);
    errand_drop(&x);
    return e;
}

static void count_usage(struct conversation *c, const struct claude_answer *a)
{
    c->turn.tokens_in += a->usage.in + a->usage.cache_read + a->usage.cache_write;
    c->turn.tokens_out += a->usage.out;
    if (a->cost_microusd > 0)
        c->turn.cost_microusd += a->cost_microusd;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0';
}

/* Nothing that could be said or done, in this turn so far: another one may know an answer. */
static bool is_no_answer(const struct attempt *at)
{
    return at->answer.tools == 0 && at->c->sentences == 0 && !at->acts.done &&
           (at->answer.stop == CLAUDE_REFUSAL || is_blank(at->answer.text));
}

/* The last sentence may be half a sentence. */
static bool is_cut(const struct claude_answer *a)
{
    return a->stop == CLAUDE_MAX_TOKENS || a->stop == CLAUDE_REFUSAL ||
           a->stop == CLAUDE_CONTEXT_FULL;
}

/* ERR_OK: the answer is whole. The text of one that was cut short has been taken by voicing_add. */
static enum err ask_once(struct attempt *at, struct why *why)
{
    struct conversation *c = at->c;
    struct http_request req = {0};
    struct http_reply reply = {.retry_after_ms = -1};
    struct claude_stream s;

    at->answer = (struct claude_answer){.text = ""};
    at->ask.message = at->history.message;
    at->ask.messages = at->history.n;
    enum err e = claude_request(c->arena, &c->house->outside.claude, &at->ask, &req, why);
    if (e != ERR_OK)
        return e;
    claude_stream_init(&s, c->arena, on_text, at);
    e = stream(at, &req, &s, &reply, why);
    count_usage(c, &at->answer);
    at->again_ms = reply.retry_after_ms;
    at->mute = reply.status == 0 && s.came == 0;
    at->hard = s.error.fault == CLAUDE_AUTH || s.error.fault == CLAUDE_BILLING ||
               s.error.fault == CLAUDE_FORBIDDEN || s.error.fault == CLAUDE_RATE_LIMITED ||
               s.error.fault == CLAUDE_NOT_FOUND;
    claude_stream_release(&s);
    if (e == ERR_OK && is_no_answer(at)) {
        at->refused = true;
        e = why_set(why, ERR_PEER, "the model %s",
                    at->answer.stop == CLAUDE_REFUSAL ? "refused to answer" : "said nothing");
    }
    return e;
}

/* ---- a turn of one model ------------------------------------------------------------------------- */

/* In the last round there is nothing left but words. */
static enum err rounds(struct attempt *at, struct why *why)
{
    enum err e = ERR_OK;

    for (int i = 1; i <= ROUNDS && e == ERR_OK && at->acts.end == NULL; i++) {
        at->ask.words_only = i == ROUNDS;
        at->acts.said_before = at->c->sentences;
        e = ask_once(at, why);
        if (e != ERR_OK || at->answer.tools == 0)
            break;
        e = voicing_pause(at->c);
        if (e == ERR_OK)
            e = acts_run(&at->acts, &at->answer, &at->history, why);
    }
    return e;
}

static const char *model_of(const struct conversation *c, enum ladder_rung r)
{
    const struct claude_setup *s = &c->house->outside.claude;

    return r == LADDER_THINK_FALLBACK ? s->fallback_model : s->model;
}

static void prepare(struct attempt *at, struct conversation *c, enum ladder_rung r,
                    const struct prompt *prompt)
{
    at->c = c;
    at->rung = r;
    at->from_us = clock_mono_us();
    at->ask = (struct claude_ask){
        .key = r == LADDER_THINK_CLAUDE_2 ? 1 : 0,
        .model = model_of(c, r),
        .system = prompt->system,
        .tail = prompt->tail,
        .tool = prompt->tool,
        .tools = prompt->tools,
        .opening = prompt->opening,
        .user_id = arena_printf(c->arena, "call-%lld", (long long)c->call.id),
        .stream = true,
        .deadline = c->deadline,
    };
}

/* The words of one whose stream broke are kept if the caller has them already, or nothing else could be
 * said in their place. */
static enum err finish(struct attempt *at, enum err e, struct why *why)
{
    struct conversation *c = at->c;

    c->turn.think_us =
        (c->turn.think_us < 0 ? 0 : c->turn.think_us) + clock_mono_us() - at->from_us;
    c->turn.think_rung = ladder_name(at->rung);
    enum err end = e == ERR_OK && !is_cut(&at->answer) ? voicing_end_text(c) : voicing_break_off(c);
    if (end == ERR_MEMORY)
        return end;
    if (e == ERR_OK)
        ladder_worked(c, at->rung);
    return acts_apply(&at->acts, c, why);
}

static void note_failure(struct attempt *at, const struct why *why)
{
    if (at->refused)
        ladder_declined(at->c, at->rung, why);
    else
        ladder_failed(at->c, at->rung, at->hard, at->again_ms, why);
}

/* What a model that gave no answer says of the others. */
struct advice {
    bool mute; /* nothing at all came: they are in one place, and would be waited for in vain */
    const char *refused; /* this model would not answer; NULL: none */
};

/* ERR_CHILD: this model gave no answer; see the advice. */
static enum err try_rung(struct conversation *c, enum ladder_rung r, const struct prompt *prompt,
                         const struct client *client, struct advice *ret, struct why *why)
{
    struct attempt at = {0};
    struct why told = {0};

    prepare(&at, c, r, prompt);
    acts_init(&at.acts, c, client);
    enum err e = model_history(&at.history, c, why);
    if (e != ERR_OK)
        return e;
    e = rounds(&at, &told);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        note_failure(&at, &told);
    /* What was given to the caller, or done, cannot be taken back. */
    if (e == ERR_OK || voicing_has_delivered(c) || at.acts.done)
        return finish(&at, e, why);
    voicing_forget(c);
    ret->mute = at.mute;
    if (at.refused)
        ret->refused = at.ask.model;
    c->turn.think_us = (c->turn.think_us < 0 ? 0 : c->turn.think_us) + clock_mono_us() - at.from_us;
    return ERR_CHILD;
}

/* The other key leads to the same model, which would refuse once more. */
static bool is_worth_asking(const struct conversation *c, enum ladder_rung r,
                            const struct advice *advice)
{
    return !advice->mute &&
           (advice->refused == NULL || strcmp(advice->refused, model_of(c, r)) != 0);
}

enum err model_answer(struct conversation *c, const struct client *client, struct why *why)
{
    const struct ladder *l = &c->house->outside.ladder;
    struct prompt_facts facts = {
        .profile = c->profile,
        .local = &c->local,
        .client_name = client->name,
        .calls_before = client->calls > 0 ? (int)(client->calls - 1) : 0,
        .number_known = client->phone != NULL,
        .turns_left = c->profile->limits.turns - c->call.turns,
    };
    struct prompt prompt = {0};
    struct advice advice = {0};

    enum err e = acts_before(c, &facts.requests, why);
    if (e == ERR_OK)
        e = prompt_make(c->arena, &facts, &prompt);
    if (e != ERR_OK)
        return e;
    e = ERR_CHILD;
    for (size_t i = 0, n = count_before_rules(l); i < n && e == ERR_CHILD; i++)
        if (is_worth_asking(c, l->rung[LADDER_THINK][i], &advice) &&
            ladder_may(c, l->rung[LADDER_THINK][i]))
            e = try_rung(c, l->rung[LADDER_THINK][i], &prompt, client, &advice, why);
    return e;
}
