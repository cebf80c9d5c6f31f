#include "store/call.h"

#include <assert.h>
#include <string.h>

#include "store/inside.h"

/* ==== calls =================================================================================== */

#define LIST_MAX  10000
#define LINES_MAX 64

static const char *const status_texts[CALL__MAX] = {
#define X(name, text) [CALL_##name] = text,
    CALL_STATUSES(X)
#undef X
};

const char *call_status_text(enum call_status s)
{
    assert(s < CALL__MAX);
    return status_texts[s];
}

enum call_status call_status_of(const char *text)
{
    enum call_status s = CALL_INITIATED;

    while (s < CALL__MAX && (text == NULL || strcmp(status_texts[s], text) != 0))
        s++;
    return s;
}

/* In the order of CALL_CHANGES. */
static void read_changes(struct query *q, struct arena *a, struct call *ret)
{
    ret->status = call_status_of(query_get_text(q, a));
    ret->answered_ms = query_get_int(q);
    ret->ended_ms = query_get_int(q);
    ret->active_ms = query_get_int(q);
    ret->end_reason = query_get_text(q, a);
    ret->turns = (int)query_get_int(q);
    ret->silent = (int)query_get_int(q);
    ret->cost_microusd = query_get_int(q);
    ret->billed_s = query_get_int(q);
    ret->state = query_get_text(q, a);
    ret->skips = query_get_text(q, a);
    ret->language = query_get_text(q, a);
    ret->answered_tick = query_get_int(q);
    ret->active_tick = query_get_int(q);
    ret->line = query_get_text(q, a);
}

/* In the order of CALL_COLUMNS. */
static void read_call(struct query *q, struct arena *a, struct call *ret)
{
    ret->id = query_get_int(q);
    ret->source = query_get_text(q, a);
    ret->external_id = query_get_text(q, a);
    ret->caller = query_get_text(q, a);
    ret->called = query_get_text(q, a);
    ret->profile = query_get_text(q, a);
    ret->direction = query_get_text(q, a);
    ret->client_id = query_get_int(q);
    ret->started_ms = query_get_int(q);
    read_changes(q, a, ret);
}

static enum err read_one(struct query *q, struct arena *a, struct call *ret, struct why *why)
{
    struct call c = {0};

    bool row = query_next(q);
    if (row)
        read_call(q, a, &c);
    enum err e = query_end(q, why);
    if (e != ERR_OK)
        return e;
    if (!row)
        return why_set(why, ERR_NOT_FOUND, "there is no such call");
    *ret = c;
    return ERR_OK;
}

enum err call_id_of(struct store *s, const char *source, const char *external_id, int64_t *ret,
                    struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_ID);
    query_put_text(&q, source);
    query_put_text(&q, external_id);
    return query_run_int(&q, ret, why);
}

enum err call_refresh(struct store *s, struct arena *a, struct call *call, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_REFRESH);
    query_put_int(&q, call->id);
    bool row = query_next(&q);
    if (row)
        read_changes(&q, a, call);
    enum err e = query_end(&q, why);
    return e == ERR_OK && !row ? why_set(why, ERR_NOT_FOUND, "there is no such call") : e;
}

enum err call_find(struct store *s, struct arena *a, const char *source, const char *external_id,
                   struct call *ret, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_FIND);
    query_put_text(&q, source);
    query_put_text(&q, external_id);
    return read_one(&q, a, ret, why);
}

enum err call_get(struct store *s, struct arena *a, int64_t id, struct call *ret, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_GET);
    query_put_int(&q, id);
    return read_one(&q, a, ret, why);
}

enum err call_named(struct store *s, struct arena *a, const char *name, struct call *ret,
                    struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_NAMED);
    query_put_text(&q, name);
    enum err e = read_one(&q, a, ret, why);
    if (e != ERR_NOT_FOUND)
        return e;
    return why_set(why, e, "%s",
                   strcmp(name, "last") == 0
                       ? "there is no call yet"
                       : "no call has this number or id; `holos calls` lists them");
}

static enum err count_client(struct store *s, const char *phone, int64_t now_ms, int64_t *ret_id,
                             struct why *why)
{
    struct query q;
    int64_t id = 0;

    query_start(&q, s->db, SQL_CLIENT_ID);
    query_put_text(&q, phone);
    enum err e = query_run_int(&q, &id, why);
    if (e != ERR_OK && e != ERR_NOT_FOUND)
        return e;
    query_start(&q, s->db, id == 0 ? SQL_CLIENT_MAKE : SQL_CLIENT_CALLED);
    if (id == 0)
        query_put_text(&q, phone);
    else
        query_put_int(&q, id);
    query_put_int(&q, now_ms);
    e = query_run(&q, why);
    if (e == ERR_OK)
        *ret_id = id == 0 ? db_last_id(s->db) : id;
    return e;
}

static enum err make_call(struct store *s, const struct call *in, int64_t client_id,
                          struct moment now, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CALL_MAKE);
    query_put_text(&q, in->source);
    query_put_text(&q, in->external_id);
    query_put_text(&q, in->caller);
    query_put_text(&q, in->called);
    query_put_text(&q, in->profile);
    query_put_text(&q, in->direction);
    query_put_id(&q, client_id);
    query_put_int(&q, now.ms);
    query_put_int(&q, now.tick);
    return query_run(&q, why);
}

/* The exchange's reports of a call come in any order, and not all of them say whose it is. */
static enum err know(struct store *s, struct arena *a, const struct call *in, const char *phone,
                     struct moment now, struct call *call, struct why *why)
{
    bool caller = *call->caller == '\0' && *in->caller != '\0';
    bool called = *call->called == '\0' && *in->called != '\0';
    int64_t client_id = call->client_id;
    struct query q;
    enum err e = ERR_OK;

    if (!caller && !called)
        return ERR_OK;
    if (caller && client_id == 0 && phone != NULL)
        e = count_client(s, phone, now.ms, &client_id, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_CALL_KNOW);
    query_put_int(&q, call->id);
    query_put_text(&q, in->caller);
    query_put_text(&q, in->called);
    query_put_text(&q, in->profile);
    query_put_text(&q, in->direction);
    query_put_id(&q, client_id);
    e = query_run(&q, why);
    return e == ERR_OK ? call_get(s, a, call->id, call, why) : e;
}

enum err call_open(struct store *s, struct arena *a, const struct call *in, const char *phone,
                   struct moment now, struct call *ret, bool *ret_made, struct why *why)
{
    struct why inner = {0};
    int64_t client_id = 0;

    assert(s->writing && in != ret);
    enum err e = call_find(s, a, in->source, in->external_id, ret, &inner);
    if (e == ERR_OK) {
        *ret_made = false;
        return know(s, a, in, phone, now, ret, why);
    }
    if (e != ERR_NOT_FOUND)
        return why_set(why, e, "%s", inner.text);
    e = ERR_OK;
    if (phone != NULL)
        e = count_client(s, phone, now.ms, &client_id, why);
    if (e == ERR_OK)
        e = make_call(s, in, client_id, now, why);
    if (e == ERR_OK)
        e = call_get(s, a, db_last_id(s->db), ret, why);
    if (e == ERR_OK)
        *ret_made = true;
    return e;
}

enum err call_save(struct store *s, const struct call *c, struct why *why)
{
    struct query q;

    assert(s->writing && c->status < CALL__MAX);
    query_start(&q, s->db, SQL_CALL_SAVE);
    query_put_int(&q, c->id);
    query_put_text(&q, call_status_text(c->status));
    query_put_text(&q, c->end_reason);
    query_put_int(&q, c->ended_ms);
    query_put_int(&q, c->started_ms);
    query_put_int(&q, c->answered_ms);
    query_put_int(&q, c->active_ms);
    query_put_int(&q, c->turns);
    query_put_int(&q, c->silent);
    query_put_int(&q, c->cost_microusd);
    query_put_int(&q, c->billed_s);
    query_put_text(&q, c->state);
    query_put_text(&q, c->skips == NULL ? "" : c->skips);
    query_put_text(&q, c->language == NULL ? "" : c->language);
    query_put_int(&q, c->answered_tick);
    query_put_int(&q, c->active_tick);
    query_put_text(&q, c->line);
    enum err e = query_run(&q, why);
    if (e == ERR_OK && db_changes(s->db) == 0)
        e = why_set(why, ERR_NOT_FOUND, "there is no call %lld", (long long)c->id);
    return e;
}

/* Ends the query, which gives at most `room` rows. */
static enum err read_calls(struct query *q, struct arena *a, size_t room, struct call **ret,
                           size_t *ret_n, struct why *why)
{
    struct call *list = arena_calloc(a, room + 1, sizeof *list);
    size_t n = 0;

    while (list != NULL && query_next(q) && n < room)
        read_call(q, a, &list[n++]);
    enum err e = query_end(q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err calls_newest(struct store *s, struct arena *a, int64_t before_ms, int limit,
                      struct call **ret, size_t *ret_n, struct why *why)
{
    struct query q;

    assert(limit >= 0);
    size_t room = limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    query_start(&q, s->db, SQL_CALLS_NEWEST);
    query_put_int(&q, before_ms == 0 ? INT64_MAX : before_ms);
    query_put_int(&q, (int64_t)room);
    return read_calls(&q, a, room, ret, ret_n, why);
}

enum err calls_of_phone(struct store *s, struct arena *a, const char *digits, int limit,
                        struct call **ret, size_t *ret_n, struct why *why)
{
    struct query q;

    assert(limit > 0);
    size_t room = limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    query_start(&q, s->db, SQL_CALLS_OF_PHONE);
    query_put_text(&q, digits);
    query_put_int(&q, (int64_t)room);
    return read_calls(&q, a, room, ret, ret_n, why);
}

enum err calls_going_on(struct store *s, struct arena *a, int limit, struct call **ret,
                        size_t *ret_n, struct why *why)
{
    struct query q;

    assert(limit > 0 && limit <= LIST_MAX);
    query_start(&q, s->db, SQL_CALLS_GOING_ON);
    query_put_int(&q, limit);
    return read_calls(&q, a, (size_t)limit, ret, ret_n, why);
}

enum err call_lines_busy(struct store *s, struct arena *a, int64_t since_ms,
                         const char *const **ret, size_t *ret_n, struct why *why)
{
    const char **list = arena_calloc(a, LINES_MAX, sizeof *list);
    struct query q;
    size_t n = 0;

    if (list == NULL)
        return ERR_MEMORY;
    query_start(&q, s->db, SQL_CALL_LINES_BUSY);
    query_put_int(&q, since_ms);
    query_put_int(&q, LINES_MAX);
    while (n < LINES_MAX && query_next(&q))
        list[n++] = query_get_text(&q, a);
    enum err e = query_end(&q, why);
    if (e != ERR_OK)
        return e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err calls_with_state(struct store *s, struct arena *a, int limit, struct call **ret,
                          size_t *ret_n, struct why *why)
{
    struct query q;

    assert(limit > 0 && limit <= LIST_MAX);
    query_start(&q, s->db, SQL_CALLS_WITH_STATE);
    query_put_int(&q, limit);
    return read_calls(&q, a, (size_t)limit, ret, ret_n, why);
}

/* ==== clients ================================================================================= */

/* The people who call (call.h). */

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

enum err client_get(struct store *s, struct arena *a, int64_t id, const char *profile,
                    struct client *ret, struct why *why)
{
    struct query q;
    bool there = false;

    query_start(&q, s->db, SQL_CLIENT_GET);
    query_put_int(&q, id);
    query_put_text(&q, profile);
    enum err e = read_client(&q, a, &there, ret, why);
    return e == ERR_OK && !there ? nobody(id, why) : e;
}

enum err client_by_phone(struct store *s, struct arena *a, const char *phone, const char *profile,
                         struct client *ret, struct why *why)
{
    struct query q;
    bool there = false;

    query_start(&q, s->db, SQL_CLIENT_BY_PHONE);
    query_put_text(&q, phone);
    query_put_text(&q, profile);
    enum err e = read_client(&q, a, &there, ret, why);
    return e == ERR_OK && !there ? why_set(why, ERR_NOT_FOUND, "no client has this number") : e;
}

enum err client_set_name(struct store *s, int64_t id, const char *profile, const char *name,
                         struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, *name == '\0' ? SQL_CLIENT_FORGET_NAME : SQL_CLIENT_SET_NAME);
    query_put_int(&q, id);
    query_put_text(&q, profile);
    if (*name != '\0')
        query_put_text(&q, name);
    enum err e = query_run(&q, why);
    return e == ERR_OK && *name != '\0' && db_changes(s->db) == 0 ? nobody(id, why) : e;
}

enum err call_client(struct store *s, struct arena *a, const struct call *call, struct client *ret,
                     struct why *why)
{
    *ret = (struct client){.name = ""};
    if (call->client_id == 0)
        return ERR_OK;
    enum err e = client_get(s, a, call->client_id, call->profile, ret, why);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}
