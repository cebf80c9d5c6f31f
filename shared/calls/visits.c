#include "calls/visits.h"

#include "business/catalogue.h"
#include "store/booking.h"

static struct booking_actor actor_of(const struct visits_turn *by)
{
    return (struct booking_actor){.by = "call", .call_id = by->call->id, .now_ms = by->now_ms};
}

static enum err book(struct store *s, struct arena *a, const struct visits_turn *by,
                     const struct effect_book *from, struct why *why)
{
    const struct booking_actor who = actor_of(by);
    struct visit v = {
        .name = from->name,
        .phone = from->phone,
        .for_other = from->for_other,
        .currency = by->profile->book == NULL ? "" : by->profile->book->currency,
        .note = from->note,
        .language = from->language,
    };

    return offer_confirm(s, a, by->call->id, by->turn, from->offer_id, &v, &who, why);
}

enum err visits_keep(struct store *s, struct arena *a, const struct visits_turn *by,
                     const struct effects *list, struct why *why)
{
    const struct booking_actor who = actor_of(by);
    const struct effect_book *confirmed = effects_book(list);
    int64_t cancelled = effects_cancelled_visit(list);
    enum err e = ERR_OK;

    if (cancelled != 0)
        e = visit_cancel(s, a, cancelled, &who, why);
    if (e == ERR_OK && confirmed != NULL)
        e = book(s, a, by, confirmed, why);
    if (e == ERR_OK && effects_drop_offers(list))
        e = offers_drop(s, by->call->id, why);
    return e;
}
