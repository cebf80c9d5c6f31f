/* exchange-task - what the telephone exchange is to be asked for because of a call: rows of the outbox
 * (outbox.h) of the kind "binotel", and the JSON of their payload. */
#ifndef HOLOS_STORE_EXCHANGE_TASK_H
#define HOLOS_STORE_EXCHANGE_TASK_H

#include "store/store.h"

/* X(name, text): text as in the payload's "do". */
#define EXCHANGE_TASKS(X)                                                                          \
    X(TRANSFER, "transfer")   /* hand the call to `line` */                                        \
    X(CALL_BACK, "call_back") /* connect `line` with `number`, shown as coming from `called` */    \
    X(CUSTOMER, "customer")   /* keep `name` for `number` in the address book */

enum exchange_do {
#define X(name, text) EXCHANGE_##name,
    EXCHANGE_TASKS(X)
#undef X
        EXCHANGE__MAX
};

struct exchange_task {
    enum exchange_do what;
    const char *line, *number, *called, *name; /* NULL: "" */
};

/* Adds the row, due at due_ms. Needs an open transaction (asserted). */
enum err exchange_task_add(struct store *s, struct arena *a, int64_t call_id,
                           const struct exchange_task *task, int64_t due_ms,
                           struct why *why) must_check;

/* Reads a payload; no text is NULL. ERR_FORMAT: it is none of these. */
enum err exchange_task_read(struct arena *a, const char *payload, struct exchange_task *ret,
                            struct why *why) must_check;

#endif
