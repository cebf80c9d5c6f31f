/* figures - counts and stage times for /telephony/stats, /metrics and `holos stats`. */
#ifndef HOLOS_STORE_FIGURES_H
#define HOLOS_STORE_FIGURES_H

#include "store/store.h"

enum figures_stage { STAGE_HEAR, STAGE_THINK, STAGE_SPEAK, STAGE_TOTAL, STAGE__MAX };

struct figures {
    int64_t calls, leads, bookings; /* bookings: 0 until there is a book */
    int64_t turns;                  /* of the caller; greetings are not counted */
    int64_t errors;                 /* rungs that failed, also of greetings */
    int64_t cost_microusd;
    struct {
        int64_t n;              /* turns, greetings not counted, in which the stage ran */
        int64_t p50_us, p95_us; /* nearest rank, exact; 0 if n is 0 */
    } stage[STAGE__MAX];
};

/* Of calls and turns that began at or after `since_ms`. */
enum err figures_since(struct store *s, int64_t since_ms, struct figures *ret,
                       struct why *why) must_check;

/* Calls that have not ended and whose last activity is at or after `since_ms`. */
enum err figures_active_calls(struct store *s, int64_t since_ms, int64_t *ret,
                              struct why *why) must_check;

/* Number of calls by final status since `since_ms`, indexed by enum call_status. */
enum err figures_by_status(struct store *s, int64_t since_ms, int64_t *ret /* [CALL__MAX] */,
                           struct why *why) must_check;

#endif
