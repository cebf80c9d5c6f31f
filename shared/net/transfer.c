#include "net/transfer.h"

#include <stdarg.h>
#include <string.h>

void transfer_init(struct http_transfer *t, struct arena *a, const struct http_request *req)
{
    t->req = *req;
    t->arena = a;
    t->tries = 0;
    t->err = ERR_OK;
    t->why = (struct why){0};
    t->times = (struct http_times){0};
    t->started_us = clock_mono_us();
    buf_init(&t->body, a, req->reply_max);
}

void transfer_begin(struct http_transfer *t)
{
    head_init(&t->head);
    buf_clear(&t->body);
    t->got = 0;
    t->error[0] = '\0';
    t->times.first_byte_us = 0;
    t->tries++;
    t->begun_us = clock_mono_us();
}

void transfer_fail(struct http_transfer *t, enum err e, const char *format, ...)
{
    char text[sizeof t->why.text];
    va_list ap;

    if (t->err != ERR_OK)
        return;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    t->err = why_set(&t->why, e, "%s%s", t->where, text);
}

/* ---- the reply ----------------------------------------------------------------------------------- */

static void fail_body(struct http_transfer *t, enum err e)
{
    if (e == ERR_TOO_BIG)
        transfer_fail(t, e, ": the answer is larger than %zu bytes", t->req.reply_max);
    else
        transfer_fail(t, e, ": the answer was not read to its end");
}

bool transfer_take_head(struct http_transfer *t, const char *line, size_t n)
{
    if (t->times.first_byte_us == 0)
        t->times.first_byte_us = clock_mono_us() - t->started_us;
    head_take(&t->head, line, n);
    if (!t->by_egress) /* whoever says so is not the egress */
        t->head.egress[0] = '\0';
    return t->err == ERR_OK;
}

/* A body whose length is announced is built in one piece. */
static enum err collect(struct http_transfer *t, const char *data, size_t n)
{
    if (t->body.len == 0 && t->head.length > 0 && (uint64_t)t->head.length <= t->req.reply_max) {
        enum err e = buf_reserve(&t->body, (size_t)t->head.length);
        if (e != ERR_OK)
            return e;
    }
    buf_put(&t->body, data, n);
    return buf_err(&t->body);
}

bool transfer_take(struct http_transfer *t, const char *data, size_t n)
{
    enum err e = ERR_OK;

    if (t->err != ERR_OK || t->state != TRANSFER_GOING)
        return false;
    if (t->head.egress[0] != '\0')
        return true;
    *t->moved = true;
    if (n > t->req.reply_max - t->got)
        e = ERR_TOO_BIG;
    else if (t->req.on_bytes != NULL)
        e = t->req.on_bytes(t->req.to, t->head.status, data, n);
    else
        e = collect(t, data, n);
    t->got += n;
    if (e != ERR_OK)
        fail_body(t, e);
    return e == ERR_OK && t->state == TRANSFER_GOING;
}

/* What nginx/egress.conf says of itself; the same errors as without it. */
static const struct {
    const char *says;
    enum err err;
    const char *text;
} egress_says[] = {
    {"refused", ERR_CONFIG, " is not on the list of the egress"},
    {"unreachable", ERR_PEER, " cannot be reached by the egress"},
    {"stale", ERR_PEER, " broke the connection off"},
    {"timeout", ERR_DEADLINE, " did not answer the egress in time"},
};

void transfer_finish(struct http_transfer *t)
{
    if (t->head.egress[0] == '\0' || t->err != ERR_OK)
        return;
    for (size_t i = 0; i < sizeof egress_says / sizeof egress_says[0]; i++)
        if (strcmp(t->head.egress, egress_says[i].says) == 0)
            transfer_fail(t, egress_says[i].err, "%s", egress_says[i].text);
    transfer_fail(t, ERR_PEER, " was not asked: the egress cannot use this request");
}

bool transfer_is_untouched(const struct http_transfer *t)
{
    if (strcmp(t->head.egress, "stale") == 0)
        return t->err == ERR_OK && t->tries == 1;
    return t->err == ERR_OK && t->tries == 1 && t->times.first_byte_us == 0 &&
           t->times.connects == 0;
}

/* ---- limits -------------------------------------------------------------------------------------- */

static int64_t first_byte_limit_us(const struct http_transfer *t)
{
    if (t->req.first_byte_ms <= 0 || t->times.first_byte_us > 0)
        return INT64_MAX;
    return t->started_us + (int64_t)t->req.first_byte_ms * 1000;
}

int64_t transfer_limit_us(const struct http_transfer *t)
{
    int64_t first = first_byte_limit_us(t);

    return first < t->req.deadline.at_us ? first : t->req.deadline.at_us;
}

bool transfer_expire(struct http_transfer *t)
{
    int64_t now = clock_mono_us();

    if (t->req.stop != NULL && *t->req.stop)
        transfer_fail(t, ERR_STOPPING, ": the answer was not read to its end");
    else if (t->req.deadline.at_us <= now)
        transfer_fail(t, ERR_DEADLINE, " did not answer in time");
    else if (first_byte_limit_us(t) <= now)
        transfer_fail(t, ERR_DEADLINE, " did not begin to answer within %d ms",
                      t->req.first_byte_ms);
    return t->err != ERR_OK;
}
