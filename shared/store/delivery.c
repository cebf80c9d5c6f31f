/* The record of deliveries.
 *
 * Why it is exactly once:
 * - a row becomes visible (commits) only when its worker already has its hold;
 * - a row becomes 'done' in the same transaction as every effect of the delivery;
 * - a worker that finds it 'running' works on it only with its hold, and looks again inside the
 *   write transaction: between finding the row and getting the hold the first may have finished. */
#include "store/delivery.h"

#include <assert.h>

#include "base/digest.h"
#include "store/inside.h"

/* ==== replies: text and sounds ================================================================ */

/* Looks before it writes: a sound that is there already is not even handed to SQLite. */
static enum err keep_sound(struct store *s, const struct body_sound *sound, int64_t *ret_id,
                           struct why *why)
{
    char made[DIGEST_HEX];
    const char *sha256 = sound->sha256;
    enum err e = ERR_OK;
    struct query q;

    if (sha256 == NULL) {
        e = digest_sha256(sound->data == NULL ? "" : sound->data, sound->len, made);
        if (e != ERR_OK)
            return e;
        sha256 = made;
    }
    query_start(&q, s->db, SQL_AUDIO_FIND);
    query_put_text(&q, sha256);
    e = query_run_int(&q, ret_id, why);
    if (e != ERR_NOT_FOUND)
        return e;
    query_start(&q, s->db, SQL_AUDIO_ADD);
    query_put_text(&q, sha256);
    query_put_bytes(&q, sound->data, sound->len);
    e = query_run(&q, why);
    if (e == ERR_OK)
        *ret_id = db_last_id(s->db);
    return e;
}

/* Stores the sounds of a reply. Needs the open transaction. */
static enum err delivery_reply_store_sounds(struct store *s, int64_t delivery_id,
                                            const struct body *b, struct why *why)
{
    struct query q;
    int64_t audio_id = 0;

    for (size_t i = 0; i < b->sounds; i++) {
        enum err e = keep_sound(s, &b->sound[i], &audio_id, why);
        if (e != ERR_OK)
            return e;
        query_start(&q, s->db, SQL_SOUND_ADD);
        query_put_int(&q, delivery_id);
        query_put_int(&q, (int64_t)i);
        query_put_int(&q, (int64_t)b->sound[i].at);
        query_put_int(&q, audio_id);
        e = query_run(&q, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* The text of the reply becomes the body as it is: the buffer is full and is not written to. */
static void read_text(struct query *q, struct arena *a, struct delivery_reply *r)
{
    size_t n = 0;

    r->status = (int)query_get_int(q);
    r->type = query_get_text(q, a);
    const void *text = query_get_bytes(q, a, &n);
    body_init(&r->body, a, n);
    buf_put(&r->body.text, text == NULL ? "" : text, n);
}

/* In the order of DELIVERY_REPLY: every row brings one more sound, the first the text as well. A
 * reply without sounds is one row whose sound is NULL. */
static void read_row(struct query *q, struct arena *a, struct delivery_reply *r, bool first)
{
    size_t len = 0;

    if (first)
        read_text(q, a, r);
    else
        q->column = 3;
    size_t at = (size_t)query_get_int(q);
    const void *data = query_get_bytes(q, a, &len);
    if (data != NULL && r->body.sounds < BODY_SOUNDS)
        r->body.sound[r->body.sounds++] = (struct body_sound){.at = at, .data = data, .len = len};
}

/* Loads a finished reply. ERR_NOT_FOUND: there is none, or it is not finished. */
static enum err delivery_reply_load(struct store *s, struct arena *a, int64_t delivery_id,
                                    struct delivery_reply **ret, struct why *why)
{
    struct query q;

    struct delivery_reply *r = arena_calloc(a, 1, sizeof *r);
    if (r == NULL)
        return ERR_MEMORY;
    bool first = true;
    query_start(&q, s->db, SQL_DELIVERY_REPLY);
    query_put_int(&q, delivery_id);
    for (; query_next(&q); first = false)
        read_row(&q, a, r, first);
    enum err e = query_end(&q, why);
    if (e != ERR_OK)
        return e;
    if (first)
        return why_set(why, ERR_NOT_FOUND, "delivery %lld has no reply", (long long)delivery_id);
    if (buf_err(&r->body.text) != ERR_OK)
        return buf_err(&r->body.text);
    *ret = r;
    return ERR_OK;
}

/* ==== deliveries ============================================================================== */

#define POLL_FIRST_MS 5
#define POLL_MAX_MS   50

/* The arguments of delivery_begin. */
struct begin {
    struct store *s;
    const struct delivery_key *key;
    struct moment now;
    struct deadline deadline;
    struct why *why;
};

struct row {
    int64_t id; /* 0: there is none */
    bool done;
    bool stale; /* older than the window */
    bool other; /* its body was another one */
};

/* What one look at the record led to. */
enum step {
    STEP_RETURN, /* *ret is filled */
    STEP_AGAIN,  /* the record changed meanwhile */
    STEP_WAIT    /* a living worker is at it */
};

static enum err look(const struct begin *b, struct row *ret)
{
    struct query q;
    struct row r = {0};

    query_start(&q, b->s->db, SQL_DELIVERY_LOOK);
    query_put_text(&q, b->key->source);
    query_put_text(&q, b->key->key);
    query_put_text(&q, b->key->digest == NULL ? "" : b->key->digest);
    if (query_next(&q)) {
        r.id = query_get_int(&q);
        r.done = query_get_int(&q) != 0;
        struct moment then = {.ms = query_get_int(&q)};
        then.tick = query_get_int(&q);
        int64_t age_ms = clock_age_ms(then, b->now);
        /* In the future: the clock was set back and the machine booted. A copy that waited is a
         * little behind. */
        if (age_ms < 0)
            age_ms = -age_ms;
        r.stale = b->key->window_s > 0 && age_ms > (int64_t)b->key->window_s * 1000;
        r.other = query_get_int(&q) != 0;
    }
    enum err e = query_end(&q, b->why);
    if (e == ERR_OK)
        *ret = r;
    return e;
}

static enum err drop_row(const struct begin *b, int64_t id)
{
    struct query q;

    query_start(&q, b->s->db, SQL_DELIVERY_DROP);
    query_put_int(&q, id);
    return query_run(&q, b->why);
}

/* Inserts the row and takes its hold. The transaction is open and stays so. */
static enum err make_row(const struct begin *b, struct delivery *ret)
{
    struct query q;

    query_start(&q, b->s->db, SQL_DELIVERY_MAKE);
    query_put_text(&q, b->key->source);
    query_put_text(&q, b->key->key);
    query_put_int(&q, b->now.ms);
    query_put_text(&q, b->key->digest == NULL ? "" : b->key->digest);
    query_put_int(&q, b->now.tick);
    enum err e = query_run(&q, b->why);
    if (e != ERR_OK)
        return e;
    int64_t id = db_last_id(b->s->db);
    e = store_hold_fresh(b->s, id);
    if (e != ERR_OK)
        return why_set(b->why, e, "a new delivery cannot be held");
    *ret = (struct delivery){.id = id, .found = DELIVERY_NEW};
    return ERR_OK;
}

/* There is no such delivery, or its record is too old to count. */
static enum err try_new(const struct begin *b, const struct row *seen, struct delivery *ret,
                        enum step *ret_step)
{
    struct row now = {0};

    enum err e = store_begin(b->s, b->deadline, b->why);
    if (e != ERR_OK)
        return e;
    e = look(b, &now);
    if (e == ERR_OK && (now.id != seen->id || now.done != seen->done)) {
        store_rollback(b->s);
        *ret_step = STEP_AGAIN;
        return ERR_OK;
    }
    if (e == ERR_OK && now.id != 0)
        e = drop_row(b, now.id);
    if (e == ERR_OK)
        e = make_row(b, ret);
    if (e != ERR_OK)
        store_rollback(b->s);
    *ret_step = STEP_RETURN;
    return e;
}

/* With the hold of a running row: its worker is gone. */
static enum err succeed(const struct begin *b, const struct row *seen, struct delivery *ret,
                        enum step *ret_step)
{
    struct row now = {0};

    enum err e = store_begin(b->s, b->deadline, b->why);
    if (e != ERR_OK)
        return e;
    e = look(b, &now);
    if (e == ERR_OK && now.id == seen->id && !now.done)
        e = store_hold_fresh(b->s, now.id);
    else if (e == ERR_OK)
        *ret_step = STEP_AGAIN;
    if (e != ERR_OK || *ret_step == STEP_AGAIN) {
        store_rollback(b->s);
        return e;
    }
    *ret = (struct delivery){.id = now.id, .found = DELIVERY_TAKEN_OVER};
    return ERR_OK;
}

/* A running row: is anybody at it? */
static enum err try_running(const struct begin *b, const struct row *seen, struct delivery *ret,
                            enum step *ret_step)
{
    enum err e = locks_take_hold(&b->s->locks, HOLD_DELIVERY, seen->id, (struct deadline){0});

    if (e == ERR_BUSY) {
        *ret_step = STEP_WAIT;
        return ERR_OK;
    }
    if (e != ERR_OK)
        return why_set(b->why, e, "a delivery cannot be held");
    *ret_step = STEP_RETURN;
    /* Died so long ago that this cannot be the same delivery: a new one, with a hold of its own. */
    e = seen->stale ? try_new(b, seen, ret, ret_step) : succeed(b, seen, ret, ret_step);
    if (e != ERR_OK || *ret_step == STEP_AGAIN || ret->id != seen->id)
        locks_drop_hold(&b->s->locks, HOLD_DELIVERY, seen->id);
    return e;
}

/* A finished row. It may be swept between the look and the loading. */
static enum err try_done(const struct begin *b, struct arena *a, int64_t id, struct delivery *ret,
                         enum step *ret_step)
{
    struct why inner = {0};
    struct delivery d = {.id = id, .found = DELIVERY_DONE};

    enum err e = delivery_reply_load(b->s, a, id, &d.reply, &inner);
    if (e == ERR_NOT_FOUND) {
        *ret_step = STEP_AGAIN;
        return ERR_OK;
    }
    if (e != ERR_OK)
        return why_set(b->why, e, "%s", inner.text);
    *ret = d;
    *ret_step = STEP_RETURN;
    return ERR_OK;
}

static enum err try_once(const struct begin *b, struct arena *a, struct delivery *ret,
                         enum step *ret_step)
{
    struct row seen = {0};

    enum err e = look(b, &seen);
    if (e != ERR_OK)
        return e;
    if (seen.id != 0 && !seen.stale && seen.other)
        return why_set(b->why, ERR_OTHER_BODY, "%s", err_text(ERR_OTHER_BODY));
    if (seen.id != 0 && !seen.done)
        return try_running(b, &seen, ret, ret_step);
    if (seen.id != 0 && !seen.stale)
        return try_done(b, a, seen.id, ret, ret_step);
    return try_new(b, &seen, ret, ret_step);
}

enum err delivery_begin(struct store *s, struct arena *a, const struct delivery_key *key,
                        struct deadline d, struct moment now, struct delivery *ret, struct why *why)
{
    const struct begin b = {s, key, now, d, why};
    struct delivery found = {0};
    enum step step = STEP_AGAIN;

    assert(!s->writing);
    bool waits = false;
    enum err e = ERR_OK;
    for (int wait = POLL_FIRST_MS; e == ERR_OK;) {
        e = try_once(&b, a, &found, &step);
        if (e != ERR_OK || step == STEP_RETURN)
            break;
        if (step == STEP_AGAIN)
            continue;
        if (!waits)
            e = store_join_queue(s, key->source, key->key);
        waits = waits || e == ERR_OK;
        if (e == ERR_BUSY || (e == ERR_OK && !deadline_sleep(d, wait)))
            e = why_set(why, ERR_BUSY, "the same delivery is still being worked on");
        wait = wait * 2 < POLL_MAX_MS ? wait * 2 : POLL_MAX_MS;
    }
    if (waits)
        store_leave_queue(s, key->source, key->key);
    if (e == ERR_OK)
        *ret = found;
    return e;
}

enum err delivery_finish(struct store *s, const struct delivery *d,
                         const struct delivery_reply *reply, struct moment now, struct why *why)
{
    struct query q;

    assert(s->writing);
    if (buf_err(&reply->body.text) != ERR_OK)
        return why_set(why, buf_err(&reply->body.text), "the reply is incomplete");
    query_start(&q, s->db, SQL_DELIVERY_FINISH);
    query_put_int(&q, d->id);
    query_put_int(&q, now.ms);
    query_put_int(&q, reply->status);
    query_put_text(&q, reply->type);
    query_put_bytes(&q, reply->body.text.data, reply->body.text.len);
    query_put_int(&q, now.tick);
    enum err e = query_run(&q, why);
    if (e != ERR_OK)
        return e;
    if (db_changes(s->db) == 0)
        return why_set(why, ERR_NOT_FOUND, "delivery %lld is not running", (long long)d->id);
    return delivery_reply_store_sounds(s, d->id, &reply->body, why);
}

enum err delivery_forget(struct store *s, const struct delivery *d, struct deadline deadline,
                         struct why *why)
{
    struct query q;
    bool own = !s->writing;

    enum err e = own ? store_begin(s, deadline, why) : ERR_OK;
    if (e != ERR_OK)
        return e;
    query_start(&q, s->db, SQL_DELIVERY_FORGET);
    query_put_int(&q, d->id);
    e = query_run(&q, why);
    if (!own)
        return e;
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    return e;
}
