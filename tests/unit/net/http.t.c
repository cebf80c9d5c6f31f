#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "net/http.h"

/* A server on loopback that keeps what it was sent and answers by a script: pieces with pauses. */
struct piece {
    int wait_ms; /* before sending */
    const char *data;
    size_t len; /* 0: strlen */
};

static struct server {
    int listener;
    uint16_t port;
    pthread_t thread;
    const struct piece *script; /* ends with data NULL */
    int repeat;                 /* sends the last piece so many times more */
    bool silent;                /* keeps the connection open and says nothing */
    char got[8192];             /* of the last request */
    size_t got_len;
    int requests, connections;
    volatile bool stop;
} server;

static struct http *http;
static struct arena arena;
static struct why why;

/* Headers and as much body as Content-Length says. False: the other side went away. */
static bool read_request(int fd)
{
    server.got_len = 0;
    memset(server.got, 0, sizeof server.got);
    for (;;) {
        const char *end = strstr(server.got, "\r\n\r\n");
        const char *length = strstr(server.got, "Content-Length: ");
        size_t body = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
        if (end != NULL && server.got_len >= (size_t)(end + 4 - server.got) + body)
            return true;
        ssize_t n =
            recv(fd, server.got + server.got_len, sizeof server.got - 1 - server.got_len, 0);
        if (n <= 0)
            return false;
        server.got_len += (size_t)n;
    }
}

static bool send_piece(int fd, const struct piece *p)
{
    struct pollfd gone = {.fd = fd, .events = POLLRDHUP};
    size_t len = p->len > 0 ? p->len : strlen(p->data);

    if (p->wait_ms > 0 && poll(&gone, 1, p->wait_ms) > 0)
        return false;
    return !server.stop && send(fd, p->data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static void answer(int fd)
{
    const struct piece *p = server.script;

    for (; p->data != NULL; p++)
        if (!send_piece(fd, p))
            return;
    for (int i = 0; i < server.repeat && send_piece(fd, p - 1); i++)
        continue;
}

static void stay_silent(int fd)
{
    struct pollfd gone = {.fd = fd, .events = POLLRDHUP};

    while (!server.stop && poll(&gone, 1, 20) == 0)
        continue;
}

static void *serve(void *unused)
{
    (void)unused;
    for (;;) {
        int fd = accept(server.listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        server.connections++;
        while (read_request(fd)) {
            server.requests++;
            if (server.silent)
                stay_silent(fd);
            else
                answer(fd);
            if (server.silent || strstr(server.script->data, "keep-alive") == NULL)
                break;
        }
        (void)close(fd);
    }
}

static void start_server(const struct piece *script)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    server = (struct server){.script = script, .silent = script == NULL};
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server.listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(server.listener, 8), 0);
    assert_int_equal(getsockname(server.listener, (struct sockaddr *)&at, &len), 0);
    server.port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void stop_server(void)
{
    if (server.listener == 0)
        return;
    server.stop = true;
    (void)shutdown(server.listener, SHUT_RDWR);
    http_close(http);
    http = NULL;
    (void)pthread_join(server.thread, NULL);
    (void)close(server.listener);
    server.listener = 0;
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 8 << 20);
    why = (struct why){0};
    return http_open(NULL, &http, &why) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    stop_server();
    http_close(http);
    http = NULL;
    arena_release(&arena);
    return 0;
}

static const char *url_of(uint16_t port, const char *path)
{
    return arena_printf(&arena, "http://127.0.0.1:%u%s", port, path);
}

static struct http_request request(void)
{
    return (struct http_request){.method = "GET",
                                 .url = url_of(server.port, "/secret-path?key=hidden"),
                                 .deadline = deadline_in_ms(5000),
                                 .reply_max = 4096};
}

static enum err send_it(const struct http_request *req, struct http_reply *ret)
{
    enum err e = http_send(http, &arena, req, ret, &why);
    assert_null(strstr(why.text, "hidden"));
    assert_null(strstr(why.text, "secret-path"));
    return e;
}

static const struct piece plain[] = {
    {0, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 0},
    {0, NULL, 0}};

static void a_reply_comes_back_with_its_status_type_body_and_times(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(plain);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "application/json");
    assert_string_equal(reply.body, "{}");
    assert_int_equal(reply.len, 2);
    assert_int_equal(reply.times.connects, 1);
    assert_true(reply.times.connect_us > 0);
    assert_true(reply.times.first_byte_us >= reply.times.connect_us);
    assert_true(reply.times.total_us >= reply.times.first_byte_us);
    assert_int_equal(reply.times.tls_us, 0);
}

static void the_request_arrives_byte_for_byte(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const char body[] = "a\0b\xff";
    const char *const headers[] = {"X-Key: 1", "Accept: application/x-ndjson", NULL};

    start_server(plain);
    struct http_request req = request();
    req.method = "POST";
    req.headers = headers;
    req.type = "application/octet-stream";
    req.body = body;
    req.len = 4;
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_memory_equal(server.got, "POST /secret-path?key=hidden HTTP/1.1\r\n", 39);
    assert_non_null(strstr(server.got, "\r\nX-Key: 1\r\n"));
    assert_non_null(strstr(server.got, "\r\nAccept: application/x-ndjson\r\n"));
    assert_non_null(strstr(server.got, "\r\nContent-Type: application/octet-stream\r\n"));
    assert_non_null(strstr(server.got, "\r\nContent-Length: 4\r\n"));
    assert_non_null(strstr(server.got, "\r\nUser-Agent: holos/"));
    assert_null(strstr(server.got, "Expect"));
    assert_memory_equal(server.got + server.got_len - 4, body, 4);
}

static void what_was_sent_is_counted_once(void **state)
{
    (void)state;
    static const char body[3000];
    /* Says that it closes: a request that meets a closing connection is rightly sent twice. */
    static const char text[] =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    static const struct piece closing[] = {{0, text, 0}, {0, NULL, 0}};
    struct http_reply reply = {0};

    start_server(closing);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.times.sent, server.got_len);
    req.method = "POST";
    req.body = body;
    for (req.len = 1; req.len <= sizeof body; req.len = req.len * 14 + 1) {
        assert_int_equal(send_it(&req, &reply), ERR_OK);
        assert_int_equal(reply.times.sent, server.got_len);
        assert_int_equal(reply.times.received, sizeof text - 1);
    }
}

/* libcurl calls it a lack of memory, at which a turn would be given up; the next provider can
 * answer. */
static void a_head_without_an_end_is_a_peer_error(void **state)
{
    (void)state;
    static char line[60000];
    static const struct piece flood[] = {
        {0, "HTTP/1.1 200 OK\r\nX-Long: ", 0}, {0, line, sizeof line}, {0, NULL, 0}};
    struct http_reply reply = {0};

    memset(line, 'a', sizeof line);
    start_server(flood);
    server.repeat = 20;
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
}

static void only_an_egress_speaks_for_the_egress(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece lie[] = {
        {0, "HTTP/1.1 403 No\r\nX-Holos-Egress: refused\r\nContent-Length: 2\r\n\r\nno", 0},
        {0, NULL, 0}};

    start_server(lie);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.status, 403);
    assert_string_equal(reply.body, "no");
}

static void an_error_status_is_a_reply(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece busy[] = {
        {0, "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nlate", 0}, {0, NULL, 0}};

    start_server(busy);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.status, 503);
    assert_int_equal(reply.retry_after_ms, 7000);
    assert_string_equal(reply.type, "");
    assert_string_equal(reply.body, "late");
}

static void a_redirect_is_not_followed(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece moved[] = {
        {0, "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 0},
        {0, NULL, 0}};

    start_server(moved);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.status, 307);
    assert_int_equal(server.requests, 1);
}

static void a_kept_connection_is_used_again(void **state)
{
    (void)state;
    static const struct piece kept[] = {
        {0, "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 0},
        {0, NULL, 0}};

    start_server(kept);
    struct http_request req = request();
    for (int i = 0; i < 3; i++) {
        struct http_reply reply = {0};
        assert_int_equal(send_it(&req, &reply), ERR_OK);
        assert_int_equal(reply.times.connects, i == 0 ? 1 : 0);
    }
    assert_int_equal(server.connections, 1);
    assert_int_equal(server.requests, 3);
}

static void nothing_of_a_request_lingers_in_the_next(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    const char *const headers[] = {"X-Key: 1", NULL};

    start_server(plain);
    struct http_request req = request();
    req.method = "POST";
    req.body = "body";
    req.len = 4;
    req.headers = headers;
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_memory_equal(server.got, "GET ", 4);
    assert_null(strstr(server.got, "X-Key"));
    assert_null(strstr(server.got, "Content-Length"));
}

static void a_port_where_nothing_listens_is_a_peer_error(void **state)
{
    (void)state;
    struct http_reply reply = {.status = -1};

    start_server(plain);
    struct http_request req = request();
    stop_server();
    assert_int_equal(http_open(NULL, &http, NULL), ERR_OK);
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
    assert_non_null(strstr(why.text, "no program listens"));
    assert_int_equal(reply.status, -1);
}

static void silence_ends_at_the_deadline(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(NULL);
    struct http_request req = request();
    int64_t start = clock_mono_us();
    req.deadline = deadline_in_ms(300);
    assert_int_equal(send_it(&req, &reply), ERR_DEADLINE);
    int64_t took_ms = (clock_mono_us() - start) / 1000;
    assert_in_range(took_ms, 295, 900);
    assert_non_null(strstr(why.text, "did not answer in time"));
}

static void a_drip_does_not_outlast_the_deadline(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece drip[] = {
        {0, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 0}, {30, "x", 0}, {0, NULL, 0}};

    start_server(drip);
    server.repeat = 900;
    struct http_request req = request();
    int64_t start = clock_mono_us();
    req.deadline = deadline_in_ms(300);
    assert_int_equal(send_it(&req, &reply), ERR_DEADLINE);
    assert_in_range((clock_mono_us() - start) / 1000, 295, 900);
}

static void a_slow_answer_within_the_deadline_is_read(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece slow[] = {{60, "HTTP/1.1 200 OK\r\n", 0},
                                        {60, "Content-Length: 4\r\n\r\n", 0},
                                        {60, "sl", 0},
                                        {60, "ow", 0},
                                        {0, NULL, 0}};

    start_server(slow);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_string_equal(reply.body, "slow");
    assert_true(reply.times.first_byte_us >= 55000);
}

static void no_time_left_sends_nothing(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(plain);
    struct http_request req = request();
    req.deadline = deadline_in_ms(-5);
    assert_int_equal(send_it(&req, &reply), ERR_DEADLINE);
    assert_int_equal(server.connections, 0);
}

static void an_answer_cut_short_is_a_peer_error(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece cut[] = {{0, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 0},
                                       {0, NULL, 0}};

    start_server(cut);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
    assert_non_null(strstr(why.text, "cut its answer short"));
}

static void a_connection_closed_without_an_answer_is_a_peer_error(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece none[] = {{0, NULL, 0}};

    start_server(none);
    server.script = (const struct piece[]){{0, "", 0}, {0, NULL, 0}};
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
}

static void an_announced_answer_over_the_ceiling_is_refused(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(plain);
    struct http_request req = request();
    req.reply_max = 1;
    assert_int_equal(send_it(&req, &reply), ERR_TOO_BIG);
    assert_non_null(strstr(why.text, "larger than 1 bytes"));
    req.reply_max = 2;
    assert_int_equal(send_it(&req, &reply), ERR_OK);
}

static void an_endless_answer_is_refused_at_the_ceiling(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static char block[4096];
    static struct piece endless[] = {
        {0, "HTTP/1.1 200 OK\r\n\r\n", 0}, {0, block, sizeof block}, {0, NULL, 0}};

    memset(block, 'x', sizeof block);
    start_server(endless);
    server.repeat = 1 << 20;
    struct http_request req = request();
    req.reply_max = 100000;
    assert_int_equal(send_it(&req, &reply), ERR_TOO_BIG);
}

static void a_packed_answer_is_measured_unpacked(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    /* 2000 zero bytes, by gzip */
    static const char gz[] =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 35\r\n\r\n"
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x63\x60\x18\x05\xa3\x60\x14"
        "\x8c\x82\x51\x30\x0a\x46\xc1\x50\x07\x00\x44\xf4\xc9\x02\xd0\x07\x00\x00";
    static const struct piece packed[] = {{0, gz, sizeof gz - 1}, {0, NULL, 0}};

    start_server(packed);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_int_equal(reply.len, 2000);
    req.reply_max = 1999;
    assert_int_equal(send_it(&req, &reply), ERR_TOO_BIG);
}

static void what_is_no_http_is_a_peer_error(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const struct piece garbage[] = {{0, "SSH-2.0-OpenSSH\r\n\r\n", 0}, {0, NULL, 0}};
    static const struct piece status[] = {{0, "HTTP/1.1 abc\r\n\r\n", 0}, {0, NULL, 0}};

    start_server(garbage);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
    assert_non_null(strstr(why.text, "not HTTP"));
    server.script = status;
    assert_int_equal(send_it(&req, &reply), ERR_PEER);
}

static void https_to_a_server_without_tls_is_a_peer_error(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(plain);
    struct http_request req = request();
    req.url = arena_printf(&arena, "https://127.0.0.1:%u/", server.port);
    req.deadline = deadline_in_ms(300);
    enum err e = send_it(&req, &reply);
    assert_true(e == ERR_PEER || e == ERR_DEADLINE);
    assert_int_equal(server.requests, 0);
}

struct pieces {
    char text[64];
    int status, calls;
    enum err err;
};

static enum err on_piece(void *to, int status, const char *data, size_t n)
{
    struct pieces *p = to;

    p->status = status;
    p->calls++;
    if (strlen(p->text) + n < sizeof p->text)
        memcpy(p->text + strlen(p->text), data, n);
    return p->err;
}

static const struct piece stream[] = {
    {0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
    {0, "4\r\none\n\r\n", 0},
    {150, "4\r\ntwo\n\r\n", 0},
    {0, "0\r\n\r\n", 0},
    {0, NULL, 0}};

static void a_stream_is_handed_over_as_it_comes(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    struct pieces p = {0};

    start_server(stream);
    struct http_request req = request();
    req.on_bytes = on_piece;
    req.to = &p;
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    assert_string_equal(p.text, "one\ntwo\n");
    assert_int_equal(p.status, 200);
    assert_int_equal(p.calls, 2);
    assert_int_equal(reply.len, 0);
    assert_string_equal(reply.body, "");
}

static void an_error_of_the_taker_ends_the_transfer(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    struct pieces p = {.err = ERR_SYNTAX};

    start_server(stream);
    struct http_request req = request();
    req.on_bytes = on_piece;
    req.to = &p;
    assert_int_equal(send_it(&req, &reply), ERR_SYNTAX);
    assert_int_equal(p.calls, 1);
}

static volatile sig_atomic_t stop_flag;

static void *raise_flag(void *unused)
{
    (void)unused;
    (void)deadline_sleep(deadline_in_ms(5000), 150);
    stop_flag = 1;
    return NULL;
}

static void a_flag_stops_a_transfer(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    pthread_t raiser;

    start_server(NULL);
    struct http_request req = request();
    stop_flag = 0;
    req.stop = &stop_flag;
    int64_t start = clock_mono_us();
    assert_int_equal(pthread_create(&raiser, NULL, raise_flag, NULL), 0);
    assert_int_equal(send_it(&req, &reply), ERR_STOPPING);
    assert_int_equal(pthread_join(raiser, NULL), 0);
    assert_in_range((clock_mono_us() - start) / 1000, 140, 2500);
}

static void a_header_with_a_line_end_is_refused(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    static const char *const bad[][2] = {{"X: 1\r\nY: 2", NULL}, {"X: 1\n", NULL}, {"X", NULL}};

    start_server(plain);
    struct http_request req = request();
    for (size_t i = 0; i < 3; i++) {
        req.headers = bad[i];
        assert_int_equal(send_it(&req, &reply), ERR_VALUE);
    }
    assert_int_equal(server.connections, 0);
}

static void only_https_goes_out_and_http_only_to_this_machine(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum err want;
    } cases[] = {
        {"https://api.example.com/v1", ERR_OK},
        {"http://localhost:8000", ERR_OK},
        {"http://LOCALHOST/", ERR_OK},
        {"http://127.0.0.1/", ERR_OK},
        {"http://127.8.9.10:1/x", ERR_OK},
        {"http://[::1]:8000/", ERR_OK},
        {"http://example.com/", ERR_VALUE},
        {"http://localhost.example.com/", ERR_VALUE},
        {"http://127.0.0.1.example.com/", ERR_VALUE},
        {"http://128.0.0.1/", ERR_VALUE},
        {"http://10.0.0.1/", ERR_VALUE},
        {"http://[::2]/", ERR_VALUE},
        {"http://0.0.0.0/", ERR_VALUE},
        {"http://me:pass@localhost/", ERR_VALUE},
        {"http://localhost@example.com/", ERR_VALUE},
        {"ftp://localhost/", ERR_VALUE},
        {"file:///etc/passwd", ERR_VALUE},
        {"gopher://127.0.0.1/", ERR_VALUE},
        {"localhost:8000", ERR_VALUE},
        {"", ERR_VALUE},
        {"http://", ERR_VALUE},
        {"https://a b/", ERR_VALUE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum err e = http_url_check(cases[i].url, &why);
        if (e != cases[i].want)
            fail_msg("%s: %s", cases[i].url, err_name(e));
    }
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
    (void)state;
    struct http_reply reply = {0};

    start_server(plain);
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    struct http_request req = request();
    assert_int_equal(send_it(&req, &reply), ERR_OK);
    (void)unsetenv("http_proxy");
    (void)unsetenv("ALL_PROXY");
}

static void an_arena_that_is_full_is_a_memory_error(void **state)
{
    (void)state;
    struct http_reply reply = {0};
    struct arena tiny;

    start_server(plain);
    struct http_request req = request();
    arena_init(&tiny, 1);
    assert_int_equal(http_send(http, &tiny, &req, &reply, &why), ERR_MEMORY);
    arena_release(&tiny);
}

static void the_library_names_itself(void **state)
{
    (void)state;
    assert_memory_equal(http_library(), "libcurl/", 8);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_reply_comes_back_with_its_status_type_body_and_times),
        CASE(the_request_arrives_byte_for_byte),
        CASE(what_was_sent_is_counted_once),
        CASE(a_head_without_an_end_is_a_peer_error),
        CASE(only_an_egress_speaks_for_the_egress),
        CASE(an_error_status_is_a_reply),
        CASE(a_redirect_is_not_followed),
        CASE(a_kept_connection_is_used_again),
        CASE(nothing_of_a_request_lingers_in_the_next),
        CASE(a_port_where_nothing_listens_is_a_peer_error),
        CASE(silence_ends_at_the_deadline),
        CASE(a_drip_does_not_outlast_the_deadline),
        CASE(a_slow_answer_within_the_deadline_is_read),
        CASE(no_time_left_sends_nothing),
        CASE(an_answer_cut_short_is_a_peer_error),
        CASE(a_connection_closed_without_an_answer_is_a_peer_error),
        CASE(an_announced_answer_over_the_ceiling_is_refused),
        CASE(an_endless_answer_is_refused_at_the_ceiling),
        CASE(a_packed_answer_is_measured_unpacked),
        CASE(what_is_no_http_is_a_peer_error),
        CASE(https_to_a_server_without_tls_is_a_peer_error),
        CASE(a_stream_is_handed_over_as_it_comes),
        CASE(an_error_of_the_taker_ends_the_transfer),
        CASE(a_flag_stops_a_transfer),
        CASE(a_header_with_a_line_end_is_refused),
        CASE(only_https_goes_out_and_http_only_to_this_machine),
        CASE(a_proxy_of_the_environment_is_not_used),
        CASE(an_arena_that_is_full_is_a_memory_error),
        CASE(the_library_names_itself),
    };

    return cmocka_run_group_tests_name("net/http", tests, NULL, NULL);
}
