#include "store/vendor-request.h"

#include <assert.h>

#include "store/inside.h"

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
