#include "store/lead.h"

#include <assert.h>

#include "store/inside.h"
#include "store/outbox.h"
#include "wire/jsonw.h"

#define PAYLOAD_MAX ((size_t)256 * 1024)
#define LIST_MAX    10000

static enum err write_payload(struct arena *a, const struct lead *l, struct buf *ret)
{
    struct jsonw w;

    buf_init(ret, a, PAYLOAD_MAX);
    jsonw_init(&w, ret);
    jsonw_object(&w);
    jsonw_put_int(&w, "lead", l->id);
    jsonw_put_int(&w, "call", l->call_id);
    jsonw_put_text(&w, "profile", l->profile);
    jsonw_put_text(&w, "name", l->name);
    jsonw_put_text(&w, "phone", l->phone);
    jsonw_put_text(&w, "wish", l->wish);
    jsonw_put_int(&w, "created_ms", l->created_ms);
    jsonw_end_object(&w);
    return buf_err(ret);
}

static enum err add_to_outbox(struct store *s, struct arena *a, const struct lead *l,
                              struct why *why)
{
    struct buf payload;

    enum err e = write_payload(a, l, &payload);
    if (e != ERR_OK)
        return why_set(why, e, "the request is too long to be passed on");
    struct outbox_row row = {.kind = "lead",
                             .payload = buf_text(&payload),
                             .lead_id = l->id,
                             .created_ms = l->created_ms,
                             .due_ms = l->created_ms};
    return outbox_add(s, &row, why);
}

enum err lead_add(struct store *s, struct arena *a, struct lead *l, struct why *why)
{
    struct query q;
    struct lead stored = *l;

    assert(s->writing);
    query_start(&q, s->db, SQL_LEAD_ADD);
    query_put_id(&q, l->call_id);
    query_put_id(&q, l->client_id);
    query_put_text(&q, l->profile);
    query_put_text(&q, l->name);
    query_put_text(&q, l->phone);
    query_put_text(&q, l->wish);
    query_put_text(&q, l->status == NULL ? "new" : l->status);
    query_put_int(&q, l->created_ms);
    enum err e = query_run(&q, why);
    if (e != ERR_OK)
        return e;
    stored.id = db_last_id(s->db);
    e = add_to_outbox(s, a, &stored, why);
    if (e == ERR_OK)
        l->id = stored.id;
    return e;
}

/* In the order of LEAD_COLUMNS. */
static void read_lead(struct query *q, struct arena *a, struct lead *ret)
{
    ret->id = query_get_int(q);
    ret->call_id = query_get_int(q);
    ret->client_id = query_get_int(q);
    ret->profile = query_get_text(q, a);
    ret->name = query_get_text(q, a);
    ret->phone = query_get_text(q, a);
    ret->wish = query_get_text(q, a);
    ret->status = query_get_text(q, a);
    ret->created_ms = query_get_int(q);
    ret->note = query_get_text(q, a);
}

static size_t room_of(int limit)
{
    assert(limit >= 0);
    return limit < LIST_MAX ? (size_t)limit : LIST_MAX;
}

/* At most `room` rows of a query whose parameters are set. */
static enum err read_leads(struct query *q, struct arena *a, size_t room, struct lead **ret,
                           size_t *ret_n, struct why *why)
{
    struct lead *list = arena_calloc(a, room + 1, sizeof *list);
    size_t n = 0;

    while (list != NULL && query_next(q) && n < room)
        read_lead(q, a, &list[n++]);
    enum err e = query_end(q, why);
    if (list == NULL)
        return ERR_MEMORY;
    if (e != ERR_OK)
        return e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err leads_newest(struct store *s, struct arena *a, int64_t call_id, int limit,
                      struct lead **ret, size_t *ret_n, struct why *why)
{
    size_t room = room_of(limit);
    struct query q;

    query_start(&q, s->db, call_id == 0 ? SQL_LEADS_NEWEST : SQL_LEADS_OF_CALL);
    query_put_int(&q, (int64_t)room);
    if (call_id != 0)
        query_put_int(&q, call_id);
    return read_leads(&q, a, room, ret, ret_n, why);
}

enum err leads_listed(struct store *s, struct arena *a, const struct lead_filter *f, int limit,
                      struct lead **ret, size_t *ret_n, struct why *why)
{
    size_t room = room_of(limit);
    struct query q;

    query_start(&q, s->db, SQL_LEADS_LISTED);
    query_put_int(&q, f->since_ms);
    query_put_int(&q, f->open);
    query_put_text(&q, f->profile == NULL ? "" : f->profile);
    query_put_text(&q, f->phone == NULL ? "" : f->phone);
    query_put_int(&q, (int64_t)room);
    return read_leads(&q, a, room, ret, ret_n, why);
}

enum err lead_mark(struct store *s, int64_t id, const char *status, const char *note,
                   struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_LEAD_MARK);
    query_put_int(&q, id);
    query_put_text(&q, status);
    query_put_text(&q, note);
    enum err e = query_run(&q, why);
    if (e == ERR_OK && db_changes(s->db) == 0)
        return why_set(why, ERR_NOT_FOUND,
                       "there is no request %lld; `holos leads --all` lists them", (long long)id);
    return e;
}

enum err lead_sent(struct store *s, int64_t id, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_LEAD_SENT);
    query_put_int(&q, id);
    return query_run(&q, why);
}
