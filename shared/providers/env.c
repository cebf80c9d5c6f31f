#include "providers/env.h"

enum err env_commit_error(const struct env *env, struct why *why)
{
    if (env->commit_error == ERR_OK)
        return ERR_OK;
    return why_set(why, env->commit_error, "%s", env->commit_why.text);
}

bool env_must_commit(const struct env *env)
{
    return env->commit_error == ERR_OK && env->store != NULL && store_in_transaction(env->store);
}

enum err env_commit(struct env *env, struct why *why)
{
    if (env_must_commit(env))
        env->commit_error = store_commit(env->store, &env->commit_why);
    if (env->commit_error == ERR_OK && env->on_commit != NULL)
        env->on_commit(env->to);
    return env_commit_error(env, why);
}

void env_fault(struct env *env, const struct why *why)
{
    env->faults++;
    env->fault = *why;
}
