/* The people who call (call.h). */
#include <assert.h>

#include "store/call.h"
#include "store/inside.h"

static enum err nobody(int64_t id, struct why *why)
{
    return why_set(why, ERR_NOT_FOUND, "there is no client %lld", (long long)id);
}

/* Ends the query. */
static enum err read_client(struct query *q, struct arena *a, bool *ret_there, struct client *ret,
                            struct why *why)
{
    struct client c = {0};

    bool row = query_next(q);
    if (row) {
        c.id = query_get_int(q);
        c.phone = query_get_text(q, a);
        c.name = query_get_text(q, a);
        c.calls = query_get_int(q);
        c.first_ms = query_get_int(q);
        c.last_ms = query_get_int(q);
    }
    enum err e = query_end(q, why);
    if (e != ERR_OK)
        return e;
    *ret_there = row;
    if (row)
        *ret = c;
    return ERR_OK;
}

enum err client_get(struct store *s, struct arena *a, int64_t id, struct client *ret,
                    struct why *why)
{
    struct query q;
    bool there = false;

    query_start(&q, s->db, SQL_CLIENT_GET);
    query_put_int(&q, id);
    enum err e = read_client(&q, a, &there, ret, why);
    return e == ERR_OK && !there ? nobody(id, why) : e;
}

enum err client_by_phone(struct store *s, struct arena *a, const char *phone, struct client *ret,
                         struct why *why)
{
    struct query q;
    bool there = false;

    query_start(&q, s->db, SQL_CLIENT_BY_PHONE);
    query_put_text(&q, phone);
    enum err e = read_client(&q, a, &there, ret, why);
    return e == ERR_OK && !there ? why_set(why, ERR_NOT_FOUND, "no client has this number") : e;
}

enum err client_set_name(struct store *s, int64_t id, const char *name, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_CLIENT_SET_NAME);
    query_put_int(&q, id);
    query_put_text(&q, name);
    enum err e = query_run(&q, why);
    return e == ERR_OK && db_changes(s->db) == 0 ? nobody(id, why) : e;
}
