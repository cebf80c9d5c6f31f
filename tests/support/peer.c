#include "tests/support/peer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void run(const char *program, const char *folder)
{
    (void)execlp(program, program, folder, (char *)NULL);
    die(program);
}

static void make_certificates(const char *folder)
{
    int status = 0;

    pid_t pid = fork();
    if (pid == 0)
        run("tests/support/peer-certs", folder);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        die("tests/support/peer-certs (run the tests from the root of the tree)");
}

static void read_ports(struct peer *p, int fd)
{
    char line[64];
    int n = 0;

    FILE *f = fdopen(fd, "r");
    if (f == NULL)
        die("fdopen");
    while (fgets(line, sizeof line, f) != NULL && line[0] != '\n' && n < PEER__MAX) {
        const char *space = strchr(line, ' ');
        p->port[n++] = space == NULL ? 0 : (int)strtol(space, NULL, 10);
    }
    (void)fclose(f);
    if (n != PEER__MAX)
        die("tests/support/peer.py");
}

void peer_start(struct peer *p)
{
    int in[2];
    int out[2];

    folder_make(&p->folder);
    make_certificates(p->folder.path);
    (void)snprintf(p->ca, sizeof p->ca, "%s/ca.pem", p->folder.path);
    (void)snprintf(p->foreign, sizeof p->foreign, "%s/foreign.pem", p->folder.path);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        die("pipe2");
    p->pid = fork();
    if (p->pid == 0) {
        if (dup2(in[0], 0) != 0 || dup2(out[1], 1) != 1)
            die("dup2");
        run("tests/support/peer.py", p->folder.path);
    }
    if (p->pid < 0)
        die("fork");
    (void)close(in[0]);
    (void)close(out[1]);
    p->hold = in[1];
    read_ports(p, out[0]);
}

void peer_stop(struct peer *p)
{
    (void)close(p->hold);
    (void)waitpid(p->pid, NULL, 0);
    folder_remove(&p->folder);
}

const char *peer_url(const struct peer *p, enum peer_server server, const char *path)
{
    static char urls[8][256];
    static unsigned next;
    char *url = urls[next++ % 8];

    (void)snprintf(url, sizeof urls[0], "%s://localhost:%d%s",
                   server == PEER_PLAIN ? "http" : "https", p->port[server], path);
    return url;
}
