#include "providers/attempt.h"

#include <assert.h>

#include "providers/provider.h"
#include "providers/providers.h"

#define MUTE_MS  2000 /* waiting less is no proof, unless the settings allow no more */
#define PAUSE_MS 1000 /* a caller is not kept waiting for more: the next rung stands ready */

struct attempt_task attempt_task(struct env *env, const struct provider *p, int keep_ms, void *of)
{
    struct attempt_task task = {.env = env,
                                .by = p,
                                .retry = p->retry,
                                .until = env->deadline,
                                .keep_ms = keep_ms,
                                .pause_ms = PAUSE_MS,
                                .of = of};

    task.retry.local_server = p->is_local_server != NULL && p->is_local_server(env->providers);
    return task;
}

/* ---- the turn's record ----------------------------------------------------------------------- */

static void note_begin(struct attempt *x)
{
    struct env *env = x->task->env;
    const struct provider *by = x->task->by;

    if (by == NULL || env->asked_n == ENV_ASKED)
        return;
    x->record = &env->asked[env->asked_n++];
    *x->record = (struct vendor_request){
        .stage = provider_stage_name(by->stage),
        .rung = by->name,
        .outcome = "dropped",
        .began_us = clock_mono_us() - env->began_us,
    };
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

void attempt_judge(struct attempt *x, enum err e, int64_t cost_microusd)
{
    if (x->record == NULL)
        return;
    x->record->outcome = e == ERR_OK ? "ok" : err_name(e);
    attempt_charge(x, cost_microusd);
    /* A refusal costs nothing; what broke off may have cost more than was told. */
    x->record->cost_known = cost_microusd >= 0 && (e == ERR_OK || x->record->status >= 400);
}

void attempt_charge(struct attempt *x, int64_t cost_microusd)
{
    if (x->record != NULL)
        x->record->cost_microusd = cost_microusd > 0 ? cost_microusd : 0;
}

/* ---- one request ----------------------------------------------------------------------------- */

static enum err start(struct attempt *x, struct failure *f)
{
    struct env *env = x->task->env;
    struct http_request req = {0};

    *f = (struct failure){0};
    x->tries++;
    enum err e = x->task->request(x->task->of, &req, f);
    if (e != ERR_OK)
        return failure_close(f, e);
    note_begin(x);
    if (env->deadline.at_us < req.deadline.at_us)
        req.deadline = env->deadline;
    e = http_start(env->providers->http, env->arena, &req, &x->transfer, &f->why);
    if (e == ERR_OK)
        return e;
    attempt_judge(x, e, 0);
    f->next = e == ERR_CONFIG ? FAILURE_OPERATOR : FAILURE_BROKEN;
    return failure_close(f, e);
}

bool attempt_ended(const struct attempt *x)
{
    return x->transfer != NULL && http_ended(x->transfer);
}

/* What did not come is no fault of the request's: it may be on the way, or the way itself is set
 * wrong. */
static enum failure_next next_of(enum err e)
{
    if (e == ERR_PEER || e == ERR_DEADLINE)
        return FAILURE_AGAIN;
    return e == ERR_CONFIG ? FAILURE_OPERATOR : FAILURE_BROKEN;
}

/* The time that a request of this stage has by the settings; a token's is that of who needs it. */
static int most_ms(const struct attempt *x)
{
    const struct providers *o = x->task->env->providers;
    const int most[PROVIDER__STAGES] = {
        [PROVIDER_HEAR] = o->hear_ms,
        [PROVIDER_THINK] = o->think_first_ms,
        [PROVIDER_SPEAK] = o->speak_ms,
    };

    if (x->task->by == NULL)
        return o->hear_ms < o->speak_ms ? o->hear_ms : o->speak_ms;
    return most[x->task->by->stage];
}

/* A turn that had no time left proves nothing. */
static bool is_mute(const struct attempt *x, enum err e)
{
    const struct http_times t = http_times_of(x->transfer);
    int least = most_ms(x) < MUTE_MS ? most_ms(x) : MUTE_MS;

    return e == ERR_DEADLINE && t.received == 0 && t.first_byte_us == 0 &&
           t.total_us >= (int64_t)least * 900;
}

enum err attempt_result(struct attempt *x, struct http_reply *ret, struct failure *f)
{
    struct http_reply reply = {.retry_after_ms = -1};

    assert(attempt_ended(x));
    note_times(x);
    enum err e = http_result(x->transfer, &reply, &f->why);
    if (x->record != NULL)
        x->record->status = reply.status;
    attempt_judge(x, e, 0);
    f->status = reply.status;
    f->sent = http_times_of(x->transfer).sent > 0;
    f->said = reply.should_retry;
    f->mute = is_mute(x, e);
    f->wait_ms = reply.retry_after_ms > 0 ? reply.retry_after_ms : 0;
    if (e == ERR_OK)
        *ret = reply;
    else
        f->next = next_of(e);
    return e;
}

void attempt_leave(struct attempt *x, int status)
{
    if (x->record != NULL)
        x->record->status = status;
}

void attempt_drop(struct attempt *x)
{
    if (x->transfer != NULL && http_ended(x->transfer))
        note_times(x);
    else if (x->transfer != NULL && x->record != NULL)
        x->record->total_us = clock_mono_us() - x->task->env->began_us - x->record->began_us;
    http_drop(x->transfer);
    x->transfer = NULL;
    x->record = NULL;
}

static enum err take(struct attempt *x, struct failure *f)
{
    struct http_reply reply = {.retry_after_ms = -1};
    int64_t cost_microusd = 0;

    *f = (struct failure){0};
    enum err e = attempt_result(x, &reply, f);
    if (e == ERR_OK) {
        e = x->task->read(x->task->of, &reply, &cost_microusd, f);
        attempt_judge(x, e, cost_microusd);
        if (cost_microusd > 0)
            x->task->env->cost_microusd += cost_microusd;
    }
    attempt_drop(x);
    return failure_close(f, e);
}

/* ---- again, and again ------------------------------------------------------------------------ */

bool attempt_again(const struct attempt_task *task, const struct failure *f, int tries)
{
    int left = deadline_left_ms(task->until) - task->keep_ms;
    uint8_t chance = (uint8_t)clock_mono_us();
    int64_t wait_ms = 0;

    return failure_again(f, &task->retry, tries, chance, &wait_ms) &&
           wait_ms <= (left < task->pause_ms ? left : task->pause_ms) &&
           deadline_sleep(task->until, (int)wait_ms);
}

enum err attempt_begin(struct attempt *x, const struct attempt_task *task, struct failure *ret)
{
    *x = (struct attempt){.task = task};
    return start(x, ret);
}

enum attempt_state attempt_move(struct attempt *x, struct failure *ret)
{
    if (!attempt_ended(x))
        return ATTEMPT_RUNS;
    if (take(x, ret) == ERR_OK)
        return ATTEMPT_ANSWERED;
    bool other =
        ret->next == FAILURE_OTHER && x->task->other != NULL && x->task->other(x->task->of);
    if ((other || attempt_again(x->task, ret, x->tries)) && start(x, ret) == ERR_OK)
        return ATTEMPT_RUNS;
    return ATTEMPT_FAILED;
}

enum err attempt_run(const struct attempt_task *task, struct failure *ret)
{
    enum attempt_state state = ATTEMPT_RUNS;
    struct attempt x = {0};

    enum err e = attempt_begin(&x, task, ret);
    while (e == ERR_OK && state == ATTEMPT_RUNS) {
        e = env_wait_until(task->env, task->until, &ret->why);
        state = attempt_move(&x, ret);
    }
    attempt_drop(&x);
    if (state != ATTEMPT_RUNS)
        return state == ATTEMPT_ANSWERED ? ERR_OK : ret->err;
    return failure_close(ret, e);
}
