/* google-token - how a service account asks Google for an access token (RFC 7523, JWT bearer): the
 * request and the answer. Pure. A token is good for one scope: that of the speech services, or that
 * of spreadsheets. */
#ifndef HOLOS_PROVIDERS_GOOGLE_TOKEN_H
#define HOLOS_PROVIDERS_GOOGLE_TOKEN_H

#include <stdint.h>
#include "providers/failure.h"
#include "providers/google.h"

#define GOOGLE_SCOPE_CLOUD  "https://www.googleapis.com/auth/cloud-platform"
#define GOOGLE_SCOPE_SHEETS "https://www.googleapis.com/auth/spreadsheets"

#define GOOGLE_TOKEN_SKEW_S 30   /* iat lies so far in the past: a fast clock is forgiven */
#define GOOGLE_TOKEN_LIFE_S 3600 /* exp - iat, the most that is allowed */

struct google_token {
    const char *text;     /* opaque, of any length */
    int64_t expires_in_s; /* from the answer on, at least 1 */
};

/* A new JWT each time (a kept one fails after an hour), for one of the scopes above. `now_s` is wall time, UTC seconds.
 * ERR_CONFIG, ERR_MEMORY. */
enum err google_token_request(struct arena *a, const struct google_credentials *g,
                              const char *scope, int64_t now_s, struct http_request *ret,
                              struct why *why) must_check;

/* ERR_CONFIG with FAILURE_OPERATOR: the clock is wrong, the key is revoked, the account is gone or
 * not known, each its own sentence; else as google_error_read. *ret is untouched on failure. */
enum err google_token_read(struct arena *a, const struct http_reply *reply,
                           struct google_token *ret, struct failure *f) must_check;

#endif
