/* cache - the phrase cache: finished sounds on disk, by the hash of what shaped them.
 *
 * One file per phrase, two-letter folders, written beside and renamed, so that several workers
 * share it. A hit renews the file's time (at most once an hour); a put that passes the cap deletes
 * the longest unused first, down to nine tenths. A file that is not a whole WAV is deleted and is
 * a miss.
 *
 * To know what is held, every file has to be looked at: 10 ms for a few thousand. So a process that
 * has looked puts its share of what is free, at least CACHE_SHARE_LEAST of the cap, before it looks
 * again: so far each process may pass the cap until one of them looks. */
#ifndef HOLOS_SPEECH_CACHE_H
#define HOLOS_SPEECH_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"

/* ERR_NOT_FOUND is a miss; `hash` is hex. */
enum err cache_get(struct arena *a, const char *folder, const char hash[static DIGEST_HEX],
                   char **ret, size_t *ret_len) must_check;

/* How much this process may put before it looks at the folder again; all zero at first. */
struct cache_room {
    int64_t left;
};

#define CACHE_SHARE       16  /* of what is free: one part */
#define CACHE_SHARE_LEAST 256 /* of the cap: one part */

/* `room` NULL: looks every time. ERR_TOO_BIG: larger than the cap; ERR_IO, ERR_DISK. */
enum err cache_put(const char *folder, const char hash[static DIGEST_HEX], const void *data,
                   size_t n, int64_t max_bytes, struct cache_room *room) must_check;

/* Deletes the longest unused until at most `max_bytes` are held; returns what is held then. */
int64_t cache_trim(const char *folder, int64_t max_bytes);

#endif
