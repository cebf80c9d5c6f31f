#include "tests/support/deliver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

const char deliver_sound[DELIVER_SOUND] = "RIFF\0\1\2 the first sound";
static const char sound_b[] = "RIFF\0\3\4 the second, a little longer";

struct delivery deliver_begin_as(struct store *s, struct storage *t, const char *key, int window_s,
                                 int64_t now_ms)
{
    struct delivery d = {0};

    assert_int_equal(delivery_begin(s, &t->a,
                                    &(struct delivery_key){
                                        .source = DELIVER_SOURCE, .key = key, .window_s = window_s},
                                    deadline_in_ms(500), (struct moment){.ms = now_ms}, &d, NULL),
                     ERR_OK);
    return d;
}

struct delivery deliver_begin(struct storage *t, const char *key)
{
    return deliver_begin_as(t->s, t, key, 0, STORAGE_NOW);
}

void deliver_commit(struct store *s)
{
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

struct delivery_reply deliver_reply(struct arena *a, const char *text)
{
    struct delivery_reply r = {.status = 200, .type = "application/json"};

    body_init(&r.body, a, 10000);
    buf_puts(&r.body.text, "{\"audio_data\":\"");
    body_sound(&r.body, deliver_sound, sizeof deliver_sound);
    buf_puts(&r.body.text, "\",\"more\":\"");
    body_sound(&r.body, sound_b, sizeof sound_b);
    buf_puts(&r.body.text, "\",\"message\":\"");
    buf_puts(&r.body.text, text);
    buf_puts(&r.body.text, "\"}");
    return r;
}

void deliver_finish(struct store *s, struct storage *t, const struct delivery *d, const char *text)
{
    struct delivery_reply r = deliver_reply(&t->a, text);

    assert_int_equal(store_begin(s, deadline_in_ms(1000), NULL), ERR_OK);
    assert_int_equal(delivery_finish(s, d, &r, (struct moment){.ms = STORAGE_NOW + 1}, NULL),
                     ERR_OK);
    deliver_commit(s);
    store_let_go(s);
}

struct delivery deliver_done(struct storage *t, const char *key, const char *text)
{
    struct delivery d = deliver_begin(t, key);

    assert_int_equal(d.found, DELIVERY_NEW);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &d, text);
    return d;
}

void deliver_assert(struct storage *t, const struct delivery *d, const char *text)
{
    struct delivery_reply want = deliver_reply(&t->a, text);

    assert_int_equal(d->found, DELIVERY_DONE);
    assert_int_equal(d->reply->status, 200);
    assert_string_equal(d->reply->type, "application/json");
    struct buf was = storage_bytes(&t->a, &want.body);
    struct buf is = storage_bytes(&t->a, &d->reply->body);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.data, was.data, was.len);
}
