/* The first byte seeds the cuts, the rest is the body. Read whole and fed in pieces, it must give
 * the same. The boundary is "b". */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "wire/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void note_part(struct buf *log, const struct multipart_part *part)
{
    const char *const texts[] = {part->name, part->filename, part->type};

    for (size_t i = 0; i < 3; i++) {
        buf_putc(log, texts[i] == NULL ? '0' : '1');
        buf_puts(log, texts[i] == NULL ? "" : texts[i]);
        buf_putc(log, '\0');
    }
}

static enum err on_begin(void *to, const struct multipart_part *part)
{
    note_part(to, part);
    return ERR_OK;
}

static enum err on_data(void *to, const char *data, size_t n)
{
    buf_put(to, data, n);
    return ERR_OK;
}

static enum err on_end(void *to)
{
    buf_putc(to, '\n');
    return ERR_OK;
}

static enum err feed(struct arena *a, unsigned seed, const char *body, size_t n, struct buf *log)
{
    static const struct multipart_events on = {on_begin, on_data, on_end};
    struct multipart_feed f;
    enum err e = ERR_OK;

    multipart_feed_init(&f, a, "b", &on, log, NULL);
    for (size_t at = 0; at < n && e == ERR_OK;) {
        seed = seed * 1103515245 + 12345;
        size_t piece = 1 + (seed >> 16) % (1U << (seed >> 8 & 12));
        piece = piece < n - at ? piece : n - at;
        e = multipart_feed(&f, body + at, piece);
        at += piece;
    }
    return multipart_feed_finish(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct multipart m = {0};
    struct why why = {0};
    struct buf whole;
    struct buf pieces;

    if (n == 0)
        return 0;
    const char *body = (const char *)data + 1;
    arena_init(&a, 64 << 20);
    buf_init(&whole, &a, 16 << 20);
    buf_init(&pieces, &a, 16 << 20);
    enum err e = multipart_parse(&a, "b", body, n - 1, &m, &why);
    assert(feed(&a, data[0], body, n - 1, &pieces) == e);
    assert((e == ERR_OK) == (why.text[0] == '\0'));
    if (e == ERR_OK) {
        for (size_t i = 0; i < m.n; i++) {
            note_part(&whole, &m.parts[i]);
            buf_put(&whole, m.parts[i].data, m.parts[i].len);
            buf_putc(&whole, '\n');
        }
        assert(whole.len == pieces.len);
        assert(whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
        assert(multipart_decode(&a, &m, NULL) == ERR_OK);
        for (size_t i = 0; i < m.n; i++)
            assert(m.parts[i].encoding == MULTIPART_RAW || m.parts[i].len == 0);
    }
    arena_clear(&a);
    char boundary[MULTIPART_BOUNDARY + 1] = "";
    const char *type = arena_printf(&a, "multipart/form-data;%.*s", (int)(n - 1), body);
    if (multipart_boundary(type, boundary, NULL) == ERR_OK)
        assert(*boundary != '\0' && strlen(boundary) <= MULTIPART_BOUNDARY);
    arena_release(&a);
    return 0;
}
