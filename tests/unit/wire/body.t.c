#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/body.h"

static struct arena arena;
static char sound[30000];

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 4 << 20);
    for (size_t i = 0; i < sizeof sound; i++)
        sound[i] = (char)(i * 31 + i / 255);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static enum err to_buf(void *to, const void *data, size_t n)
{
    assert_true(n > 0);
    buf_put(to, data, n);
    return buf_err(to);
}

static void expect_piece(struct buf *b, const char *text, const void *data, size_t n)
{
    buf_puts(b, text);
    base64_encode(b, data, n);
}

static void sounds_stand_as_base64_where_they_were_marked(void **state)
{
    struct body b;
    struct body_mark mark = {0};
    struct buf got;
    struct buf want;

    (void)state;
    body_init(&b, &arena, 1000);
    buf_init(&got, &arena, 1 << 20);
    buf_init(&want, &arena, 1 << 20);
    body_sound(&b, sound, 1);
    buf_puts(&b.text, "{\"audio_data\":\"");
    body_sound(&b, sound, sizeof sound);
    body_sound(&b, sound + 5, 9216);
    body_sound(&b, sound, 0);
    buf_puts(&b.text, "\"}");
    expect_piece(&want, "", sound, 1);
    expect_piece(&want, "{\"audio_data\":\"", sound, sizeof sound);
    expect_piece(&want, "", sound + 5, 9216);
    buf_puts(&want, "\"}");
    assert_int_equal(body_write(&b, &mark, to_buf, &got), ERR_OK);
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.data, want.data, want.len);
    assert_int_equal(body_length(&b), want.len);
    assert_int_equal(mark.sounds, 4);
    assert_int_equal(body_write(&b, &mark, to_buf, &got), ERR_OK);
    assert_int_equal(got.len, want.len);
}

static void writing_as_it_grows_equals_writing_at_once(void **state)
{
    struct body b;
    struct body_mark stepwise = {0};
    struct body_mark once = {0};
    struct buf got;
    struct buf want;

    (void)state;
    body_init(&b, &arena, 1000);
    buf_init(&got, &arena, 1 << 20);
    buf_init(&want, &arena, 1 << 20);
    for (size_t i = 0; i < 12; i++) {
        if (i % 3 != 0)
            buf_printf(&b.text, "{\"n\":%zu,\"a\":\"", i);
        if (i % 4 != 1)
            body_sound(&b, sound + i, i * 1001);
        if (i % 2 == 0)
            buf_puts(&b.text, "\"}\n");
        assert_int_equal(body_write(&b, &stepwise, to_buf, &got), ERR_OK);
        assert_int_equal(got.len, body_length(&b));
    }
    assert_int_equal(body_write(&b, &once, to_buf, &want), ERR_OK);
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.data, want.data, want.len);
}

static enum err refusing(void *to, const void *data, size_t n)
{
    int *left = to;

    (void)data;
    (void)n;
    return (*left)-- > 0 ? ERR_OK : ERR_PEER;
}

static void a_sink_that_refuses_stops_the_writing(void **state)
{
    (void)state;
    for (int allowed = 0; allowed < 4; allowed++) {
        struct body b;
        struct body_mark mark = {0};
        int left = allowed;
        body_init(&b, &arena, 100);
        buf_puts(&b.text, "a");
        body_sound(&b, sound, 10000);
        buf_puts(&b.text, "b");
        assert_int_equal(body_write(&b, &mark, refusing, &left), ERR_PEER);
        assert_int_equal(left, -1);
        assert_int_equal(mark.sounds, allowed == 3 ? 1 : 0);
        assert_int_equal(mark.text, allowed == 0 ? 0 : 1);
    }
}

static void one_sound_too_many_is_remembered(void **state)
{
    struct body b;

    (void)state;
    body_init(&b, &arena, 100);
    for (int i = 0; i < BODY_SOUNDS; i++)
        body_sound(&b, sound, 1);
    assert_int_equal(buf_err(&b.text), ERR_OK);
    body_sound(&b, sound, 1);
    assert_int_equal(buf_err(&b.text), ERR_TOO_BIG);
    assert_int_equal(b.sounds, BODY_SOUNDS);
}

static void an_empty_body_writes_nothing(void **state)
{
    struct body b;
    struct body_mark mark = {0};
    int none = 0;

    (void)state;
    body_init(&b, &arena, 100);
    assert_int_equal(body_length(&b), 0);
    assert_int_equal(body_write(&b, &mark, refusing, &none), ERR_OK);
    assert_int_equal(none, 0);
}

static void what_was_put_can_be_taken_back(void **state)
{
    (void)state;
    struct arena a;
    struct body b;

    arena_init(&a, 65536);
    body_init(&b, &a, 1024);
    body_cut(&b, 0, 0); /* of nothing */
    buf_puts(&b.text, "one");
    body_sound(&b, "abc", 3);
    size_t len = b.text.len;
    size_t sounds = b.sounds;
    buf_puts(&b.text, "two");
    body_sound(&b, "def", 3);
    body_cut(&b, len, sounds);
    assert_string_equal(buf_text(&b.text), "one");
    assert_int_equal(b.sounds, 1);
    assert_int_equal(body_length(&b), 7);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sounds_stand_as_base64_where_they_were_marked),
        cmocka_unit_test(writing_as_it_grows_equals_writing_at_once),
        cmocka_unit_test(a_sink_that_refuses_stops_the_writing),
        cmocka_unit_test(one_sound_too_many_is_remembered),
        cmocka_unit_test(an_empty_body_writes_nothing),
        cmocka_unit_test(what_was_put_can_be_taken_back),
    };
    return cmocka_run_group_tests_name("wire/body", tests, setup, teardown);
}
