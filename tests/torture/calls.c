/* The cases of the routes: whatever fails while a delivery is worked on, the caller gets a clean
 * answer, and the same delivery brought again has happened exactly once. */
#include <stdio.h>
#include <string.h>

#include "store/call.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "tests/torture/desk.h"

#define CALL  "torture-1"
#define PHONE "+380671234567"

#define PART(name, value)                                                                          \
    "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define MULTIPART "multipart/form-data; boundary=b"

#define INCOMING                                                                                   \
    {                                                                                              \
        .path = "/telephony/binotel/incoming-call", .type = "application/json",                    \
        .body = "{\"callID\":\"" CALL                                                              \
                "\",\"externalNumber\":\"0671234567\",\"internalNumber\":\"0440000202\"}"          \
    }
#define TURN(n, words, accepted)                                                                   \
    {                                                                                              \
        .path = "/telephony/binotel/audio-stream", .type = MULTIPART, .accept = accepted,          \
        .body = PART("callID", CALL) PART("turn", n) PART("text", words) "--b--\r\n"               \
    }
#define SAY(n, words)    TURN(n, words, NULL)
#define STREAM(n, words) TURN(n, words, "application/x-ndjson")
#define STATUS                                                                                     \
    {                                                                                              \
        .path = "/telephony/binotel/call-status", .type = "application/json",                      \
        .body = "{\"callID\":\"" CALL "\",\"status\":\"completed\",\"duration\":38}"               \
    }
#define GET(route)                                                                                 \
    {                                                                                              \
        .path = (route)                                                                            \
    }

#define BEFORE 5

struct scene {
    struct wanted before[BEFORE]; /* what came before, undisturbed */
    struct wanted torn;           /* while this one is worked on, something fails */
    bool unspoken;                /* the voice has to be made */
    bool changes;                 /* the reply differs each time it is asked for */
    /* afterwards: */
    size_t turns, leads; /* the greeting is a turn */
    enum call_status status;
    const char *wish; /* a part of the lead's; NULL: no lead */
    bool call;        /* there is one, though without a turn */
};

/* ---- what is kept -------------------------------------------------------------------------------- */

static const char *leads_are_kept(struct desk *d, const struct scene *s, int64_t call)
{
    struct store *store = d->app.store;
    struct lead *leads = NULL;
    int64_t waiting = 0;
    size_t n = 0;

    if (leads_newest(store, &d->arena, call, 10, &leads, &n, NULL) != ERR_OK ||
        outbox_waiting(store, "lead", &waiting, NULL) != ERR_OK)
        return "the requests cannot be read";
    if (n != s->leads)
        return n < s->leads ? "a request was lost" : "a request was taken twice";
    if (waiting != (int64_t)n)
        return "the outbox has not one row for each request";
    if (n > 0 && (strcmp(leads[0].phone, PHONE) != 0 || strstr(leads[0].wish, s->wish) == NULL))
        return "the request is not whole";
    return NULL;
}

static const char *turns_are_kept(struct desk *d, const struct scene *s, const struct call *call)
{
    struct turn *turns = NULL;
    size_t n = 0;

    if (turns_of_call(d->app.store, &d->arena, call->id, &turns, &n, NULL) != ERR_OK)
        return "the turns cannot be read";
    if (n != s->turns)
        return n < s->turns ? "a turn was lost" : "a turn happened twice";
    for (size_t i = 0; i < n; i++)
        if (turns[i].said == NULL || turns[i].n != (int)i || (i > 0 && turns[i].heard == NULL))
            return "a turn is not whole";
    if (n > 0 && call->turns != (int)n - 1)
        return "the call counts its turns wrongly";
    return NULL;
}

static const char *all_is_kept(struct desk *d, const struct scene *s)
{
    struct call call = {0};

    if (s->turns == 0 && !s->call)
        return NULL;
    if (call_find(d->app.store, &d->arena, "binotel", CALL, &call, NULL) != ERR_OK)
        return "the call is not kept";
    if (call.status != s->status || call_status_ends(call.status) != (call.ended_ms > 0))
        return "the call's status is wrong";
    const char *bad = turns_are_kept(d, s, &call);
    return bad == NULL ? leads_are_kept(d, s, call.id) : bad;
}

/* ---- the scene ----------------------------------------------------------------------------------- */

/* Brought again, and again: served, once, always with the same bytes. */
static const char *serve_again(struct desk *d, const struct scene *s, const struct got *first)
{
    struct got again = desk_send(d, &s->torn, false);
    if (again.status != 200)
        return "brought again, it was not served";
    if (s->changes)
        return NULL;
    if (first->status == 200 && !desk_same(first, &again))
        return "brought again, it gave other bytes";
    struct got third = desk_send(d, &s->torn, false);
    if (!desk_same(&again, &third))
        return "brought a third time, it gave other bytes";
    return desk_keep(d, &again);
}

static const char *tear(struct desk *d, const struct scene *s)
{
    for (size_t i = 0; i < BEFORE && s->before[i].path != NULL; i++)
        if (desk_send(d, &s->before[i], false).status != 200)
            return "the preparation failed: what comes before";
    if (s->unspoken)
        d->app.speaker.cache = torture_path(d->t, "cache");
    int files = desk_files();
    struct got first = desk_send(d, &s->torn, true);
    const char *bad = desk_judge(d->t, &first);
    if (bad == NULL && desk_files() != files)
        bad = "the request left a file open";
    if (bad == NULL)
        bad = desk_is_sound();
    if (bad == NULL && d->t->leave)
        return s->changes || first.status != 200 ? NULL : desk_keep(d, &first);
    if (bad == NULL)
        bad = serve_again(d, s, &first);
    if (bad == NULL)
        bad = all_is_kept(d, s);
    return bad == NULL ? desk_is_sound() : bad;
}

static const char *a_delivery_is_served_once(const struct torture *t)
{
    struct desk d;

    const char *bad = desk_open(&d, t, false);
    if (bad == NULL)
        bad = tear(&d, t->of);
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

/* ---- the scenes ---------------------------------------------------------------------------------- */

#define WHERE "Скажіть, будь ласка, де ви знаходитесь?"

static const struct scene greeting = {.torn = INCOMING, .turns = 1, .status = CALL_IN_PROGRESS};
static const struct scene greeting_unspoken = {
    .torn = INCOMING, .unspoken = true, .turns = 1, .status = CALL_IN_PROGRESS};
static const struct scene turn = {
    .before = {INCOMING}, .torn = SAY("1", WHERE), .turns = 2, .status = CALL_IN_PROGRESS};
static const struct scene turn_unspoken = {.before = {INCOMING},
                                           .torn = SAY("1", WHERE),
                                           .unspoken = true,
                                           .turns = 2,
                                           .status = CALL_IN_PROGRESS};
static const struct scene turn_streamed = {
    .before = {INCOMING}, .torn = STREAM("1", WHERE), .turns = 2, .status = CALL_IN_PROGRESS};
static const struct scene turn_again = {.before = {INCOMING, SAY("1", WHERE)},
                                        .torn = SAY("1", WHERE),
                                        .turns = 2,
                                        .status = CALL_IN_PROGRESS};
static const struct scene goodbye = {.before = {INCOMING, SAY("1", WHERE)},
                                     .torn = SAY("2", "Дякую, до побачення"),
                                     .turns = 3,
                                     .status = CALL_COMPLETED};

#define ASKS  SAY("1", "З'єднайте мене з людиною"), SAY("2", "Мене звати Олена"), SAY("3", "Так")
#define WISH  SAY("4", "Хочу перенести запис на суботу")
#define MOVED "перенести запис на суботу"

static const struct scene lead = {.before = {INCOMING, ASKS},
                                  .torn = WISH,
                                  .turns = 5,
                                  .leads = 1,
                                  .status = CALL_IN_PROGRESS,
                                  .wish = MOVED};
static const struct scene own_number = {
    .before = {INCOMING, SAY("1", "З'єднайте мене з людиною"), SAY("2", "Мене звати Олена")},
    .torn = SAY("3", "Так"),
    .turns = 4,
    .status = CALL_IN_PROGRESS};
static const struct scene status = {
    .before = {INCOMING, SAY("1", WHERE)}, .torn = STATUS, .turns = 2, .status = CALL_COMPLETED};
/* The caller hangs up in the middle: what was said becomes the request. */
static const struct scene status_unfinished = {
    .before = {INCOMING, SAY("1", "З'єднайте мене з людиною"), SAY("2", "Мене звати Олена")},
    .torn = STATUS,
    .turns = 3,
    .leads = 1,
    .status = CALL_COMPLETED,
    .wish = ""};
/* The exchange's own record of a call that the bot never heard of. */
static const struct scene record = {
    .torn = {.path = "/telephony/binotel/webhook",
             .type = "application/x-www-form-urlencoded",
             .body = "requestType=apiCallCompleted&callDetails%5BgeneralCallID%5D=" CALL
                     "&callDetails%5BcallType%5D=0&callDetails%5BexternalNumber%5D=0671234567"
                     "&callDetails%5Bbillsec%5D=38&callDetails%5Bdisposition%5D=ANSWER"
                     "&callDetails%5BpbxNumberData%5D%5Bnumber%5D=0440000202"},
    .call = true,
    .status = CALL_COMPLETED};
static const struct scene health = {.torn = GET("/health"), .changes = true};
static const struct scene health_all = {.torn = GET("/telephony/health"), .changes = true};
static const struct scene stats = {.before = {INCOMING, SAY("1", WHERE)},
                                   .torn = GET("/telephony/stats"),
                                   .changes = true,
                                   .turns = 2,
                                   .status = CALL_IN_PROGRESS};
static const struct scene text = {.torn = {.path = "/voice/process-voice/",
                                           .type = "application/json",
                                           .body = "{\"text\":\"А ЛЮКС есть?\"}"}};

#define SCENE(name, of)                                                                            \
    {                                                                                              \
        name, a_delivery_is_served_once, of                                                        \
    }

const struct torture_case torture_calls[] = {
    SCENE("greeting", &greeting),
    SCENE("greeting-unspoken", &greeting_unspoken),
    SCENE("turn", &turn),
    SCENE("turn-unspoken", &turn_unspoken),
    SCENE("turn-streamed", &turn_streamed),
    SCENE("turn-again", &turn_again),
    SCENE("goodbye", &goodbye),
    SCENE("own-number", &own_number),
    SCENE("lead", &lead),
    SCENE("call-status", &status),
    SCENE("call-status-unfinished", &status_unfinished),
    SCENE("record", &record),
    SCENE("health", &health),
    SCENE("telephony-health", &health_all),
    SCENE("stats", &stats),
    SCENE("text", &text),
    {0},
};
