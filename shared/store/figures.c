#include "store/figures.h"

#include "store/inside.h"

#define PIECE 500 /* rows of one statement: while it is open the log cannot begin anew */

static const struct {
    enum sql end, rows;
} sqls[FIGURES__MAX] = {
    [FIGURES_CALL] = {SQL_FIGURES_CALLS_END, SQL_FIGURES_CALLS},
    [FIGURES_TURN] = {SQL_FIGURES_TURNS_END, SQL_FIGURES_TURNS},
    [FIGURES_LEAD] = {SQL_FIGURES_LEADS_END, SQL_FIGURES_LEADS},
    [FIGURES_VISIT] = {SQL_FIGURES_VISITS_END, SQL_FIGURES_VISITS},
};

struct reading {
    struct store *s;
    enum err (*take)(void *of, const struct figures_row *row);
    void *of;
    struct arena a; /* of one row's texts */
    struct why *why;
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

/* Ends the query, whose parameters are bound. */
static enum err hand_over(struct reading *r, struct query *q, enum figures_kind kind)
{
    struct figures_row row = {.kind = kind};
    enum err taken = ERR_OK;

    while (taken == ERR_OK && query_next(q)) {
        read_row(q, &r->a, &row);
        if (row.profile != NULL) /* else query_end says why */
            taken = r->take(r->of, &row);
        arena_clear(&r->a);
    }
    enum err e = query_end(q, r->why);
    return e == ERR_OK ? taken : e;
}

/* Where the piece from `from_ms` on ends: rows of one moment stay together. */
static enum err find_end(struct reading *r, enum figures_kind kind, int64_t from_ms,
                         int64_t *ret_end_ms)
{
    struct query q;
    int64_t end_ms = 0;

    query_start(&q, r->s->db, sqls[kind].end);
    query_put_int(&q, from_ms);
    query_put_int(&q, PIECE);
    enum err e = query_run_int(&q, &end_ms, r->why);
    if (e == ERR_NOT_FOUND)
        end_ms = INT64_MAX;
    else if (e != ERR_OK)
        return e;
    *ret_end_ms = end_ms > from_ms ? end_ms : from_ms + 1;
    return ERR_OK;
}

static enum err read_kind(struct reading *r, enum figures_kind kind, int64_t since_ms)
{
    enum err e = ERR_OK;

    for (int64_t from_ms = since_ms; e == ERR_OK && from_ms != INT64_MAX;) {
        int64_t end_ms = INT64_MAX;
        struct query q;
        e = find_end(r, kind, from_ms, &end_ms);
        if (e != ERR_OK)
            return e;
        query_start(&q, r->s->db, sqls[kind].rows);
        query_put_int(&q, from_ms);
        query_put_int(&q, end_ms);
        e = hand_over(r, &q, kind);
        from_ms = end_ms;
    }
    return e;
}

enum err figures_each(struct store *s, int64_t since_ms,
                      enum err (*take)(void *of, const struct figures_row *row), void *of,
                      struct why *why)
{
    struct reading r = {.s = s, .take = take, .of = of, .why = why};
    struct query q;

    arena_init(&r.a, ARENA_BLOCK);
    query_start(&q, s->db, SQL_FIGURES_OPEN);
    query_put_int(&q, since_ms);
    enum err e = hand_over(&r, &q, FIGURES_CALL);
    for (enum figures_kind kind = 0; kind < FIGURES__MAX && e == ERR_OK; kind++)
        e = read_kind(&r, kind, since_ms);
    arena_release(&r.a);
    return e;
}
