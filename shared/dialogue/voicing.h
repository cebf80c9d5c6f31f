/* voicing - the answer of a turn, sentence by sentence, in the profile's voice. Private to
 * dialogue/. */
#ifndef HOLOS_DIALOGUE_VOICING_H
#define HOLOS_DIALOGUE_VOICING_H

#include "dialogue/conversation.h"

/* Cuts c->said into c->sentence[]. ERR_MEMORY. */
enum err voicing_cut(struct conversation *c) must_check;

/* Takes the whole answer's sound from memory, or else every sentence's from the cache. False if one is not there (or there are none):
 * then something slow has to be done. Only for turns that are not streamed. */
bool voicing_ready(struct conversation *c);

/* Gives each sentence its sound, as it can, and calls on_sentence after each. Never fails: a
 * sentence without a voice stands as text, and the turn counts the fault. */
void voicing_speak(struct conversation *c);

#endif
