#include "think/effects.h"

#include <assert.h>
#include <string.h>

static size_t place_of(const struct effects *list, enum effect_kind kind)
{
    size_t i = 0;

    while (i < list->n && list->effect[i].kind != kind)
        i++;
    return i;
}

void effects_put(struct effects *list, struct effect what)
{
    size_t i = place_of(list, what.kind);

    assert(i < EFFECTS_MAX); /* a kind stands on the list once, and there are fewer kinds */
    list->effect[i] = what;
    if (i == list->n)
        list->n++;
}

void effects_drop(struct effects *list, enum effect_kind kind)
{
    size_t i = place_of(list, kind);

    if (i == list->n)
        return;
    list->n--;
    memmove(&list->effect[i], &list->effect[i + 1], (list->n - i) * sizeof list->effect[0]);
}

/* The one of this kind; NULL: there is none. Valid until the list is changed. */
static const struct effect *effects_find(const struct effects *list, enum effect_kind kind)
{
    size_t i = place_of(list, kind);

    return i < list->n ? &list->effect[i] : NULL;
}

bool effects_are_done(const struct effects *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->effect[i].kind != EFFECT_END && list->effect[i].kind != EFFECT_DROP_OFFERS &&
            list->effect[i].kind != EFFECT_ASK_CANCEL)
            return true;
    return false;
}

bool effects_change_book(const struct effects *list)
{
    return effects_find(list, EFFECT_BOOK) != NULL ||
           effects_find(list, EFFECT_CANCEL_VISIT) != NULL;
}

const struct effect_lead *effects_lead(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_LEAD);

    return e == NULL ? NULL : &e->lead;
}

const char *effects_client_name(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_CLIENT_NAME);

    return e == NULL ? NULL : e->name;
}

int64_t effects_ask_cancel(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_ASK_CANCEL);

    return e == NULL ? 0 : e->visit_id;
}

const char *effects_end(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_END);

    return e == NULL ? NULL : e->reason;
}

const struct effect_book *effects_book(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_BOOK);

    return e == NULL ? NULL : &e->book;
}

int64_t effects_cancelled_visit(const struct effects *list)
{
    const struct effect *e = effects_find(list, EFFECT_CANCEL_VISIT);

    return e == NULL ? 0 : e->visit_id;
}

bool effects_drop_offers(const struct effects *list)
{
    return effects_find(list, EFFECT_DROP_OFFERS) != NULL;
}
