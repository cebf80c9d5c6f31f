/* hedge - asks several providers of a stage the same question: one after the other, and the next one
 * at the same time when one is late.
 *
 * Late is not failed: it is slower than 95 of 100 answers that this process has seen of that provider,
 * or than the setting while it has seen too few. The stage says which one is asked, and what counts as
 * an answer:
 *
 *     struct hedge h = {.env = env, .unknown_ms = ..., .at_once = 2, .of = &mine,
 *                       .may_start = ..., .start = ..., .take = ...};
 *     e = hedge_run(&h, why)          start calls hedge_begin; take calls hedge_spoke, hedge_end
 *     hedge_give_up(&h, &lane)        for each that lost */
#ifndef HOLOS_PROVIDERS_HEDGE_H
#define HOLOS_PROVIDERS_HEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct env;
struct provider;

/* ---- latency --------------------------------------------------------------------------------- */

#define HEDGE_KEPT  64 /* answers that are remembered, the newest */
#define HEDGE_KNOWN 20 /* with so many a 95th percentile is useful */

/* How long a provider usually takes. All zero at first. */
struct hedge_latency {
    int ms[HEDGE_KEPT];
    int n;  /* how many are there */
    int at; /* where the next goes */
};

/* An answer came after so many milliseconds. */
void hedge_latency_note(struct hedge_latency *p, int ms);

/* One was given up after so many milliseconds, because another was quicker. If it was
 * late already, its time is remembered as such: if late ones were forgotten, the usual time would
 * shrink each time, until every answer is late. */
void hedge_latency_note_given_up(struct hedge_latency *p, int ms, int unknown_ms);

/* The 95th percentile of what is remembered, by the nearest rank; `unknown_ms` while that is too
 * little. */
int hedge_latency_late_ms(const struct hedge_latency *p, int unknown_ms);

/* ---- asking side by side --------------------------------------------------------------------- */

#define HEDGE_LANES 8 /* of one stage that are under way at once */

/* One that is asked. Belongs to the stage, and stays where it is while it runs. */
struct hedge_lane {
    const struct provider *by;
    int64_t from_us; /* when it was asked last */
    bool running;
    bool spoke; /* it has begun to answer: no hedge is needed */
};

struct hedge {
    struct env *env;
    int unknown_ms; /* late after this while the latency is not known; 0: none ever is */
    size_t at_once; /* at most HEDGE_LANES */
    void *of;
    /* Is there another one that may be asked? */
    bool (*may_start)(const void *of);
    /* Asks the next one. ERR_OK: it is under way; ERR_CHILD: that one, or none, could be asked; any
     * other error ends the run. */
    enum err (*start)(void *of);
    /* After every wait, which ended with `waited` (ERR_DEADLINE is the turn's, and then nothing
     * more will come). ERR_OK: there is an answer; ERR_CHILD: not yet; any other error ends the
     * run. */
    enum err (*take)(void *of, enum err waited, struct why *why);
    struct hedge_lane *lane[HEDGE_LANES]; /* in the order in which they were asked */
    size_t n;
};

/* ERR_OK: one has answered. ERR_CHILD: none did, and none is left. Else what `start` or `take`
 * returned, or the commit's error (env.h). */
enum err hedge_run(struct hedge *h, struct why *why) must_check;

/* It is asked from now on. Also of one that is asked once more. */
void hedge_begin(struct hedge *h, struct hedge_lane *lane, const struct provider *by);

/* It has begun to answer, or has answered: how long that took is its latency. The first time
 * counts. */
void hedge_spoke(struct hedge *h, struct hedge_lane *lane);

/* It is no longer under way. */
void hedge_end(struct hedge *h, struct hedge_lane *lane);

/* The same, for the one that lost. Does nothing if it is not under way. */
void hedge_give_up(struct hedge *h, struct hedge_lane *lane);

#endif
