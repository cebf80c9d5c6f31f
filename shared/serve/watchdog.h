/* watchdog - private to serve/: a worker that hangs ends, and its supervisor starts another.
 *
 * Two timers of the kernel run while a request does. The first says in the log that the worker hangs and
 * ends it. The second, a second later, sends SIGKILL: it also ends a worker that is stopped (SIGSTOP) or
 * that no handler can reach. Whatever it held, a call, a delivery, the store's writer, is free then:
 * the system gives back the locks of a process that has ended. Neither needs a second process to look
 * on, so it holds under multiwatch and under systemd alike. */
#ifndef HOLOS_SERVE_WATCHDOG_H
#define HOLOS_SERVE_WATCHDOG_H

#include <stdbool.h>

#define WATCHDOG_GRACE_MS 5000 /* behind a request's deadline: for a busy machine and a slow disk */

/* Makes the timers. Call after signals_init. False: the system has none to give; nothing is watched
 * then. */
bool watchdog_init(void);

/* From now on the work may take so long and WATCHDOG_GRACE_MS. Again: the time begins anew. */
void watchdog_start(int ms);

/* The work is done. */
void watchdog_stop(void);

#endif
