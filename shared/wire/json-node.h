/* Private to json.c: what the typed getters must know of a value. */
#ifndef HOLOS_WIRE_JSON_NODE_H
#define HOLOS_WIRE_JSON_NODE_H

#include "wire/json.h"

/* Of a JSON_NUMBER, of a JSON_BOOL. */
double json_double(const struct json *v);
bool json_is_true(const struct json *v);

#endif
