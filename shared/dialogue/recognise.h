/* hearing - one utterance to the recognisers of the ladder, one after the other. Private to
 * dialogue/.
 *
 * Waits, so what is not committed yet is meanwhile (settle.h). */
#ifndef HOLOS_DIALOGUE_RECOGNISE_H
#define HOLOS_DIALOGUE_RECOGNISE_H

#include "dialogue/turn.h"
#include "speech/utterance.h"

/* Is there a recogniser in the ladder, whether or not it works now? */
bool hearing_has(const struct conversation *c);

/* Asks them in the ladder's order; with HOLOS_HEDGE_MS the next one beside the one that is late, and
 * the first answer counts. ERR_CHILD: none of them answered (c->fault says why the last did
 * not); ERR_FORMAT: none takes this coding; ERR_MEMORY. What a recogniser is known to invent is
 * nothing: "" by that recogniser. Whatever it returns, ask settle_fault. */
enum err hearing_ask(struct conversation *c, const struct utterance *u, struct heard *ret,
                     struct why *why) must_check;

#endif
