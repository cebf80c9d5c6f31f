/* said - texts with figures and how they are read aloud, for the tests of each language. */
#ifndef HOLOS_TESTS_SAID_H
#define HOLOS_TESTS_SAID_H

#include <stddef.h>
#include "base/arena.h"

struct said {
    const char *text, *spoken;
};

/* How the text is said in that language. All of these fail the test. */
const char *said_of(struct arena *a, const char *language, const char *text);

/* Every text is said as it says there. */
void said_each(const char *language, const struct said *cases, size_t n);

/* It is said the same between these words, which themselves stay as they are. */
void said_inside(const char *language, const char *before, const char *after,
                 const struct said *cases, size_t n);

/* What is said already is not changed by saying it again. */
void said_again(const char *language, const struct said *cases, size_t n);

#endif
