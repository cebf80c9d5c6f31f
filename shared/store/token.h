/* token - an access token that all workers share, in the file "<store>-token" (mode 0600).
 *
 * It is not in the store itself, because no backup must hold a key to another service. One worker
 * renews it; the others wait, or go on with the old one while that is still good. The worker
 * that holds HOLD_TOKEN (store_hold) renews. */
#ifndef HOLOS_STORE_TOKEN_H
#define HOLOS_STORE_TOKEN_H

#include "store/store.h"

#define TOKEN_MAX ((size_t)16 * 1024) /* bytes of the file */

struct token {
    const char *owner; /* whose token: any text that changes with the key file; not secret */
    const char *value;
    int64_t renew_ms; /* from then on the next worker renews it; UTC ms */
    int64_t until_ms; /* it is good until then */
};

/* ERR_NOT_FOUND: none, unreadable, damaged, another owner's, or no longer good at now_ms. */
enum err token_load(const struct store *s, struct arena *a, const char *owner, int64_t now_ms,
                    struct token *ret) must_check;

/* Replaces it, for every worker. ERR_DISK, ERR_IO, ERR_MEMORY; ERR_TOO_BIG. */
enum err token_save(const struct store *s, struct arena *a, const struct token *t,
                    struct why *why) must_check;

/* The vendor no longer takes this one: removes it if it is still the stored one. */
void token_drop(const struct store *s, struct arena *a, const struct token *t);

#endif
