#include "dialogue/ending.h"

#include "store/lead.h"

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

/* True if the call ends by this. */
static bool apply_status(struct call *c, enum call_status status, int64_t billed_s, int64_t now_ms)
{
    if (billed_s >= 0)
        c->billed_s = billed_s;
    if (call_status_ends(c->status))
        return false;
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

static enum err note_status(const struct house *h, struct arena *a, struct call *call,
                            enum call_status status, int64_t billed_s, struct why *why)
{
    int64_t now_ms = clock_unix_ms();
    enum err e = ERR_OK;

    if (apply_status(call, status, billed_s, now_ms))
        e = ending_keep_unfinished(h, a, call, now_ms, why);
    return e == ERR_OK ? call_save(h->store, call, why) : e;
}

enum err conversation_status(struct house *h, struct arena *a, const char *source,
                             const char *external_id, enum call_status status, int64_t billed_s,
                             struct deadline d, struct why *why)
{
    struct call call = {0};

    enum err e = store_begin(h->store, d, why);
    if (e != ERR_OK)
        return e;
    e = call_find(h->store, a, source, external_id, &call, why);
    if (e == ERR_OK)
        e = note_status(h, a, &call, status, billed_s, why);
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e;
}
