/* The routes as a gateway meets them: tools/serve-here runs nginx, spawn-fcgi, multiwatch and the
 * built programs, and every request goes over a TCP connection of its own. */
#include "tests/cases/door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/cases/home.h"

#define READY_MS 90000
#define WAIT_MS  90000

struct service {
    pid_t pid;
    int port;
    int out; /* what it prints; kept open, so that its last words kill no process */
};

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    (void)close(fd);
    return ntohs(at.sin_port);
}

static int dial(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* nginx may answer and close before a large body is sent: what was answered counts. */
static void write_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t put = send(fd, data, n, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        data += put;
        n -= (size_t)put;
    }
}

/* *ret_sound_us: see struct answer. */
static void read_all(int fd, struct buf *b, int64_t *ret_sound_us)
{
    char piece[16384];
    struct deadline d = deadline_in_ms(WAIT_MS);

    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, deadline_left_ms(d)) != 1)
            fail_msg("no whole answer within %d ms", WAIT_MS);
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        if (n <= 0)
            return;
        buf_put(b, piece, (size_t)n);
        if (*ret_sound_us == 0 && strstr(buf_text(b), "\"audio_data\":\"") != NULL)
            *ret_sound_us = clock_mono_us();
    }
}

static const char *header(struct door *d, const char *head, const char *name)
{
    char wanted[64];

    (void)snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
    const char *at = strcasestr(head, wanted);
    if (at == NULL)
        return "";
    at += strlen(wanted);
    return arena_strndup(d->arena, at, strcspn(at, "\r\n"));
}

/* Joins the chunks of a chunked body, in place. */
static size_t dechunk(char *body, size_t n)
{
    char *out = body;
    const char *at = body;

    while (at < body + n) {
        char *end = NULL;
        size_t len = strtoul(at, &end, 16);
        assert_true(end != at && end[0] == '\r');
        if (len == 0)
            break;
        memmove(out, end + 2, len);
        out += len;
        at = end + 2 + len + 2;
    }
    *out = '\0';
    return (size_t)(out - body);
}

static void put_request(struct buf *b, const struct door_request *q)
{
    size_t len = q->body == NULL ? 0 : q->len == 0 ? strlen(q->body) : q->len;

    buf_printf(b, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
               q->method == NULL ? "POST" : q->method, q->path);
    if (q->type != NULL)
        buf_printf(b, "Content-Type: %s\r\n", q->type);
    if (q->accept != NULL)
        buf_printf(b, "Accept: %s\r\n", q->accept);
    if (q->idempotency_key != NULL)
        buf_printf(b, "Idempotency-Key: %s\r\n", q->idempotency_key);
    if (q->forwarded_for != NULL)
        buf_printf(b, "X-Forwarded-For: %s\r\n", q->forwarded_for);
    buf_printf(b, "Content-Length: %zu\r\n\r\n", len);
    buf_put(b, q->body == NULL ? "" : q->body, len);
    assert_int_equal(buf_err(b), ERR_OK);
}

static void send_nginx(struct door *d, const struct door_request *q, struct answer *ret)
{
    const struct service *service = d->own;
    struct buf out;
    struct buf in;

    buf_init(&out, d->arena, (size_t)32 * 1024 * 1024);
    buf_init(&in, d->arena, (size_t)32 * 1024 * 1024);
    put_request(&out, q);
    int fd = dial(service->port);
    write_all(fd, out.data, out.len);
    int64_t sound_us = 0;
    read_all(fd, &in, &sound_us);
    (void)close(fd);
    assert_int_equal(buf_err(&in), ERR_OK);
    char *split = strstr(buf_text(&in), "\r\n\r\n");
    assert_non_null(split);
    const char *head = arena_strndup(d->arena, in.data, (size_t)(split - in.data) + 2);
    char *body = split + 4;
    size_t len = in.len - (size_t)(body - in.data);
    if (strcmp(header(d, head, "Transfer-Encoding"), "chunked") == 0)
        len = dechunk(body, len);
    else
        assert_int_equal(len, strtoul(header(d, head, "Content-Length"), NULL, 10));
    *ret = (struct answer){
        .status = (int)strtol(head + strlen("HTTP/1.1 "), NULL, 10),
        .type = header(d, head, "Content-Type"),
        .allow = header(d, head, "Allow"),
        .location = header(d, head, "Location"),
        .body = body,
        .len = len,
        .sound_us = sound_us,
    };
}

static void run_service(const struct door *d, int port, int out)
{
    char text[512];
    const char *bin = getenv("HOLOS_TEST_BIN");

    (void)snprintf(text, sizeof text, "%d", port);
    (void)setenv("PORT", text, 1);
    (void)snprintf(text, sizeof text, "%s/var", d->folder);
    (void)setenv("HOLOS_VAR", text, 1);
    (void)setenv("HOLOS_BIN", bin == NULL ? "build/bin" : bin, 1);
    (void)dup2(out, STDOUT_FILENO);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that crashes leaves nothing behind */
    (void)execl("tools/serve-here", "serve-here", (char *)NULL);
    _exit(127);
}

static void wait_ready(int fd)
{
    char text[4096] = "";
    size_t len = 0;
    struct deadline d = deadline_in_ms(READY_MS);

    while (strstr(text, "holos answers on") == NULL) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t n =
            poll(&p, 1, deadline_left_ms(d)) == 1 ? read(fd, text + len, sizeof text - 1 - len) : 0;
        if (n <= 0)
            fail_msg("the service did not become ready: %s", text);
        len += (size_t)n;
        text[len] = '\0';
    }
}

void door_open_nginx(struct door *d)
{
    static struct service service;
    int out[2];

    home_make(d);
    service.port = free_port();
    assert_int_equal(pipe(out), 0);
    service.pid = fork();
    assert_true(service.pid >= 0);
    if (service.pid == 0)
        run_service(d, service.port, out[1]);
    (void)close(out[1]);
    d->name = "nginx";
    d->send = send_nginx;
    d->own = &service;
    service.out = out[0];
    wait_ready(out[0]);
}

void door_close(struct door *d)
{
    struct service *service = d->own;

    if (service != NULL) {
        assert_int_equal(kill(service->pid, SIGTERM), 0);
        assert_int_equal(waitpid(service->pid, NULL, 0), service->pid);
        (void)close(service->out);
    }
    home_remove(d);
}
