#include "store/outbox.h"

#include <assert.h>

#include "store/inside.h"

#define LIST_MAX 1000

enum err outbox_add(struct store *s, struct outbox_row *row, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_OUTBOX_ADD);
    query_put_text(&q, row->kind);
    query_put_text(&q, row->payload);
    query_put_id(&q, row->lead_id);
    query_put_id(&q, row->visit_id);
    query_put_id(&q, row->call_id);
    query_put_int(&q, row->created_ms);
    query_put_int(&q, row->due_ms);
    enum err e = query_run(&q, why);
    if (e == ERR_OK)
        row->id = db_last_id(s->db);
    return e;
}

static const char *kind_or_any(const char *kind)
{
    return kind == NULL ? "" : kind;
}

static void read_row(struct query *q, struct arena *a, struct outbox_row *ret)
{
    ret->id = query_get_int(q);
    ret->kind = query_get_text(q, a);
    ret->payload = query_get_text(q, a);
    ret->lead_id = query_get_int(q);
    ret->visit_id = query_get_int(q);
    ret->call_id = query_get_int(q);
    ret->created_ms = query_get_int(q);
    ret->due_ms = query_get_int(q);
    ret->attempts = (int)query_get_int(q);
    ret->last_error = query_get_text(q, a);
}

static enum err read_rows(struct query *q, struct arena *a, size_t room, struct outbox_row **ret,
                          size_t *ret_n, struct why *why)
{
    struct outbox_row *list = arena_calloc(a, room, sizeof *list);
    size_t n = 0;

    while (list != NULL && n < room && query_next(q))
        read_row(q, a, &list[n++]);
    enum err e = query_end(q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err outbox_due(struct store *s, struct arena *a, const char *kind, int64_t now_ms, int limit,
                    struct outbox_row **ret, size_t *ret_n, struct why *why)
{
    size_t room = limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    struct query q;

    assert(limit > 0);
    query_start(&q, s->db, SQL_OUTBOX_DUE);
    query_put_text(&q, kind_or_any(kind));
    query_put_int(&q, now_ms);
    query_put_int(&q, (int64_t)room);
    return read_rows(&q, a, room, ret, ret_n, why);
}

enum err outbox_left(struct store *s, struct arena *a, const char *kind, const char *error,
                     int limit, struct outbox_row **ret, size_t *ret_n, struct why *why)
{
    size_t room = limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    struct query q;

    assert(limit > 0);
    query_start(&q, s->db, SQL_OUTBOX_LEFT);
    query_put_text(&q, kind);
    query_put_text(&q, error);
    query_put_int(&q, (int64_t)room);
    return read_rows(&q, a, room, ret, ret_n, why);
}

enum err outbox_sent(struct store *s, int64_t id, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_OUTBOX_SENT);
    query_put_int(&q, id);
    return query_run(&q, why);
}

enum err outbox_failed(struct store *s, int64_t id, const char *error, int64_t next_due_ms,
                       struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_OUTBOX_FAILED);
    query_put_int(&q, id);
    query_put_text(&q, error);
    query_put_int(&q, next_due_ms);
    return query_run(&q, why);
}

enum err outbox_take_back(struct store *s, int64_t visit_id, const char *kind, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_OUTBOX_TAKE_BACK);
    query_put_int(&q, visit_id);
    query_put_text(&q, kind);
    return query_run(&q, why);
}

static enum err ask_of_kind(struct store *s, enum sql sql, const char *kind, int64_t *ret,
                            struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_text(&q, kind_or_any(kind));
    return query_run_int(&q, ret, why);
}

enum err outbox_used(struct store *s, const char *kind, bool *ret, struct why *why)
{
    int64_t n = 0;

    enum err e = ask_of_kind(s, SQL_OUTBOX_USED, kind, &n, why);
    if (e == ERR_OK)
        *ret = n > 0;
    return e;
}

enum err outbox_waiting(struct store *s, const char *kind, int64_t *ret_n, struct why *why)
{
    return ask_of_kind(s, SQL_OUTBOX_WAITING, kind, ret_n, why);
}

enum err outbox_given_up(struct store *s, const char *kind, int64_t *ret_n, struct why *why)
{
    return ask_of_kind(s, SQL_OUTBOX_GIVEN_UP, kind, ret_n, why);
}
