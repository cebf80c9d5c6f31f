/* Private to json.c: what the typed getters must know of a value. */
#ifndef HOLOS_WIRE_JSON_NODE_H
#define HOLOS_WIRE_JSON_NODE_H

#include "wire/json.h"

/* The first sibling of that name from `v` on, or NULL; `v` may be NULL. */
const struct json *json_named(const struct json *v, const char *name);

/* Of a JSON_NUMBER, of a JSON_BOOL. */
double json_double(const struct json *v);
bool json_is_true(const struct json *v);

/* From a format that has only texts: a text may stand for a number or a bool. */
bool json_is_loose(const struct json *v);

#endif
