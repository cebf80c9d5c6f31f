#include "store/breaker.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "store/inside.h"

#define LIST_MAX   64
#define NUMBER_MIN 7 /* digits in a row that may be somebody's number */

static enum err look(struct store *s, const char *name, int64_t *ret_until, bool *ret_noted)
{
    struct query q;

    query_start(&q, s->db, SQL_RUNG_UNTIL);
    query_put_text(&q, name);
    enum err e = query_run_int(&q, ret_until, NULL);
    *ret_noted = e == ERR_OK;
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The worker that moves the time on has the probe. */
static enum err take_probe(struct store *s, const char *name, int64_t now_ms, struct deadline d,
                           bool *ret_taken)
{
    struct query q;

    enum err e = store_begin(s, d, NULL);
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_RUNG_PROBE);
    query_put_text(&q, name);
    query_put_int(&q, now_ms);
    query_put_int(&q, now_ms + BREAKER_PROBE_MS);
    query_put_int(&q, BREAKER_ASKED_MS);
    e = query_run(&q, NULL);
    *ret_taken = e == ERR_OK && db_changes(s->db) == 1;
    if (e == ERR_OK)
        e = store_commit(s, NULL);
    store_rollback(s);
    return e;
}

enum breaker_state breaker_look(struct store *s, const char *name, int64_t now_ms, bool *ret_noted)
{
    int64_t until = 0;

    if (look(s, name, &until, ret_noted) != ERR_OK || until == 0)
        return BREAKER_WORKS;
    return breaker_is_open(until, now_ms) ? BREAKER_SKIPPED : BREAKER_PROBE;
}

enum breaker_state breaker_ask(struct store *s, const char *name, int64_t now_ms, struct deadline d,
                               bool *ret_noted)
{
    bool taken = false;

    assert(!s->writing);
    enum breaker_state state = breaker_look(s, name, now_ms, ret_noted);
    if (state != BREAKER_PROBE)
        return state;
    if (take_probe(s, name, now_ms, d, &taken) != ERR_OK)
        return BREAKER_WORKS;
    return taken ? BREAKER_PROBE : BREAKER_SKIPPED;
}

static int64_t asked(int64_t again_ms)
{
    return again_ms < BREAKER_ASKED_MS ? again_ms : BREAKER_ASKED_MS;
}

/* A row of digits of this length at `s` that is too long to be told; else 0. */
static size_t number_at(const char *s)
{
    size_t n = strspn(s, "0123456789");

    return n < NUMBER_MIN ? 0 : n;
}

/* A control is a blank, a broken letter U+FFFD, a number "#". */
static void clean(const char *reason, char ret[static BREAKER_REASON + 1])
{
    size_t n = 0;

    while (reason != NULL && *reason != '\0') {
        size_t number = number_at(reason);
        uint32_t c = number > 0 ? '#' : text_next(&reason);
        char letter[4];
        reason += number;
        size_t len = text_encode(c < ' ' || c == 0x7f ? ' ' : c, letter);
        if (n + len > BREAKER_REASON)
            break;
        memcpy(ret + n, letter, len);
        n += len;
    }
    ret[n] = '\0';
}

static enum err note_failure(struct store *s, const char *name, bool hard, int64_t again_ms,
                             const char *reason, int64_t now_ms, int64_t *ret_until,
                             struct why *why)
{
    char text[BREAKER_REASON + 1];
    struct query q;

    clean(reason, text);
    query_start(&q, s->db, SQL_RUNG_FAILED);
    query_put_text(&q, name);
    query_put_int(&q, hard ? 1 : BREAKER_FAILURES);
    query_put_int(&q, BREAKER_FIRST_MS);
    query_put_int(&q, BREAKER_LONGEST_MS);
    query_put_int(&q, asked(again_ms));
    query_put_int(&q, now_ms);
    query_put_text(&q, text);
    query_put_int(&q, BREAKER_ASKED_MS);
    return query_run_int(&q, ret_until, why);
}

enum err breaker_failed(struct store *s, const char *name, bool hard, int64_t again_ms,
                        const char *reason, int64_t now_ms, struct deadline d, bool *ret_opened,
                        struct why *why)
{
    int64_t until = 0;

    assert(!s->writing);
    enum err e = store_begin(s, d, why);
    if (e != ERR_OK)
        return e;
    e = note_failure(s, name, hard, again_ms, reason, now_ms, &until, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    if (e == ERR_OK)
        *ret_opened = until > now_ms;
    return e;
}

enum err breaker_worked(struct store *s, const char *name, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_RUNG_WORKED);
    query_put_text(&q, name);
    return query_run(&q, why);
}

enum err breakers_failing(struct store *s, struct arena *a, struct breaker **ret, size_t *ret_n,
                          struct why *why)
{
    struct query q;
    size_t n = 0;

    struct breaker *all = arena_calloc(a, LIST_MAX, sizeof *all);
    if (all == NULL)
        return ERR_MEMORY;
    query_start(&q, s->db, SQL_RUNGS_NOTED);
    query_put_int(&q, LIST_MAX);
    for (; query_next(&q); n++) {
        all[n].name = query_get_text(&q, a);
        all[n].failures = (int)query_get_int(&q);
        all[n].trips = (int)query_get_int(&q);
        all[n].until_ms = query_get_int(&q);
        all[n].reason = query_get_text(&q, a);
    }
    enum err e = query_end(&q, why);
    if (e == ERR_OK) {
        *ret = all;
        *ret_n = n;
    }
    return e;
}
