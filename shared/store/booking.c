/* What is taken: cells of time, and the times that staff took out (booking.h). */
#include "store/booking.h"

#include <assert.h>
#include <string.h>

#include "store/booking-inside.h"

#define FIRST_PLACES 16                     /* a power of two */
#define BLOCK_MOST_S ((int64_t)400 * 86400) /* a cell is a row */

/* ---- cells --------------------------------------------------------------------------------------- */

struct booking_cells booking_cells_of(const char *profile, const char *specialist, int64_t from_s,
                                      int64_t to_s)
{
    return (struct booking_cells){.profile = profile,
                                  .specialist = specialist,
                                  .from = from_s / BOOKING_CELL_S,
                                  .to = (to_s + BOOKING_CELL_S - 1) / BOOKING_CELL_S};
}

struct booking_cells booking_cells_of_part(const char *profile, const struct booking_part *part,
                                           size_t n)
{
    struct booking_cells c =
        booking_cells_of(profile, part[n].specialist, part[n].start_s, part[n].free_s);

    for (size_t i = 0; i < n; i++) {
        struct booking_cells before =
            booking_cells_of(profile, part[i].specialist, part[i].start_s, part[i].free_s);
        if (strcmp(before.specialist, c.specialist) == 0 && before.to > c.from)
            c.from = before.to;
    }
    return c;
}

/* The call whose offer is in the way; 0: a booking or a block is. */
static enum err find_taken(struct store *s, const struct booking_cells *c,
                           const struct booking_claim *claim, bool *ret_taken, int64_t *ret_call,
                           struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_CELL_TAKEN);
    query_put_text(&q, c->profile);
    query_put_text(&q, c->specialist);
    query_put_int(&q, c->from);
    query_put_int(&q, c->to);
    query_put_int(&q, claim->call_id);
    query_put_int(&q, claim->visit_id);
    enum err e = query_run_int(&q, ret_call, why);
    *ret_taken = e == ERR_OK;
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err booking_cells_free(struct store *s, const struct booking_cells *c,
                            const struct booking_claim *claim, struct why *why)
{
    int64_t call_id = 0;
    bool taken = true, dead = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && taken && dead) { /* one dead call's offers after another */
        e = find_taken(s, c, claim, &taken, &call_id, why);
        if (e != ERR_OK || !taken || call_id == 0)
            break;
        e = booking_run_two(s, SQL_OFFERING_DROP_DEAD, call_id, claim->now_ms, why);
        dead = e == ERR_OK && db_changes(s->db) > 0;
    }
    return e == ERR_OK && taken
               ? why_set(why, ERR_EXISTS, "that time of %s is taken", c->specialist)
               : e;
}

/* Rising, and no specialist at two places at once. */
static bool is_one_visit(const struct booking_part *part, size_t parts)
{
    for (size_t i = 0; i < parts; i++) {
        if (part[i].start_s < 0 || part[i].end_s <= part[i].start_s ||
            part[i].free_s < part[i].end_s)
            return false;
        if (i > 0 && part[i].start_s < part[i - 1].end_s)
            return false;
    }
    return parts > 0 && parts <= BOOKING_PARTS;
}

enum err booking_parts_free(struct store *s, const struct booking_part *part, size_t parts,
                            const struct booking_claim *claim, struct why *why)
{
    enum err e = ERR_OK;

    if (!is_one_visit(part, parts))
        return why_set(why, ERR_VALUE, "these times are not one visit");
    for (size_t i = 0; i < parts && e == ERR_OK; i++) {
        struct booking_cells c =
            booking_cells_of(claim->profile, part[i].specialist, part[i].start_s, part[i].free_s);
        e = booking_cells_free(s, &c, claim, why);
    }
    return e;
}

/* ---- shared by the book's files ------------------------------------------------------------------ */

void booking_put_part(struct query *q, const struct booking_part *p)
{
    query_put_text(q, p->specialist);
    query_put_text(q, p->specialist_name);
    query_put_text(q, p->services);
    query_put_text(q, p->service_names);
    query_put_int(q, p->start_s);
    query_put_int(q, p->end_s);
    query_put_int(q, p->free_s);
    query_put_int(q, p->price_from);
    query_put_int(q, p->price_to);
}

void booking_get_part(struct query *q, struct arena *a, struct booking_part *ret)
{
    ret->specialist = query_get_text(q, a);
    ret->specialist_name = query_get_text(q, a);
    ret->services = query_get_text(q, a);
    ret->service_names = query_get_text(q, a);
    ret->start_s = query_get_int(q);
    ret->end_s = query_get_int(q);
    ret->free_s = query_get_int(q);
    ret->price_from = query_get_int(q);
    ret->price_to = query_get_int(q);
}

enum err booking_run(struct store *s, enum sql sql, int64_t v, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, v);
    return query_run(&q, why);
}

enum err booking_run_two(struct store *s, enum sql sql, int64_t v, int64_t w, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    query_put_int(&q, v);
    query_put_int(&q, w);
    return query_run(&q, why);
}

void *booking_place(struct arena *a, void *list, size_t n, size_t size)
{
    if (n == 0)
        return arena_alloc(a, FIRST_PLACES * size);
    if (n < FIRST_PLACES || (n & (n - 1)) != 0)
        return list;
    return arena_grow(a, list, n * size, 2 * n * size);
}

/* ---- what is taken ------------------------------------------------------------------------------- */

static void read_span(struct query *q, struct arena *a, struct busy_span *ret)
{
    const int64_t cell = BOOKING_CELL_S;

    ret->specialist = query_get_text(q, a);
    ret->from_s = query_get_int(q) / cell * cell;
    ret->to_s = (query_get_int(q) + cell - 1) / cell * cell;
    ret->visit = query_get_int(q) != 0;
}

/* NOLINTNEXTLINE(readability-function-size): a window, its exceptions, and the list that comes back */
enum err booking_busy(struct store *s, struct arena *a, const char *profile, int64_t from_s,
                      int64_t to_s, int64_t except_call, int64_t except_visit, int64_t now_ms,
                      struct busy_span **ret, size_t *ret_n, struct why *why)
{
    struct busy_span *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_BUSY);
    query_put_text(&q, profile);
    query_put_int(&q, from_s);
    query_put_int(&q, to_s);
    query_put_int(&q, except_call);
    query_put_int(&q, except_visit);
    query_put_int(&q, now_ms);
    while (list != NULL && query_next(&q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list != NULL)
            read_span(&q, a, &list[n++]);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static enum err take_for_block(struct store *s, const struct booking_cells *c, int64_t block_id,
                               struct why *why)
{
    struct query q;
    enum err e = ERR_OK;

    for (int64_t cell = c->from; cell < c->to && e == ERR_OK; cell++) {
        query_start(&q, s->db, SQL_CELL_TAKE);
        query_put_text(&q, c->profile);
        query_put_text(&q, c->specialist);
        query_put_int(&q, cell);
        query_put_id(&q, 0);
        query_put_int(&q, block_id);
        e = query_run(&q, why);
    }
    return e;
}

static enum err insert_block(struct store *s, const struct block *b, int64_t now_ms,
                             struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_BLOCK_ADD);
    query_put_text(&q, b->profile);
    query_put_text(&q, b->specialist);
    query_put_int(&q, b->from_s);
    query_put_int(&q, b->to_s);
    query_put_text(&q, b->why == NULL ? "" : b->why);
    query_put_text(&q, b->by == NULL ? "staff" : b->by);
    query_put_int(&q, now_ms);
    return query_run(&q, why);
}

enum err block_add(struct store *s, struct arena *a, struct block *b, int64_t now_ms,
                   struct why *why)
{
    const struct booking_claim claim = {.profile = b->profile, .now_ms = now_ms};
    struct booking_cells c = booking_cells_of(b->profile, b->specialist, b->from_s, b->to_s);

    assert(s->writing);
    (void)a;
    if (b->from_s < 0 || b->to_s <= b->from_s || b->to_s - b->from_s > BLOCK_MOST_S)
        return why_set(why, ERR_VALUE, "a block ends after it begins, and within 400 days");
    enum err e = booking_cells_free(s, &c, &claim, why);
    if (e == ERR_OK)
        e = insert_block(s, b, now_ms, why);
    if (e != ERR_OK)
        return e;
    b->id = db_last_id(s->db);
    return take_for_block(s, &c, b->id, why);
}

enum err block_remove(struct store *s, int64_t id, struct why *why)
{
    assert(s->writing);
    enum err e = booking_run(s, SQL_BLOCK_REMOVE, id, why);
    if (e == ERR_OK && db_changes(s->db) == 0)
        return why_set(why, ERR_NOT_FOUND, "there is no block %lld", (long long)id);
    return e;
}

static void read_block(struct query *q, struct arena *a, struct block *ret)
{
    ret->id = query_get_int(q);
    ret->profile = query_get_text(q, a);
    ret->specialist = query_get_text(q, a);
    ret->from_s = query_get_int(q);
    ret->to_s = query_get_int(q);
    ret->why = query_get_text(q, a);
    ret->by = query_get_text(q, a);
}

enum err blocks_listed(struct store *s, struct arena *a, const char *profile, int64_t from_s,
                       int64_t to_s, struct block **ret, size_t *ret_n, struct why *why)
{
    struct block *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_BLOCKS_LISTED);
    query_put_int(&q, from_s);
    query_put_int(&q, from_s == 0 && to_s == 0 ? INT64_MAX : to_s);
    query_put_text(&q, profile == NULL ? "" : profile);
    while (list != NULL && query_next(&q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list != NULL)
            read_block(&q, a, &list[n++]);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}
