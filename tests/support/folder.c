#include "tests/support/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    abort();
}

void folder_make(struct folder *f)
{
    const char *tmp = getenv("TMPDIR");

    *f = (struct folder){0};
    int n = snprintf(f->path, sizeof f->path, "%s/holos-test.XXXXXX",
                     tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
    if (n < 0 || (size_t)n >= sizeof f->path || mkdtemp(f->path) == NULL)
        die(f->path);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void folder_remove(struct folder *f)
{
    if (nftw(f->path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        die(f->path);
}

const char *folder_path(struct folder *f, const char *name)
{
    char *out = f->joined[f->next++ % 4];

    size_t folder = strlen(f->path);
    size_t own = strlen(name);
    if (folder + 1 + own >= sizeof f->joined[0])
        die(name);
    memcpy(out, f->path, folder);
    out[folder] = '/';
    memcpy(out + folder + 1, name, own + 1);
    return out;
}

const char *folder_write(struct folder *f, const char *name, const void *data, size_t n)
{
    const char *path = folder_path(f, name);

    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n || close(fd) != 0)
        die(path);
    return path;
}

int folder_count(const struct folder *f)
{
    int n = 0;

    DIR *d = opendir(f->path);
    if (d == NULL)
        die(f->path);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}
