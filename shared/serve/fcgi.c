/* fcgi - the FastCGI engine; the only includer of fcgiapp.h. What it promises:
 *
 *  1. A stopping signal gets through at one place only, the wait for the next caller (signals.h).
 *     A request that has begun is answered whole; the next one waits in the socket's backlog. A
 *     worker that has served no caller yet takes one who waits, and then leaves.
 *  2. The listening socket never blocks: of all workers that wake, one gets the caller and the
 *     others go back to sleep.
 *  3. A connection carries one request. FCGI_KEEP_CONN is not honoured, and what a peer sends after
 *     its request is thrown away with the connection, so no body can pass for a further request.
 *  4. The body is read to its end, or given up with the connection; it is complete when the library
 *     saw no error and the length is the declared one. Past the handler's limit it is read and
 *     forgotten, never kept.
 *  5. One absolute deadline and one arena per request, made here and handed to everything below. The
 *     deadline counts from when nginx passed the request on; what waited and was given up is dropped.
 *  6. No peer holds a worker: sending a request's parameters, sending its body, and taking the reply
 *     are each watched by a clock.
 *  7. A caller who has gone does not stop the work: what was begun is finished and kept.
 *  8. Each request is one line in the log.
 *  9. A worker that hangs in a request ends soon after its deadline (watchdog.h). */
#include "serve/engine.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "serve/watchdog.h"
#include "serve/worker.h"

#define LISTENER       STDIN_FILENO
#define PARAMS_MS      5000  /* for the parameters of a request, once its first byte is there */
#define WRITE_MS       5000  /* for one piece of a response, however late the request is */
#define CHUNK          8192  /* the library's own buffer */
#define RECORD_MAX     65528 /* bytes of the largest record, in eights */
#define ID_MAX         64
#define CLOSE_MS       "200" /* for the peer to close after its response; the library's own is 2000 */
#define UNDECLARED     (-1)
#define GIVEN_UP_MS    500    /* in the queue: then it is looked whether anybody is still there */
#define WAITED_NOTE_MS 100    /* in the queue: then the log says so */
#define QUEUE_MOST_MS  120000 /* longer than any sender waits */

struct visit { /* one request being served */
    struct worker *worker;
    FCGX_Request *fcgi;
    struct request request;
    struct response response;
    struct worker_times times;
    size_t recorded; /* bytes of the response that wait to be sent */
    bool gone;       /* the caller has left */
};

/* ---- what comes in ---- */

static const char *param(struct visit *v, const char *name)
{
    const char *value = FCGX_GetParam(name, v->fcgi->envp);
    return value == NULL ? "" : arena_strdup(&v->worker->arena, value);
}

/* An id that cannot forge anything in a log line; "-" for any other. */
static const char *safe_id(const char *id)
{
    static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
    size_t n = strspn(id, plain);

    return n > 0 && n <= ID_MAX && id[n] == '\0' ? id : "-";
}

/* nginx says when it passed the request on ("1700000000.123"); the time since then was spent in the
 * socket's queue. A clock that was set meanwhile gives a time that no queue can have. */
static int waited_ms(const char *arrived)
{
    double at_ms = strtod(arrived, NULL) * 1000;
    double waited = (double)clock_machine_ms() - at_ms;

    return at_ms > 0 && waited > 0 && waited < QUEUE_MOST_MS ? (int)waited : 0;
}

/* A request that waited and whose sender has left costs nothing: the sender gave it up, and sends it
 * again if the answer is still wanted. One that did not have to wait is taken in all the same: senders
 * may leave at once. */
static bool is_given_up(const struct visit *v)
{
    struct pollfd p = {.fd = v->fcgi->ipcFd, .events = POLLRDHUP};

    return v->request.waited_ms >= GIVEN_UP_MS && poll(&p, 1, 0) > 0 &&
           (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static enum err read_params(struct visit *v)
{
    const struct handler *h = v->worker->handler;
    int ms = h->deadline_ms > 0 ? h->deadline_ms : (int)setting_number(SET_HOLOS_TURN_MS);

    v->request = (struct request){.body = "", .arena = &v->worker->arena};
#define X(field, name) v->request.field = param(v, name);
    REQUEST_PARAMS(X)
#undef X
    if (v->worker->arena.overflowed) {
#define X(field, name) v->request.field = "";
        REQUEST_PARAMS(X)
#undef X
    }
    v->request.waited_ms = waited_ms(v->request.arrived);
    v->request.deadline = deadline_in_ms(ms > v->request.waited_ms ? ms - v->request.waited_ms : 0);
    v->request.request_id = safe_id(v->request.request_id);
    return v->worker->arena.overflowed ? ERR_MEMORY : ERR_OK;
}

static enum err declared_length(const char *text, int64_t *ret, struct why *why)
{
    size_t digits = strspn(text, "0123456789");

    if (text[digits] != '\0' || digits > 18)
        return why_set(why, ERR_SYNTAX, "Content-Length is not a length");
    *ret = digits == 0 ? UNDECLARED : strtoll(text, NULL, 10);
    return ERR_OK;
}

/* Reads to the end, keeping at most `max` bytes in `body`. Returns how many came. */
static int64_t drain(struct visit *v, struct buf *body, size_t max)
{
    char chunk[CHUNK];
    int64_t total = 0;
    int n = sizeof chunk;

    signals_watch(deadline_left_ms(v->request.deadline));
    while (n == (int)sizeof chunk && !deadline_passed(v->request.deadline)) {
        n = FCGX_GetStr(chunk, sizeof chunk, v->fcgi->in);
        total += n;
        if (total <= (int64_t)max)
            buf_put(body, chunk, (size_t)n);
    }
    signals_unwatch();
    return total;
}

static enum err check_body(const struct visit *v, const struct buf *body, int64_t total,
                           struct why *why)
{
    size_t max = v->worker->handler->body_max;
    int64_t declared = UNDECLARED;

    if (total > (int64_t)max)
        return why_set(why, ERR_TOO_BIG, "the body is larger than %zu bytes", max);
    if (deadline_passed(v->request.deadline))
        return why_set(why, ERR_DEADLINE, "the body did not arrive in time");
    if (FCGX_GetError(v->fcgi->in) != 0)
        return why_set(why, ERR_SYNTAX, "the body was cut");
    enum err e = declared_length(v->request.content_length, &declared, why);
    if (e != ERR_OK)
        return e;
    if (declared != UNDECLARED && declared != total)
        return why_set(why, ERR_SYNTAX, "the body is not as long as its Content-Length says");
    return request_memory(&v->worker->arena, (size_t)total, buf_err(body), why);
}

/* A route that reads no body drops one that comes anyway. */
static enum err read_body(struct visit *v, struct why *why)
{
    size_t max = v->worker->handler->body_max;
    struct buf body;

    buf_init(&body, &v->worker->arena, max);
    int64_t total = drain(v, &body, max);
    v->times.in = (size_t)total;
    if (max == 0)
        return ERR_OK;
    enum err e = check_body(v, &body, total, why);
    if (e == ERR_OK) {
        v->request.body = buf_text(&body);
        v->request.len = body.len;
    }
    return e;
}

/* ---- what goes out ---- */

/* The body of a response in records of 64 kB: the library's are 8 kB, and each is a system call here
 * and one of nginx. The library still begins and ends a response (FCGI 1.0, 3.3 and 5.3). */
static struct {
    FCGI_Header head;
    char bytes[RECORD_MAX];
} record;

/* A signal that ends the wait means that the peer does not take its response: signals_watch. */
static bool write_whole(int fd, const void *data, size_t n)
{
    const char *p = data;

    while (n > 0) {
        ssize_t wrote = write(fd, p, n);
        if (wrote <= 0)
            return false;
        p += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

static void send_record(struct visit *v)
{
    size_t n = v->recorded;

    v->recorded = 0;
    if (n == 0 || v->gone)
        return;
    record.head = (FCGI_Header){
        .version = FCGI_VERSION_1,
        .type = FCGI_STDOUT,
        .requestIdB1 = (unsigned char)(v->fcgi->requestId >> 8),
        .requestIdB0 = (unsigned char)v->fcgi->requestId,
        .contentLengthB1 = (unsigned char)(n >> 8),
        .contentLengthB0 = (unsigned char)n,
    };
    v->gone = !write_whole(v->fcgi->ipcFd, &record, sizeof record.head + n);
}

static void send_bytes(struct visit *v, const void *data, size_t n)
{
    const char *p = data;

    while (n > 0 && !v->gone) {
        size_t room = sizeof record.bytes - v->recorded;
        size_t piece = n < room ? n : room;
        memcpy(record.bytes + v->recorded, p, piece);
        v->recorded += piece;
        if (piece == room)
            send_record(v);
        p += piece;
        n -= piece;
    }
}

static enum err send_body(void *to, const void *data, size_t n)
{
    struct visit *v = to;

    send_bytes(v, data, n);
    v->times.out += v->gone ? 0 : n;
    return v->gone ? ERR_PEER : ERR_OK;
}

/* One header line; a value that would break the line is left out. */
static void send_header(struct visit *v, const char *name, const char *value)
{
    if (value == NULL)
        return;
    for (const char *p = value; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return;
    send_bytes(v, name, strlen(name));
    send_bytes(v, ": ", 2);
    send_bytes(v, value, strlen(value));
    send_bytes(v, "\r\n", 2);
}

static void send_number(struct visit *v, const char *name, size_t n)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%zu", n);
    send_header(v, name, text);
}

static void send_head(struct visit *v)
{
    const struct response *r = &v->response;
    char status[64];

    (void)snprintf(status, sizeof status, "%d %s", r->status, response_reason(r->status));
    send_header(v, "Status", status);
    send_header(v, "Content-Type", r->type);
    send_header(v, "Allow", r->allow);
    send_header(v, "Location", r->location);
    if (r->retry_after_s > 0)
        send_number(v, "Retry-After", (size_t)r->retry_after_s);
    send_header(v, "Cache-Control", "no-store");
    if (r->streaming)
        send_header(v, "X-Accel-Buffering", "no");
    else
        send_number(v, "Content-Length", body_length(&r->body));
    send_bytes(v, "\r\n", 2);
}

/* Everything between the mark and the end of the body. */
static enum err send_rest(struct visit *v)
{
    if (v->response.head_only)
        return ERR_OK;
    return body_write(&v->response.body, &v->response.sent, send_body, v);
}

/* A handler's response_flush: headers before the first piece, each piece at once. */
static enum err flush_piece(struct response *r)
{
    struct visit *v = r->to;

    if (v->gone)
        return ERR_PEER;
    signals_watch(WRITE_MS);
    watchdog_start(deadline_left_ms(v->request.deadline) + WRITE_MS);
    if (!r->streaming) {
        r->streaming = true;
        send_head(v);
    }
    enum err e = send_rest(v);
    send_record(v);
    signals_unwatch();
    watchdog_start(deadline_left_ms(v->request.deadline));
    v->gone = v->gone || e == ERR_PEER;
    return e == ERR_OK && v->gone ? ERR_PEER : e;
}

/* Sends what is left and ends the request; the library also waits for the peer to close. */
static void send_response(struct visit *v)
{
    signals_watch(WRITE_MS);
    watchdog_start(WRITE_MS);
    if (!v->response.streaming)
        send_head(v);
    enum err e = send_rest(v);
    v->gone = v->gone || e != ERR_OK;
    send_record(v);
    FCGX_Finish_r(v->fcgi);
    signals_unwatch();
    if (v->gone && v->response.err == ERR_OK)
        v->response.err = ERR_PEER;
}

/* ---- one request, and all of them ---- */

static void answer(struct visit *v)
{
    struct worker *w = v->worker;
    struct why why = {0};

    enum err params = read_params(v);
    enum err e = params;
    if (is_given_up(v)) {
        response_init(&v->response, &w->arena);
        response_err(&v->response,
                     why_set(&why, ERR_PEER, "the request has waited, and its sender has left"),
                     &why);
        v->gone = true;
        return;
    }
    watchdog_start(deadline_left_ms(v->request.deadline));
    enum err body = read_body(v, &why);
    response_init(&v->response, &w->arena);
    if (v->request.waited_ms >= WAITED_NOTE_MS)
        response_note(&v->response, "waited_ms=%d", v->request.waited_ms);
    if (w->handler->streams) {
        v->response.flush = flush_piece;
        v->response.to = v;
    }
    if (e == ERR_OK)
        e = body;
    if (e != ERR_OK && (params != ERR_OK || err_status(e) < 500)) {
        response_err(&v->response, e, &why);
        return;
    }
    enum err opened = worker_open(w, e == ERR_OK ? &why : NULL);
    if (e == ERR_OK)
        e = opened;
    if (e == ERR_OK)
        handler_answer(w->handler, &w->app, &v->request, &v->response);
    else
        handler_answer_unavailable(w->handler, &w->app, &v->request, e, &why, &v->response);
}

static void serve(struct worker *w, FCGX_Request *fcgi)
{
    struct visit v = {.worker = w, .fcgi = fcgi, .times = {.began_us = clock_mono_us()}};

    fcgi->keepConnection = 0;
    answer(&v);
    send_response(&v);
    worker_finish(w, &v.request, &v.response, &v.times);
    watchdog_stop();
}

bool engine_has_socket(void)
{
    int listening = 0;
    socklen_t n = sizeof listening;

    return getsockopt(LISTENER, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 && listening != 0;
}

static enum err start(FCGX_Request *fcgi, struct why *why)
{
    int flags = fcntl(LISTENER, F_GETFL);

    if (!engine_has_socket())
        return why_set(why, ERR_CONFIG, "standard input is not a listening socket");
    (void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_MS, 0);
    signals_init();
    if (!watchdog_init())
        log_event(LOG_WARN, "watchdog",
                  "why=\"the system has no timer: a worker that hangs is not ended\"");
    if (flags < 0 || fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) != 0)
        return why_set(why, ERR_IO, "the socket cannot be made non-blocking: %s", strerror(errno));
    if (FCGX_Init() != 0 || FCGX_InitRequest(fcgi, LISTENER, 0) != 0)
        return why_set(why, ERR_IO, "the FastCGI library does not start");
    return ERR_OK;
}

/* The library takes parameters that were cut, or came too slowly, for whole ones. */
static bool drop_if_cut(FCGX_Request *fcgi)
{
    if (FCGX_GetError(fcgi->in) == 0)
        return false;
    log_event(LOG_WARN, "dropped", "why=\"a request's parameters were cut or came too slowly\"");
    fcgi->keepConnection = 0;
    signals_watch(WRITE_MS);
    FCGX_Finish_r(fcgi);
    signals_unwatch();
    return true;
}

/* Takes the next caller. *ret is false when a sibling was faster, a signal came, or the peer broke
 * off before its request was whole. */
static enum err next_caller(FCGX_Request *fcgi, bool *ret, struct why *why)
{
    *ret = false;
    if (!signals_wait(LISTENER))
        return ERR_OK;
    signals_watch(PARAMS_MS);
    int rc = FCGX_Accept_r(fcgi);
    signals_unwatch();
    *ret = rc == 0 && !drop_if_cut(fcgi);
    if (rc == 0 || rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED)
        return ERR_OK;
    return why_set(why, ERR_IO, "no caller can be accepted: %s",
                   rc > -4096 ? strerror(-rc) : "the FastCGI library stopped");
}

/* Restarts may come faster than a worker starts. If each worker then left at once, no caller would
 * ever be served. So a worker that has served no caller yet takes one first, if one waits. */
static bool leaves(const struct worker *w, bool called)
{
    return worker_is_done(w) || (signals_stopping() && (w->requests > 0 || !called));
}

enum err engine_run(const struct handler *h, struct why *why)
{
    static struct worker w;
    FCGX_Request fcgi;
    bool called = true;

    enum err e = start(&fcgi, why);
    if (e != ERR_OK)
        return e;
    worker_init(&w, h);
    log_event(LOG_DEBUG, "ready", "pid=%ld", (long)getpid());
    while (e == ERR_OK && !leaves(&w, called)) {
        e = next_caller(&fcgi, &called, why);
        if (called)
            serve(&w, &fcgi);
    }
    log_event(LOG_DEBUG, "leaving", "requests=%lld err=%s", (long long)w.requests, err_name(e));
    worker_release(&w);
    return e;
}
