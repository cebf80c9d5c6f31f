/* cache - the phrase cache: finished sounds on disk. The key is a hash of the text and the voice.
 *
 * Each phrase is one file in a folder of two letters. A file is written under another name and then
 * renamed, so several workers can share the cache. A hit updates the file's time, at most once an
 * hour. A put that passes the size limit deletes the files that were not used for the longest time,
 * until nine tenths of the limit are left. A file that is not a complete WAV is deleted and counts
 * as a miss.
 *
 * To know the size of the cache, a process has to look at every file: 10 ms for a few thousand. So
 * it looks only once it has put its share of the free space, or CACHE_SHARE_LEAST of the limit if
 * that is more. Until then the cache may be larger than the limit. */
#ifndef HOLOS_SPEECH_CACHE_H
#define HOLOS_SPEECH_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"

/* `call_id` says which calls may use a sound. CACHE_SHARED: all of them. The id of a call: only that
 * call, because a model wrote the words or they repeat what the caller said. Such a sound is deleted
 * when the call has ended (cache_keep_calls). The id stands at the end of the file's name. */
#define CACHE_SHARED INT64_C(0)

/* ERR_NOT_FOUND is a miss; `hash` is hex. */
enum err cache_get(struct arena *a, const char *folder, const char hash[static DIGEST_HEX],
                   int64_t call_id, char **ret, size_t *ret_len) must_check;

/* How much this process may put before it looks at the folder again; all zero at first. */
struct cache_room {
    int64_t left;
};

#define CACHE_SHARE       16  /* of what is free: one part */
#define CACHE_SHARE_LEAST 256 /* of the cap: one part */

/* `room` NULL: looks every time. ERR_TOO_BIG: larger than the cap; ERR_IO, ERR_DISK. */
enum err cache_put(const char *folder, const char hash[static DIGEST_HEX], int64_t call_id,
                   const void *data, size_t n, int64_t max_bytes,
                   struct cache_room *room) must_check;

/* Deletes the longest unused until at most `max_bytes` are held; returns what is held then. */
int64_t cache_trim(const char *folder, int64_t max_bytes);

/* Deletes what was not used since `before_ms` (UTC); a use is noted to the hour. INT64_MAX: all.
 * ERR_IO: something could not be deleted; ERR_MEMORY. */
enum err cache_forget(const char *folder, int64_t before_ms, struct why *why) must_check;

/* Deletes the sounds of every call but these. The errors of cache_forget. */
enum err cache_keep_calls(const char *folder, const int64_t *call_ids, size_t n,
                          struct why *why) must_check;

/* cache_recent - the last sounds a worker sent, whole, in its memory.
 *
 * A greeting is the same a thousand times: its sentences need not be read from the phrase cache,
 * joined and hashed each time. What is kept here is only what the phrase cache gave, under a key
 * that names everything that shaped it (the words, the voice), so nothing in here can be out of
 * date. It lives as long as the process; a sound that has gone is made again from the cache.
 *
 * Bounded by CACHE_RECENT_BYTES, keys and all: whatever was asked for longest ago goes first. */

#define CACHE_RECENT_BYTES ((size_t)192 * 1024) /* a dozen seconds at 8 kHz */
#define CACHE_RECENT_SLOTS 8

struct cache_sound {
    const char *wav; /* a whole file */
    size_t len;
    char sha256[DIGEST_HEX]; /* of it */
};

struct cache_recent_slot {
    char *key; /* NULL: the slot is free. The sound lies behind it, in the same piece of memory */
    size_t held;
    uint64_t used; /* the turn at which it was last asked for */
    struct cache_sound sound;
};

struct cache_recent { /* all zero at first */
    struct cache_recent_slot slot[CACHE_RECENT_SLOTS];
    size_t held;
    uint64_t turn;
};

/* The sound kept under this key, or NULL. It stays valid until the next cache_recent_keep. */
const struct cache_sound *cache_recent_find(struct cache_recent *r, const char *key);

/* Copies the sound and keeps it under a key that is not kept yet. NULL if it is too large to be
 * kept, or there is no memory: nothing is lost by that. Else as cache_recent_find. */
const struct cache_sound *cache_recent_keep(struct cache_recent *r, const char *key,
                                            const char *wav, size_t len);

void cache_recent_release(struct cache_recent *r);

#endif
