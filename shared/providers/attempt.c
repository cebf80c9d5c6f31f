#include "providers/attempt.h"

#include <assert.h>

#include "net/http.h"
#include "providers/providers.h"

#define PAUSE_MS 1000 /* nobody is kept waiting for more: the next rung stands ready */

enum err attempt_start(struct attempt *x, struct env *env, enum ladder_rung rung,
                       struct http_request *req, int cap_ms, struct why *why)
{
    *x = (struct attempt){.env = env, .rung = rung};
    req->deadline = deadline_cap_ms(env->deadline, cap_ms);
    if (env->asked_n < ENV_ASKED) {
        x->record = &env->asked[env->asked_n++];
        *x->record = (struct vendor_request){
            .stage = ladder_stage_name(rung),
            .rung = ladder_name(rung),
            .outcome = "dropped",
            .began_us = clock_mono_us() - env->began_us,
        };
    }
    enum err e = http_start(env->providers->http, env->arena, req, &x->transfer, why);
    if (e != ERR_OK)
        attempt_judge(x, e, 0);
    return e;
}

bool attempt_ended(const struct attempt *x)
{
    return x->transfer != NULL && http_ended(x->transfer);
}

static void note_times(struct attempt *x)
{
    struct http_times t = http_times_of(x->transfer);

    if (x->record == NULL)
        return;
    x->record->connects = t.connects;
    x->record->tls_us = t.tls_us;
    x->record->first_byte_us = t.first_byte_us;
    x->record->total_us = t.total_us;
    x->record->sent = t.sent;
    x->record->received = t.received;
}

enum err attempt_result(struct attempt *x, struct http_reply *ret, struct why *why)
{
    struct http_reply reply = {0};

    assert(attempt_ended(x));
    note_times(x);
    enum err e = http_result(x->transfer, &reply, why);
    if (x->record != NULL)
        x->record->status = reply.status;
    attempt_judge(x, e, 0);
    if (e == ERR_OK)
        *ret = reply;
    return e;
}

void attempt_judge(struct attempt *x, enum err e, int64_t cost_microusd)
{
    if (x->record == NULL)
        return;
    x->record->outcome = e == ERR_OK ? "ok" : err_name(e);
    attempt_charge(x, cost_microusd);
    /* A refusal costs nothing; what broke off may have cost more than was told. */
    x->record->cost_known = cost_microusd >= 0 && (e == ERR_OK || x->record->status >= 400);
}

void attempt_pay(struct attempt *x, enum err e, int64_t cost_microusd)
{
    attempt_judge(x, e, cost_microusd);
    if (cost_microusd > 0)
        x->env->cost_microusd += cost_microusd;
}

void attempt_charge(struct attempt *x, int64_t cost_microusd)
{
    if (x->record != NULL)
        x->record->cost_microusd = cost_microusd > 0 ? cost_microusd : 0;
}

void attempt_drop(struct attempt *x)
{
    if (x->transfer != NULL && http_ended(x->transfer))
        note_times(x);
    else if (x->transfer != NULL && x->record != NULL)
        x->record->total_us = clock_mono_us() - x->env->began_us - x->record->began_us;
    http_drop(x->transfer);
    *x = (struct attempt){0};
}

int attempt_pause_ms(const struct env *env, int keep_ms)
{
    int left = deadline_left_ms(env->deadline) - keep_ms;

    return left < PAUSE_MS ? left : PAUSE_MS;
}

enum err attempt_wait_until(struct env *env, struct deadline until, struct why *why)
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

enum err attempt_wait(struct env *env, struct why *why)
{
    return attempt_wait_until(env, env->deadline, why);
}

bool attempt_is_hard(enum err e, const struct verdict *v)
{
    return e == ERR_CONFIG || v->kind == VERDICT_OPERATOR || v->kind == VERDICT_LATER;
}
