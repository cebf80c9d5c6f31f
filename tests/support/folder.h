/* folder - a temporary folder of a test, and small files in it. */
#ifndef HOLOS_TESTS_FOLDER_H
#define HOLOS_TESTS_FOLDER_H

#include <stddef.h>

struct folder {
    char path[512];
    char joined[4][1024]; /* the last paths handed out */
    unsigned next;
};

/* Makes a folder of its own below $TMPDIR or /tmp; ends the test program if that fails. */
void folder_make(struct folder *f);

/* Removes it with everything in it. */
void folder_remove(struct folder *f);

/* The path of `name` inside; valid for three further calls. */
const char *folder_path(struct folder *f, const char *name);

/* Writes a file inside; returns its path. */
const char *folder_write(struct folder *f, const char *name, const void *data, size_t n);

/* Number of entries, "." and ".." not counted. */
int folder_count(const struct folder *f);

#endif
