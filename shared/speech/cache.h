/* cache - the phrase cache: finished sounds on disk, by the hash of what shaped them.
 *
 * One file per phrase, two-letter folders, written beside and renamed, so that several workers
 * share it. A hit renews the file's time (at most once an hour); a put that passes the cap deletes
 * the longest unused first, down to nine tenths. A file that is not a whole WAV is deleted and is
 * a miss. */
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

enum err cache_put(const char *folder, const char hash[static DIGEST_HEX], const void *data,
                   size_t n, int64_t max_bytes) must_check;

/* Deletes the longest unused until at most `max_bytes` are held; returns what is held then. */
int64_t cache_trim(const char *folder, int64_t max_bytes);

#endif
