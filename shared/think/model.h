/* model - an answer by Claude: the call so far goes out, sentences come back and are voiced while
 * the rest is still being written; what the model does with its tools becomes the turn's effects.
 *
 * The history that it is given holds what was really said: turn.said of the turns before. Waits, so
 * what is not committed yet is committed meanwhile (env.h). */
#ifndef HOLOS_THINK_MODEL_H
#define HOLOS_THINK_MODEL_H

#include "providers/claude.h"
#include "providers/env.h"
#include "providers/provider.h"
#include "speech/synthesise.h"
#include "think/think.h"

/* Is there a model to be asked now, and has the profile words for it? */
bool model_may(struct env *env);

/* Asks the ladder's models in order; with HOLOS_HEDGE_THINK_MS the next one beside the one that is
 * late, and the first that has something to say answers. ERR_OK: its sentences are cut and on their
 * way to a voice (call synthesise_finish), *ret says who and with what effects. ERR_CHILD: no model
 * answered, nothing was delivered, nothing is changed but the turn's record: the rules shall
 * answer. ERR_MEMORY; or the error of a commit. */
enum err model_answer(const struct think_ask *ask, struct think_result *ret,
                      struct why *why) must_check;

/* What the answer leaves open: `open` is what its tools ask, *ret is the turn's result without it. What
 * they do not ask stays open if it was open before and the caller's line does not answer it: an offer
 * that is kept waits for its yes. A no to what was read back, in place of which nothing is read back, lets
 * the offer go. It is kept in the rules' state (rules.h), for a business with a book alone (asserted).
 * ERR_MEMORY, the store's errors. */
enum err model_keep_open(const struct think_ask *ask, const struct asks_open *open,
                         struct think_result *ret, struct why *why) must_check;

/* ---- the order: which of the ladder's models is asked next within a turn. Pure. --------------- *
 *
 * Those that stand before the rules, in the ladder's order, each once. One that another model was
 * quicker than may be asked once more, when the quicker one broke off and none else is left. */

enum model_state {
    MODEL_UNASKED,
    MODEL_ASKED,
    MODEL_BEATEN, /* another one spoke before it */
    MODEL_FAILED  /* failed, or may not be asked now */
};

struct model_order {
    struct {
        const struct provider *by;
        const char *model; /* that answers there */
        bool other_key;    /* it may be asked with either key */
        enum model_state state;
    } place[PROVIDER_MAX];
    size_t n;
    /* Nothing at all came from there. The vendor's other models are at the same address and are not
     * asked in this turn. NULL: none. */
    const struct provider *unreachable;
    const char *refused; /* this model would not answer; NULL: none */
    /* Failed, or skipped: another model is best asked with the other one. */
    bool key_failed[CLAUDE_KEYS];
};

void model_order_read(struct model_order *o, const struct providers *of);

/* The place of the next one that is worth asking. False: there is none. */
bool model_order_next(const struct model_order *o, size_t *ret);

/* The key with which it is asked. */
int model_order_key(const struct model_order *o, size_t place);

/* The one there gave no answer: `unreachable` and `refused` as above. */
void model_order_failed(struct model_order *o, size_t place, bool unreachable, bool refused);

/* Its key is not taken, or it is skipped now. */
void model_order_key_failed(struct model_order *o, size_t place);

#endif
