#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid;   /* 0: none */
    int in, out; /* our ends; -1: closed */
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static enum err set_attributes(posix_spawnattr_t *attr)
{
    sigset_t none;
    sigset_t all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int e = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                               POSIX_SPAWN_SETSIGDEF);
    if (e == 0)
        e = posix_spawnattr_setpgroup(attr, 0);
    if (e == 0)
        e = posix_spawnattr_setsigmask(attr, &none);
    if (e == 0)
        e = posix_spawnattr_setsigdefault(attr, &all);
    return e == 0 ? ERR_OK : ERR_CHILD;
}

static int spawn(const char *const argv[], int in, int out, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    static char lang[] = "LANG=C.UTF-8";
    /* No home: libraries of sound make folders there, for servers that are never talked to. */
    static char home[] = "HOME=/dev/null";
    char path[1024] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *env[] = {path, home, lang, NULL};
    /* posix_spawn(3) promises not to write through argv, its prototype cannot say so. */
    union {
        const char *const *ours;
        char *const *theirs;
    } args = {.ours = argv};

    const char *own = getenv("PATH");
    if (own != NULL && strlen(own) < sizeof path - 5)
        memcpy(path + 5, own, strlen(own) + 1);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    int e = posix_spawnattr_init(&attr);
    if (e != 0)
        goto out_actions;
    if (set_attributes(&attr) != ERR_OK)
        e = ENOMEM;
    if (e == 0)
        e = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    /* Not our sockets: a caller's connection must end with this process, not with its child. */
    if (e == 0)
        e = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    if (e == 0)
        e = posix_spawnp(ret, argv[0], &actions, &attr, args.theirs, env);
    (void)posix_spawnattr_destroy(&attr);
out_actions:
    (void)posix_spawn_file_actions_destroy(&actions);
    return e;
}

static enum err start(struct child *c, const char *const argv[], struct why *why)
{
    int in[2];
    int out[2];

    if (pipe2(in, O_CLOEXEC) != 0)
        return why_set(why, ERR_IO, "unable to make a pipe: %s", strerror(errno));
    if (pipe2(out, O_CLOEXEC) != 0) {
        int e = errno;
        close_end(&in[0]);
        close_end(&in[1]);
        return why_set(why, ERR_IO, "unable to make a pipe: %s", strerror(e));
    }
    int e = spawn(argv, in[0], out[1], &c->pid);
    close_end(&in[0]);
    close_end(&out[1]);
    c->in = in[1];
    c->out = out[0];
    if (e == 0 &&
        (fcntl(c->in, F_SETFL, O_NONBLOCK) != 0 || fcntl(c->out, F_SETFL, O_NONBLOCK) != 0))
        e = errno;
    if (e == 0)
        return ERR_OK;
    return why_set(why, ERR_CHILD, "unable to start %s: %s", argv[0], strerror(e));
}

struct feed {
    const char *data;
    size_t left;
};

/* A child that does not read its input (EPIPE) is no error: what it prints and its status decide. */
static enum err write_some(struct child *c, struct feed *f, const char *name, struct why *why)
{
    ssize_t n = write(c->in, f->data, f->left);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return ERR_OK;
    if (n < 0 && errno != EPIPE)
        return why_set(why, ERR_IO, "unable to write to %s: %s", name, strerror(errno));
    if (n > 0) {
        f->data += n;
        f->left -= (size_t)n;
    }
    if (n < 0 || f->left == 0)
        close_end(&c->in);
    return ERR_OK;
}

static enum err read_some(struct child *c, struct buf *out, const char *name, struct why *why)
{
    char piece[16 * 1024];

    ssize_t n = read(c->out, piece, sizeof piece);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return ERR_OK;
    if (n < 0)
        return why_set(why, ERR_IO, "unable to read from %s: %s", name, strerror(errno));
    if (n == 0)
        close_end(&c->out);
    else
        buf_put(out, piece, (size_t)n);
    if (buf_err(out) != ERR_OK)
        return why_set(why, buf_err(out), "%s printed more than can be held", name);
    return ERR_OK;
}

static enum err talk(struct child *c, struct feed *f, struct buf *out, struct deadline d,
                     const char *name, struct why *why)
{
    if (f->left == 0)
        close_end(&c->in);
    while (c->out >= 0 || c->in >= 0) {
        /* poll(2) passes over an end that is closed (-1). */
        struct pollfd fds[2] = {{c->out, POLLIN, 0}, {c->in, POLLOUT, 0}};
        int left = deadline_left_ms(d);
        if (left == 0)
            return why_set(why, ERR_DEADLINE, "%s did not finish in time", name);
        int n = poll(fds, 2, left);
        if (n < 0 && errno != EINTR)
            return why_set(why, ERR_IO, "unable to wait for %s: %s", name, strerror(errno));
        if (n <= 0)
            continue;
        enum err e = ERR_OK;
        if (fds[1].revents != 0)
            e = write_some(c, f, name, why);
        if (e == ERR_OK && fds[0].revents != 0)
            e = read_some(c, out, name, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* Its output is closed, so it is about to end; but it may also just have closed it. It is not
 * reaped here: as long as it is a zombie its process group's number cannot be given to another, so
 * end() can still kill what it left in its group. */
static enum err await(const struct child *c, struct deadline d, siginfo_t *ret)
{
    for (int ms = 1;; ms = ms < 20 ? ms * 2 : ms) {
        siginfo_t got = {0};
        int n = waitid(P_PID, (id_t)c->pid, &got, WEXITED | WNOHANG | WNOWAIT);
        if (n == 0 && got.si_pid == c->pid) {
            *ret = got;
            return ERR_OK;
        }
        if (n != 0 && errno != EINTR)
            return ERR_CHILD;
        if (!deadline_sleep(d, ms))
            return ERR_DEADLINE;
    }
}

static enum err judge(const struct child *c, struct deadline d, const char *name, struct why *why)
{
    siginfo_t ended;

    enum err e = await(c, d, &ended);
    if (e == ERR_DEADLINE)
        return why_set(why, e, "%s did not finish in time", name);
    if (e != ERR_OK)
        return why_set(why, e, "%s was lost", name);
    if (ended.si_code != CLD_EXITED)
        return why_set(why, ERR_CHILD, "%s was killed by signal %d", name, ended.si_status);
    if (ended.si_status == 127)
        return why_set(why, ERR_CHILD, "%s is not installed", name);
    if (ended.si_status != 0)
        return why_set(why, ERR_CHILD, "%s ended with status %d", name, ended.si_status);
    return ERR_OK;
}

/* Also after a good end: a grandchild it left running would hold memory and descriptors. */
static void end(struct child *c)
{
    close_end(&c->in);
    close_end(&c->out);
    if (c->pid == 0)
        return;
    (void)kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    c->pid = 0;
}

enum err child_run(const char *const argv[], const void *input, size_t n, struct buf *out,
                   struct deadline deadline, struct why *why)
{
    struct child c = {.in = -1, .out = -1};
    struct feed f = {.data = input, .left = n};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;

    if (deadline_passed(deadline))
        return why_set(why, ERR_DEADLINE, "no time was left to start %s", argv[0]);
    /* A child that ends early must not end us with it. */
    if (sigaction(SIGPIPE, &ignore, &before) != 0)
        return why_set(why, ERR_IO, "unable to ignore SIGPIPE");
    enum err e = start(&c, argv, why);
    if (e == ERR_OK)
        e = talk(&c, &f, out, deadline, argv[0], why);
    if (e == ERR_OK)
        e = judge(&c, deadline, argv[0], why);
    end(&c);
    (void)sigaction(SIGPIPE, &before, NULL);
    return e;
}

static bool is_program(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool child_exists(const char *program)
{
    const char *own = getenv("PATH");
    const char *folders = own == NULL ? "/usr/local/bin:/usr/bin:/bin" : own;
    char path[4096];

    if (strchr(program, '/') != NULL)
        return is_program(program);
    while (*folders != '\0') {
        size_t len = strcspn(folders, ":");
        int n = snprintf(path, sizeof path, "%.*s/%s", (int)len, folders, program);
        if (n > 0 && n < (int)sizeof path && is_program(path))
            return true;
        folders += len + (folders[len] == ':');
    }
    return false;
}
