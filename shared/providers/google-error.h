/* google-error - what a Google API means by an answer that is not 2xx. Private to vendors/.
 *
 * The body is a google.rpc.Status in JSON, or whatever a front end writes (HTML, nothing). */
#ifndef HOLOS_PROVIDERS_GOOGLE_ERROR_H
#define HOLOS_PROVIDERS_GOOGLE_ERROR_H

#include "net/http.h"
#include "providers/verdict.h"

/* Fills the verdict and the sentence; `api` begins it ("Google's speech recognition"). Returns
 * ERR_CONFIG for VERDICT_OPERATOR, ERR_TOO_BIG for a request over a size or length, ERR_FORMAT for
 * sound that is not taken, ERR_MEMORY, else ERR_PEER. */
enum err google_error_read(struct arena *a, const struct http_reply *reply, const char *api,
                           struct verdict *ret_verdict, struct why *why) must_check;

/* The same for a 200 that is no answer of this API. */
enum err google_error_odd(const char *api, const char *what, struct verdict *ret_verdict,
                          struct why *why) must_check;

#endif
