/* binotel-access - who may call the routes of Binotel and of gateways that speak as it does.
 *
 * In this order: TELEPHONY_ENABLED; is HOLOS_WEBHOOK_SECRET, BINOTEL_ALLOW_IPS or
 * BINOTEL_SIGNATURE_KEY set (if none is, only this machine may call); the secret; the address;
 * X-Binotel-Signature; BINOTEL_COMPANY_ID. In the list of addresses the word "binotel" is every
 * address Binotel is known to call from. All but the last are checked before the body is parsed. An
 * event must name the company of BINOTEL_COMPANY_ID; a gateway's own body need not. A body that cannot
 * be read passes that check, because no route can read it. */
#ifndef HOLOS_LINES_BINOTEL_ACCESS_H
#define HOLOS_LINES_BINOTEL_ACCESS_H

#include "serve/access.h"

extern const struct access binotel_access;

/* What callers from elsewhere prove themselves by: "secret", "addresses", "signature"; "": nothing
 * is set, and only this machine may call. */
const char *binotel_callers(void);

#endif
