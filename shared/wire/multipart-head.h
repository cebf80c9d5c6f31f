/* multipart-head - what stands in front of a part's data: its name, its file's name, its type.
 *
 * Private to multipart.c. Only what is needed must be readable: the name. All else that cannot be
 * read is as if it were not there, in any letter case, with or without blanks, folded or not. The
 * boundary in a body's own Content-Type is read here as well (multipart.h). */
#ifndef HOLOS_WIRE_MULTIPART_HEAD_H
#define HOLOS_WIRE_MULTIPART_HEAD_H

#include "wire/multipart.h"

/* Reads `n` bytes of header lines, each with its line end, without the empty line. The name is "" if
 * there is none. data and len are not set. ERR_MEMORY. */
enum err multipart_head(struct arena *a, const char *p, size_t n, struct multipart_part *ret,
                        struct why *why) must_check;

/* What a hex digit is worth, or -1. */
int multipart_hex(char c);

#endif
