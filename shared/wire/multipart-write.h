/* multipart-write - multipart/form-data (RFC 7578), parts in, bytes out. Pure.
 *
 * What multipart.h reads. The boundary is made from a seed and occurs in none of the parts' data;
 * names and file names have their quotes and line ends percent-escaped, as browsers do. */
#ifndef HOLOS_WIRE_MULTIPART_WRITE_H
#define HOLOS_WIRE_MULTIPART_WRITE_H

#include "base/buf.h"
#include "wire/multipart.h"

/* The boundary for these parts: 32 hex digits after "holos-". The same seed and the same parts give
 * the same boundary; a caller on the wire takes a random seed. */
void multipart_write_boundary(const struct multipart_part *parts, size_t n, uint64_t seed,
                              char ret[static MULTIPART_BOUNDARY + 1]);

/* Appends the whole body. `filename` and `type` may be NULL. ERR_TOO_BIG, ERR_MEMORY as the buf
 * refused. */
enum err multipart_write(struct buf *out, const char *boundary, const struct multipart_part *parts,
                         size_t n) must_check;

#endif
