#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"

static enum err of_errno(int e)
{
    switch (e) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return ERR_DISK;
    case ENOMEM:
        return ERR_MEMORY;
    default:
        return ERR_IO;
    }
}

static enum err fail(struct why *why, const char *doing, const char *path)
{
    int e = errno;
    return why_set(why, of_errno(e), "unable to %s %s: %s", doing, path, strerror(e));
}

static enum err read_all(int fd, const char *path, struct buf *out, struct why *why)
{
    char piece[16 * 1024];

    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n == 0)
            return ERR_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(why, "read", path);
        buf_put(out, piece, (size_t)n);
        if (buf_err(out) == ERR_TOO_BIG)
            return why_set(why, ERR_TOO_BIG, "%s is larger than %zu bytes", path, out->max);
        if (buf_err(out) != ERR_OK)
            return buf_err(out);
    }
}

enum err file_read(struct arena *a, const char *path, size_t max, char **ret, size_t *ret_len,
                   struct why *why)
{
    struct buf out;
    struct stat st;

    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(why, "open", path);
    buf_init(&out, a, max);
    enum err e = ERR_OK;
    if (fstat(fd, &st) == 0 && st.st_size > 0 && (size_t)st.st_size <= max)
        e = buf_reserve(&out, (size_t)st.st_size);
    if (e == ERR_OK)
        e = read_all(fd, path, &out, why);
    (void)close(fd);
    if (e != ERR_OK)
        return e;
    buf_puts(&out, "");
    if (buf_err(&out) != ERR_OK)
        return buf_err(&out);
    *ret = out.data;
    *ret_len = out.len;
    return ERR_OK;
}

static enum err write_all(int fd, const char *data, size_t n, const char *path, struct why *why)
{
    while (n > 0) {
        ssize_t put = write(fd, data, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return fail(why, "write", path);
        data += put;
        n -= (size_t)put;
    }
    return ERR_OK;
}

enum err file_replace(const char *path, const void *data, size_t n, struct why *why)
{
    char beside[4096];

    int len = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof beside)
        return why_set(why, ERR_VALUE, "a path is too long");
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return fail(why, "create", beside);
    enum err e = write_all(fd, data, n, beside, why);
    if (close(fd) != 0 && e == ERR_OK)
        e = fail(why, "close", beside);
    if (e == ERR_OK && rename(beside, path) != 0)
        e = fail(why, "rename", beside);
    if (e != ERR_OK)
        (void)unlink(beside);
    return e;
}

static enum err make_one(const char *path, struct why *why)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return ERR_OK;
    if (errno != EEXIST)
        return fail(why, "make the folder", path);
    if (stat(path, &st) != 0)
        return fail(why, "look at", path);
    if (!S_ISDIR(st.st_mode))
        return why_set(why, ERR_EXISTS, "%s exists and is not a folder", path);
    return ERR_OK;
}

enum err file_make_directory(const char *path, struct why *why)
{
    char part[4096];
    size_t n = strlen(path);

    if (n == 0 || n >= sizeof part)
        return why_set(why, ERR_VALUE, "a path is empty or too long");
    memcpy(part, path, n + 1);
    for (char *p = part + 1; p <= part + n; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char c = *p;
        *p = '\0';
        enum err e = make_one(part, why);
        if (e != ERR_OK)
            return e;
        *p = c;
    }
    return ERR_OK;
}

int file_disk_free(const char *path)
{
    struct statvfs v;

    if (statvfs(path, &v) != 0 || v.f_blocks == 0 || v.f_bavail >= v.f_blocks)
        return 100;
    return (int)((v.f_bavail * 100 + v.f_blocks - 1) / v.f_blocks);
}
