/* file - whole files, read with a limit and replaced so that no reader ever sees half of one. */
#ifndef HOLOS_BASE_FILE_H
#define HOLOS_BASE_FILE_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

/* Reads all of `path`; the bytes are followed by a NUL that `ret_len` does not count.
 * ERR_NOT_FOUND, ERR_TOO_BIG over `max`, ERR_IO, ERR_MEMORY. */
enum err file_read(struct arena *a, const char *path, size_t max, char **ret, size_t *ret_len,
                   struct why *why) must_check;

/* Writes a new file beside `path` and renames it over. Mode 0600. ERR_DISK when full, ERR_IO. */
enum err file_replace(const char *path, const void *data, size_t n, struct why *why) must_check;

/* Makes the directory and its parents, mode 0700 for those it makes. ERR_EXISTS when something else
 * stands there, ERR_DISK, ERR_IO. */
enum err file_make_directory(const char *path, struct why *why) must_check;

/* How much of the disk that holds `path` is free, in percent rounded up; 100 if it cannot be told. */
int file_disk_free(const char *path);

#endif
