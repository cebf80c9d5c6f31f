#include "base/nudge.h"

#include <errno.h>
#include <unistd.h>

#define AGAIN_NS 5000000

/* It exists to interrupt; there is nothing to do. */
static void on_nudge(int signal)
{
    (void)signal;
}

static bool let_through(struct nudge *n, int signal)
{
    struct sigaction act = {.sa_handler = on_nudge}; /* without SA_RESTART */
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

bool nudge_begin(struct nudge *n, struct deadline d)
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

void nudge_end(struct nudge *n)
{
    int e = errno;

    (void)timer_delete(n->timer);
    (void)pthread_sigmask(SIG_SETMASK, &n->before, NULL);
    errno = e;
}
