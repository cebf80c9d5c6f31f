#include "store/pace.h"

#include <assert.h>

#include "base/clock.h"
#include "store/inside.h"

#define REST_MOST_MS INT64_C(3600000)

/* A moment further ahead than anybody may have put it is of a clock that was set back since. */
static enum err next_of(struct store *s, const char *vendor, int64_t now_ms, int64_t *ret,
                        struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_PACE_NEXT);
    query_put_text(&q, vendor);
    enum err e = query_run_int(&q, ret, why);
    if (e == ERR_NOT_FOUND || (e == ERR_OK && (*ret < now_ms || *ret > now_ms + 2 * REST_MOST_MS)))
        *ret = now_ms;
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err put(struct store *s, const char *vendor, int64_t next_ms, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_PACE_PUT);
    query_put_text(&q, vendor);
    query_put_int(&q, next_ms);
    return query_run(&q, why);
}

enum err pace_take(struct store *s, const char *vendor, int64_t gap_ms, struct deadline d,
                   int64_t *ret_wait_ms, struct why *why)
{
    int64_t at_ms = 0;

    assert(!s->writing);
    enum err e = store_begin(s, d, why);
    if (e != ERR_OK)
        return e;
    int64_t now_ms = clock_unix_ms();
    e = next_of(s, vendor, now_ms, &at_ms, why);
    if (e == ERR_OK && at_ms - now_ms > deadline_left_ms(d))
        e = why_set(why, ERR_DEADLINE, "others ask %s before", vendor);
    if (e == ERR_OK)
        e = put(s, vendor, at_ms + gap_ms, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    if (e == ERR_OK)
        *ret_wait_ms = at_ms - now_ms;
    return e;
}

enum err pace_rest(struct store *s, const char *vendor, int64_t wait_ms, struct deadline d,
                   struct why *why)
{
    int64_t next_ms = 0;

    assert(!s->writing);
    enum err e = store_begin(s, d, why);
    if (e != ERR_OK)
        return e;
    int64_t now_ms = clock_unix_ms();
    int64_t until_ms = now_ms + (wait_ms < REST_MOST_MS ? wait_ms : REST_MOST_MS);
    e = next_of(s, vendor, now_ms, &next_ms, why);
    if (e == ERR_OK && until_ms > next_ms)
        e = put(s, vendor, until_ms, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    return e;
}
