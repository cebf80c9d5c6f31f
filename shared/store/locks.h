/* locks - private to store/: the two side files whose locks keep processes apart.
 *
 * Both kinds belong to the open file, hence to the process: the system frees them however it ends.
 * "<store>-writer" is locked whole (flock) around every write transaction; "<store>-holds" byte by
 * byte (OFD locks). Neither file may be removed while a program runs: those who open a new one
 * would not see the others' locks. */
#ifndef HOLOS_STORE_LOCKS_H
#define HOLOS_STORE_LOCKS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "base/clock.h"
#include "base/err.h"
#include "store/store.h"

/* locks_alarm - a deadline for a system call that has none.
 *
 * Between locks_alarm_begin and locks_alarm_end a blocking call of this thread (flock) comes back
 * with EINTR once the deadline has passed, and every few milliseconds from then on: the first alarm
 * may come just before the call. It may also come back earlier, for another signal. So:
 *
 *     if (locks_alarm_begin(&n, deadline)) {
 *         do
 *             rc = flock(fd, LOCK_EX);
 *         while (rc != 0 && errno == EINTR && !deadline_passed(deadline));
 *         locks_alarm_end(&n);
 *     }
 *
 * Uses SIGRTMIN + 5, sent to this thread alone; its handler does nothing. */

struct locks_alarm {
    timer_t timer;
    sigset_t before; /* the thread's mask */
};

/* False if the system has no timer to give: nothing is set up, and the caller must not block. */
bool locks_alarm_begin(struct locks_alarm *n, struct deadline d);

/* No alarm comes after this. Keeps errno. */
void locks_alarm_end(struct locks_alarm *n);

struct locks {
    int writer, holds; /* open files; -1: none */
};

enum err locks_open(struct locks *l, const char *path, struct why *why) must_check;
void locks_close(struct locks *l);

/* ERR_BUSY when another holds it past the deadline. */
enum err locks_take_writer(struct locks *l, struct deadline d, struct why *why) must_check;
void locks_drop_writer(struct locks *l);

/* One hold. Tries once even when the deadline has passed. */
enum err locks_take_hold(struct locks *l, enum store_hold kind, int64_t id,
                         struct deadline d) must_check;
void locks_drop_hold(struct locks *l, enum store_hold kind, int64_t id);
void locks_drop_holds(struct locks *l);

/* Does another process (another open store) have it? */
bool locks_is_held(const struct locks *l, enum store_hold kind, int64_t id);

#endif
