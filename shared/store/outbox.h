/* outbox - what must go out later: requests, what the staff's sheet must show, messages to clients.
 *
 * A row is written in the transaction of its cause, so that neither exists without the other. A
 * program of its own takes the rows that are due, sends them, and notes what became of each:
 *
 *     outbox_due -> send (no transaction is open) -> outbox_sent or outbox_failed
 *
 * Meanwhile the row may be taken back, or replaced by a newer one with an id of its own. To note
 * something of a row that is no more is no error and changes nothing: the newer row is still due.
 *
 * kind        belongs to   payload, one JSON object
 * "lead"      a request    lead.h
 * "sheet"     a visit      {"visit":17,"what":"booked"|"moved"|"cancelled"|"noted"}: look the visit up, and
 *                          write what it is now. One row of a visit waits at a time. Of a visit that
 *                          was forgotten, without visit_id:
 *                          {"visit":17,"what":"forgotten","profile":"salon","bookings":[21,22],
 *                          "specialists":["inna","olena"]}
 * "message"   a visit      whatever its sender needs. A move or a cancellation takes it back.
 *
 * "binotel"   a call       what the exchange is to be asked for: exchange-task.h; a row is given up before it is sent, for
 *                          the exchange must not be asked twice
 *
 * Rows go with their request, visit or call. Writers need an open transaction (asserted). */
#ifndef HOLOS_STORE_OUTBOX_H
#define HOLOS_STORE_OUTBOX_H

#include "store/store.h"

struct outbox_row {
    int64_t id;
    const char *kind;
    const char *payload;
    int64_t lead_id, visit_id, call_id; /* 0: not of one */
    int64_t created_ms, due_ms;
    int attempts;           /* so far */
    const char *last_error; /* "" if there was none */
};

/* Input: kind, payload, lead_id, visit_id, call_id, created_ms, due_ms; sets the id. */
enum err outbox_add(struct store *s, struct outbox_row *row, struct why *why) must_check;

/* What is due at `now_ms`, the longest due first; kind NULL: any. */
enum err outbox_due(struct store *s, struct arena *a, const char *kind, int64_t now_ms, int limit,
                    struct outbox_row **ret, size_t *ret_n, struct why *why) must_check;

enum err outbox_sent(struct store *s, int64_t id, struct why *why) must_check;

/* It could not be sent. `next_due_ms` is when to try again; 0: it is given up. */
enum err outbox_failed(struct store *s, int64_t id, const char *error, int64_t next_due_ms,
                       struct why *why) must_check;

/* Those of a kind that were given up with this error, the oldest first. */
enum err outbox_left(struct store *s, struct arena *a, const char *kind, const char *error,
                     int limit, struct outbox_row **ret, size_t *ret_n, struct why *why) must_check;

/* Deletes the visit's rows of this kind that were not sent. */
enum err outbox_take_back(struct store *s, int64_t visit_id, const char *kind,
                          struct why *why) must_check;

/* Has anything ever tried to send what is in the outbox? kind NULL: any. */
enum err outbox_used(struct store *s, const char *kind, bool *ret, struct why *why) must_check;

/* Rows that were not sent: waiting, or given up. */
enum err outbox_waiting(struct store *s, const char *kind, int64_t *ret_n,
                        struct why *why) must_check;

/* Those of them that were given up. */
enum err outbox_given_up(struct store *s, const char *kind, int64_t *ret_n,
                         struct why *why) must_check;

#endif
