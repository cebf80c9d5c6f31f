/* routes - every route's struct handler in one NULL-terminated table, made by the build from the
 * files in handlers/. For `holos routes` and the tests; a route's own program links only itself. */
#ifndef HOLOS_SERVE_ROUTES_H
#define HOLOS_SERVE_ROUTES_H

#include "serve/handler.h"

extern const struct handler *const routes[];

#endif
