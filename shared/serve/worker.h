/* worker - private to serve/: what one process keeps from request to request.
 *
 * The app (calls/app.h) is opened when the worker starts. If that fails, each request tries again:
 * a store that works again is used at once, and no worker dies in a loop meanwhile. */
#ifndef HOLOS_SERVE_WORKER_H
#define HOLOS_SERVE_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include "serve/handler.h"

struct worker {
    const struct handler *handler;
    struct app app;
    bool open;
    struct why open_error; /* why the app did not open, when last logged */
    struct arena arena;    /* of the current request */
    int64_t requests;      /* answered so far */
    int64_t requests_most; /* leave then; 0: never */
    bool heavy;            /* memory passed HOLOS_MAX_MB */
};

/* Reads the settings' marks and tries to open the app once. */
void worker_init(struct worker *w, const struct handler *h);
void worker_release(struct worker *w);

/* Opens the app unless it is open. Logs a fault once, and again only when it changes. Its errors
 * all mean 503: a missing store is our fault, not a wrong address. */
enum err worker_open(struct worker *w, struct why *why) must_check;

/* What the request took, for its line. */
struct worker_times {
    int64_t began_us;
    size_t in, out; /* bytes of bodies */
};

/* Writes the request's line, counts it and gives its memory back. */
void worker_finish(struct worker *w, const struct request *request, const struct response *response,
                   const struct worker_times *t);

/* Has it served enough, or grown too large? */
bool worker_is_done(const struct worker *w);

/* signals - private to serve/: being stopped, and not waiting for ever.
 *
 * SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 all mean: finish what is running, then
 * leave. They stay masked for the whole life of the process and get through only in signals_wait,
 * so no read, write or library call is ever cut short by them.
 *
 * SIGALRM is the watch: while it is on, a blocking read or write of the FastCGI library is
 * interrupted once the time is over, and again and again until the watch is off. The library takes
 * that for a broken connection, which is what a peer that stalls amounts to. */

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
