/* google-session - one Google account for all workers: its token asked for once, kept, renewed early.
 *
 * The token lives in the file beside the store (store/token.h). A worker that finds it due for
 * renewal renews it if nobody else does; the others go on with the old one while that is good, and
 * wait for the renewal when it no longer is. A renewal that fails while the old one is good is tried
 * once and then left alone for a while, by all workers: no turn waits for it. Where there are no
 * credentials but an API key, the key
 * is shown instead and nothing is ever asked. */
#ifndef HOLOS_PROVIDERS_GOOGLE_SESSION_H
#define HOLOS_PROVIDERS_GOOGLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/digest.h"
#include "net/http.h"
#include "store/token.h"
#include "providers/google.h"
#include "providers/verdict.h"

/* google-token - an access token for a service account (RFC 7523, JWT bearer). Pure: the request is
 * filled, the answer is read; who sends it, keeps the token and renews it is another's business. */

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

#define GOOGLE_SESSION_EARLY_S 300 /* renewed so long before its end */
#define GOOGLE_SESSION_AGAIN_S 30  /* tried again so long after a renewal that failed early */
/* A request may be refused for its token twice: this worker's, and then the one that another worker has
 * stored. The third is sent with a new one. */
#define GOOGLE_SESSION_TRIES 3

struct google_session {
    struct google_credentials *credentials; /* NULL: none */
    const char *api_key;                    /* "" : none */
    struct http *http;                      /* to be set before the first access */
    struct store *store;
    char owner[DIGEST_HEX]; /* of the token: changes with the key file; "" before the first use */
    struct arena arena;     /* of the token this process knows */
    struct token token;     /* value NULL: none known */
    struct why shut;        /* why the credentials could not be opened; "" if they could */
};

/* Opens what the settings name; `path` and `api_key` may be "". Never fails: what is wrong with the
 * file stands in `shut`, and google_session_on is then false unless there is a key. */
void google_session_open(struct google_session *g, const char *path, const char *api_key,
                         struct store *store);
void google_session_close(struct google_session *g);

/* Is there anything to show? */
bool google_session_on(const struct google_session *g);

/* Will google_session_access need neither the network nor the store? */
bool google_session_is_ready(const struct google_session *g);

/* What the next request shows; valid as long as `a`. May wait for the token until the deadline; unless
 * it is ready, no transaction may be open. ERR_CONFIG: nothing to show, or the account is refused; ERR_PEER,
 * ERR_DEADLINE: the token's server. *ret_verdict is filled on failure too. */
enum err google_session_access(struct google_session *g, struct arena *a, struct deadline d,
                               struct google_access *ret, struct verdict *ret_verdict,
                               struct why *why) must_check;

/* The vendor did not take the token (VERDICT_RENEW): the next access asks for a new one. `shown` is the
 * one that was not taken, NULL the one that is held: of several requests that are refused together, the
 * first drops it, and the others' is no longer the one that is held. */
void google_session_refused(struct google_session *g, const char *shown);

#endif
