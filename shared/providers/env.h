/* env - what a stage of a turn (hearing, thinking, speaking) works with: its memory, its deadline,
 * the caller's business, the vendors it may ask, and the record of what that cost.
 *
 * A turn makes one, hands it to each stage, and takes the record out of it at the end. A stage
 * returns what it found; in here it writes the record of what was asked and what it cost, and what
 * went wrong through env_fault.
 *
 * Committing. What a step of a turn has to keep (the delivery, the caller's words) is written into
 * an open transaction. It is committed when the turn first has to wait for a vendor, after the
 * request to it has been started: the disk and the vendor then work at the same time. A function
 * that may wait calls env_commit first, and nothing reaches the caller before that
 * (docs/decisions.md). */
#ifndef HOLOS_PROVIDERS_ENV_H
#define HOLOS_PROVIDERS_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "business/profile.h"
#include "providers/ladder.h"
#include "store/store.h"
#include "store/vendor-request.h"

#define ENV_ASKED 64 /* requests to vendors that a turn's record holds */

struct providers;

struct env {
    struct arena *arena;
    struct deadline deadline; /* of the turn, less what the last commit needs */
    struct store *store;      /* NULL: nothing is kept (holos check --live) */
    struct providers *providers;
    const struct profile *profile;
    const struct tm *local; /* the business's time */
    int64_t call_id;
    int turn;         /* of the call; 0: the greeting, or none */
    int64_t began_us; /* clock_mono_us when the turn began */
    bool free_only;   /* a limit of money is reached: only what costs nothing may be asked */
    /* Called at the end of each env_commit that succeeds: what was kept may be told now. May be
     * NULL. */
    void (*on_commit)(void *to);
    void *to;

    /* the record */
    struct vendor_request asked[ENV_ASKED];
    size_t asked_n;
    int64_t cost_microusd;
    int64_t tokens_in, tokens_out;
    int faults;       /* how often a stage failed and a lower rung served */
    struct why fault; /* the last of them, for the log; "" if there was none */

    /* private to env.c, ladder.c and the turn, which reads and stores `skips` */
    struct ladder_turn ladder;
    const char *skips; /* providers that the call does not go back to; changed by ladder_save */
    enum err commit_error;
    struct why commit_why;
};

/* Commits what is open and calls on_commit. The store's errors, the same one at every further call:
 * the turn is over then, what was open is not kept, and nothing may be said. */
enum err env_commit(struct env *env, struct why *why) must_check;

/* Is there something to be committed? */
bool env_must_commit(const struct env *env);

/* What a commit failed with; ERR_OK if none did. */
enum err env_commit_error(const struct env *env, struct why *why) must_check;

/* Waits until something of what is under way moved. What is not committed yet is committed
 * meanwhile, as above. ERR_DEADLINE: the turn's time is used up; or the commit's error. */
enum err env_wait(struct env *env, struct why *why) must_check;
/* The same, but not past `until`: ERR_DEADLINE then too. */
enum err env_wait_until(struct env *env, struct deadline until, struct why *why) must_check;

/* A stage failed and something less serves: counted, and kept for the log. */
void env_fault(struct env *env, const struct why *why);

#endif
