#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/storage.h"

#define SOURCE "audio-stream"

static const char sound_a[] = "RIFF\0\1\2 the first sound";
static const char sound_b[] = "RIFF\0\3\4 the second, a little longer";

static struct delivery begin_as(struct store *s, struct storage *t, const char *key, int window_s,
                                int64_t now_ms)
{
    struct delivery d = {0};

    assert_int_equal(
        delivery_begin(s, &t->a, SOURCE, key, window_s, deadline_in_ms(500), now_ms, &d, NULL),
        ERR_OK);
    return d;
}

static struct delivery begin(struct storage *t, const char *key)
{
    return begin_as(t->s, t, key, 0, STORAGE_NOW);
}

static void commit(struct store *s)
{
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

static struct delivery_reply reply_of(struct arena *a, const char *text)
{
    struct delivery_reply r = {.status = 200, .type = "application/json"};

    body_init(&r.body, a, 10000);
    buf_puts(&r.body.text, "{\"audio_data\":\"");
    body_sound(&r.body, sound_a, sizeof sound_a);
    buf_puts(&r.body.text, "\",\"more\":\"");
    body_sound(&r.body, sound_b, sizeof sound_b);
    buf_puts(&r.body.text, "\",\"message\":\"");
    buf_puts(&r.body.text, text);
    buf_puts(&r.body.text, "\"}");
    return r;
}

static void finish(struct store *s, struct storage *t, const struct delivery *d, const char *text)
{
    struct delivery_reply r = reply_of(&t->a, text);

    assert_int_equal(store_begin(s, deadline_in_ms(1000), NULL), ERR_OK);
    assert_int_equal(delivery_finish(s, d, &r, STORAGE_NOW + 1, NULL), ERR_OK);
    commit(s);
    store_let_go(s);
}

/* Begins, commits, finishes. */
static struct delivery done(struct storage *t, const char *key, const char *text)
{
    struct delivery d = begin(t, key);

    assert_int_equal(d.found, DELIVERY_NEW);
    commit(t->s);
    finish(t->s, t, &d, text);
    return d;
}

static void assert_reply(struct storage *t, const struct delivery *d, const char *text)
{
    struct delivery_reply want = reply_of(&t->a, text);

    assert_int_equal(d->found, DELIVERY_DONE);
    assert_int_equal(d->reply->status, 200);
    assert_string_equal(d->reply->type, "application/json");
    struct buf was = storage_bytes(&t->a, &want.body);
    struct buf is = storage_bytes(&t->a, &d->reply->body);
    assert_int_equal(is.len, was.len);
    assert_memory_equal(is.data, was.data, was.len);
}

static void sweeping_takes_the_old_and_their_sounds_but_not_the_held(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    (void)done(t, "old", "a");
    struct delivery d = begin(t, "dead");
    assert_int_equal(d.found, DELIVERY_NEW);
    commit(t->s);
    store_let_go(t->s);
    struct store *worker = storage_open(t);
    struct delivery held = begin_as(worker, t, "held", 0, STORAGE_NOW);
    commit(worker);
    d = begin_as(t->s, t, "young", 0, STORAGE_NOW + 5000);
    commit(t->s);
    store_let_go(t->s);
    assert_int_equal(deliveries_sweep(t->s, STORAGE_NOW, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "2");
    assert_int_equal(deliveries_sweep(t->s, STORAGE_NOW + 1000, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(storage_sql(t, "SELECT group_concat(key) FROM delivery"), "held,young");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "0");
    finish(worker, t, &held, "b");
    store_close(worker);
    d = begin(t, "held");
    assert_reply(t, &d, "b");
}

static void sweeping_many_keeps_the_sounds_that_are_still_needed(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    struct delivery kept = begin_as(t->s, t, "kept", 0, STORAGE_NOW + 5000);
    commit(t->s);
    finish(t->s, t, &kept, "a");
    (void)storage_sql(t, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE i<450)"
                         " INSERT INTO delivery (source, key, state, began_ms) SELECT 'x', i,"
                         " 'running', 1 FROM k; INSERT INTO delivery_sound SELECT id, 0, 0, 1 FROM"
                         " delivery WHERE source = 'x'");
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(deliveries_sweep(t->s, 100, &n, NULL), ERR_OK);
    assert_int_equal(n, 450);
    commit(t->s);
    assert_int_equal(deliveries_sweep(t->s, 100, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    kept = begin(t, "kept");
    assert_reply(t, &kept, "a");
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sweeping_takes_the_old_and_their_sounds_but_not_the_held),
        TEST(sweeping_many_keeps_the_sounds_that_are_still_needed),
    };

    return cmocka_run_group_tests_name("store/sweep", tests, NULL, NULL);
}
