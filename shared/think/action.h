/* action - something that a call can do: leave a request for a person, end, ...
 *
 * One action is one `const struct action action_NAME` in a file of think/. It is found there: the
 * build lists every action in `actions`, and the model's tools are made from that list. The rules
 * call the `run` of those that they know how to ask for, leave_request and end_call (rules_run).
 * What an action changes it puts on the turn's list of effects (effects.h); it changes nothing by
 * itself.
 *
 * To add one: write think/action-NAME.c and a test. Nothing else knows its name:
 *
 *     static enum err weather(const struct action_call *call, struct action_result *ret)
 *     {
 *         ret->told = arena_printf(call->arena, "It is 21 degrees in %s.", call->value[0]);
 *         return ret->told == NULL ? ERR_MEMORY : ERR_OK;
 *     }
 *
 *     const struct action action_weather = {
 *         .name = "weather",
 *         .about = "Tells the weather. Say it in your own words.",
 *         .input = {{"city", "the city, in the nominative", NULL, 60}},
 *         .run = weather,
 *     };
 *
 * A language pack or a profile may say its texts in better words (prompt.actions.NAME,
 * docs/profiles.md). What a caller is to hear is a phrase of the profile, never a literal. */
#ifndef HOLOS_THINK_ACTION_H
#define HOLOS_THINK_ACTION_H

#include "base/arena.h"
#include "base/err.h"
#include "business/profile.h"
#include "providers/claude.h"
#include "providers/env.h"
#include "think/asks.h"
#include "think/effects.h"

#define ACTION_INPUTS 6

struct action_input { /* a text; the model always tells it, "" if there is nothing to tell */
    const char *name;
    const char *about;         /* what it is, for the model */
    const char *const *choice; /* the values it may have, NULL at the end; NULL: any text */
    size_t max;                /* bytes; what is longer is cut between two characters */
};

/* What an action is given. */
struct action_call {
    struct arena *arena;
    const struct profile *profile;
    const struct tm *local;   /* the business's time */
    const char *caller_phone; /* E.164; NULL: the caller's number is not known */
    const char *client_name;  /* as known from before; NULL or "": not */
    struct env *env;          /* for requests to vendors within the turn; NULL: the call is over */
    struct effects *effects;  /* of the turn */
    const char *state;        /* the rules' memory before this turn; NULL: there is none */
    bool asked; /* the caller was asked for what is missing: what there is has to do */
    const char *value[ACTION_INPUTS]; /* of the inputs, in their order; never NULL */
};

/* What came of it. */
struct action_result {
    /* For the model: what was done, or what is missing and what to do now. NULL: "Done." */
    const char *told;
    /* For the caller, where the rules ran it: a phrase of the profile, which can hold no input.
     * NULL: nothing. */
    const char *say;
    bool wrong; /* it was not done, and `told` says why */
    /* What the caller is to answer after it, refused or not. ASKS_NOTHING leaves open what was open. */
    struct asks_open open;
};

struct action {
    const char *name;                         /* as the model calls it */
    const char *about;                        /* when to use it, for the model */
    struct action_input input[ACTION_INPUTS]; /* up to the first without a name */
    /* Fills *ret, all zero before. ERR_MEMORY alone: whatever else goes wrong is told. */
    enum err (*run)(const struct action_call *call, struct action_result *ret);
    bool needs_book; /* only for a business that keeps a book */
};

/* Every action, NULL at the end. */
extern const struct action *const actions[];

/* By name; NULL: there is no such action. */
const struct action *action_named(const char *name);

/* The model's tools: every action, with the texts of the profile or its language pack where they
 * have some. ERR_MEMORY. */
enum err action_tools(struct arena *a, const struct profile *p, const struct claude_tool **ret,
                      size_t *ret_n) must_check;

/* Runs what the model asked for. The call's values are read from `use`. *ret_result goes back to
 * the model; a tool that does not exist or an input that is wrong is told there. *ret_open becomes what
 * the caller is to be asked now, and stays as it is if the action asks nothing. ERR_MEMORY. */
enum err action_use(const struct action_call *call, const struct claude_block *use,
                    struct claude_block *ret_result, struct asks_open *ret_open) must_check;

/* The reason of a call's end that puts its caller through to a person, and the exchange's line that
 * takes callers of this business now; NULL: nobody can be put through. */
extern const char *const action_transfer;
const char *action_transfer_line(const struct profile *p, const struct tm *local);

struct prompt_history;

/* Runs all tools of an answer, one after the other, and adds the answer and what came of them to
 * the history. A call does not end beside a tool that failed. ERR_MEMORY. */
enum err action_use_all(const struct action_call *call, const struct claude_answer *answer,
                        struct prompt_history *h, struct asks_open *ret_open) must_check;

#define ACTION_NAME_MAX 100  /* bytes of a client's name */
#define ACTION_WISH_MAX 1000 /* bytes of a wish */

#endif
