/* json-mend - repairs JSON from outside, so that one bad field does not spoil the others.
 *
 * Private to json.c. It replaces each value that cannot be decoded by a string that contains the
 * byte JSON_MEND_BAD. That byte never occurs in UTF-8, so json.c can find the bad values in the
 * parsed tree. These values are replaced:
 *  - a string with a NUL, a control character (except tab and line ends), an invalid escape, or a
 *    lone surrogate;
 *  - a word that is not valid JSON (NaN, Infinity, True, 0x1f, 'x'), or a missing value, for
 *    instance after a trailing comma;
 *  - an array or object nested deeper than JSON_DEPTH levels.
 * Invalid UTF-8 stays; json.c finds it in the same way. Blanks and byte order marks around the
 * document are removed, and control characters after it. Everything else is copied unchanged. */
#ifndef HOLOS_WIRE_JSON_MEND_H
#define HOLOS_WIRE_JSON_MEND_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

#define JSON_MEND_BAD '\xff'

/* Returns a repaired copy of `n` bytes. It ends in NUL and contains no other NUL. ERR_SYNTAX: a
 * word where JSON allows none; ERR_TOO_BIG: more than JSON_VALUES values; ERR_MEMORY. */
enum err json_mend(struct arena *a, const char *text, size_t n, char **ret, size_t *ret_n,
                   struct why *why) must_check;

#endif
