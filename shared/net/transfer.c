#include "net/transfer.h"

#include <stdarg.h>
#include <string.h>

/* ==== the headers of a reply ================================================================== */

#define DAY_MS ((int64_t)86400000)

void transfer_head_init(struct head *h)
{
    *h = (struct head){.length = -1, .wait_ms = -1, .wait_s = -1, .wait_until = -1, .date = -1};
}

/* ---- values -------------------------------------------------------------------------------------- */

/* Digits alone; -1 for anything else. Far too large becomes large. */
static int64_t number(const char *s)
{
    int64_t value = 0;

    if (*s == '\0' || s[strspn(s, "0123456789")] != '\0')
        return -1;
    for (; *s != '\0'; s++)
        value = value > INT64_MAX / 100 ? value : value * 10 + (*s - '0');
    return value;
}

static int month_of(const char *s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; i < 12; i++)
        if (strncmp(s, names + (size_t)i * 3, 3) == 0)
            return i;
    return -1;
}

/* A letter for a, a digit for 0, everything else as it is. */
static bool has_form(const char *s, const char *form)
{
    for (; *s != '\0' && *form != '\0'; s++, form++) {
        bool letter = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');
        bool digit = *s >= '0' && *s <= '9';
        if (*form == 'a' ? !letter : *form == '0' ? !digit : *s != *form)
            return false;
    }
    return *s == *form;
}

static int digits(const char *s, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++)
        value = value * 10 + (s[i] - '0');
    return value;
}

int64_t transfer_head_date(const char *s)
{
    if (!has_form(s, "aaa, 00 aaa 0000 00:00:00 GMT"))
        return -1;
    struct tm tm = {.tm_mday = digits(s + 5, 2),
                    .tm_mon = month_of(s + 8),
                    .tm_year = digits(s + 12, 4) - 1900,
                    .tm_hour = digits(s + 17, 2),
                    .tm_min = digits(s + 20, 2),
                    .tm_sec = digits(s + 23, 2)};
    bool possible = tm.tm_mon >= 0 && tm.tm_year >= 70 && tm.tm_mday >= 1 && tm.tm_mday <= 31 &&
                    tm.tm_hour < 24 && tm.tm_min < 60 && tm.tm_sec <= 60;
    return possible ? (int64_t)timegm(&tm) : -1;
}

/* ---- lines --------------------------------------------------------------------------------------- */

static void keep(char *to, size_t room, const char *value)
{
    (void)snprintf(to, room, "%s", value);
}

static void take_type(struct head *h, const char *value)
{
    keep(h->type, sizeof h->type, value);
}

/* It goes into a log, so it may be nothing but an identifier. */
static void take_request_id(struct head *h, const char *value)
{
    static const char harmless[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:/=+";

    if (value[strspn(value, harmless)] == '\0' && strlen(value) < sizeof h->request_id)
        keep(h->request_id, sizeof h->request_id, value);
}

static void take_egress(struct head *h, const char *value)
{
    keep(h->egress, sizeof h->egress, value);
}

static void take_length(struct head *h, const char *value)
{
    h->length = number(value);
}

static void take_date(struct head *h, const char *value)
{
    h->date = transfer_head_date(value);
}

/* "1500", also "1500.25" as some proxies write it. */
static void take_wait_ms(struct head *h, const char *value)
{
    char whole[32] = "";

    keep(whole, sizeof whole, value);
    whole[strcspn(whole, ".")] = '\0';
    h->wait_ms = number(whole);
}

static void take_wait(struct head *h, const char *value)
{
    h->wait_s = number(value);
    h->wait_until = transfer_head_date(value);
}

static void take_should_retry(struct head *h, const char *value)
{
    if (strcasecmp(value, "true") == 0)
        h->should_retry = HTTP_SAYS_YES;
    else if (strcasecmp(value, "false") == 0)
        h->should_retry = HTTP_SAYS_NO;
}

static const struct {
    const char *name;
    void (*take)(struct head *h, const char *value);
} fields[] = {
    {"content-type", take_type},
    {"content-length", take_length},
    {"date", take_date},
    {"retry-after", take_wait},
    {"retry-after-ms", take_wait_ms},
    {"x-should-retry", take_should_retry},
    {"request-id", take_request_id},
    {"x-request-id", take_request_id},
    {"x-holos-egress", take_egress},
};

/* "HTTP/1.1 200 OK" */
static int status_of(const char *line, size_t n)
{
    const char *space = memchr(line, ' ', n);
    int status = 0;

    if (space == NULL || line + n - space < 4)
        return 0;
    for (const char *s = space + 1; s < space + 4; s++)
        status = *s >= '0' && *s <= '9' ? status * 10 + (*s - '0') : 0;
    return status;
}

void transfer_head_take(struct head *h, const char *line, size_t n)
{
    char value[256];

    if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        transfer_head_init(h);
        h->status = status_of(line, n);
        return;
    }
    const char *colon = memchr(line, ':', n);
    if (colon == NULL)
        return;
    size_t name_len = (size_t)(colon - line);
    const char *begin = colon + 1;
    const char *end = line + n;
    while (begin < end && (*begin == ' ' || *begin == '\t'))
        begin++;
    while (end > begin && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    (void)snprintf(value, sizeof value, "%.*s", (int)(end - begin < 255 ? end - begin : 255),
                   begin);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strlen(fields[i].name) == name_len && strncasecmp(fields[i].name, line, name_len) == 0)
            fields[i].take(h, value);
}

int64_t transfer_head_retry_after_ms(const struct head *h, int64_t now_s)
{
    int64_t ms = -1;

    if (h->wait_ms >= 0)
        ms = h->wait_ms;
    else if (h->wait_s >= 0)
        ms = h->wait_s < DAY_MS ? h->wait_s * 1000 : DAY_MS;
    else if (h->wait_until >= 0)
        ms = (h->wait_until - (h->date >= 0 ? h->date : now_s)) * 1000;
    else
        return -1;
    return ms < 0 ? 0 : ms > DAY_MS ? DAY_MS : ms;
}

/* ==== a transfer ============================================================================== */

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
    transfer_head_init(&t->head);
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
    transfer_head_take(&t->head, line, n);
    if (!t->by_egress) /* it is not the egress that says so */
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
