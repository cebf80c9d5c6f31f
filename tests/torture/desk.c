#include "tests/torture/desk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "serve/routes.h"

#define REPLY_MAX ((size_t)16 * 1024 * 1024)
#define IDS       16 /* more than any case makes of calls or deliveries */

/* A connection may be kept for the next request. */
static bool is_connection(DIR *d, const char *name)
{
    char to[8] = "";

    return readlinkat(dirfd(d), name, to, sizeof to - 1) > 0 && strncmp(to, "socket:", 7) == 0;
}

static int count_files(bool connections)
{
    int n = 0;

    DIR *d = opendir("/proc/self/fd");
    if (d == NULL)
        return -1;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.' && (connections || !is_connection(d, e->d_name));
    (void)closedir(d);
    return n - 1; /* the folder itself */
}

int desk_files(void)
{
    return count_files(false);
}

bool desk_has_child(void)
{
    return waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
}

static const char *set_up(const struct torture *t)
{
    const char *share = getenv("TORTURE_SHARE"); /* sounds that every run may use */
    char top[1024];
    char profiles[sizeof top + 16];
    char languages[sizeof profiles + 16];

    if (getcwd(top, sizeof top) == NULL)
        return "the preparation failed: no folder";
    (void)snprintf(profiles, sizeof profiles, "%s/profiles", top);
    (void)snprintf(languages, sizeof languages, "%s/languages", profiles);
    if (setenv("HOLOS_DB", torture_path(t, "holos.db"), 1) != 0 ||
        setenv("HOLOS_CACHE", share == NULL ? torture_path(t, "cache") : share, 1) != 0 ||
        setenv("HOLOS_PROFILES", profiles, 1) != 0 ||
        setenv("HOLOS_LANGUAGES", languages, 1) != 0 || settings_load(NULL) != ERR_OK)
        return "the preparation failed: settings";
    return NULL;
}

const char *desk_open(struct desk *d, const struct torture *t, bool bare)
{
    int from = 0;
    int to = 0;

    *d = (struct desk){.t = t};
    arena_init(&d->arena, (size_t)256 * 1024 * 1024);
    const char *bad = set_up(t);
    if (bad != NULL)
        return bad;
    d->files = count_files(true);
    if (bare)
        return NULL;
    if (store_migrate(setting_text(SET_HOLOS_DB), 4000, &from, &to, NULL) != ERR_OK)
        return "the preparation failed: migrate";
    if (app_open(&d->app, APP_PARTS(&app_store, &app_profiles, &app_voice), NULL) != ERR_OK)
        return "the preparation failed: the app";
    return NULL;
}

const char *desk_open_providers(struct desk *d)
{
    struct why why = {0};

    return app_open(&d->app, APP_PARTS(&app_providers), &why) == ERR_OK
               ? NULL
               : "the preparation failed: the vendors";
}

const char *desk_open_wire(struct desk *d)
{
    d->wire = open(torture_path(d->t, "wire"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return d->wire > 0 ? NULL : "the preparation failed: the wire";
}

const char *desk_close(struct desk *d)
{
    app_close(&d->app);
    if (d->wire > 0)
        (void)close(d->wire);
    int left = count_files(true) - d->files;
    arena_release(&d->arena);
    settings_forget();
    if (left > 0)
        return "a file was left open";
    return left < 0 ? "a file of others was closed" : NULL;
}

/* ---- deliveries ---------------------------------------------------------------------------------- */

static const struct handler *route_of(const char *path)
{
    for (size_t i = 0; routes[i] != NULL; i++)
        for (size_t k = 0; routes[i]->paths[k] != NULL; k++)
            if (strcmp(routes[i]->paths[k], path) == 0)
                return routes[i];
    return NULL;
}

static enum err collect(void *to, const void *data, size_t n)
{
    struct buf *b = to;

    buf_put(b, data, n);
    return buf_err(b);
}

static struct got read_reply(struct desk *d, const struct response *r)
{
    struct body_mark mark = {0};
    struct buf out;

    buf_init(&out, &d->arena, REPLY_MAX);
    if (body_write(&r->body, &mark, collect, &out) != ERR_OK)
        return (struct got){.type = "", .body = ""};
    return (struct got){.status = r->status,
                        .type = arena_strdup(&d->arena, r->type == NULL ? "" : r->type),
                        .body = buf_text(&out),
                        .len = out.len};
}

static enum err put_on_wire(void *to, const void *data, size_t n)
{
    const struct desk *d = to;
    return write(d->wire, data, n) == (ssize_t)n ? ERR_OK : ERR_PEER;
}

static enum err flush_to_wire(struct response *r)
{
    r->streaming = true;
    return body_write(&r->body, &r->sent, put_on_wire, r->to);
}

static void answer(struct desk *d, const struct handler *h, const struct wanted *w,
                   struct arena *arena, struct response *r)
{
    int ms = h->deadline_ms == 0 ? (int)setting_number(SET_HOLOS_TURN_MS) : h->deadline_ms;
    size_t text = w->body == NULL ? 0 : strlen(w->body);

    response_init(r, arena);
    r->flush = d->wire > 0 ? flush_to_wire : NULL;
    r->to = d;
    const struct request request = {
        .method = w->body == NULL ? "GET" : "POST",
        .path = w->path,
        .query = "",
        .content_type = w->type == NULL ? "" : w->type,
        .content_length = "",
        .accept = w->accept == NULL ? "" : w->accept,
        .idempotency_key = "",
        .binotel_signature = "",
        .remote_addr = "127.0.0.1",
        .forwarded_for = "",
        .request_id = "torture",
        .body = w->body == NULL ? "" : w->body,
        .len = w->len == 0 ? text : w->len,
        .arena = arena,
        .deadline = deadline_in_ms(ms),
    };
    handler_answer(h, &d->app, &request, r);
}

struct got desk_send(struct desk *d, const struct wanted *w, bool torn)
{
    const struct handler *h = route_of(w->path);
    int64_t from = clock_mono_us();
    struct arena arena;
    struct response r;

    if (h == NULL)
        return (struct got){.type = "", .body = ""};
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    torture_arm(torn);
    answer(d, h, w, &arena, &r);
    torture_arm(false);
    struct got g = read_reply(d, &r);
    g.took_ms = (clock_mono_us() - from) / 1000;
    arena_release(&arena);
    return g;
}

/* {"error":"<a sentence>"}, or what /health says of itself. */
static bool has_sentence(const char *body)
{
    static const char *const begins[] = {"{\"error\":\"", "{\"status\":\"unhealthy\","};
    const char *why = strstr(body, "\"why\":\"");

    if (strncmp(body, begins[0], strlen(begins[0])) == 0)
        return body[strlen(begins[0])] != '"';
    return strncmp(body, begins[1], strlen(begins[1])) == 0 && why != NULL && why[7] != '"';
}

const char *desk_judge(const struct torture *t, const struct got *g)
{
    static char said[64];

    if (g->status == 200)
        return NULL;
    (void)snprintf(said, sizeof said, "the response was %d", g->status);
    if (t->clean || (g->status != 500 && g->status != 503))
        return said;
    return has_sentence(g->body) ? NULL : "the refusal has no sentence";
}

bool desk_same(const struct got *a, const struct got *b)
{
    return a->status == b->status && a->len == b->len && memcmp(a->body, b->body, a->len) == 0 &&
           strcmp(a->type, b->type) == 0;
}

const char *desk_keep(struct desk *d, const struct got *g)
{
    const char *path = torture_path(d->t, "response");
    char *text = NULL;
    size_t n = 0;

    if (file_read(&d->arena, path, REPLY_MAX, &text, &n, NULL) == ERR_OK)
        return n == g->len && memcmp(text, g->body, n) == 0 ? NULL
                                                            : "a new process gave other bytes";
    return file_replace(path, g->body, g->len, NULL) == ERR_OK ? NULL : "no response could be kept";
}

/* ---- soundness ----------------------------------------------------------------------------------- */

static const char *others_can_work(struct store *other)
{
    if (store_begin(other, deadline_in_ms(200), NULL) != ERR_OK)
        return "the writer's lock was not given back";
    store_rollback(other);
    for (int64_t id = 1; id <= IDS; id++)
        if (store_hold(other, HOLD_DELIVERY, id, deadline_in_ms(0)) != ERR_OK ||
            store_hold(other, HOLD_CALL, id, deadline_in_ms(0)) != ERR_OK)
            return "a hold was not let go";
    if (store_hold(other, HOLD_TOKEN, 1, deadline_in_ms(0)) != ERR_OK)
        return "the hold of the token was not let go";
    store_let_go(other);
    return NULL;
}

const char *desk_is_sound(void)
{
    struct store *other = NULL;

    if (store_open(setting_text(SET_HOLOS_DB), 1000, &other, NULL) != ERR_OK)
        return "the store cannot be opened";
    const char *bad = others_can_work(other);
    if (bad == NULL && store_verify(other, NULL) != ERR_OK)
        bad = "the store is damaged";
    store_close(other);
    return bad;
}
