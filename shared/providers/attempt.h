/* errand - one request to a vendor within a turn: sent within the turn's budget, kept in its record.
 *
 *     attempt_start(&x, c, LADDER_SPEAK_GOOGLE, &req, cap_ms, why)
 *     ... providers_move(c) until attempt_ended(&x)
 *     attempt_result(&x, &reply, why)        once; writes the record
 *     attempt_drop(&x)                       on every path; an unfinished one is recorded as given up
 *
 * Private to dialogue/. */
#ifndef HOLOS_PROVIDERS_ATTEMPT_H
#define HOLOS_PROVIDERS_ATTEMPT_H

#include "providers/env.h"
#include "net/http.h"
#include "providers/verdict.h"

struct attempt {
    struct env *env;
    enum ladder_rung rung;
    struct http_transfer *transfer; /* NULL: not under way */
    struct vendor_request *record;  /* NULL: the turn's record is full */
};

/* `req` without deadline and stop, which are set here: the turn's, at most `cap_ms`. */
enum err attempt_start(struct attempt *x, struct env *env, enum ladder_rung rung,
                       struct http_request *req, int cap_ms, struct why *why) must_check;
bool attempt_ended(const struct attempt *x);

/* Of one that ended: http_result's. */
enum err attempt_result(struct attempt *x, struct http_reply *ret, struct why *why) must_check;

/* What the answer was after all, when reading it showed more than its status. */
void attempt_judge(struct attempt *x, enum err e, int64_t cost_microusd);
/* The same, and the cost is the turn's too. PRICE_UNKNOWN (providers/price.h): only that is noted. */
void attempt_pay(struct attempt *x, enum err e, int64_t cost_microusd);
/* What one cost that is given up, as far as it is known. */
void attempt_charge(struct attempt *x, int64_t cost_microusd);
void attempt_drop(struct attempt *x);

/* The longest pause before another try, when so much of the budget is kept for what comes after. */
int attempt_pause_ms(const struct env *env, int keep_ms);

/* Waits until something of what is under way moved; what is not committed yet is, while the bytes of
 * what was started are on their way (settle.h). ERR_DEADLINE: the turn's budget is used up;
 * ERR_STOPPING; or settle's fault. */
enum err attempt_wait(struct env *env, struct why *why) must_check;
/* The same, but not past `until`: ERR_DEADLINE then too. */
enum err attempt_wait_until(struct env *env, struct deadline until, struct why *why) must_check;

/* Is a failed rung to be left alone at once (`hard`), because only time or a person mends it? */
bool attempt_is_hard(enum err e, const struct verdict *v);

#endif
