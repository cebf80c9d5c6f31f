/* form - application/x-www-form-urlencoded with PHP's brackets, read into a json tree.
 *
 * a=1&b[c]=2&d[0][e]=3 becomes {"a":"1","b":{"c":"2"},"d":{"0":{"e":"3"}}}: every value a string,
 * lists as objects with "0", "1", ... as names ("d[]" counts up). Names and values are
 * percent-decoded, + is a space, brackets may be escaped or not, the last value that has content wins: a=1&a[b]=2 is
 * {"a":{"b":"2"}} and a[b]=2&a=1 is {"a":"1"}. Empty pairs and pairs without a name are skipped, a
 * name without = has an empty value. A value that cannot be decoded (a bad percent escape, NUL, no
 * UTF-8) is an unreadable null (json.h); so is the value of such a name, or of one with more than FORM_DEPTH
 * levels, under the name "". Unlike
 * PHP, a name with a bracket that has no partner, text behind a bracket, or a bracket in front
 * cannot be read either, and a dot or space in a name stays. */
#ifndef HOLOS_WIRE_FORM_H
#define HOLOS_WIRE_FORM_H

#include "wire/json.h"

#define FORM_DEPTH  8   /* a[b] has two levels */
#define FORM_FIELDS 512 /* pairs */

/* ERR_TOO_BIG: over FORM_FIELDS; ERR_MEMORY. An empty input is an empty object. */
enum err form_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why) must_check;

#endif
