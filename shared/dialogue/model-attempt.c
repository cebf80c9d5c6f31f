#include "dialogue/model-attempt.h"

#include <assert.h>
#include <string.h>

#include "dialogue/voicing.h"

#define ROUNDS  4    /* of tools within one turn */
#define KEEP_MS 3000 /* of the budget, for the voice of what comes last */

/* ---- one request --------------------------------------------------------------------------------- */

static bool is_blank(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && strchr(" \t\r\n", text[i]) != NULL)
        i++;
    return i == n;
}

/* White space in front is no word: nobody takes the floor with it. */
static enum err on_text(void *to, const char *text, size_t n)
{
    struct attempt *at = to;

    if (*at->winner == NULL && !is_blank(text, n))
        *at->winner = at;
    if (*at->winner != at)
        return ERR_OK;
    at->spoke = true;
    enum err e = voicing_add(at->c, text, n);
    at->full = e == ERR_TOO_BIG;
    return e;
}

void attempt_take_full(struct attempt *at)
{
    at->answer.stop = CLAUDE_MAX_TOKENS;
    if (at->c->fault.text[0] == '\0')
        (void)why_set(&at->c->fault, ERR_TOO_BIG,
                      "the model wrote more than %d sentences; the rest was neither read nor said",
                      CONVERSATION_SENTENCES);
}

int attempt_time_ms(const struct conversation *c)
{
    int left = deadline_left_ms(c->deadline) - KEEP_MS;
    int most = c->house->outside.think_ms;

    return left < most ? left : most;
}

static enum err ask(struct attempt *at, struct why *why)
{
    struct conversation *c = at->c;
    struct http_request req = {0};

    at->answer = (struct claude_answer){.text = ""};
    at->ask.message = at->history.message;
    at->ask.messages = at->history.n;
    enum err e = claude_request(c->arena, &c->house->outside.claude, &at->ask, &req, why);
    if (e != ERR_OK)
        return e;
    if (attempt_time_ms(c) <= 0)
        return why_set(why, ERR_DEADLINE, "no time was left for a model");
    claude_stream_init(&at->stream, c->arena, on_text, at);
    req.on_bytes = claude_stream_bytes;
    req.to = &at->stream;
    req.first_byte_ms = c->house->outside.think_first_ms;
    at->running = true;
    e = errand_start(&at->errand, c, at->rung, &req, attempt_time_ms(c), why);
    if (e != ERR_OK) {
        at->mute = true;
        attempt_drop(at);
    }
    return e;
}

static void count_usage(struct conversation *c, const struct claude_answer *a)
{
    c->turn.tokens_in += a->usage.in + a->usage.cache_read + a->usage.cache_write;
    c->turn.tokens_out += a->usage.out;
    if (a->cost_microusd > 0)
        c->turn.cost_microusd += a->cost_microusd;
}

static bool is_hard(enum claude_fault f)
{
    return f == CLAUDE_AUTH || f == CLAUDE_BILLING || f == CLAUDE_FORBIDDEN ||
           f == CLAUDE_RATE_LIMITED || f == CLAUDE_NOT_FOUND;
}

/* Nothing that could be said or done in this turn so far: another one may know an answer. */
static bool is_no_answer(const struct attempt *at)
{
    const char *text = at->answer.text;

    return at->answer.tools == 0 && at->c->sentences == 0 && !at->acts.done &&
           (at->answer.stop == CLAUDE_REFUSAL || is_blank(text, strlen(text)));
}

bool attempt_is_cut(const struct attempt *at)
{
    enum claude_stop stop = at->answer.stop;

    return stop == CLAUDE_MAX_TOKENS || stop == CLAUDE_REFUSAL || stop == CLAUDE_CONTEXT_FULL;
}

/* The request's name is what the vendor's support asks for: it goes into the log. */
static enum err fail(const struct attempt *at, enum err e, const struct http_reply *reply,
                     const char *text, struct why *why)
{
    const char *id = *reply->request_id == '\0' ? at->stream.error.request_id : reply->request_id;

    return why_set(why, e, "%s%s%s", text, *id == '\0' ? "" : ", request ", id);
}

/* What came is taken as the answer; what was used is counted. */
static enum err read_answer(struct attempt *at, enum err waited, struct http_reply *reply,
                            struct why *why)
{
    struct why told = {0};

    enum err e = waited == ERR_OK ? errand_result(&at->errand, reply, why) : waited;
    enum err whole = claude_stream_end(&at->stream, reply->status, &at->answer, &told);
    if (e == ERR_OK && whole != ERR_OK)
        e = fail(at, whole, reply, told.text, why);
    errand_judge(&at->errand, e, at->answer.cost_microusd);
    count_usage(at->c, &at->answer);
    if (!at->full || whole != ERR_TOO_BIG)
        return e;
    attempt_take_full(at);
    return ERR_OK;
}

/* An answer that broke off, or was none, is a failure on the way, whatever its status. */
static struct retry_case how_of(const struct attempt *at, const struct http_reply *reply,
                                enum err e)
{
    return (struct retry_case){
        .err = at->stream.status > 200 ? ERR_OK : e,
        .status = at->stream.status,
        .retry_after_ms = reply->retry_after_ms,
        .should_retry = reply->should_retry,
        .sent = true,
        .tries = 1,
    };
}

enum err attempt_end(struct attempt *at, enum err waited, struct why *why)
{
    struct http_reply reply = {.retry_after_ms = -1};

    assert(at->running);
    enum err e = read_answer(at, waited, &reply, why);
    at->how = how_of(at, &reply, e);
    at->mute = reply.status == 0 && at->stream.came == 0;
    at->hard = is_hard(at->stream.error.fault);
    at->running = false;
    errand_drop(&at->errand);
    claude_stream_release(&at->stream);
    if (e == ERR_OK && is_no_answer(at)) {
        at->refused = true;
        e = why_set(why, ERR_PEER, "the model %s",
                    at->answer.stop == CLAUDE_REFUSAL ? "refused to answer" : "said nothing");
    }
    return e;
}

static int elapsed_ms(const struct attempt *at)
{
    return (int)((clock_mono_us() - at->from_us) / 1000);
}

struct deadline attempt_late_at(const struct attempt *at)
{
    const struct outside *o = &at->c->house->outside;
    int late_ms = pace_late_ms(&o->pace[at->rung], o->hedge_think_ms);

    return (struct deadline){at->from_us + (int64_t)late_ms * 1000};
}

void attempt_drop(struct attempt *at)
{
    struct claude_answer given = {0};

    if (!at->running)
        return;
    struct outside *o = &at->c->house->outside;
    at->running = false;
    if (!at->begun)
        pace_note_given_up(&o->pace[at->rung], elapsed_ms(at), o->hedge_think_ms);
    (void)(claude_stream_end(&at->stream, 0, &given, NULL) == ERR_OK);
    count_usage(at->c, &given);
    errand_charge(&at->errand, given.cost_microusd);
    errand_drop(&at->errand);
    claude_stream_release(&at->stream);
}

/* ---- beginning ----------------------------------------------------------------------------------- */

enum err attempt_begin(struct attempt *at, const struct attempt_plan *plan, enum ladder_rung rung,
                       const char *model, int key, struct why *why)
{
    struct conversation *c = plan->c;

    *at =
        (struct attempt){.c = c, .rung = rung, .winner = plan->winner, .from_us = clock_mono_us()};
    at->ask = (struct claude_ask){
        .key = key,
        .model = model,
        .system = plan->prompt->system,
        .tail = plan->prompt->tail,
        .tool = plan->prompt->tool,
        .tools = plan->prompt->tools,
        .opening = plan->prompt->opening,
        .user_id = arena_printf(c->arena, "call-%lld", (long long)c->call.id),
        .stream = true,
        .deadline = c->deadline,
    };
    acts_init(&at->acts, c, plan->client);
    enum err e = model_history_copy(plan->history, c->arena, &at->history);
    return e == ERR_OK ? ask(at, why) : e;
}

void attempt_note_pace(struct attempt *at)
{
    if (at->begun || !(at->spoke || at->stream.tool_begun))
        return;
    at->begun = true;
    pace_note(&at->c->house->outside.pace[at->rung], elapsed_ms(at));
}

/* ---- the rest of the answer ---------------------------------------------------------------------- */

/* While the model writes, the voices of what it has written are asked for and taken. */
static enum err hear_out(struct attempt *at, struct why *why)
{
    enum err e = ERR_OK;

    voicing_move(at->c);
    while (e == ERR_OK && !errand_ended(&at->errand)) {
        e = errand_wait(at->c, why);
        voicing_move(at->c);
    }
    return attempt_end(at, e, why);
}

enum err attempt_go_on(struct attempt *at, struct why *why)
{
    enum err e = at->running ? hear_out(at, why) : ERR_OK;

    for (int round = 2; e == ERR_OK && at->answer.tools > 0; round++) {
        e = voicing_pause(at->c);
        if (e == ERR_OK)
            e = acts_run(&at->acts, &at->answer, &at->history, why);
        if (e != ERR_OK || at->acts.end != NULL || round > ROUNDS)
            break;
        at->ask.words_only = round == ROUNDS; /* nothing else is left */
        at->acts.before = at->c->sentences;
        e = ask(at, why);
        if (e == ERR_OK)
            e = hear_out(at, why);
    }
    return e;
}
