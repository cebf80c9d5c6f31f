#include "calls/end.h"

#include <string.h>

#include "base/zone.h"
#include "business/phone.h"
#include "calls/visits.h"
#include "store/exchange-task.h"
#include "store/lead.h"
#include "think/rules.h"

#define EXPIRE_MS    10000 /* for one call of many: no caller waits for it */
#define EXPIRE_CALLS 1000  /* in one go, the longest idle first; the next sweep takes the rest */

enum err end_keep_lead(struct store *s, struct arena *a, const struct call *call,
                       const struct effect_lead *from, int64_t now_ms, struct why *why)
{
    struct lead lead = {
        .call_id = call->id,
        .client_id = call->client_id,
        .profile = call->profile,
        .name = from->name,
        .phone = from->phone,
        .wish = from->wish,
        .status = "new",
        .created_ms = now_ms,
    };

    return lead_add(s, a, &lead, why);
}

static const struct profile *profile_of(const struct app *app, const struct call *call)
{
    return profile_in(app_profile_of(app, call->profile, call->called), call->language);
}

/* The rules take in a line as it would have for an answer; it is not said any more. */
static enum err take_in(const struct app *app, struct arena *a, struct call *call,
                        const struct client *client, const struct turn *turn, struct why *why)
{
    const struct profile *p = profile_of(app, call);
    struct rules_answer answer;
    struct tm local = {0};
    struct rules_ask ask = {.profile = p,
                            .words = rules_words(a, p, turn),
                            .state = call->state,
                            .caller_phone = client->phone,
                            .client_name = client->name,
                            .local = &local,
                            .unheard = true};

    if (*ask.words == '\0')
        return ERR_OK;
    if (zone_local(p->time_zone, turn->started_ms, &local) != ERR_OK)
        local = (struct tm){0}; /* only the answer would tell it */
    enum err e = rules_answer(a, &ask, &answer);
    if (e != ERR_OK)
        return e;
    const struct visits_turn by = {
        .call = call, .profile = p, .turn = turn->n, .now_ms = turn->started_ms};
    if (turn->said == NULL) /* of one that was answered, the book knows already */
        e = visits_keep(app->store, a, &by, &answer.effects, why);
    if (e == ERR_NOT_FOUND ||
        e == ERR_EXISTS) /* a person deals with what was asked for until then */
        return ERR_OK;
    if (e != ERR_OK)
        return e;
    call->state = answer.state;
    const struct effect_lead *lead = effects_lead(&answer.effects);
    const char *name = effects_client_name(&answer.effects);
    if (lead != NULL)
        e = end_keep_lead(app->store, a, call, lead, turn->started_ms, why);
    if (e == ERR_OK && name != NULL && call->client_id != 0)
        e = client_set_name(app->store, call->client_id, call->profile, name, why);
    return e;
}

/* It ended before caller and model were done with each other. */
static bool broke_off(const struct call *call)
{
    static const char *const reasons[] = {"hangup", "expired", "limit", "silence"};

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(call->end_reason, reasons[i]) == 0)
            return true;
    return false;
}

/* By its name: to look it up would link every vendor to programs that only end calls. */
static bool is_models(const struct turn *t)
{
    return *t->think_rung != '\0' && strcmp(t->think_rung, PROVIDER_RULES) != 0;
}

/* A model keeps no memory of what is being asked for: if it passed nothing on before the call broke
 * off, the rules read what it was told. Not if all that the caller wanted was done. */
static enum err is_left_by_model(const struct app *app, struct arena *a, const struct call *call,
                                 const struct turn *turns, size_t n, bool *ret, struct why *why)
{
    struct lead *leads = NULL;
    size_t left = 0;
    bool any = false;
    enum asks asked = ASKS_NOTHING;

    for (size_t i = 0; i < n; i++)
        any = any || is_models(&turns[i]);
    *ret = false;
    if (!any || !broke_off(call))
        return ERR_OK;
    enum err e = rules_asked(a, profile_of(app, call), call->state, &asked);
    if (e != ERR_OK || asked == ASKS_ELSE) /* "anything else?": all is done */
        return e;
    e = leads_newest(app->store, a, call->id, 1, &leads, &left, why);
    *ret = e == ERR_OK && left == 0;
    return e;
}

/* At the end of the call: the lines that were committed and then never answered, or all of them
 * where a model was left with them. */
static enum err take_in_lines(const struct app *app, struct arena *a, struct call *call,
                              const struct client *client, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;
    bool all = false;

    enum err e = turns_of_call(app->store, a, call->id, &turns, &n, why);
    if (e == ERR_OK)
        e = is_left_by_model(app, a, call, turns, n, &all, why);
    size_t from = e == ERR_OK ? n : 0;
    while (from > 0 && (all || turns[from - 1].said == NULL) && turns[from - 1].heard != NULL)
        from--;
    if (all)
        call->state = "";
    for (size_t i = from; e == ERR_OK && i < n; i++)
        e = take_in(app, a, call, client, &turns[i], why);
    return e;
}

enum err end_keep_unfinished(const struct app *app, struct arena *a, struct call *call,
                             int64_t now_ms, struct why *why)
{
    struct client client;
    struct effect_lead r = {0};
    bool has = false;

    enum err e = call_client(app->store, a, call, &client, why);
    if (e == ERR_OK)
        e = take_in_lines(app, a, call, &client, why);
    if (e == ERR_OK)
        e = rules_unfinished(a, app_profile_of(app, call->profile, call->called), call->state,
                             client.phone, &has, &r);
    call->state = "";
    return e == ERR_OK && has ? end_keep_lead(app->store, a, call, &r, now_ms, why) : e;
}

/* The record of a call that comes after its hang-up, or after it was taken for over, knows better how
 * it ended. */
static void correct_status(struct call *c, const struct call_report *news)
{
    bool expired = strcmp(c->end_reason, "expired") == 0;

    if (news->corrects && call_status_ends(news->status) &&
        (expired || strcmp(c->end_reason, "hangup") == 0)) {
        c->status = news->status;
        c->end_reason = "hangup";
    }
}

/* A call that was talked on has been answered, also if nobody told when. */
static void work_out_answer(struct call *c)
{
    int64_t at_ms = c->ended_ms - c->billed_s * 1000;

    if (c->answered_ms == 0 && c->status == CALL_COMPLETED && c->billed_s > 0)
        c->answered_ms = at_ms > c->started_ms ? at_ms : c->started_ms;
}

/* True if the call ends by this. */
static bool apply_status(struct call *c, const struct call_report *news, struct moment now)
{
    enum call_status status = news->status;
    bool late = call_status_ends(c->status);

    if (news->line != NULL && *news->line != '\0' &&
        (!late || c->line == NULL || *c->line == '\0' || news->corrects))
        c->line = news->line;
    if (news->billed_s >= 0 && (!late || c->billed_s < 0 || news->corrects))
        c->billed_s = news->billed_s;
    if (late) {
        correct_status(c, news);
        work_out_answer(c);
        return false;
    }
    c->active_ms = now.ms;
    c->active_tick = now.tick;
    if (status >= CALL_ANSWERED && status <= CALL_IN_PROGRESS && c->answered_ms == 0) {
        c->answered_ms = now.ms;
        c->answered_tick = now.tick;
    }
    if (status > c->status) /* news that come late do not turn the call back */
        c->status = status;
    if (!call_status_ends(status))
        return false;
    c->ended_ms = now.ms;
    c->end_reason = status == CALL_EXPIRED ? "expired" : "hangup";
    work_out_answer(c);
    return true;
}

/* ---- calls that nobody answered ---------------------------------------------------------------- */

static bool is_missed(const struct call *c)
{
    return c->status >= CALL_FAILED && c->status <= CALL_CANCELLED && c->turns == 0 &&
           *c->caller != '\0' && strcmp(c->direction, "in") == 0;
}

/* Whoever hides their number cannot be called back. */
static enum err keep_missed(const struct app *app, struct arena *a, const struct call *call,
                            int64_t now_ms, struct why *why)
{
    const struct profile *p = app_profile_of(app, call->profile, call->called);
    struct lead *leads = NULL;
    struct client client;
    char phone[PHONE_MAX];
    size_t n = 0;

    if (!is_missed(call) || p->exchange.missed_off ||
        phone_e164(call->caller, p->country, phone) != ERR_OK)
        return ERR_OK;
    enum err e = leads_newest(app->store, a, call->id, 1, &leads, &n, why);
    if (e == ERR_OK && n > 0)
        return ERR_OK;
    if (e == ERR_OK)
        e = call_client(app->store, a, call, &client, why);
    if (e != ERR_OK)
        return e;
    const struct effect_lead lead = {.name = client.name,
                                     .phone = phone,
                                     .wish = p->say.missed_wish == NULL ? "" : p->say.missed_wish};
    e = end_keep_lead(app->store, a, call, &lead, now_ms, why);
    const struct exchange_task back = {.what = EXCHANGE_CALL_BACK,
                                       .line = p->exchange.call_back,
                                       .number = call->caller,
                                       .called = call->called};
    if (e == ERR_OK && back.line != NULL)
        e = exchange_task_add(app->store, a, call->id, &back, now_ms, why);
    return e;
}

/* The memory of a call that ended under a running turn must not be empty: see end_is_pending. */
static const char pending[] = "{}";

bool end_is_pending(const struct call *call)
{
    return call_status_ends(call->status) && *call->state != '\0';
}

enum err end_note(const struct app *app, struct arena *a, struct call *call,
                  const struct call_report *news, bool running, struct why *why)
{
    struct moment now = clock_now();
    enum err e = ERR_OK;

    if (news->at_ms > 0 && news->at_ms < now.ms)
        now = (struct moment){.ms = news->at_ms};
    bool ends = apply_status(call, news, now);
    if (!running && (ends || end_is_pending(call)))
        e = end_keep_unfinished(app, a, call, now.ms, why);
    else if (ends && *call->state == '\0')
        call->state = pending;
    if (e == ERR_OK && news->asks_after)
        e = keep_missed(app, a, call, clock_unix_ms(), why);
    return e == ERR_OK ? call_save(app->store, call, why) : e;
}

/* Takes the call's hold without waiting for it, unless a turn of the call is running elsewhere. */
static enum err hold_idle(struct app *app, int64_t call_id, bool *ret_running, struct why *why)
{
    enum err e = store_hold(app->store, HOLD_CALL, call_id, (struct deadline){0});

    *ret_running = e == ERR_BUSY;
    if (e != ERR_OK && e != ERR_BUSY)
        return why_set(why, e, "it cannot be determined whether a turn of the call is running");
    return ERR_OK;
}

/* Whether a turn is running is asked inside the transaction: one that has committed its answer has
 * let the call go by then, and one that has not will read there that the call has ended. */
static enum err note(struct app *app, struct arena *a, int64_t call_id,
                     const struct call_report *news, struct deadline d, bool *ret_running,
                     struct why *why)
{
    struct call call = {0};

    *ret_running = true;
    enum err e = store_begin(app->store, d, why);
    if (e != ERR_OK)
        return e;
    if (call_status_ends(news->status))
        e = hold_idle(app, call_id, ret_running, why);
    if (e == ERR_OK)
        e = call_get(app->store, a, call_id, &call, why);
    if (e == ERR_OK)
        e = end_note(app, a, &call, news, *ret_running, why);
    if (e == ERR_OK)
        e = store_commit(app->store, why);
    store_rollback(app->store);
    return e;
}

enum err end_status(struct app *app, struct arena *a, const char *source, const char *external_id,
                    const struct call_report *news, struct deadline d, struct why *why)
{
    struct call call = {0};
    bool running = false;

    enum err e = call_find(app->store, a, source, external_id, &call, why);
    if (e != ERR_OK)
        return e;
    e = note(app, a, call.id, news, d, &running, why);
    store_let_go(app->store);
    /* That turn may have failed, or have been one that was answered before: neither keeps anything. */
    if (e == ERR_OK && running && call_status_ends(news->status))
        e = end_take_in_left(app, a, call.id, why);
    return e;
}

/* ---- calls that were left ---------------------------------------------------------------------- */

const struct call_report end_expiry = {.status = CALL_EXPIRED, .billed_s = -1};

bool end_is_expired(const struct profile *p, const struct call *call, struct moment now)
{
    return clock_age_ms(call_active(call), now) > (int64_t)p->limits.session_minutes * 60000;
}

static bool is_left(const struct app *app, const struct call *call, struct moment now)
{
    return !call_status_ends(call->status) &&
           end_is_expired(app_profile_of(app, call->profile, call->called), call, now);
}

/* The call was read before it was held: a turn may have come meanwhile. */
static enum err expire_held(struct app *app, struct arena *a, int64_t id, struct moment now,
                            bool *ret_expired, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(app->store, deadline_in_ms(EXPIRE_MS), why);
    if (e != ERR_OK)
        return e;
    e = call_get(app->store, a, id, &call, why);
    if (e == ERR_OK && is_left(app, &call, now)) {
        e = end_note(app, a, &call, &end_expiry, false, why);
        *ret_expired = e == ERR_OK;
    } else if (e == ERR_OK && end_is_pending(&call)) {
        e = end_keep_unfinished(app, a, &call, now.ms, why);
        if (e == ERR_OK)
            e = call_save(app->store, &call, why);
    }
    if (e == ERR_OK)
        e = store_commit(app->store, why);
    store_rollback(app->store);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A call whose turn is running is left alone; the next sweep sees it again. */
static enum err expire_one(struct app *app, struct arena *a, int64_t id, struct moment now,
                           bool *ret_expired, struct why *why)
{
    bool running = false;

    *ret_expired = false;
    enum err e = hold_idle(app, id, &running, why);
    if (e == ERR_OK && !running)
        e = expire_held(app, a, id, now, ret_expired, why);
    store_let_go(app->store);
    return e;
}

enum err end_take_in_left(struct app *app, struct arena *a, int64_t call_id, struct why *why)
{
    struct call call = {0};
    bool did = false;

    enum err e = call_get(app->store, a, call_id, &call, why);
    if (e == ERR_OK && end_is_pending(&call))
        e = expire_one(app, a, call_id, clock_now(), &did, why);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err end_expire(struct app *app, struct arena *a, struct moment now, int64_t *ret_n,
                    struct why *why)
{
    struct call *calls = NULL;
    struct call *ended = NULL;
    size_t n = 0;
    size_t ended_n = 0;
    int64_t done = 0;
    bool did = false;

    enum err e = calls_going_on(app->store, a, EXPIRE_CALLS, &calls, &n, why);
    if (e == ERR_OK)
        e = calls_with_state(app->store, a, EXPIRE_CALLS, &ended, &ended_n, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        if (!is_left(app, &calls[i], now))
            continue;
        e = expire_one(app, a, calls[i].id, now, &did, why);
        done += did;
    }
    for (size_t i = 0; i < ended_n && e == ERR_OK; i++)
        e = expire_one(app, a, ended[i].id, now, &did, why);
    if (e == ERR_OK)
        *ret_n = done;
    return e;
}
