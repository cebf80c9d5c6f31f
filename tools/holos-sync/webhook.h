/* webhook - private to tools/holos-sync: one POST of an outbox row to the operator's own server.
 *
 * The body is the row's payload as it is. Headers: Idempotency-Key, the row's id, the same however
 * often it is sent; X-Holos-Signature, the HMAC-SHA256 of the body in hex, if there is a key. */
#ifndef HOLOS_SYNC_WEBHOOK_H
#define HOLOS_SYNC_WEBHOOK_H

#include "net/http.h"
#include "store/outbox.h"

struct webhook {
    struct http *http;
    const char *url;
    const char *key; /* "": not signed */
};

enum webhook_fate {
    WEBHOOK_TOOK,
    WEBHOOK_LATER, /* it may take it another time */
    WEBHOOK_DOWN,  /* the same, and it would not take another row now either */
    WEBHOOK_NEVER,
};

struct webhook_answer {
    enum webhook_fate fate;
    int64_t wait_ms; /* as long as it asks to be left alone; -1: it does not say */
    struct why why;  /* unless it took it: without anything that it wrote */
};

/* Waits for the answer, at most 15 s. */
void webhook_post(const struct webhook *w, struct arena *a, const struct outbox_row *row,
                  struct webhook_answer *ret);

#endif
