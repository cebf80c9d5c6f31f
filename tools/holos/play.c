#include "tools/holos/play.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/holos/machine.h"

#define SPARE_MS 5000 /* over the sound's own length: opening the device */
#define STEP_MS  20
#define WORDS    8

static const char *const aplay[] = {"aplay", "-q", NULL};
static const char *const paplay[] = {"paplay", NULL};
static const char *const ffplay[] = {"ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet", NULL};
static const char *const sox[] = {"play", "-q", NULL};
static const char *const *const players[] = {aplay, paplay, ffplay, sox};

void play_init(struct play *p)
{
    char path[MACHINE_PATH];

    *p = (struct play){0};
    for (size_t i = 0; i < sizeof players / sizeof players[0] && p->player == NULL; i++)
        if (machine_find(players[i][0], path))
            p->player = players[i];
}

const char *play_name(const struct play *p)
{
    return p->player == NULL ? NULL : p->player[0];
}

/* The player keeps our environment: sound servers are found by it. */
static bool start(struct play *p, const char *file, int ms)
{
    posix_spawn_file_actions_t quiet;
    const char *argv[WORDS] = {0};
    union {
        const char **ours;
        char *const *theirs; /* posix_spawnp promises not to write */
    } args = {.ours = argv};
    size_t n = 0;

    for (; n < WORDS - 2 && p->player[n] != NULL; n++)
        argv[n] = p->player[n];
    argv[n] = file;
    if (posix_spawn_file_actions_init(&quiet) != 0)
        return false;
    bool ok = true;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        ok = ok && posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0) == 0;
    ok = ok && posix_spawnp(&p->pid, argv[0], &quiet, NULL, args.theirs, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&quiet);
    p->until = deadline_in_ms((int64_t)ms + SPARE_MS);
    if (!ok)
        p->pid = 0;
    return ok;
}

static void start_next(struct play *p)
{
    if (p->pid != 0 || p->player == NULL || p->next == p->n)
        return;
    if (!start(p, p->queue[p->next].file, p->queue[p->next].ms))
        p->player = NULL;
    p->next++;
}

static void stop_player(struct play *p)
{
    (void)kill(p->pid, SIGKILL);
    (void)waitpid(p->pid, NULL, 0);
    p->pid = 0;
}

/* A player that failed once is not tried again. */
static void reap(struct play *p)
{
    int status = 0;

    if (p->pid == 0)
        return;
    if (deadline_passed(p->until)) {
        stop_player(p);
        p->player = NULL;
    } else if (waitpid(p->pid, &status, WNOHANG) == p->pid) {
        p->pid = 0;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            p->player = NULL;
    }
}

void play_add(struct play *p, const char *file, int ms)
{
    reap(p);
    if (p->player == NULL || p->n == PLAY_QUEUE)
        return;
    p->queue[p->n].file = file;
    p->queue[p->n].ms = ms;
    p->n++;
    start_next(p);
}

void play_finish(struct play *p, const volatile int *stop)
{
    for (;;) {
        reap(p);
        if (*stop && p->pid != 0)
            stop_player(p);
        if (*stop)
            break;
        start_next(p);
        if (p->pid == 0 && (p->player == NULL || p->next == p->n))
            break;
        (void)deadline_sleep(p->until, STEP_MS);
    }
    p->next = p->n = 0;
}
