#include "store/figures.h"

#include "store/inside.h"

static const enum sql sqls[FIGURES__MAX] = {
    [FIGURES_CALL] = SQL_FIGURES_CALLS,
    [FIGURES_TURN] = SQL_FIGURES_TURNS,
    [FIGURES_LEAD] = SQL_FIGURES_LEADS,
};

static void read_row(struct query *q, struct arena *a, struct figures_row *r)
{
    r->profile = query_get_text(q, a);
    r->at_ms = query_get_int(q);
    if (r->kind == FIGURES_CALL) {
        r->status = call_status_of(query_get_text(q, a));
        r->active_ms = query_get_int(q);
    } else if (r->kind == FIGURES_TURN) {
        r->n = (int)query_get_int(q);
        for (size_t i = 0; i < STAGE__MAX; i++)
            r->us[i] = query_get_int(q);
        r->faults = query_get_int(q);
        r->cost_microusd = query_get_int(q);
    }
}

enum err figures_each(struct store *s, int64_t since_ms,
                      enum err (*take)(void *of, const struct figures_row *row), void *of,
                      struct why *why)
{
    enum err e = ERR_OK;
    struct arena a; /* of one row's texts */

    arena_init(&a, ARENA_BLOCK);
    for (enum figures_kind kind = 0; kind < FIGURES__MAX && e == ERR_OK; kind++) {
        struct figures_row row = {.kind = kind};
        struct query q;
        enum err taken = ERR_OK;
        query_start(&q, s->db, sqls[kind]);
        query_put_int(&q, since_ms);
        while (taken == ERR_OK && query_next(&q)) {
            read_row(&q, &a, &row);
            if (row.profile != NULL) /* else query_end says why */
                taken = take(of, &row);
            arena_clear(&a);
        }
        e = query_end(&q, why);
        e = e == ERR_OK ? taken : e;
    }
    arena_release(&a);
    return e;
}
