# Shared by tests/deploy/*.sh: stand-ins for the programs, so that what starts them is tested
# without them, beside what tests/support/tap.sh has. Sourced, not run (and so not executable).
# shellcheck shell=bash
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../support/tap.sh"
programs=${HOLOS_BIN:-$root/build/bin} # the real ones, if they are built
PATH=$PATH:/usr/sbin:/sbin

is() { # GOT WANTED
    [ "$1" = "$2" ] || {
        printf 'got    %s\nwanted %s\n' "$1" "$2"
        return 1
    }
}

has() { # TEXT PART
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf 'got    %s\nlacks  %s\n' "$1" "$2"
    return 1
}

lacks() { # TEXT PART
    ! has "$1" "$2" >/dev/null || {
        printf 'got    %s\nmust not contain %s\n' "$1" "$2"
        return 1
    }
}

holds() { # FILE EXPRESSION: of its JSON, d
    python3 -c 'import json,sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)' "$1" "$2" || {
        cat "$1"
        return 1
    }
}

# A shell's background job ignores INT, and whatever the shell itself was started to ignore (nohup), until
# env gives it back. An INT that came before would be lost, and its end waited for in vain.
# shellcheck disable=SC2034 # it is for the scripts that source this
readonly HEARING=--default-signal=INT,HUP,TERM,QUIT
hears_int() { # PID
    local ignored
    ignored=$(sed -n 's/^SigIgn:[[:space:]]*/0x/p' "/proc/$1/status") && [ $((ignored & 2)) = 0 ]
}

# ended PID: its exit code, however it ends; killed, and 124, after two minutes.
ended() {
    if ! within 120 eval "! kill -0 $1"; then
        echo "# process $1 does not end"
        kill -KILL "$1"
        return 124
    fi
    wait "$1"
}

# Are the real programs built?
have_programs() {
    local one
    [ -x "$programs/holos" ] || return 1
    for one in "$root"/handlers/*.c; do
        [ -f "$one" ] || return 1
        one=${one##*/}
        [ -x "$programs/${one%.c}" ] || return 1
    done
}

# A tree of stand-ins: FOLDER/bin/{holos,health,audio-stream}. The route answers with its name, the
# length of the body and the names of what it was told; ?sleep=N waits N seconds before; it leaves
# on TERM, USR1 and USR2 after the request in hand. Only `holos env` is the real one's, of
# $STANDIN_REAL.
standin() { # FOLDER
    mkdir -p "$1/bin"
    cat >"$work/route.c" <<'C'
#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

static volatile sig_atomic_t stop;

static void on_signal(int s)
{
    (void)s;
    stop = 1;
}

static void answer(FCGX_Request *r, const char *name)
{
    const char *path = FCGX_GetParam("DOCUMENT_URI", r->envp);
    const char *query = FCGX_GetParam("QUERY_STRING", r->envp);
    char b[4096];
    long total = 0;

    for (int n; (n = FCGX_GetStr(b, sizeof b, r->in)) > 0;)
        total += n;
    if (query != NULL && strncmp(query, "sleep=", 6) == 0) {
        (void)!write(2, "sleeps\n", 7);
        for (unsigned left = (unsigned)atoi(query + 6); left > 0;)
            left = sleep(left);
    }
    if (path != NULL && strcmp(path, "/telephony/health") == 0) {
        FCGX_FPrintF(r->out, "Content-Type: application/json\r\n\r\n{\"hear\":{\"by\":\"typed words\","
                             "\"missing\":\"a recogniser\"},\"store\":{\"by\":\"SQLite\"}}");
        return;
    }
    if (query != NULL && strcmp(query, "own404") == 0)
        FCGX_FPrintF(r->out, "Status: 404 Not Found\r\n");
    else
        FCGX_FPrintF(r->out, "Status: 200\r\n"); /* bare, as the engine may send it */
    FCGX_FPrintF(r->out, "Content-Type: application/json\r\n\r\n{\"route\":\"%s\",\"bytes\":%ld,"
                         "\"pid\":%d,\"told\":\"", name, total, (int)getpid());
    for (char **e = r->envp; *e != NULL; e++)
        FCGX_FPrintF(r->out, "%.*s ", (int)strcspn(*e, "="), *e);
    FCGX_FPrintF(r->out, "\"}\n");
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    struct sigaction sa = {.sa_handler = on_signal};
    sigset_t held, open_set;
    FCGX_Request r;

    (void)argc;
    sigemptyset(&open_set);
    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGUSR1);
    sigaddset(&held, SIGUSR2);
    sigprocmask(SIG_SETMASK, &held, NULL);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGUSR2, &sa, NULL);
    FCGX_Init();
    FCGX_InitRequest(&r, 0, 0);
    fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
    while (!stop) {
        struct pollfd p = {.fd = 0, .events = POLLIN};
        if (ppoll(&p, 1, NULL, &open_set) <= 0 || FCGX_Accept_r(&r) != 0)
            continue;
        answer(&r, slash == NULL ? argv[0] : slash + 1);
        FCGX_Finish_r(&r);
    }
    return 0;
}
C
    gcc -std=gnu11 -D_GNU_SOURCE -O1 -o "$1/bin/health" "$work/route.c" -lfcgi || return 1
    cp "$1/bin/health" "$1/bin/audio-stream"
    cat >"$1/bin/holos" <<'S'
#!/bin/sh
location() {
    printf 'location = %s {\n    include holos/params.conf;\n    fastcgi_pass unix:%s/%s.sock;\n' "$1" "$2" "$3"
    printf '    client_max_body_size 100k;\n    fastcgi_read_timeout %ds;\n}\n' "${4:-60}"
}
case "$1 ${2:-}" in
"env --") exec "$STANDIN_REAL/holos" "$@" ;;
"migrate ") [ -z "${STANDIN_MIGRATE_FAILS:-}" ] || { echo "the disk is full" >&2; exit 1; }
    : >>"$HOLOS_DB" ;;
"routes ") printf 'audio-stream\t3\tPOST\t/telephony/binotel/audio-stream\nhealth\t1\tGET\t/health /telephony/health\n' ;;
"routes --nginx")
    location /telephony/binotel/audio-stream "$3" audio-stream
    location /hasty "$3" audio-stream 2
    location /health "$3" health
    location /telephony/health "$3" health ;;
*) exit 2 ;;
esac
S
    chmod +x "$1/bin/holos"
}
