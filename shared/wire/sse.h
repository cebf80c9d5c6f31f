/* sse - parses server-sent events (text/event-stream) incrementally. Pure.
 *
 * It follows the WHATWG rules. A line ends with LF, CRLF or CR; an empty line ends an event. The
 * fields "event" and "data" are kept. Several data lines are joined by LF. "id", "retry", unknown
 * fields and comments (":...") are ignored. One blank after the colon is not part of the value. A
 * byte order mark at the start of the stream is skipped. An event without a data line is dropped,
 * and so is one whose empty line never comes. The caller decides whether the stream was complete.
 *
 * The input may be cut anywhere, even inside a character or between CR and LF. on_event is called
 * as soon as the last byte of an event has arrived; after a CR the parser does not wait for an
 * LF. */
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
    /* If it does not return ERR_OK, parsing stops. The event's texts are valid only during the call. */
    enum err (*on_event)(void *to, const struct sse_event *event);
    void *to;
    struct buf line, name, data;
    bool has_data; /* the event has a data line */
    bool after_cr; /* an LF that comes next belongs to it */
    bool begun;    /* the first line is behind */
    enum err err;  /* what ended it */
};

/* `max`: the largest size of a line, and of an event's data, in bytes. */
void sse_init(struct sse *s, struct arena *a, size_t max,
              enum err (*on_event)(void *to, const struct sse_event *event), void *to);

/* Parses the next bytes. Returns ERR_TOO_BIG, ERR_MEMORY, or the error of on_event. After an error
 * every later call returns the same error. */
enum err sse_feed(struct sse *s, const char *bytes, size_t n) must_check;

#endif
