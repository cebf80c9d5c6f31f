/* delivery - exactly once: the record of the webhook requests that came.
 *
 * A delivery is known by (source, key), and has a digest of what it said. The first request with it
 * does the work; when it is sent again, the same bytes are sent and nothing else happens. While the
 * first is at work, a second waits within its deadline, and any more are refused. If the worker of
 * the first died (its hold is free, store.h), the next takes over from what is stored. Deliveries are
 * kept for HOLOS_KEEP_DELIVERIES_H, then swept.
 *
 * Life: delivery_begin -> DELIVERY_DONE: send ret->reply, nothing else to do.
 *                      -> DELIVERY_NEW or DELIVERY_TAKEN_OVER: the write transaction is OPEN; add
 *                         what must be committed before the slow work, store_commit, work, then
 *                         store_begin, write the effects, delivery_finish, store_commit.
 * An error on the way: store_rollback; the row stays "running" without a hold, so a retry takes
 * over. delivery_forget removes it when the request was refused and had no effect. */
#ifndef HOLOS_STORE_DELIVERY_H
#define HOLOS_STORE_DELIVERY_H

#include "store/store.h"
#include "wire/body.h"

enum delivery_found { DELIVERY_NEW, DELIVERY_TAKEN_OVER, DELIVERY_DONE };

struct delivery_reply {
    int status;       /* HTTP */
    const char *type; /* Content-Type */
    struct body body;
};

struct delivery {
    int64_t id;
    enum delivery_found found;
    struct delivery_reply *reply; /* DELIVERY_DONE only; in the arena */
};

/* What a delivery is known by. */
struct delivery_key {
    const char *source; /* the route */
    const char *key;    /* unique within it */
    /* Of what the request says. The same key with another digest is refused: it is another request,
     * or a stranger who guesses keys. "" or NULL: not known, and equal to every other. */
    const char *digest;
    /* > 0: a delivery that finished longer ago than this, or began longer ago and died, is
     * forgotten and the same key is new again (for keys made from a body). */
    int window_s;
};

/* No transaction may be open (asserted). A finished delivery is found without waiting for writers.
 * Errors: ERR_OTHER_BODY: the key is that of another request; ERR_BUSY if the first did not finish
 * within the deadline, or, at once, if another waits for it already; nothing is open and nothing
 * held after an error. */
enum err delivery_begin(struct store *s, struct arena *a, const struct delivery_key *key,
                        struct deadline d, struct moment now, struct delivery *ret,
                        struct why *why) must_check;

/* Stores the reply's bytes with the effects of the open transaction. The
 * caller releases the hold after the commit. ERR_NOT_FOUND: the delivery is not running; the caller must roll its
 * effects back. */
enum err delivery_finish(struct store *s, const struct delivery *d,
                         const struct delivery_reply *reply, struct moment now,
                         struct why *why) must_check;

/* Removes a running delivery, in its own transaction if none is open. A turn that it began stays. */
enum err delivery_forget(struct store *s, const struct delivery *d, struct deadline deadline,
                         struct why *why) must_check;

/* Deletes those that began before `before_ms` (and are as old by the machine's ticks, if it has not
 * booted since), finished or not, and sounds that no delivery needs;
 * deliveries still held by another living worker stay. *ret_n counts the deliveries. Works inside
 * the open transaction, or else in short ones of its own, which keep no caller waiting: better. */
enum err deliveries_sweep(struct store *s, int64_t before_ms, int64_t *ret_n,
                          struct why *why) must_check;

/* replies - private to store/: a delivery's reply, stored as its text and its sounds.
 *
 * The text is kept as it is, the sounds apart from it and each once, named by the SHA-256 of its
 * bytes: a greeting costs its megabyte the first time only. */

#endif
