/* visits - what a turn does to the appointment book, in the transaction that keeps its answer. */
#ifndef HOLOS_CALLS_VISITS_H
#define HOLOS_CALLS_VISITS_H

#include "business/profile.h"
#include "store/call.h"
#include "think/effects.h"

/* Whose turn it is. */
struct visits_turn {
    const struct call *call;
    const struct profile *profile;
    int turn;
    int64_t now_ms;
};

/* Does what the list says of the book: cancels, then books or moves, then lets the offers go. Needs an
 * open transaction. ERR_NOT_FOUND, ERR_EXISTS: the offer or the visit is gone, the time is taken; what
 * was cancelled before that is in the transaction, so the caller of this function rolls back. */
enum err visits_keep(struct store *s, struct arena *a, const struct visits_turn *by,
                     const struct effects *list, struct why *why) must_check;

#endif
