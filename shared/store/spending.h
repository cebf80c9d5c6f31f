/* spending - what the vendors cost in the last 24 hours, of all calls and of each caller.
 *
 * Counted by the hour, in the commit of the turn that cost it, so that a limit costs a turn two
 * short reads and no sum over its calls. */
#ifndef HOLOS_STORE_SPENDING_H
#define HOLOS_STORE_SPENDING_H

#include "store/store.h"

#define SPENDING_ALL    "*" /* every call */
#define SPENDING_HIDDEN "-" /* callers who hide their number, together */

struct spending {
    int64_t day_microusd; /* in this hour and the 23 before it */
    int64_t hour_calls;   /* that began in this hour */
};

/* The sum of one caller (E.164 or SPENDING_HIDDEN), or of all (SPENDING_ALL). */
enum err spending_read(struct store *s, const char *caller, int64_t now_ms, struct spending *ret,
                       struct why *why) must_check;

/* Counts for the caller and for all. Needs the open transaction. */
enum err spending_add(struct store *s, const char *caller, int64_t now_ms, int calls,
                      int64_t microusd, struct why *why) must_check;

#endif
