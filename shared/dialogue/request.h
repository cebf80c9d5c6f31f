/* request - the steps of taking a request, shared by request.c (the answers to its questions) and
 * request-aside.c (what may be said at any step). Private to the rule-based brain. */
#ifndef HOLOS_DIALOGUE_REQUEST_H
#define HOLOS_DIALOGUE_REQUEST_H

#include "dialogue/brain.h"

#define REQUEST_TRIES     2 /* a question is put again so often; then what there is will do */
#define REQUEST_FEW_WORDS 3 /* a no, or the breaking off of a wish */

/* What was said. A name told as such, a number anywhere in the words: taken if it is there. */
void request_set_name(struct brain_turn *t, const char *name);
bool request_holds_number(struct brain_turn *t);
bool request_take_number(struct brain_turn *t);
bool request_take_told_name(struct brain_turn *t);

/* Words that answer something else are kept for the wish if they are more than a few. */
bool request_keep_words(struct brain_turn *t);

/* May the caller be called at the number of this call? */
bool request_knows_own_number(const struct brain_turn *t);

/* The question of the step the turn is at. */
const char *request_question(const struct brain_turn *t);

/* Goes to a step, with its tries anew; asks what is missing, or hands over when nothing is. */
void request_leave(struct brain_turn *t, enum brain_at at);
void request_next_step(struct brain_turn *t);
void request_hand_over(struct brain_turn *t);

/* Does what was said break off, correct, repeat or interrupt? False: it answers the question. */
bool request_aside(struct brain_turn *t);

#endif
