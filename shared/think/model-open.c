/* What a model's answer leaves open: what its tools ask, else what was open before and is still. */
#include "think/model.h"

#include "store/booking.h"
#include "think/rules.h"
#include "think/understand.h"

#define KEYED_TURNS 62 /* of a call, whose keys are remembered */

/* One turn: what was open before it, and what the caller said to that. */
struct reply {
    const struct think_ask *ask;
    struct rules_open before;
    struct understood heard;
    size_t offers; /* that the call has */
};

static enum err hear(struct reply *r)
{
    const struct env *env = r->ask->env;
    const struct understand_ask of = {.profile = env->profile,
                                      .words = rules_words(env->arena, env->profile, r->ask->turn),
                                      .local = env->local,
                                      .asked = r->before.open.asks,
                                      .offers = (int)r->before.open.choices};

    return understand(env->arena, &of, &r->heard);
}

static enum err read_reply(struct reply *r, struct why *why)
{
    struct env *env = r->ask->env;
    struct offer *list = NULL;

    enum err e = rules_left_open(env->arena, env->profile, r->ask->call->state, &r->before);
    if (e == ERR_OK && r->before.open.asks != ASKS_NOTHING)
        e = hear(r);
    return e == ERR_OK
               ? offers_of_call(env->store, env->arena, env->call_id, &list, &r->offers, why)
               : e;
}

static bool tells_visit(const struct understood *u)
{
    return u->choice > 0 || u->services > 0 || u->specialist >= 0 || u->when.days_n > 0 ||
           u->when.time >= 0;
}

/* Does the line answer that? What a question of ours says nothing to is open still. */
static bool is_answered(const struct reply *r)
{
    const struct understood *u = &r->heard;

    switch (r->before.open.asks) {
    case ASKS_SERVICE:
        return u->services > 0 || u->could_be_n > 0;
    case ASKS_SPECIALIST:
        return u->specialist >= 0 || u->any_specialist;
    case ASKS_DAY:
    case ASKS_TIME:
        return u->when.days_n > 0 || u->when.nearest || u->when.time >= 0 || u->when.from >= 0 ||
               u->when.to >= 0;
    case ASKS_CHOICE:
    case ASKS_WHICH:
        return tells_visit(u) || u->answer != ANSWER_NONE ||
               rules_key_chose(r->ask->turn, &r->before) != NULL;
    case ASKS_NAME:
        return u->name != NULL;
    case ASKS_PHONE:
        return u->phone != NULL;
    case ASKS_CONFIRM: /* a visit is cancelled only where it was asked about in the turn before */
        return u->answer != ANSWER_NONE || r->before.cancel != 0;
    case ASKS_NOTHING:
    case ASKS_WISH:
    case ASKS_ELSE:
    case ASKS_OPEN:
    case ASKS__MAX:
        break;
    }
    return true;
}

/* A plain no to what was read back, in place of which nothing is read back; or a wish for none of it.
 * "Ні, не Марина, а Марія" and "ні, краще на п'яту" tell something: the offer waits for what the model
 * makes of that. */
static bool is_refused(const struct reply *r, const struct asks_open *open,
                       const struct effects *effects)
{
    const struct understood *u = &r->heard;
    enum asks asked = r->before.open.asks;
    bool tells = tells_visit(u) || u->name != NULL || u->phone != NULL || u->when.from >= 0 ||
                 u->when.to >= 0;

    if (open->asks == ASKS_CONFIRM || effects_book(effects) != NULL || tells)
        return false;
    return u->drops ? asked != ASKS_NOTHING : asked == ASKS_CONFIRM && u->answer == ANSWER_NO;
}

/* Its tools have asked nothing. */
static struct asks_open still_open(const struct reply *r, bool refused)
{
    const struct rules_open *before = &r->before;

    if (refused)
        return (struct asks_open){.asks = r->offers > 0 && !r->heard.drops ? ASKS_TIME : ASKS_ELSE};
    if (!is_answered(r))
        return before->open;
    return (struct asks_open){.asks = r->offers == 0   ? ASKS_NOTHING
                                      : r->offers == 1 ? ASKS_CONFIRM
                                                       : ASKS_CHOICE};
}

enum err model_keep_open(const struct think_ask *ask, const struct asks_open *open,
                         struct think_result *ret, struct why *why)
{
    const struct env *env = ask->env;
    const char *state = ret->state == NULL ? ask->call->state : ret->state;
    struct rules_open after = {.open = *open, .cancel = effects_ask_cancel(&ret->effects)};
    struct reply r = {.ask = ask};

    enum err e = read_reply(&r, why);
    if (e != ERR_OK)
        return e;
    bool refused = is_refused(&r, open, &ret->effects);
    if (refused && r.offers > 0)
        effects_put(&ret->effects, (struct effect){.kind = EFFECT_DROP_OFFERS});
    if (open->asks == ASKS_NOTHING)
        after.open = still_open(&r, refused);
    after.keyed = r.before.keyed;
    if (rules_key_chose(ask->turn, &r.before) != NULL && ask->turn->n < KEYED_TURNS)
        after.keyed |= INT64_C(1) << ask->turn->n;
    ret->asks = after.open.asks;
    bool kept = r.before.open.asks != ASKS_NOTHING || r.before.cancel != 0 || r.before.keyed != 0;
    if (!kept && after.open.asks == ASKS_NOTHING && after.cancel == 0)
        return ERR_OK;
    return rules_leave_open(env->arena, env->profile, state, &after, &ret->state);
}
