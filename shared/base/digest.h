/* digest - SHA-256 by OpenSSL's libcrypto. One of the (at most two) includers of openssl headers.
 *
 * A program that has this file sets libcrypto up before its main: OpenSSL 3.0 crashes when memory runs
 * out during that, and must not do so under a request. A program that has not needs no libcrypto. */
#ifndef HOLOS_BASE_DIGEST_H
#define HOLOS_BASE_DIGEST_H

#include <stddef.h>
#include "base/err.h"

#define DIGEST_HEX 65 /* 64 hex digits and the NUL */

/* SHA-256 of `n` bytes as lower-case hex. Fails only with ERR_MEMORY. */
enum err digest_sha256(const void *data, size_t n, char ret[static DIGEST_HEX]) must_check;

/* HMAC-SHA-256 (RFC 2104) as lower-case hex. Fails only with ERR_MEMORY. */
enum err digest_hmac_sha256(const char *key, const void *data, size_t n,
                            char ret[static DIGEST_HEX]) must_check;

#endif
