/* Forgetting calls after their time (call.h). */
#include <assert.h>

#include "store/call.h"
#include "store/delivery.h"
#include "store/inside.h"

#define CALLS_AT_ONCE 50 /* with their turns they are some thousand rows */

struct purge {
    int64_t before_ms;
    int64_t client_id; /* looked at up to here */
};

static enum err run_batch(struct store *s, enum sql sql, int64_t before_ms, int64_t most,
                          struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, before_ms);
    query_put_int(&q, most);
    return query_run(&q, why);
}

/* Turns go with their call by the schema, not so the replies that told them. */
static enum err purge_calls(struct store *s, void *of, int64_t most, int64_t *ret_n,
                            struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_CALLS_PURGE_DELIVERIES, p->before_ms, most, why);
    if (e == ERR_OK)
        e = run_batch(s, SQL_CALLS_PURGE, p->before_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

/* Outbox rows go with their lead, by the schema. */
static enum err purge_leads(struct store *s, void *of, int64_t most, int64_t *ret_n,
                            struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_LEADS_PURGE, p->before_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

static enum err purge_visits(struct store *s, void *of, int64_t most, int64_t *ret_n,
                             struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_VISITS_PURGE, p->before_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

/* One may be a row for each cell of a year. */
static enum err purge_blocks(struct store *s, void *of, int64_t most, int64_t *ret_n,
                             struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_BLOCKS_PURGE, p->before_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

static enum err purge_sheet(struct store *s, void *of, int64_t most, int64_t *ret_n,
                            struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_SHEET_CHANGES_PURGE, p->before_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

/* *ret_n counts the clients that were looked at. */
static enum err purge_clients(struct store *s, void *of, int64_t most, int64_t *ret_n,
                              struct why *why)
{
    struct purge *p = of;
    int64_t last = 0, n = 0;
    struct query q;

    query_start(&q, s->db, SQL_CLIENTS_NEXT);
    query_put_int(&q, p->client_id);
    query_put_int(&q, most);
    if (query_next(&q)) {
        n = query_get_int(&q);
        last = query_get_int(&q);
    }
    enum err e = query_end(&q, why);
    if (e == ERR_OK && n > 0)
        e = run_batch(s, SQL_CLIENTS_PURGE, p->client_id, last, why);
    p->client_id = last;
    if (e == ERR_OK)
        *ret_n = n;
    return e;
}

enum err calls_purge(struct store *s, int64_t before_ms, int64_t *ret_n, struct why *why)
{
    struct purge p = {.before_ms = before_ms};
    int64_t n = 0, other = 0;

    enum err e =
        store_in_batches(s, (struct store_cleaning){purge_calls, &p, CALLS_AT_ONCE}, &n, why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){purge_leads, &p, STORE_BATCH}, &other, why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){purge_visits, &p, STORE_BATCH}, &other,
                             why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){purge_blocks, &p, 1}, &other, why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){purge_sheet, &p, STORE_BATCH}, &other, why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){purge_clients, &p, STORE_BATCH}, &other,
                             why);
    if (e == ERR_OK)
        e = deliveries_sweep(s, before_ms, &other, why);
    *ret_n = n;
    return e == ERR_OK && !s->writing ? store_empty_log(s, deadline_in_ms(s->wait_ms), why) : e;
}

enum err calls_purgeable(struct store *s, int64_t before_ms, int64_t *ret_n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALLS_PURGEABLE);
    query_put_int(&q, before_ms);
    return query_run_int(&q, ret_n, why);
}
