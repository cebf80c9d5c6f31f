/* The turns of a call (call.h). */
#include "store/call.h"

#include <assert.h>

#include "store/inside.h"
#include "store/vendor-request.h"

/* ==== turns =================================================================================== */

/* In the order of TURN_COLUMNS. */
static void read_turn(struct query *q, struct arena *a, struct turn *ret)
{
    ret->call_id = query_get_int(q);
    ret->n = (int)query_get_int(q);
    ret->delivery_id = query_get_int(q);
    ret->heard = query_get_text(q, a);
    ret->heard_by = query_get_text(q, a);
    ret->confidence = query_get_share(q);
    ret->said = query_get_text(q, a);
    ret->ends = query_get_int(q) != 0;
    ret->think_rung = query_get_text(q, a);
    ret->speak_rung = query_get_text(q, a);
    ret->hear_us = query_get_int(q);
    ret->think_us = query_get_int(q);
    ret->speak_us = query_get_int(q);
    ret->total_us = query_get_int(q);
    ret->tokens_in = query_get_int(q);
    ret->tokens_out = query_get_int(q);
    ret->cost_microusd = query_get_int(q);
    ret->faults = (int)query_get_int(q);
    ret->started_ms = query_get_int(q);
    ret->answered_ms = query_get_int(q);
}

static enum err next_number(struct store *s, int64_t call_id, int64_t *ret, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_TURN_NEXT);
    query_put_int(&q, call_id);
    return query_run_int(&q, ret, why);
}

enum err turn_begin(struct store *s, struct turn *t, struct why *why)
{
    struct query q;
    int64_t n = 0; /* the greeting */

    assert(s->writing);
    enum err e = t->heard == NULL ? ERR_OK : next_number(s, t->call_id, &n, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_TURN_BEGIN);
    query_put_int(&q, t->call_id);
    query_put_int(&q, n);
    query_put_id(&q, t->delivery_id);
    query_put_text(&q, t->heard);
    query_put_text(&q, t->heard_by == NULL ? "" : t->heard_by);
    query_put_share(&q, t->confidence);
    query_put_int(&q, t->hear_us);
    query_put_int(&q, t->started_ms);
    e = query_run(&q, why);
    if (e == ERR_OK)
        t->n = (int)n;
    return e;
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

enum err turn_answer(struct store *s, const struct turn *t, struct why *why)
{
    struct query q;

    assert(s->writing && t->said != NULL);
    query_start(&q, s->db, SQL_TURN_ANSWER);
    query_put_int(&q, t->call_id);
    query_put_int(&q, t->n);
    query_put_text(&q, t->said);
    query_put_int(&q, t->ends);
    query_put_text(&q, or_empty(t->think_rung));
    query_put_text(&q, or_empty(t->speak_rung));
    query_put_int(&q, t->hear_us);
    query_put_int(&q, t->think_us);
    query_put_int(&q, t->speak_us);
    query_put_int(&q, t->total_us);
    query_put_int(&q, t->tokens_in);
    query_put_int(&q, t->tokens_out);
    query_put_int(&q, t->cost_microusd);
    query_put_int(&q, t->faults);
    query_put_int(&q, t->answered_ms);
    enum err e = query_run(&q, why);
    if (e == ERR_OK && db_changes(s->db) == 0)
        e = why_set(why, ERR_NOT_FOUND, "call %lld has no turn %d that waits for an answer",
                    (long long)t->call_id, t->n);
    return e;
}

enum err turn_of_delivery(struct store *s, struct arena *a, int64_t delivery_id, struct turn *ret,
                          struct why *why)
{
    struct query q;
    struct turn t = {0};

    query_start(&q, s->db, SQL_TURN_OF_DELIVERY);
    query_put_int(&q, delivery_id);
    bool row = query_next(&q);
    if (row)
        read_turn(&q, a, &t);
    enum err e = query_end(&q, why);
    if (e != ERR_OK)
        return e;
    if (!row)
        return why_set(why, ERR_NOT_FOUND, "delivery %lld began no turn", (long long)delivery_id);
    *ret = t;
    return ERR_OK;
}

/* A list that grows by doubling; false when the arena refuses. */
static bool make_room(struct arena *a, struct turn **list, size_t n, size_t *room)
{
    if (n < *room)
        return true;
    size_t more = *room == 0 ? 16 : *room * 2;
    struct turn *grown = arena_grow(a, *list, *room * sizeof **list, more * sizeof **list);
    if (grown == NULL)
        return false;
    *list = grown;
    *room = more;
    return true;
}

enum err turns_of_call(struct store *s, struct arena *a, int64_t call_id, struct turn **ret,
                       size_t *ret_n, struct why *why)
{
    struct query q;
    struct turn *list = NULL;
    size_t n = 0, room = 0;
    bool fits = true;

    query_start(&q, s->db, SQL_TURNS_OF_CALL);
    query_put_int(&q, call_id);
    while (fits && query_next(&q)) {
        fits = make_room(a, &list, n, &room);
        if (fits)
            read_turn(&q, a, &list[n++]);
    }
    enum err e = query_end(&q, why);
    if (e == ERR_OK && !fits)
        e = ERR_MEMORY;
    if (e != ERR_OK)
        return e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* ==== requests to vendors ===================================================================== */

static enum err add(struct store *s, int64_t call_id, int turn, size_t n,
                    const struct vendor_request *r, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_VENDOR_REQUEST_ADD);
    query_put_int(&q, call_id);
    query_put_int(&q, turn);
    query_put_int(&q, (int64_t)n);
    query_put_text(&q, r->stage);
    query_put_text(&q, r->rung);
    query_put_text(&q, r->outcome);
    query_put_int(&q, r->status);
    query_put_int(&q, r->connects);
    query_put_int(&q, r->began_us);
    query_put_int(&q, r->tls_us);
    query_put_int(&q, r->first_byte_us);
    query_put_int(&q, r->total_us);
    query_put_int(&q, r->sent);
    query_put_int(&q, r->received);
    query_put_int(&q, r->cost_microusd);
    query_put_int(&q, r->cost_known);
    return query_run(&q, why);
}

enum err vendor_requests_add(struct store *s, int64_t call_id, int turn,
                             const struct vendor_request *all, size_t n, struct why *why)
{
    enum err e = ERR_OK;

    assert(s->writing);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        e = add(s, call_id, turn, i, &all[i], why);
    return e;
}

static void read_row(struct query *q, struct arena *a, struct vendor_request *ret)
{
    ret->stage = query_get_text(q, a);
    ret->rung = query_get_text(q, a);
    ret->outcome = query_get_text(q, a);
    ret->status = (int)query_get_int(q);
    ret->connects = (int)query_get_int(q);
    ret->began_us = query_get_int(q);
    ret->tls_us = query_get_int(q);
    ret->first_byte_us = query_get_int(q);
    ret->total_us = query_get_int(q);
    ret->sent = query_get_int(q);
    ret->received = query_get_int(q);
    ret->cost_microusd = query_get_int(q);
    ret->cost_known = query_get_int(q) != 0;
}

/* A place for one more; on failure *all is NULL. */
static enum err grow(struct arena *a, struct vendor_request **all, size_t n)
{
    *all = arena_grow(a, *all, n * sizeof **all, (n + 1) * sizeof **all);
    return *all == NULL ? ERR_MEMORY : ERR_OK;
}

enum err vendor_requests_of_turn(struct store *s, struct arena *a, int64_t call_id, int turn,
                                 struct vendor_request **ret, size_t *ret_n, struct why *why)
{
    struct vendor_request *all = NULL;
    struct query q;
    bool refused = false;
    size_t n = 0;

    query_start(&q, s->db, SQL_VENDOR_REQUESTS_OF_TURN);
    query_put_int(&q, call_id);
    query_put_int(&q, turn);
    while (!refused && query_next(&q)) {
        refused = grow(a, &all, n) != ERR_OK;
        if (!refused)
            read_row(&q, a, &all[n++]);
    }
    enum err e = query_end(&q, why);
    if (e == ERR_OK && refused)
        e = ERR_MEMORY;
    if (e == ERR_OK) {
        *ret = all;
        *ret_n = n;
    }
    return e;
}
