/* Forgetting calls and people (call.h). */
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
static enum err purge_calls(struct store *s, void *of, int64_t *ret_n, struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_CALLS_PURGE_DELIVERIES, p->before_ms, CALLS_AT_ONCE, why);
    if (e == ERR_OK)
        e = run_batch(s, SQL_CALLS_PURGE, p->before_ms, CALLS_AT_ONCE, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

/* Outbox rows go with their lead, by the schema. */
static enum err purge_leads(struct store *s, void *of, int64_t *ret_n, struct why *why)
{
    const struct purge *p = of;

    enum err e = run_batch(s, SQL_LEADS_PURGE, p->before_ms, STORE_BATCH, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

/* *ret_n counts the clients that were looked at. */
static enum err purge_clients(struct store *s, void *of, int64_t *ret_n, struct why *why)
{
    struct purge *p = of;
    int64_t last = 0, n = 0;
    struct query q;

    query_start(&q, s->db, SQL_CLIENTS_NEXT);
    query_put_int(&q, p->client_id);
    query_put_int(&q, STORE_BATCH);
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

    enum err e = store_in_batches(s, purge_calls, &p, CALLS_AT_ONCE, &n, why);
    if (e == ERR_OK)
        e = store_in_batches(s, purge_leads, &p, STORE_BATCH, &other, why);
    if (e == ERR_OK)
        e = store_in_batches(s, purge_clients, &p, STORE_BATCH, &other, why);
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

/* ==== one person ============================================================================== */

static enum err person(struct store *s, enum sql sql, const char *phone, int64_t *ret_n,
                       struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_text(&q, phone);
    enum err e = query_run(&q, why);
    if (e == ERR_OK && ret_n != NULL)
        *ret_n = db_changes(s->db);
    return e;
}

static enum err count(struct store *s, enum sql sql, const char *phone, int64_t *ret_n,
                      struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_text(&q, phone);
    return query_run_int(&q, ret_n, why);
}

enum err person_count(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    struct person_rows r = {0};

    enum err e = count(s, SQL_PERSON_LIVE, phone, &r.live, why);
    if (e == ERR_OK)
        e = count(s, SQL_PERSON_COUNT_CALLS, phone, &r.calls, why);
    if (e == ERR_OK)
        e = count(s, SQL_PERSON_COUNT_LEADS, phone, &r.leads, why);
    if (e == ERR_OK)
        e = count(s, SQL_PERSON_COUNT_CLIENTS, phone, &r.clients, why);
    if (e == ERR_OK)
        *ret = r;
    return e;
}

static enum err forget(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    enum err e = person_count(s, phone, ret, why);

    if (e == ERR_OK && ret->live > 0)
        return why_set(why, ERR_BUSY, "a call from this number is going on");
    if (e == ERR_OK)
        e = person(s, SQL_PERSON_DELIVERIES, phone, NULL, why);
    if (e == ERR_OK)
        e = person(s, SQL_SPENDING_FORGET, phone, NULL, why);
    if (e == ERR_OK)
        e = person(s, SQL_PERSON_LEADS, phone, &ret->leads, why);
    if (e == ERR_OK)
        e = person(s, SQL_PERSON_CALLS, phone, &ret->calls, why);
    if (e == ERR_OK)
        e = person(s, SQL_PERSON_CLIENT, phone, &ret->clients, why);
    return e;
}

enum err person_forget(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    struct person_rows r = {0};
    int64_t n = 0;

    assert(!s->writing);
    enum err e = store_begin(s, deadline_in_ms(s->wait_ms), why);
    if (e != ERR_OK)
        return e;
    e = forget(s, phone, &r, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    if (e == ERR_OK)
        *ret = r;
    if (e == ERR_OK) /* sounds that no reply needs any more */
        e = deliveries_sweep(s, 0, &n, why);
    if (e == ERR_OK)
        e = store_empty_log(s, deadline_in_ms(s->wait_ms), why);
    return e;
}
