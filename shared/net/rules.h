/* Private to net/: what may be sent, and where to. Pure. */
#ifndef HOLOS_NET_RULES_H
#define HOLOS_NET_RULES_H

#include "net/http.h"

/* May a request go there? https to any host, http to loopback alone. ERR_VALUE. */
enum err rules_url(const char *scheme, const char *host, struct why *why) must_check;

/* Is each a "Name: value" in one line, and the type, too? A line end in a header would be a header
 * of somebody else's. ERR_VALUE. */
enum err rules_headers(const struct http_request *req, struct why *why) must_check;

/* The path in "unix:/path"; NULL for "" and NULL: no egress. ERR_CONFIG. */
enum err rules_egress(const char *setting, const char **ret, struct why *why) must_check;

#endif
