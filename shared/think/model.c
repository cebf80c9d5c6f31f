#include "think/model.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "language/heard.h"
#include "providers/attempt.h"
#include "providers/hedge.h"
#include "providers/providers.h"
#include "think/actions.h"
#include "think/book.h"
#include "think/rules.h"

/* ==== asking one model ======================================================================== */

#define ROUNDS   4    /* of tools within one turn */
#define KEEP_MS  3000 /* of the budget, for the voice of what comes last */
#define END_MS   150  /* a whole answer's connection may take so long to end, to be kept */
#define PAUSE_MS 1500 /* a caller waits so long in silence before the only model is asked again */

/* One model that is asked for a turn's answer: its requests, its tools, its words.
 *
 *     candidate_begin(&at, ...)              its first request is under way
 *     ... env_wait until *at.winner is it, or attempt_ended(&at.attempt)
 *     candidate_end(&at, ERR_OK, &f)         of a request that ended: was it whole?
 *     candidate_go_on(&at, &f)               of the winner: the rest of its answer, and its tools
 *     candidate_drop(&at)                    on every path
 *
 * Several may be asked side by side. The first that has words takes *winner, and only the winner's
 * words go to a voice; what another one says is let go by. Tools are run by candidate_go_on
 * alone. */

struct candidate {
    const struct think_ask *turn;
    struct env *env;
    struct synthesis *voice;
    const struct provider *by;
    struct hedge *hedge;
    struct hedge_lane lane;    /* until it answers or fails */
    struct candidate **winner; /* of those side by side; NULL in it: none has said anything yet */
    struct claude_ask ask;
    struct prompt_history history;
    struct effects effects; /* of its tools */
    struct asks_open open;  /* what its last tool that asks anything asks */
    bool done;              /* something was done that cannot be taken back */
    size_t before;          /* sentences that were there when its last request began */
    struct attempt_task task;
    struct attempt attempt;
    struct claude_stream stream;
    struct claude_answer answer;
    bool running;     /* a request is under way, or has ended and was not looked at */
    bool spoke;       /* the model has said something in this turn */
    bool full;        /* it wrote more sentences than are said in one answer */
    bool unreachable; /* nothing at all came from where the models are */
    bool refused;     /* the model would not answer, or said nothing: no fault of the provider */
};

/* What all candidates of a turn have in common. */
struct candidate_plan {
    const struct think_ask *ask;
    const struct prompt *prompt;
    const struct prompt_history *history;
    struct hedge *hedge;
    struct candidate **winner;
};

static bool is_blank(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && strchr(" \t\r\n", text[i]) != NULL)
        i++;
    return i == n;
}

/* White space is no word: it does not make a model the winner. */
static enum err on_text(void *to, const char *text, size_t n)
{
    struct candidate *at = to;

    if (*at->winner == NULL && !is_blank(text, n))
        *at->winner = at;
    if (*at->winner != at)
        return ERR_OK;
    at->spoke = true;
    enum err e = synthesise_add(at->voice, text, n);
    at->full = e == ERR_TOO_BIG;
    return e;
}

/* Nothing of it may have reached the caller, and nothing of an earlier request be lost with it. */
static bool on_take_back(void *to)
{
    struct candidate *at = to;

    if (*at->winner != at)
        return true;
    if (at->before > 0 || synthesise_has_delivered(at->voice))
        return false;
    synthesise_forget(at->voice);
    return true;
}

static void candidate_take_full(struct candidate *at)
{
    at->answer.stop = CLAUDE_MAX_TOKENS;
    if (at->env->fault.text[0] == '\0')
        (void)why_set(&at->env->fault, ERR_TOO_BIG,
                      "the model wrote more than %d sentences; the rest was neither read nor said",
                      SYNTHESISE_SENTENCES);
}

static int candidate_time_ms(const struct env *env)
{
    int left = deadline_left_ms(env->deadline) - KEEP_MS;
    int most = env->providers->think_ms;

    return left < most ? left : most;
}

static void count_usage(struct env *env, const struct claude_answer *a)
{
    env->tokens_in += a->usage.in + a->usage.cache_read + a->usage.cache_write;
    env->tokens_out += a->usage.out;
    if (a->cost_microusd > 0)
        env->cost_microusd += a->cost_microusd;
}

/* Gives up what is under way, if anything is: another one was quicker. What it is known to have
 * cost is counted, how long it took is remembered. */
static void candidate_drop(struct candidate *at)
{
    struct claude_answer given = {0};

    if (!at->running)
        return;
    at->running = false;
    hedge_give_up(at->hedge, &at->lane);
    (void)(claude_stream_end(&at->stream, 0, &given, NULL) == ERR_OK);
    count_usage(at->env, &given);
    attempt_charge(&at->attempt, given.cost_microusd);
    attempt_drop(&at->attempt);
    claude_stream_release(&at->stream);
}

static enum err write_request(void *of, struct http_request *ret, struct failure *f)
{
    struct candidate *at = of;
    struct env *env = at->env;

    enum err e = at->by->think.request(env, &at->ask, ret, f);
    if (e != ERR_OK)
        return e;
    if (candidate_time_ms(env) <= 0)
        return failure_set(f, FAILURE_AGAIN, ERR_DEADLINE, "no time was left for a model");
    claude_stream_init(&at->stream, env->arena, on_text, at);
    at->stream.on_take_back = on_take_back;
    ret->on_bytes = claude_stream_bytes;
    ret->to = &at->stream;
    ret->first_byte_ms = env->providers->think_first_ms;
    ret->deadline = deadline_cap_ms(env->deadline, candidate_time_ms(env));
    at->running = true;
    return ERR_OK;
}

static enum err ask(struct candidate *at, struct failure *f)
{
    at->answer = (struct claude_answer){.text = ""};
    at->ask.message = at->history.message;
    at->ask.messages = at->history.n;
    enum err e = attempt_begin(&at->attempt, &at->task, f);
    at->unreachable = e != ERR_OK && at->running;
    if (e != ERR_OK)
        candidate_drop(at);
    return e;
}

/* Nothing that could be said or done in this turn so far: another one may know an answer. */
static bool is_no_answer(const struct candidate *at)
{
    const char *text = at->answer.text;

    return at->answer.tools == 0 && at->voice->sentences == 0 && !at->done &&
           (at->answer.stop == CLAUDE_REFUSAL || is_blank(text, strlen(text)));
}

static bool candidate_is_cut(const struct candidate *at)
{
    enum claude_stop stop = at->answer.stop;

    return stop == CLAUDE_MAX_TOKENS || stop == CLAUDE_REFUSAL || stop == CLAUDE_CONTEXT_FULL;
}

/* The request's name is what the vendor's support asks for: it goes into the log. */
static void add_name(const struct candidate *at, const struct http_reply *reply, struct failure *f)
{
    const char *named = reply->request_id;
    const char *id = named == NULL || *named == '\0' ? at->stream.request_id : named;
    const struct why told = f->why;

    if (*id != '\0')
        (void)why_set(&f->why, f->err, "%s, request %s", told.text, id);
}

/* What came is taken as the answer; what was used is counted. */
static enum err read_answer(struct candidate *at, enum err waited, struct http_reply *reply,
                            struct failure *f)
{
    struct failure told = {0};

    enum err e = waited;

    if (e == ERR_OK && attempt_ended(&at->attempt))
        e = attempt_result(&at->attempt, reply, f);
    else if (at->stream.done)
        attempt_leave(&at->attempt, at->stream.status);
    if (at->stream.done) { /* that is all, whatever becomes of the connection */
        *f = (struct failure){0};
        e = ERR_OK;
    }
    enum err whole = claude_stream_end(&at->stream, reply->status, &at->answer, &told);
    /* An answer that broke off, or was none, is a failure on the way; a refusal is none, even
     * cut. */
    if (whole != ERR_OK && (e == ERR_OK || at->stream.status > 200)) {
        f->next = told.next;
        f->hard = told.hard;
    }
    if (e == ERR_OK && whole != ERR_OK) {
        f->why = told.why;
        e = failure_close(f, whole);
        add_name(at, reply, f);
    }
    attempt_judge(&at->attempt, e, at->answer.cost_microusd);
    count_usage(at->env, &at->answer);
    if (!at->full || whole != ERR_TOO_BIG)
        return failure_close(f, e);
    candidate_take_full(at);
    return ERR_OK;
}

static enum err candidate_end(struct candidate *at, enum err waited, struct failure *f)
{
    struct http_reply reply = {.retry_after_ms = -1};

    assert(at->running);
    enum err e = read_answer(at, waited, &reply, f);
    at->unreachable = reply.status == 0 && at->stream.came == 0;
    at->running = false;
    hedge_end(at->hedge, &at->lane);
    attempt_drop(&at->attempt);
    claude_stream_release(&at->stream);
    if (e == ERR_OK && is_no_answer(at)) {
        at->refused = true;
        e = failure_set(f, FAILURE_REQUEST, ERR_PEER, "the model %s",
                        at->answer.stop == CLAUDE_REFUSAL ? "refused to answer" : "said nothing");
    }
    return e;
}

static enum err candidate_begin(struct candidate *at, const struct candidate_plan *plan,
                                const struct provider *by, const char *model, int key,
                                struct failure *f)
{
    const struct think_ask *turn = plan->ask;
    struct env *env = turn->env;

    *at = (struct candidate){.turn = turn,
                             .env = env,
                             .voice = turn->voice,
                             .by = by,
                             .hedge = plan->hedge,
                             .winner = plan->winner,
                             .task = attempt_task(env, by, KEEP_MS, at)};
    at->task.pause_ms = PAUSE_MS;
    at->task.request = write_request;
    at->ask = (struct claude_ask){
        .key = key,
        .model = model,
        .system = plan->prompt->business->system,
        .tail = plan->prompt->tail,
        .tool = plan->prompt->business->tool,
        .tools = plan->prompt->business->tools,
        .opening = plan->prompt->opening,
        .user_id = arena_printf(env->arena, "call-%lld", (long long)env->call_id),
        .stream = true,
    };
    enum err e = prompt_history_copy(plan->history, env->arena, &at->history);
    e = e == ERR_OK ? ask(at, f) : failure_close(f, e);
    if (e == ERR_OK)
        hedge_begin(plan->hedge, &at->lane, by);
    return e;
}

/* Until the answer is whole, and a moment longer: a connection that is read to its end is kept. */
static enum err hear_out(struct candidate *at, struct failure *f)
{
    struct deadline until = at->env->deadline;
    bool whole = false;
    enum err e = ERR_OK;

    *f = (struct failure){0};
    synthesise_move(at->voice);
    while (e == ERR_OK && !attempt_ended(&at->attempt)) {
        if (at->stream.done && !whole)
            until = deadline_cap_ms(until, END_MS);
        whole = at->stream.done;
        e = env_wait_until(at->env, until, &f->why);
        synthesise_move(at->voice);
    }
    return candidate_end(at, e, f);
}

static enum err use_tools(struct candidate *at)
{
    struct action_call call = {
        .arena = at->env->arena,
        .profile = at->env->profile,
        .local = at->env->local,
        .caller_phone = at->turn->client->phone,
        .client_name = at->turn->client->name,
        .env = at->env,
        .effects = &at->effects,
        .state = at->turn->call->state,
    };

    enum err e = action_use_all(&call, &at->answer, &at->history, &at->open);
    at->done = effects_are_done(&at->effects);
    if (effects_change_book(&at->effects))
        synthesise_keep_back(at->voice);
    return e;
}

/* The rest of its answer; its voices are asked for meanwhile. Then its tools and what it says of
 * them, round by round. ERR_MEMORY, or it broke off: the voice has what came until then. */
static enum err candidate_go_on(struct candidate *at, struct failure *f)
{
    enum err e = at->running ? hear_out(at, f) : ERR_OK;

    for (int round = 2; e == ERR_OK && at->answer.tools > 0; round++) {
        e = synthesise_pause(at->voice);
        if (e == ERR_OK)
            e = use_tools(at);
        if (e != ERR_OK || effects_end(&at->effects) != NULL || round > ROUNDS)
            break;
        at->ask.words_only = round == ROUNDS; /* nothing else is left */
        at->before = at->voice->sentences;
        e = ask(at, f);
        if (e == ERR_OK)
            e = hear_out(at, f);
    }
    return failure_close(f, e);
}

/* ==== asking several ========================================================================== */

#define AT_ONCE 2 /* models asked side by side */

bool model_may(struct env *env)
{
    struct model_order order;

    if (env->profile->prompt == NULL)
        return false;
    model_order_read(&order, env->providers);
    for (size_t i = 0; i < order.n; i++)
        if (ladder_claim(env, order.place[i].by))
            return true;
    return false;
}

/* The models of a turn: one after the other, two side by side when one is late. */
struct race {
    struct env *env;
    struct candidate_plan plan;
    struct model_order order;
    struct hedge hedge;
    struct candidate candidate[AT_ONCE];
    size_t place[AT_ONCE]; /* of the candidate, in the order */
    struct candidate *winner;
    size_t asked; /* candidates of this turn */
};

static size_t *place_of(struct race *race, const struct candidate *at)
{
    return &race->place[at - race->candidate];
}

static void note_failure(struct race *race, struct candidate *at, const struct failure *f)
{
    if (at->refused)
        ladder_declined(at->env, at->by, &f->why);
    else
        ladder_failed(at->env, at->by, f);
    if (f->next == FAILURE_LATER || f->next == FAILURE_OPERATOR)
        model_order_key_failed(&race->order, *place_of(race, at));
    model_order_failed(&race->order, *place_of(race, at), at->unreachable, at->refused);
}

static struct candidate *find_free(struct race *race)
{
    size_t i = 0;

    while (race->candidate[i].running) {
        i++;
        assert(i < AT_ONCE);
    }
    return &race->candidate[i];
}

static enum err begin(struct race *race, struct candidate *at, struct failure *f)
{
    const struct model_order *o = &race->order;
    size_t place = *place_of(race, at);

    race->asked++;
    return candidate_begin(at, &race->plan, o->place[place].by, o->place[place].model,
                           model_order_key(o, place), f);
}

static bool may_start(const void *of)
{
    const struct race *race = of;
    size_t place = 0;

    return candidate_time_ms(race->env) > 0 && model_order_next(&race->order, &place);
}

/* The next model's first request. */
static enum err start(void *of)
{
    struct race *race = of;
    struct candidate *at = find_free(race);
    struct failure f = {0};
    size_t place = 0;

    if (!model_order_next(&race->order, &place))
        return ERR_CHILD;
    if (!ladder_claim(race->env, race->order.place[place].by)) {
        model_order_key_failed(&race->order, place);
        race->order.place[place].state = MODEL_FAILED;
        return ERR_CHILD;
    }
    *place_of(race, at) = place;
    race->order.place[place].state = MODEL_ASKED;
    enum err e = begin(race, at, &f);
    if (e == ERR_OK || e == ERR_MEMORY)
        return e;
    note_failure(race, at, &f);
    return ERR_CHILD;
}

/* Is there another one that might be asked? */
static bool has_other(const struct race *race)
{
    const struct model_order *o = &race->order;

    for (size_t i = 0; i < o->n; i++)
        if (o->place[i].state == MODEL_UNASKED && ladder_is_available(race->env, o->place[i].by))
            return true;
    return false;
}

/* It failed, and nothing of it is left: once more, or never. Where there are several, the next one
 * is the second try; the only one is asked once more if its failure may have been a moment's.
 * ERR_MEMORY is no failure of a model. */
static enum err give_up(struct race *race, struct candidate *at, struct failure *f)
{
    if (race->asked == 1 && !at->refused && !has_other(race) && attempt_again(&at->task, f, 1)) {
        env_fault(race->env, &f->why);
        enum err e = begin(race, at, f);
        if (e == ERR_OK || e == ERR_MEMORY)
            return e;
    }
    note_failure(race, at, f);
    return ERR_OK;
}

/* What has ended without a word: a round of tools answers, a failure does not, nor does nothing. */
static enum err take_ended(struct race *race, struct candidate *at, enum err waited,
                           const struct why *why)
{
    struct failure f = {.why = *why};

    enum err e = candidate_end(at, waited, &f);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return give_up(race, at, &f);
    race->winner = at;
    return ERR_OK;
}

static enum err take(void *of, enum err waited, struct why *why)
{
    struct race *race = of;
    enum err e = ERR_OK;

    for (size_t i = 0; i < AT_ONCE && e == ERR_OK; i++) {
        struct candidate *at = &race->candidate[i];
        if (!at->running)
            continue;
        if (at->spoke || at->stream.tool_begun)
            hedge_spoke(&race->hedge, &at->lane);
        if (race->winner == NULL && at->stream.done && at->stream.tool_begun)
            race->winner = at;
        else if (race->winner == NULL &&
                 (waited != ERR_OK || at->stream.done || attempt_ended(&at->attempt)))
            e = take_ended(race, at, waited, why);
    }
    return e == ERR_OK && race->winner == NULL ? ERR_CHILD : e;
}

/* One that failed in the very moment in which the other one spoke has failed all the same. */
static void beat(struct race *race, struct candidate *at)
{
    struct failure f = {0};

    race->order.place[*place_of(race, at)].state = MODEL_BEATEN;
    if (attempt_ended(&at->attempt) && candidate_end(at, ERR_OK, &f) != ERR_OK)
        note_failure(race, at, &f);
    candidate_drop(at);
}

static void beat_others(struct race *race)
{
    for (size_t i = 0; i < AT_ONCE; i++)
        if (&race->candidate[i] != race->winner && race->candidate[i].running)
            beat(race, &race->candidate[i]);
}

/* Has the model taken leave in one of its sentences? */
static bool has_said_goodbye(const struct candidate *at)
{
    const struct profile *p = at->env->profile;

    for (size_t i = 0; i < at->voice->sentences; i++) {
        const char *folded = text_fold(at->env->arena, at->voice->sentence[i].text);
        if (folded != NULL && stems_match(p->goodbye, p->goodbye_n, folded))
            return true;
    }
    return false;
}

static struct book_desk desk_of(struct candidate *at)
{
    return (struct book_desk){.env = at->env,
                              .effects = &at->effects,
                              .caller_phone = at->turn->client->phone,
                              .now_ms = clock_unix_ms()};
}

/* What the profile says where the model did something and said nothing; NULL: all is said. `told`: of
 * the book it was told already. */
static const char *words_for(const struct candidate *at, bool broken, bool told)
{
    const struct profile *p = at->env->profile;
    bool silent = at->voice->sentences == at->before;
    bool ends = effects_end(&at->effects) != NULL;

    if (ends && (silent || told) && !has_said_goodbye(at))
        return p->say.goodbye;
    if (effects_lead(&at->effects) != NULL && (silent || told) && !ends)
        return p->say.request_taken;
    if (told && !ends)
        return p->say.anything_else;
    if (broken && silent && !ends)
        return p->say.trouble; /* "One moment" is no answer */
    return at->voice->sentences == 0 ? p->say.not_understood : NULL;
}

static enum err say_text(struct candidate *at, const char *text)
{
    enum err e = synthesise_add(at->voice, text, strlen(text));

    return e == ERR_OK ? synthesise_end_text(at->voice) : e;
}

static enum err say(struct candidate *at, const char *phrase)
{
    const struct effect_lead *lead = effects_lead(&at->effects);
    const char *said = profile_phrase(at->env->arena, at->env->profile, phrase, at->env->local,
                                      lead == NULL ? NULL : lead->name, NULL);

    return said == NULL ? ERR_MEMORY : say_text(at, said);
}

/* The model did something to the book and fell silent: the profile tells it. The book's own trouble is
 * none of this turn's: its commit will say. ERR_MEMORY, ERR_TOO_BIG. */
static enum err say_done(struct candidate *at, bool *ret_told)
{
    const struct book_desk d = desk_of(at);
    const char *said = NULL;

    *ret_told = false;
    if (!effects_change_book(&at->effects) || at->voice->sentences != at->before)
        return ERR_OK;
    enum err e = book_tell_done(&d, &said);
    if (e == ERR_MEMORY)
        return e;
    *ret_told = e == ERR_OK && said != NULL && *said != '\0';
    return *ret_told ? say_text(at, said) : ERR_OK;
}

/* What the caller has not been told yet. */
static enum err say_rest(struct candidate *at, bool broken)
{
    bool told = false;

    enum err e = say_done(at, &told);
    if (e != ERR_OK)
        return e;
    const char *phrase = words_for(at, broken, told);
    return phrase == NULL ? ERR_OK : say(at, phrase);
}

/* The name that came with a request or a visit of the caller's own is the caller's. */
static void put_name(struct effects *list)
{
    const struct effect_lead *lead = effects_lead(list);
    const struct effect_book *visit = effects_book(list);
    const char *name = visit != NULL && !visit->for_other && *visit->name != '\0' ? visit->name
                       : lead != NULL                                             ? lead->name
                                                                                  : "";

    if (heard_may_be_name(name))
        effects_put(list, (struct effect){.kind = EFFECT_CLIENT_NAME, .name = name});
}

/* The words of one whose stream broke are kept if the caller has them already, or nothing else
 * could be said in their place. */
static enum err finish(struct candidate *at, enum err e, struct think_result *ret, struct why *why)
{
    enum err end = e == ERR_OK && !candidate_is_cut(at) ? synthesise_end_text(at->voice)
                                                        : synthesise_break_off(at->voice);

    if (end == ERR_MEMORY)
        return end;
    if (end == ERR_TOO_BIG)
        candidate_take_full(at);
    if (e == ERR_OK)
        ladder_worked(at->env, at->by);
    end = say_rest(at, e != ERR_OK);
    if (end != ERR_OK)
        return end;
    put_name(&at->effects);
    *ret = (struct think_result){
        .think_rung = at->by->name, .asks = at->open.asks, .effects = at->effects};
    if (effects_lead(&at->effects) != NULL)
        ret->state = ""; /* a request half taken by the rules is this one */
    return at->env->profile->book == NULL ? ERR_OK : model_keep_open(at->turn, &at->open, ret, why);
}

/* ERR_CHILD: it broke off, and nothing is left of it. */
static enum err follow(struct race *race, struct think_result *ret, struct why *why)
{
    struct env *env = race->env;
    struct candidate *at = race->winner;
    struct failure f = {0};

    beat_others(race);
    enum err e = candidate_go_on(at, &f);
    if (e == ERR_MEMORY)
        return e;
    enum err kept = env_commit_error(env, why);
    if (kept != ERR_OK)
        return kept;
    /* What was given to the caller, or done, cannot be taken back. */
    if (e == ERR_OK || synthesise_has_delivered(at->voice) || at->done) {
        if (e != ERR_OK)
            note_failure(race, at, &f);
        return finish(at, e, ret, why);
    }
    synthesise_forget(at->voice);
    race->winner = NULL;
    e = give_up(race, at, &f);
    return e == ERR_OK ? ERR_CHILD : e;
}

static enum err run(struct race *race, struct think_result *ret, struct why *why)
{
    enum err e = hedge_run(&race->hedge, why);

    while (e == ERR_OK) {
        e = follow(race, ret, why);
        if (e != ERR_CHILD)
            break;
        e = hedge_run(&race->hedge, why);
    }
    for (size_t i = 0; i < AT_ONCE; i++)
        candidate_drop(&race->candidate[i]);
    return e;
}

static enum err make_prompt(const struct think_ask *ask, struct prompt *ret, struct why *why)
{
    const struct client *client = ask->client;
    struct env *env = ask->env;
    struct prompt_facts facts = {
        .profile = env->profile,
        .local = env->local,
        .client_name = client->name,
        .calls_before = client->calls > 0 ? (int)(client->calls - 1) : 0,
        .number_known = client->phone != NULL,
        .turns_left = env->profile->limits.turns - ask->call->turns,
    };

    enum err e = prompt_left_before(env, &facts.requests, why);
    if (e == ERR_OK)
        e = prompt_offers(env, &facts.offers, why);
    return e == ERR_OK ? prompt_make(ask->prompts, env->arena, &facts, ret) : e;
}

/* That is no failure of a model, so no breaker is told. */
static enum err refuse_for_time(struct env *env)
{
    struct why why = {0};

    (void)why_set(&why, ERR_DEADLINE, "no time was left for a model");
    env_fault(env, &why);
    return ERR_CHILD;
}

enum err model_answer(const struct think_ask *ask, struct think_result *ret, struct why *why)
{
    struct env *env = ask->env;
    struct race *race = arena_calloc(env->arena, 1, sizeof *race);
    struct prompt_history history = {0};
    struct prompt prompt = {0};

    if (race == NULL)
        return ERR_MEMORY;
    if (candidate_time_ms(env) <= 0)
        return refuse_for_time(env);
    struct rules_open before = {0};
    enum err e = make_prompt(ask, &prompt, why);
    if (e == ERR_OK)
        e = rules_left_open(env->arena, env->profile, ask->call->state, &before);
    if (e == ERR_OK)
        e = prompt_history(&history, env, ask->turn, &before, why);
    if (e != ERR_OK)
        return e;
    race->env = env;
    race->plan = (struct candidate_plan){.ask = ask,
                                         .prompt = &prompt,
                                         .history = &history,
                                         .hedge = &race->hedge,
                                         .winner = &race->winner};
    race->hedge = (struct hedge){.env = env,
                                 .unknown_ms = env->providers->hedge_think_ms,
                                 .at_once = AT_ONCE,
                                 .of = race,
                                 .may_start = may_start,
                                 .start = start,
                                 .take = take};
    model_order_read(&race->order, env->providers);
    return run(race, ret, why);
}
