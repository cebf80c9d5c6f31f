/* env-file - private to tools/holos: a file of NAME=VALUE lines. It is read, never run.
 *
 * One pair of quotes around a value is dropped; empty lines and those that begin with # say
 * nothing. A leading "export " is dropped in a tree's .env, and not allowed in a file that systemd
 * reads (EnvironmentFile=), where ; begins a comment, too. */
#ifndef HOLOS_ENV_FILE_H
#define HOLOS_ENV_FILE_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

enum env_file_kind { ENV_FILE_SHELL, ENV_FILE_SYSTEMD };

struct env_pair {
    const char *name, *value;
};

struct env_file {
    struct env_pair *pair; /* in the file's order */
    size_t n;
    int bad_line; /* the first that is not NAME=VALUE; 0: there is none */
};

/* ERR_NOT_FOUND, ERR_IO, ERR_TOO_BIG, ERR_CONFIG (not a text), ERR_MEMORY. Lives in the arena. */
enum err env_file_read(struct arena *a, const char *path, enum env_file_kind kind,
                       struct env_file *ret, struct why *why) must_check;

#endif
