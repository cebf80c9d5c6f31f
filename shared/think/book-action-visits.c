/* What a model can do with the visits that are booked: see them and cancel them, and whose they are. */
#include "think/book-actions.h"

#include <stdlib.h>
#include <string.h>

#include "business/phone.h"
#include "think/rules.h"

#define VISITS_TOLD 8

/* ==== whose visits ============================================================================ */

/* The visit of that number, if the caller may see it; NULL: no. */
enum err book_actions_visit(const struct action_call *call, const char *id, const char *phone,
                            const char *name, const struct visit **ret)
{
    const struct book_desk d = book_actions_desk(call);
    long long wanted = strtoll(id, NULL, 10);
    struct visit *list = NULL;
    size_t n = 0;

    *ret = NULL;
    enum err e = book_visits(&d, phone, name, &list, &n, NULL);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        if (list[i].id == wanted)
            *ret = &list[i];
    return e;
}

/* In E.164; "" as it is not told, or no number. */
const char *book_actions_number(const struct action_call *call, const char *told)
{
    char number[PHONE_MAX];

    if (*told == '\0' || phone_e164(told, call->profile->country, number) != ERR_OK)
        return "";
    const char *copy = arena_strdup(call->arena, number);
    return copy == NULL ? "" : copy;
}

/* What has to be asked before a visit can be looked for: a hidden caller's number and name. */
static enum asks missing(const struct action_call *call, const char *phone, const char *name)
{
    if (*phone == '\0')
        return call->caller_phone == NULL ? ASKS_PHONE : ASKS_NOTHING;
    return *name == '\0' ? ASKS_NAME : ASKS_NOTHING;
}

enum err book_actions_refuse_visit(const struct action_call *call, const char *phone,
                                   const char *name, struct action_result *ret)
{
    enum asks asks = missing(call, phone, name);

    if (asks == ASKS_NOTHING)
        asks = *phone == '\0' ? ASKS_WHICH : ASKS_PHONE;
    return book_actions_refuse(
        ret, asks,
        "There is no such visit that this caller may see. Visits are those of the number "
        "that calls; for another number both the number and the name of the visit are "
        "needed. Do not say which is wrong.");
}

/* ==== cancel_booking ========================================================================== */

enum { CANCEL_VISIT, CANCEL_PHONE, CANCEL_NAME };

/* Has this very turn confirmed that it moves? */
static enum err is_being_moved(const struct action_call *call, int64_t visit, bool *ret)
{
    const struct effect_book *confirmed = effects_book(call->effects);
    const struct book_desk d = book_actions_desk(call);
    struct offer *list = NULL;
    size_t n = 0;

    *ret = false;
    if (confirmed == NULL)
        return ERR_OK;
    enum err e = book_offers(&d, &list, &n, NULL);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        *ret |= list[i].id == confirmed->offer_id && list[i].move_visit == visit;
    return e;
}

/* The first time it is only noted in the call's state; in the next turn it is done. */
static enum err cancel_booking(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = book_actions_desk(call);
    const char *phone = book_actions_number(call, call->value[CANCEL_PHONE]);
    const char *name = call->value[CANCEL_NAME];
    const struct visit *v = NULL;
    struct rules_open before = {0};
    bool moved = false;

    enum err e = book_actions_visit(call, call->value[CANCEL_VISIT], phone, name, &v);
    if (e == ERR_OK)
        e = rules_left_open(call->arena, call->profile, call->state, &before);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (v == NULL)
        return book_actions_refuse_visit(call, phone, name, ret);
    e = is_being_moved(call, v->id, &moved);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (moved)
        return book_actions_refuse(ret, ASKS_ELSE, "This visit was moved just now. Say so first.");
    if (before.cancel != v->id) {
        effects_put(call->effects, (struct effect){.kind = EFFECT_ASK_CANCEL, .visit_id = v->id});
        ret->told = "Not cancelled yet. Say which visit it is, ask for a yes, and use "
                    "cancel_booking again after the client has said yes in a later message.";
        ret->open.asks = ASKS_CONFIRM;
        return ERR_OK;
    }
    book_cancel(&d, v);
    ret->told = "Cancelled. Say so, and ask whether there is anything else.";
    ret->open.asks = ASKS_ELSE;
    return ERR_OK;
}

const struct action action_cancel_booking = {
    .name = "cancel_booking",
    .about = "Cancels a visit. Use it when the client asks for it, and once more after a yes in a "
             "later message.",
    .input = {[CANCEL_VISIT] = {"visit", "id of the visit, from my_bookings", NULL, 20},
              [CANCEL_PHONE] = {"phone", "as for my_bookings; empty: the number that calls", NULL,
                                64},
              [CANCEL_NAME] = {"name", "as for my_bookings; empty: not told", NULL,
                               ACTION_NAME_MAX}},
    .run = cancel_booking,
    .needs_book = true,
};

/* ==== my_bookings ============================================================================= */

enum { MINE_FOR, MINE_PHONE, MINE_NAME };

static const char *const mine_for[] = {"know", "move", "cancel", NULL};

static const char *tell_visit(const struct action_call *call, const struct visit *v)
{
    struct buf b;

    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
    buf_printf(&b, "visit %lld: ", (long long)v->id);
    book_actions_put_when(&b, call->profile, v->part[0].start_s);
    for (size_t k = 0; k < v->parts; k++)
        buf_printf(&b, "%s %s (%s) with %s (%s)", k == 0 ? "," : " then", v->part[k].services,
                   v->part[k].service_names, v->part[k].specialist, v->part[k].specialist_name);
    if (v->for_other)
        buf_printf(&b, ", for %s", v->name);
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* What the caller is to answer when the visits are told. */
static enum asks asks_of_visits(const struct action_call *call, size_t n)
{
    const char *what = call->value[MINE_FOR];

    if (n == 0 || strcmp(what, "know") == 0)
        return ASKS_ELSE;
    return n > 1 ? ASKS_WHICH : strcmp(what, "move") == 0 ? ASKS_DAY : ASKS_CONFIRM;
}

static enum err my_bookings(const struct action_call *call, struct action_result *ret)
{
    const char *phone = book_actions_number(call, call->value[MINE_PHONE]);
    const char *name = call->value[MINE_NAME];
    const struct book_desk d = book_actions_desk(call);
    struct visit *list = NULL;
    size_t n = 0;
    struct buf b;

    if (*phone == '\0' && *call->value[MINE_PHONE] != '\0')
        return book_actions_refuse(
            ret, ASKS_PHONE, "That is no telephone number: ask for it again, digit by digit.");
    if (missing(call, phone, name) != ASKS_NOTHING)
        return book_actions_refuse(
            ret, missing(call, phone, name),
            missing(call, phone, name) == ASKS_PHONE
                ? "The client's number is hidden: ask for the telephone number of the "
                  "visit, then for its name."
                : "With another number the name of the visit is needed: ask for it.");
    enum err e = book_visits(&d, phone, name, &list, &n, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
    if (n == 0)
        buf_puts(&b, *phone != '\0' ? "No visit is found by that number and name together. Do not "
                                      "say which of them is wrong."
                                    : "This number has no coming visit.");
    ret->open.asks = asks_of_visits(call, n);
    for (size_t i = 0; i < n && i < VISITS_TOLD; i++) {
        const char *visit = tell_visit(call, &list[i]);
        if (visit == NULL)
            return ERR_MEMORY;
        if (ret->open.asks == ASKS_WHICH && i < ASKS_CHOICES)
            ret->open.choice[ret->open.choices++] = visit;
        buf_printf(&b, "%s%zu) %s", i == 0 ? "" : "; ", i + 1, visit);
    }
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

const struct action action_my_bookings = {
    .name = "my_bookings",
    .about = "The coming visits of the caller, with their ids.",
    .input =
        {[MINE_FOR] = {"for", "what the client wants with the visit", mine_for, 6},
         [MINE_PHONE] = {"phone",
                         "another number than the one that calls, if the client tells it; empty "
                         "otherwise",
                         NULL, 64},
         [MINE_NAME] = {"name", "the name that the visit is under, with another number", NULL,
                        ACTION_NAME_MAX}},
    .run = my_bookings,
    .needs_book = true,
};
