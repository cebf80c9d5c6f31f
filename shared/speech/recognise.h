/* recognise - asks the recognisers of the ladder, one after the other, what a caller said.
 *
 * While it waits, it commits what is not committed yet (env.h). */
#ifndef HOLOS_SPEECH_RECOGNISE_H
#define HOLOS_SPEECH_RECOGNISE_H

#include "providers/env.h"
#include "providers/provider.h"
#include "speech/utterance.h"

/* Is there a recogniser in the ladder, whether or not it works now? */
bool recognise_can(const struct env *env);

/* Asks the recognisers in the ladder's order. With HOLOS_HEDGE_MS it also asks the next one when the
 * first is late; the first answer counts. If the answer is only what recognisers invent
 * (invented.h), the words are "". ERR_CHILD: no recogniser answered; env->fault says why the last one
 * did not. ERR_FORMAT: none can read this coding; ERR_MEMORY. Afterwards always check
 * env_commit_error. */
enum err recognise(struct env *env, const struct utterance *u, struct heard *ret,
                   struct why *why) must_check;

/* Asks only the recogniser `by`, without the ladder and its breaker, for `holos check --live`. Sets
 * u->model to the model that answered. */
enum err recognise_by(struct env *env, const struct provider *by, struct provider_utterance *u,
                      struct provider_words *ret, struct failure *f) must_check;

/* Chooses the phrases that are sent to a recogniser as hints: no empty ones, none that is too long,
 * none twice (compared folded), and as many as the limits in provider.h allow. ERR_MEMORY. */
enum err recognise_hints(struct arena *a, const char *const *text, size_t n,
                         const char *const **ret, size_t *ret_n) must_check;

/* Did a recogniser invent this text in silence? It did if the text has nothing but these phrases
 * (folded, like a profile's hear.invented) or repeats the same words. "" is not invented.
 * ERR_MEMORY: there is no answer, because a guess could lose what a caller said. */
enum err recognise_is_invented(struct arena *a, const char *const *phrases, size_t n,
                               const char *text, bool *ret) must_check;

#endif
