#include "store/replies.h"

#include "base/digest.h"
#include "store/inside.h"

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

enum err reply_store_sounds(struct store *s, int64_t delivery_id, const struct body *b,
                            struct why *why)
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

enum err reply_load(struct store *s, struct arena *a, int64_t delivery_id,
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

enum err reply_sweep_sounds(struct store *s, int64_t *ret_n, struct why *why)
{
    struct query q;

    query_start(&q, s->db, SQL_AUDIO_SWEEP);
    query_put_int(&q, STORE_SOUNDS);
    enum err e = query_run(&q, why);
    if (e == ERR_OK)
        *ret_n = db_changes(s->db);
    return e;
}
