/* Requests through a real nginx with nginx/egress.conf as it is shipped: only its paths, the
 * authority it trusts and the port that https means are the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "net/http.h"
#include "tests/support/fcgi.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"

static struct peer peer;
static struct folder home; /* of nginx */
static pid_t nginx;
static struct http *http;
static struct http_reply reply;
static struct why why;

/* ---- nginx --------------------------------------------------------------------------------------- */

static void put_replaced(struct buf *out, const char *text, const char *const pairs[][2], size_t n)
{
    while (*text != '\0') {
        size_t i = 0;
        while (i < n && strncmp(text, pairs[i][0], strlen(pairs[i][0])) != 0)
            i++;
        if (i == n) {
            buf_putc(out, *text++);
        } else {
            buf_puts(out, pairs[i][1]);
            text += strlen(pairs[i][0]);
        }
    }
}

/* A file of nginx/, changed where the machine differs; everything to be changed must be there. */
static void put_conf(const char *name, const char *more, const char *const pairs[][2], size_t n)
{
    struct buf out;
    char *text = NULL;
    size_t len = 0;

    const char *from = arena_printf(&arena, "nginx/%s", name);
    assert_int_equal(file_read(&arena, from, 100000, &text, &len, &why), ERR_OK);
    for (size_t i = 0; i < n; i++)
        assert_non_null(strstr(text, pairs[i][0]));
    buf_init(&out, &arena, 100000);
    buf_puts(&out, more);
    put_replaced(&out, text, pairs, n);
    assert_int_equal(buf_err(&out), ERR_OK);
    (void)folder_write(&home, name, out.data, out.len);
}

static void configure(int port)
{
    const char *const pairs[][2] = {
        {"/run/holos-egress", home.path},
        {"/etc/ssl/certs/ca-certificates.crt", peer.ca},
        {"$ssl_preread_server_name:443", arena_printf(&arena, "127.0.0.1:%d", port)},
    };
    const char *more = arena_printf(&arena,
                                    "vendor.test https://own_1;\nother.test https://own_2;\n"
                                    "elsewhere.test https://own_3;\n"
                                    "a-long-name-as-clouds-give-them-0123456789.some-region."
                                    "inference.of-a-large-provider.test https://own_4;\n"
                                    "127.0.0.1:%d http://127.0.0.1:%d;\n",
                                    peer.port[PEER_PLAIN], peer.port[PEER_PLAIN]);

    put_conf("egress.conf", "", pairs, 3);
    put_conf("egress-hosts.conf", more, pairs, 0);
    put_conf("egress-pool.conf", "", pairs, 0);
}

static int run(const char *const argv[])
{
    int status = -1;

    pid_t pid = fork();
    if (pid == 0) {
        union {
            const char *const *ours;
            char *const *theirs;
        } args = {.ours = argv};
        (void)execvp(argv[0], args.theirs);
        _exit(127);
    }
    (void)waitpid(pid, &status, 0);
    return status;
}

static void start_nginx(void)
{
    const char *sock = folder_path(&home, "egress.sock");

    nginx = fork();
    if (nginx == 0) {
        const char *conf = folder_path(&home, "egress.conf");
        const char *log = folder_path(&home, "log");
        /* a group of its own: master and worker end together */
        (void)setpgid(0, 0);
        /* root's nginx gives its worker away to nobody, who cannot enter a folder of root's */
        const char *user = getuid() == 0 ? "user root;" : "working_directory /;";
        (void)execlp("/usr/sbin/nginx", "nginx", "-c", conf, "-e", log, "-g", user, (char *)NULL);
        _exit(127);
    }
    /* the file is there a moment before somebody listens */
    struct deadline d = deadline_in_ms(20000);
    int fd = -1;
    while ((fd = fcgi_dial(sock)) < 0)
        assert_true(deadline_sleep(d, 10));
    (void)close(fd);
}

static void stop_nginx(void)
{
    (void)kill(nginx, SIGTERM);
    (void)waitpid(nginx, NULL, 0);
}

static int start_all(void **state)
{
    (void)scratch_setup(state);
    peer_start(&peer);
    folder_make(&home);
    configure(peer.port[PEER_GOOD]);
    assert_int_equal(run((const char *const[]){"systemd/egress-prepare", home.path, NULL}), 0);
    start_nginx();
    return 0;
}

static int stop_all(void **state)
{
    stop_nginx();
    folder_remove(&home);
    peer_stop(&peer);
    return scratch_teardown(state);
}

static int set_up(void **state)
{
    (void)state;
    struct http_setup setup = {
        .egress = arena_printf(&arena, "unix:%s", folder_path(&home, "egress.sock"))};

    reply = (struct http_reply){0};
    why = (struct why){0};
    return http_open(&setup, &http, &why) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    http_close(http);
    http = NULL;
    return 0;
}

static struct http_request request(const char *url)
{
    return (struct http_request){
        .method = "GET", .url = url, .deadline = deadline_in_ms(60000), .reply_max = 1 << 20};
}

static enum err get(const char *url)
{
    struct http_request req = request(url);

    reply = (struct http_reply){0};
    return http_send(http, &arena, &req, &reply, &why);
}

/* What the peer has counted, asked beside the egress. */
static int counted(const char *what)
{
    struct http *direct = NULL;
    struct http_reply counts = {0};
    struct http_request req = request(peer_url(&peer, PEER_PLAIN, "/counts?of=good"));

    assert_int_equal(http_open(NULL, &direct, &why), ERR_OK);
    assert_int_equal(http_send(direct, &arena, &req, &counts, &why), ERR_OK);
    http_close(direct);
    const char *at = strstr(counts.body, what);
    assert_non_null(at);
    return (int)strtol(at + strlen(what) + 1, NULL, 10);
}

/* ---- cases --------------------------------------------------------------------------------------- */

static void a_request_reaches_its_vendor_over_tls(void **state)
{
    (void)state;
    struct http_request req = request("https://vendor.test/echo");

    req.method = "POST";
    req.body = "body";
    req.len = 4;
    assert_int_equal(http_send(http, &arena, &req, &reply, &why), ERR_OK);
    assert_int_equal(reply.status, 200);
    assert_memory_equal(reply.body, "4 230d8358dc8e8890", 18);
    assert_non_null(strstr(reply.body, " vendor.test"));
    assert_int_equal(reply.times.tls_us, 0); /* the handshake is the egress's */
    assert_int_equal(get("https://vendor.test:443/echo"), ERR_OK);
    assert_non_null(strstr(reply.body, " vendor.test"));
}

static void a_host_that_is_not_on_the_list_is_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://example.org/?key=hidden",
        "https://vendor.test.example.org/",
        "https://xvendor.test/",
        "https://vendor.test:8443/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://speech.googleapis.com.example.org/",
        "https://evil.example-speech.googleapis.com/",
        "http://127.0.0.1:1/",
    };

    int before = counted("connections");
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        if (get(urls[i]) != ERR_CONFIG || strstr(why.text, "not on the list") == NULL)
            fail_msg("%s: %s", urls[i], why.text);
        assert_null(strstr(why.text, "hidden"));
    }
    assert_int_equal(counted("connections"), before);
}

static ssize_t say_raw(const char *text, char *answer, size_t room)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t n = 0;

    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", folder_path(&home, "egress.sock"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    for (ssize_t got = 1; got > 0 && n < room - 1; n += (size_t)got)
        got = read(fd, answer + n, room - 1 - n);
    answer[n] = '\0';
    (void)close(fd);
    return (ssize_t)n;
}

/* A request line that names another host than the Host header must not choose the way. */
static void a_request_line_cannot_smuggle_another_host(void **state)
{
    (void)state;
    char answer[4096];

    (void)say_raw("GET https://example.org/echo HTTP/1.1\r\nHost: vendor.test\r\n"
                  "Connection: close\r\n\r\n",
                  answer, sizeof answer);
    assert_non_null(strstr(answer, " vendor.test")); /* the vendor of the list had it */
    (void)say_raw("GET https://vendor.test/echo HTTP/1.1\r\nHost: example.org\r\n"
                  "Connection: close\r\n\r\n",
                  answer, sizeof answer);
    assert_non_null(strstr(answer, " 403 "));
    (void)say_raw("GET /echo HTTP/1.1\r\nHost: vendor.test\r\nHost: example.org\r\n\r\n", answer,
                  sizeof answer);
    assert_non_null(strstr(answer, " 400 "));
    (void)say_raw("GET /echo HTTP/1.0\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, " 403 "));
    (void)say_raw("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", answer,
                  sizeof answer);
    assert_non_null(strstr(answer, "X-Holos-Egress: unusable"));
    (void)say_raw("GET / HTTP/9.9\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "X-Holos-Egress: unusable"));
}

static void every_request_after_the_first_shares_one_tls_connection(void **state)
{
    (void)state;
    assert_int_equal(get("https://vendor.test/bytes"), ERR_OK);
    int before = counted("connections");
    for (int i = 0; i < 50; i++) {
        http_close(http); /* as another worker would */
        http = NULL;
        assert_int_equal(set_up(NULL), 0);
        assert_int_equal(get("https://vendor.test/bytes"), ERR_OK);
    }
    assert_int_equal(counted("connections"), before);
}

static void two_vendors_never_share_a_connection(void **state)
{
    (void)state;
    assert_int_equal(get("https://vendor.test/bytes"), ERR_OK);
    assert_int_equal(get("https://other.test/echo"), ERR_OK);
    assert_non_null(strstr(reply.body, " other.test"));
    int before = counted("connections");
    assert_int_equal(get("https://vendor.test/echo"), ERR_OK);
    assert_int_equal(get("https://other.test/echo"), ERR_OK);
    assert_int_equal(counted("connections"), before);
    /* The certificate of the one says nothing for the third, although a connection stands ready. */
    assert_int_equal(get("https://elsewhere.test/bytes"), ERR_PEER);
    assert_non_null(strstr(why.text, "cannot be reached by the egress"));
}

static void a_vendor_s_errors_pass_untouched(void **state)
{
    (void)state;
    static const int statuses[] = {400, 403, 429, 500, 502, 503, 504, 529};

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        assert_int_equal(get(arena_printf(&arena, "https://vendor.test/status?n=%d", statuses[i])),
                         ERR_OK);
        assert_int_equal(reply.status, statuses[i]);
        assert_string_equal(reply.body, "busy");
        assert_int_equal(reply.retry_after_ms, 2000);
    }
}

static void what_breaks_behind_the_egress_is_an_error_as_without_it(void **state)
{
    (void)state;
    assert_int_equal(get("https://vendor.test/cut"), ERR_PEER);
    assert_int_equal(get("https://vendor.test/reset"), ERR_PEER);
    assert_int_equal(get("https://vendor.test/endless"), ERR_TOO_BIG);
    struct http_request req = request("https://vendor.test/silent");
    req.deadline = deadline_in_ms(300);
    assert_int_equal(http_send(http, &arena, &req, &reply, &why), ERR_DEADLINE);
}

static void a_kept_connection_that_died_behind_the_egress_is_replaced(void **state)
{
    (void)state;
    static const char *const paths[] = {"/stale", "/stale?read=all", "/stale?fin=1"};

    for (int i = 0; i < 6; i++) {
        assert_int_equal(get(arena_printf(&arena, "https://vendor.test%s", paths[i % 3])), ERR_OK);
        struct http_request req = request("https://vendor.test/echo");
        req.method = "POST";
        req.body = "body";
        req.len = 4;
        if (http_send(http, &arena, &req, &reply, &why) != ERR_OK)
            fail_msg("%s: %s", paths[i % 3], why.text);
        assert_memory_equal(reply.body, "4 ", 2);
    }
}

struct stream {
    int64_t first_us, last_us;
    int n;
};

static enum err on_bytes(void *to, int status, const char *data, size_t n)
{
    struct stream *s = to;

    (void)data;
    assert_int_equal(status, 200);
    s->last_us = clock_mono_us();
    s->first_us = s->first_us == 0 ? s->last_us : s->first_us;
    s->n += (int)n;
    return ERR_OK;
}

static void a_stream_passes_as_it_comes(void **state)
{
    (void)state;
    struct stream s = {0};
    struct http_request req = request("https://vendor.test/drip?n=10&ms=200");

    req.on_bytes = on_bytes;
    req.to = &s;
    assert_int_equal(http_send(http, &arena, &req, &reply, &why), ERR_OK);
    assert_int_equal(s.n, 10);
    assert_true(s.last_us - s.first_us > 200000);
}

/* nginx obeys some headers of the server it asks: to ask for another path, to keep the answer back,
 * to slow it down. A vendor has no say in that. */
static void a_vendor_s_headers_do_not_steer_the_egress(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Accel-Redirect:/echo", "X-Accel-Redirect:@refused",
                                          "X-Accel-Limit-Rate:1", "X-Accel-Charset:koi8-r",
                                          "X-Holos-Egress:stale"};

    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (get(arena_printf(&arena, "https://vendor.test/with?h=%s", headers[i])) != ERR_OK)
            fail_msg("%s: %s", headers[i], why.text);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "with");
    }
    struct stream s = {0};
    struct http_request req = request("https://vendor.test/with?h=X-Accel-Buffering:yes&ms=2000");
    req.on_bytes = on_bytes;
    req.to = &s;
    assert_int_equal(http_send(http, &arena, &req, &reply, &why), ERR_OK);
    assert_true(s.last_us - s.first_us > 200000);
}

static void an_interim_answer_does_not_hold_up_the_next_request(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(get("https://vendor.test/head"), ERR_OK); /* 100, then 529 */
        assert_int_equal(reply.status, 529);
        assert_string_equal(reply.body, "{}");
        assert_int_equal(get("https://vendor.test/bytes?n=2"), ERR_OK);
        assert_string_equal(reply.body, "bb");
    }
}

static void a_large_head_passes(void **state)
{
    (void)state;
    assert_int_equal(get("https://vendor.test/with?h=X-One:1&n=14000"), ERR_OK);
    assert_string_equal(reply.body, "with");
}

static void a_host_in_capitals_is_the_same_host(void **state)
{
    (void)state;
    assert_int_equal(get("https://Vendor.TEST/bytes?n=2"), ERR_OK);
    assert_string_equal(reply.body, "bb");
}

static void a_large_body_passes(void **state)
{
    (void)state;
    static char large[5 << 20];
    struct http_request req = request("https://vendor.test/echo");

    req.method = "POST";
    req.body = large;
    req.len = sizeof large;
    if (http_send(http, &arena, &req, &reply, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(strtol(reply.body, NULL, 10), sizeof large);
}

static void a_server_of_this_machine_is_reached_in_plain_http(void **state)
{
    (void)state;
    assert_int_equal(
        get(arena_printf(&arena, "http://127.0.0.1:%d/bytes?n=2", peer.port[PEER_PLAIN])), ERR_OK);
    assert_string_equal(reply.body, "bb");
}

static void an_egress_that_is_not_there_is_told_so(void **state)
{
    (void)state;
    struct http_setup nowhere = {.egress = "unix:/nowhere/egress.sock"};
    static const char *const wrong[] = {"unix:relative", "/run/x", "tcp:1.2.3.4:5", "unix:"};

    http_close(http);
    http = NULL;
    assert_int_equal(http_open(&nowhere, &http, &why), ERR_OK);
    assert_int_equal(get("https://vendor.test/"), ERR_PEER);
    assert_non_null(strstr(why.text, "no program listens at the egress's socket"));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct http *h = NULL;
        assert_int_equal(http_open(&(struct http_setup){.egress = wrong[i]}, &h, &why), ERR_CONFIG);
        assert_null(h);
    }
}

static void secrets_of_a_path_are_in_no_log(void **state)
{
    (void)state;
    char *text = NULL;
    size_t n = 0;

    (void)get("https://vendor.test/bot123:hidden/reset");
    (void)get("https://elsewhere.test/bot123:hidden/");
    (void)get("https://example.org/bot123:hidden/");
    assert_int_equal(file_read(&arena, folder_path(&home, "log"), 100000, &text, &n, &why), ERR_OK);
    assert_null(strstr(text, "hidden"));
}

/* In a child of its own without any network: not even a loopback. Its exit code says what failed. */
static int without_network(void)
{
    struct http *direct = NULL;
    struct http_request req = request(peer_url(&peer, PEER_PLAIN, "/bytes"));

    if (unshare(CLONE_NEWNET) != 0)
        return 2;
    if (http_open(NULL, &direct, &why) != ERR_OK ||
        http_send(direct, &arena, &req, &reply, &why) != ERR_PEER)
        return 3;
    http_close(direct);
    if (get("https://vendor.test/bytes?n=3") != ERR_OK || strcmp(reply.body, "bbb") != 0)
        return 4;
    return get("https://example.org/") == ERR_CONFIG ? 0 : 5;
}

static void a_process_without_a_network_reaches_the_vendor_and_nothing_else(void **state)
{
    (void)state;
    int status = 0;

    if (geteuid() != 0) {
        print_message("only root can take a network away: skipped\n");
        skip();
    }
    http_close(http);
    http = NULL;
    pid_t pid = fork();
    if (pid == 0)
        _exit(set_up(NULL) == 0 ? without_network() : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_request_reaches_its_vendor_over_tls),
        CASE(a_host_that_is_not_on_the_list_is_refused),
        CASE(a_request_line_cannot_smuggle_another_host),
        CASE(every_request_after_the_first_shares_one_tls_connection),
        CASE(two_vendors_never_share_a_connection),
        CASE(a_vendor_s_errors_pass_untouched),
        CASE(what_breaks_behind_the_egress_is_an_error_as_without_it),
        CASE(a_kept_connection_that_died_behind_the_egress_is_replaced),
        CASE(a_stream_passes_as_it_comes),
        CASE(a_vendor_s_headers_do_not_steer_the_egress),
        CASE(an_interim_answer_does_not_hold_up_the_next_request),
        CASE(a_large_head_passes),
        CASE(a_host_in_capitals_is_the_same_host),
        CASE(a_large_body_passes),
        CASE(a_server_of_this_machine_is_reached_in_plain_http),
        CASE(an_egress_that_is_not_there_is_told_so),
        CASE(secrets_of_a_path_are_in_no_log),
        CASE(a_process_without_a_network_reaches_the_vendor_and_nothing_else),
    };

    return cmocka_run_group_tests_name("net/egress", tests, start_all, stop_all);
}
