/* multipart - multipart/form-data (RFC 7578), bytes in, parts out.
 *
 * The parser is incremental and pure: feed it the body in pieces of any size; the result does not
 * depend on where the pieces are cut. multipart_parse is the same over a whole body in memory, with
 * parts that point into the body: no copy. */
#ifndef HOLOS_WIRE_MULTIPART_H
#define HOLOS_WIRE_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

#define MULTIPART_BOUNDARY 70   /* bytes, RFC 2046 5.1.1 */
#define MULTIPART_HEADERS  4096 /* bytes of one part's headers */
#define MULTIPART_PARTS    32

struct multipart_part {
    const char *name;     /* of the field; never NULL */
    const char *filename; /* decoded filename or filename* (RFC 5987); NULL if none */
    const char *type;     /* lower-case media type without parameters; NULL if none */
    const char *data;     /* not NUL-terminated */
    size_t len;
};

struct multipart {
    struct multipart_part *parts;
    size_t n;
};

/* The boundary parameter of a Content-Type, quoted or not, NUL-terminated into `ret`.
 * ERR_FORMAT: not multipart/form-data; ERR_SYNTAX: no or a bad boundary. */
enum err multipart_boundary(const char *content_type, char ret[static MULTIPART_BOUNDARY + 1],
                            struct why *why) must_check;

/* Reads a whole body. ERR_SYNTAX: no boundary found, headers unreadable, a part without a name, a
 * missing final boundary (the body was cut); ERR_TOO_BIG: over a limit above; ERR_MEMORY. */
enum err multipart_parse(struct arena *a, const char *boundary, const char *body, size_t n,
                         struct multipart *ret, struct why *why) must_check;

/* The first part of that name, or NULL; *ret_count, if not NULL, says how many there are. */
const struct multipart_part *multipart_find(const struct multipart *m, const char *name,
                                            size_t *ret_count);

#endif
