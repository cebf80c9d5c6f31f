/* pace - a pause between any two requests to a vendor, whichever process sends them.
 *
 * Who wants to ask takes a moment at which it may, and waits until then. The moments of all
 * processes are `gap_ms` apart, whether or not what was taken is used. */
#ifndef HOLOS_STORE_PACE_H
#define HOLOS_STORE_PACE_H

#include "store/store.h"

/* *ret_wait_ms: how long to wait before the request may leave. ERR_DEADLINE: longer than `d` allows,
 * and no moment is taken. No transaction may be open (asserted); the store's errors. */
enum err pace_take(struct store *s, const char *vendor, int64_t gap_ms, struct deadline d,
                   int64_t *ret_wait_ms, struct why *why) must_check;

/* The vendor said that it was asked too often: nobody asks it for `wait_ms`, an hour at most. */
enum err pace_rest(struct store *s, const char *vendor, int64_t wait_ms, struct deadline d,
                   struct why *why) must_check;

#endif
