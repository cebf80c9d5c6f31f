/* prompt - what a model is told before it talks: the profile's words (docs/profiles.md, "prompt"),
 * filled with the profile's facts and today's; and the tools it may use. Pure.
 *
 * `system` and the tools depend on the profile alone: byte for byte the same in every call, so that
 * the vendor's cache hits. `tail` is what differs: the time, the client, the limits. The caller's
 * number is never in either. */
#ifndef HOLOS_THINK_PROMPT_H
#define HOLOS_THINK_PROMPT_H

#include "providers/env.h"
#include "business/profile.h"
#include "providers/claude.h"
#include "store/call.h"

struct prompt_facts {
    const struct profile *profile;
    const struct tm *local;  /* the business's local time */
    const char *client_name; /* known from earlier calls; NULL or "": not known */
    const char *offers;   /* the times that are kept for this call, one a line; NULL or "": none */
    const char *requests; /* passed on in this call; NULL or "": none */
    int calls_before;     /* of this client; 0: none, or not known */
    bool number_known;    /* the caller's number was sent: it need not be asked for */
    int turns_left;       /* until the call's limit; < 0: not told */
};

/* What is the same in every call of a business: made once in the life of a process. */
struct prompt_business {
    const struct profile *profile;
    const char *system;
    const struct claude_tool *tool;
    size_t tools;
    struct prompt_business *next;
};

struct prompt {
    const struct prompt_business *business;
    const char *tail;    /* of this turn */
    const char *opening; /* for claude_ask.opening */
};

/* The prompts that a process has made; lives as long as the profiles. */
struct prompts {
    struct arena *arena; /* of the profiles */
    struct prompt_business *first;
};

/* The profile must have a prompt (profile.prompt is not NULL; asserted). ERR_MEMORY. */
enum err prompt_make(struct prompts *made, struct arena *a, const struct prompt_facts *facts,
                     struct prompt *ret) must_check;

/* The wishes of the requests that the call has left already, for prompt_facts.requests. The store's
 * errors; ERR_MEMORY. */
enum err prompt_left_before(struct env *env, const char **ret, struct why *why) must_check;

/* The offers of the call by their ids, for prompt_facts.offers; "" for a business without a book. The
 * store's errors; ERR_MEMORY. */
enum err prompt_offers(struct env *env, const char **ret, struct why *why) must_check;

/* ---- history: the call so far, as a model is told it ------------------------------------------ */

struct prompt_history {
    struct claude_message *message;
    size_t n, room;
};

struct rules_open;

/* The turns that were answered, and what the caller says `now`. The newest 80 of a long call. What a
 * pressed key chose of what was left open `before` is told in words. The store's errors, ERR_MEMORY. */
enum err prompt_history(struct prompt_history *h, struct env *env, const struct turn *now,
                        const struct rules_open *before, struct why *why) must_check;

/* One of its own, to be appended to. ERR_MEMORY. */
enum err prompt_history_copy(const struct prompt_history *h, struct arena *a,
                             struct prompt_history *ret) must_check;

/* Appends; `block` must live as long as the arena. ERR_MEMORY. */
enum err prompt_history_add(struct prompt_history *h, struct arena *a, enum claude_role role,
                            const struct claude_block *block, size_t n) must_check;

#endif
