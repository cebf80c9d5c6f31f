/* engine - answers FastCGI requests with one handler until the process is told to leave. */
#ifndef HOLOS_SERVE_ENGINE_H
#define HOLOS_SERVE_ENGINE_H

#include <stdbool.h>
#include "serve/handler.h"

/* Is standard input a listening socket, as spawn-fcgi and systemd give it? */
bool engine_has_socket(void);

/* Serves on standard input. Returns ERR_OK when it was asked to stop, or has served or grown
 * enough; ERR_CONFIG when standard input is not a listening socket; ERR_IO when callers can no longer
 * be accepted. Settings must be loaded. */
enum err engine_run(const struct handler *h, struct why *why) must_check;

#endif
