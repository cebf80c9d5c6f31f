#include "dialogue/model-history.h"

#include <string.h>

#include "dialogue/thinking.h"

#define MODEL_TURNS 80 /* of a call; the profile's limits are usually lower */

enum err model_history_add(struct model_history *h, struct arena *a, enum claude_role role,
                           const struct claude_block *block, size_t n)
{
    if (h->n == h->room) {
        size_t room = h->room == 0 ? 16 : h->room * 2;
        struct claude_message *more =
            arena_grow(a, h->message, h->room * sizeof *more, room * sizeof *more);
        if (more == NULL)
            return ERR_MEMORY;
        h->message = more;
        h->room = room;
    }
    h->message[h->n++] = (struct claude_message){.role = role, .block = block, .n = n};
    return ERR_OK;
}

enum err model_history_copy(const struct model_history *h, struct arena *a,
                            struct model_history *ret)
{
    struct claude_message *message = arena_calloc(a, h->n + 1, sizeof *message);

    if (message == NULL)
        return ERR_MEMORY;
    if (h->n > 0)
        memcpy(message, h->message, h->n * sizeof *message);
    *ret = (struct model_history){.message = message, .n = h->n, .room = h->n + 1};
    return ERR_OK;
}

static enum err add_text(struct model_history *h, struct arena *a, enum claude_role role,
                         const char *text)
{
    if (text == NULL || *text == '\0')
        return ERR_OK;
    struct claude_block *b = arena_calloc(a, 1, sizeof *b);
    if (b == NULL)
        return ERR_MEMORY;
    *b = (struct claude_block){.kind = CLAUDE_TEXT, .text = text};
    return model_history_add(h, a, role, b, 1);
}

enum err model_history(struct model_history *h, struct conversation *c, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;

    enum err e = turns_of_call(c->house->store, c->arena, c->call.id, &turns, &n, why);
    for (size_t i = n > MODEL_TURNS ? n - MODEL_TURNS : 0; i < n && e == ERR_OK; i++) {
        if (turns[i].n == c->turn.n)
            continue;
        e = add_text(h, c->arena, CLAUDE_USER,
                     turns[i].heard == NULL ? NULL
                                            : thinking_words(c->arena, c->profile, &turns[i]));
        if (e == ERR_OK)
            e = add_text(h, c->arena, CLAUDE_ASSISTANT, turns[i].said);
    }
    return e == ERR_OK
               ? add_text(h, c->arena, CLAUDE_USER, thinking_words(c->arena, c->profile, &c->turn))
               : e;
}
