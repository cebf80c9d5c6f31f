/* server - private to tools/holos: the settings of a server, when the tool is an installed one.
 *
 * systemd gives the routes the lines of /etc/holos/holos.env and, to each its own, the files of
 * /etc/holos/credentials. An installed tool reads the same: the secrets as far as its user may, so
 * as root all of them. HOLOS_ETC names another folder than /etc/holos. */
#ifndef HOLOS_SERVER_H
#define HOLOS_SERVER_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct server {
    const char *env;         /* "/etc/holos/holos.env" */
    const char *credentials; /* "/etc/holos/credentials" */
    const char *env_fault;   /* NULL; why not all of it holds: systemd ignores such lines, too */
    bool secrets_hidden;     /* this user may not read the credentials */
};

/* Puts the server's settings into the environment: what is there already wins, then a credential,
 * then a line of holos.env. What cannot be read is left out and noted. ERR_MEMORY. */
enum err server_settings(struct arena *a) must_check;

/* What was read; NULL: the tool is not an installed one. */
const struct server *server_read(void);

#endif
