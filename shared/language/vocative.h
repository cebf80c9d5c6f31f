/* vocative - a name as one calls somebody by it: "Олена" -> "Олено". Pure.
 *
 * By the language's table `called`, and a given name that is not in it by its ending. The first
 * word is taken for the given name, unless another one is known as such. Surnames, and names with
 * letters that are not the language's, stay as they are: a nominative is no mistake in speech, a
 * wrong vocative is. */
#ifndef HOLOS_LANGUAGE_VOCATIVE_H
#define HOLOS_LANGUAGE_VOCATIVE_H

#include "base/arena.h"
#include "language/language.h"

/* The name, word by word. `l` may be NULL. NULL when the arena refuses. */
const char *vocative(struct arena *a, const struct language *l, const char *name);

#endif
