#include "dialogue/model.h"

#include <assert.h>
#include <string.h>

#include "dialogue/turn-inside.h"
#include "dialogue/synthesise.h"

/* ==== which model is asked ==================================================================== */

static bool is_model(enum ladder_rung r)
{
    return r == LADDER_THINK_CLAUDE || r == LADDER_THINK_CLAUDE_2 || r == LADDER_THINK_FALLBACK;
}

void model_order_read(struct model_order *o, const struct ladder *l, const struct claude_setup *s)
{
    *o = (struct model_order){.keys = s->keys};
    while (o->n < l->n[LADDER_THINK] && is_model(l->rung[LADDER_THINK][o->n])) {
        enum ladder_rung r = l->rung[LADDER_THINK][o->n];
        o->place[o->n].rung = r;
        o->place[o->n].model = r == LADDER_THINK_FALLBACK ? s->fallback_model : s->model;
        o->n++;
    }
}

/* The other key leads to the same model, which would refuse once more. */
static bool is_worth_asking(const struct model_order *o, size_t place)
{
    return !o->mute && (o->refused == NULL || strcmp(o->refused, o->place[place].model) != 0);
}

static bool find(const struct model_order *o, enum model_state state, size_t *ret)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->place[i].state == state && is_worth_asking(o, i)) {
            *ret = i;
            return true;
        }
    return false;
}

bool model_order_next(const struct model_order *o, size_t *ret)
{
    return find(o, MODEL_UNASKED, ret) || find(o, MODEL_BEATEN, ret);
}

int model_order_key(const struct model_order *o, size_t place)
{
    enum ladder_rung r = o->place[place].rung;

    if (r != LADDER_THINK_FALLBACK)
        return r == LADDER_THINK_CLAUDE_2 ? 1 : 0;
    return o->keys > 1 && o->key_out[0] && !o->key_out[1] ? 1 : 0;
}

void model_order_key_failed(struct model_order *o, size_t place)
{
    assert(place < o->n);
    o->key_out[model_order_key(o, place)] = true;
}

void model_order_failed(struct model_order *o, size_t place, bool mute, bool refused)
{
    assert(place < o->n);
    o->place[place].state = MODEL_OUT;
    o->mute = mute;
    if (refused)
        o->refused = o->place[place].model;
}

/* ==== asking one model ======================================================================== */

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

/* ==== asking several ========================================================================== */

#define AT_ONCE  2    /* models asked side by side */
#define AGAIN_MS 1500 /* a caller waits so long in silence before the only model is asked again */

static struct model_order order_of(const struct conversation *c)
{
    const struct outside *o = &c->house->outside;
    struct model_order order;

    model_order_read(&order, &o->ladder, &o->claude);
    return order;
}

bool model_may(struct conversation *c)
{
    struct model_order order = order_of(c);

    if (c->profile->prompt == NULL)
        return false;
    for (size_t i = 0; i < order.n; i++)
        if (ladder_may(c, order.place[i].rung))
            return true;
    return false;
}

/* ---- who is asked -------------------------------------------------------------------------------- */

/* The models of a turn: one after the other, two side by side when one is late. */
struct race {
    struct conversation *c;
    struct attempt_plan plan;
    struct model_order order;
    struct attempt attempt[AT_ONCE];
    size_t place[AT_ONCE]; /* of the attempt, in the order */
    struct attempt *winner;
    size_t asked; /* attempts of this turn */
};

static size_t running(const struct race *race)
{
    size_t n = 0;

    for (size_t i = 0; i < AT_ONCE; i++)
        n += race->attempt[i].running;
    return n;
}

static size_t *place_of(struct race *race, const struct attempt *at)
{
    return &race->place[at - race->attempt];
}

static void note_failure(struct race *race, struct attempt *at, const struct why *why)
{
    if (at->refused)
        ladder_declined(at->c, at->rung, why);
    else
        ladder_failed(at->c, at->rung, at->hard, at->how.retry_after_ms, why);
    if (at->stream.error.other_key)
        model_order_key_failed(&race->order, *place_of(race, at));
    model_order_failed(&race->order, *place_of(race, at), at->mute, at->refused);
}

static struct attempt *find_free(struct race *race)
{
    size_t i = 0;

    while (race->attempt[i].running) {
        i++;
        assert(i < AT_ONCE);
    }
    return &race->attempt[i];
}

static enum err begin(struct race *race, struct attempt *at, struct why *why)
{
    const struct model_order *o = &race->order;
    size_t place = *place_of(race, at);

    race->asked++;
    return attempt_begin(at, &race->plan, o->place[place].rung, o->place[place].model,
                         model_order_key(o, place), why);
}

/* Here a model's first request is started. ERR_CHILD: that one could not be asked. */
static enum err start(struct race *race, size_t place)
{
    struct attempt *at = find_free(race);
    enum ladder_rung rung = race->order.place[place].rung;
    struct why why = {0};

    if (!ladder_may(race->c, rung)) {
        model_order_key_failed(&race->order, place);
        race->order.place[place].state = MODEL_OUT;
        return ERR_CHILD;
    }
    *place_of(race, at) = place;
    race->order.place[place].state = MODEL_ASKED;
    enum err e = begin(race, at, &why);
    if (e == ERR_OK || e == ERR_MEMORY)
        return e;
    note_failure(race, at, &why);
    return ERR_CHILD;
}

/* ERR_CHILD: nobody is left to be asked, and nobody is being asked. */
static enum err start_next(struct race *race)
{
    enum err e = ERR_CHILD;
    size_t place = 0;

    while (e == ERR_CHILD && attempt_time_ms(race->c) > 0 && model_order_next(&race->order, &place))
        e = start(race, place);
    return e == ERR_CHILD && running(race) > 0 ? ERR_OK : e;
}

/* ---- who is asked again -------------------------------------------------------------------------- */

/* Is there another one that might be asked? */
static bool has_other(const struct race *race)
{
    const struct model_order *o = &race->order;

    for (size_t i = 0; i < o->n; i++)
        if (o->place[i].state == MODEL_UNASKED && ladder_might(race->c, o->place[i].rung))
            return true;
    return false;
}

/* Where there are several, the next one is the second try. The only one is asked once more if its
 * failure may have been a moment's; the pause before that is waited out here. */
static bool may_again(struct race *race, const struct attempt *at)
{
    struct conversation *c = race->c;
    struct retry_case how = at->how;
    int left = attempt_time_ms(c);
    int64_t wait_ms = 0;

    how.left_ms = left < AGAIN_MS ? left : AGAIN_MS;
    if (race->asked != 1 || at->refused || has_other(race) ||
        retry_judge(RETRY_MODEL, &how, &wait_ms) != RETRY_AGAIN ||
        !deadline_sleep(c->deadline, (int)wait_ms))
        return false;
    return true;
}

/* It failed, and nothing of it is left: once more, or never. ERR_MEMORY is no failure of a model. */
static enum err give_up(struct race *race, struct attempt *at, struct why *why)
{
    if (may_again(race, at)) {
        race->c->turn.faults++;
        race->c->fault = *why;
        enum err e = begin(race, at, why);
        if (e == ERR_OK || e == ERR_MEMORY)
            return e;
    }
    note_failure(race, at, why);
    return ERR_OK;
}

/* ---- who answers --------------------------------------------------------------------------------- */

/* Shall the next one be asked now: because nobody is, or because the only one is late? If that may
 * yet come, *until is when. */
static bool is_next_due(const struct race *race, struct deadline *until)
{
    const struct attempt *alone = &race->attempt[race->attempt[0].running ? 0 : 1];
    size_t next = 0;

    if (running(race) != 1)
        return running(race) == 0;
    if (race->c->house->outside.hedge_think_ms == 0 || alone->begun ||
        attempt_time_ms(race->c) <= 0 || !model_order_next(&race->order, &next))
        return false;
    struct deadline late = attempt_late_at(alone);
    if (late.at_us < until->at_us)
        *until = late;
    return deadline_passed(late);
}

/* What has ended without a word: a round of tools answers, a failure does not, nor does nothing. */
static enum err take_ended(struct race *race, struct attempt *at, enum err waited, struct why *why)
{
    enum err e = attempt_end(at, waited, why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return give_up(race, at, why);
    race->winner = at;
    return ERR_OK;
}

static enum err wait(struct race *race, struct deadline until, struct why *ret_why)
{
    struct why why = {0};
    enum err waited = errand_wait_until(race->c, until, &why);
    enum err e = settle_fault(race->c, ret_why);

    if (waited == ERR_DEADLINE && !deadline_passed(race->c->deadline))
        waited = ERR_OK;
    for (size_t i = 0; i < AT_ONCE && e == ERR_OK; i++) {
        struct attempt *at = &race->attempt[i];
        if (!at->running)
            continue;
        attempt_note_pace(at);
        if (race->winner == NULL && (waited != ERR_OK || errand_ended(&at->errand)))
            e = take_ended(race, at, waited, &why);
    }
    return e;
}

/* ERR_OK: one of them has something to say, or to do. ERR_CHILD: none. */
static enum err find_winner(struct race *race, struct why *why)
{
    enum err e = ERR_OK;

    while (e == ERR_OK && race->winner == NULL) {
        struct deadline until = race->c->deadline;
        e = is_next_due(race, &until) ? start_next(race) : wait(race, until, why);
    }
    return e;
}

/* One that failed in the very moment in which the other one spoke has failed all the same. */
static void beat(struct race *race, struct attempt *at)
{
    struct why why = {0};

    race->order.place[*place_of(race, at)].state = MODEL_BEATEN;
    if (errand_ended(&at->errand) && attempt_end(at, ERR_OK, &why) != ERR_OK)
        note_failure(race, at, &why);
    attempt_drop(at);
}

static void beat_others(struct race *race)
{
    for (size_t i = 0; i < AT_ONCE; i++)
        if (&race->attempt[i] != race->winner && race->attempt[i].running)
            beat(race, &race->attempt[i]);
}

/* ---- the answer ---------------------------------------------------------------------------------- */

/* The words of one whose stream broke are kept if the caller has them already, or nothing else could be
 * said in their place. */
static enum err finish(struct attempt *at, enum err e, struct why *why)
{
    struct conversation *c = at->c;

    c->turn.think_rung = ladder_name(at->rung);
    at->acts.broken = e != ERR_OK;
    enum err end = e == ERR_OK && !attempt_is_cut(at) ? voicing_end_text(c) : voicing_break_off(c);
    if (end == ERR_MEMORY)
        return end;
    if (end == ERR_TOO_BIG)
        attempt_take_full(at);
    if (e == ERR_OK)
        ladder_worked(c, at->rung);
    return acts_apply(&at->acts, c, why);
}

/* ERR_CHILD: it broke off, and nothing is left of it. */
static enum err follow(struct race *race, struct why *why)
{
    struct conversation *c = race->c;
    struct attempt *at = race->winner;
    struct why told = {0};

    beat_others(race);
    enum err e = attempt_go_on(at, &told);
    if (e == ERR_MEMORY)
        return e;
    enum err kept = settle_fault(c, why);
    if (kept != ERR_OK)
        return kept;
    /* What was given to the caller, or done, cannot be taken back. */
    if (e == ERR_OK || voicing_has_delivered(c) || at->acts.done) {
        if (e != ERR_OK)
            note_failure(race, at, &told);
        return finish(at, e, why);
    }
    voicing_forget(c);
    race->winner = NULL;
    e = give_up(race, at, &told);
    return e == ERR_OK ? ERR_CHILD : e;
}

static enum err run(struct race *race, struct why *why)
{
    enum err e = find_winner(race, why);

    while (e == ERR_OK) {
        e = follow(race, why);
        if (e != ERR_CHILD)
            break;
        e = find_winner(race, why);
    }
    for (size_t i = 0; i < AT_ONCE; i++)
        attempt_drop(&race->attempt[i]);
    return e;
}

static enum err make_prompt(struct conversation *c, const struct client *client, struct prompt *ret,
                            struct why *why)
{
    struct prompt_facts facts = {
        .profile = c->profile,
        .local = &c->local,
        .client_name = client->name,
        .calls_before = client->calls > 0 ? (int)(client->calls - 1) : 0,
        .number_known = client->phone != NULL,
        .turns_left = c->profile->limits.turns - c->call.turns,
    };

    enum err e = acts_before(c, &facts.requests, why);
    return e == ERR_OK ? prompt_make(c->arena, &facts, ret) : e;
}

/* That is no failure of a model, so no breaker is told. */
static enum err refuse_for_time(struct conversation *c)
{
    c->turn.faults++;
    (void)(why_set(&c->fault, ERR_DEADLINE, "no time was left for a model") == ERR_OK);
    return ERR_CHILD;
}

enum err model_answer(struct conversation *c, const struct client *client, struct why *why)
{
    struct race *race = arena_calloc(c->arena, 1, sizeof *race);
    struct model_history history = {0};
    struct prompt prompt = {0};
    int64_t from_us = clock_mono_us();

    if (race == NULL)
        return ERR_MEMORY;
    if (attempt_time_ms(c) <= 0)
        return refuse_for_time(c);
    enum err e = make_prompt(c, client, &prompt, why);
    if (e == ERR_OK)
        e = model_history(&history, c, why);
    if (e != ERR_OK)
        return e;
    race->c = c;
    race->plan = (struct attempt_plan){
        .c = c,
        .prompt = &prompt,
        .client = client,
        .history = &history,
        .winner = &race->winner,
    };
    race->order = order_of(c);
    e = run(race, why);
    c->turn.think_us = (c->turn.think_us < 0 ? 0 : c->turn.think_us) + clock_mono_us() - from_us;
    return e;
}
