/* Private to multipart.c and multipart-head.c: one part's headers. */
#ifndef HOLOS_WIRE_MULTIPART_HEAD_H
#define HOLOS_WIRE_MULTIPART_HEAD_H

#include "wire/multipart.h"

/* Reads `n` bytes of header lines, each with its CR LF, without the empty line. Fills name, filename
 * and type. ERR_SYNTAX, ERR_MEMORY. */
enum err multipart_head_read(struct arena *a, const char *p, size_t n, struct multipart_part *ret,
                             struct why *why) must_check;

#endif
