/* json-mend - a stranger's JSON, made such that one bad field does not cost the others.
 *
 * Private to json.c. Text in, text out: what stands where a value is due and cannot be decoded becomes
 * a text with JSON_MEND_BAD in it, a byte that no UTF-8 has, so that json.c finds it in the tree. That
 * is
 *  - a text with NUL, a control character but tab and line ends, or an escape that is none or stands
 *    for half a character;
 *  - a word that is no JSON (NaN, Infinity, True, 0x1f, 'x'), or nothing, as behind a last comma;
 *  - a list or an object inside more than JSON_DEPTH levels.
 * What is no UTF-8 stays, and is found the same way. Blanks and byte order marks around the
 * document are left out, and NULs and other control characters behind it. Everything else is
 * copied. */
#ifndef HOLOS_WIRE_JSON_MEND_H
#define HOLOS_WIRE_JSON_MEND_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

#define JSON_MEND_BAD '\xff'

/* A copy of `n` bytes, mended and ending in NUL, with no other NUL in it. ERR_SYNTAX: a word where
 * none can be; ERR_TOO_BIG: more than JSON_VALUES values; ERR_MEMORY. */
enum err json_mend(struct arena *a, const char *text, size_t n, char **ret, size_t *ret_n,
                   struct why *why) must_check;

#endif
