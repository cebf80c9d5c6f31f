#include "dialogue/model.h"

#include <assert.h>

#include "dialogue/model-attempt.h"
#include "dialogue/model-order.h"
#include "dialogue/settle.h"
#include "dialogue/voicing.h"

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
