#include "serve/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/time.h>

static const int stopping_signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
#define STOPPING_SIGNALS (sizeof stopping_signals / sizeof stopping_signals[0])

#define WATCH_AGAIN_US 200000

static volatile sig_atomic_t stopping;
static sigset_t open_mask; /* in force while waiting: nothing of ours is held back */

static void on_stop(int signal)
{
    (void)signal;
    stopping = 1;
}

/* It exists to interrupt; there is nothing to do. */
static void on_alarm(int signal)
{
    (void)signal;
}

void signals_init(void)
{
    struct sigaction stop = {.sa_handler = on_stop};
    struct sigaction watch = {.sa_handler = on_alarm};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t closed;

    (void)sigemptyset(&closed);
    for (size_t i = 0; i < STOPPING_SIGNALS; i++) {
        (void)sigaddset(&closed, stopping_signals[i]);
        (void)sigaction(stopping_signals[i], &stop, NULL);
    }
    (void)sigaction(SIGALRM, &watch, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigprocmask(SIG_SETMASK, &closed, NULL);
    (void)sigemptyset(&open_mask);
}

bool signals_stopping(void)
{
    sigset_t pending;

    if (stopping || sigpending(&pending) != 0)
        return stopping;
    for (size_t i = 0; i < STOPPING_SIGNALS; i++)
        if (sigismember(&pending, stopping_signals[i]) == 1)
            return true;
    return false;
}

bool signals_wait(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return ppoll(&p, 1, NULL, &open_mask) > 0;
}

static void set_timer(int ms, long again_us)
{
    struct itimerval t = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L},
                          .it_interval = {.tv_usec = again_us}};

    (void)setitimer(ITIMER_REAL, &t, NULL);
}

void signals_watch(int ms)
{
    set_timer(ms > 0 ? ms : 1, WATCH_AGAIN_US);
}

void signals_unwatch(void)
{
    set_timer(0, 0);
}
