/* attempt - one question to one provider within a turn: asked within the turn's budget, asked again
 * while that is worth it, each request kept in the turn's record. The one loop for recognisers,
 * voices, models and tokens.
 *
 *     attempt_begin(&x, &task, &failure)     the first request is under way
 *     ... env_wait(env) until attempt_move(&x, &failure) is no longer ATTEMPT_RUNS
 *     attempt_drop(&x)                       on every path; an unfinished one counts as given up
 *
 * A pause before another try is waited out in attempt_move: it is short, and bounded by what the
 * stages after this one need. The stage tells the breaker of a failure: ladder.h. */
#ifndef HOLOS_PROVIDERS_ATTEMPT_H
#define HOLOS_PROVIDERS_ATTEMPT_H

#include "net/http.h"
#include "providers/env.h"
#include "providers/failure.h"

/* What is asked, and how. `of` is the stage's own and is handed to its functions. */
struct attempt_task {
    struct env *env;
    const struct provider *by; /* NULL: the requests are not kept in the turn's record */
    struct failure_retry retry;
    struct deadline until; /* no other try after this; never after the turn's deadline */
    int keep_ms;           /* part of that time, for later stages: no pause uses it */
    int pause_ms;          /* the longest pause that is waited out */
    void *of;
    /* Writes the request, its deadline too. */
    enum err (*request)(void *of, struct http_request *ret, struct failure *f);
    /* Reads an answer; *ret_cost_microusd is what has to be paid for it, also on failure (0 at
     * first). */
    enum err (*read)(void *of, const struct http_reply *reply, int64_t *ret_cost_microusd,
                     struct failure *f);
    /* FAILURE_OTHER: has it taken another model or voice, so that it can be asked again? May be
     * NULL. */
    bool (*other)(void *of);
};

enum attempt_state { ATTEMPT_RUNS, ATTEMPT_ANSWERED, ATTEMPT_FAILED };

struct attempt { /* all zero: nothing is under way */
    const struct attempt_task *task;
    int tries;
    struct http_transfer *transfer; /* NULL: not under way */
    struct vendor_request *record;  /* NULL: the turn's record is full, or has no place for it */
};

/* A task for a provider, as its struct says. */
struct attempt_task attempt_task(struct env *env, const struct provider *p, int keep_ms, void *of);

/* The task must live as long as the attempt. On failure nothing is under way. */
enum err attempt_begin(struct attempt *x, const struct attempt_task *task,
                       struct failure *ret) must_check;

/* Reads what has come, and asks again if that is worth it. With ATTEMPT_FAILED *ret says why. */
enum attempt_state attempt_move(struct attempt *x, struct failure *ret);

bool attempt_ended(const struct attempt *x);
void attempt_drop(struct attempt *x);

/* All of it: asks, and waits until it is answered or not worth another try. */
enum err attempt_run(const struct attempt_task *task, struct failure *ret) must_check;

/* ---- for a stream, whose answer begins before it ends (think/model.h) ------------------------ */

/* A request ended: its reply, with the times in the record; *f begins with what the reply itself
 * says. The error is http_result's. */
enum err attempt_result(struct attempt *x, struct http_reply *ret, struct failure *f) must_check;

/* A request whose answer is whole, under that status, while its connection goes on: to be judged
 * and dropped. */
void attempt_leave(struct attempt *x, int status);

/* The outcome, if reading the answer showed more than its status. */
void attempt_judge(struct attempt *x, enum err e, int64_t cost_microusd);
/* What one cost that is given up, as far as it is known. */
void attempt_charge(struct attempt *x, int64_t cost_microusd);

/* Waits out the pause before the next try, then true. False, at once: there is no further try. */
bool attempt_again(const struct attempt_task *task, const struct failure *f, int tries);

#endif
