/* binotel-ask - how every Binotel route reads a body that is no recording: the contract's own fields,
 * or an event of the exchange, which may come on any of the routes (binotel.md 10.3, step 2). */
#ifndef HOLOS_SERVE_BINOTEL_ASK_H
#define HOLOS_SERVE_BINOTEL_ASK_H

#include "serve/handler.h"
#include "providers/binotel.h"

/* Reads the body into *ret. An event is acted on and answered here, also one with fields that cannot
 * be used, and *ret_answered is true; else the contract's fields are left to the route. Errors are
 * those of ask_fields and of binotel_read's contract dialect. An event that the exchange shall send
 * again is answered with 500, the one status that binotel.md 10.3 has for it. */
enum err binotel_ask(struct app *app, const struct ask *ask, struct reply *r,
                     struct binotel_event *ret, bool *ret_answered, struct why *why) must_check;

/* A Binotel route's handle_shut: also without a store an event gets the exchange's own answer, while
 * a caller waits for apiCallSettings. `shut` for everything else. */
enum err binotel_ask_shut(const struct ask *ask, enum err shut, struct reply *r,
                          struct why *why) must_check;

#endif
