/* model-history - the call so far as a model is told it. Private to dialogue/. */
#ifndef HOLOS_DIALOGUE_MODEL_HISTORY_H
#define HOLOS_DIALOGUE_MODEL_HISTORY_H

#include "dialogue/conversation.h"
#include "vendors/claude.h"

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
