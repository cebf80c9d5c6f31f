/* made - small whole profiles for tests, faultless but for what a test changes. */
#ifndef HOLOS_TESTS_MADE_H
#define HOLOS_TESTS_MADE_H

#include "base/arena.h"

/* The JSON of a good profile with the member `name` (or the phrase "say.x") replaced by the JSON
 * `value`; "" leaves it out; a name that is not known is added. */
const char *made_profile(struct arena *a, const char *name, const char *value);

#endif
