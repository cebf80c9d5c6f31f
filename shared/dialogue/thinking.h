/* thinking - from what came in to what is said: hears, applies the call's limits, asks the brain.
 * Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_THINKING_H
#define HOLOS_DIALOGUE_THINKING_H

#include "dialogue/conversation.h"

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

#endif
