#include "store/figures.h"

#include "store/call.h"
#include "store/inside.h"

static enum err count(struct store *s, enum sql sql, int64_t since_ms, int64_t *ret,
                      struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, since_ms);
    return query_run_int(&q, ret, why);
}

/* One row of three numbers. */
static enum err three(struct store *s, enum sql sql, int64_t since_ms, int64_t ret[static 3],
                      struct why *why)
{
    struct query q;
    int64_t v[3] = {0};

    query_start(&q, s->db, sql);
    query_put_int(&q, since_ms);
    if (query_next(&q))
        for (size_t i = 0; i < 3; i++)
            v[i] = query_get_int(&q);
    enum err e = query_end(&q, why);
    if (e == ERR_OK)
        for (size_t i = 0; i < 3; i++)
            ret[i] = v[i];
    return e;
}

static enum err stage_times(struct store *s, int64_t since_ms, struct figures *f, struct why *why)
{
    static const enum sql sqls[STAGE__MAX] = {
        [STAGE_HEAR] = SQL_FIGURES_HEAR,
        [STAGE_THINK] = SQL_FIGURES_THINK,
        [STAGE_SPEAK] = SQL_FIGURES_SPEAK,
        [STAGE_TOTAL] = SQL_FIGURES_TOTAL,
    };
    int64_t v[3] = {0};

    for (size_t i = 0; i < STAGE__MAX; i++) {
        enum err e = three(s, sqls[i], since_ms, v, why);
        if (e != ERR_OK)
            return e;
        f->stage[i].n = v[0];
        f->stage[i].p50_us = v[1];
        f->stage[i].p95_us = v[2];
    }
    return ERR_OK;
}

enum err figures_since(struct store *s, int64_t since_ms, struct figures *ret, struct why *why)
{
    struct figures f = {0};
    int64_t turns[3] = {0};

    enum err e = count(s, SQL_FIGURES_CALLS, since_ms, &f.calls, why);
    if (e == ERR_OK)
        e = count(s, SQL_FIGURES_LEADS, since_ms, &f.leads, why);
    if (e == ERR_OK)
        e = three(s, SQL_FIGURES_TURNS, since_ms, turns, why);
    if (e == ERR_OK)
        e = stage_times(s, since_ms, &f, why);
    if (e != ERR_OK)
        return e;
    f.turns = turns[0];
    f.errors = turns[1];
    f.cost_microusd = turns[2];
    *ret = f;
    return ERR_OK;
}

enum err figures_active_calls(struct store *s, int64_t since_ms, int64_t *ret, struct why *why)
{
    return count(s, SQL_FIGURES_ACTIVE, since_ms, ret, why);
}

enum err figures_by_status(struct store *s, int64_t since_ms, int64_t *ret, struct why *why)
{
    struct query q;
    struct arena a;
    int64_t counts[CALL__MAX] = {0};

    arena_init(&a, ARENA_BLOCK);
    query_start(&q, s->db, SQL_FIGURES_BY_STATUS);
    query_put_int(&q, since_ms);
    while (query_next(&q)) {
        enum call_status status = call_status_of(query_get_text(&q, &a));
        if (status < CALL__MAX)
            counts[status] = query_get_int(&q);
    }
    enum err e = query_end(&q, why);
    arena_release(&a);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < CALL__MAX; i++)
        ret[i] = counts[i];
    return ERR_OK;
}
