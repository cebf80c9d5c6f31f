/* vocative - a Ukrainian name as one calls somebody by it: "Олена" -> "Олено". Pure.
 *
 * Given names of a table, and patronymics; every other word, surnames among them, stays as it is: a
 * nominative is no mistake in speech, a wrong vocative is. */
#ifndef HOLOS_LANGUAGE_VOCATIVE_H
#define HOLOS_LANGUAGE_VOCATIVE_H

#include "base/arena.h"

/* The name, word by word. NULL when the arena refuses. */
const char *vocative(struct arena *a, const char *name);

#endif
