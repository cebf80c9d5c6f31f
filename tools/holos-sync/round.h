/* round - private to tools/holos-sync: takes what is due out of the outbox, one row after the other.
 *
 * A row is read, sent while no transaction is open, and what became of it is committed. A process
 * that dies in between sends the row again, under the same Idempotency-Key. Only one process at a
 * time sends (HOLD_OUTBOX). */
#ifndef HOLOS_SYNC_ROUND_H
#define HOLOS_SYNC_ROUND_H

#include "store/store.h"
#include "tools/holos-sync/webhook.h"

struct round {
    struct store *store;
    struct arena arena;
    bool log;               /* a line for each request */
    struct webhook webhook; /* http NULL: none */
    bool (*stopping)(void); /* asked between two rows */
    int64_t taken;          /* the row that was taken, which the store does not know yet; 0: none */
    int64_t taken_lead;
};

struct round_counts {
    int sent, later, given_up;
    bool down; /* it ended because the webhook takes nothing now */
};

/* Until nothing is due, the webhook is down or `stopping`. An error is the store's; ERR_BUSY also:
 * another process sends. *ret counts what was done before it, too. */
enum err round_run(struct round *r, struct round_counts *ret, struct why *why) must_check;

#endif
