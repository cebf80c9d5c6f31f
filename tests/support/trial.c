/* trial - a route for the engine's tests: the query's `do` says what it does. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "serve/handler.h"
#include "wire/jsonw.h"

extern const struct handler handler_trial;

#define MB ((size_t)1024 * 1024)

static int number(const struct ask *ask, const char *name)
{
    const char *text = ask_query(ask, name);
    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

/* What the route saw, so that a test can tell whether it came whole. */
static enum err echo(const struct ask *ask, struct reply *r, struct why *why)
{
    char digest[DIGEST_HEX];
    struct jsonw w;

    enum err e = digest_sha256(ask->body, ask->len, digest);
    if (e != ERR_OK)
        return why_set(why, e, "no digest");
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_int(&w, "pid", getpid());
    jsonw_put_text(&w, "method", ask->method);
    jsonw_put_text(&w, "id", ask->request_id);
    jsonw_put_int(&w, "len", (int64_t)ask->len);
    jsonw_put_text(&w, "sha", digest);
    jsonw_end_object(&w);
    r->status = 200;
    r->type = "application/json";
    reply_note(r, "by=%d echo=%zu", (int)getpid(), ask->len);
    return ERR_OK;
}

static enum err nap(const struct ask *ask, struct reply *r, struct why *why)
{
    (void)deadline_sleep(ask->deadline, number(ask, "ms"));
    return echo(ask, r, why);
}

static enum err stream(const struct ask *ask, struct reply *r, struct why *why)
{
    int lost = 0;

    r->status = 200;
    r->type = "application/x-ndjson";
    for (int i = 1; i <= number(ask, "n"); i++) {
        buf_printf(&r->body.text, "{\"piece\":%d}\n", i);
        lost += reply_flush(r) == ERR_PEER;
        (void)deadline_sleep(ask->deadline, number(ask, "ms"));
    }
    reply_note(r, "lost=%d", lost);
    if (number(ask, "fail") != 0)
        return why_set(why, ERR_CHILD, "the voice broke off");
    buf_puts(&r->body.text, "{\"piece\":\"last\"}\n");
    return ERR_OK;
}

static enum err big(const struct ask *ask, struct reply *r, struct why *why)
{
    size_t n = (size_t)number(ask, "mb") * MB;
    void *sound = arena_calloc(ask->arena, 1, n);

    if (sound == NULL)
        return why_set(why, ERR_MEMORY, "no room for the sound");
    body_sound(&r->body, sound, n);
    r->status = 200;
    r->type = "text/plain";
    return ERR_OK;
}

/* Memory that the request does not give back. */
static enum err leak(const struct ask *ask, struct reply *r, struct why *why)
{
    static void *volatile kept[64];
    static size_t n;
    size_t size = (size_t)number(ask, "mb") * MB + 1;

    if (n == 64 || (kept[n] = malloc(size)) == NULL)
        return why_set(why, ERR_MEMORY, "nothing left to leak");
    memset((void *)kept[n++], 1, size);
    return echo(ask, r, why);
}

static enum err die(const struct ask *ask, struct reply *r, struct why *why)
{
    (void)ask, (void)r, (void)why;
    (void)raise(SIGKILL);
    return ERR_OK;
}

static enum err fail(const struct ask *ask, struct reply *r, struct why *why)
{
    (void)ask, (void)r;
    return why_set(why, ERR_IO, "/var/lib/it cannot be read");
}

static enum err trial_handle(struct house *house, const struct ask *ask, struct reply *reply,
                             struct why *why)
{
    static const struct {
        const char *name;
        enum err (*act)(const struct ask *, struct reply *, struct why *);
    } acts[] = {
        {"nap", nap},   {"stream", stream}, {"big", big},
        {"leak", leak}, {"die", die},       {"fail", fail},
    };
    const char *what = ask_query(ask, "do");

    (void)house;
    for (size_t i = 0; what != NULL && i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].name, what) == 0)
            return acts[i].act(ask, reply, why);
    return echo(ask, reply, why);
}

static const char *const paths[] = {"/trial", "/trial/again", NULL};

const struct handler handler_trial = {
    .name = "trial",
    .paths = paths,
    .methods = HANDLER_GET | HANDLER_POST,
    .body_max = 4 * 1024 * 1024,
    .deadline_ms = 2000,
    .needs = HOUSE_STORE,
    .access = ACCESS_OPEN,
    .streams = true,
    .workers = 2,
    .about = "a route for the engine's tests",
    .handle = trial_handle,
};
