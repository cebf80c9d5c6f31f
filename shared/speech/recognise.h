/* recognise - one utterance to the recognisers of the ladder, one after the other.
 *
 * Waits, so what is not committed yet is committed meanwhile (env.h). */
#ifndef HOLOS_SPEECH_RECOGNISE_H
#define HOLOS_SPEECH_RECOGNISE_H

#include "providers/env.h"
#include "providers/provider.h"
#include "speech/utterance.h"

/* Is there a recogniser in the ladder, whether or not it works now? */
bool recognise_can(const struct env *env);

/* Asks them in the ladder's order; with HOLOS_HEDGE_MS the next one beside the one that is late,
 * and the first answer counts. ERR_CHILD: none of them answered (env->fault says why the last did
 * not); ERR_FORMAT: none takes this coding; ERR_MEMORY. What a recogniser is known to invent is
 * nothing: "" by that recogniser. Whatever it returns, ask env_commit_error. */
enum err recognise(struct env *env, const struct utterance *u, struct heard *ret,
                   struct why *why) must_check;

/* Asks this one alone, whatever the ladder and its breaker say, for `holos check --live`. u->model
 * becomes the one that answered. */
enum err recognise_by(struct env *env, const struct provider *by, struct provider_utterance *u,
                      struct provider_words *ret, struct failure *f) must_check;

/* The phrases of which a recogniser is told: the first of each that differs (folded), none of them
 * empty or too long, as many as the bounds in provider.h allow. ERR_MEMORY. */
enum err recognise_hints(struct arena *a, const char *const *text, size_t n,
                         const char *const **ret, size_t *ret_n) must_check;

/* Is this what recognisers invent in silence: nothing but these phrases (folded, as a profile's
 * hear.invented is), or a loop of the same words? "" is not. ERR_MEMORY: it cannot be told; a guess
 * would lose what a caller said, or act on what was not said. */
enum err recognise_is_invented(struct arena *a, const char *const *phrases, size_t n,
                               const char *text, bool *ret) must_check;

#endif
