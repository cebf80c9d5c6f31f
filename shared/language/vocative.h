/* vocative - puts a name into the form in which a person is addressed: "Олена" -> "Олено". Pure.
 *
 * A given name is looked up in the language's table `called`; if it is not there, its ending decides.
 * The first word counts as the given name unless another word is a known one. Surnames and names
 * with foreign letters stay in the nominative: that is correct in speech, a wrong vocative is not. */
#ifndef HOLOS_LANGUAGE_VOCATIVE_H
#define HOLOS_LANGUAGE_VOCATIVE_H

#include "base/arena.h"
#include "language/language.h"

/* Changes each word of the name. With `l` NULL the name stays as it is. Returns NULL if there is no
 * memory. */
const char *vocative(struct arena *a, const struct language *l, const char *name);

#endif
