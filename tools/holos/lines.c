#include "tools/holos/lines.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Signals come only inside ppoll, so none slips in between the look at *stop and the waiting. */
static bool wait_for_input(const volatile sig_atomic_t *stop)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t all;
    sigset_t before;
    int n = 0;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    while (!*stop && n <= 0) {
        n = ppoll(&in, 1, NULL, &before);
        if (n < 0 && errno != EINTR)
            break;
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return !*stop && n > 0;
}

static const char *take_line(struct lines *l, char line[static LINES_LENGTH + 1])
{
    const char *end = memchr(l->data, '\n', l->len);
    bool cut = end == NULL && (l->ended || l->len == LINES_LENGTH);
    size_t len = end == NULL ? l->len : (size_t)(end - l->data);

    if (end == NULL && (!cut || l->len == 0))
        return NULL;
    memcpy(line, l->data, len);
    line[len] = '\0';
    len += end != NULL;
    l->len -= len;
    memmove(l->data, l->data + len, l->len);
    return line;
}

const char *lines_next(struct lines *l)
{
    static char line[LINES_LENGTH + 1];

    for (;;) {
        const char *got = take_line(l, line);
        if (got != NULL || l->ended)
            return got;
        if (!wait_for_input(l->stop))
            return NULL;
        ssize_t n = read(STDIN_FILENO, l->data + l->len, LINES_LENGTH - l->len);
        if (n > 0)
            l->len += (size_t)n;
        else if (n == 0 || errno != EINTR)
            l->ended = true;
    }
}
