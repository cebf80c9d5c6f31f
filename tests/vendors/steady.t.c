/* Steady state: once every worker has talked, a turn makes no new connection to a vendor, directly
 * or through nginx/egress.conf as it is shipped (only its paths, the authority it trusts and the
 * port that https means are the test's). Counted at the stand-ins.
 *
 * check: plain timeout=120 */
#include "tests/support/fcgi.h"
#include "tests/support/ring.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/folder.h"

#define WORKERS 16
#define TURNS   2  /* of each caller, behind the one that warms up */
#define TRIES   20 /* of warming up */

static struct folder egress; /* of its nginx; path "" without */
static pid_t nginx;

/* ---- the egress ---------------------------------------------------------------------------------- */

static void put_replaced(struct buf *out, const char *text, const char *const pairs[][2], size_t n)
{
    while (*text != '\0') {
        size_t i = 0;
        while (i < n && strncmp(text, pairs[i][0], strlen(pairs[i][0])) != 0)
            i++;
        buf_put(out, i == n ? text : pairs[i][1], i == n ? 1 : strlen(pairs[i][1]));
        text += i == n ? 1 : strlen(pairs[i][0]);
    }
}

static const char *whole_file(struct arena *a, const char *path)
{
    char *text = NULL;
    size_t n = 0;

    assert_int_equal(file_read(a, path, 100000, &text, &n, NULL), ERR_OK);
    return text;
}

/* A file, changed where the machine differs, into the egress's folder. */
static const char *put_file(struct arena *a, const char *from, const char *name,
                            const char *const pairs[][2], size_t n)
{
    const char *text = whole_file(a, from);
    struct buf out;

    for (size_t i = 0; i < n; i++)
        assert_non_null(strstr(text, pairs[i][0]));
    buf_init(&out, a, 100000);
    put_replaced(&out, text, pairs, n);
    assert_int_equal(buf_err(&out), ERR_OK);
    return folder_write(&egress, name, out.data, out.len);
}

static void write_files(struct arena *a)
{
    const char *shared = strrchr(vendors_url(&ring_vendors, "shared"), ':');
    const char *oauth = arena_printf(a, "%s/token", vendors_url(&ring_vendors, "oauth"));
    const char *const conf[][2] = {
        {"/run/holos-egress", egress.path},
        {"/etc/ssl/certs/ca-certificates.crt", ring_vendors.ca},
        {"$ssl_preread_server_name:443", arena_printf(a, "127.0.0.1%s", shared)},
    };
    /* The key file as the vendor hands it out: with the vendor's own address. */
    const char *const key[][2] = {{oauth, "https://oauth2.googleapis.com/token"}};

    (void)put_file(a, "nginx/egress.conf", "egress.conf", conf, 3);
    (void)put_file(a, "nginx/egress-hosts.conf", "egress-hosts.conf", conf, 0);
    (void)put_file(a, "nginx/egress-pool.conf", "egress-pool.conf", conf, 0);
    ring_set("GOOGLE_APPLICATION_CREDENTIALS",
             put_file(a, ring_vendors.credentials, "key.json", key, 1));
}

/* Runs in a group of its own: master and worker end together. */
static pid_t launch(const char *program, const char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0) {
        union {
            const char *const *ours;
            char *const *theirs;
        } args = {.ours = argv};
        (void)setpgid(0, 0);
        (void)execvp(program, args.theirs);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

static void start_egress(void)
{
    struct arena a;
    int status = -1;

    arena_init(&a, 1 << 20);
    folder_make(&egress);
    write_files(&a);
    pid_t prepare =
        launch("systemd/egress-prepare", (const char *const[]){"prepare", egress.path, NULL});
    assert_int_equal(waitpid(prepare, &status, 0), prepare);
    assert_int_equal(status, 0);
    /* root's nginx gives its worker away to nobody, who cannot enter a folder of root's */
    const char *user = getuid() == 0 ? "user root;" : "working_directory /;";
    const char *conf = folder_path(&egress, "egress.conf");
    const char *log = folder_path(&egress, "log");
    nginx = launch("/usr/sbin/nginx",
                   (const char *const[]){"nginx", "-c", conf, "-e", log, "-g", user, NULL});
    const char *socket = folder_path(&egress, "egress.sock");
    /* the file is there a moment before somebody listens */
    struct deadline d = deadline_in_ms(20000);
    int fd = -1;
    while ((fd = fcgi_dial(socket)) < 0)
        assert_true(deadline_sleep(d, 10));
    (void)close(fd);
    ring_set("HOLOS_EGRESS", arena_printf(&a, "unix:%s", socket));
    (void)unsetenv("HOLOS_CA_FILE");
    (void)unsetenv("GOOGLE_STT_URL"); /* the vendors' own names */
    (void)unsetenv("GOOGLE_TTS_URL");
    (void)unsetenv("ANTHROPIC_BASE_URL");
    (void)unsetenv("WHISPER_URL");
    arena_release(&a);
}

static void stop_egress(void)
{
    if (nginx == 0)
        return;
    assert_int_equal(kill(nginx, SIGTERM), 0);
    assert_int_equal(waitpid(nginx, NULL, 0), nginx);
    folder_remove(&egress);
    (void)unsetenv("HOLOS_EGRESS");
    nginx = 0;
}

/* ---- callers ------------------------------------------------------------------------------------- */

/* No two turns are told the same: every sentence has to be spoken anew. */
static void play(int delay_ms, int first)
{
    struct buf b;

    buf_init(&b, the_door->arena, 100000);
    buf_puts(&b, "{\"stt\":{\"lines\":[");
    for (int i = 0; i < WORKERS * TURNS; i++)
        buf_printf(&b, "%s\"Розкажіть про справу %d.\"", i == 0 ? "" : ",", first + i);
    buf_printf(&b,
               "]},\"delays\":{\"stt\":%d,\"tts\":%d,\"claude\":%d},\"claude\":{\"match\":[{"
               "\"said\":\"справу (.*)\\\\.\",\"answer\":{\"text\":\"Справа {1} вже готова. "
               "Приходьте по справу {1} завтра!\"}}]}}",
               delay_ms, delay_ms, delay_ms);
    vendors_tell(&ring_vendors, "/scenario", buf_text(&b));
}

static bool is_by_vendors(const struct turn *t)
{
    return strcmp(t->heard_by, "google") == 0 && strcmp(t->think_rung, "claude") == 0 &&
           strcmp(t->speak_rung, "google") == 0 && t->faults == 0;
}

/* Everybody speaks at once, so that every worker has a turn. By how many was nothing but the first
 * vendor of each stage needed? */
static int speak_all(const char *const *calls, int n)
{
    static struct ring_caller caller[WORKERS];
    char turn[16];
    int well = 0;

    (void)snprintf(turn, sizeof turn, "%d", n);
    for (int i = 0; i < WORKERS; i++)
        ring_start(&caller[i], &(struct ring_said){.call = calls[i], .turn = turn});
    for (int i = 0; i < WORKERS; i++) {
        ring_finish(&caller[i]);
        assert_int_equal(caller[i].answer.status, 200);
        assert_true(answer_bool(&caller[i].answer, "success"));
        ring_release(&caller[i]);
        struct turn t = ring_kept(calls[i], n);
        well += is_by_vendors(&t);
    }
    return well;
}

/* Every worker opens its connections in the same moment. On a busy machine a handshake with a
 * stand-in can take longer than one with a vendor may: then once more, in new calls. Returns how
 * often. */
static int warm_up(const char **calls)
{
    for (int tries = 1; tries <= TRIES; tries++) {
        ring_forget_failures();
        play(2000, 1000 * tries);
        for (int i = 0; i < WORKERS; i++)
            calls[i] = ring_call("0440000202");
        if (speak_all(calls, 1) == WORKERS)
            return tries;
    }
    fail_msg("the vendors served no round of %d", TRIES);
    return 0;
}

struct counts {
    int64_t accepts, handshakes, requests;
};

static struct counts count_all(void)
{
    static const char *const vendors[] = {"oauth", "stt", "tts", "claude", "shared"};
    struct counts c = {0};

    for (size_t i = 0; i < sizeof vendors / sizeof vendors[0]; i++) {
        c.accepts += vendors_count(&ring_vendors, vendors[i], "accepts");
        c.handshakes += vendors_count(&ring_vendors, vendors[i], "handshakes");
        c.requests += vendors_count(&ring_vendors, vendors[i], "requests");
    }
    return c;
}

/* The TLS time and the connections of a turn as the store has them. */
static void assert_no_connects(const char *call, int n)
{
    struct vendor_request *asked = NULL;
    struct turn t = ring_kept(call, n);
    size_t count = ring_requests(&t, &asked);

    assert_int_equal(count, 4); /* heard, answered, two sentences spoken */
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(asked[i].connects, 0);
        assert_int_equal(asked[i].tls_us, 0);
    }
}

/* Returns how many handshakes there were with each vendor at most. */
static int run_steady(void)
{
    const char *calls[WORKERS];

    int tries = warm_up(calls);
    struct counts before = count_all();
    assert_true(before.handshakes > 0);
    play(150, 1000 * (TRIES + 1));
    for (int n = 2; n < 2 + TURNS; n++)
        assert_int_equal(speak_all(calls, n), WORKERS);
    struct counts after = count_all();
    assert_int_equal(after.requests - before.requests, WORKERS * TURNS * 4);
    assert_int_equal(after.accepts, before.accepts);
    assert_int_equal(after.handshakes, before.handshakes);
    for (int i = 0; i < WORKERS; i++)
        for (int n = 2; n < 2 + TURNS; n++)
            assert_no_connects(calls[i], n);
    vendors_assert_content(&ring_vendors);
    return tries * WORKERS;
}

static void sixteen_workers_keep_their_connections_between_turns(void **state)
{
    (void)state;
    (void)run_steady();
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "200"), 1);
}

static void through_the_egress_a_turn_makes_no_handshake_and_no_connection(void **state)
{
    (void)state;
    int most = run_steady();
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "200"), 1);
    /* All workers together have no more connections than were needed at once. */
    assert_in_range(count_all().handshakes, 1, most * 4 + 1);
}

static int run_group(bool by_egress)
{
    const struct CMUnitTest direct[] = {
        cmocka_unit_test(sixteen_workers_keep_their_connections_between_turns),
    };
    const struct CMUnitTest through[] = {
        cmocka_unit_test(through_the_egress_a_turn_makes_no_handshake_and_no_connection),
    };

    ring_begin();
    ring_be_patient();
    if (by_egress)
        start_egress();
    ring_open(door_open_nginx, WORKERS);
    int failed = by_egress
                     ? cmocka_run_group_tests_name("vendors/steady/egress", through, NULL, NULL)
                     : cmocka_run_group_tests_name("vendors/steady/direct", direct, NULL, NULL);
    ring_close();
    stop_egress();
    return failed;
}

int main(void)
{
    return run_group(false) + run_group(true);
}
