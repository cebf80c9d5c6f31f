/* worker - private to serve/: what one process keeps from request to request.
 *
 * The app (calls/app.h) is opened when the worker starts. If that fails, each request tries again:
 * a store that is mended serves at once, and no worker dies in a loop meanwhile. */
#ifndef HOLOS_SERVE_WORKER_H
#define HOLOS_SERVE_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include "serve/handler.h"

struct worker {
    const struct handler *handler;
    struct app app;
    bool open;
    struct why shut;       /* why the app did not open, when last logged */
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

#endif
