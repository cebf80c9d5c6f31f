/* shim - fails the n-th call of a kind, preloaded into tests/torture/cases.
 *
 * TORTURE_KIND  memory: malloc, calloc, realloc, posix_memalign, aligned_alloc
 *               arena: an allocation of an arena (tests/torture/arena.c asks)
 *               or the name of a group, the first argument of FAIL and REFUSES in shim-calls.c
 *               kill: at a system call of any group the process is killed instead; also of
 *               "unlock", which never fails
 * TORTURE_N     which call fails, from 1; 0: none, only count
 * TORTURE_SITE  only calls from this site count: a number that sites.c made of the calls that led
 *               there
 * TORTURE_SITES file to which every site is written at exit, with how often it was passed
 * TORTURE_TRACE file to which the calls are written that led to the one that failed
 * TORTURE_HELD  file to which is written who had asked for the memory that is held at exit
 * TORTURE_COUNT file to which the number of calls is written at exit, and how many pieces of
 *               memory were then still held
 *
 * Calls count only after the program has called holos_torture_arm(1), a weak symbol that is NULL
 * without the shim. A failed call touches nothing: it fails as the system would fail it. */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/torture/shim.h"
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
bool strikes(const char *of)
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
