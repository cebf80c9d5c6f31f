/* store - what callers meet while others read and clean the store. Used by store.py.
 *
 * usage: store FILE write SECONDS     a worker that keeps one turn after the other
 *        store FILE figures SECONDS   one who reads /metrics again and again
 *        store FILE watch SECONDS     how long others hold the writer's lock, how long the log gets
 *
 * Prints one line of JSON. SIGTERM ends it early. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"
#include "store/delivery.h"
#include "store/spending.h"

#define WAIT_MS 60000
#define SOUND   40000 /* bytes of a sentence */

static volatile sig_atomic_t ended;

static void end(int signo)
{
    (void)signo;
    ended = 1;
}

static void fail(const char *doing, enum err e, const struct why *why)
{
    (void)fprintf(stderr, "%s: %s %s\n", doing, err_text(e), why->text);
    exit(1);
}

/* ---- a worker ------------------------------------------------------------------------------------- */

struct writing {
    struct store *s;
    struct arena *a;
    struct call call;
    int n;
    char sound[SOUND];
};

static enum err begin_turn(struct writing *w, struct delivery *d, struct turn *t, struct why *why)
{
    char key[64];
    bool made = false;

    (void)snprintf(key, sizeof key, "bench-%d-%d", (int)getpid(), w->n);
    const struct delivery_key named = {.source = "audio-stream", .key = key, .digest = ""};
    const struct call in = {.source = "bench",
                            .external_id = arena_printf(w->a, "%d-%d", (int)getpid(), w->n / 7),
                            .caller = "0501234567",
                            .called = "0440000202",
                            .profile = "salon",
                            .direction = "in"};
    enum err e = delivery_begin(w->s, w->a, &named, deadline_in_ms(WAIT_MS), clock_now(), d, why);
    if (e == ERR_OK)
        e = call_open(w->s, w->a, &in, "+380501234567", clock_now(), &w->call, &made, why);
    *t = (struct turn){.call_id = w->call.id,
                       .delivery_id = d->id,
                       .heard = "Хочу записатися на п'ятницю, на третю годину",
                       .heard_by = "google",
                       .confidence = 0.9,
                       .hear_us = 300000,
                       .started_ms = clock_unix_ms()};
    if (e == ERR_OK)
        e = turn_begin(w->s, t, why);
    return e == ERR_OK ? store_commit(w->s, why) : e;
}

static enum err end_turn(struct writing *w, const struct delivery *d, struct turn *t,
                         struct why *why)
{
    struct delivery_reply reply = {.status = 200, .type = "application/json"};

    t->said = "Із радістю! На яку послугу вас записати?";
    t->think_rung = "claude";
    t->speak_rung = "google";
    t->think_us = t->speak_us = t->total_us = 500000;
    t->answered_ms = clock_unix_ms();
    memcpy(w->sound, &w->n, sizeof w->n); /* each sound is another one */
    body_init(&reply.body, w->a, 4096);
    buf_puts(&reply.body.text, "{\"audio_data\":\"");
    body_sound(&reply.body, w->sound, sizeof w->sound);
    buf_puts(&reply.body.text, "\"}");
    enum err e = store_begin(w->s, deadline_in_ms(WAIT_MS), why);
    if (e == ERR_OK)
        e = turn_answer(w->s, t, why);
    w->call.turns++;
    w->call.status = CALL_IN_PROGRESS;
    if (w->n % 7 == 6) {
        w->call.status = CALL_COMPLETED;
        w->call.end_reason = "goodbye";
        w->call.ended_ms = t->answered_ms;
    }
    if (e == ERR_OK)
        e = call_save(w->s, &w->call, why);
    if (e == ERR_OK)
        e = spending_add(w->s, "+380501234567", t->answered_ms, 0, 300, why);
    if (e == ERR_OK)
        e = delivery_finish(w->s, d, &reply, clock_now(), why);
    return e == ERR_OK ? store_commit(w->s, why) : e;
}

static void write_turns(struct store *s, struct deadline until)
{
    static struct writing w;
    struct arena a;
    int64_t longest_us = 0;

    arena_init(&a, (size_t)64 * 1024 * 1024);
    w.s = s;
    w.a = &a;
    for (; !ended && !deadline_passed(until); w.n++) {
        struct delivery d = {0};
        struct turn t = {0};
        struct why why = {0};
        int64_t from_us = clock_mono_us();
        enum err e = begin_turn(&w, &d, &t, &why);
        if (e == ERR_OK)
            e = end_turn(&w, &d, &t, &why);
        if (e != ERR_OK)
            fail("a turn", e, &why);
        store_let_go(s);
        int64_t took_us = clock_mono_us() - from_us;
        longest_us = took_us > longest_us ? took_us : longest_us;
        arena_clear(&a);
    }
    arena_release(&a);
    (void)printf("{\"turns\": %d, \"longest_ms\": %.1f}\n", w.n, (double)longest_us / 1000);
}

/* ---- one who reads ---------------------------------------------------------------------------------- */

static void read_figures(struct store *s, struct deadline until)
{
    static const struct profile p = {
        .name = "salon", .time_zone = "Europe/Kyiv", .limits.session_minutes = 30};
    struct arena a;
    int64_t longest_us = 0;
    int n = 0;

    arena_init(&a, (size_t)64 * 1024 * 1024);
    for (; !ended && !deadline_passed(until); n++) {
        const struct report_scope scope = {.profiles = &p,
                                           .profiles_n = 1,
                                           .default_profile = &p,
                                           .now_ms = clock_unix_ms(),
                                           .kept = true};
        struct report_figures f;
        struct why why = {0};
        int64_t from_us = clock_mono_us();
        enum err e = report_figures_read(s, &a, &scope, &f, &why);
        if (e != ERR_OK)
            fail("figures", e, &why);
        int64_t took_us = clock_mono_us() - from_us;
        longest_us = took_us > longest_us ? took_us : longest_us;
        arena_clear(&a);
    }
    arena_release(&a);
    (void)printf("{\"reads\": %d, \"longest_ms\": %.1f}\n", n, (double)longest_us / 1000);
}

/* ---- one who watches -------------------------------------------------------------------------------- */

/* It asks for the lock each millisecond, holds it for nothing, and sees how long that took: what
 * the others' longest hold was, less a millisecond at most. */
static void watch(const char *path, struct deadline until)
{
    char writer[4096];
    char log[4096];
    struct stat st;
    int64_t longest_us = 0, log_bytes = 0;

    (void)snprintf(writer, sizeof writer, "%s-writer", path);
    (void)snprintf(log, sizeof log, "%s-wal", path);
    int fd = open(writer, O_RDWR | O_CLOEXEC);
    while (fd >= 0 && !ended && !deadline_passed(until)) {
        int64_t from_us = clock_mono_us();
        if (flock(fd, LOCK_EX) != 0)
            continue;
        int64_t took_us = clock_mono_us() - from_us;
        (void)flock(fd, LOCK_UN);
        longest_us = took_us > longest_us ? took_us : longest_us;
        if (stat(log, &st) == 0 && st.st_size > log_bytes)
            log_bytes = st.st_size;
        (void)deadline_sleep(until, 1);
    }
    (void)close(fd);
    (void)printf("{\"held_ms\": %.1f, \"log_mb\": %.1f}\n", (double)longest_us / 1000,
                 (double)log_bytes / 1048576);
}

int main(int argc, char **argv)
{
    struct sigaction act = {.sa_handler = end};
    struct store *s = NULL;
    struct why why = {0};

    if (argc != 4) {
        (void)fprintf(stderr, "usage: store FILE write|figures|watch SECONDS\n");
        return 2;
    }
    (void)sigaction(SIGTERM, &act, NULL);
    struct deadline until = deadline_in_ms(strtol(argv[3], NULL, 10) * 1000);
    if (strcmp(argv[2], "watch") == 0) {
        watch(argv[1], until);
        return 0;
    }
    enum err e = store_open(argv[1], WAIT_MS, &s, &why);
    if (e != ERR_OK)
        fail(argv[1], e, &why);
    if (strcmp(argv[2], "write") == 0)
        write_turns(s, until);
    else
        read_figures(s, until);
    store_close(s);
    return 0;
}
