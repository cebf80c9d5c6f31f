/* model-acts - what a model does with its tools, and what becomes of it. Private to dialogue/.
 *
 * The model only asks: code decides. A request needs a number that a person can call back; the call
 * ends only with a farewell. Effects are stored with the turn's last commit, like those of the rules. */
#ifndef HOLOS_DIALOGUE_ACTIONS_H
#define HOLOS_DIALOGUE_ACTIONS_H

#include "dialogue/turn.h"
#include "dialogue/prompt.h"

struct acts {
    struct conversation *c;
    const struct client *client;
    const char *end; /* reason why the call ends; NULL if it goes on */
    bool done;       /* something was taken on that the caller may have been told of */
    bool broken;     /* there is no last answer: it failed */
    size_t before;   /* sentences before the last answer: to one without, the profile has words */
    bool has_request;
    struct rules_request request;
};

void acts_init(struct acts *acts, struct conversation *c, const struct client *client);

/* What was passed on in the call's turns before: a model sees only what was said. "" if nothing.
 * ERR_MEMORY, or the store's. */
enum err acts_before(struct conversation *c, const char **ret, struct why *why) must_check;

/* Does what the answer's tools ask for, and appends the answer and the tools' results to the history.
 * ERR_MEMORY. */
enum err acts_run(struct acts *acts, const struct claude_answer *answer, struct model_history *h,
                  struct why *why) must_check;

/* Into the turn: c->answer, c->end, c->goes_on; words of the profile where the model found none. */
enum err acts_apply(struct acts *acts, struct conversation *c, struct why *why) must_check;

/* prompt-tools - the tools a model is given, with the profile's descriptions. Private to prompt.c. */

/* ERR_MEMORY. */
enum err prompt_tools(struct arena *a, const struct profile *p, const struct claude_tool **ret,
                      size_t *ret_n) must_check;

#endif
