/* nudge - a deadline for a system call that has none.
 *
 * Between nudge_begin and nudge_end a blocking call of this thread (flock) comes back with EINTR
 * once the deadline has passed, and every few milliseconds from then on: the first nudge may come
 * just before the call. It may also come back earlier, for another signal. So:
 *
 *     if (nudge_begin(&n, deadline)) {
 *         do
 *             rc = flock(fd, LOCK_EX);
 *         while (rc != 0 && errno == EINTR && !deadline_passed(deadline));
 *         nudge_end(&n);
 *     }
 *
 * Uses SIGRTMIN + 5, sent to this thread alone; its handler does nothing. */
#ifndef HOLOS_BASE_NUDGE_H
#define HOLOS_BASE_NUDGE_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include "base/clock.h"

struct nudge {
    timer_t timer;
    sigset_t before; /* the thread's mask */
};

/* False if the system has no timer to give: nothing is set up, and the caller must not block. */
bool nudge_begin(struct nudge *n, struct deadline d);

/* No nudge comes after this. Keeps errno. */
void nudge_end(struct nudge *n);

#endif
