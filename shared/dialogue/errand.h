/* errand - one request to a vendor within a turn: sent within the turn's budget, kept in its record.
 *
 *     errand_start(&x, c, LADDER_SPEAK_GOOGLE, &req, cap_ms, why)
 *     ... outside_move(c) until errand_ended(&x)
 *     errand_result(&x, &reply, why)        once; writes the record
 *     errand_drop(&x)                       on every path; an unfinished one is recorded as given up
 *
 * Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_ERRAND_H
#define HOLOS_DIALOGUE_ERRAND_H

#include "dialogue/turn.h"
#include "net/http.h"
#include "providers/verdict.h"

struct errand {
    struct conversation *c;
    enum ladder_rung rung;
    struct http_transfer *transfer; /* NULL: not under way */
    struct vendor_request *record;  /* NULL: the turn's record is full */
};

/* `req` without deadline and stop, which are set here: the turn's, at most `cap_ms`. */
enum err errand_start(struct errand *x, struct conversation *c, enum ladder_rung rung,
                      struct http_request *req, int cap_ms, struct why *why) must_check;
bool errand_ended(const struct errand *x);

/* Of one that ended: http_result's. */
enum err errand_result(struct errand *x, struct http_reply *ret, struct why *why) must_check;

/* What the answer was after all, when reading it showed more than its status. */
void errand_judge(struct errand *x, enum err e, int64_t cost_microusd);
/* The same, and the cost is the turn's too. PRICE_UNKNOWN (providers/price.h): only that is noted. */
void errand_pay(struct errand *x, enum err e, int64_t cost_microusd);
/* What one cost that is given up, as far as it is known. */
void errand_charge(struct errand *x, int64_t cost_microusd);
void errand_drop(struct errand *x);

/* The longest pause before another try, when so much of the budget is kept for what comes after. */
int errand_pause_ms(const struct conversation *c, int keep_ms);

/* Waits until something of what is under way moved; what is not committed yet is, while the bytes of
 * what was started are on their way (settle.h). ERR_DEADLINE: the turn's budget is used up;
 * ERR_STOPPING; or settle's fault. */
enum err errand_wait(struct conversation *c, struct why *why) must_check;
/* The same, but not past `until`: ERR_DEADLINE then too. */
enum err errand_wait_until(struct conversation *c, struct deadline until,
                           struct why *why) must_check;

/* Is a failed rung to be left alone at once (`hard`), because only time or a person mends it? */
bool errand_is_hard(enum err e, const struct verdict *v);

#endif
