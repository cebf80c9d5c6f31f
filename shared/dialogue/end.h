/* ending - how calls end and what must not be lost with them: requests for a person, whole or half
 * taken, and what the exchange reports. Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_END_H
#define HOLOS_DIALOGUE_END_H

#include "dialogue/turn.h"

/* Stores a request with the open transaction. */
enum err ending_keep_request(struct store *s, struct arena *a, const struct call *call,
                             const struct rules_request *r, int64_t now_ms,
                             struct why *why) must_check;

/* A call that ends while a request is being taken: what the caller said of it becomes a request.
 * That takes in the words of a last turn that nobody answered, because its worker died: so the
 * caller of this must hold the call (store_hold), or a turn that is running would be taken for one.
 * The dialogue's memory in `call` is emptied, so that it is kept once; the caller saves it. */
enum err ending_keep_unfinished(const struct house *h, struct arena *a, struct call *call,
                                int64_t now_ms, struct why *why) must_check;

/* Applies a status to a call that was just read, inside the open transaction, and saves it. News that
 * come late do not turn the call back; an end keeps what was being asked for. If another process is
 * `running` a turn of the call, that turn keeps it as it ends; till then the memory of the ended call
 * is not empty, and conversation_expire finds it should that worker die. */
enum err ending_note(const struct house *h, struct arena *a, struct call *call,
                     const struct call_news *news, bool running, struct why *why) must_check;

/* Has an ended call a memory that is still to be kept? */
bool ending_is_unkept(const struct call *call);

extern const struct call_news ending_expiry; /* that nothing has happened for too long */

/* Has nothing happened in the call for the profile's session time? */
bool ending_is_expired(const struct profile *p, const struct call *call, int64_t now_ms);

#endif
