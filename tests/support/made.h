/* made - small whole profiles for tests, faultless but for what a test changes. */
#ifndef HOLOS_TESTS_MADE_H
#define HOLOS_TESTS_MADE_H

#include "business/profile.h"

/* The JSON of a good profile with the member `name` (or the phrase "say.x") replaced by the JSON
 * `value`; "" leaves it out; a name that is not known is added. */
const char *made_profile(struct arena *a, const char *name, const char *value);

/* profile_read of a text that stands on no language pack. */
enum err made_read(struct arena *a, const char *name, const char *text, struct profile *ret,
                   struct profile_faults *ret_faults);

/* The language packs of profiles/languages; the test fails if one has a fault. */
const struct profile_packs *made_packs(struct arena *a);

/* A whole file of this tree, as "profiles/salon.json". */
const char *made_file(struct arena *a, const char *path);

/* The profile in a file of this tree, on the packs (which may be NULL); the test fails if it has a
 * fault. */
struct profile made_shipped(struct arena *a, const char *path, const char *name,
                            const struct profile_packs *packs);

#endif
