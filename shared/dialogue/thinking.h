/* thinking - from what came in to what is said: hears, applies the call's limits, asks the brain.
 * Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_THINKING_H
#define HOLOS_DIALOGUE_THINKING_H

#include "dialogue/conversation.h"

/* Fills c->turn.heard, heard_by, confidence and hear_us from the input. Errors are hear's, except
 * ERR_CONFIG: then the turn's answer will be that hearing is off. */
enum err thinking_hear(struct conversation *c, const struct caller_input *in,
                       struct why *why) must_check;

/* Takes over the line that a dead worker had committed. */
void thinking_resume(struct conversation *c, const struct turn *before);

/* The words that a turn stands for: what was heard, or what the pressed keys mean in this profile;
 * a longer row of digits is a number and stays one. In the arena, or the turn's own. */
const char *thinking_words(struct arena *a, const struct profile *p, const struct turn *t);

/* Decides c->said, c->end, c->goes_on, c->silent and c->answer. ERR_MEMORY. */
enum err thinking_answer(struct conversation *c) must_check;

#endif
