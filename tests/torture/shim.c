/* shim - fails the n-th call of a kind, preloaded into tests/torture/cases.
 *
 * TORTURE_KIND  memory: malloc, calloc, realloc, posix_memalign, aligned_alloc
 *               arena: an allocation of an arena (tests/torture/arena.c asks)
 *               or the name of a group, the first argument of FAIL and REFUSES below
 *               kill: at a system call of any group the process is killed instead; also of
 *               "unlock", which never fails
 * TORTURE_N     which call fails, from 1; 0: none, only count
 * TORTURE_SITE  only calls from this site count: a number that sites.c made of the calls that led
 *               there
 * TORTURE_SITES file to which every site is written at exit, with how often it was passed
 * TORTURE_TRACE file to which the calls are written that led to the one that failed
 * TORTURE_HELD  file to which is written who had asked for the memory that is held at exit
 * TORTURE_COUNT file to which the number of calls is written at exit, and that of the pieces of
 *               memory that were then still held
 *
 * Calls count only after the program has called holos_torture_arm(1), a weak symbol that is NULL
 * without the shim. A failed call touches nothing: it fails as the system would fail it. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
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

#include "tests/torture/sites.h"

static const char *kind;
static long fail_at;
static long calls;
static long live; /* pieces of memory */
static bool armed;
static char count_path[512];
static char sites_path[512];
static char trace_path[512];
static char held_path[512];
static uint64_t site;

void holos_torture_arm(int on);
int holos_torture_strikes(const char *of);

void holos_torture_arm(int on)
{
    armed = on != 0;
}

static void write_count(void)
{
    char text[64];

    armed = false;
    if (sites_path[0] != '\0')
        sites_write(sites_path);
    if (held_path[0] != '\0')
        sites_write_held(held_path);
    if (count_path[0] == '\0')
        return;
    int fd = open(count_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int n = snprintf(text, sizeof text, "%ld %ld\n", calls, live);
    if (fd >= 0 && write(fd, text, (size_t)n) == n)
        (void)close(fd);
}

static void take_path(const char *name, char ret[static 512])
{
    const char *path = getenv(name);

    if (path != NULL && strlen(path) < 512)
        memcpy(ret, path, strlen(path) + 1);
}

__attribute__((constructor)) static void begin(void)
{
    const char *n = getenv("TORTURE_N");
    const char *at = getenv("TORTURE_SITE");
    void *here[1];

    (void)backtrace(here, 1); /* it keeps memory of its own the first time */
    kind = getenv("TORTURE_KIND");
    fail_at = n == NULL ? 0 : strtol(n, NULL, 10);
    site = at == NULL ? 0 : strtoull(at, NULL, 16);
    take_path("TORTURE_COUNT", count_path);
    take_path("TORTURE_SITES", sites_path);
    take_path("TORTURE_TRACE", trace_path);
    take_path("TORTURE_HELD", held_path);
    (void)atexit(write_count);
}

static void write_trace(void)
{
    void *stack[48];

    armed = false;
    int fd = open(trace_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) {
        backtrace_symbols_fd(stack, backtrace(stack, 48), fd);
        (void)close(fd);
    }
    armed = true;
}

static bool is_kind(const char *of)
{
    if (strcmp(kind, "kill") != 0)
        return strcmp(kind, of) == 0;
    return strcmp(of, "memory") != 0 && strcmp(of, "arena") != 0 && strcmp(of, "interrupt") != 0 &&
           strcmp(of, "short") != 0;
}

/* Is this the call that fails? */
static bool strikes(const char *of)
{
    if (!armed)
        return false;
    if (sites_path[0] != '\0')
        sites_note(of);
    if (kind == NULL || !is_kind(of) || (site != 0 && sites_here(of) != site))
        return false;
    if (++calls != fail_at)
        return false;
    if (trace_path[0] != '\0')
        write_trace();
    if (strcmp(kind, "kill") == 0)
        (void)kill(getpid(), SIGKILL);
    return true;
}

int holos_torture_strikes(const char *of)
{
    return strikes(of);
}

/* dlsym gives an object pointer; POSIX promises that it holds a function's address too. */
#define REAL(name, type, ...)                                                                      \
    static type (*real_##name)(__VA_ARGS__);                                                       \
    if (real_##name == NULL) {                                                                     \
        void *found = dlsym(RTLD_NEXT, #name);                                                     \
        memcpy(&real_##name, &found, sizeof found);                                                \
    }

/* ---- memory: glibc's own names need no dlsym, which itself allocates ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

static void *counted(void *p)
{
    live += p != NULL;
    if (held_path[0] != '\0' && p != NULL)
        sites_came(p);
    return p;
}

void free(void *p)
{
    live -= p != NULL;
    if (held_path[0] != '\0')
        sites_went(p);
    __libc_free(p);
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t n)
{
    return strikes("memory") ? no_memory() : counted(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return strikes("memory") ? no_memory() : counted(__libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
    if (strikes("memory"))
        return no_memory();
    void *fresh = __libc_realloc(p, n);
    live += (p == NULL && fresh != NULL) - (p != NULL && n == 0);
    if (held_path[0] != '\0' && (fresh != NULL || n == 0)) {
        sites_went(p);
        if (fresh != NULL)
            sites_came(fresh);
    }
    return fresh;
}

void *aligned_alloc(size_t align, size_t n)
{
    return strikes("memory") ? no_memory() : counted(__libc_memalign(align, n));
}

int posix_memalign(void **ret, size_t align, size_t n)
{
    if (strikes("memory"))
        return ENOMEM;
    *ret = counted(__libc_memalign(align, n));
    return *ret == NULL ? ENOMEM : 0;
}

/* ---- system calls: FAIL(group, function, error) ---- */

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
