/* A consistent copy of the store, made while it is in use. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/inside.h"

static enum err fail(const char *doing, const char *path, struct why *why)
{
    int e = errno;
    enum err err = e == EEXIST                                ? ERR_EXISTS
                   : e == ENOSPC || e == EDQUOT || e == EROFS ? ERR_DISK
                   : e == ENOENT || e == ENOTDIR              ? ERR_NOT_FOUND
                                                              : ERR_IO;
    return why_set(why, err, "unable to %s %s: %s", doing, path, strerror(e));
}

static enum err sync_path(const char *path, int flags, struct why *why)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        return fail("open", path, why);
    int rc = fsync(fd);
    enum err e = rc == 0 ? ERR_OK : fail("write", path, why);
    (void)close(fd);
    return e;
}

static enum err sync_folder_of(const char *path, struct why *why)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return sync_path(".", O_RDONLY | O_DIRECTORY, why);
    size_t n = slash == path ? 1 : (size_t)(slash - path);
    assert(n < sizeof folder); /* a longer path did not open */
    memcpy(folder, path, n);
    folder[n] = '\0';
    return sync_path(folder, O_RDONLY | O_DIRECTORY, why);
}

/* With the journal that SQLite leaves when it cannot remove it itself. */
static void remove_copy(const char *path)
{
    char journal[PATH_MAX + sizeof "-journal"];

    (void)snprintf(journal, sizeof journal, "%s-journal", path);
    (void)unlink(journal);
    (void)unlink(path);
}

enum err store_backup(struct store *s, const char *to, struct deadline d, struct why *why)
{
    char beside[PATH_MAX];

    assert(!s->writing);
    if (access(to, F_OK) == 0)
        return why_set(why, ERR_EXISTS, "%s exists already", to);
    int n = snprintf(beside, sizeof beside, "%s.XXXXXX", to);
    if (n < 0 || (size_t)n >= sizeof beside)
        return why_set(why, ERR_VALUE, "the path of the backup is too long");
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return fail("create", beside, why);
    (void)close(fd);
    enum err e = db_copy(s->db, beside, d, why);
    if (e == ERR_OK)
        e = sync_path(beside, O_RDONLY, why);
    /* The name appears only with the whole copy, and never over another file. */
    if (e == ERR_OK && link(beside, to) != 0)
        e = fail("create", to, why);
    remove_copy(beside);
    if (e != ERR_OK)
        return e;
    e = sync_folder_of(to, why);
    if (e != ERR_OK) /* it may be gone after a power cut: no backup */
        (void)unlink(to);
    return e;
}
