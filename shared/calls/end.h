/* end - how calls end and what must not be lost with them: requests for a person, whole or half
 * taken, and what the exchange reports. */
#ifndef HOLOS_CALLS_END_H
#define HOLOS_CALLS_END_H

#include "calls/app.h"
#include "store/call.h"
#include "think/effects.h"

/* What the exchange says has become of a call. */
struct call_report {
    enum call_status status;
    int64_t billed_s; /* -1: not told */
    bool corrects;    /* it is the final record: may correct what was reported at the hang-up */
    const char *line; /* of the exchange, that has the call; NULL or "": not told */
    int64_t at_ms;    /* when it happened, if that is longer ago; 0: now */
    /* The exchange tells what becomes of calls that nobody answered: they are asked after. */
    bool asks_after;
};

/* Stores a request with the open transaction. */
enum err end_keep_lead(struct store *s, struct arena *a, const struct call *call,
                       const struct effect_lead *from, int64_t now_ms, struct why *why) must_check;

/* A call that ends while a request is being taken: what the caller said of it becomes a request.
 * The words of a last turn whose worker died before it answered are read, too. So the caller of this
 * function must hold the call (store_hold); otherwise a running turn would look like one of those.
 * The memory of the rules in `call` is emptied, so that it is stored once; the caller saves it. */
enum err end_keep_unfinished(const struct app *app, struct arena *a, struct call *call,
                             int64_t now_ms, struct why *why) must_check;

/* Applies a status to a call that was just read, inside the open transaction, and saves it. A late
 * report does not change how a call has ended, but fills in what was not known of it. A call in that
 * nobody answered becomes a request for a person, once, and where the profile wants it the exchange
 * is to call back (`asks_after`). When the call ends, its unfinished request is stored.
 * If another process is `running` a turn of the call, that turn stores it at its end. Until then the
 * memory of the ended call is not empty, and end_expire finds it if that worker dies. */
enum err end_note(const struct app *app, struct arena *a, struct call *call,
                  const struct call_report *news, bool running, struct why *why) must_check;

/* Has an ended call a memory that is still to be kept? */
bool end_is_pending(const struct call *call);

extern const struct call_report end_expiry; /* that nothing has happened for too long */

/* Has nothing happened in the call within the profile's session time? */
bool end_is_expired(const struct profile *p, const struct call *call, struct moment now);

/* Records the status, and ends the call if it is a final one. The unfinished request is stored; if
 * another worker runs a turn of the call, that turn stores it. Releases all holds of the store.
 * ERR_NOT_FOUND: no such call. */
enum err end_status(struct app *app, struct arena *a, const char *source, const char *external_id,
                    const struct call_report *news, struct deadline d, struct why *why) must_check;

/* For a worker that has just released a call, or has found that another one holds it: if the call has
 * ended meanwhile and its unfinished request is not stored yet, this stores it. Both workers call this
 * after the other may have looked, so one of them does it. Releases all holds of the store. */
enum err end_take_in_left(struct app *app, struct arena *a, int64_t call_id,
                          struct why *why) must_check;

/* Ends every call in which nothing has happened for its profile's session time, as expired; *ret_n
 * counts them. What they had begun to ask for is kept as a request; so is what was asked for in a
 * call that ended under a turn whose worker then died. For `holos sweep`. */
enum err end_expire(struct app *app, struct arena *a, struct moment now, int64_t *ret_n,
                    struct why *why) must_check;

#endif
