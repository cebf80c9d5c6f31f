/* vendor-request - what a turn asked of the vendors: one row each, for times, faults and costs. */
#ifndef HOLOS_STORE_VENDOR_REQUEST_H
#define HOLOS_STORE_VENDOR_REQUEST_H

#include "store/store.h"

struct vendor_request {
    const char *stage;                       /* "hear", "think", "speak" */
    const char *rung;                        /* "google", "claude-1", ... */
    const char *outcome;                     /* "ok", or the error's name: "DEADLINE" */
    int status;                              /* HTTP; 0: no answer came */
    int connects;                            /* new connections that were made for it */
    int64_t began_us;                        /* after the turn's begin */
    int64_t tls_us, first_byte_us, total_us; /* 0: not reached or not needed */
    int64_t sent, received;                  /* bytes of the bodies */
    int64_t cost_microusd;                   /* counted in the turn's cost; see cost_known */
    bool cost_known;                         /* false: what is not priced here is missing in it */
};

/* Adds those of a turn, in order, with the open transaction (asserted). */
enum err vendor_requests_add(struct store *s, int64_t call_id, int turn,
                             const struct vendor_request *all, size_t n,
                             struct why *why) must_check;

/* Those of a turn, in order. */
enum err vendor_requests_of_turn(struct store *s, struct arena *a, int64_t call_id, int turn,
                                 struct vendor_request **ret, size_t *ret_n,
                                 struct why *why) must_check;

#endif
