/* binotel-access - who may call the routes of Binotel and of gateways that speak as it does.
 *
 * With none of HOLOS_WEBHOOK_SECRET, BINOTEL_ALLOW_IPS and BINOTEL_SIGNATURE_KEY set, this machine
 * alone. Else in this order: TELEPHONY_ENABLED, HOLOS_WEBHOOK_SECRET, BINOTEL_ALLOW_IPS, X-Binotel-Signature
 * under BINOTEL_SIGNATURE_KEY, BINOTEL_COMPANY_ID. In the list of addresses the word "binotel" is
 * every address Binotel is known to call from. All but the last come before the body is parsed. The
 * company is written in the body: a body that names none, or cannot be read, passes that check. */
#ifndef HOLOS_LINES_BINOTEL_ACCESS_H
#define HOLOS_LINES_BINOTEL_ACCESS_H

#include "serve/access.h"

extern const struct access binotel_access;

/* What callers from elsewhere prove themselves by: "secret", "addresses", "signature"; "": nothing
 * is set, and only this machine may call. */
const char *binotel_callers(void);

#endif
