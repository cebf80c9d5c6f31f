/* think - the second stage of a turn: from the caller's words to an answer and its effects.
 *
 * The ladder's models are asked first, the profile's rules answer if none does. */
#ifndef HOLOS_THINK_THINK_H
#define HOLOS_THINK_THINK_H

#include "providers/env.h"
#include "speech/synthesise.h"
#include "store/call.h"
#include "think/asks.h"
#include "think/effects.h"
#include "think/prompt.h"

struct think_ask {
    struct env *env;
    struct synthesis *voice;     /* takes a model's sentences while it still writes */
    struct prompts *prompts;     /* of the process */
    const struct call *call;     /* state, turns */
    const struct turn *turn;     /* what was heard, and by whom */
    const struct client *client; /* phone NULL, name "": not known */
    bool rules_only;             /* no model is asked: the call has reached its limit */
};

struct think_result {
    const char *say;        /* the answer; NULL: a model's, whose sentences `voice` has */
    const char *shared;     /* `say` without what is the caller's */
    const char *state;      /* the rules' memory after this turn; NULL: as it was */
    enum asks asks;         /* what the caller is to answer now */
    const char *think_rung; /* who thought, for the turn's record */
    int64_t think_us;
    struct effects effects;
};

/* ERR_MEMORY, or the error of a commit. */
enum err think(const struct think_ask *ask, struct think_result *ret, struct why *why) must_check;

#endif
