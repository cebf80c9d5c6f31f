/* service-near - private to service-match: words that are nearly a stem. */
#ifndef HOLOS_BUSINESS_SERVICE_NEAR_H
#define HOLOS_BUSINESS_SERVICE_NEAR_H

#include "business/service-match.h"

#define SERVICE_NEAR 8 /* stems that one word may stand for, in all languages */

/* For each word of the line the stems that it stands for though it does not begin so. */
struct service_near {
    const char *stem[SAID_WORDS][SERVICE_NEAR];
};

/* `known`: words that are some stem as they are. ERR_MEMORY. */
enum err service_near_read(struct arena *a, const struct service_line *line,
                           const bool known[static SAID_WORDS],
                           struct service_near *ret) must_check;

#endif
