#include "net/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/libcurl.h"

/* ==== transfers =============================================================================== */

#define LOOK_AGAIN_MS 200 /* at *stop, which no descriptor tells of */

struct http {
    struct libcurl curl;
    struct http_transfer *transfers; /* all there ever were; idle ones are used again */
    int count;
    bool moved;  /* something happened that http_move's caller waits for */
    bool inside; /* libcurl is at work: a callback may be running */
};

/* ---- the client ---------------------------------------------------------------------------------- */

static enum err copy(const char *text, char **ret)
{
    *ret = text == NULL || *text == '\0' ? NULL : strdup(text);
    return *ret == NULL && text != NULL && *text != '\0' ? ERR_MEMORY : ERR_OK;
}

enum err http_open(const struct http_setup *setup, struct http **ret, struct why *why)
{
    static const struct http_setup nothing;
    const struct http_setup *s = setup != NULL ? setup : &nothing;
    const char *egress = NULL;

    enum err e = libcurl_check_egress(s->egress, &egress, why);
    if (e != ERR_OK)
        return e;
    struct http *h = calloc(1, sizeof *h);
    if (h == NULL)
        return ERR_MEMORY;
    e = copy(s->ca_file, &h->curl.ca_file);
    if (e == ERR_OK)
        e = copy(egress, &h->curl.egress);
    if (e == ERR_OK)
        e = libcurl_open(&h->curl, why);
    if (e != ERR_OK)
        http_close(h);
    else
        *ret = h;
    return e;
}

void http_close(struct http *h)
{
    if (h == NULL)
        return;
    http_drop_all(h);
    while (h->transfers != NULL) {
        struct http_transfer *t = h->transfers;
        h->transfers = t->next;
        libcurl_free(t);
        free(t);
    }
    libcurl_close(&h->curl);
    free(h->curl.ca_file);
    free(h->curl.egress);
    free(h);
}

enum err http_url_check(const char *url, struct why *why)
{
    char where[TRANSFER_WHERE];

    return libcurl_url(url, where, why);
}

/* ---- beginning ----------------------------------------------------------------------------------- */

static enum err make_transfer(struct http *h, struct http_transfer **ret)
{
    struct http_transfer *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ERR_MEMORY;
    t->http = h;
    t->moved = &h->moved;
    t->next = h->transfers;
    h->transfers = t;
    h->count++;
    *ret = t;
    return ERR_OK;
}

static enum err find_idle(struct http *h, struct http_transfer **ret, struct why *why)
{
    for (struct http_transfer *t = h->transfers; t != NULL; t = t->next)
        if (t->state == TRANSFER_IDLE) {
            *ret = t;
            return ERR_OK;
        }
    if (h->count >= HTTP_AT_ONCE)
        return why_set(why, ERR_BUSY, "%d requests are under way already", HTTP_AT_ONCE);
    return make_transfer(h, ret);
}

enum err http_start(struct http *h, struct arena *a, const struct http_request *req,
                    struct http_transfer **ret, struct why *why)
{
    struct http_transfer *t = NULL;
    char where[TRANSFER_WHERE];

    assert(req->method != NULL && req->url != NULL);
    enum err e = libcurl_url(req->url, where, why);
    if (e != ERR_OK)
        return e;
    if (deadline_passed(req->deadline))
        return why_set(why, ERR_DEADLINE, "%s was not asked: no time is left", where);
    e = find_idle(h, &t, why);
    if (e != ERR_OK)
        return e;
    transfer_init(t, a, req);
    memcpy(t->where, where, sizeof where);
    t->by_egress = h->curl.egress != NULL;
    e = libcurl_prepare(&h->curl, t, why);
    if (e != ERR_OK)
        return e;
    t->state = TRANSFER_WAITING;
    *ret = t;
    return ERR_OK;
}

/* ---- moving -------------------------------------------------------------------------------------- */

static void end(struct http_transfer *t)
{
    libcurl_forget(t);
    t->times.total_us = clock_mono_us() - t->started_us;
    t->state = t->state == TRANSFER_DROPPING ? TRANSFER_IDLE : TRANSFER_ENDED;
    t->http->moved = true;
}

static void begin(struct http_transfer *t)
{
    transfer_begin(t);
    t->state = TRANSFER_GOING;
    enum err e = libcurl_begin(&t->http->curl, t);
    if (e == ERR_OK)
        return;
    transfer_fail(t, e, " could not be asked: no memory");
    end(t);
}

/* What libcurl has finished, by itself or because a callback would not go on. */
static void take_ended(struct http *h)
{
    bool stale = false;

    for (;;) {
        struct http_transfer *t = libcurl_ended(&h->curl, &stale);
        if (t == NULL)
            return;
        if (stale && t->state == TRANSFER_GOING) {
            t->state = TRANSFER_WAITING;
            continue;
        }
        transfer_finish(t);
        end(t);
    }
}

static void give_up(struct http_transfer *t)
{
    libcurl_stop(&t->http->curl, t);
    libcurl_times(t);
    end(t);
}

/* Limits that passed, and what a callback dropped. */
static void look_through(struct http *h)
{
    for (struct http_transfer *t = h->transfers; t != NULL; t = t->next) {
        if (t->state == TRANSFER_DROPPING || (t->state == TRANSFER_GOING && transfer_expire(t)))
            give_up(t);
        else if (t->state == TRANSFER_WAITING && transfer_expire(t))
            end(t);
    }
}

static bool has(const struct http *h, enum transfer_state state)
{
    for (const struct http_transfer *t = h->transfers; t != NULL; t = t->next)
        if (t->state == state)
            return true;
    return false;
}

/* One step without waiting; what callbacks started meanwhile leaves at once, too. */
static enum err step(struct http *h, struct why *why)
{
    do {
        for (struct http_transfer *t = h->transfers; t != NULL; t = t->next)
            if (t->state == TRANSFER_WAITING)
                begin(t);
        h->inside = true;
        enum err e = libcurl_run(&h->curl);
        h->inside = false;
        if (e != ERR_OK)
            return why_set(why, e, "libcurl cannot go on");
        take_ended(h);
        look_through(h);
    } while (has(h, TRANSFER_WAITING));
    return ERR_OK;
}

/* Until the next limit of anybody, at most LOOK_AGAIN_MS. */
static int patience_ms(const struct http *h, struct deadline until)
{
    struct deadline next = deadline_cap_ms(until, LOOK_AGAIN_MS);

    for (const struct http_transfer *t = h->transfers; t != NULL; t = t->next)
        if (t->state == TRANSFER_GOING && transfer_limit_us(t) < next.at_us)
            next.at_us = transfer_limit_us(t);
    return deadline_left_ms(next);
}

enum err http_move(struct http *h, struct pollfd *fds, size_t nfds, struct deadline until,
                   const volatile sig_atomic_t *stop, struct why *why)
{
    assert(!h->inside && nfds <= HTTP_WAKE_MAX);
    h->moved = false;
    for (;;) {
        enum err e = step(h, why);
        if (e != ERR_OK)
            return e;
        bool ready = nfds > 0 && poll(fds, nfds, 0) > 0;
        if (h->moved || ready)
            return ERR_OK;
        if (nfds == 0 && !has(h, TRANSFER_GOING))
            return why_set(why, ERR_NOT_FOUND, "no request is under way");
        if (stop != NULL && *stop)
            return why_set(why, ERR_STOPPING, "the wait for an answer was interrupted");
        if (deadline_passed(until))
            return why_set(why, ERR_DEADLINE, "no answer came in time");
        e = libcurl_wait(&h->curl, fds, nfds, patience_ms(h, until));
        if (e != ERR_OK)
            return why_set(why, e, "libcurl cannot wait");
    }
}

/* ---- the end ------------------------------------------------------------------------------------- */

bool http_ended(const struct http_transfer *t)
{
    return t->state == TRANSFER_ENDED;
}

struct http_times http_times_of(const struct http_transfer *t)
{
    assert(t->state == TRANSFER_ENDED);
    return t->times;
}

enum err http_result(struct http_transfer *t, struct http_reply *ret, struct why *why)
{
    assert(t->state == TRANSFER_ENDED);
    if (t->err != ERR_OK)
        return why_set(why, t->err, "%s", t->why.text);
    const char *type = arena_strdup(t->arena, t->head.type);
    const char *id = arena_strdup(t->arena, t->head.request_id);
    if (type == NULL || id == NULL)
        return ERR_MEMORY;
    *ret = (struct http_reply){
        .status = t->head.status,
        .type = type,
        .body = buf_text(&t->body),
        .len = t->body.len,
        .retry_after_ms = transfer_head_retry_after_ms(&t->head, clock_machine_ms() / 1000),
        .should_retry = t->head.should_retry,
        .request_id = id,
        .times = t->times,
    };
    return ERR_OK;
}

void http_drop(struct http_transfer *t)
{
    if (t == NULL)
        return;
    assert(t->state != TRANSFER_IDLE);
    if (t->state == TRANSFER_GOING && t->http->inside) {
        t->state = TRANSFER_DROPPING;
        return;
    }
    if (t->state == TRANSFER_GOING)
        libcurl_stop(&t->http->curl, t);
    if (t->state != TRANSFER_ENDED)
        libcurl_forget(t);
    if (t->state != TRANSFER_DROPPING)
        t->state = TRANSFER_IDLE;
}

void http_drop_all(struct http *h)
{
    for (struct http_transfer *t = h->transfers; t != NULL; t = t->next)
        if (t->state != TRANSFER_IDLE && t->state != TRANSFER_DROPPING)
            http_drop(t);
}

/* ==== one request, waited for ================================================================= */

/* One request and nothing else: http_send, by the functions of http.h. */

enum err http_send(struct http *h, struct arena *a, const struct http_request *req,
                   struct http_reply *ret, struct why *why)
{
    struct http_transfer *t = NULL;

    enum err e = http_start(h, a, req, &t, why);
    if (e != ERR_OK)
        return e;
    struct deadline until = {INT64_MAX}; /* the transfer ends itself at its own deadline */
    while (e == ERR_OK && !http_ended(t))
        e = http_move(h, NULL, 0, until, NULL, why);
    if (e == ERR_OK)
        e = http_result(t, ret, why);
    http_drop(t);
    return e;
}
