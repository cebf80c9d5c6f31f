/* form - application/x-www-form-urlencoded with PHP's brackets, read into a json tree.
 *
 * a=1&b[c]=2&d[0][e]=3 becomes {"a":"1","b":{"c":"2"},"d":{"0":{"e":"3"}}}: every value a string,
 * lists as objects with "0", "1", ... as names ("d[]" counts up). Names and values are
 * percent-decoded, + is a space, the last value wins (binotel.md 2, 10.3). */
#ifndef HOLOS_WIRE_FORM_H
#define HOLOS_WIRE_FORM_H

#include "wire/json.h"

#define FORM_DEPTH  8
#define FORM_FIELDS 512

/* ERR_SYNTAX: bad percent escape, NUL, not UTF-8, brackets that do not match; ERR_TOO_BIG: over
 * FORM_DEPTH or FORM_FIELDS; ERR_MEMORY. An empty input is an empty object. */
enum err form_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why) must_check;

#endif
