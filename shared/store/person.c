/* Forgetting one person (call.h).
 *
 * Whose a row is, is asked without the writer's lock, a piece of the table at a time; the rows that
 * were found are then deleted in short transactions. */
#include <assert.h>
#include <string.h>

#include "business/phone.h"
#include "store/booking-inside.h"
#include "store/call.h"
#include "store/delivery.h"
#include "store/spending.h"

#define PIECE   500 /* rows of one statement */
#define AT_ONCE 25  /* rows of one transaction; a call brings its turns */

struct walk {
    struct store *s;
    const char *phone;
    enum sql sql;
    int64_t last_id; /* looked at up to here */
    bool ended;
    int64_t id[AT_ONCE]; /* found */
    size_t n, done;      /* of these; deleted */
};

/* A number with its country is the same or another; one as people write it is known by its end. */
static bool is_number(const char *raw, const char *phone)
{
    char number[PHONE_MAX];

    if (*raw == '+' && phone_e164(raw, "", number) == ERR_OK)
        return strcmp(number, phone) == 0;
    return *raw != '\0' && phone_same(raw, phone);
}

/* Until a few are found, or the piece ends. *ret_rows: how many were looked at. */
static enum err look_at_piece(struct walk *w, struct arena *a, int64_t *ret_rows, struct why *why)
{
    struct query q;
    int64_t rows = 0;

    query_start(&q, w->s->db, w->sql);
    query_put_text(&q, w->phone);
    query_put_int(&q, w->last_id);
    query_put_int(&q, PIECE);
    while (w->n < AT_ONCE && query_next(&q)) {
        w->last_id = query_get_int(&q);
        bool is = query_get_int(&q) != 0;
        const char *caller = query_get_text(&q, a);
        const char *phone = query_get_text(&q, a);
        if (caller == NULL || phone == NULL) /* query_end says why */
            break;
        if (is || is_number(caller, w->phone) || is_number(phone, w->phone))
            w->id[w->n++] = w->last_id;
        rows++;
    }
    *ret_rows = rows;
    return query_end(&q, why);
}

/* The next rows of that person; `ended` when there are no more behind them. */
static enum err walk_on(struct walk *w, struct why *why)
{
    enum err e = ERR_OK;
    int64_t rows = PIECE;
    struct arena a;

    w->n = w->done = 0;
    arena_init(&a, ARENA_BLOCK * 16);
    while (e == ERR_OK && w->n < AT_ONCE && rows == PIECE) {
        arena_clear(&a);
        e = look_at_piece(w, &a, &rows, why);
    }
    w->ended = w->n < AT_ONCE;
    arena_release(&a);
    return e;
}

static enum err count(struct store *s, const char *phone, enum sql sql, int64_t *ret,
                      struct why *why)
{
    struct walk w = {.s = s, .phone = phone, .sql = sql};
    enum err e = ERR_OK;

    *ret = 0;
    while (e == ERR_OK && !w.ended) {
        e = walk_on(&w, why);
        *ret += (int64_t)w.n;
    }
    return e;
}

enum err person_count(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    struct person_rows r = {0};
    struct query q;

    enum err e = count(s, phone, SQL_PERSON_LIVE, &r.live, why);
    if (e == ERR_OK)
        e = count(s, phone, SQL_PERSON_CALLS, &r.calls, why);
    if (e == ERR_OK)
        e = count(s, phone, SQL_PERSON_LEADS, &r.leads, why);
    if (e == ERR_OK)
        e = count(s, phone, SQL_PERSON_VISITS, &r.visits, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_PERSON_COUNT_CLIENTS);
    query_put_text(&q, phone);
    e = query_run_int(&q, &r.clients, why);
    if (e == ERR_OK)
        *ret = r;
    return e;
}

/* ==== deleting ================================================================================ */

static enum err run(struct store *s, enum sql sql, int64_t id, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, id);
    return query_run(&q, why);
}

static enum err run_phone(struct store *s, enum sql sql, const char *phone, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_text(&q, phone);
    return query_run(&q, why);
}

static enum err delete_lead(struct store *s, int64_t id, struct person_rows *r, struct why *why)
{
    enum err e = run(s, SQL_LEAD_DELETE, id, why);

    r->leads += e == ERR_OK ? db_changes(s->db) : 0;
    return e;
}

/* Its bookings, cells, history and messages go with it, by the schema. The sheet is told by a row
 * without a visit, which holds no word of the person's. */
static enum err delete_visit(struct store *s, int64_t id, struct person_rows *r, struct why *why)
{
    struct arena a;

    arena_init(&a, ARENA_BLOCK * 8);
    enum err e = visit_forgotten(s, &a, id, why);
    arena_release(&a);
    if (e == ERR_OK)
        e = run(s, SQL_VISIT_DELETE, id, why);
    r->visits += e == ERR_OK ? db_changes(s->db) : 0;
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A request may have come since the requests were looked at. Turns go with their call, by the
 * schema, not so the replies that told them. */
static enum err delete_call(struct store *s, int64_t id, struct person_rows *r, struct why *why)
{
    enum err e = run(s, SQL_CALL_DELETE_DELIVERIES, id, why);

    if (e == ERR_OK)
        e = run(s, SQL_CALL_DELETE_LEADS, id, why);
    r->leads += e == ERR_OK ? db_changes(s->db) : 0;
    if (e == ERR_OK)
        e = run(s, SQL_CALL_DELETE, id, why);
    r->calls += e == ERR_OK ? db_changes(s->db) : 0;
    return e;
}

static enum err delete_row(struct store *s, enum sql found_by, int64_t id, struct person_rows *r,
                           struct why *why)
{
    if (found_by == SQL_PERSON_LEADS)
        return delete_lead(s, id, r, why);
    if (found_by == SQL_PERSON_VISITS)
        return delete_visit(s, id, r, why);
    return delete_call(s, id, r, why);
}

static enum err delete_client(struct store *s, const char *phone, struct person_rows *r,
                              struct why *why)
{
    enum err e = run_phone(s, SQL_SPENDING_FORGET, phone, why);

    if (e == ERR_OK)
        e = run_phone(s, SQL_PERSON_CLIENT, phone, why);
    r->clients += e == ERR_OK ? db_changes(s->db) : 0;
    return e;
}

/* With the writer's lock: a call may have begun since. */
static enum err refuse_live(struct store *s, const char *phone, struct why *why)
{
    int64_t live = 0;

    enum err e = count(s, phone, SQL_PERSON_LIVE, &live, why);
    return e == ERR_OK && live > 0 ? why_set(why, ERR_BUSY, "a call from this number is going on")
                                   : e;
}

/* Some of what was found, until it has held the writer's lock long enough; without a
 * walk the client. Counted only once it is committed. */
static enum err delete_some(struct store *s, const char *phone, struct walk *w,
                            struct person_rows *ret, struct why *why)
{
    struct person_rows r = *ret;
    size_t i = w == NULL ? 0 : w->done;

    enum err e = store_begin(s, deadline_in_ms(s->wait_ms), why);
    if (e != ERR_OK)
        return e;
    int64_t from_us = clock_mono_us();
    e = refuse_live(s, phone, why);
    if (e == ERR_OK && w == NULL)
        e = delete_client(s, phone, &r, why);
    while (w != NULL && e == ERR_OK && i < w->n) {
        e = delete_row(s, w->sql, w->id[i++], &r, why);
        if (clock_mono_us() - from_us >= STORE_HOLD_US)
            break;
    }
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    if (e != ERR_OK)
        return e;
    *ret = r;
    if (w != NULL)
        w->done = i;
    store_give_way(clock_mono_us() - from_us);
    return ERR_OK;
}

static enum err delete_found(struct store *s, const char *phone, struct walk *w,
                             struct person_rows *ret, struct why *why)
{
    enum err e = ERR_OK;

    do
        e = delete_some(s, phone, w, ret, why);
    while (e == ERR_OK && w != NULL && w->done < w->n);
    return e;
}

static enum err delete_all(struct store *s, const char *phone, enum sql sql,
                           struct person_rows *ret, struct why *why)
{
    struct walk w = {.s = s, .phone = phone, .sql = sql};
    enum err e = ERR_OK;

    while (e == ERR_OK && !w.ended) {
        e = walk_on(&w, why);
        if (e == ERR_OK && w.n > 0)
            e = delete_found(s, phone, &w, ret, why);
    }
    return e;
}

static enum err forget(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    enum err e = delete_all(s, phone, SQL_PERSON_LEADS, ret, why);
    if (e == ERR_OK)
        e = delete_all(s, phone, SQL_PERSON_VISITS, ret, why);
    if (e == ERR_OK)
        e = delete_all(s, phone, SQL_PERSON_CALLS, ret, why);
    if (e == ERR_OK)
        e = delete_found(s, phone, NULL, ret, why);
    return e;
}

enum err person_forget(struct store *s, const char *phone, struct person_rows *ret, struct why *why)
{
    int64_t n = 0;

    assert(!s->writing);
    store_move_log_often(s, true);
    enum err e = forget(s, phone, ret, why);
    store_move_log_often(s, false);
    if (e == ERR_OK) /* sounds that no reply needs any more */
        e = deliveries_sweep(s, 0, &n, why);
    if (e == ERR_OK)
        e = store_empty_log(s, deadline_in_ms(s->wait_ms), why);
    return e;
}
