/* settle - the commit that waits for company. Private to dialogue/.
 *
 * What a step of a turn has to keep (the delivery, the caller's words) is written into an open
 * transaction; it is committed when the turn first has to wait for somebody, after the bytes for him
 * are on their way: the disk and the vendor then work at the same time. Whatever may wait calls
 * settle() first, and nothing reaches the caller before it (docs/decisions.md). */
#ifndef HOLOS_DIALOGUE_SETTLE_H
#define HOLOS_DIALOGUE_SETTLE_H

#include "dialogue/conversation.h"

/* Commits what is open, and once the caller's words are kept, tells them to a streamed turn's caller
 * (on_heard). The store's errors, the same one at every further call: the turn is over then, what
 * was open is not kept and nothing may be said. */
enum err settle(struct conversation *c, struct why *why) must_check;

/* Is there something to be committed? */
bool settle_is_due(const struct conversation *c);

/* What the commit failed with; ERR_OK if it did not, or is still to come. */
enum err settle_fault(const struct conversation *c, struct why *why) must_check;

#endif
