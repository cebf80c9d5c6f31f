/* message - messages to clients about their visits: which were put into the outbox, so that each goes
 * out once, and what clients answered.
 *
 * Whoever plans messages asks message_visits, and adds what is missing with message_add, in one
 * transaction with its row of the outbox (kind "message"). Moving or cancelling a visit takes back
 * what was not sent (booking.h), and forgets it here: at its new time the visit gets messages of its
 * own. Writers need an open transaction (asserted). Errors are those of store.h. */
#ifndef HOLOS_STORE_MESSAGE_H
#define HOLOS_STORE_MESSAGE_H

#include "store/booking.h"

struct message {
    int64_t visit_id;
    const char *what; /* "booked", "reminder" */
    const char *way;  /* by which it goes: "log", "webhook" */
    int64_t start_s;  /* of the visit that it tells of */
};

/* Booked visits with a number that may need a message: still to come at now_s, and beginning by until_s,
 * or booked since since_ms, or moved since then after a message. Their ids, 1000 at most. */
struct message_window {
    const char *profile;
    int64_t now_s, until_s, since_ms;
};
enum err message_visits(struct store *s, struct arena *a, const struct message_window *w,
                        int64_t **ret, size_t *ret_n, struct why *why) must_check;

/* Was it put into the outbox? */
enum err message_had(struct store *s, const struct message *m, bool *ret,
                     struct why *why) must_check;

/* Was it told as booked at another time? */
enum err message_was_moved(struct store *s, int64_t visit_id, int64_t start_s, bool *ret,
                           struct why *why) must_check;

/* Puts it into the outbox, due now. `payload` is one JSON object. ERR_EXISTS: it was there. */
enum err message_add(struct store *s, const struct message *m, const char *payload, int64_t now_ms,
                     struct why *why) must_check;

/* By which way does the message of this row of the outbox go? True: the webhook. ERR_NOT_FOUND: it is gone. */
enum err message_by_webhook(struct store *s, int64_t outbox_id, bool *ret,
                            struct why *why) must_check;

/* The client answered: yes, it is confirmed; no, it is cancelled. ERR_NOT_FOUND: it is not booked. */
enum err message_answer(struct store *s, struct arena *a, int64_t visit_id, bool yes,
                        const struct booking_actor *who, struct why *why) must_check;

/* Visits that are confirmed and not over, by id. */
enum err message_answers(struct store *s, struct arena *a, const char *profile, int64_t now_s,
                         int64_t **ret, size_t *ret_n, struct why *why) must_check;

#endif
