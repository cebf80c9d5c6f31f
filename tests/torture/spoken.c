/* The cases of a spoken turn: sound comes in, a recogniser hears it, a model answers and uses a
 * tool, a voice speaks, all over TLS to the vendors' stand-ins. Whatever fails on the way, the
 * caller gets an answer by some provider or a clean error, in time; brought again, the turn has
 * happened once, with its words and its request; and the next turn works.
 *
 * tests/torture/spoken.py starts the stand-ins, says in the environment where they are, and lays
 * the recordings said-1.wav to said-3.wav into $TORTURE_SHARE. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/settings.h"
#include "net/http.h"
#include "store/call.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "tests/torture/desk.h"
#include "wire/json.h"

#define CALL    "spoken-1"
#define PHONE   "+380671234567"
#define TURN_MS 8000
#define ASKED   "Коли ви працюєте?"
#define WISHED  "Мене звати Олена, передзвоніть мені."
#define STORED  "передзвонить" /* what the model says once its tool has done its work */
#define WISH    "Стрижка завтра"
#define WAV_MAX ((size_t)1024 * 1024)

struct way {
    const char *ladder;
    bool stream;
    bool warm;                        /* the turn before has opened the connections */
    bool mute;                        /* behind the voice that serves is none but the text alone */
    const char *hear, *think, *speak; /* who serves when nothing fails */
};

static const struct wanted incoming = {
    .path = "/telephony/binotel/incoming-call",
    .type = "application/json",
    .body = "{\"callID\":\"" CALL
            "\",\"externalNumber\":\"0671234567\",\"internalNumber\":\"0440000202\"}"};

/* ---- deliveries ---------------------------------------------------------------------------------- */

/* One of the recordings, as the turn of that name. */
static const char *recording(struct desk *d, int which, const char *turn, bool stream,
                             struct wanted *ret)
{
    const char *share = getenv("TORTURE_SHARE");
    char path[1024];
    char *wav = NULL;
    size_t len = 0;
    struct buf b;

    (void)snprintf(path, sizeof path, "%s/said-%d.wav", share == NULL ? "." : share, which);
    if (file_read(&d->arena, path, WAV_MAX, &wav, &len, NULL) != ERR_OK)
        return "the preparation failed: no recording";
    buf_init(&b, &d->arena, WAV_MAX + 1024);
    buf_printf(&b,
               "--b\r\nContent-Disposition: form-data; name=\"callID\"\r\n\r\n" CALL "\r\n"
               "--b\r\nContent-Disposition: form-data; name=\"turn\"\r\n\r\n%s\r\n"
               "--b\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"a.wav\"\r\n\r\n",
               turn);
    buf_put(&b, wav, len);
    buf_puts(&b, "\r\n--b--\r\n");
    *ret = (struct wanted){.path = "/telephony/binotel/audio-stream",
                           .type = "multipart/form-data; boundary=b",
                           .accept = stream ? "application/x-ndjson" : NULL,
                           .body = buf_text(&b),
                           .len = b.len};
    return buf_err(&b) == ERR_OK ? NULL : "the preparation failed: no memory";
}

/* ---- what came back ------------------------------------------------------------------------------ */

struct told {
    bool success, sound;
    const char *transcript, *message;
    int64_t turn;
};

static void take_line(const struct json *line, struct told *ret)
{
    const char *transcript = json_text(json_member(line, "transcript"));
    const char *message = json_text(json_member(line, "message"));
    const char *sound = json_text(json_member(line, "audio_data"));

    ret->transcript = transcript == NULL ? ret->transcript : transcript;
    ret->message = message == NULL ? ret->message : message;
    ret->sound = ret->sound || (sound != NULL && strncmp(sound, "UklG", 4) == 0);
    if (json_get_bool(line, "success", &ret->success, NULL) != ERR_OK)
        ret->success = false;
    if (json_get_int(line, "turn", 1, 99, &ret->turn, NULL) != ERR_OK)
        ret->turn = 0;
}

/* Both forms of a reply: one object, or one a line. */
static const char *read_answer(struct desk *d, const struct got *g, struct told *ret)
{
    const char *end = g->body + g->len;
    struct told told = {.transcript = "", .message = ""};

    for (const char *at = g->body; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const struct json *line = NULL;
        stop = stop == NULL ? end : stop;
        if (json_parse(&d->arena, at, (size_t)(stop - at), &line, NULL) != ERR_OK)
            return "a line of the answer is no JSON";
        take_line(line, &told);
        at = stop + 1;
    }
    *ret = told;
    return NULL;
}

/* A stream that has begun ends with its answer, or with an error as its last line. */
static const char *judge_stream(const struct torture *t, const struct got *g,
                                const struct told *told)
{
    static const char sign[] = "\n{\"error\":\"";

    if (told->success)
        return NULL;
    if (t->clean || t->after)
        return "the stream had no end";
    const char *error = g->len == 0 ? NULL : strstr(g->body, sign + 1);
    if (error == NULL || (error != g->body && error[-1] != '\n'))
        return "the stream ended without an answer and without an error";
    return error[sizeof sign - 2] == '"' ? "the error has no sentence" : NULL;
}

static const char *judge(struct desk *d, const struct got *g, const struct way *way,
                         struct told *ret)
{
    *ret = (struct told){.transcript = "", .message = ""};
    if (g->took_ms > TURN_MS)
        return "the answer came after the deadline";
    if (g->status != 200)
        return d->t->after ? "the turn was not served" : desk_judge(d->t, g);
    const char *bad = read_answer(d, g, ret);
    if (bad == NULL && way->stream)
        bad = judge_stream(d->t, g, ret);
    if (bad != NULL || (way->stream && !ret->success))
        return bad;
    if (!ret->success || *ret->message == '\0')
        return "the answer is no answer";
    return ret->sound || way->mute ? NULL : "the answer has no sound";
}

/* ---- what is kept -------------------------------------------------------------------------------- */

static const char *read_turns(struct desk *d, struct call *ret_call, struct turn **ret,
                              size_t *ret_n)
{
    struct store *s = d->app.store;

    if (call_find(s, &d->arena, "binotel", CALL, ret_call, NULL) != ERR_OK ||
        turns_of_call(s, &d->arena, ret_call->id, ret, ret_n, NULL) != ERR_OK)
        return "the call cannot be read";
    return NULL;
}

/* What the caller is known to have said in this turn, NULL if the turn is not kept yet. */
static const char *heard_in(struct desk *d, int turn)
{
    struct call call = {0};
    struct turn *turns = NULL;
    size_t n = 0;

    if (read_turns(d, &call, &turns, &n) != NULL || n <= (size_t)turn)
        return NULL;
    return turns[turn].heard;
}

/* The model that said so has stored the request; it is not stored twice. */
static const char *requests_are_kept(struct desk *d, const struct call *call, const struct turn *t)
{
    struct store *s = d->app.store;
    struct lead *leads = NULL;
    int64_t waiting = 0;
    size_t n = 0;

    if (leads_newest(s, &d->arena, call->id, 10, &leads, &n, NULL) != ERR_OK ||
        outbox_waiting(s, "lead", &waiting, NULL) != ERR_OK)
        return "the requests cannot be read";
    if (n > 1)
        return "the request was taken twice";
    if (waiting != (int64_t)n)
        return "the outbox has not one row for each request";
    if (n == 0 && strncmp(t->think_rung, "claude", 6) == 0 && strstr(t->said, STORED) != NULL)
        return "the request was lost";
    if (n == 1 && (strcmp(leads[0].phone, PHONE) != 0 || strcmp(leads[0].wish, WISH) != 0))
        return "the request is not whole";
    return NULL;
}

static const char *served_as_planned(const struct way *way, const struct turn *t)
{
    if (strcmp(t->heard_by, way->hear) != 0 || strcmp(t->think_rung, way->think) != 0 ||
        strcmp(t->speak_rung, way->speak) != 0 || t->faults != 0)
        return "another provider served though nothing failed";
    return strstr(t->said, STORED) == NULL ? "the model did not use its tool" : NULL;
}

static const char *the_turn_is_kept(struct desk *d, const struct way *way, int n,
                                    const struct told *told)
{
    struct call call = {0};
    struct turn *turns = NULL;
    size_t count = 0;

    const char *bad = read_turns(d, &call, &turns, &count);
    if (bad != NULL)
        return bad;
    if (count != (size_t)n + 1 || call.turns != n)
        return count < (size_t)n + 1 ? "a turn was lost" : "a turn happened twice";
    const struct turn *t = &turns[n];
    if (t->said == NULL || t->n != n || told->turn != n)
        return "the turn is not whole";
    if (strcmp(t->heard, told->transcript) != 0 || strcmp(t->said, told->message) != 0)
        return "other words are kept than were answered";
    if (strcmp(t->heard, WISHED) != 0 && strcmp(t->heard_by, "failed") != 0)
        return "the caller's words are not kept";
    bad = requests_are_kept(d, &call, t);
    return bad == NULL && d->t->clean ? served_as_planned(way, t) : bad;
}

/* ---- the turn ------------------------------------------------------------------------------------ */

static const char *come_before(struct desk *d, const struct way *way)
{
    struct wanted w = incoming;

    if (desk_send(d, &w, false).status != 200)
        return "the preparation failed: the greeting";
    if (!way->warm)
        return NULL;
    const char *bad = recording(d, 1, "before", false, &w);
    if (bad == NULL && desk_send(d, &w, false).status != 200)
        bad = "the preparation failed: the turn before";
    return bad;
}

/* The worker of the torn turn goes on; so must it be possible to. */
static const char *nothing_is_left(const struct desk *d, int files)
{
    if (desk_files() != files)
        return "the turn left a file open";
    if (desk_has_child())
        return "the turn left a process behind";
    return store_in_transaction(d->app.store) ? "the turn left its transaction open"
                                              : desk_is_sound();
}

static const char *serve_again(struct desk *d, const struct way *way, const struct wanted *w,
                               const struct got *first, const struct told *told, int n)
{
    const char *known = heard_in(d, n);
    struct told now;

    struct got again = desk_send(d, w, false);
    if (again.status != 200)
        return "brought again, it was not served";
    if (told->success && !desk_same(first, &again))
        return "brought again, it gave other bytes";
    const char *bad = read_answer(d, &again, &now);
    if (bad == NULL && (!now.success || *now.message == '\0' || !(now.sound || told->success)))
        bad = "brought again, it was not answered";
    if (bad == NULL && known != NULL && strcmp(known, now.transcript) != 0)
        bad = "the words that were kept became others";
    struct got third = desk_send(d, w, false);
    if (bad == NULL && !desk_same(&again, &third))
        bad = "brought a third time, it gave other bytes";
    if (bad == NULL)
        bad = the_turn_is_kept(d, way, n, &now);
    return bad == NULL ? desk_keep(d, &again) : bad;
}

static const char *go_on(struct desk *d, const struct way *way, int n)
{
    struct wanted w;
    struct told told;

    const char *bad = recording(d, 3, "after", way->stream, &w);
    if (bad != NULL)
        return bad;
    struct got g = desk_send(d, &w, false);
    if (g.status != 200 || read_answer(d, &g, &told) != NULL || !told.success || told.turn != n)
        return "the next turn was not served";
    return desk_is_sound();
}

static const char *tear(struct desk *d, const struct way *way)
{
    const int n = way->warm ? 2 : 1;
    struct wanted w = {0};
    struct told told;

    const char *bad = come_before(d, way);
    if (bad == NULL)
        bad = recording(d, 2, "torn", way->stream, &w);
    if (bad == NULL && way->stream)
        bad = desk_open_wire(d);
    if (bad != NULL)
        return bad;
    d->app.speaker.cache = torture_path(d->t, "cache");
    int files = desk_files();
    struct got first = desk_send(d, &w, !d->t->after);
    bad = judge(d, &first, way, &told);
    if (bad == NULL)
        bad = nothing_is_left(d, files);
    if (bad == NULL && d->t->leave)
        return told.success ? desk_keep(d, &first) : NULL;
    if (bad == NULL)
        bad = serve_again(d, way, &w, &first, &told, n);
    return bad == NULL ? go_on(d, way, n + 1) : bad;
}

static bool set_up(const struct way *way)
{
    static const struct {
        const char *name, *value;
    } settings[] = {{"HOLOS_TURN_MS", "8000"},
                    {"HOLOS_HEAR_MS", "1500"},
                    {"HOLOS_THINK_MS", "2000"},
                    {"HOLOS_THINK_FIRST_MS", "1500"},
                    {"HOLOS_SPEAK_MS", "1500"}};

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (setenv(settings[i].name, settings[i].value, 1) != 0)
            return false;
    return setenv("HOLOS_LADDER", way->ladder, 1) == 0;
}

static const char *a_spoken_turn_is_served_once(const struct torture *t)
{
    const struct way *way = t->of;
    struct desk d;

    if (!set_up(way))
        return "the preparation failed: settings";
    const char *bad = desk_open(&d, t, false);
    if (bad == NULL)
        bad = desk_open_providers(&d);
    if (bad == NULL)
        bad = tear(&d, way);
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

/* ---- a worker that starts ------------------------------------------------------------------------ */

static const char *the_vendors_are_opened_or_the_reason_is_told(const struct torture *t)
{
    struct http *h = NULL;
    struct why why = {0};
    struct desk d;

    const char *bad = desk_open(&d, t, false);
    if (bad != NULL)
        return bad;
    if (http_open(NULL, &h, NULL) != ERR_OK) /* libcurl's own beginnings */
        return "the preparation failed: libcurl";
    http_close(h);
    int files = desk_files();
    torture_arm(!t->after);
    enum err e = app_open(&d.app, APP_PARTS(&app_providers), &why);
    torture_arm(false);
    if (e != ERR_OK && (t->clean || (e != ERR_MEMORY && why.text[0] == '\0')))
        bad = "the vendors were not opened, without a reason";
    if (bad == NULL && e != ERR_OK && desk_files() != files)
        bad = "what was not opened left a file open";
    if (bad == NULL && e != ERR_OK)
        bad = desk_open_providers(&d);
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

static const struct way whole = {
    .ladder = "", .hear = "google", .think = "claude", .speak = "google"};
static const struct way streamed = {.ladder = "",
                                    .stream = true,
                                    .warm = true,
                                    .hear = "google",
                                    .think = "claude",
                                    .speak = "google"};
static const struct way local = {.ladder = "hear=whisper speak=espeak",
                                 .mute = true,
                                 .hear = "whisper",
                                 .think = "claude",
                                 .speak = "espeak"};

const struct torture_case torture_spoken[] = {
    {"spoken-streamed", a_spoken_turn_is_served_once, &streamed},
    {"spoken", a_spoken_turn_is_served_once, &whole},
    {"spoken-local", a_spoken_turn_is_served_once, &local},
    {"spoken-start", the_vendors_are_opened_or_the_reason_is_told, NULL},
    {NULL, NULL, NULL},
};
