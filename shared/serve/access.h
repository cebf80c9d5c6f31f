/* access - who may call a route, as plain data, and the checks that serve every kind of caller.
 *
 * A route names its struct access. `access_open` asks nothing; `access_local` is for what only the
 * operator may read. Every other one belongs to a line and stands beside it
 * (lines/binotel-access.h): which secret, address or signature a caller must bring is something the
 * line knows. A line without any of them set answers this machine alone. Checks run before the
 * handler, whatever the method. */
#ifndef HOLOS_SERVE_ACCESS_H
#define HOLOS_SERVE_ACCESS_H

#include <stdbool.h>
#include "base/err.h"
#include "serve/request.h"
#include "serve/response.h"

struct access {
    /* Each path of the route is also answered with '/' and one more segment behind it. That segment
     * is the secret: it is cut off the path and put into request.path_secret. */
    bool path_secret;
    /* May this request come in? ERR_FORBIDDEN (why: which check, never the value), ERR_CLOSED (why:
     * what the operator has to set), ERR_NOT_FOUND if what it asks for is switched off, ERR_MEMORY.
     * NULL: anybody may. */
    enum err (*check)(const struct request *request, struct why *why);
    /* Can the settings of the checks be read? Asked once, as the route starts. ERR_CONFIG. NULL:
     * there are none. */
    enum err (*check_settings)(struct why *why);
};

extern const struct access access_open;  /* anybody may call */
extern const struct access access_local; /* this machine, or with the secret in ?secret= */

/* Does the request come from this machine? Not if a proxy or tunnel on it says that it passes the
 * request on (X-Forwarded-For): then anybody may have sent it. */
bool access_is_local(const struct request *request);

/* access_local's check. ERR_FORBIDDEN: a wrong secret; ERR_CLOSED. */
enum err access_check_local(const struct request *request, struct why *why) must_check;

/* HOLOS_WEBHOOK_SECRET: behind the path, or in ?secret=; if both are there, the one behind the path
 * counts. ERR_FORBIDDEN; ERR_NOT_FOUND if something follows the path and no secret is set. */
enum err access_check_secret(const struct request *request, struct why *why) must_check;

/* Is `address` (v4, v6, or v4 in ::ffff:) in a comma-separated list of addresses and CIDR networks?
 * An entry that cannot be read matches no address. */
bool access_listed(const char *address, const char *list);

/* Is this word an entry of the list? A line has a word for all addresses of its own. */
bool access_list_has(const char *list, const char *word);

/* Is the address one of those from `first` to `last`? */
bool access_in_range(const char *address, const char *first, const char *last);

/* Can every entry of the list be read, but for the line's own word? ERR_CONFIG: why names the
 * setting and the entry. */
enum err access_check_list(const char *setting, const char *list, const char *word,
                           struct why *why) must_check;

/* Writes the caller's address into the log line of a refusal. */
void access_note(const struct request *request, struct response *response);

#endif
