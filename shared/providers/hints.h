/* hints - the phrases a recogniser is told to expect. Private to vendors/. */
#ifndef HOLOS_PROVIDERS_HINTS_H
#define HOLOS_PROVIDERS_HINTS_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct hints {
    const char **text;
    size_t n;
};

/* The first of each that differs (folded), none of them empty or over GOOGLE_STT_HINT_CHARS, as many
 * as Google's bounds allow. ERR_MEMORY. */
enum err hints_choose(struct arena *a, const char *const *text, size_t n,
                      struct hints *ret) must_check;

#endif
