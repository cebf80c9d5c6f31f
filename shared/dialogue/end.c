#include "dialogue/end.h"

#include <string.h>

#include "base/zone.h"
#include "dialogue/turn-inside.h"
#include "store/lead.h"

#define EXPIRE_MS    10000 /* for one call of many: nobody waits for it */
#define EXPIRE_CALLS 1000  /* in one go, the longest idle first; the next sweep takes the rest */

enum err ending_keep_request(struct store *s, struct arena *a, const struct call *call,
                             const struct rules_request *r, int64_t now_ms, struct why *why)
{
    struct lead lead = {
        .call_id = call->id,
        .client_id = call->client_id,
        .profile = call->profile,
        .name = r->name,
        .phone = r->phone,
        .wish = r->wish,
        .status = "new",
        .created_ms = now_ms,
    };

    return lead_add(s, a, &lead, why);
}

/* A call whose profile is gone is looked at with the default one. */
static const struct profile *profile_of(const struct house *h, const struct call *call)
{
    const struct profile *p = house_profile_named(h, call->profile);
    return p == NULL ? house_profile(h, call->called) : p;
}

/* An unknown caller has neither number nor name. A client who cannot be read now is no unknown one: a
 * request without a number would be of no use. */
static enum err find_client(const struct house *h, struct arena *a, const struct call *call,
                            struct client *ret, struct why *why)
{
    *ret = (struct client){.name = ""};
    if (call->client_id == 0)
        return ERR_OK;
    enum err e = client_get(h->store, a, call->client_id, ret, why);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The brain takes in a line as it would have for an answer; nobody hears that any more. */
static enum err take_in(const struct house *h, struct arena *a, struct call *call,
                        const struct client *client, const struct turn *turn, struct why *why)
{
    const struct profile *p = profile_of(h, call);
    struct rules_answer answer;
    struct tm local = {0};
    struct rules_ask ask = {.profile = p,
                            .words = thinking_words(a, p, turn),
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
    call->state = answer.state;
    if (answer.has_request)
        e = ending_keep_request(h->store, a, call, &answer.request, turn->started_ms, why);
    if (e == ERR_OK && answer.client_name != NULL && call->client_id != 0)
        e = client_set_name(h->store, call->client_id, answer.client_name, why);
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

static bool is_models(const struct turn *t)
{
    for (enum ladder_rung r = 0; r < LADDER__MAX; r++)
        if (ladder_stage_of(r) == LADDER_THINK && r != LADDER_THINK_RULES &&
            strcmp(t->think_rung, ladder_name(r)) == 0)
            return true;
    return false;
}

/* A model keeps no memory of what is being asked for: if it passed nothing on before the call broke
 * off, the rules read what it was told. */
static enum err is_left_by_model(const struct house *h, struct arena *a, const struct call *call,
                                 const struct turn *turns, size_t n, bool *ret, struct why *why)
{
    struct lead *leads = NULL;
    size_t left = 0;
    bool any = false;

    for (size_t i = 0; i < n; i++)
        any = any || is_models(&turns[i]);
    *ret = false;
    if (!any || !broke_off(call))
        return ERR_OK;
    enum err e = leads_newest(h->store, a, call->id, 1, &leads, &left, why);
    *ret = e == ERR_OK && left == 0;
    return e;
}

/* At the end of the call: the lines that were committed and then never answered, or all of them where
 * a model was left with them. */
static enum err take_in_lines(const struct house *h, struct arena *a, struct call *call,
                              const struct client *client, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;
    bool all = false;

    enum err e = turns_of_call(h->store, a, call->id, &turns, &n, why);
    if (e == ERR_OK)
        e = is_left_by_model(h, a, call, turns, n, &all, why);
    size_t from = e == ERR_OK ? n : 0;
    while (from > 0 && (all || turns[from - 1].said == NULL) && turns[from - 1].heard != NULL)
        from--;
    if (all)
        call->state = "";
    for (size_t i = from; e == ERR_OK && i < n; i++)
        e = take_in(h, a, call, client, &turns[i], why);
    return e;
}

enum err ending_keep_unfinished(const struct house *h, struct arena *a, struct call *call,
                                int64_t now_ms, struct why *why)
{
    struct client client;
    struct rules_request r = {0};
    bool has = false;

    enum err e = find_client(h, a, call, &client, why);
    if (e == ERR_OK)
        e = take_in_lines(h, a, call, &client, why);
    if (e == ERR_OK)
        e = rules_unfinished(a, profile_of(h, call), call->state, client.phone, &has, &r);
    call->state = "";
    return e == ERR_OK && has ? ending_keep_request(h->store, a, call, &r, now_ms, why) : e;
}

/* The record of a call that comes after its hang-up knows better how it ended (binotel.md 10.3). */
static void correct_status(struct call *c, const struct call_news *news)
{
    if (news->corrects && call_status_ends(news->status) && strcmp(c->end_reason, "hangup") == 0)
        c->status = news->status;
}

/* True if the call ends by this. */
static bool apply_status(struct call *c, const struct call_news *news, int64_t now_ms)
{
    enum call_status status = news->status;

    if (news->billed_s >= 0)
        c->billed_s = news->billed_s;
    if (call_status_ends(c->status)) {
        correct_status(c, news);
        return false;
    }
    c->active_ms = now_ms;
    if (status >= CALL_ANSWERED && status <= CALL_IN_PROGRESS && c->answered_ms == 0)
        c->answered_ms = now_ms;
    if (status > c->status) /* news that come late do not turn the call back */
        c->status = status;
    if (!call_status_ends(status))
        return false;
    c->ended_ms = now_ms;
    c->end_reason = status == CALL_EXPIRED ? "expired" : "hangup";
    return true;
}

/* The memory of a call that ended under a running turn must not be empty: see ending_is_unkept. */
static const char unkept[] = "{}";

bool ending_is_unkept(const struct call *call)
{
    return call_status_ends(call->status) && *call->state != '\0';
}

enum err ending_note(const struct house *h, struct arena *a, struct call *call,
                     const struct call_news *news, bool running, struct why *why)
{
    int64_t now_ms = clock_unix_ms();
    enum err e = ERR_OK;

    bool ends = apply_status(call, news, now_ms);
    if (!running && (ends || ending_is_unkept(call)))
        e = ending_keep_unfinished(h, a, call, now_ms, why);
    else if (ends && *call->state == '\0')
        call->state = unkept;
    return e == ERR_OK ? call_save(h->store, call, why) : e;
}

/* Takes the call's hold without waiting for it, unless a turn of the call is running elsewhere. */
static enum err hold_idle(struct house *h, int64_t call_id, bool *ret_running, struct why *why)
{
    enum err e = store_hold(h->store, HOLD_CALL, call_id, (struct deadline){0});

    *ret_running = e == ERR_BUSY;
    if (e != ERR_OK && e != ERR_BUSY)
        return why_set(why, e, "whether a turn of the call is running cannot be told");
    return ERR_OK;
}

static enum err note(struct house *h, struct arena *a, int64_t call_id,
                     const struct call_news *news, bool running, struct deadline d, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(h->store, d, why);
    if (e != ERR_OK)
        return e;
    e = call_get(h->store, a, call_id, &call, why);
    if (e == ERR_OK)
        e = ending_note(h, a, &call, news, running, why);
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e;
}

enum err conversation_status(struct house *h, struct arena *a, const char *source,
                             const char *external_id, const struct call_news *news,
                             struct deadline d, struct why *why)
{
    struct call call = {0};

    enum err e = call_find(h->store, a, source, external_id, &call, why);
    if (e != ERR_OK)
        return e;
    bool running = true;
    if (call_status_ends(news->status))
        e = hold_idle(h, call.id, &running, why);
    if (e == ERR_OK)
        e = note(h, a, call.id, news, running, d, why);
    store_let_go(h->store);
    return e;
}

/* ---- calls that were left ---------------------------------------------------------------------- */

const struct call_news ending_expiry = {.status = CALL_EXPIRED, .billed_s = -1};

bool ending_is_expired(const struct profile *p, const struct call *call, int64_t now_ms)
{
    return now_ms - call->active_ms > (int64_t)p->limits.session_minutes * 60000;
}

static bool is_left(const struct house *h, const struct call *call, int64_t now_ms)
{
    return !call_status_ends(call->status) && ending_is_expired(profile_of(h, call), call, now_ms);
}

/* The call was read before it was held: a turn may have come meanwhile. */
static enum err tidy_held(struct house *h, struct arena *a, int64_t id, int64_t now_ms,
                          bool *ret_expired, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(h->store, deadline_in_ms(EXPIRE_MS), why);
    if (e != ERR_OK)
        return e;
    e = call_get(h->store, a, id, &call, why);
    if (e == ERR_OK && is_left(h, &call, now_ms)) {
        e = ending_note(h, a, &call, &ending_expiry, false, why);
        *ret_expired = e == ERR_OK;
    } else if (e == ERR_OK && ending_is_unkept(&call)) {
        e = ending_keep_unfinished(h, a, &call, now_ms, why);
        if (e == ERR_OK)
            e = call_save(h->store, &call, why);
    }
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A call whose turn is running is nobody's to tidy; the next sweep sees it again. */
static enum err tidy(struct house *h, struct arena *a, int64_t id, int64_t now_ms,
                     bool *ret_expired, struct why *why)
{
    bool running = false;

    *ret_expired = false;
    enum err e = hold_idle(h, id, &running, why);
    if (e == ERR_OK && !running)
        e = tidy_held(h, a, id, now_ms, ret_expired, why);
    store_let_go(h->store);
    return e;
}

enum err conversation_expire(struct house *h, struct arena *a, int64_t now_ms, int64_t *ret_n,
                             struct why *why)
{
    struct call *calls = NULL;
    struct call *unkept_calls = NULL;
    size_t n = 0;
    size_t unkept_n = 0;
    int64_t done = 0;
    bool did = false;

    enum err e = calls_going_on(h->store, a, EXPIRE_CALLS, &calls, &n, why);
    if (e == ERR_OK)
        e = calls_unkept(h->store, a, EXPIRE_CALLS, &unkept_calls, &unkept_n, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        if (!is_left(h, &calls[i], now_ms))
            continue;
        e = tidy(h, a, calls[i].id, now_ms, &did, why);
        done += did;
    }
    for (size_t i = 0; i < unkept_n && e == ERR_OK; i++)
        e = tidy(h, a, unkept_calls[i].id, now_ms, &did, why);
    if (e == ERR_OK)
        *ret_n = done;
    return e;
}
