/* replies - private to store/: a delivery's reply, stored as its text and its sounds.
 *
 * The text is kept as it is, the sounds apart from it and each once, named by the SHA-256 of its
 * bytes: a greeting costs its megabyte the first time only. */
#ifndef HOLOS_STORE_REPLIES_H
#define HOLOS_STORE_REPLIES_H

#include "store/delivery.h"

/* Stores the sounds of a reply. Needs the open transaction. */
enum err reply_store_sounds(struct store *s, int64_t delivery_id, const struct body *b,
                            struct why *why) must_check;

/* Loads a finished reply. ERR_NOT_FOUND: there is none, or it is not finished. */
enum err reply_load(struct store *s, struct arena *a, int64_t delivery_id,
                    struct delivery_reply **ret, struct why *why) must_check;

/* Deletes up to STORE_SOUNDS sounds that no delivery needs. */
enum err reply_sweep_sounds(struct store *s, int64_t *ret_n, struct why *why) must_check;

#endif
