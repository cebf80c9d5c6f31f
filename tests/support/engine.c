#include "tests/support/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/support/fcgi.h"

#define BACKLOG 1024

static void die(const char *what)
{
    perror(what);
    abort();
}

static void find_program(struct engine *e)
{
    ssize_t n = readlink("/proc/self/exe", e->program, sizeof e->program - 32);
    if (n < 0)
        die("readlink");
    e->program[n] = '\0';
    char *slash = strrchr(e->program, '/');
    (void)snprintf(slash, 32, "/bin/trial");
}

void engine_init(struct engine *e)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    *e = (struct engine){0};
    folder_make(&e->folder);
    find_program(e);
    (void)snprintf(e->socket, sizeof e->socket, "%s/trial.sock", e->folder.path);
    (void)snprintf(e->log, sizeof e->log, "%s/log", e->folder.path);
    if (strlen(e->socket) >= sizeof a.sun_path)
        die(e->socket);
    memcpy(a.sun_path, e->socket, strlen(e->socket) + 1);
    e->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (e->listener < 0 || bind(e->listener, (struct sockaddr *)&a, sizeof a) != 0 ||
        listen(e->listener, BACKLOG) != 0)
        die(e->socket);
}

static void become(const struct engine *e, int input, const char *const *argv,
                   const char *const *settings)
{
    int log = open(e->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

    if (log < 0 || dup2(input, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    close(log);
    for (; settings != NULL && *settings != NULL; settings++)
        if (putenv((char *)(size_t)*settings) != 0)
            _exit(126);
    (void)execvp(argv[0], (char *const *)(size_t)argv);
    _exit(127);
}

pid_t engine_exec(const struct engine *e, int input, const char *const *argv,
                  const char *const *settings)
{
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid == 0)
        become(e, input, argv, settings);
    return pid;
}

pid_t engine_start(struct engine *e, const char *const *settings)
{
    const char *const argv[] = {e->program, NULL};

    e->pid = engine_exec(e, e->listener, argv, settings);
    return e->pid;
}

void engine_supervise(struct engine *e, int workers)
{
    char count[16];
    int fd = -1;

    close(e->listener);
    e->listener = -1;
    (void)unlink(e->socket);
    (void)snprintf(count, sizeof count, "%d", workers);
    /* clang-format off */
    const char *const argv[] = {
        "spawn-fcgi", "-n", "-s", e->socket, "-M", "0660", "--",
        "/usr/bin/multiwatch", "-f", count, "-r", "10000", "-t", "1", "--",
        "/usr/bin/env", "--block-signal", e->program, NULL};
    /* clang-format on */
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    e->pid = engine_exec(e, nothing, argv, NULL);
    close(nothing);
    struct deadline d = deadline_in_ms(5000);
    while ((fd = fcgi_dial(e->socket)) < 0)
        if (!deadline_sleep(d, 10))
            die("spawn-fcgi");
    close(fd);
}

int engine_wait(pid_t pid, int ms)
{
    struct deadline d = deadline_in_ms(ms);
    int status = 0;

    do {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    } while (deadline_sleep(d, 5));
    return -1;
}

/* A worker that multiwatch has just forked may not hear the first signal (its handlers are still
 * those of multiwatch), but multiwatch passes on every further one. */
static void end(pid_t pid)
{
    int left = 20;

    do {
        if (kill(pid, SIGTERM) != 0)
            return;
    } while (engine_wait(pid, 500) == -1 && --left > 0);
    if (left == 0 && kill(pid, SIGKILL) == 0)
        (void)waitpid(pid, NULL, 0);
}

void engine_release(struct engine *e)
{
    if (e->pid > 0)
        end(e->pid);
    if (e->listener >= 0)
        close(e->listener);
    folder_remove(&e->folder);
}

char *engine_log(const struct engine *e)
{
    struct stat st = {0};
    int fd = open(e->log, O_RDONLY | O_CLOEXEC);
    size_t n = fd < 0 || fstat(fd, &st) != 0 ? 0 : (size_t)st.st_size;
    char *text = calloc(1, n + 1);

    if (text == NULL || (n > 0 && read(fd, text, n) < 0))
        die("log");
    if (fd >= 0)
        close(fd);
    return text;
}

bool engine_logged(const struct engine *e, const char *text, int ms)
{
    struct deadline d = deadline_in_ms(ms);
    bool found = false;

    do {
        char *log = engine_log(e);
        found = strstr(log, text) != NULL;
        free(log);
    } while (!found && deadline_sleep(d, 20));
    return found;
}

/* The first line of a file of a process in /proc; empty where it cannot be read. */
static void read_proc(int pid, const char *name, char *out, size_t room)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, out, room - 1);
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    if (fd >= 0)
        close(fd);
}

struct seen { /* a process of the supervisor */
    int pid;
    char program[32], state, where[64];
};

enum { SEEN_MOST = 32 };

static int see_workers(const struct engine *e, struct seen out[SEEN_MOST])
{
    char file[32], children[256], stat[512];
    int n = 0;

    (void)snprintf(file, sizeof file, "task/%d/children", (int)e->pid);
    read_proc((int)e->pid, file, children, sizeof children);
    for (char *at = children, *end = at; n < SEEN_MOST; at = end) {
        struct seen *w = &out[n];
        w->pid = (int)strtol(at, &end, 10);
        if (end == at)
            break;
        read_proc(w->pid, "stat", stat, sizeof stat);
        read_proc(w->pid, "wchan", w->where, sizeof w->where);
        n += sscanf(stat, "%*d (%31[^)]) %c", w->program, &w->state) == 2;
    }
    return n;
}

int engine_find_workers(const struct engine *e, pid_t *out, int most)
{
    const char *name = strrchr(e->program, '/') + 1;
    struct seen seen[SEEN_MOST];
    int n = 0;

    for (int i = see_workers(e, seen) - 1; i >= 0 && n < most; i--)
        if (strcmp(seen[i].program, name) == 0 && seen[i].state != 'Z')
            out[n++] = seen[i].pid;
    return n;
}

void engine_describe_workers(const struct engine *e, char *out, size_t room)
{
    struct seen seen[SEEN_MOST];
    size_t len = 0;

    out[0] = '\0';
    int n = see_workers(e, seen);
    for (int i = 0; i < n && len < room; i++)
        len += (size_t)snprintf(out + len, room - len, "%d %s %c %s; ", seen[i].pid,
                                seen[i].program, seen[i].state, seen[i].where);
}

long engine_private_kb(pid_t pid)
{
    char path[64];
    char text[128] = "";

    (void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
        die(path);
    close(fd);
    char *at = text;
    (void)strtol(at, &at, 10); /* the size of its addresses */
    long resident = strtol(at, &at, 10);
    long shared = strtol(at, &at, 10);
    return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);
}

int engine_setup(void **state)
{
    static struct engine e;

    engine_init(&e);
    *state = &e;
    return 0;
}

int engine_teardown(void **state)
{
    engine_release(*state);
    return 0;
}
