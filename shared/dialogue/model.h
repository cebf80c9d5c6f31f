/* model - an answer by Claude: the call so far goes out, sentences come back and are voiced while the
 * rest is still being written; what the model does with its tools becomes the turn's effects. Private
 * to dialogue/.
 *
 * The history that it is given holds what was really said: turn.said of the turns before. Waits, so
 * what is not committed yet is meanwhile (settle.h). */
#ifndef HOLOS_DIALOGUE_MODEL_H
#define HOLOS_DIALOGUE_MODEL_H

#include "dialogue/conversation.h"

/* Is there a model to be asked now, and has the profile words for it? */
bool model_may(struct conversation *c);

/* Asks the ladder's models in order; with HOLOS_HEDGE_THINK_MS the next one beside the one that is
 * late, and the first that has something to say answers. ERR_OK: c->sentence[] are cut and on their way
 * to a voice (call voicing_finish), c->end, c->goes_on and c->answer are set. ERR_CHILD: no model
 * answered, nothing was delivered, nothing is changed but the turn's record: the rules shall answer.
 * ERR_MEMORY; settle's fault. */
enum err model_answer(struct conversation *c, const struct client *client,
                      struct why *why) must_check;

#endif
