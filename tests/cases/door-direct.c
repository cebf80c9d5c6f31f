/* The routes called as functions: the plainest and most precise way in. */
#include "tests/cases/door.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "serve/routes.h"
#include "tests/cases/home.h"

/* As nginx's locations choose: the path itself, or a secret behind it. */
static bool leads_to(const char *path, size_t n, const char *own, const struct access *access)
{
    size_t len = strlen(own);

    if (n < len || strncmp(own, path, len) != 0)
        return false;
    return n == len || (access->path_secret && path[len] == '/');
}

static const struct handler *route_of(const char *path, size_t n)
{
    for (size_t i = 0; routes[i] != NULL; i++)
        for (size_t k = 0; routes[i]->paths[k] != NULL; k++)
            if (leads_to(path, n, routes[i]->paths[k], routes[i]->access))
                return routes[i];
    return NULL;
}

static enum err collect(void *to, const void *data, size_t n)
{
    struct buf *b = to;

    buf_put(b, data, n);
    return buf_err(b);
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

/* nginx refuses an unknown path and a body over the limit before any route is asked; here the test
 * stands in for it, with the same bodies. */
static bool refused_at_the_door(const struct handler *h, const struct door_request *q, size_t len,
                                struct response *r)
{
    (void)q;
    if (h == NULL)
        response_error(r, 404, "Not Found");
    else if (len > h->body_max && h->body_max > 0)
        response_error(r, 413, "The body is larger than this route takes");
    else
        return false;
    return true;
}

static void send_direct(struct door *d, const struct door_request *q, struct answer *ret)
{
    const char *query = strchr(q->path, '?');
    size_t path_len = query == NULL ? strlen(q->path) : (size_t)(query - q->path);
    const struct handler *h = route_of(q->path, path_len);
    size_t len = q->body == NULL ? 0 : q->len == 0 ? strlen(q->body) : q->len;
    struct arena arena;
    struct response r;
    struct buf out;

    arena_init(&arena, (size_t)64 * 1024 * 1024);
    response_init(&r, &arena);
    if (!refused_at_the_door(h, q, len, &r)) {
        struct request request = {
            .method = q->method == NULL ? "POST" : q->method,
            .path = arena_strndup(&arena, q->path, path_len),
            .query = query == NULL ? "" : query + 1,
            .content_type = or_empty(q->type),
            .content_length = "",
            .accept = or_empty(q->accept),
            .idempotency_key = or_empty(q->idempotency_key),
            .binotel_signature = "",
            .remote_addr = "127.0.0.1",
            .forwarded_for = or_empty(q->forwarded_for),
            .request_id = "direct",
            .body = q->body == NULL ? "" : q->body,
            .len = len,
            .arena = &arena,
            .waited_ms = d->waited_ms,
            .deadline = deadline_in_ms(h->deadline_ms == 0 ? setting_number(SET_HOLOS_TURN_MS)
                                                           : h->deadline_ms),
        };
        handler_answer(h, &d->app, &request, &r);
    }
    buf_init(&out, d->arena, (size_t)32 * 1024 * 1024);
    struct body_mark mark = {0};
    assert_int_equal(body_write(&r.body, &mark, collect, &out), ERR_OK);
    assert_int_equal(out.len, body_length(&r.body));
    *ret = (struct answer){
        .status = r.status,
        .type = arena_strdup(d->arena, or_empty(r.type)),
        .allow = arena_strdup(d->arena, or_empty(r.allow)),
        .location = arena_strdup(d->arena, or_empty(r.location)),
        .body = buf_text(&out),
        .len = out.len,
    };
    arena_release(&arena);
}

void door_open_direct(struct door *d)
{
    home_make(d);
    d->name = "direct";
    d->send = send_direct;
}
