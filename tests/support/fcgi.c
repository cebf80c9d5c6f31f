#include "tests/support/fcgi.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define HEADER      8
#define RECORD_MOST 32768

int fcgi_dial(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    int n = snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || n < 0 || (size_t)n >= sizeof a.sun_path)
        abort();
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

bool fcgi_write(int fd, const void *data, size_t n)
{
    const char *p = data;

    while (n > 0) {
        ssize_t put = send(fd, p, n, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

bool fcgi_record(int fd, enum fcgi_type type, const void *data, size_t n)
{
    unsigned char header[HEADER] = {1, (unsigned char)type,     0,
                                    1, (unsigned char)(n >> 8), (unsigned char)(n & 0xff)};

    return fcgi_write(fd, header, sizeof header) && fcgi_write(fd, data, n);
}

struct params {
    char data[4096];
    size_t len;
};

static void params_put(struct params *p, const char *name, const char *value)
{
    size_t n = strlen(name), v = value == NULL ? 0 : strlen(value);

    if (value == NULL)
        return;
    if (n > 127 || p->len + n + v + 5 > sizeof p->data)
        abort();
    p->data[p->len++] = (char)n;
    for (int shift = 24; shift >= 0; shift -= 8)
        p->data[p->len++] = (char)((v >> shift & 0xff) | (shift == 24 ? 0x80 : 0));
    memcpy(p->data + p->len, name, n);
    memcpy(p->data + p->len + n, value, v);
    p->len += n + v;
}

bool fcgi_open(int fd, const struct fcgi_ask *ask)
{
    unsigned char begin[8] = {0, 1, ask->keep};
    struct params p = {.len = 0};
    char length[24];
    char arrived[40];

    (void)snprintf(length, sizeof length, "%zu", ask->len);
    params_put(&p, "REQUEST_METHOD",
               ask->method != NULL ? ask->method
               : ask->body == NULL ? "GET"
                                   : "POST");
    params_put(&p, "DOCUMENT_URI", "/trial");
    params_put(&p, "QUERY_STRING", ask->query);
    params_put(&p, "CONTENT_TYPE", ask->type);
    params_put(&p, "CONTENT_LENGTH", ask->declared != NULL ? ask->declared : length);
    params_put(&p, "REMOTE_ADDR", "192.0.2.7");
    params_put(&p, "REQUEST_ID", ask->id);
    if (ask->arrived_ms != 0) {
        (void)snprintf(arrived, sizeof arrived, "%.3f", (double)ask->arrived_ms / 1000);
        params_put(&p, "REQUEST_ARRIVED", arrived);
    }
    return fcgi_record(fd, FCGI_BEGIN, begin, sizeof begin) &&
           fcgi_record(fd, FCGI_PARAMS, p.data, p.len) && fcgi_record(fd, FCGI_PARAMS, "", 0);
}

bool fcgi_body(int fd, const void *data, size_t n)
{
    const char *p = data;

    while (n > 0) {
        size_t piece = n > RECORD_MOST ? RECORD_MOST : n;
        if (!fcgi_record(fd, FCGI_STDIN, p, piece))
            return false;
        p += piece;
        n -= piece;
    }
    return true;
}

bool fcgi_send(int fd, const struct fcgi_ask *ask)
{
    return fcgi_open(fd, ask) && fcgi_body(fd, ask->body, ask->len) &&
           fcgi_record(fd, FCGI_STDIN, "", 0);
}

static bool read_exactly(int fd, void *data, size_t n, struct deadline d, bool *ret_closed)
{
    char *p = data;

    while (n > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, deadline_left_ms(d)) <= 0)
            return false;
        ssize_t got = read(fd, p, n);
        if (got <= 0) {
            *ret_closed = true;
            return false;
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

/* Twice as much each time: a large reply that is copied for every record takes longer, on a busy
 * machine with a sanitizer, than the worker waits for it to be taken. */
static void make_room(struct fcgi_reply *r, size_t n)
{
    if (r->len + n < r->room)
        return;
    r->room = (r->len + n + 1) * 2;
    r->data = realloc(r->data, r->room);
    if (r->data == NULL)
        abort();
}

bool fcgi_read_record(int fd, int ms, struct fcgi_reply *r)
{
    struct deadline d = deadline_in_ms(ms);
    unsigned char h[HEADER];
    char content[65535 + 255];

    if (!read_exactly(fd, h, sizeof h, d, &r->closed))
        return false;
    size_t n = (size_t)h[4] << 8 | h[5];
    if (!read_exactly(fd, content, n + h[6], d, &r->closed))
        return false;
    r->ends += h[1] == FCGI_END;
    if (h[1] != FCGI_STDOUT)
        return true;
    make_room(r, n);
    memcpy(r->data + r->len, content, n);
    r->len += n;
    r->data[r->len] = '\0';
    return true;
}

bool fcgi_read(int fd, int ms, struct fcgi_reply *r)
{
    struct deadline d = deadline_in_ms(ms);

    while (fcgi_read_record(fd, deadline_left_ms(d), r))
        if (r->ends > 0)
            (void)shutdown(fd, SHUT_WR);
    return r->ends > 0;
}

int fcgi_call(const char *path, const struct fcgi_ask *ask, struct fcgi_reply *ret)
{
    int fd = fcgi_dial(path);

    *ret = (struct fcgi_reply){0};
    if (fd < 0)
        return 0;
    (void)fcgi_send(fd, ask);
    bool whole = fcgi_read(fd, 15000, ret);
    close(fd);
    return whole ? fcgi_status(ret) : 0;
}

int fcgi_status(const struct fcgi_reply *r)
{
    const char *at = r->data == NULL ? NULL : strstr(r->data, "Status: ");

    return at == NULL ? 0 : (int)strtol(at + 8, NULL, 10);
}

const char *fcgi_reply_body(const struct fcgi_reply *r)
{
    const char *at = r->data == NULL ? NULL : strstr(r->data, "\r\n\r\n");

    return at == NULL ? "" : at + 4;
}

void fcgi_reply_free(struct fcgi_reply *r)
{
    free(r->data);
    *r = (struct fcgi_reply){0};
}
