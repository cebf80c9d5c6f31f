/* lead - requests for a person ("заявки").
 *
 * A lead and its row in the outbox (outbox.h) are written in the transaction of the turn that took it. */
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
    const char *note; /* of the person who dealt with it; not read by lead_add */
};

#define LEAD_NOTE_MAX 2000 /* bytes */

struct lead_filter {
    int64_t since_ms;    /* taken since */
    bool open;           /* only those that are not done */
    const char *profile; /* NULL: any */
    const char *phone;   /* the last nine digits, of its number or the caller's; NULL: any */
};

/* Stores the lead (id is set; a NULL status is "new") and one outbox row of kind "lead" with its
 * JSON: {"lead":id,"call":id,"profile","name","phone","wish","created_ms"}. Needs an open
 * transaction. */
enum err lead_add(struct store *s, struct arena *a, struct lead *l, struct why *why) must_check;

enum err leads_newest(struct store *s, struct arena *a, int64_t call_id /* 0: all */, int limit,
                      struct lead **ret, size_t *ret_n, struct why *why) must_check;

/* The newest first. With a phone it reads the whole table. */
enum err leads_listed(struct store *s, struct arena *a, const struct lead_filter *f, int limit,
                      struct lead **ret, size_t *ret_n, struct why *why) must_check;

/* Sets the status, and the note unless it is NULL. Needs an open transaction. ERR_NOT_FOUND. */
enum err lead_mark(struct store *s, int64_t id, const char *status, const char *note,
                   struct why *why) must_check;

/* It went out: a lead that is "new" becomes "sent". One that is done, or was deleted meanwhile, is no
 * error. Needs an open transaction. */
enum err lead_sent(struct store *s, int64_t id, struct why *why) must_check;

#endif
