/* The times that a call was offered (booking.h). All offers of a call die at the same moment, and go
 * together. */
#include <assert.h>

#include "store/booking-inside.h"

/* ---- reading ------------------------------------------------------------------------------------- */

/* One row is one part. *ret_profile: of the offers. */
static bool read_row(struct query *q, struct arena *a, struct offer **list, size_t *n,
                     const char **ret_profile)
{
    struct booking_part part = {0};
    int64_t id = query_get_int(q);

    booking_get_part(q, a, &part);
    if (*n == 0 || (*list)[*n - 1].id != id) {
        *list = booking_place(a, *list, *n, sizeof **list);
        if (*list == NULL)
            return false;
        (*list)[(*n)++] = (struct offer){.id = id};
    }
    struct offer *o = &(*list)[*n - 1];
    if (o->parts < BOOKING_PARTS) /* none is stored with more */
        o->part[o->parts++] = part;
    o->n = (int)query_get_int(q);
    o->turn = (int)query_get_int(q);
    o->move_visit = query_get_int(q);
    o->until_ms = query_get_int(q);
    if (*ret_profile == NULL)
        *ret_profile = query_get_text(q, a);
    return true;
}

static enum err read_offers(struct store *s, struct arena *a, int64_t call_id, struct offer **ret,
                            size_t *ret_n, const char **ret_profile, struct why *why)
{
    struct offer *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    *ret_profile = NULL;
    query_start(&q, s->db, SQL_OFFERS_OF_CALL);
    query_put_int(&q, call_id);
    while (list != NULL && query_next(&q) && read_row(&q, a, &list, &n, ret_profile))
        continue;
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err offers_of_call(struct store *s, struct arena *a, int64_t call_id, struct offer **ret,
                        size_t *ret_n, struct why *why)
{
    const char *profile = NULL;

    return read_offers(s, a, call_id, ret, ret_n, &profile, why);
}

/* ---- making -------------------------------------------------------------------------------------- */

static enum err hold_part(struct store *s, const struct booking_claim *claim,
                          const struct booking_part *p, struct why *why)
{
    struct booking_cells c = booking_cells_of(claim->profile, p->specialist, p->start_s, p->free_s);
    struct query q;
    enum err e = ERR_OK;

    for (int64_t cell = c.from; cell < c.to && e == ERR_OK; cell++) {
        query_start(&q, s->db, SQL_CELL_HOLD);
        query_put_text(&q, c.profile);
        query_put_text(&q, c.specialist);
        query_put_int(&q, cell);
        query_put_int(&q, claim->call_id);
        e = query_run(&q, why);
    }
    return e;
}

static enum err hold_offer(struct store *s, const struct booking_claim *claim,
                           const struct offer *o, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < o->parts && e == ERR_OK; i++)
        e = hold_part(s, claim, &o->part[i], why);
    return e;
}

static enum err add_part(struct store *s, const struct offer *o, size_t n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_OFFER_PART_ADD);
    booking_put_part(&q, &o->part[n]);
    query_put_int(&q, o->id);
    query_put_int(&q, (int64_t)n);
    return query_run(&q, why);
}

static enum err add_offer(struct store *s, const struct booking_claim *claim, struct offer *o,
                          struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_OFFER_ADD);
    query_put_int(&q, claim->call_id);
    query_put_int(&q, o->n);
    query_put_id(&q, o->move_visit);
    enum err e = query_run(&q, why);
    if (e != ERR_OK)
        return e;
    o->id = db_last_id(s->db);
    for (size_t i = 0; i < o->parts && e == ERR_OK; i++)
        e = add_part(s, o, i, why);
    return e == ERR_OK ? hold_offer(s, claim, o, why) : e;
}

static enum err make_offering(struct store *s, const struct booking_claim *claim, int turn,
                              int64_t until_ms, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_OFFERING_MAKE);
    query_put_int(&q, claim->call_id);
    query_put_text(&q, claim->profile);
    query_put_int(&q, turn);
    query_put_int(&q, until_ms);
    return query_run(&q, why);
}

/* ERR_EXISTS: it is taken. The first that is not makes the call's row. */
static enum err try_offer(struct store *s, struct booking_claim *claim, struct offer *o,
                          struct why *why)
{
    struct why taken = {0};

    claim->visit_id = o->move_visit;
    enum err e = booking_parts_free(s, o->part, o->parts, claim, &taken);
    if (e == ERR_EXISTS)
        return e;
    if (e != ERR_OK)
        return why_set(why, e, "%s", taken.text);
    if (o->n == 1)
        e = make_offering(s, claim, o->turn, o->until_ms, why);
    return e == ERR_OK ? add_offer(s, claim, o, why) : e;
}

enum err offers_put(struct store *s, const char *profile, int64_t call_id, int turn,
                    struct offer *offers, size_t n, int64_t until_ms, int64_t now_ms, size_t *ret_n,
                    struct why *why)
{
    struct booking_claim claim = {.profile = profile, .call_id = call_id, .now_ms = now_ms};
    size_t kept = 0;

    assert(s->writing);
    enum err e = offers_drop(s, call_id, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct offer o = offers[i];
        o.n = (int)kept + 1;
        o.turn = turn;
        o.until_ms = until_ms;
        e = try_offer(s, &claim, &o, why);
        if (e == ERR_OK)
            offers[kept++] = o;
        else if (e == ERR_EXISTS)
            e = ERR_OK;
    }
    if (e == ERR_OK)
        *ret_n = kept;
    return e;
}

enum err offers_drop(struct store *s, int64_t call_id, struct why *why)
{
    assert(s->writing);
    return booking_run(s, SQL_OFFERING_DROP, call_id, why);
}

static enum err sweep_batch(struct store *s, void *of, int64_t most, int64_t *ret_n,
                            struct why *why)
{
    const int64_t *now_ms = of;

    enum err e = booking_run_two(s, SQL_OFFERINGS_SWEEP, *now_ms, most, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}

enum err offers_sweep(struct store *s, int64_t now_ms, int64_t *ret_n, struct why *why)
{
    return store_in_batches(s, (struct store_cleaning){sweep_batch, &now_ms, STORE_BATCH}, ret_n,
                            why);
}

/* ---- one of them --------------------------------------------------------------------------------- */

static enum err gone(int64_t offer_id, struct why *why)
{
    return why_set(why, ERR_NOT_FOUND, "offer %lld is gone", (long long)offer_id);
}

static enum err get_offer(struct store *s, struct arena *a, int64_t call_id, int64_t offer_id,
                          struct offer *ret, const char **ret_profile, struct why *why)
{
    struct offer *list = NULL;
    size_t n = 0;

    enum err e = read_offers(s, a, call_id, &list, &n, ret_profile, why);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        if (list[i].id == offer_id) {
            *ret = list[i];
            return ERR_OK;
        }
    return e == ERR_OK ? gone(offer_id, why) : e;
}

/* The cells are given back and taken anew: those of the others go. */
enum err offer_renew(struct store *s, int64_t call_id, int64_t offer_id, int64_t until_ms,
                     struct why *why)
{
    struct booking_claim claim = {.call_id = call_id};
    struct offer o = {0};
    struct arena a;

    assert(s->writing);
    arena_init(&a, ARENA_BLOCK * 8);
    enum err e = get_offer(s, &a, call_id, offer_id, &o, &claim.profile, why);
    if (e == ERR_OK)
        e = booking_run_two(s, SQL_OFFERS_DROP_OTHERS, call_id, offer_id, why);
    if (e == ERR_OK)
        e = booking_run_two(s, SQL_OFFERING_RENEW, call_id, until_ms, why);
    if (e == ERR_OK)
        e = booking_run(s, SQL_CELLS_FREE_CALL, call_id, why);
    if (e == ERR_OK)
        e = hold_offer(s, &claim, &o, why);
    arena_release(&a);
    return e;
}

static enum err confirm_move(struct store *s, struct arena *a, const struct offer *o,
                             const struct booking_claim *claim, struct visit *v,
                             const struct booking_actor *who, struct why *why)
{
    const struct visit_place to = {.part = o->part, .parts = o->parts, .call_id = claim->call_id};

    enum err e = visit_move_for(s, a, o->move_visit, &to, who, why);
    return e == ERR_OK ? visit_get(s, a, o->move_visit, v, why) : e;
}

static void take_parts(struct visit *v, const struct offer *o, const char *profile)
{
    v->profile = profile;
    v->parts = o->parts;
    for (size_t i = 0; i < o->parts; i++)
        v->part[i] = o->part[i];
}

enum err offer_confirm(struct store *s, struct arena *a, int64_t call_id, int turn,
                       int64_t offer_id, struct visit *v, const struct booking_actor *who,
                       struct why *why)
{
    struct booking_claim claim = {.call_id = call_id, .now_ms = who->now_ms};
    struct offer o = {0};

    assert(s->writing);
    enum err e = get_offer(s, a, call_id, offer_id, &o, &claim.profile, why);
    if (e != ERR_OK)
        return e;
    if (o.turn >= turn)
        return why_set(why, ERR_NOT_FOUND, "offer %lld was made in this turn", (long long)offer_id);
    if (o.move_visit != 0)
        return confirm_move(s, a, &o, &claim, v, who, why);
    take_parts(v, &o, claim.profile);
    return visit_add_for(s, a, v, &claim, who, why);
}
