#include "providers/env.h"

#include "net/http.h"
#include "providers/providers.h"

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

enum err env_wait_until(struct env *env, struct deadline until, struct why *why)
{
    struct http *http = env->providers->http;

    enum err e = env_commit_error(env, why);
    if (e != ERR_OK)
        return e;
    if (env_must_commit(env)) {
        enum err moved = http_move(http, NULL, 0, (struct deadline){0}, NULL, NULL);
        e = env_commit(env, why);
        if (e != ERR_OK || moved == ERR_OK)
            return e;
    }
    return http_move(http, NULL, 0, until, NULL, why);
}

enum err env_wait(struct env *env, struct why *why)
{
    return env_wait_until(env, env->deadline, why);
}

void env_fault(struct env *env, const struct why *why)
{
    env->faults++;
    env->fault = *why;
}
