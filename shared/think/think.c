#include "think/think.h"

#include "base/clock.h"
#include "think/model.h"
#include "think/rules.h"

static enum err think_by_rules(const struct think_ask *ask, struct think_result *ret)
{
    const struct env *env = ask->env;
    struct rules_answer answer = {0};
    const char *words = "";

    enum err e = rules_words_now(env->arena, env->profile, ask->turn, ask->call->state, &words);
    if (e != ERR_OK)
        return e;
    const struct rules_ask rules = {
        .profile = env->profile,
        .words = words,
        .state = ask->call->state,
        .caller_phone = ask->client->phone,
        .client_name = ask->client->name,
        .local = env->local,
        .env = ask->env,
    };

    e = rules_answer(env->arena, &rules, &answer);
    ret->say = answer.say;
    ret->shared = answer.shared;
    ret->state = answer.state;
    ret->asks = answer.asks;
    ret->effects = answer.effects;
    ret->think_rung = PROVIDER_RULES;
    return e;
}

enum err think(const struct think_ask *ask, struct think_result *ret, struct why *why)
{
    int64_t from_us = clock_mono_us();
    enum err e = ERR_CHILD;

    if (!ask->rules_only && model_may(ask->env))
        e = model_answer(ask, ret, why);
    if (e == ERR_CHILD)
        e = think_by_rules(ask, ret);
    ret->think_us = clock_mono_us() - from_us;
    return e;
}
