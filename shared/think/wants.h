/* wants - private to the rules: what of a request was told by now. Pure.
 *
 * A rule names what its request needs (business/profile.h, struct want): a room, an hour, a day. */
#ifndef HOLOS_THINK_WANTS_H
#define HOLOS_THINK_WANTS_H

#include "business/profile.h"

#define WANT_BIT(kind) (1U << (kind))

/* What of it is told in folded words, as bits. `asked` is what the caller was asked for, or
 * WANT__MAX: a number that stands alone is that. */
unsigned wants_told(const char *folded, enum want_kind asked);

/* Do the words tell when, or a number? Then they belong to a wish, whatever was asked. */
bool wants_any(const char *folded);

#endif
