/* jsonw - writes JSON straight into a buf: no tree, no copy of a long text.
 *
 * Commas and nesting are its business. Texts must be UTF-8; they are escaped as RFC 8259 asks
 * (only ", \ and controls), Cyrillic stays readable. A refused put is remembered by the buf. Keys
 * where none belong, values without one, and ends that do not match are asserted. */
#ifndef HOLOS_WIRE_JSONW_H
#define HOLOS_WIRE_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

#define JSONW_DEPTH 32

struct jsonw {
    struct buf *out;
    int depth;
    uint32_t filled; /* bit d - 1: something was written at depth d */
    uint32_t arrays; /* bit d - 1: depth d is an array */
    bool after_key;
};

void jsonw_init(struct jsonw *w, struct buf *out);

void jsonw_object(struct jsonw *w); /* { */
void jsonw_array(struct jsonw *w);  /* [ */
void jsonw_end_object(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *name);

/* Values. A NULL text is written as null. */
void jsonw_text(struct jsonw *w, const char *s);
void jsonw_text_n(struct jsonw *w, const char *s, size_t n);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_number(struct jsonw *w, double v); /* not finite: null */
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_base64(struct jsonw *w, const void *data, size_t n);

/* A value that is JSON already (json_parse has read it); written as it is. */
void jsonw_raw(struct jsonw *w, const char *json, size_t n);

/* A value that was read. ERR_TOO_BIG, and nothing written, if it nests deeper than is left of
 * JSONW_DEPTH. */
struct json;
enum err jsonw_tree(struct jsonw *w, const struct json *v) must_check;

/* Key and value in one. */
void jsonw_put_text(struct jsonw *w, const char *name, const char *s);
void jsonw_put_int(struct jsonw *w, const char *name, int64_t v);
void jsonw_put_bool(struct jsonw *w, const char *name, bool v);

#endif
