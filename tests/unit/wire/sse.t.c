#include "wire/sse.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define MAX ((size_t)4096)

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

/* "[name|data]" for each event. */
static enum err note(void *to, const struct sse_event *event)
{
    struct buf *log = to;

    assert_int_equal(event->data[event->len], '\0');
    buf_printf(log, "[%s|", event->name);
    buf_put(log, event->data, event->len);
    buf_putc(log, ']');
    return buf_err(log);
}

struct told {
    struct sse sse;
    struct buf log;
};

static void begin(struct told *t)
{
    arena_clear(&a);
    buf_init(&t->log, &a, MAX * 4);
    sse_init(&t->sse, &a, MAX, note, &t->log);
}

static const struct {
    const char *stream, *events;
} corpus[] = {
    {"event: ping\ndata: {}\n\n", "[ping|{}]"},
    {"event: ping\r\ndata: {}\r\n\r\n", "[ping|{}]"},
    {"event: ping\rdata: {}\r\r", "[ping|{}]"},
    {"event: a\r\ndata: 1\n\revent: b\rdata: 2\r\n\n", "[a|1][b|2]"},
    {"event:ping\ndata:{}\n\n", "[ping|{}]"},
    {"event:  two\ndata:  blanks\n\n", "[ two| blanks]"},
    {"\xef\xbb\xbf"
     "data: after the mark\n\n",
     "[|after the mark]"},
    {"\xef\xbb\xbf\n\xef\xbb\xbf"
     "data: a second mark is a letter of the name\ndata: 1\n\n",
     "[|1]"},
    {": ping\n\ndata: 1\n:\n: between\ndata: 2\n\n", "[|1\n2]"},
    {"data: one\ndata:\ndata: three\n\n", "[|one\n\nthree]"},
    {"data\n\n", "[|]"},
    {"data:\n\n", "[|]"},
    {"data: \n\n", "[|]"},
    {"event: without data\n\ndata: 1\n\n", "[|1]"},
    {"event\ndata: 1\n\n", "[|1]"},
    {"event: first\nevent: last\ndata: 1\n\n", "[last|1]"},
    {"id: 7\nretry: 100\nwhatever: x\nDATA: no\n data: no\ndata: yes\n\n", "[|yes]"},
    {"data: a: b: c\n\n", "[|a: b: c]"},
    {"\n\n\r\r\n\n", ""},
    {"data: cut off", ""},
    {"data: cut off\n", ""},
    {"data: whole\n\ndata: cut off\n", "[|whole]"},
    {"data: \u0417\u0430\u0440\u0430\u0437 \U0001f600\n\n",
     "[|\u0417\u0430\u0440\u0430\u0437 \U0001f600]"},
    {"data: half a letter \xd0\n\n", "[|half a letter \xd0]"},
};

#define CORPUS (sizeof corpus / sizeof *corpus)

static void a_stream_in_one_piece_is_read(void **state)
{
    (void)state;
    struct told t;

    for (size_t i = 0; i < CORPUS; i++) {
        begin(&t);
        assert_int_equal(sse_feed(&t.sse, corpus[i].stream, strlen(corpus[i].stream)), ERR_OK);
        assert_string_equal(buf_text(&t.log), corpus[i].events);
    }
}

static void every_cut_in_two_gives_the_same(void **state)
{
    (void)state;
    struct told t;

    for (size_t i = 0; i < CORPUS; i++) {
        size_t n = strlen(corpus[i].stream);
        for (size_t cut = 0; cut <= n; cut++) {
            begin(&t);
            assert_int_equal(sse_feed(&t.sse, corpus[i].stream, cut), ERR_OK);
            assert_int_equal(sse_feed(&t.sse, corpus[i].stream + cut, n - cut), ERR_OK);
            assert_string_equal(buf_text(&t.log), corpus[i].events);
        }
    }
}

static void every_cut_in_three_gives_the_same(void **state)
{
    (void)state;
    struct told t;

    for (size_t i = 0; i < CORPUS; i++) {
        const char *s = corpus[i].stream;
        size_t n = strlen(s);
        for (size_t one = 0; one <= n; one++)
            for (size_t two = one; two <= n; two++) {
                begin(&t);
                assert_int_equal(sse_feed(&t.sse, s, one), ERR_OK);
                assert_int_equal(sse_feed(&t.sse, s + one, two - one), ERR_OK);
                assert_int_equal(sse_feed(&t.sse, s + two, n - two), ERR_OK);
                assert_string_equal(buf_text(&t.log), corpus[i].events);
            }
    }
}

static void byte_by_byte_gives_the_same(void **state)
{
    (void)state;
    struct told t;

    for (size_t i = 0; i < CORPUS; i++) {
        begin(&t);
        for (const char *s = corpus[i].stream; *s != '\0'; s++)
            assert_int_equal(sse_feed(&t.sse, s, 1), ERR_OK);
        assert_string_equal(buf_text(&t.log), corpus[i].events);
    }
}

static void an_event_is_told_with_its_last_byte(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    assert_int_equal(sse_feed(&t.sse, "data: 1\r\n\r", 10), ERR_OK);
    assert_string_equal(buf_text(&t.log), "[|1]");
    assert_int_equal(sse_feed(&t.sse, "\ndata: 2\n", 9), ERR_OK);
    assert_string_equal(buf_text(&t.log), "[|1]");
    assert_int_equal(sse_feed(&t.sse, "\n", 1), ERR_OK);
    assert_string_equal(buf_text(&t.log), "[|1][|2]");
}

static void a_nul_in_the_data_is_kept(void **state)
{
    (void)state;
    static const char stream[] = "data: a\0b\n\n";
    struct told t;

    begin(&t);
    assert_int_equal(sse_feed(&t.sse, stream, sizeof stream - 1), ERR_OK);
    assert_int_equal(t.log.len, 6);
    assert_memory_equal(t.log.data, "[|a\0b]", 6);
}

/* Feeds `times` times `piece`, until it is refused. */
static enum err flood(struct told *t, const char *piece, size_t times, size_t step)
{
    enum err e = ERR_OK;
    size_t n = strlen(piece);

    for (size_t i = 0; i < times && e == ERR_OK; i++)
        for (size_t at = 0; at < n && e == ERR_OK; at += step)
            e = sse_feed(&t->sse, piece + at, at + step < n ? step : n - at);
    return e;
}

static void what_never_ends_is_too_big(void **state)
{
    (void)state;
    static const char *const endless[] = {"x", ": a comment without end ", "data: more\n",
                                          "data\n"};
    struct told t;

    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
        for (size_t step = 1; step < 8; step++) {
            begin(&t);
            assert_int_equal(flood(&t, endless[i], MAX * 2, step), ERR_TOO_BIG);
            assert_int_equal(sse_feed(&t.sse, "\n\ndata: 1\n\n", 11), ERR_TOO_BIG);
            assert_string_equal(buf_text(&t.log), "");
        }
}

static void the_ceiling_is_the_same_whole_and_in_pieces(void **state)
{
    (void)state;
    char stream[MAX + 16];
    struct told t;

    for (size_t extra = 0; extra <= 1; extra++) {
        size_t n = MAX + extra; /* "data: xxx" of exactly MAX bytes, and one more */
        (void)snprintf(stream, sizeof stream, "data: %*s\n\n", (int)(n - 6), "x");
        enum err want = extra == 0 ? ERR_OK : ERR_TOO_BIG;
        begin(&t);
        assert_int_equal(sse_feed(&t.sse, stream, n + 2), want);
        size_t told = t.log.len;
        assert_int_equal(told, extra == 0 ? MAX - 6 + 3 : 0);
        begin(&t);
        enum err e = ERR_OK;
        for (size_t i = 0; i < n + 2 && e == ERR_OK; i++)
            e = sse_feed(&t.sse, stream + i, 1);
        assert_int_equal(e, want);
        assert_int_equal(t.log.len, told);
    }
}

static void comments_without_end_cost_no_memory(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    assert_int_equal(flood(&t, ": ping\n\n", 200000, 3), ERR_OK);
    assert_true(a.held < 100000);
    assert_int_equal(sse_feed(&t.sse, "data: 1\n\n", 9), ERR_OK);
    assert_string_equal(buf_text(&t.log), "[|1]");
}

static enum err refuse_second(void *to, const struct sse_event *event)
{
    int *n = to;

    (void)event;
    return ++*n == 2 ? ERR_PEER : ERR_OK;
}

static void a_receiver_that_refuses_ends_the_stream(void **state)
{
    (void)state;
    struct sse s;
    int n = 0;

    sse_init(&s, &a, MAX, refuse_second, &n);
    assert_int_equal(sse_feed(&s, "data: 1\n\ndata: 2\n\ndata: 3\n\n", 27), ERR_PEER);
    assert_int_equal(sse_feed(&s, "data: 4\n\n", 9), ERR_PEER);
    assert_int_equal(n, 2);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    struct arena none;
    struct sse s;
    int n = 0;

    arena_init(&none, 16);
    sse_init(&s, &none, MAX, refuse_second, &n);
    assert_int_equal(sse_feed(&s, "data: 1", 7), ERR_MEMORY);
    assert_int_equal(sse_feed(&s, "\n\n", 2), ERR_MEMORY);
    arena_release(&none);
    assert_int_equal(n, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stream_in_one_piece_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_cut_in_two_gives_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_cut_in_three_gives_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(byte_by_byte_gives_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_is_told_with_its_last_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_in_the_data_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_never_ends_is_too_big, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_ceiling_is_the_same_whole_and_in_pieces, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(comments_without_end_cost_no_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_receiver_that_refuses_ends_the_stream, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_memory_it_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("wire/sse", tests, NULL, NULL);
}
