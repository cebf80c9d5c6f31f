/* Forgetting calls and people after the time of retention (call.h). */
#include "store/call.h"
#include "store/inside.h"

static enum err purge_older(struct store *s, enum sql sql, int64_t before_ms, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, before_ms);
    if (sql == SQL_CALLS_PURGE)
        query_put_int(&q, STORE_BATCH);
    return query_run(&q, why);
}

/* Turns go with their call, outbox rows with their lead, by the schema. */
static enum err purge_batch(struct store *s, void *of, int64_t *ret_n, struct why *why)
{
    const int64_t *before_ms = of;
    struct query q;

    enum err e = purge_older(s, SQL_CALLS_PURGE, *before_ms, why);
    if (e != ERR_OK)
        return e;
    *ret_n = db_changes(s->db);
    if (*ret_n == STORE_BATCH) /* there is more; the rest comes with the last batch */
        return ERR_OK;
    e = purge_older(s, SQL_LEADS_PURGE, *before_ms, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_CLIENTS_PURGE);
    return query_run(&q, why);
}

enum err calls_purge(struct store *s, int64_t before_ms, int64_t *ret_n, struct why *why)
{
    return store_in_batches(s, purge_batch, &before_ms, STORE_BATCH, ret_n, why);
}
