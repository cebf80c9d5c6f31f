/* exchange - private to tools/holos-sync: asks the telephone exchange for what calls left in the outbox
 * (kind "binotel", store/exchange-task.h), by Binotel's REST API.
 *
 * What places or changes a call is asked for once at most. The row is given up before the request
 * leaves, and sent if it was taken; a process that dies in between leaves it given up, and the next one
 * says so. A caller who could not be put through becomes a request for a person. A name for the address
 * book is tried again: it is looked for first, so nothing is made twice. Only one process at a time asks
 * (HOLD_OUTBOX, 3). */
#ifndef HOLOS_SYNC_EXCHANGE_H
#define HOLOS_SYNC_EXCHANGE_H

#include "calls/app.h"
#include "providers/binotel-api.h"

struct exchange_round {
    const struct app *app;
    struct store *store;
    struct arena *arena;    /* cleared for each row */
    bool (*stopping)(void); /* asked between two rows */
    /* private to exchange.c */
    struct binotel_api api;
    struct why fault; /* why nobody can be asked; "" */
};

struct exchange_counts {
    int done, later, given_up;
};

/* Does any business ask the exchange for something? */
bool exchange_is_wanted(const struct app *app);

/* Until nothing is due or `stopping`. An error is the store's; ERR_BUSY also: another process asks. */
enum err exchange_round_run(struct exchange_round *r, struct exchange_counts *ret,
                            struct why *why) must_check;

#endif
