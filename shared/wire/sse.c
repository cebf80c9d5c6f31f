#include "wire/sse.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void sse_init(struct sse *s, struct arena *a, size_t max,
              enum err (*on_event)(void *to, const struct sse_event *event), void *to)
{
    *s = (struct sse){.on_event = on_event, .to = to};
    buf_init(&s->line, a, max);
    buf_init(&s->name, a, max);
    buf_init(&s->data, a, max);
}

/* The empty line: the event is complete. */
static enum err end_event(struct sse *s)
{
    enum err e = ERR_OK;

    if (s->has_data) {
        struct sse_event event = {buf_text(&s->name), buf_text(&s->data), s->data.len};
        e = s->on_event(s->to, &event);
    }
    buf_clear(&s->name);
    buf_clear(&s->data);
    s->has_data = false;
    return e;
}

static enum err take_field(struct sse *s, const char *name, size_t n, const char *value, size_t len)
{
    if (n == 5 && memcmp(name, "event", 5) == 0) {
        buf_clear(&s->name);
        buf_put(&s->name, value, len);
        return buf_err(&s->name);
    }
    if (n == 4 && memcmp(name, "data", 4) == 0) {
        if (s->has_data)
            buf_putc(&s->data, '\n');
        buf_put(&s->data, value, len);
        s->has_data = true;
        return buf_err(&s->data);
    }
    return ERR_OK;
}

static enum err take_line(struct sse *s, const char *line, size_t n)
{
    if (!s->begun && n >= 3 && memcmp(line, BYTE_ORDER_MARK, 3) == 0) {
        line += 3;
        n -= 3;
    }
    s->begun = true;
    if (n == 0)
        return end_event(s);
    const char *colon = memchr(line, ':', n);
    if (colon == NULL)
        return take_field(s, line, n, "", 0);
    size_t name = (size_t)(colon - line);
    size_t value = name + 1;
    value += value < n && line[value] == ' ';
    return take_field(s, line, name, line + value, n - value); /* a comment's name is empty */
}

/* `n` bytes up to a line's end; what came of the line in earlier pieces goes before them. */
static enum err end_line(struct sse *s, const char *bytes, size_t n)
{
    if (s->line.len == 0 && n <= s->line.max)
        return take_line(s, bytes, n);
    buf_put(&s->line, bytes, n);
    enum err e = buf_err(&s->line);
    if (e == ERR_OK)
        e = take_line(s, buf_text(&s->line), s->line.len);
    buf_clear(&s->line);
    return e;
}

static size_t find_end(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\n' || bytes[i] == '\r')
            return i;
    return n;
}

enum err sse_feed(struct sse *s, const char *bytes, size_t n)
{
    size_t at = 0;

    while (s->err == ERR_OK && at < n) {
        if (s->after_cr && bytes[at] == '\n')
            at++;
        s->after_cr = false;
        size_t len = find_end(bytes + at, n - at);
        if (at + len == n) {
            buf_put(&s->line, bytes + at, len);
            s->err = buf_err(&s->line);
            break;
        }
        s->after_cr = bytes[at + len] == '\r';
        s->err = end_line(s, bytes + at, len);
        at += len + 1;
    }
    return s->err;
}
