#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/vendors.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

#define READY_MS 90000
#define REPLY_MS 60000

/* Reads until the other side closes. */
static void read_all(int fd, int ms, struct buf *b)
{
    char piece[16384];
    ssize_t n = 1;

    while (n > 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, ms) <= 0)
            fail_msg("the stand-ins say nothing");
        n = read(fd, piece, sizeof piece);
        if (n > 0)
            buf_put(b, piece, (size_t)n);
    }
    assert_int_equal(n, 0);
    assert_int_equal(buf_err(b), ERR_OK);
}

static void become(int ready)
{
    char fd[16];

    (void)snprintf(fd, sizeof fd, "%d", ready);
    (void)execlp("python3", "python3", "tests/vendors/standins.py", "--ready-fd", fd, (char *)NULL);
    _exit(127);
}

static const char *ready_text(const struct vendors *v, const char *name)
{
    const char *text = json_text(json_member(v->ready, name));

    assert_non_null(text);
    return text;
}

static const char *ready_key(const struct vendors *v, const char *vendor, int i)
{
    const struct json *key = json_first(json_member(json_member(v->ready, "keys"), vendor));

    for (; i > 0; i--)
        key = json_next(key);
    assert_non_null(json_text(key));
    return json_text(key);
}

static void take_ready(struct vendors *v, const char *line, size_t n)
{
    int64_t port = 0;

    assert_int_equal(json_parse(&v->arena, line, n, &v->ready, NULL), ERR_OK);
    assert_int_equal(json_get_int(v->ready, "control", 1, 65535, &port, NULL), ERR_OK);
    v->control = (int)port;
    v->ca = ready_text(v, "ca");
    v->credentials = ready_text(v, "credentials");
    v->key[0] = ready_key(v, "claude", 0);
    v->key[1] = ready_key(v, "claude", 1);
    v->openai_key = ready_key(v, "openai", 0);
    v->google_key = ready_key(v, "google", 0);
}

void vendors_start(struct vendors *v)
{
    int ready[2];
    struct buf b;

    *v = (struct vendors){0};
    arena_init(&v->arena, 1 << 20);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(fcntl(ready[0], F_SETFD, FD_CLOEXEC), 0);
    v->pid = fork();
    assert_true(v->pid >= 0);
    if (v->pid == 0)
        become(ready[1]);
    (void)close(ready[1]);
    buf_init(&b, &v->arena, 1 << 16);
    read_all(ready[0], READY_MS, &b);
    (void)close(ready[0]);
    take_ready(v, b.data, b.len);
}

void vendors_stop(struct vendors *v)
{
    if (v->pid <= 0)
        return;
    (void)kill(v->pid, SIGTERM);
    assert_int_equal(waitpid(v->pid, NULL, 0), v->pid);
    arena_release(&v->arena);
    *v = (struct vendors){0};
}

const char *vendors_url(const struct vendors *v, const char *vendor)
{
    const char *url = json_text(json_member(json_member(v->ready, "urls"), vendor));

    if (url == NULL)
        fail_msg("no vendor %s", vendor);
    return url == NULL ? "" : url;
}

/* ---- settings ---- */

static const char *const names[] = {
    "GOOGLE_STT_URL",      "GOOGLE_TTS_URL",    "GOOGLE_APPLICATION_CREDENTIALS",
    "HOLOS_CA_FILE",       "WHISPER_URL",       "ANTHROPIC_API_KEY",
    "ANTHROPIC_API_KEY_2", "ANTHROPIC_BASE_URL"};

void vendors_set(const struct vendors *v)
{
    char whisper[128];

    (void)snprintf(whisper, sizeof whisper, "%s/inference", vendors_url(v, "whisper"));
    const char *const values[] = {vendors_url(v, "stt"),
                                  vendors_url(v, "tts"),
                                  v->credentials,
                                  v->ca,
                                  whisper,
                                  v->key[0],
                                  v->key[1],
                                  vendors_url(v, "claude")};
    static_assert(sizeof names == sizeof values, "a value for every name");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(setenv(names[i], values[i], 1), 0);
}

void vendors_unset(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unsetenv(names[i]);
}

/* ---- control ---- */

static int dial(const struct vendors *v)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)v->control),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void write_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t did = send(fd, data, n, MSG_NOSIGNAL);
        assert_true(did > 0);
        data += did;
        n -= (size_t)did;
    }
}

/* One control call; what it answers is in the arena. */
static const struct json *ask(const struct vendors *v, struct arena *a, const char *method,
                              const char *path, const char *json)
{
    const struct json *said = NULL;
    struct buf b;
    int fd = dial(v);

    buf_init(&b, a, 8 << 20);
    buf_printf(
        &b, "%s %s HTTP/1.1\r\nHost: control\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
        method, path, strlen(json));
    buf_puts(&b, json);
    assert_int_equal(buf_err(&b), ERR_OK);
    write_all(fd, b.data, b.len);
    buf_init(&b, a, 64 << 20);
    read_all(fd, REPLY_MS, &b);
    (void)close(fd);
    const char *text = buf_text(&b);
    const char *body = strstr(text, "\r\n\r\n");
    if (strncmp(text, "HTTP/1.1 200 ", 13) != 0 || body == NULL)
        fail_msg("%s %s: %s", method, path, text);
    body = body == NULL ? "" : body + 4;
    assert_int_equal(json_parse(a, body, strlen(body), &said, NULL), ERR_OK);
    return said;
}

void vendors_tell(const struct vendors *v, const char *path, const char *json)
{
    struct arena a;

    arena_init(&a, 128 << 20);
    (void)ask(v, &a, "POST", path, json);
    arena_release(&a);
}

void vendors_reset(const struct vendors *v)
{
    vendors_tell(v, "/reset", "{}");
}

void vendors_play(const struct vendors *v, const char *scenario_file)
{
    char order[256];

    (void)snprintf(order, sizeof order, "{\"file\":\"%s\"}", scenario_file);
    vendors_tell(v, "/scenario", order);
}

void vendors_misbehave(const struct vendors *v, const char *vendor, const char *what,
                       const char *more)
{
    char order[1024];

    (void)snprintf(order, sizeof order, "{\"vendor\":\"%s\",\"what\":\"%s\"%s%s}", vendor, what,
                   more != NULL ? "," : "", more != NULL ? more : "");
    vendors_tell(v, "/misbehave", order);
}

void vendors_behave(const struct vendors *v, const char *vendor)
{
    vendors_misbehave(v, vendor, "well", NULL);
}

void vendors_hear(const struct vendors *v, const char *sha256, const char *text)
{
    char order[2048];

    assert_null(strpbrk(text, "\"\\\n"));
    (void)snprintf(order, sizeof order, "{\"sha256\":\"%s\",\"text\":\"%s\"}", sha256, text);
    vendors_tell(v, "/transcript", order);
}

/* ---- what came ---- */

const struct json *vendors_report(const struct vendors *v, struct arena *a, bool timings)
{
    return ask(v, a, "GET", timings ? "/report?timings=1" : "/report", "");
}

int64_t vendors_count(const struct vendors *v, const char *vendor, const char *what)
{
    struct arena a;
    int64_t count = 0;

    arena_init(&a, 128 << 20);
    const struct json *counts =
        json_member(json_member(vendors_report(v, &a, false), "vendors"), vendor);
    if (isdigit((unsigned char)*what))
        counts = json_member(counts, "replies");
    if (json_member(counts, what) != NULL)
        assert_int_equal(json_get_int(counts, what, 0, INT32_MAX, &count, NULL), ERR_OK);
    arena_release(&a);
    return count;
}

void vendors_assert_content(const struct vendors *v)
{
    struct arena a;
    int complaints = 0;

    arena_init(&a, 128 << 20);
    const struct json *vendor = json_first(json_member(vendors_report(v, &a, false), "vendors"));
    for (; vendor != NULL; vendor = json_next(vendor)) {
        const struct json *said = json_first(json_member(vendor, "violations"));
        for (; said != NULL; said = json_next(said), complaints++)
            print_error("%s: %s\n", json_name(vendor), json_text(said));
    }
    arena_release(&a);
    assert_int_equal(complaints, 0);
}
