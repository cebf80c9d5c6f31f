/* The parts of db.h that need no SQLite. */
#include "store/db.h"

enum err db_explain(enum err e, const char *fault, struct why *why)
{
    switch ((int)e) {
    case ERR_BUSY:
        return why_set(why, e, "the store is locked by another process (%s)", fault);
    case ERR_DISK:
        return why_set(why, e,
                       "the store cannot be written: is the disk full, or its folder "
                       "read-only? (%s)",
                       fault);
    case ERR_CORRUPT:
        return why_set(why, e,
                       "the store is damaged or is not an SQLite file (%s); restore a "
                       "backup",
                       fault);
    default:
        return why_set(why, e, "the store: %s", fault);
    }
}

void query_put_id(struct query *q, int64_t v)
{
    if (v != 0)
        query_put_int(q, v);
    else
        query_put_text(q, NULL);
}

enum err query_run(struct query *q, struct why *why)
{
    while (query_next(q))
        continue;
    return query_end(q, why);
}

enum err query_run_int(struct query *q, int64_t *ret, struct why *why)
{
    int64_t v = 0;

    bool row = query_next(q);
    if (row)
        v = query_get_int(q);
    enum err e = query_end(q, why);
    if (e != ERR_OK)
        return e;
    if (!row)
        return ERR_NOT_FOUND;
    *ret = v;
    return ERR_OK;
}
