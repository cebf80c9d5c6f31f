/* The cases of the net room: a server in a process of its own that nothing befalls. It stands where
 * the egress does, because libcurl 7.88 itself loses 64 bytes when memory fails while it notes the
 * address of a host (calls 95 to 97 of a first connection over TCP), and only then. */
#include "tests/torture/cases.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/http.h"

#define BODY ((size_t)30000)

static void answer(int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n";
    static char body[BODY];
    char got[8192];
    size_t n = 0;

    memset(body, 'b', sizeof body);
    for (;;) {
        ssize_t more = recv(fd, got + n, sizeof got - 1 - n, 0);
        if (more <= 0)
            return;
        n += (size_t)more;
        got[n] = '\0';
        if (strstr(got, "\r\n\r\n") == NULL)
            continue;
        n = 0;
        if (send(fd, head, sizeof head - 1, MSG_NOSIGNAL) < 0 ||
            send(fd, body, sizeof body, MSG_NOSIGNAL) < 0)
            return;
    }
}

/* Ends with the case's own process, whatever becomes of it: alarm. */
static bool serve(const char *path, pid_t *ret)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    (void)unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 16) != 0)
        return false;
    *ret = fork();
    if (*ret == 0) {
        (void)alarm(20);
        for (;;) {
            int peer = accept(fd, NULL, NULL);
            if (fork() == 0) {
                (void)alarm(20);
                answer(peer);
                _exit(0);
            }
            (void)close(peer);
        }
    }
    (void)close(fd);
    return *ret > 0;
}

static const char *judge(enum err e, const struct why *why, const struct http_reply *reply)
{
    if (e == ERR_OK)
        return reply->status == 200 && reply->len == BODY && strlen(reply->body) == BODY
                   ? NULL
                   : "half an answer was called whole";
    if (e != ERR_MEMORY && e != ERR_PEER && e != ERR_IO && e != ERR_CONFIG && e != ERR_DEADLINE)
        return err_name(e);
    return e != ERR_MEMORY && why->text[0] == '\0' ? "no reason was given" : NULL;
}

/* Two at once, the one read to its end, the other dropped; then one more over what is kept. */
static enum err talk(struct http *h, struct arena *a, const struct http_request *req,
                     struct http_reply *ret, struct why *why)
{
    struct http_transfer *t = NULL;
    struct http_transfer *other = NULL;

    enum err e = http_start(h, a, req, &t, why);
    if (e == ERR_OK)
        e = http_start(h, a, req, &other, why);
    while (e == ERR_OK && !http_ended(t))
        e = http_move(h, NULL, 0, req->deadline, NULL, why);
    if (e == ERR_OK)
        e = http_result(t, ret, why);
    http_drop_all(h);
    return e == ERR_OK ? http_send(h, a, req, ret, why) : e;
}

static const char *an_answer_is_whole_or_an_error(const struct torture *t)
{
    struct http *h = NULL;
    struct http_reply reply = {0};
    struct why why = {0};
    struct arena a;
    char egress[256];
    pid_t pid = -1;

    const char *path = torture_path(t, "egress.sock");
    (void)snprintf(egress, sizeof egress, "unix:%s", path);
    struct http_setup setup = {.egress = egress};
    if (!serve(path, &pid) || http_open(NULL, &h, NULL) != ERR_OK) /* libcurl's own beginnings */
        return "the preparation failed";
    http_close(h);
    h = NULL;
    struct http_request req = {.method = "GET",
                               .url = "https://vendor.test/",
                               .deadline = deadline_in_ms(8000),
                               .reply_max = BODY};
    arena_init(&a, 1 << 20);
    torture_arm(true);
    enum err e = http_open(&setup, &h, &why);
    if (e == ERR_OK)
        e = talk(h, &a, &req, &reply, &why);
    http_close(h);
    torture_arm(false);
    const char *bad = judge(e, &why, &reply);
    if (t->clean && e != ERR_OK)
        bad = "the answer did not come";
    arena_release(&a);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return bad;
}

const struct torture_case torture_net[] = {
    {"an_answer_is_whole_or_an_error", an_answer_is_whole_or_an_error, NULL},
    {NULL, NULL, NULL},
};
