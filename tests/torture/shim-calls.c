/* The system calls that can fail, each as the system would have it fail (shim.c says how). */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/torture/shim.h"

/* dlsym gives an object pointer; POSIX promises that it holds a function's address too. */
#define REAL(name, type, ...)                                                                      \
    static type (*real_##name)(__VA_ARGS__);                                                       \
    if (real_##name == NULL) {                                                                     \
        void *found = dlsym(RTLD_NEXT, #name);                                                     \
        memcpy(&real_##name, &found, sizeof found);                                                \
    }

#define FAIL(group, error, result)                                                                 \
    do {                                                                                           \
        if (strikes(group)) {                                                                      \
            errno = (error);                                                                       \
            return (result);                                                                       \
        }                                                                                          \
    } while (0)

/* No error: the system reads and writes less than was asked for. */
static size_t halved(size_t n)
{
    return n > 1 && strikes("short") ? n / 2 : n;
}

static mode_t mode_of(int flags, va_list ap)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list ap;                                                                                \
        REAL(name, int, const char *, int, ...)                                                    \
        FAIL("open", EMFILE, -1);                                                                  \
        va_start(ap, flags);                                                                       \
        mode_t mode = mode_of(flags, ap);                                                          \
        va_end(ap);                                                                                \
        return real_##name(path, flags, mode);                                                     \
    }
OPEN(open)
OPEN(open64)

/* What the C library's headers make of an open() without a mode. */
int __open_2(const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

#define OPENAT(name)                                                                               \
    int name(int at, const char *path, int flags, ...)                                             \
    {                                                                                              \
        va_list ap;                                                                                \
        REAL(name, int, int, const char *, int, ...)                                               \
        FAIL("open", EMFILE, -1);                                                                  \
        va_start(ap, flags);                                                                       \
        mode_t mode = mode_of(flags, ap);                                                          \
        va_end(ap);                                                                                \
        return real_##name(at, path, flags, mode);                                                 \
    }
OPENAT(openat)
OPENAT(openat64)

#define MKSTEMP(name)                                                                              \
    int name(char *path, int flags)                                                                \
    {                                                                                              \
        REAL(name, int, char *, int)                                                               \
        FAIL("open", ENOSPC, -1);                                                                  \
        return real_##name(path, flags);                                                           \
    }
MKSTEMP(mkostemp)
MKSTEMP(mkostemp64)

FILE *fopen(const char *path, const char *mode)
{
    REAL(fopen, FILE *, const char *, const char *)
    FAIL("open", EMFILE, NULL);
    return real_fopen(path, mode);
}

ssize_t read(int fd, void *to, size_t n)
{
    REAL(read, ssize_t, int, void *, size_t)
    FAIL("read", EIO, -1);
    FAIL("interrupt", EINTR, -1);
    return real_read(fd, to, halved(n));
}

ssize_t write(int fd, const void *from, size_t n)
{
    REAL(write, ssize_t, int, const void *, size_t)
    FAIL("write", ENOSPC, -1);
    FAIL("interrupt", EINTR, -1);
    return real_write(fd, from, halved(n));
}

#define PREAD(name)                                                                                \
    ssize_t name(int fd, void *to, size_t n, off_t at)                                             \
    {                                                                                              \
        REAL(name, ssize_t, int, void *, size_t, off_t)                                            \
        FAIL("read", EIO, -1);                                                                     \
        FAIL("interrupt", EINTR, -1);                                                              \
        return real_##name(fd, to, halved(n), at);                                                 \
    }
PREAD(pread)
PREAD(pread64)

#define PWRITE(name)                                                                               \
    ssize_t name(int fd, const void *from, size_t n, off_t at)                                     \
    {                                                                                              \
        REAL(name, ssize_t, int, const void *, size_t, off_t)                                      \
        FAIL("write", ENOSPC, -1);                                                                 \
        FAIL("interrupt", EINTR, -1);                                                              \
        return real_##name(fd, from, halved(n), at);                                               \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

/* REFUSES(group, errno, result type, result, name, parameters, arguments): the plain ones. */
#define REFUSES(group, error, type, result, name, parameters, arguments)                           \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real_##name) parameters;                                                      \
        if (real_##name == NULL) {                                                                 \
            void *found = dlsym(RTLD_NEXT, #name);                                                 \
            memcpy(&real_##name, &found, sizeof found);                                            \
        }                                                                                          \
        FAIL(group, error, result);                                                                \
        return real_##name arguments;                                                              \
    }

REFUSES("sync", EIO, int, -1, fsync, (int fd), (fd))
REFUSES("sync", EIO, int, -1, fdatasync, (int fd), (fd))
REFUSES("sync", EIO, int, -1, ftruncate, (int fd, off_t n), (fd, n))
REFUSES("sync", EIO, int, -1, ftruncate64, (int fd, off_t n), (fd, n))
REFUSES("name", ENOSPC, int, -1, rename, (const char *a, const char *b), (a, b))
REFUSES("name", ENOSPC, int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
REFUSES("name", EIO, int, -1, unlink, (const char *path), (path))
REFUSES("name", EACCES, int, -1, stat, (const char *path, struct stat *st), (path, st))
REFUSES("name", EIO, int, -1, fstat, (int fd, struct stat *st), (fd, st))
REFUSES("name", EACCES, int, -1, stat64, (const char *path, struct stat64 *st), (path, st))
REFUSES("name", EIO, int, -1, fstat64, (int fd, struct stat64 *st), (fd, st))
REFUSES("name", EIO, int, -1, lstat, (const char *path, struct stat *st), (path, st))
REFUSES("name", EIO, int, -1, lstat64, (const char *path, struct stat64 *st), (path, st))
REFUSES("name", EIO, int, -1, fstatat, (int at, const char *path, struct stat *st, int flags),
        (at, path, st, flags))
REFUSES("name", EACCES, int, -1, access, (const char *path, int how), (path, how))
REFUSES("name", EMLINK, int, -1, link, (const char *a, const char *b), (a, b))
REFUSES("name", EIO, int, -1, unlinkat, (int at, const char *path, int flags), (at, path, flags))
REFUSES("name", EPERM, int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
REFUSES("name", EPERM, int, -1, futimens, (int fd, const struct timespec times[2]), (fd, times))
REFUSES("folder", EMFILE, DIR *, NULL, opendir, (const char *path), (path))
REFUSES("folder", ENOMEM, DIR *, NULL, fdopendir, (int fd), (fd))
REFUSES("folder", EIO, struct dirent *, NULL, readdir, (DIR * d), (d))
REFUSES("process", EINTR, int, -1, ppoll,
        (struct pollfd * fds, nfds_t n, const struct timespec *wait, const sigset_t *mask),
        (fds, n, wait, mask))
REFUSES("process", EINTR, int, -1, waitid, (idtype_t type, id_t id, siginfo_t *info, int how),
        (type, id, info, how))
REFUSES("process", EMFILE, int, -1, pipe2, (int fds[2], int flags), (fds, flags))
REFUSES("process", EAGAIN, int, EAGAIN, posix_spawn,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *fa,
         const posix_spawnattr_t *at, char *const argv[], char *const env[]),
        (pid, path, fa, at, argv, env))
REFUSES("process", EAGAIN, int, EAGAIN, posix_spawnp,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *fa,
         const posix_spawnattr_t *at, char *const argv[], char *const env[]),
        (pid, path, fa, at, argv, env))
REFUSES("process", EAGAIN, int, -1, eventfd, (unsigned n, int flags), (n, flags))
REFUSES("process", EINTR, int, -1, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
REFUSES("process", EINTR, pid_t, -1, waitpid, (pid_t pid, int *status, int how), (pid, status, how))
REFUSES("socket", EMFILE, int, -1, socket, (int domain, int type, int protocol),
        (domain, type, protocol))
REFUSES("socket", EMFILE, int, -1, socketpair, (int domain, int type, int protocol, int fds[2]),
        (domain, type, protocol, fds))
REFUSES("socket", ENETUNREACH, int, -1, connect, (int fd, const struct sockaddr *at, socklen_t n),
        (fd, at, n))
REFUSES("socket", ECONNRESET, int, -1, getpeername, (int fd, struct sockaddr *at, socklen_t *n),
        (fd, at, n))
REFUSES("socket", ENOBUFS, int, -1, getsockname, (int fd, struct sockaddr *at, socklen_t *n),
        (fd, at, n))
REFUSES("socket", ENOBUFS, int, -1, getsockopt,
        (int fd, int level, int name, void *value, socklen_t *n), (fd, level, name, value, n))
REFUSES("socket", ENOBUFS, int, -1, setsockopt,
        (int fd, int level, int name, const void *value, socklen_t n), (fd, level, name, value, n))

ssize_t send(int fd, const void *from, size_t n, int flags)
{
    REAL(send, ssize_t, int, const void *, size_t, int)
    FAIL("socket", EPIPE, -1);
    FAIL("interrupt", EINTR, -1);
    return real_send(fd, from, halved(n), flags);
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
    REAL(recv, ssize_t, int, void *, size_t, int)
    FAIL("socket", ECONNRESET, -1);
    FAIL("interrupt", EINTR, -1);
    return real_recv(fd, to, halved(n), flags);
}

/* Only taking a lock can fail, letting go of one takes no memory; but one may die before. */
int flock(int fd, int how)
{
    REAL(flock, int, int, int)
    FAIL((how & LOCK_UN) == 0 ? "lock" : "unlock", ENOLCK, -1);
    return real_flock(fd, how);
}

REFUSES("map", ENOMEM, void *, MAP_FAILED, mmap,
        (void *at, size_t n, int prot, int flags, int fd, off_t from),
        (at, n, prot, flags, fd, from))
REFUSES("map", ENOMEM, void *, MAP_FAILED, mmap64,
        (void *at, size_t n, int prot, int flags, int fd, off_t from),
        (at, n, prot, flags, fd, from))

/* As Linux has it: whatever close() says, the descriptor is gone. */
int close(int fd)
{
    REAL(close, int, int)
    int rc = real_close(fd);
    FAIL("close", EIO, -1);
    return rc;
}

static bool takes_lock(int command, long argument)
{
    const struct flock *lock = NULL;

    if (command != F_SETLK && command != F_SETLKW && command != F_OFD_SETLK &&
        command != F_OFD_SETLKW)
        return false;
    memcpy(&lock, &argument, sizeof lock);
    return lock->l_type != F_UNLCK;
}

/* Every command of fcntl takes an int, a pointer or nothing: a long carries all three here. */
#define FCNTL(name)                                                                                \
    int name(int fd, int command, ...)                                                             \
    {                                                                                              \
        va_list ap;                                                                                \
        REAL(name, int, int, int, ...)                                                             \
        va_start(ap, command);                                                                     \
        long argument = va_arg(ap, long);                                                          \
        va_end(ap);                                                                                \
        if (takes_lock(command, argument))                                                         \
            FAIL("lock", ENOLCK, -1);                                                              \
        return real_##name(fd, command, argument);                                                 \
    }
FCNTL(fcntl)
FCNTL(fcntl64)
