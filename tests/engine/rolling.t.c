/* The promise of docs/operations: workers are replaced under load and no request is lost. Real
 * nginx, with the location that the route's own struct makes, real spawn-fcgi and multiwatch.
 * check: serial
 * check: timeout=120 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/settings.h"
#include "serve/routes-nginx.h"
#include "tests/support/engine.h"
#include "tests/support/fcgi.h"

enum {
    WORKERS = 4,
    CALLERS = 4,
    CALLS = 2500,        /* of each caller: 10,000 requests */
    RESTARTS_MS = 12000, /* for so long; then those who are left are served in peace */
    LOST_MOST = 4        /* of each caller, that are told of */
};

#define START_MS "50" /* so that every machine is slow at starting a worker */

extern const struct handler handler_trial;

static struct engine engine;
static char door[700]; /* nginx listens on a Unix socket: no port can be in use */
static pid_t nginx;

/* Where nginx finds each parameter that is read. */
static const char *variable(const char *name)
{
    static const char *const known[][2] = {
        {"REQUEST_METHOD", "$request_method"}, {"DOCUMENT_URI", "$document_uri"},
        {"QUERY_STRING", "$query_string"},     {"CONTENT_TYPE", "$content_type"},
        {"CONTENT_LENGTH", "$content_length"}, {"REMOTE_ADDR", "$remote_addr"},
        {"REQUEST_ID", "$http_x_id"},          {"HTTP_ACCEPT", "$http_accept"},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i][0], name) == 0)
            return known[i][1];
    return "\"\"";
}

static void write_params(struct buf *b)
{
#define X(field, name) buf_printf(b, "fastcgi_param %s %s;\n", name, variable(name));
    REQUEST_PARAMS(X)
#undef X
    assert_int_equal(mkdir(folder_path(&engine.folder, "holos"), 0700), 0);
    (void)folder_write(&engine.folder, "holos/params.conf", b->data, b->len);
    buf_clear(b);
}

static void write_configuration(struct arena *a)
{
    const struct handler *const table[] = {&handler_trial, NULL};
    const char *folder = engine.folder.path;
    struct buf b;

    buf_init(&b, a, 65536);
    write_params(&b);
    if (geteuid() == 0)
        buf_puts(&b, "user root;\n");
    buf_printf(&b,
               "worker_processes 2;\ndaemon off;\npid %s/pid;\nerror_log %s/nginx.log warn;\n"
               "events { worker_connections 512; }\n"
               "http {\naccess_log off;\nfastcgi_keep_conn off;\n"
               "client_body_temp_path %s/t1;\nfastcgi_temp_path %s/t2;\nproxy_temp_path %s/t3;\n"
               "uwsgi_temp_path %s/t4;\nscgi_temp_path %s/t5;\n"
               "server {\nlisten unix:%s;\n",
               folder, folder, folder, folder, folder, folder, folder, door);
    assert_int_equal(routes_write_nginx(&b, table, folder), ERR_OK);
    buf_puts(&b, "location / { return 404; }\n}\n}\n");
    assert_int_equal(buf_err(&b), ERR_OK);
    (void)folder_write(&engine.folder, "nginx.conf", b.data, b.len);
}

static void start_nginx(void)
{
    const char *const argv[] = {"/usr/sbin/nginx", "-p", engine.folder.path, "-c",
                                "nginx.conf",      "-e", "stderr",           NULL};
    struct deadline d = deadline_in_ms(10000);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int fd = -1;

    nginx = engine_exec(&engine, nothing, argv, NULL);
    close(nothing);
    while ((fd = fcgi_dial(door)) < 0)
        assert_true(deadline_sleep(d, 20));
    close(fd);
}

static int set_up(void **state)
{
    struct arena a;

    (void)state;
    engine_init(&engine);
    (void)snprintf(door, sizeof door, "%s/http", engine.folder.path);
    assert_int_equal(settings_load(NULL), ERR_OK);
    arena_init(&a, 1 << 20);
    write_configuration(&a);
    arena_release(&a);
    assert_int_equal(setenv("TRIAL_START_MS", START_MS, 1), 0);
    engine_supervise(&engine, WORKERS);
    start_nginx();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)kill(nginx, SIGTERM);
    (void)engine_wait(nginx, 20000);
    engine_release(&engine);
    settings_forget();
    return 0;
}

/* One HTTP request, its whole reply in `out`. The status, or 0. */
static int http(const char *request, size_t n, char *out, size_t room)
{
    size_t len = 0;
    ssize_t got = 1;
    int fd = fcgi_dial(door);

    out[0] = '\0';
    if (fd < 0)
        return 0;
    bool sent = fcgi_write(fd, request, n);
    while (sent && got > 0 && len < room - 1) {
        got = read(fd, out + len, room - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    out[len] = '\0';
    close(fd);
    return strncmp(out, "HTTP/1.1 ", 9) == 0 ? (int)strtol(out + 9, NULL, 10) : 0;
}

static int get(const char *target, char *out, size_t room)
{
    char request[256];

    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", target);
    return http(request, (size_t)n, out, room);
}

struct lost {
    int n;
    int64_t waited_ms;
    char said[80];     /* by nginx */
    char workers[300]; /* at that time */
};

/* What one caller has seen, told to the test through shared memory. */
struct tally {
    int good, lost_n;
    int64_t longest_ms;
    bool done;
    struct lost lost[LOST_MOST];
};

static void note_loss(struct tally *t, int n, int64_t waited_ms, const char *said)
{
    if (t->lost_n++ >= LOST_MOST)
        return;
    struct lost *l = &t->lost[t->lost_n - 1];
    l->n = n;
    l->waited_ms = waited_ms;
    (void)snprintf(l->said, sizeof l->said, "%.*s", (int)strcspn(said, "\r\n"), said);
    engine_describe_workers(&engine, l->workers, sizeof l->workers);
}

static void call_on_and_on(int caller, struct tally *t)
{
    char post[200];
    char out[4096];

    for (int i = 0; i < CALLS; i++) {
        int n = snprintf(post, sizeof post,
                         "POST /trial HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Id: %d-%d\r\n"
                         "Content-Length: 11\r\n\r\nhello there",
                         caller, i);
        int64_t began_us = clock_mono_us();
        int status = http(post, (size_t)n, out, sizeof out);
        int64_t waited_ms = (clock_mono_us() - began_us) / 1000;
        t->longest_ms = waited_ms > t->longest_ms ? waited_ms : t->longest_ms;
        if (status == 200 && strstr(out, "\"len\":11") != NULL)
            t->good++;
        else
            note_loss(t, i, waited_ms, out);
    }
    t->done = true;
}

/* For how long each lost request had waited, who had taken it, and where the workers were then. */
static void tell_losses(const struct tally *t)
{
    char id[64];
    char *log = engine_log(&engine);

    for (int i = 0; i < CALLERS; i++)
        for (int k = 0; k < t[i].lost_n && k < LOST_MOST; k++) {
            const struct lost *l = &t[i].lost[k];
            (void)snprintf(id, sizeof id, "request id=%d-%d ", i, l->n);
            const char *taken = strstr(log, id);
            print_message("# lost: %d-%d waited %lld ms: %s; %.*s\n#   workers then: %s\n", i, l->n,
                          (long long)l->waited_ms, l->said,
                          taken == NULL ? 40 : (int)strcspn(taken, "\n"),
                          taken == NULL ? "no worker had taken it" : taken, l->workers);
        }
    free(log);
}

static bool all_done(const struct tally *t)
{
    for (int i = 0; i < CALLERS; i++)
        if (!t[i].done)
            return false;
    return true;
}

static bool has_other(const pid_t *now, int n, const pid_t *former, int former_n)
{
    for (int i = 0; i < n; i++) {
        int k = 0;
        while (k < former_n && former[k] != now[i])
            k++;
        if (k == former_n)
            return true;
    }
    return false;
}

/* Each restart comes at the worst time: a worker has just become its program and does not listen
 * yet. So no worker is without one while it starts. */
static int restart_till_done(const struct tally *t)
{
    struct deadline d = deadline_in_ms(RESTARTS_MS);
    pid_t former[WORKERS], now[WORKERS];
    int former_n = 0, restarts = 0;

    while (!all_done(t) && deadline_sleep(d, 1)) {
        int n = engine_find_workers(&engine, now, WORKERS);
        if (!has_other(now, n, former, former_n))
            continue;
        assert_int_equal(kill(engine.pid, SIGUSR2), 0);
        memcpy(former, now, sizeof former);
        former_n = n;
        restarts++;
    }
    return restarts;
}

static void a_rolling_restart_under_load_loses_none_of_10000_requests(void **state)
{
    int good = 0;
    int64_t longest_ms = 0;
    pid_t callers[CALLERS];

    (void)state;
    struct tally *t =
        mmap(NULL, CALLERS * sizeof *t, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(t != MAP_FAILED);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = fork();
        assert_true(callers[i] >= 0);
        if (callers[i] == 0) {
            call_on_and_on(i, &t[i]);
            _exit(0);
        }
    }
    int restarts = restart_till_done(t);
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(engine_wait(callers[i], 90000), 0);
        good += t[i].good;
        longest_ms = t[i].longest_ms > longest_ms ? t[i].longest_ms : longest_ms;
    }
    tell_losses(t);
    (void)munmap(t, CALLERS * sizeof *t);
    print_message("# %d of %d requests answered during %d restarts of %d workers; the longest "
                  "waited %lld ms\n",
                  good, CALLERS * CALLS, restarts, WORKERS, (long long)longest_ms);
    assert_int_equal(good, CALLERS * CALLS);
    assert_true(restarts >= 3);
}

static void nginx_and_the_route_agree_on_sizes_and_paths(void **state)
{
    char out[4096];
    char head[256];
    const size_t limit = handler_trial.body_max;

    (void)state;
    assert_int_equal(get("/trial/again", out, sizeof out), 200);
    assert_int_equal(get("/trial/", out, sizeof out), 404);
    assert_int_equal(get("/", out, sizeof out), 404);
    char *big = calloc(1, limit + 70000);
    assert_non_null(big);
    const struct {
        size_t len;
        int status;
        const char *text;
    } cases[] = {{limit, 200, "\"len\":4194304"},
                 {limit + 1, 413, "{\"error\":\"the body is larger"}};
    for (size_t i = 0; i < 2; i++) {
        int n = snprintf(head, sizeof head,
                         "POST /trial HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         "Content-Length: %zu\r\n\r\n",
                         cases[i].len);
        memset(big, 'x', limit + 70000);
        memcpy(big, head, (size_t)n);
        assert_int_equal(http(big, (size_t)n + cases[i].len, out, sizeof out), cases[i].status);
        assert_non_null(strstr(out, cases[i].text));
    }
    free(big);
}

static void a_stream_passes_nginx_piece_by_piece(void **state)
{
    static const char request[] =
        "GET /trial?do=stream&n=3&ms=300 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    char out[4096] = "";
    size_t len = 0;

    (void)state;
    int fd = fcgi_dial(door);
    assert_true(fcgi_write(fd, request, sizeof request - 1));
    while (strstr(out, "{\"piece\":1}") == NULL) {
        ssize_t n = read(fd, out + len, sizeof out - 1 - len);
        assert_true(n > 0);
        len += (size_t)n;
        out[len] = '\0';
    }
    assert_null(strstr(out, "{\"piece\":3}"));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nginx_and_the_route_agree_on_sizes_and_paths),
        cmocka_unit_test(a_stream_passes_nginx_piece_by_piece),
        cmocka_unit_test(a_rolling_restart_under_load_loses_none_of_10000_requests),
    };
    return cmocka_run_group_tests_name("engine/rolling", tests, set_up, tear_down);
}
