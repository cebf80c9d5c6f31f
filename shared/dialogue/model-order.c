#include "dialogue/model-order.h"

#include <assert.h>
#include <string.h>

static bool is_model(enum ladder_rung r)
{
    return r == LADDER_THINK_CLAUDE || r == LADDER_THINK_CLAUDE_2 || r == LADDER_THINK_FALLBACK;
}

void model_order_read(struct model_order *o, const struct ladder *l, const struct claude_setup *s)
{
    *o = (struct model_order){.keys = s->keys};
    while (o->n < l->n[LADDER_THINK] && is_model(l->rung[LADDER_THINK][o->n])) {
        enum ladder_rung r = l->rung[LADDER_THINK][o->n];
        o->place[o->n].rung = r;
        o->place[o->n].model = r == LADDER_THINK_FALLBACK ? s->fallback_model : s->model;
        o->n++;
    }
}

/* The other key leads to the same model, which would refuse once more. */
static bool is_worth_asking(const struct model_order *o, size_t place)
{
    return !o->mute && (o->refused == NULL || strcmp(o->refused, o->place[place].model) != 0);
}

static bool find(const struct model_order *o, enum model_state state, size_t *ret)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->place[i].state == state && is_worth_asking(o, i)) {
            *ret = i;
            return true;
        }
    return false;
}

bool model_order_next(const struct model_order *o, size_t *ret)
{
    return find(o, MODEL_UNASKED, ret) || find(o, MODEL_BEATEN, ret);
}

int model_order_key(const struct model_order *o, size_t place)
{
    enum ladder_rung r = o->place[place].rung;

    if (r != LADDER_THINK_FALLBACK)
        return r == LADDER_THINK_CLAUDE_2 ? 1 : 0;
    return o->keys > 1 && o->key_out[0] && !o->key_out[1] ? 1 : 0;
}

void model_order_key_failed(struct model_order *o, size_t place)
{
    assert(place < o->n);
    o->key_out[model_order_key(o, place)] = true;
}

void model_order_failed(struct model_order *o, size_t place, bool mute, bool refused)
{
    assert(place < o->n);
    o->place[place].state = MODEL_OUT;
    o->mute = mute;
    if (refused)
        o->refused = o->place[place].model;
}
