/* google-token - an access token for a service account (RFC 7523, JWT bearer). Pure: the request is
 * filled, the answer is read; who sends it, keeps the token and renews it is another's business. */
#ifndef HOLOS_VENDORS_GOOGLE_TOKEN_H
#define HOLOS_VENDORS_GOOGLE_TOKEN_H

#include <stdint.h>
#include "net/http.h"
#include "vendors/google.h"
#include "vendors/verdict.h"

#define GOOGLE_TOKEN_SKEW_S 30   /* iat lies so far in the past: a fast clock is forgiven */
#define GOOGLE_TOKEN_LIFE_S 3600 /* exp - iat, the most that is allowed */

struct google_token {
    const char *text;     /* opaque, of any length */
    int64_t expires_in_s; /* from the answer on, at least 1 */
};

/* A new JWT each time (a kept one fails after an hour). `now_s` is wall time, UTC seconds. Deadline,
 * ca_file and stop are the sender's to set. ERR_CONFIG, ERR_MEMORY. */
enum err google_token_request(struct arena *a, const struct google_credentials *g, int64_t now_s,
                              struct http_request *ret, struct why *why) must_check;

/* ERR_CONFIG with VERDICT_OPERATOR: the clock is wrong, the key is revoked, the account is gone or
 * not known, each its own sentence; ERR_PEER with AGAIN (5xx), LATER (429) or BROKEN; ERR_MEMORY.
 * *ret is untouched on failure, *ret_verdict always filled. */
enum err google_token_read(struct arena *a, const struct http_reply *reply,
                           struct google_token *ret, struct verdict *ret_verdict,
                           struct why *why) must_check;

#endif
