#include "store/spending.h"

#include "store/inside.h"

#define HOUR_MS 3600000

enum err spending_read(struct store *s, const char *caller, int64_t now_ms, struct spending *ret,
                       struct why *why)
{
    struct query q;

    *ret = (struct spending){0};
    query_start(&q, s->db, SQL_SPENDING_DAY);
    query_put_text(&q, caller);
    query_put_int(&q, now_ms / HOUR_MS);
    if (query_next(&q)) {
        ret->day_microusd = query_get_int(&q);
        ret->hour_calls = query_get_int(&q);
    }
    return query_end(&q, why);
}

static enum err add_one(struct store *s, const char *caller, int64_t hour, int calls,
                        int64_t microusd, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_SPENDING_ADD);
    query_put_text(&q, caller);
    query_put_int(&q, hour);
    query_put_int(&q, calls);
    query_put_int(&q, microusd);
    return query_run(&q, why);
}

static enum err sweep(struct store *s, int64_t hour, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_SPENDING_SWEEP);
    query_put_int(&q, hour);
    return query_run(&q, why);
}

enum err spending_add(struct store *s, const char *caller, int64_t now_ms, int calls,
                      int64_t microusd, struct why *why)
{
    int64_t hour = now_ms / HOUR_MS;

    enum err e = add_one(s, SPENDING_ALL, hour, calls, microusd, why);
    if (e == ERR_OK)
        e = add_one(s, caller, hour, calls, microusd, why);
    return e == ERR_OK && calls > 0 ? sweep(s, hour, why) : e;
}
