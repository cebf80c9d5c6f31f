/* json - strict reading of JSON, over cJSON (the only includer of its header).
 *
 * Stricter than cJSON: the whole input must be one document; it must be UTF-8; a NUL, also written
 * as \u0000, and more than JSON_DEPTH levels are refused; names match by case; a name given twice
 * in one object, with other content, is an error when that name is asked for. The tree lives in the
 * arena; there is nothing to free. Form bodies are read into the same trees (form.h), so that a
 * handler asks one way. Writing is jsonw.h. */
#ifndef HOLOS_WIRE_JSON_H
#define HOLOS_WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"

#define JSON_DEPTH  64
#define JSON_VALUES 4096 /* in json_parse_fields */

struct json; /* one value; opaque */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Reads `n` bytes. ERR_SYNTAX (why: what and at which byte), ERR_MEMORY. */
enum err json_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why) must_check;

/* The same for a body from outside, in which one bad field shall not cost the others: a value that
 * cannot be decoded (json-mend.h lists what: no UTF-8, a bad escape, NaN, more than JSON_DEPTH levels)
 * is null, and marked; if it is a name, the member is null and its name "". Byte order marks around
 * the document and NULs behind it are nothing. ERR_TOO_BIG over JSON_VALUES. A byte that the why
 * names is counted behind what was mended. */
enum err json_parse_fields(struct arena *a, const char *text, size_t n, const struct json **ret,
                           struct why *why) must_check;

/* Is it a null because it could not be decoded? And the names of all such in a tree, up to `max`;
 * "" for those that have none. Returns how many. */
bool json_is_unreadable(const struct json *v);
size_t json_unreadable(const struct json *root, size_t max, const char **ret);

enum json_kind json_kind(const struct json *v);

/* The member called `name`, or NULL if `o` is NULL, no object, or has none. If it is there twice,
 * the first that has content: is neither null nor an empty text. */
const struct json *json_member(const struct json *o, const char *name);

/* Walks an array's or object's values: first child (NULL if none or no container), next sibling,
 * and a member's own name (NULL inside arrays). */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_name(const struct json *v);
size_t json_count(const struct json *v);

/* The string itself; NULL when `v` is NULL or not a string. */
const char *json_text(const struct json *v);

/* Typed getters. ERR_MISSING: not there, or null. ERR_VALUE: another type, given twice, longer
 * than `max` bytes, not a whole number within bounds (and between -2^53 and 2^53, where a double is
 * exact). The why names the field. Outputs are untouched on failure.
 *
 * Forms have only texts: in a tree made by json_new_text (below) a text that is a decimal number
 * counts as one, "1", "0", "true" and "false" as a bool, and an empty one, which is how a form says
 * null, as missing where a number or a bool is asked for. */
enum err json_get_text(const struct json *o, const char *name, size_t max, const char **ret,
                       struct why *why) must_check;
enum err json_get_int(const struct json *o, const char *name, int64_t least, int64_t most,
                      int64_t *ret, struct why *why) must_check;
enum err json_get_number(const struct json *o, const char *name, double *ret,
                         struct why *why) must_check;
enum err json_get_bool(const struct json *o, const char *name, bool *ret,
                       struct why *why) must_check;

/* An id: a non-empty string, or a whole number from 0 to below 2^53, which becomes its decimal
 * digits. Larger numbers are refused: cJSON reads them as doubles and would change them. An empty
 * string counts as missing. */
enum err json_get_id(struct arena *a, const struct json *o, const char *name, size_t max,
                     const char **ret, struct why *why) must_check;

/* Building trees, for readers of other formats (form.c) and for tests. Text must be valid UTF-8
 * without NUL and is copied. json_put replaces a member of the same name (a value without content
 * does not); `v` must be in no other tree. json_put_object gives the member of that name if it is an
 * object, else puts a new, empty object there. NULL / ERR_MEMORY when the arena refuses. */
struct json *json_new_object(struct arena *a) must_check;
struct json *json_new_text(struct arena *a, const char *s, size_t n) must_check;
struct json *json_new_unreadable(struct arena *a) must_check;
enum err json_put(struct arena *a, struct json *o, const char *name, struct json *v) must_check;
struct json *json_put_object(struct arena *a, struct json *o, const char *name) must_check;

#endif
