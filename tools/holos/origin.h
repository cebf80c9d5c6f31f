/* origin - private to tools/holos: settings that the tool reads for itself, and from where. */
#ifndef HOLOS_ORIGIN_H
#define HOLOS_ORIGIN_H

#include "base/err.h"
#include "base/settings.h"

/* Puts a setting into the environment, where settings_load finds it, unless it is there already.
 * `from` must stay. ERR_MEMORY. */
enum err origin_put(const char *name, const char *value, const char *from) must_check;

/* Where its value comes from: "default", "the environment", "credential", or the `from` of
 * origin_put. */
const char *origin_of(enum setting s);

/* Where what was given comes from, also when it is not allowed and so not the value. */
const char *origin_given(enum setting s);

#endif
