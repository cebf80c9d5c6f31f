/* Visits: listed, booked, moved, cancelled, and their history (booking.h). */
#include <assert.h>
#include <string.h>

#include "business/phone.h"
#include "store/booking-inside.h"
#include "store/outbox.h"
#include "wire/jsonw.h"

#define LIST_MAX      10000
#define PAYLOAD_MAX   64
#define FORGOTTEN_MAX ((size_t)4096)

/* ==== reading =================================================================================== */

/* One row is one part, in the order of VISIT_ROWS; the first of a visit makes its place. */
static bool read_visit_row(struct query *q, struct arena *a, struct visit **list, size_t *n,
                           size_t most)
{
    int64_t id = query_get_int(q);
    bool is_new = *n == 0 || (*list)[*n - 1].id != id;

    if (is_new && *n == most)
        return false;
    if (is_new) {
        *list = booking_place(a, *list, *n, sizeof **list);
        if (*list == NULL)
            return false;
        (*list)[(*n)++] = (struct visit){.id = id};
    }
    struct visit *v = &(*list)[*n - 1];
    if (v->parts == BOOKING_PARTS) /* none is stored with more */
        return true;
    struct booking_part *p = &v->part[v->parts++];
    p->id = query_get_int(q);
    booking_get_part(q, a, p);
    if (!is_new)
        return true;
    v->profile = query_get_text(q, a);
    v->state = query_get_text(q, a);
    v->name = query_get_text(q, a);
    v->phone = query_get_text(q, a);
    v->for_other = query_get_int(q) != 0;
    v->currency = query_get_text(q, a);
    v->note = query_get_text(q, a);
    v->language = query_get_text(q, a);
    v->by = query_get_text(q, a);
    v->call_id = query_get_int(q);
    v->created_ms = query_get_int(q);
    v->changed_ms = query_get_int(q);
    return true;
}

/* Ends the query. */
static enum err read_visits(struct query *q, struct arena *a, size_t most, struct visit **ret,
                            size_t *ret_n, struct why *why)
{
    struct visit *list = arena_alloc(a, sizeof *list);
    size_t n = 0;

    while (list != NULL && query_next(q) && read_visit_row(q, a, &list, &n, most))
        continue;
    enum err e = query_end(q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

static const char *text_or(const char *text, const char *other)
{
    return text == NULL ? other : text;
}

enum err visits_listed(struct store *s, struct arena *a, const struct visit_filter *f,
                       struct visit **ret, size_t *ret_n, struct why *why)
{
    bool any_time = f->from_s == 0 && f->to_s == 0;
    char tail[PHONE_TAIL + 1] = "-"; /* that of no number */
    struct query q;

    if (f->phone != NULL && !phone_tail(f->phone, tail))
        tail[0] = '-';
    query_start(&q, s->db, f->phone == NULL ? SQL_VISITS_LISTED : SQL_VISITS_OF_PHONE);
    query_put_int(&q, f->from_s);
    query_put_int(&q, any_time ? INT64_MAX : f->to_s);
    query_put_text(&q, text_or(f->profile, ""));
    query_put_int(&q, f->cancelled);
    query_put_text(&q, text_or(f->specialist, ""));
    if (f->phone != NULL) {
        query_put_text(&q, tail);
        query_put_int(&q, f->with_other);
    }
    size_t most = f->limit <= 0 || f->limit > LIST_MAX ? LIST_MAX : (size_t)f->limit;
    return read_visits(&q, a, most, ret, ret_n, why);
}

enum err visit_get(struct store *s, struct arena *a, int64_t id, struct visit *ret, struct why *why)
{
    struct visit *list = NULL;
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_VISIT_GET);
    query_put_int(&q, id);
    enum err e = read_visits(&q, a, 1, &list, &n, why);
    if (e != ERR_OK)
        return e;
    if (n == 0)
        return why_set(why, ERR_NOT_FOUND, "there is no visit %lld", (long long)id);
    *ret = list[0];
    return ERR_OK;
}

enum err booking_visit(struct store *s, struct arena *a, int64_t booking_id, struct visit *ret,
                       struct why *why)
{
    struct query q;
    int64_t id = 0;

    query_start(&q, s->db, SQL_BOOKING_VISIT);
    query_put_int(&q, booking_id);
    enum err e = query_run_int(&q, &id, why);
    if (e == ERR_NOT_FOUND)
        return why_set(why, e, "there is no booking %lld", (long long)booking_id);
    return e == ERR_OK ? visit_get(s, a, id, ret, why) : e;
}

enum err visit_history(struct store *s, struct arena *a, int64_t visit_id,
                       struct booking_change **ret, size_t *ret_n, struct why *why)
{
    struct booking_change *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_HISTORY_OF_VISIT);
    query_put_int(&q, visit_id);
    while (list != NULL && query_next(&q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list == NULL)
            break;
        struct booking_change *c = &list[n++];
        c->at_ms = query_get_int(&q);
        c->what = query_get_text(&q, a);
        c->from = query_get_text(&q, a);
        c->to = query_get_text(&q, a);
        c->by = query_get_text(&q, a);
        c->why = query_get_text(&q, a);
        c->call_id = query_get_int(&q);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* ==== writing =================================================================================== */

/* "inna 2026-12-03T08:30:00Z", of several parts joined. NULL: no memory. */
static const char *places_text(struct arena *a, const struct booking_part *part, size_t parts)
{
    const char *text = "";
    char time[25];

    for (size_t i = 0; i < parts && text != NULL; i++)
        text = arena_printf(a, "%s%s%s %s", text, i == 0 ? "" : ", ", part[i].specialist,
                            clock_iso8601(part[i].start_s * 1000, time));
    return text;
}

struct change {
    int64_t visit_id;
    const char *what;
    const char *was, *became; /* NULL: the memory was refused */
};

/* The row of history, and the one row that waits to tell the sheet. */
static enum err note_change(struct store *s, const struct change *c,
                            const struct booking_actor *who, struct why *why)
{
    char payload[PAYLOAD_MAX];
    struct query q;

    if (c->was == NULL || c->became == NULL)
        return ERR_MEMORY;
    query_start(&q, s->db, SQL_HISTORY_ADD);
    query_put_int(&q, c->visit_id);
    query_put_int(&q, who->now_ms);
    query_put_text(&q, c->what);
    query_put_text(&q, c->was);
    query_put_text(&q, c->became);
    query_put_text(&q, who->by);
    query_put_text(&q, text_or(who->why, ""));
    query_put_id(&q, who->call_id);
    enum err e = query_run(&q, why);
    if (e == ERR_OK) /* a sender that is at work on it finds the new row afterwards */
        e = outbox_take_back(s, c->visit_id, "sheet", why);
    if (e != ERR_OK)
        return e;
    (void)snprintf(payload, sizeof payload, "{\"visit\":%lld,\"what\":\"%s\"}",
                   (long long)c->visit_id, c->what);
    struct outbox_row row = {.kind = "sheet",
                             .payload = payload,
                             .visit_id = c->visit_id,
                             .created_ms = who->now_ms,
                             .due_ms = who->now_ms};
    return outbox_add(s, &row, why);
}

/* ---- the client's own time ----------------------------------------------------------------------- */

static bool counts_for_client(const struct visit *v)
{
    return !v->for_other && v->phone != NULL && *v->phone != '\0';
}

static struct booking_cells client_cells(const struct visit *v, const struct booking_part *part,
                                         size_t parts)
{
    return booking_cells_of(v->profile, v->phone, part[0].start_s, part[parts - 1].end_s);
}

static enum err check_client(struct store *s, const struct visit *v,
                             const struct booking_part *part, size_t parts, struct why *why)
{
    struct query q;
    int64_t other = 0;

    if (!counts_for_client(v))
        return ERR_OK;
    struct booking_cells c = client_cells(v, part, parts);
    query_start(&q, s->db, SQL_CLIENT_CELL_TAKEN);
    query_put_text(&q, v->profile);
    query_put_text(&q, v->phone);
    query_put_int(&q, c.from);
    query_put_int(&q, c.to);
    query_put_int(&q, v->id);
    enum err e = query_run_int(&q, &other, why);
    if (e == ERR_NOT_FOUND)
        return ERR_OK;
    return e == ERR_OK ? why_set(why, ERR_EXISTS, "the client has visit %lld at that time",
                                 (long long)other)
                       : e;
}

static enum err take_client_cells(struct store *s, const struct visit *v, struct why *why)
{
    struct query q;
    enum err e = ERR_OK;

    if (!counts_for_client(v))
        return ERR_OK;
    struct booking_cells c = client_cells(v, v->part, v->parts);
    for (int64_t cell = c.from; cell < c.to && e == ERR_OK; cell++) {
        query_start(&q, s->db, SQL_CLIENT_CELL_TAKE);
        query_put_text(&q, v->profile);
        query_put_text(&q, v->phone);
        query_put_int(&q, cell);
        query_put_int(&q, v->id);
        e = query_run(&q, why);
    }
    return e;
}

/* ---- its time at the specialists ----------------------------------------------------------------- */

static enum err take_cells(struct store *s, const struct visit *v, size_t n, struct why *why)
{
    struct booking_cells c = booking_cells_of_part(v->profile, v->part, n);
    struct query q;
    enum err e = ERR_OK;

    for (int64_t cell = c.from; cell < c.to && e == ERR_OK; cell++) {
        query_start(&q, s->db, SQL_CELL_TAKE);
        query_put_text(&q, c.profile);
        query_put_text(&q, c.specialist);
        query_put_int(&q, cell);
        query_put_int(&q, v->part[n].id);
        query_put_id(&q, 0);
        e = query_run(&q, why);
    }
    return e;
}

static enum err add_booking(struct store *s, struct visit *v, size_t n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_BOOKING_ADD);
    booking_put_part(&q, &v->part[n]);
    query_put_int(&q, v->id);
    query_put_int(&q, (int64_t)n);
    query_put_text(&q, v->profile);
    enum err e = query_run(&q, why);
    if (e == ERR_OK)
        v->part[n].id = db_last_id(s->db);
    return e;
}

static enum err put_booking(struct store *s, const struct booking_part *p, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_BOOKING_MOVE);
    booking_put_part(&q, p);
    query_put_int(&q, p->id);
    return query_run(&q, why);
}

static enum err take_all_cells(struct store *s, const struct visit *v, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < v->parts && e == ERR_OK; i++)
        e = take_cells(s, v, i, why);
    return e == ERR_OK ? take_client_cells(s, v, why) : e;
}

static enum err free_all_cells(struct store *s, int64_t visit_id, struct why *why)
{
    enum err e = booking_run(s, SQL_CELLS_FREE_VISIT, visit_id, why);
    return e == ERR_OK ? booking_run(s, SQL_CLIENT_CELLS_FREE, visit_id, why) : e;
}

/* ---- booking ------------------------------------------------------------------------------------- */

static enum err insert_visit(struct store *s, struct visit *v, const struct booking_actor *who,
                             struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_VISIT_ADD);
    query_put_text(&q, v->profile);
    query_put_text(&q, v->name);
    query_put_text(&q, v->phone);
    query_put_int(&q, v->for_other);
    query_put_text(&q, v->currency);
    query_put_text(&q, v->note);
    query_put_text(&q, v->language);
    query_put_text(&q, v->by);
    query_put_id(&q, v->call_id);
    query_put_int(&q, v->part[0].start_s);
    query_put_int(&q, v->part[v->parts - 1].end_s);
    query_put_int(&q, who->now_ms);
    enum err e = query_run(&q, why);
    if (e == ERR_OK)
        v->id = db_last_id(s->db);
    return e;
}

/* What a caller may leave out. */
static void complete(struct visit *v, const struct booking_actor *who)
{
    v->state = "booked";
    v->name = text_or(v->name, "");
    v->phone = text_or(v->phone, "");
    v->currency = text_or(v->currency, "");
    v->note = text_or(v->note, "");
    v->language = text_or(v->language, "");
    v->by = text_or(v->by, who->by);
    v->call_id = v->call_id == 0 ? who->call_id : v->call_id;
    v->created_ms = v->changed_ms = who->now_ms;
}

enum err visit_add_for(struct store *s, struct arena *a, struct visit *v,
                       const struct booking_claim *claim, const struct booking_actor *who,
                       struct why *why)
{
    struct visit made = *v;

    made.id = 0;
    complete(&made, who);
    enum err e = booking_parts_free(s, made.part, made.parts, claim, why);
    if (e == ERR_OK)
        e = check_client(s, &made, made.part, made.parts, why);
    if (e == ERR_OK && claim->call_id != 0)
        e = booking_run(s, SQL_OFFERING_DROP, claim->call_id, why);
    if (e == ERR_OK)
        e = insert_visit(s, &made, who, why);
    for (size_t i = 0; e == ERR_OK && i < made.parts; i++)
        e = add_booking(s, &made, i, why);
    if (e == ERR_OK)
        e = take_all_cells(s, &made, why);
    if (e != ERR_OK)
        return e;
    const struct change c = {.visit_id = made.id,
                             .what = "booked",
                             .was = "",
                             .became = places_text(a, made.part, made.parts)};
    e = note_change(s, &c, who, why);
    if (e == ERR_OK)
        *v = made;
    return e;
}

enum err visit_add(struct store *s, struct arena *a, struct visit *v,
                   const struct booking_actor *who, struct why *why)
{
    const struct booking_claim claim = {.profile = v->profile, .now_ms = who->now_ms};

    assert(s->writing);
    return visit_add_for(s, a, v, &claim, who, why);
}

/* ---- changes ------------------------------------------------------------------------------------- */

static enum err get_booked(struct store *s, struct arena *a, int64_t id, struct visit *ret,
                           struct why *why)
{
    enum err e = visit_get(s, a, id, ret, why);

    if (e == ERR_OK && strcmp(ret->state, "booked") != 0)
        return why_set(why, ERR_NOT_FOUND, "visit %lld is cancelled", (long long)id);
    return e;
}

/* Bookings keep their ids; `to` may have more parts, or fewer. */
static enum err put_bookings(struct store *s, struct visit *v, const struct visit_place *to,
                             struct why *why)
{
    size_t had = v->parts;
    enum err e = ERR_OK;

    if (to->parts < had)
        e = booking_run_two(s, SQL_BOOKINGS_DROP, v->id, (int64_t)to->parts, why);
    v->parts = to->parts;
    for (size_t i = 0; i < to->parts && e == ERR_OK; i++) {
        int64_t id = v->part[i].id;
        v->part[i] = to->part[i];
        v->part[i].id = id;
        e = i < had ? put_booking(s, &v->part[i], why) : add_booking(s, v, i, why);
    }
    return e;
}

static enum err move_row(struct store *s, const struct visit *v, int64_t now_ms, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_VISIT_MOVE);
    query_put_int(&q, v->id);
    query_put_int(&q, v->part[0].start_s);
    query_put_int(&q, v->part[v->parts - 1].end_s);
    query_put_int(&q, now_ms);
    return query_run(&q, why);
}

enum err visit_move_for(struct store *s, struct arena *a, int64_t visit_id,
                        const struct visit_place *to, const struct booking_actor *who,
                        struct why *why)
{
    struct visit v = {0};

    enum err e = get_booked(s, a, visit_id, &v, why);
    if (e != ERR_OK)
        return e;
    const struct booking_claim claim = {
        .profile = v.profile, .call_id = to->call_id, .visit_id = visit_id, .now_ms = who->now_ms};
    struct change c = {
        .visit_id = visit_id, .what = "moved", .was = places_text(a, v.part, v.parts)};
    e = booking_parts_free(s, to->part, to->parts, &claim, why);
    if (e == ERR_OK)
        e = check_client(s, &v, to->part, to->parts, why);
    if (e == ERR_OK && claim.call_id != 0)
        e = booking_run(s, SQL_OFFERING_DROP, claim.call_id, why);
    if (e == ERR_OK)
        e = free_all_cells(s, visit_id, why);
    if (e == ERR_OK)
        e = put_bookings(s, &v, to, why);
    if (e == ERR_OK)
        e = move_row(s, &v, who->now_ms, why);
    if (e == ERR_OK)
        e = take_all_cells(s, &v, why);
    if (e == ERR_OK)
        e = outbox_take_back(s, visit_id, "message", why);
    c.became = places_text(a, to->part, to->parts);
    return e == ERR_OK ? note_change(s, &c, who, why) : e;
}

enum err visit_move(struct store *s, struct arena *a, int64_t visit_id,
                    const struct booking_part *to, size_t parts, const struct booking_actor *who,
                    struct why *why)
{
    const struct visit_place place = {.part = to, .parts = parts};

    assert(s->writing);
    return visit_move_for(s, a, visit_id, &place, who, why);
}

enum err visit_cancel(struct store *s, struct arena *a, int64_t visit_id,
                      const struct booking_actor *who, struct why *why)
{
    struct visit v = {0};

    assert(s->writing);
    enum err e = get_booked(s, a, visit_id, &v, why);
    if (e == ERR_OK)
        e = free_all_cells(s, visit_id, why);
    if (e == ERR_OK)
        e = booking_run(s, SQL_BOOKINGS_CANCEL, visit_id, why);
    if (e == ERR_OK)
        e = booking_run_two(s, SQL_VISIT_CANCEL, visit_id, who->now_ms, why);
    if (e == ERR_OK)
        e = outbox_take_back(s, visit_id, "message", why);
    if (e != ERR_OK)
        return e;
    const struct change c = {.visit_id = visit_id,
                             .what = "cancelled",
                             .was = places_text(a, v.part, v.parts),
                             .became = ""};
    return note_change(s, &c, who, why);
}

/* ---- forgetting ---------------------------------------------------------------------------------- */

static enum err write_forgotten(struct arena *a, const struct visit *v, struct buf *ret)
{
    struct jsonw w;

    buf_init(ret, a, FORGOTTEN_MAX);
    jsonw_init(&w, ret);
    jsonw_object(&w);
    jsonw_put_int(&w, "visit", v->id);
    jsonw_put_text(&w, "what", "forgotten");
    jsonw_put_text(&w, "profile", v->profile);
    jsonw_key(&w, "bookings");
    jsonw_array(&w);
    for (size_t i = 0; i < v->parts; i++)
        jsonw_int(&w, v->part[i].id);
    jsonw_end_array(&w);
    jsonw_key(&w, "specialists");
    jsonw_array(&w);
    for (size_t i = 0; i < v->parts; i++)
        jsonw_text(&w, v->part[i].specialist);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return buf_err(ret);
}

enum err visit_forgotten(struct store *s, struct arena *a, int64_t id, struct why *why)
{
    struct visit v = {0};
    struct buf payload;

    assert(s->writing);
    enum err e = visit_get(s, a, id, &v, why);
    if (e == ERR_OK)
        e = write_forgotten(a, &v, &payload);
    if (e != ERR_OK)
        return e;
    int64_t now_ms = clock_unix_ms();
    struct outbox_row row = {
        .kind = "sheet", .payload = buf_text(&payload), .created_ms = now_ms, .due_ms = now_ms};
    return outbox_add(s, &row, why);
}

enum err visit_note(struct store *s, int64_t visit_id, const char *note,
                    const struct booking_actor *who, struct why *why)
{
    const struct change c = {.visit_id = visit_id, .what = "noted", .was = "", .became = ""};
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_VISIT_NOTE);
    query_put_int(&q, visit_id);
    query_put_text(&q, note);
    query_put_int(&q, who->now_ms);
    enum err e = query_run(&q, why);
    if (e == ERR_OK && db_changes(s->db) == 0)
        e = why_set(why, ERR_NOT_FOUND, "there is no visit %lld", (long long)visit_id);
    return e == ERR_OK ? note_change(s, &c, who, why) : e;
}
