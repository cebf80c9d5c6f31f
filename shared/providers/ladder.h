/* ladder - which provider serves a stage of a turn, and which one when that fails.
 *
 *     hear    google -> whisper -> ask to repeat or to press a key -> take a request
 *     think   claude -> claude-2 (the other key) -> claude-fallback (the other model) -> rules ->
 *             a fixed phrase
 *     speak   the phrase cache -> google -> openai -> command -> espeak -> text alone
 *
 * HOLOS_LADDER names the rungs in between, which are the providers, and their order:
 * "think=claude,rules speak=espeak". A stage that it does not name has all of its own, by rank.
 * What is at both ends is not to be chosen: the cache costs nothing, and the last words are for
 * when everything else failed.
 *
 * A rung that failed is skipped by all workers for a while (store/breaker.h). Within one call a
 * voice that failed is not gone back to, unless it is the last: a caller does not hear it change back
 * and forth. */
#ifndef HOLOS_PROVIDERS_LADDER_H
#define HOLOS_PROVIDERS_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "providers/provider.h"
#include "store/breaker.h"

struct ladder {
    const struct provider *rung[PROVIDER__STAGES][PROVIDER_MAX];
    size_t n[PROVIDER__STAGES];
};

/* HOLOS_LADDER's text; "" is the whole ladder. ERR_CONFIG: why names what is no stage or rung. */
enum err ladder_read(const char *text, struct ladder *ret, struct why *why) must_check;

/* As HOLOS_LADDER would be written; NULL when the arena refuses. */
const char *ladder_text(struct arena *a, const struct ladder *l);

/* Is it in the ladder? */
bool ladder_names(const struct ladder *l, const struct provider *p);

/* ---- within a turn --------------------------------------------------------------------------- */

struct env;

enum ladder_asked { LADDER_UNASKED, LADDER_USE, LADDER_PASS };

struct ladder_turn {
    struct ladder_rung {
        enum ladder_asked asked; /* what the breaker said, asked once a turn */
        bool noted;              /* has failures that a success will forget */
        bool worked;
        bool stays_out; /* not gone back to in this call */
    } rung[PROVIDER_MAX];
};

/* May it be asked: is it set up, does the ladder name it, and does its breaker let it? Asks the
 * store at most once a turn; commits (env.h) when a probe is to be taken. */
bool ladder_claim(struct env *env, const struct provider *p);

/* The same before it is known whether it will be asked at all: where one has to be tried again
 * after a failure, the one try that all workers have is not taken. ladder_claim takes it. */
bool ladder_is_available(struct env *env, const struct provider *p);

/* Is it set up, named by the ladder and within the limits of money, whether or not it works now? */
bool ladder_has(const struct env *env, const struct provider *p);

/* It failed: counted in the turn, told to the log (env_fault), to the other workers at once, and
 * passed over for the rest of the turn. If its place is mute, so are all that are asked there: none of
 * them is waited for again. Commits (env.h). */
void ladder_failed(struct env *env, const struct provider *p, const struct failure *f);
/* It works and would not answer this. Passed over for the rest of the turn; the other workers are
 * not told: one caller's words must not take it from the other callers. */
void ladder_declined(struct env *env, const struct provider *p, const struct why *why);
void ladder_worked(struct env *env, const struct provider *p);

/* Writes what has become of the rungs with the turn's last commit. */
enum err ladder_save(struct env *env, struct why *why) must_check;

#endif
