/* routes-nginx - nginx's locations, written from the handlers themselves: a route's paths, size and
 * time limits are said once, in its struct handler. */
#ifndef HOLOS_SERVE_ROUTES_NGINX_H
#define HOLOS_SERVE_ROUTES_NGINX_H

#include "base/buf.h"
#include "serve/handler.h"

/* One `location =` per path of each route of the NULL-terminated table, each sent to
 * <socket_folder>/<name>.sock. A route whose access takes a secret behind the path gets one
 * `location ^~` more for it (log.conf keeps the secret out of the log). Meant to be included in a
 * server block, beside holos/params.conf. nginx refuses bodies 64 KB above the route's limit, the
 * route itself those just above it; nginx waits 3 s longer than the route's deadline. Settings must
 * be loaded. ERR_TOO_BIG or ERR_MEMORY of `out`. */
enum err routes_write_nginx(struct buf *out, const struct handler *const *routes,
                            const char *socket_folder) must_check;

#endif
