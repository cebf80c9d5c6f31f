/* ladder - who serves a stage of a turn, and who when that one fails.
 *
 *     hear    google -> whisper -> ask to repeat or to press a key -> take a request
 *     think   claude -> claude-2 (the other key) -> claude-fallback (the other model) -> rules ->
 *             a fixed phrase
 *     speak   the phrase cache -> google -> espeak -> text alone
 *
 * HOLOS_LADDER names the rungs in between and their order: "think=claude,rules speak=espeak". A stage
 * that it does not name keeps its own. What is at both ends is not to be chosen: the cache costs
 * nothing, and the last words are for when everything else failed.
 *
 * A rung that failed is skipped by all workers for a while (store/rung.h). Within one call a voice
 * that failed is not gone back to: a caller does not hear it change back and forth. Private to
 * dialogue/, but for ladder_read and ladder_text. */
#ifndef HOLOS_PROVIDERS_LADDER_H
#define HOLOS_PROVIDERS_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "store/breaker.h"

enum ladder_stage { LADDER_HEAR, LADDER_THINK, LADDER_SPEAK, LADDER__STAGES };

enum ladder_rung {
#define RUNG(name, stage, text) LADDER_##name,
#include "providers/rungs.def"
#undef RUNG
    LADDER__MAX
};

struct ladder {
    enum ladder_rung rung[LADDER__STAGES][LADDER__MAX];
    size_t n[LADDER__STAGES];
};

/* HOLOS_LADDER's text; "" is the whole ladder. ERR_CONFIG: why names what is no stage or rung. */
enum err ladder_read(const char *text, struct ladder *ret, struct why *why) must_check;

/* As HOLOS_LADDER would be written; NULL when the arena refuses. */
const char *ladder_text(struct arena *a, const struct ladder *l);

/* "google": in a turn's record. "speak-google": in the store. */
const char *ladder_name(enum ladder_rung r);
const char *ladder_key(enum ladder_rung r);
const char *ladder_stage_name(enum ladder_rung r); /* "speak" */
enum ladder_stage ladder_stage_of(enum ladder_rung r);
const char *ladder_stage_text(enum ladder_stage s); /* "speak" */

/* ---- within a turn ------------------------------------------------------------------------------ */

struct env;

enum ladder_asked { LADDER_UNASKED, LADDER_USE, LADDER_PASS };

struct ladder_turn {
    enum ladder_asked asked[LADDER__MAX]; /* what the breaker said, asked once a turn */
    bool noted[LADDER__MAX];              /* has failures that a success will forget */
    bool worked[LADDER__MAX];
    bool stays_out[LADDER__MAX]; /* not gone back to in this call */
};

/* May the rung be used: is it configured, does the ladder name it, and does its breaker let it?
 * Asks the store at most once a turn; settles (settle.h) when a probe is to be taken. */
bool ladder_may(struct env *env, enum ladder_rung r);

/* The same before it is known whether the rung will be asked at all: where one has to be tried again
 * after a failure, the one try that all workers have is not taken. ladder_may takes it. */
bool ladder_might(struct env *env, enum ladder_rung r);

/* Is it configured and named by the ladder, whether or not it works now? */
bool ladder_has(const struct env *env, enum ladder_rung r);

/* How it went. A failure is counted in the turn, told to the log (env->fault), to the other workers at
 * once, and passes the rung over for the rest of the turn. `hard`: only time or a person mends it;
 * `again_ms`: the peer asked to be left alone for so long. Settles (settle.h). */
void ladder_failed(struct env *env, enum ladder_rung r, bool hard, int64_t again_ms,
                   const struct why *why);
/* It works and would not answer this. Passed over for the rest of the turn; nobody else is told: one
 * caller's words must not take the rung from the others. */
void ladder_declined(struct env *env, enum ladder_rung r, const struct why *why);
void ladder_worked(struct env *env, enum ladder_rung r);

/* Writes what has become of the rungs with the turn's last commit. */
enum err ladder_save(struct env *env, struct why *why) must_check;

#endif
