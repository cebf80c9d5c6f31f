/* base64 - RFC 4648 section 4, with padding, no line breaks. */
#ifndef HOLOS_WIRE_BASE64_H
#define HOLOS_WIRE_BASE64_H

#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"

/* Length of the text for `n` bytes. */
size_t base64_length(size_t n);

/* Appends the text of `n` bytes. A refusal is remembered by the buf. */
void base64_encode(struct buf *out, const void *data, size_t n);

/* The same into memory: writes exactly base64_length(n) characters to `out`, no NUL after them. A
 * long text may be made in pieces as long as every piece but the last is a multiple of 3 bytes. */
void base64_write(char *out, const void *data, size_t n);

/* Decodes `n` characters; the bytes are followed by a NUL that `ret_len` does not count.
 * ERR_SYNTAX: a character outside the alphabet, white space, wrong padding, or left-over bits that
 * are not zero; ERR_MEMORY. */
enum err base64_decode(struct arena *a, const char *text, size_t n, char **ret,
                       size_t *ret_len) must_check;

#endif
