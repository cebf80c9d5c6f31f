/* prompt - what a model is told before it talks: the profile's words (docs/profiles.md, "prompt"),
 * filled with the profile's facts and today's; and the tools it may use. Pure.
 *
 * `system` and the tools depend on the profile alone: byte for byte the same in every call, so that the
 * vendor's cache hits. `tail` is what differs: the time, the client, the limits. The caller's
 * number is never in either. */
#ifndef HOLOS_DIALOGUE_PROMPT_H
#define HOLOS_DIALOGUE_PROMPT_H

#include "dialogue/turn.h"
#include "business/profile.h"
#include "providers/claude.h"

struct prompt_facts {
    const struct profile *profile;
    const struct tm *local;  /* the business's local time */
    const char *client_name; /* known from earlier calls; NULL or "": not known */
    const char *requests;    /* passed on in this call; NULL or "": none */
    int calls_before;        /* of this client; 0: none, or not known */
    bool number_known;       /* the caller's number was sent: it need not be asked for */
    int turns_left;          /* until the call's limit; < 0: not told */
};

struct prompt {
    const char *system, *tail;
    const char *opening; /* for claude_ask.opening */
    const struct claude_tool *tool;
    size_t tools;
};

/* May it be told as a name? What was once taken for one could be a sentence with a will of its own. */
bool prompt_is_name(const char *s);

/* The profile must have a prompt (profile.prompt is not NULL; asserted). ERR_MEMORY. */
enum err prompt_make(struct arena *a, const struct prompt_facts *facts,
                     struct prompt *ret) must_check;

/* ---- what the model did ---------------------------------------------------------------------- */

enum prompt_act {
    PROMPT_END_CALL,       /* reason */
    PROMPT_ASK_FOR_PERSON, /* a request is taken, or the call is put through */
    PROMPT_LEAVE_REQUEST   /* name, phone, wish */
};

struct prompt_call {
    enum prompt_act act;
    const char *reason; /* "goodbye", "wrong_number", "unwanted" */
    /* As the model understood them; "" if not told. `phone` is not checked: phone_find, phone_e164. */
    const char *name, *phone, *wish;
};

/* Reads a tool use. ERR_NOT_FOUND: no such tool; ERR_VALUE, ERR_MISSING: its input. The why is a
 * sentence that may be given to the model as the tool's (error) result. ERR_MEMORY. */
enum err prompt_call_read(struct arena *a, const struct claude_block *use, struct prompt_call *ret,
                          struct why *why) must_check;

/* model-history - the call so far as a model is told it. Private to dialogue/. */

struct model_history {
    struct claude_message *message;
    size_t n, room;
};

/* The turns that were answered, and what the caller says now. The newest MODEL_TURNS of a long call. */
enum err model_history(struct model_history *h, struct conversation *c, struct why *why) must_check;

/* One of its own, to be appended to. ERR_MEMORY. */
enum err model_history_copy(const struct model_history *h, struct arena *a,
                            struct model_history *ret) must_check;

/* Appends; `block` must live as long as the arena. ERR_MEMORY. */
enum err model_history_add(struct model_history *h, struct arena *a, enum claude_role role,
                           const struct claude_block *block, size_t n) must_check;

#endif
