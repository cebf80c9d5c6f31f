#include "dialogue/ending.h"

#include <string.h>

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

enum err ending_keep_unfinished(const struct house *h, struct arena *a, struct call *call,
                                int64_t now_ms, struct why *why)
{
    const struct profile *p = house_profile_named(h, call->profile);
    struct client client = {0};
    struct rules_request r = {0};
    bool has = false;

    if (p == NULL || *call->state == '\0')
        return ERR_OK;
    /* A client who cannot be read is not one without a number: the request would be of no use. */
    enum err e = call->client_id == 0 ? ERR_NOT_FOUND
                                      : client_get(h->store, a, call->client_id, &client, why);
    if (e != ERR_OK && e != ERR_NOT_FOUND)
        return e;
    e = rules_unfinished(a, p, call->state, client.phone, &has, &r);
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

enum err ending_note(const struct house *h, struct arena *a, struct call *call,
                     const struct call_news *news, struct why *why)
{
    int64_t now_ms = clock_unix_ms();
    enum err e = ERR_OK;

    if (apply_status(call, news, now_ms))
        e = ending_keep_unfinished(h, a, call, now_ms, why);
    return e == ERR_OK ? call_save(h->store, call, why) : e;
}

enum err conversation_status(struct house *h, struct arena *a, const char *source,
                             const char *external_id, const struct call_news *news,
                             struct deadline d, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(h->store, d, why);
    if (e != ERR_OK)
        return e;
    e = call_find(h->store, a, source, external_id, &call, why);
    if (e == ERR_OK)
        e = ending_note(h, a, &call, news, why);
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e;
}

/* ---- calls that were left ---------------------------------------------------------------------- */

const struct call_news ending_expiry = {.status = CALL_EXPIRED, .billed_s = -1};

bool ending_is_expired(const struct profile *p, const struct call *call, int64_t now_ms)
{
    return now_ms - call->active_ms > (int64_t)p->limits.session_minutes * 60000;
}

/* A call whose profile is gone expires by the default one's time. */
static const struct profile *profile_of(const struct house *h, const struct call *call)
{
    const struct profile *p = house_profile_named(h, call->profile);
    return p == NULL ? house_profile(h, call->called) : p;
}

/* Looked at again inside the transaction: a turn may have come meanwhile. */
static enum err expire_one(struct house *h, struct arena *a, int64_t id, int64_t now_ms,
                           bool *ret_did, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(h->store, deadline_in_ms(EXPIRE_MS), why);
    if (e != ERR_OK)
        return e;
    e = call_get(h->store, a, id, &call, why);
    if (e == ERR_OK && !call_status_ends(call.status) &&
        ending_is_expired(profile_of(h, &call), &call, now_ms)) {
        e = ending_note(h, a, &call, &ending_expiry, why);
        *ret_did = e == ERR_OK;
    }
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err conversation_expire(struct house *h, struct arena *a, int64_t now_ms, int64_t *ret_n,
                             struct why *why)
{
    struct call *calls = NULL;
    size_t n = 0;
    int64_t done = 0;

    enum err e = calls_going_on(h->store, a, EXPIRE_CALLS, &calls, &n, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        bool did = false;
        if (ending_is_expired(profile_of(h, &calls[i]), &calls[i], now_ms))
            e = expire_one(h, a, calls[i].id, now_ms, &did, why);
        done += did;
    }
    if (e == ERR_OK)
        *ret_n = done;
    return e;
}
