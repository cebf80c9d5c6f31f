#include "store/message.h"

#include <assert.h>
#include <string.h>

#include "store/booking-inside.h"
#include "store/outbox.h"

#define VISITS_MAX 1000

/* Ends the query. */
static enum err read_ids(struct query *q, struct arena *a, int64_t **ret, size_t *ret_n,
                         struct why *why)
{
    int64_t *list = arena_alloc(a, sizeof *list);
    size_t n = 0;

    while (list != NULL && query_next(q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list != NULL)
            list[n++] = query_get_int(q);
    }
    enum err e = query_end(q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err message_visits(struct store *s, struct arena *a, const struct message_window *w,
                        int64_t **ret, size_t *ret_n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_MESSAGE_VISITS);
    query_put_text(&q, w->profile);
    query_put_int(&q, w->now_s);
    query_put_int(&q, w->until_s);
    query_put_int(&q, w->since_ms);
    query_put_int(&q, VISITS_MAX);
    return read_ids(&q, a, ret, ret_n, why);
}

static void put_message(struct query *q, const struct message *m)
{
    query_put_int(q, m->visit_id);
    query_put_text(q, m->what);
    query_put_text(q, m->way);
    query_put_int(q, m->start_s);
}

enum err message_had(struct store *s, const struct message *m, bool *ret, struct why *why)
{
    struct query q;
    int64_t n = 0;

    query_start(&q, s->db, SQL_MESSAGE_HAD);
    put_message(&q, m);
    enum err e = query_run_int(&q, &n, why);
    *ret = e == ERR_OK && n > 0;
    return e;
}

enum err message_was_moved(struct store *s, int64_t visit_id, int64_t start_s, bool *ret,
                           struct why *why)
{
    struct query q;
    int64_t n = 0;

    query_start(&q, s->db, SQL_MESSAGE_HAD_OTHER);
    query_put_int(&q, visit_id);
    query_put_int(&q, start_s);
    enum err e = query_run_int(&q, &n, why);
    *ret = e == ERR_OK && n > 0;
    return e;
}

enum err message_add(struct store *s, const struct message *m, const char *payload, int64_t now_ms,
                     struct why *why)
{
    struct outbox_row row = {.kind = "message",
                             .payload = payload,
                             .visit_id = m->visit_id,
                             .created_ms = now_ms,
                             .due_ms = now_ms};
    struct query q;
    bool had = false;

    assert(s->writing);
    enum err e = message_had(s, m, &had, why);
    if (e == ERR_OK && had)
        return ERR_EXISTS;
    if (e == ERR_OK)
        e = outbox_add(s, &row, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_MESSAGE_ADD);
    put_message(&q, m);
    query_put_int(&q, row.id);
    return query_run(&q, why);
}

enum err message_by_webhook(struct store *s, int64_t outbox_id, bool *ret, struct why *why)
{
    struct query q;
    int64_t is = 0;

    query_start(&q, s->db, SQL_MESSAGE_WAY);
    query_put_int(&q, outbox_id);
    enum err e = query_run_int(&q, &is, why);
    *ret = e == ERR_OK && is != 0;
    return e;
}

static enum err confirm(struct store *s, const struct visit *v, const struct booking_actor *who,
                        struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_ANSWER_PUT);
    query_put_int(&q, v->id);
    query_put_int(&q, v->part[0].start_s);
    query_put_int(&q, who->now_ms);
    enum err e = query_run(&q, why);
    /* The history has it, and the sheet is told. */
    return e == ERR_OK ? visit_note(s, v->id, v->note, who, why) : e;
}

enum err message_answer(struct store *s, struct arena *a, int64_t visit_id, bool yes,
                        const struct booking_actor *who, struct why *why)
{
    struct visit v = {0};

    assert(s->writing);
    if (!yes)
        return visit_cancel(s, a, visit_id, who, why);
    enum err e = visit_get(s, a, visit_id, &v, why);
    if (e == ERR_OK && strcmp(v.state, "booked") != 0)
        return why_set(why, ERR_NOT_FOUND, "visit %lld is cancelled", (long long)visit_id);
    return e == ERR_OK ? confirm(s, &v, who, why) : e;
}

enum err message_answers(struct store *s, struct arena *a, const char *profile, int64_t now_s,
                         int64_t **ret, size_t *ret_n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_ANSWERS);
    query_put_text(&q, profile);
    query_put_int(&q, now_s);
    return read_ids(&q, a, ret, ret_n, why);
}
