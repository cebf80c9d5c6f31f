/* The first byte seeds the cuts, the second the ceiling, the rest is the stream. Fed whole and in
 * pieces it must give the same events and the same end. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "wire/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum err note(void *to, const struct sse_event *event)
{
    struct buf *log = to;

    assert(event->data[event->len] == '\0' && strpbrk(event->name, "\r\n") == NULL);
    buf_puts(log, event->name);
    buf_putc(log, '\0');
    buf_put(log, event->data, event->len);
    buf_putc(log, '\n');
    return event->len == 7 ? ERR_PEER : ERR_OK; /* some receiver refuses */
}

static enum err feed(struct sse *s, unsigned seed, const char *stream, size_t n)
{
    enum err e = ERR_OK;

    for (size_t at = 0; at < n && e == ERR_OK;) {
        seed = seed * 1103515245 + 12345;
        size_t piece = 1 + (seed >> 16) % (1U << (seed >> 8 & 12));
        piece = piece < n - at ? piece : n - at;
        e = sse_feed(s, stream + at, piece);
        at += piece;
    }
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct buf whole;
    struct buf pieces;
    struct sse s;

    if (n < 2)
        return 0;
    const char *stream = (const char *)data + 2;
    size_t max = 1 + (size_t)data[1] * 8;
    arena_init(&a, 64 << 20);
    buf_init(&whole, &a, 16 << 20);
    buf_init(&pieces, &a, 16 << 20);
    sse_init(&s, &a, max, note, &whole);
    enum err e = sse_feed(&s, stream, n - 2);
    assert(e == ERR_OK || e == ERR_TOO_BIG || e == ERR_PEER);
    sse_init(&s, &a, max, note, &pieces);
    assert(feed(&s, data[0], stream, n - 2) == e);
    assert(whole.len == pieces.len);
    assert(whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
    arena_release(&a);
    return 0;
}
