/* vocative - a name as one calls somebody by it: "Олена" -> "Олено". Pure.
 *
 * By the language's table `called`. A name that is not in it, and one with letters that text_fold
 * takes away, stays as it is. */
#ifndef HOLOS_LANGUAGE_VOCATIVE_H
#define HOLOS_LANGUAGE_VOCATIVE_H

#include "base/arena.h"
#include "language/language.h"

/* The name, word by word. `l` may be NULL. NULL when the arena refuses. */
const char *vocative(struct arena *a, const struct language *l, const char *name);

#endif
