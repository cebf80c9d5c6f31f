#include "wire/body.h"

#include <assert.h>

#include "wire/base64.h"

#define CHUNK ((size_t)9216) /* raw bytes at a time, a multiple of 3: 12 KB of text */

void body_init(struct body *b, struct arena *a, size_t max)
{
    buf_init(&b->text, a, max);
    b->sounds = 0;
}

void body_sound(struct body *b, const void *data, size_t len)
{
    if (b->sounds == BODY_SOUNDS) {
        if (b->text.err == ERR_OK)
            b->text.err = ERR_TOO_BIG;
        return;
    }
    b->sound[b->sounds++] = (struct body_sound){.at = b->text.len, .data = data, .len = len};
}

void body_cut(struct body *b, size_t len, size_t sounds)
{
    assert(len <= b->text.len && sounds <= b->sounds);
    b->text.len = len;
    if (b->text.data != NULL)
        b->text.data[len] = '\0';
    b->sounds = sounds;
}

size_t body_length(const struct body *b)
{
    size_t n = b->text.len;

    for (size_t i = 0; i < b->sounds; i++)
        n += base64_length(b->sound[i].len);
    return n;
}

static enum err write_sound(const struct body_sound *s,
                            enum err (*sink)(void *, const void *, size_t), void *to)
{
    char text[CHUNK / 3 * 4];
    const char *p = s->data;

    for (size_t left = s->len; left > 0;) {
        size_t n = left < CHUNK ? left : CHUNK;
        base64_write(text, p, n);
        enum err e = sink(to, text, base64_length(n));
        if (e != ERR_OK)
            return e;
        p += n;
        left -= n;
    }
    return ERR_OK;
}

/* The text from the mark up to `end`. */
static enum err write_text(const struct body *b, struct body_mark *mark, size_t end,
                           enum err (*sink)(void *, const void *, size_t), void *to)
{
    assert(mark->text <= end && end <= b->text.len);
    if (mark->text == end)
        return ERR_OK;
    enum err e = sink(to, b->text.data + mark->text, end - mark->text);
    if (e == ERR_OK)
        mark->text = end;
    return e;
}

enum err body_write(const struct body *b, struct body_mark *mark,
                    enum err (*sink)(void *to, const void *data, size_t n), void *to)
{
    while (mark->sounds < b->sounds) {
        const struct body_sound *s = &b->sound[mark->sounds];
        enum err e = write_text(b, mark, s->at, sink, to);
        if (e == ERR_OK)
            e = write_sound(s, sink, to);
        if (e != ERR_OK)
            return e;
        mark->sounds++;
    }
    return write_text(b, mark, b->text.len, sink, to);
}
