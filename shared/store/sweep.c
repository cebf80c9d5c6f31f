/* Forgetting deliveries after their time (delivery.h). */
#include <assert.h>

#include "store/delivery.h"
#include "store/inside.h"

struct sweep {
    int64_t before_ms;
    struct moment now;
    int64_t at_ms, at_id; /* looked at up to here, in the order (began_ms, id) */
    int64_t most;         /* rows of this step */
    int64_t gone;
};

struct old {
    int64_t id;
    bool done;
    bool young; /* only the wall clock was set forward */
};

static enum err list_old(struct store *s, struct sweep *w, struct old *ret, int64_t *ret_n,
                         struct why *why)
{
    struct query q;
    int64_t n = 0;

    query_start(&q, s->db, SQL_DELIVERIES_OLD);
    query_put_int(&q, w->before_ms);
    query_put_int(&q, w->at_ms);
    query_put_int(&q, w->at_id);
    query_put_int(&q, w->most);
    while (n < w->most && query_next(&q)) {
        ret[n].id = query_get_int(&q);
        ret[n].done = query_get_int(&q) != 0;
        w->at_ms = query_get_int(&q);
        w->at_id = ret[n].id;
        struct moment began = {.ms = w->at_ms, .tick = query_get_int(&q)};
        ret[n++].young = clock_age_ms(began, w->now) <= w->now.ms - w->before_ms;
    }
    *ret_n = n;
    return query_end(&q, why);
}

static enum err sweep_one(struct store *s, struct sweep *w, const struct old *old, struct why *why)
{
    struct query q;

    if (old->young || (!old->done && locks_is_held(&s->locks, HOLD_DELIVERY, old->id)))
        return ERR_OK;
    w->gone++;
    query_start(&q, s->db, SQL_DELIVERY_DROP);
    query_put_int(&q, old->id);
    return query_run(&q, why);
}

static enum err sweep_rows(struct store *s, void *of, int64_t most, int64_t *ret_n, struct why *why)
{
    struct sweep *w = of;
    struct old old[STORE_BATCH];
    int64_t n = 0;

    assert(most <= STORE_BATCH);
    w->most = most;
    enum err e = list_old(s, w, old, &n, why);
    for (int64_t i = 0; e == ERR_OK && i < n; i++)
        e = sweep_one(s, w, &old[i], why);
    if (e == ERR_OK)
        *ret_n = n;
    return e;
}

/* *ret_n counts the sounds that were looked at. */
static enum err sweep_sounds(struct store *s, void *of, int64_t most, int64_t *ret_n,
                             struct why *why)
{
    int64_t *last_id = of; /* looked at up to here */
    int64_t to = 0;
    struct query q;

    *ret_n = 0;
    query_start(&q, s->db, SQL_AUDIO_NEXT);
    query_put_int(&q, *last_id);
    query_put_int(&q, most);
    if (query_next(&q)) {
        *ret_n = query_get_int(&q);
        to = query_get_int(&q);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || *ret_n == 0)
        return e;
    query_start(&q, s->db, SQL_AUDIO_SWEEP);
    query_put_int(&q, *last_id);
    query_put_int(&q, to);
    *last_id = to;
    return query_run(&q, why);
}

enum err deliveries_sweep(struct store *s, int64_t before_ms, int64_t *ret_n, struct why *why)
{
    struct sweep w = {.before_ms = before_ms, .now = clock_now()};
    int64_t seen = 0, sound_id = 0;

    enum err e =
        store_in_batches(s, (struct store_cleaning){sweep_rows, &w, STORE_BATCH}, &seen, why);
    if (e == ERR_OK)
        e = store_in_batches(s, (struct store_cleaning){sweep_sounds, &sound_id, STORE_BATCH},
                             &seen, why);
    if (e == ERR_OK)
        *ret_n = w.gone;
    return e;
}
