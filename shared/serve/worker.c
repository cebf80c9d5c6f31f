#include "serve/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"

/* ==== signals ================================================================================= */

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

/* ==== the worker ============================================================================== */

#define MB          ((int64_t)1024 * 1024)
#define WEIGH_EVERY 16 /* requests between two looks at the own memory */

/* Workers start together and share the load evenly; without a spread they would leave together. */
static int64_t with_spread(int64_t n)
{
    uint32_t random = 0;

    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        random = (uint32_t)getpid() * 2654435761U;
    return n + (n / 8) * (int64_t)(random % 1000) / 1000;
}

void worker_init(struct worker *w, const struct handler *h)
{
    *w = (struct worker){.handler = h};
    w->requests_most = with_spread(setting_number(SET_HOLOS_MAX_REQUESTS));
    arena_init(&w->arena, (size_t)(setting_number(SET_HOLOS_REQUEST_MB) * MB));
    enum err e = worker_open(w, NULL); /* a fault is logged, and tried again */
    (void)e;
}

void worker_release(struct worker *w)
{
    app_close(&w->app); /* also one that could be opened only in part */
    w->open = false;
    arena_release(&w->arena);
}

enum err worker_open(struct worker *w, struct why *why)
{
    struct why fault = {0};

    if (w->open)
        return ERR_OK;
    enum err e = w->handler->parts == NULL ? ERR_OK : app_open(&w->app, w->handler->parts, &fault);
    w->open = e == ERR_OK;
    if (w->open)
        app_warn(&w->app);
    if (fault.text[0] == '\0')
        (void)why_set(&fault, e, "%s", err_text(e));
    if (e == ERR_OK && w->open_error.text[0] != '\0')
        log_event(LOG_NOTE, "opened", "after=\"%s\"", w->open_error.text);
    if (e != ERR_OK && strcmp(fault.text, w->open_error.text) != 0)
        log_event(LOG_ERROR, "shut", "err=%s why=\"%s\"", err_name(e), fault.text);
    w->open_error = e == ERR_OK ? (struct why){0} : fault;
    if (e != ERR_OK && err_status(e) != 503)
        e = ERR_CONFIG;
    return e == ERR_OK ? e : why_set(why, e, "%s", fault.text);
}

/* Memory that is this process's own, in bytes; 0 when it cannot be known. */
static int64_t own_memory(void)
{
    char text[128];

    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    (void)close(fd);
    text[n > 0 ? n : 0] = '\0';
    char *at = text;
    (void)strtoll(at, &at, 10); /* the size of its addresses */
    int64_t resident = strtoll(at, &at, 10);
    int64_t shared = strtoll(at, &at, 10);
    return (resident - shared) * sysconf(_SC_PAGESIZE);
}

static void weigh(struct worker *w)
{
    int64_t most = setting_number(SET_HOLOS_MAX_MB) * MB;

    if (most == 0 || w->requests % WEIGH_EVERY != 0)
        return;
    int64_t own = own_memory();
    w->heavy = own > most;
    if (w->heavy)
        log_event(LOG_NOTE, "heavy", "mb=%lld most_mb=%lld requests=%lld", (long long)(own / MB),
                  (long long)(most / MB), (long long)w->requests);
}

/* Methods are the peer's text: only known ones are written. */
static const char *method_label(const char *method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], method) == 0)
            return known[i];
    return "other";
}

static void log_request(const struct worker *w, const struct request *request,
                        const struct response *r, const struct worker_times *t)
{
    double ms = (double)(clock_mono_us() - t->began_us) / 1000;
    bool has_why = r->why.text[0] != '\0';

    log_event(r->status < 500 && r->err != ERR_FORBIDDEN ? LOG_INFO : LOG_WARN, "request",
              "id=%s route=%s method=%s status=%d ms=%.1f in=%zu out=%zu err=%s%s%s%s%s%s",
              request->request_id, w->handler->name, method_label(request->method), r->status, ms,
              t->in, t->out, err_name(r->err), r->note[0] != '\0' ? " " : "", r->note,
              has_why ? " why=\"" : "", r->why.text, has_why ? "\"" : "");
}

void worker_finish(struct worker *w, const struct request *request, const struct response *response,
                   const struct worker_times *t)
{
    log_request(w, request, response, t);
    arena_clear(&w->arena);
    w->requests++;
    weigh(w);
}

bool worker_is_done(const struct worker *w)
{
    return w->heavy || (w->requests_most > 0 && w->requests >= w->requests_most);
}
