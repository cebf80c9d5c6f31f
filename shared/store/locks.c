#include "store/locks.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ==== a deadline for a system call that has none ============================================== */

#define AGAIN_NS 5000000

/* It exists to interrupt; there is nothing to do. */
static void on_alarm(int signal)
{
    (void)signal;
}

static bool let_through(struct locks_alarm *n, int signal)
{
    struct sigaction act = {.sa_handler = on_alarm}; /* without SA_RESTART */
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, signal);
    return sigaction(signal, &act, NULL) == 0 &&
           pthread_sigmask(SIG_UNBLOCK, &set, &n->before) == 0;
}

static bool set_timer(timer_t timer, struct deadline d)
{
    int64_t us = d.at_us - clock_mono_us();
    struct itimerspec t = {.it_interval = {.tv_nsec = AGAIN_NS}};

    us = us > 0 ? us : 1; /* zero would mean never */
    t.it_value = (struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    return timer_settime(timer, 0, &t, NULL) == 0;
}

bool locks_alarm_begin(struct locks_alarm *n, struct deadline d)
{
    int signal = SIGRTMIN + 5;
    struct sigevent to = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal};

    to._sigev_un._tid = gettid();
    if (timer_create(CLOCK_MONOTONIC, &to, &n->timer) != 0)
        return false;
    if (let_through(n, signal)) {
        if (set_timer(n->timer, d))
            return true;
        (void)pthread_sigmask(SIG_SETMASK, &n->before, NULL);
    }
    (void)timer_delete(n->timer);
    return false;
}

void locks_alarm_end(struct locks_alarm *n)
{
    int e = errno;

    (void)timer_delete(n->timer);
    (void)pthread_sigmask(SIG_SETMASK, &n->before, NULL);
    errno = e;
}

/* ==== locks =================================================================================== */

/* When root makes it, the workers must be able to open it. SQLite does so for its own files. */
static void give_to_owner(int fd, const char *path)
{
    struct stat store, own;

    if (stat(path, &store) != 0 || fstat(fd, &own) != 0)
        return;
    if (!S_ISREG(own.st_mode) || own.st_size != 0 || own.st_nlink != 1)
        return; /* not one of ours */
    if (own.st_uid != store.st_uid || own.st_gid != store.st_gid)
        (void)!fchown(fd, store.st_uid, store.st_gid);
}

static enum err open_beside(const char *path, const char *suffix, int *ret, struct why *why)
{
    char name[PATH_MAX];

    int n = snprintf(name, sizeof name, "%s%s", path, suffix);
    if (n < 0 || (size_t)n >= sizeof name)
        return why_set(why, ERR_VALUE, "the path of the store is too long");
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0)
        give_to_owner(fd, path);
    if (fd < 0) {
        int e = errno;
        return why_set(why, e == ENOSPC || e == EDQUOT || e == EROFS ? ERR_DISK : ERR_IO,
                       "unable to open %s: %s", name, strerror(e));
    }
    *ret = fd;
    return ERR_OK;
}

enum err locks_open(struct locks *l, const char *path, struct why *why)
{
    struct locks fresh = {-1, -1};

    enum err e = open_beside(path, "-writer", &fresh.writer, why);
    if (e == ERR_OK)
        e = open_beside(path, "-holds", &fresh.holds, why);
    if (e != ERR_OK)
        locks_close(&fresh);
    else
        *l = fresh;
    return e;
}

void locks_close(struct locks *l)
{
    if (l->writer >= 0)
        (void)close(l->writer);
    if (l->holds >= 0)
        (void)close(l->holds);
    *l = (struct locks){-1, -1};
}

/* For a system without a timer to spare: all ask equally often; a worker that asked more seldom
 * than the others would wait longest. */
static int poll_writer(int fd, struct deadline d)
{
    const struct timespec moment = {.tv_nsec = 100000};

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return -1;
        (void)nanosleep(&moment, NULL);
        if (deadline_passed(d)) {
            errno = EWOULDBLOCK;
            return -1;
        }
    }
    return 0;
}

/* A writer holds the lock for some hundred microseconds: too short to sleep and ask again. The
 * kernel wakes who waits longest as soon as it is free. */
static int wait_for_writer(int fd, struct deadline d)
{
    struct locks_alarm n;
    int rc = -1;

    if (deadline_passed(d)) {
        errno = EWOULDBLOCK;
        return -1;
    }
    if (!locks_alarm_begin(&n, d))
        return poll_writer(fd, d);
    do
        rc = flock(fd, LOCK_EX);
    while (rc != 0 && errno == EINTR && !deadline_passed(d));
    locks_alarm_end(&n);
    return rc;
}

enum err locks_take_writer(struct locks *l, struct deadline d, struct why *why)
{
    int rc = flock(l->writer, LOCK_EX | LOCK_NB);

    if (rc != 0 && (errno == EWOULDBLOCK || errno == EINTR))
        rc = wait_for_writer(l->writer, d);
    if (rc == 0)
        return ERR_OK;
    if (errno == EWOULDBLOCK || errno == EINTR)
        return why_set(why, ERR_BUSY, "another process kept the store locked for too long");
    return why_set(why, ERR_IO, "unable to lock the store: %s", strerror(errno));
}

void locks_drop_writer(struct locks *l)
{
    (void)flock(l->writer, LOCK_UN);
}

/* One byte per id; the kinds are far apart. */
static struct flock byte_of(short type, enum store_hold kind, int64_t id)
{
    assert(id > 0 && id < INT64_C(1) << 60);
    return (struct flock){.l_type = type,
                          .l_whence = SEEK_SET,
                          .l_start = (off_t)kind * (INT64_C(1) << 60) + id,
                          .l_len = 1};
}

enum err locks_take_hold(struct locks *l, enum store_hold kind, int64_t id, struct deadline d)
{
    struct flock byte = byte_of(F_WRLCK, kind, id);

    for (int wait = 2;; wait = wait < 32 ? wait * 2 : 50) {
        if (fcntl(l->holds, F_OFD_SETLK, &byte) == 0)
            return ERR_OK;
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return ERR_IO;
        if (!deadline_sleep(d, wait))
            return ERR_BUSY;
    }
}

/* Should it fail, the hold lasts as long as the process: late, but never wrong. */
static void drop(struct locks *l, struct flock *range)
{
    (void)fcntl(l->holds, F_OFD_SETLK, range);
}

void locks_drop_hold(struct locks *l, enum store_hold kind, int64_t id)
{
    struct flock byte = byte_of(F_UNLCK, kind, id);
    drop(l, &byte);
}

void locks_drop_holds(struct locks *l)
{
    struct flock all = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    drop(l, &all);
}

bool locks_is_held(const struct locks *l, enum store_hold kind, int64_t id)
{
    struct flock byte = byte_of(F_WRLCK, kind, id);

    return fcntl(l->holds, F_OFD_GETLK, &byte) != 0 || byte.l_type != F_UNLCK;
}
