/* handler - a route: plain data that says what it takes, and one function.
 *
 * Each file in handlers/ exports one `const struct handler handler_<name>` (dashes as underscores)
 * and has no main. The engine, nginx's locations (`holos routes --nginx`) and the tests all read
 * this struct; nothing about a route is written twice. */
#ifndef HOLOS_SERVE_HANDLER_H
#define HOLOS_SERVE_HANDLER_H

#include <stddef.h>
#include "base/err.h"
#include "calls/app.h"
#include "serve/access.h"
#include "serve/request.h"
#include "serve/response.h"

enum handler_method { HANDLER_GET = 1 << 0, HANDLER_POST = 1 << 1 };

struct handler {
    const char *name;                    /* file, binary, socket, unit, log name */
    const char *const *paths;            /* NULL-terminated */
    unsigned methods;                    /* enum handler_method, or-ed */
    size_t body_max;                     /* bytes; 0: no body is read */
    int deadline_ms;                     /* 0: HOLOS_TURN_MS */
    const struct app_part *const *parts; /* what is open before a request; NULL: nothing */
    const struct access *access;         /* who may call: access_open, access_local, or a line's */
    bool streams;                        /* may send its response in pieces */
    bool speaks;                         /* when no worker answers, nginx does with an excuse */
    int workers;       /* a sensible number of workers when nothing else is said */
    const char *about; /* one line: what the route does */
    /* Fills `response`. An error returned becomes its status and {"error": why}. */
    enum err (*handle)(struct app *app, const struct request *request, struct response *response,
                       struct why *why);
    /* The same when what the route needs cannot be opened: `open_error` and its why are the reason, and
     * may be returned. NULL: the reason is the answer. */
    enum err (*handle_unavailable)(struct app *app, const struct request *request,
                                   enum err open_error, struct response *response, struct why *why);
};

/* Runs a request through everything but FastCGI: access, method, handle, error response. The engine
 * and the direct tests both call this. `response` comes fresh from response_init and is always
 * answered afterwards. HEAD is allowed where GET is: the handler sees GET, and response.head_only
 * keeps the body back. A handler that returns ERR_OK must have set a status (asserted). */
void handler_answer(const struct handler *h, struct app *app, const struct request *request,
                    struct response *response);

/* The same while the app cannot be opened whole, or the request could not be taken in, with the
 * reason why. */
void handler_answer_unavailable(const struct handler *h, struct app *app,
                                const struct request *request, enum err open_error, struct why *why,
                                struct response *response);

#endif
