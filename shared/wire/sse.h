/* sse - reads an event stream (text/event-stream) that comes in pieces. Pure.
 *
 * A line ends with LF, CRLF or CR, an event with an empty line. "event" and "data" are kept;
 * several data lines are joined by LF; "id", "retry", unknown names and comments (":...") are
 * passed over; one blank after the colon belongs to it; a byte order mark at the very start is
 * skipped. An event without any data line is none (WHATWG). One whose empty line never comes is
 * never told: whether a stream is whole is for the format above to say.
 *
 * Where the pieces are cut makes no difference, also inside a letter or between CR and LF: bytes
 * are put together first and nothing looks into them. An event is told as soon as its last byte is
 * there; after a CR nothing waits for a possible LF. */
#ifndef HOLOS_WIRE_SSE_H
#define HOLOS_WIRE_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

struct sse_event {
    const char *name; /* of the "event" field; "" if there was none */
    const char *data; /* a NUL follows, which `len` does not count; any bytes, NUL among them */
    size_t len;
};

struct sse {
    /* What it returns, if not ERR_OK, ends the stream. The event's texts are valid until it does. */
    enum err (*on_event)(void *to, const struct sse_event *event);
    void *to;
    struct buf line, name, data;
    bool has_data; /* the event has a data line */
    bool after_cr; /* an LF that comes next belongs to it */
    bool begun;    /* the first line is behind */
    enum err err;  /* what ended it */
};

/* `max` is the ceiling of a line and of an event's data, in bytes. */
void sse_init(struct sse *s, struct arena *a, size_t max,
              enum err (*on_event)(void *to, const struct sse_event *event), void *to);

/* Takes the next piece. ERR_TOO_BIG, ERR_MEMORY, or what on_event returned; once it failed it goes
 * on failing so. */
enum err sse_feed(struct sse *s, const char *bytes, size_t n) must_check;

#endif
