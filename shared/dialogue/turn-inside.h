/* thinking - from what came in to what is said: hears, applies the call's limits, asks the brain.
 * Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_TURN_INSIDE_H
#define HOLOS_DIALOGUE_TURN_INSIDE_H

#include "dialogue/turn.h"

/* Sound is decoded and measured into c->utterance, before anybody is kept waiting by a transaction.
 * Errors are sound_measure's. */
enum err thinking_measure(struct conversation *c, const struct caller_input *in,
                          struct why *why) must_check;

/* Fills c->turn.heard, heard_by, confidence and hear_us from the input or c->utterance. A recogniser is
 * waited for outside of the transaction: what is open is committed meanwhile, and one is open
 * afterwards. That there is none, or that none answers, is no error: the turn's answer will say so.
 * Errors are the store's; ERR_FORMAT: no recogniser takes this coding. */
enum err thinking_hear(struct conversation *c, const struct caller_input *in,
                       struct why *why) must_check;

/* Takes over the line that a dead worker had committed. */
void thinking_resume(struct conversation *c, const struct turn *before);

/* The words that a turn stands for: what was heard, or what the pressed keys mean in this profile;
 * a longer row of digits is a number and stays one. In the arena, or the turn's own. */
const char *thinking_words(struct arena *a, const struct profile *p, const struct turn *t);

/* Decides c->end, c->goes_on, c->silent, c->answer, and c->said or, when a model speaks (c->by_model),
 * the sentences. While a model is asked the open transaction is committed. ERR_MEMORY, or the store's
 * errors. */
enum err thinking_answer(struct conversation *c, struct why *why) must_check;

/* settle - the commit that waits for company. Private to dialogue/.
 *
 * What a step of a turn has to keep (the delivery, the caller's words) is written into an open
 * transaction; it is committed when the turn first has to wait for somebody, after the bytes for him
 * are on their way: the disk and the vendor then work at the same time. Whatever may wait calls
 * settle() first, and nothing reaches the caller before it (docs/decisions.md). */

/* Commits what is open, and once the caller's words are kept, tells them to a streamed turn's caller
 * (on_heard). The store's errors, the same one at every further call: the turn is over then, what
 * was open is not kept and nothing may be said. */
enum err settle(struct conversation *c, struct why *why) must_check;

/* Is there something to be committed? */
bool settle_is_due(const struct conversation *c);

/* What the commit failed with; ERR_OK if it did not, or is still to come. */
enum err settle_fault(const struct conversation *c, struct why *why) must_check;

#endif
