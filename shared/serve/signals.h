/* signals - private to serve/: being stopped, and not waiting for ever.
 *
 * SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 all mean: finish what is running, then
 * leave. They stay masked for the whole life of the process and get through only in signals_wait,
 * so no read, write or library call is ever cut short by them.
 *
 * SIGALRM is the watch: while it is on, a blocking read or write of the FastCGI library is
 * interrupted once the time is over, and again and again until the watch is off. The library takes
 * that for a broken connection, which is what a peer that stalls amounts to. */
#ifndef HOLOS_SERVE_SIGNALS_H
#define HOLOS_SERVE_SIGNALS_H

#include <stdbool.h>

/* Masks, installs the handlers, ignores SIGPIPE. Call before FCGX_Init.
 *
 * Start a worker with all signals masked (env --block-signal). A signal that comes before this call
 * is then kept until the worker can hear it; unmasked, it kills a worker that has served no caller
 * yet. This call lets all signals through again but the stopping ones. */
void signals_init(void);

/* Has one of the stopping signals come, delivered or still pending? A worker that always has a
 * caller waiting never sleeps in signals_wait, so the pending ones count. */
bool signals_stopping(void);

/* Sleeps until `fd` can be read or a signal comes. True: it can be read. */
bool signals_wait(int fd);

void signals_watch(int ms);
void signals_unwatch(void);

#endif
