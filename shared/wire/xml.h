/* xml - writes well-formed XML 1.0 into a buf (TwiML). Elements are closed in the order they were
 * opened (asserted); text and attribute values are escaped; characters XML 1.0 forbids become
 * U+FFFD. */
#ifndef HOLOS_WIRE_XML_H
#define HOLOS_WIRE_XML_H

#include <stdbool.h>
#include "base/buf.h"

#define XML_DEPTH 16

struct xml {
    struct buf *out;
    const char *open[XML_DEPTH]; /* names, not copied */
    int depth;
    bool in_tag; /* a start tag awaits its '>' */
};

/* Starts a document with its declaration (UTF-8). */
void xml_init(struct xml *x, struct buf *out);
void xml_open(struct xml *x, const char *name);
/* Only directly after xml_open. */
void xml_attr(struct xml *x, const char *name, const char *value);
void xml_text(struct xml *x, const char *s);
/* Closes the newest element; <x/> if it is empty. */
void xml_close(struct xml *x);

#endif
