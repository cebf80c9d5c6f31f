#include "serve/watchdog.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define HUNG      (SIGRTMIN + 6)
#define KILL_MS   1000 /* behind the first timer */
#define EXIT_HUNG 111  /* as main's "try again later" */

static timer_t timers[2];
static bool watching;
static char line[LOG_LINE];
static int line_len;

/* Nothing here but what a handler may call: the worker may hang anywhere. */
static void on_hung(int signal)
{
    (void)signal;
    ssize_t put = write(STDERR_FILENO, line, (size_t)line_len);
    (void)put;
    _exit(EXIT_HUNG);
}

static bool make_timer(int signal, timer_t *ret)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal};

    return timer_create(CLOCK_MONOTONIC, &event, ret) == 0;
}

bool watchdog_init(void)
{
    struct sigaction hung = {.sa_handler = on_hung};

    line_len = log_format(line, LOG_ERROR, "hung",
                          "why=\"a request was still running long after its deadline; the worker "
                          "ends, another takes its place\"");
    watching = sigaction(HUNG, &hung, NULL) == 0 && make_timer(HUNG, &timers[0]);
    if (watching && !make_timer(SIGKILL, &timers[1])) {
        (void)timer_delete(timers[0]);
        watching = false;
    }
    return watching;
}

static void set(timer_t timer, int ms)
{
    struct itimerspec t = {.it_value = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}};

    (void)timer_settime(timer, 0, &t, NULL);
}

void watchdog_start(int ms)
{
    if (!watching)
        return;
    ms = (ms < 0 ? 0 : ms) + WATCHDOG_GRACE_MS;
    set(timers[0], ms);
    set(timers[1], ms + KILL_MS);
}

void watchdog_stop(void)
{
    if (!watching)
        return;
    set(timers[0], 0);
    set(timers[1], 0);
}
