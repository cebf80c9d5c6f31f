/* trial - a route for the engine's tests: the query's `do` says what it does. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/settings.h"
#include "serve/handler.h"
#include "wire/jsonw.h"

extern const struct handler handler_trial;

#define MB ((size_t)1024 * 1024)

static int number(const struct request *request, const char *name)
{
    const char *text = request_query(request, name);
    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

/* What the route saw, so that a test can tell whether it came whole. */
static enum err echo(const struct request *request, struct response *r, struct why *why)
{
    char digest[DIGEST_HEX];
    struct jsonw w;

    enum err e = digest_sha256(request->body, request->len, digest);
    if (e != ERR_OK)
        return why_set(why, e, "no digest");
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_int(&w, "pid", getpid());
    jsonw_put_text(&w, "method", request->method);
    jsonw_put_text(&w, "id", request->request_id);
    jsonw_put_int(&w, "len", (int64_t)request->len);
    jsonw_put_int(&w, "waited_ms", request->waited_ms);
    jsonw_put_int(&w, "left_ms", deadline_left_ms(request->deadline));
    jsonw_put_text(&w, "sha", digest);
    jsonw_end_object(&w);
    r->status = 200;
    r->type = "application/json";
    response_note(r, "by=%d echo=%zu", (int)getpid(), request->len);
    return ERR_OK;
}

static enum err nap(const struct request *request, struct response *r, struct why *why)
{
    (void)deadline_sleep(request->deadline, number(request, "ms"));
    return echo(request, r, why);
}

static enum err stream(const struct request *request, struct response *r, struct why *why)
{
    int lost = 0;

    r->status = 200;
    r->type = "application/x-ndjson";
    for (int i = 1; i <= number(request, "n"); i++) {
        buf_printf(&r->body.text, "{\"piece\":%d}\n", i);
        lost += response_flush(r) == ERR_PEER;
        (void)deadline_sleep(request->deadline, number(request, "ms"));
    }
    response_note(r, "lost=%d", lost);
    if (number(request, "fail") != 0)
        return why_set(why, ERR_CHILD, "the voice broke off");
    buf_puts(&r->body.text, "{\"piece\":\"last\"}\n");
    return ERR_OK;
}

static enum err big(const struct request *request, struct response *r, struct why *why)
{
    size_t n = (size_t)number(request, "mb") * MB;
    void *sound = arena_calloc(request->arena, 1, n);

    if (sound == NULL)
        return why_set(why, ERR_MEMORY, "no room for the sound");
    body_sound(&r->body, sound, n);
    r->status = 200;
    r->type = "text/plain";
    return ERR_OK;
}

/* Memory that the request does not give back. */
static enum err leak(const struct request *request, struct response *r, struct why *why)
{
    static void *volatile kept[64];
    static size_t n;
    size_t size = (size_t)number(request, "mb") * MB + 1;

    if (n == 64 || (kept[n] = malloc(size)) == NULL)
        return why_set(why, ERR_MEMORY, "nothing left to leak");
    memset((void *)kept[n++], 1, size);
    return echo(request, r, why);
}

static enum err die(const struct request *request, struct response *r, struct why *why)
{
    (void)request, (void)r, (void)why;
    (void)raise(SIGKILL);
    return ERR_OK;
}

/* No signal that may be caught helps it on. */
static enum err hang(const struct request *request, struct response *r, struct why *why)
{
    static volatile bool forever = true;

    (void)request, (void)r, (void)why;
    while (forever)
        (void)pause();
    return ERR_OK;
}

static enum err stop(const struct request *request, struct response *r, struct why *why)
{
    (void)raise(SIGSTOP);
    return echo(request, r, why);
}

static enum err fail(const struct request *request, struct response *r, struct why *why)
{
    (void)request, (void)r;
    return why_set(why, ERR_IO, "/var/lib/it cannot be read");
}

static enum err trial_handle(struct app *app, const struct request *request,
                             struct response *response, struct why *why)
{
    static const struct {
        const char *name;
        enum err (*act)(const struct request *, struct response *, struct why *);
    } acts[] = {
        {"nap", nap}, {"stream", stream}, {"big", big},   {"leak", leak},
        {"die", die}, {"fail", fail},     {"hang", hang}, {"stop", stop},
    };
    const char *what = request_query(request, "do");

    (void)app;
    for (size_t i = 0; what != NULL && i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].name, what) == 0)
            return acts[i].act(request, response, why);
    return echo(request, response, why);
}

/* Anybody may call, but a list of addresses that cannot be read stops it at the start. */
static enum err check_settings(struct why *why)
{
    const char *list = setting_text(SET_BINOTEL_ALLOW_IPS);
    return access_check_list("BINOTEL_ALLOW_IPS", list, "binotel", why);
}

static const struct access trial_access = {.check_settings = check_settings};

static const char *const paths[] = {"/trial", "/trial/again", NULL};

const struct handler handler_trial = {
    .name = "trial",
    .paths = paths,
    .methods = HANDLER_GET | HANDLER_POST,
    .body_max = 4 * 1024 * 1024,
    .deadline_ms = 2000,
    .parts = APP_PARTS(&app_store),
    .access = &trial_access,
    .streams = true,
    .workers = 2,
    .about = "a route for the engine's tests",
    .handle = trial_handle,
};
