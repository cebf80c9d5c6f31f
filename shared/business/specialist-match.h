/* specialist-match - which specialist a caller's line names. Pure.
 *
 * By the stems of the catalogue, the most specific set first; else by the words of the name itself,
 * in any case ("до Ірини Василівни"). Of several the first one that was said, but after a
 * correction ("ой, ні") the last. */
#ifndef HOLOS_BUSINESS_SPECIALIST_MATCH_H
#define HOLOS_BUSINESS_SPECIALIST_MATCH_H

#include "business/catalogue.h"
#include "business/said.h"

struct specialist_found {
    int meant, denied;     /* places in the catalogue; -1: none */
    bool used[SAID_WORDS]; /* words that named one of them */
};

/* ERR_MEMORY. */
enum err specialist_match(struct arena *a, const struct said *said, const struct book *book,
                          struct specialist_found *ret) must_check;

#endif
