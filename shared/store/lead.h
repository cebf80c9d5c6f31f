/* lead - requests for a person ("заявки"), and the outbox that carries what must go out later.
 *
 * A lead and its outbox row are written in the transaction of the turn that took it. The outbox is
 * emptied by a program of its own; here rows are only added, listed and counted. */
#ifndef HOLOS_STORE_LEAD_H
#define HOLOS_STORE_LEAD_H

#include "store/store.h"

struct lead {
    int64_t id;
    int64_t call_id;   /* 0 if it came otherwise */
    int64_t client_id; /* 0 unknown */
    const char *profile;
    const char *name;  /* as the caller said it */
    const char *phone; /* E.164 if it could be normalised, else as said; "" unknown */
    const char *wish;
    const char *status; /* "new", "sent", "done" */
    int64_t created_ms;
};

/* Stores the lead (id is set; a NULL status is "new") and one outbox row of kind "lead" with its
 * JSON: {"lead":id,"call":id,"profile","name","phone","wish","created_ms"}. Needs an open
 * transaction. */
enum err lead_add(struct store *s, struct arena *a, struct lead *l, struct why *why) must_check;

enum err leads_newest(struct store *s, struct arena *a, int64_t call_id /* 0: all */, int limit,
                      struct lead **ret, size_t *ret_n, struct why *why) must_check;

/* Rows of the outbox that have not gone out: waiting, or given up. */
enum err outbox_waiting(struct store *s, int64_t *ret_n, struct why *why) must_check;

#endif
