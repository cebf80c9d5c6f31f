/* google-session - one Google account for all workers: its token asked for once, kept, renewed
 * early.
 *
 * The token lives in the file beside the store (store/token.h). A worker that finds it due for
 * renewal renews it if no other does; the others go on with the old one while that is good, and
 * wait for the renewal when it no longer is. A renewal that fails while the old one is good is
 * tried once and then left alone for a while, by all workers: no turn waits for it. Where there are
 * no credentials but an API key, the key is shown instead and nothing is ever asked. A process
 * without a store keeps its token to itself. */
#ifndef HOLOS_PROVIDERS_GOOGLE_SESSION_H
#define HOLOS_PROVIDERS_GOOGLE_SESSION_H

#include <stdint.h>
#include "providers/env.h"
#include "providers/google.h"
#include "providers/provider.h"

#define GOOGLE_SESSION_EARLY_S 300 /* renewed so long before its end */
#define GOOGLE_SESSION_AGAIN_S 30  /* tried again so long after a renewal that failed early */

/* GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_API_KEY. A file that cannot be used keeps nothing shut:
 * the account is then not ready. */
extern const struct provider_account google_account;

/* NULL: there is no file, or it cannot be used. */
const struct google_credentials *google_session_credentials(const struct providers *o);

/* What the next request shows; in the turn's arena. May wait for the token until then, and commits
 * (env.h) before it does. ERR_CONFIG: nothing to show, or the account is refused; ERR_PEER,
 * ERR_DEADLINE: the token's server; the store's errors. */
enum err google_session_access(struct env *env, struct deadline until, struct google_access *ret,
                               struct failure *f) must_check;

/* The vendor did not take the token (FAILURE_RENEW): the next access asks for a new one. `shown` is
 * the one that was not taken, NULL the one that is held: of several requests that are refused
 * together, the first drops it, and the others' is no longer the one that is held. `store` may be
 * NULL. */
void google_session_refused(const struct providers *o, struct store *store, const char *shown);

#endif
