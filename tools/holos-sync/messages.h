/* messages - private to tools/holos-sync: puts the messages to clients that have become due into the
 * outbox: a confirmation after booking or moving, a reminder before the visit, as the profile's
 * book.messages says. What is due is worked out from the visits, so that whoever books, moves or
 * cancels need not know of messages. round.h sends them. */
#ifndef HOLOS_SYNC_MESSAGES_H
#define HOLOS_SYNC_MESSAGES_H

#include "calls/app.h"

/* Does any business send messages? */
bool messages_are_wanted(const struct app *app);

/* Adds what is due now; *ret_n counts it. Errors are the store's. */
enum err messages_plan(const struct app *app, struct store *store, struct arena *a, int *ret_n,
                       struct why *why) must_check;

#endif
