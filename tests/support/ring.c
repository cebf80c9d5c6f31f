#include "tests/support/ring.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/settings.h"
#include "speech/voice.h"
#include "store/breaker.h"
#include "tests/cases/home.h"

#define WAIT_MS 60000

struct vendors ring_vendors;
static struct door the_own_door;

/* ---- opening ------------------------------------------------------------------------------------- */

void ring_set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

void ring_begin(void)
{
    vendors_start(&ring_vendors);
    vendors_set(&ring_vendors);
}

void ring_be_patient(void)
{
    ring_set("HOLOS_HEAR_MS", "40000");
    ring_set("HOLOS_THINK_MS", "40000");
    ring_set("HOLOS_THINK_FIRST_MS", "40000");
    ring_set("HOLOS_SPEAK_MS", "40000");
    ring_set("HOLOS_TURN_MS", "60000");
}

void ring_open(void (*open)(struct door *d), int workers)
{
    char text[16];
    struct why why = {0};

    (void)snprintf(text, sizeof text, "%d", workers);
    ring_set("WORKERS", text);
    the_own_door.prepare = the_door == NULL ? NULL : the_door->prepare;
    the_door = &the_own_door;
    open(the_door);
    if (open == door_open_direct &&
        app_open(&the_door->app, APP_PARTS(&app_providers), &why) != ERR_OK)
        fail_msg("app: %s", why.text);
}

void ring_close(void)
{
    door_close(the_door);
    vendors_unset();
    vendors_stop(&ring_vendors);
}

void ring_forget_failures(void)
{
    struct store *s = the_door->app.store;
    struct breaker *noted = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(s, the_door->arena, &noted, &n, NULL), ERR_OK);
    assert_int_equal(store_begin(s, deadline_in_ms(WAIT_MS), NULL), ERR_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(breaker_worked(s, noted[i].name, NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

void ring_fresh(void)
{
    vendors_reset(&ring_vendors);
    ring_forget_failures();
    home_empty(setting_text(SET_HOLOS_CACHE));
    arena_clear(the_door->arena);
}

/* ---- speaking ------------------------------------------------------------------------------------ */

const char *ring_wav(const char *language, const char *words, size_t *ret_len)
{
    const struct voice voice = {.language = language,
                                .espeak = language,
                                .words_per_minute = 160,
                                .pitch = 40,
                                .rate = 8000,
                                .coding = WAV_PCM16};
    const struct speaker speaker = {.espeak = "espeak-ng", .cache = "", .step_ms = 5000};
    struct spoken spoken = {0};
    struct why why = {0};

    if (speak(&speaker, &voice, words, deadline_in_ms(WAIT_MS), the_door->arena, &spoken, &why) !=
        ERR_OK)
        fail_msg("the caller's voice: %s", why.text);
    *ret_len = spoken.len;
    return spoken.wav;
}

const char *ring_call(const char *called)
{
    static unsigned count;
    const char *id = door_call_id(the_door);
    const char *body = arena_printf(the_door->arena,
                                    "{\"callID\":\"%s\",\"externalNumber\":\"063%07u\","
                                    "\"internalNumber\":\"%s\"}",
                                    id, ++count, called);

    struct answer a = door_json(the_door, "/telephony/binotel/incoming-call", body);
    assert_int_equal(a.status, 200);
    return id;
}

static struct answer say(struct door *d, const struct ring_said *s)
{
    struct part parts[] = {
        {.name = "callID", .value = s->call},
        {.name = "audio", .value = s->wav, .len = s->len, .filename = "turn.wav"},
        {.name = "turn", .value = s->turn},
    };

    if (s->keys != NULL)
        parts[1] = (struct part){.name = "digits", .value = s->keys};
    else if (s->wav == NULL)
        parts[1].value = door_wav(d, true, 1000, &parts[1].len);
    return door_multipart(d, "/telephony/binotel/audio-stream", parts, 3,
                          s->stream ? "application/x-ndjson" : NULL, NULL);
}

struct answer ring_turn(const struct ring_said *s)
{
    return say(the_door, s);
}

size_t ring_lines(const struct answer *a, const struct json **ret, size_t max)
{
    size_t n = 0;

    for (const char *at = a->body; *at != '\0'; n++) {
        const char *end = strchr(at, '\n');
        assert_non_null(end);
        assert_true(n < max);
        assert_int_equal(json_parse(the_door->arena, at, (size_t)(end - at), &ret[n], NULL),
                         ERR_OK);
        at = end + 1;
    }
    return n;
}

static void *speak_once(void *of)
{
    struct ring_caller *c = of;
    int64_t from = clock_mono_us();

    c->answer = say(&c->door, &c->said);
    c->took_us = clock_mono_us() - from;
    return NULL;
}

void ring_start(struct ring_caller *c, const struct ring_said *s)
{
    *c = (struct ring_caller){.door = *the_door, .said = *s};
    arena_init(&c->arena, (size_t)64 * 1024 * 1024);
    c->door.arena = &c->arena;
    c->door.raw = true;
    assert_int_equal(pthread_create(&c->thread, NULL, speak_once, c), 0);
}

void ring_finish(struct ring_caller *c)
{
    assert_int_equal(pthread_join(c->thread, NULL), 0);
    answer_parse(&c->door, &c->answer);
}

void ring_release(struct ring_caller *c)
{
    arena_release(&c->arena);
}

/* ---- what is kept -------------------------------------------------------------------------------- */

struct turn ring_kept(const char *call, int n)
{
    struct call kept = kept_call(call);
    struct turn *turns = NULL;
    size_t count = kept_turns(&kept, &turns);

    for (size_t i = 0; i < count; i++)
        if (turns[i].n == n)
            return turns[i];
    fail_msg("the call has no turn %d", n);
    return (struct turn){0};
}

size_t ring_requests(const struct turn *t, struct vendor_request **ret)
{
    size_t n = 0;

    assert_int_equal(vendor_requests_of_turn(the_door->app.store, the_door->arena, t->call_id, t->n,
                                             ret, &n, NULL),
                     ERR_OK);
    return n;
}

size_t ring_leads(const char *call, struct lead **ret)
{
    size_t n = 0;

    assert_int_equal(
        leads_newest(the_door->app.store, the_door->arena, kept_call(call).id, 10, ret, &n, NULL),
        ERR_OK);
    return n;
}

void ring_wait_turns(const char *call, size_t n)
{
    struct deadline d = deadline_in_ms(WAIT_MS);
    struct turn *turns = NULL;

    for (;;) {
        struct call kept = kept_call(call);
        if (kept_turns(&kept, &turns) >= n)
            return;
        assert_true(deadline_sleep(d, 10));
    }
}

void ring_wait_asked(const char *vendor, int64_t n)
{
    struct deadline d = deadline_in_ms(WAIT_MS);

    while (vendors_count(&ring_vendors, vendor, "requests") < n)
        assert_true(deadline_sleep(d, 10));
}

/* ---- what the vendors were asked ----------------------------------------------------------------- */

const struct json *ring_asked(const char *vendor, size_t back)
{
    const struct json *report = vendors_report(&ring_vendors, the_door->arena, false);
    const struct json *last =
        json_member(json_member(json_member(report, "vendors"), vendor), "last");
    const struct json *found[8];
    size_t n = 0;

    for (const struct json *q = json_first(last); q != NULL; q = json_next(q)) {
        assert_true(n < 8);
        found[n++] = q;
    }
    assert_true(back < n);
    return json_member(found[n - 1 - back], "body");
}

size_t ring_timings(const char *vendor, const struct json **ret, size_t max)
{
    const struct json *report = vendors_report(&ring_vendors, the_door->arena, true);
    const struct json *t = json_first(json_member(report, "timings"));
    size_t n = 0;

    for (; t != NULL; t = json_next(t)) {
        if (strcmp(json_text(json_member(t, "vendor")), vendor) != 0)
            continue;
        assert_true(n < max);
        ret[n++] = t;
    }
    return n;
}

double ring_number(const struct json *o, const char *name)
{
    double v = 0;

    if (json_member(o, name) != NULL)
        assert_int_equal(json_get_number(o, name, &v, NULL), ERR_OK);
    return v;
}

/* ---- the service --------------------------------------------------------------------------------- */

static bool is_worker(const char *pid, const char *route, const char *folder)
{
    char path[64];
    char of[512] = "";
    char comm[64] = "";

    (void)snprintf(path, sizeof path, "/proc/%.16s/cwd", pid);
    ssize_t len = readlink(path, of, sizeof of - 1);
    if (len <= 0 || strcmp(of, folder) != 0)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%.16s/comm", pid);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return false;
    bool read = fgets(comm, sizeof comm, f) != NULL;
    (void)fclose(f);
    comm[strcspn(comm, "\n")] = '\0';
    return read && strcmp(comm, route) == 0;
}

size_t ring_workers(const char *route, pid_t *ret, size_t max)
{
    char folder[512];
    size_t n = 0;
    DIR *proc = opendir("/proc");

    assert_non_null(proc);
    (void)snprintf(folder, sizeof folder, "%s/var", the_door->folder);
    for (const struct dirent *e = readdir(proc); e != NULL; e = readdir(proc)) {
        if (!isdigit((unsigned char)e->d_name[0]) || !is_worker(e->d_name, route, folder))
            continue;
        assert_true(n < max);
        ret[n++] = (pid_t)strtol(e->d_name, NULL, 10);
    }
    (void)closedir(proc);
    return n;
}

const char *ring_sql(const char *sql)
{
    const char *argv[] = {
        "sqlite3", "-batch", "-noheader", "-cmd", ".timeout 4000", setting_text(SET_HOLOS_DB),
        sql,       NULL};
    struct why why = {0};
    struct buf out;

    buf_init(&out, the_door->arena, 1 << 20);
    enum err e = child_run(argv, NULL, 0, &out, deadline_in_ms(WAIT_MS), &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
    return buf_text(&out);
}

const char *ring_log(void)
{
    char path[512];
    char *text = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof path, "%s/var/log/holos.log", the_door->folder);
    assert_int_equal(file_read(the_door->arena, path, (size_t)32 * 1024 * 1024, &text, &n, NULL),
                     ERR_OK);
    return text;
}
