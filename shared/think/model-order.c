/* Which model is asked first, which next, and with which of its keys. */
#include <assert.h>
#include <string.h>

#include "providers/providers.h"
#include "think/model.h"

/* Can the second of a vendor's keys be shown? */
static bool has_second_key(const struct providers *o, const struct provider *p)
{
    for (size_t i = 0; providers[i] != NULL; i++)
        if (providers[i]->think.request == p->think.request && providers[i]->think.key == 1 &&
            providers_has(o, providers[i]))
            return true;
    return false;
}

void model_order_read(struct model_order *o, const struct providers *of)
{
    const struct ladder *l = &of->ladder;

    *o = (struct model_order){0};
    while (o->n < l->n[PROVIDER_THINK] && provider_asks(l->rung[PROVIDER_THINK][o->n])) {
        const struct provider *p = l->rung[PROVIDER_THINK][o->n];
        o->place[o->n].by = p;
        o->place[o->n].model = providers_has(of, p) ? p->think.model(of) : "";
        o->place[o->n].other_key = p->think.key == PROVIDER_ANY_KEY && has_second_key(of, p);
        o->n++;
    }
}

/* The other key leads to the same model, which would refuse once more. */
static bool is_worth_asking(const struct model_order *o, size_t place)
{
    const struct provider *p = o->place[place].by;

    return (o->unreachable == NULL || o->unreachable->think.request != p->think.request) &&
           (o->refused == NULL || strcmp(o->refused, o->place[place].model) != 0);
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
    int key = o->place[place].by->think.key;

    if (key != PROVIDER_ANY_KEY)
        return key;
    return o->place[place].other_key && o->key_failed[0] && !o->key_failed[1] ? 1 : 0;
}

void model_order_key_failed(struct model_order *o, size_t place)
{
    assert(place < o->n);
    o->key_failed[model_order_key(o, place)] = true;
}

void model_order_failed(struct model_order *o, size_t place, bool unreachable, bool refused)
{
    assert(place < o->n);
    o->place[place].state = MODEL_FAILED;
    o->unreachable = unreachable ? o->place[place].by : NULL;
    if (refused)
        o->refused = o->place[place].model;
}
