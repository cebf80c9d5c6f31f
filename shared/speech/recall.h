/* recall - the last sounds a worker sent, whole, in its memory.
 *
 * A greeting is the same a thousand times: its sentences need not be read from the phrase cache,
 * joined and hashed each time. What is kept here is only what the phrase cache gave, under a key
 * that names everything that shaped it (the words, the voice), so nothing in here can be out of
 * date. It lives as long as the process; a sound that has gone is made again from the cache.
 *
 * Bounded by RECALL_BYTES, keys and all: whatever was asked for longest ago goes first. */
#ifndef HOLOS_SPEECH_RECALL_H
#define HOLOS_SPEECH_RECALL_H

#include <stddef.h>
#include <stdint.h>
#include "base/digest.h"

#define RECALL_BYTES ((size_t)192 * 1024) /* a dozen seconds at 8 kHz */
#define RECALL_SLOTS 8

struct recalled {
    const char *wav; /* a whole file */
    size_t len;
    char sha256[DIGEST_HEX]; /* of it */
};

struct recall_slot {
    char *key; /* NULL: the slot is free. The sound lies behind it, in the same piece of memory */
    size_t held;
    uint64_t used; /* the turn at which it was last asked for */
    struct recalled sound;
};

struct recall { /* all zero at first */
    struct recall_slot slot[RECALL_SLOTS];
    size_t held;
    uint64_t turn;
};

/* The sound kept under this key, or NULL. It stays valid until the next recall_keep. */
const struct recalled *recall_find(struct recall *r, const char *key);

/* Copies the sound and keeps it under a key that is not kept yet. NULL if it is too large to be
 * kept, or there is no memory: nothing is lost by that. Else as recall_find. */
const struct recalled *recall_keep(struct recall *r, const char *key, const char *wav, size_t len);

void recall_release(struct recall *r);

#endif
