/* model-order - which of the ladder's models is asked next within a turn. Pure. Private to dialogue/.
 *
 * Those that stand before the rules, in the ladder's order, each once. Only one that was beaten, and
 * whose victor broke off later, may be asked once more, when nobody else is left. */
#ifndef HOLOS_DIALOGUE_MODEL_ORDER_H
#define HOLOS_DIALOGUE_MODEL_ORDER_H

#include "dialogue/ladder.h"
#include "vendors/claude.h"

enum model_state {
    MODEL_UNASKED,
    MODEL_ASKED,
    MODEL_BEATEN, /* another one spoke before it */
    MODEL_OUT     /* failed, or may not be asked now */
};

struct model_order {
    struct {
        enum ladder_rung rung;
        const char *model; /* that answers there */
        enum model_state state;
    } place[LADDER__MAX];
    size_t n;
    bool mute; /* nothing at all came: they are in one place, and would be waited for in vain */
    const char *refused; /* this model would not answer; NULL: none */
    bool key_out
        [CLAUDE_KEYS]; /* failed, or skipped: another model is best asked with the other one */
    int keys;
};

void model_order_read(struct model_order *o, const struct ladder *l, const struct claude_setup *s);

/* The place of the next one that is worth asking. False: there is none. */
bool model_order_next(const struct model_order *o, size_t *ret);

/* The key with which it is asked. */
int model_order_key(const struct model_order *o, size_t place);

/* The one there gave no answer: `mute` and `refused` as above. */
void model_order_failed(struct model_order *o, size_t place, bool mute, bool refused);

/* Its key is not taken, or it is skipped now. */
void model_order_key_failed(struct model_order *o, size_t place);

#endif
