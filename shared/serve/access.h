/* access - who may call (http-contract.md): every check is off until its setting is given.
 *
 * For ACCESS_BINOTEL: TELEPHONY_ENABLED, HOLOS_WEBHOOK_SECRET, BINOTEL_ALLOW_IPS,
 * X-Binotel-Signature under BINOTEL_SIGNATURE_KEY, BINOTEL_COMPANY_ID. They come in this order and
 * before the body is parsed, but for the company, which is written in the body: a body that names
 * no company, or cannot be read, passes that check.
 *
 * The secret stands behind the route's path, as a segment of its own, or in ?secret=; when both are
 * there the segment counts. A segment where no secret is set is a path that is not there. */
#ifndef HOLOS_SERVE_ACCESS_H
#define HOLOS_SERVE_ACCESS_H

#include <stdbool.h>
#include "serve/handler.h"

/* ERR_FORBIDDEN (why: which check, never the value), ERR_NOT_FOUND when telephony is switched off or
 * something follows the path that is no secret, ERR_MEMORY. */
enum err access_check(enum handler_access access, const struct request *request,
                      struct why *why) must_check;

/* Writes the caller's address into the log line of a refusal. */
void access_note(const struct request *request, struct response *response);

/* Is `address` (v4, v6, or v4 in ::ffff:) in a comma-separated list of addresses, CIDR networks and
 * the word "binotel", which is every address Binotel is known to call from? An entry that cannot be
 * read matches nobody. */
bool access_address_listed(const char *address, const char *list);

/* Can every entry of BINOTEL_ALLOW_IPS be read? ERR_CONFIG: why says which one not. */
enum err access_check_settings(struct why *why) must_check;

#endif
