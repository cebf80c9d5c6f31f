#include "tools/holos/gateway.h"

#include <string.h>
#include <sys/random.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/settings.h"
#include "wire/base64.h"
#include "wire/multipart.h"
#include "wire/wav.h"

#define SCRATCH_MAX ((size_t)256 * 1024 * 1024)
#define REPLY_MAX   ((size_t)64 * 1024 * 1024)
#define AUDIO_MAX   ((size_t)32 * 1024 * 1024)
#define FIELDS_MAX  ((size_t)64 * 1024)
#define SPARE_MS    3000 /* the service's own deadline, and the way */

enum err gateway_open(struct gateway *g)
{
    /* The operator's own service is no vendor: no egress. */
    struct http_setup setup = {.ca_file = setting_text(SET_HOLOS_CA_FILE)};

    arena_init(&g->scratch, SCRATCH_MAX);
    return http_open(&setup, &g->http, &g->t->why);
}

void gateway_close(struct gateway *g)
{
    http_close(g->http);
    g->http = NULL;
    arena_release(&g->scratch);
}

/* ---- what comes back ------------------------------------------------------------------------------ */

static enum err save_sound(struct gateway *g, const char *text, struct gateway_sound *ret)
{
    struct gateway_answer *answer = &g->answer;
    struct arena *a = &g->scratch;
    struct pcm pcm = {0};
    char *wav = NULL;
    size_t len = 0;

    if (base64_decode(a, text, strlen(text), &wav, &len) != ERR_OK)
        return why_set(&g->t->why, ERR_PEER, "the sound that came is not base64");
    enum err e = wav_read(a, wav, len, &pcm, NULL, &g->t->why);
    if (e != ERR_OK)
        return why_set(&g->t->why, ERR_PEER,
                       "the sound that came is not a WAV file that can be read");
    const char *file = arena_printf(&g->t->arena, g->stream ? "%s/%02d-%02zu.wav" : "%s/%02d.wav",
                                    g->folder, answer->turn, answer->sounds + 1);
    if (file == NULL)
        return ERR_MEMORY;
    e = file_replace(file, wav, len, &g->t->why);
    if (e != ERR_OK)
        return e;
    if (answer->first_sound_us < 0) /* in one piece it came with the last byte */
        answer->first_sound_us =
            answer->took_us > 0 ? answer->took_us : clock_mono_us() - g->sent_us;
    *ret = (struct gateway_sound){file, (int)((int64_t)pcm.n * 1000 / pcm.rate)};
    answer->sound[answer->sounds++] = *ret;
    return ERR_OK;
}

static enum err take_sound(struct gateway *g, const struct json *o, const char *message)
{
    const char *text = json_text(json_member(o, "audio_data"));
    struct gateway_sound sound = {0};

    if (text != NULL && g->answer.sounds == GATEWAY_SOUNDS)
        return why_set(&g->t->why, ERR_PEER, "more than %d sounds came", GATEWAY_SOUNDS);
    enum err e = text == NULL ? ERR_OK : save_sound(g, text, &sound);
    if (e == ERR_OK && (message != NULL || text != NULL) && g->on_said != NULL)
        g->on_said(g->whom, message, text == NULL ? NULL : &sound);
    return e;
}

static void take_stages(struct gateway *g, const struct json *o)
{
    struct gateway_answer *answer = &g->answer;
    const struct json *v = json_first(json_member(o, "took_ms"));

    for (; v != NULL && answer->stages < GATEWAY_STAGES; v = json_next(v)) {
        const char *name = json_name(v);
        struct gateway_stage stage = {.name = arena_strdup(&g->t->arena, name == NULL ? "" : name)};
        if (name == NULL || stage.name == NULL)
            return;
        if (json_get_number(json_member(o, "took_ms"), name, &stage.ms, NULL) == ERR_OK)
            answer->stage[answer->stages++] = stage;
    }
}

/* One object of an answer: the whole of it, or a line of a stream; the last one says success. */
static enum err take_object(struct gateway *g, const struct json *o)
{
    struct gateway_answer *answer = &g->answer;
    const char *message = json_text(json_member(o, "message"));
    const char *transcript = json_text(json_member(o, "transcript"));
    const char *error = json_text(json_member(o, "error"));

    if (error != NULL)
        return why_set(&g->t->why, ERR_BUSY, "the service says: %s", error);
    if (transcript != NULL && answer->transcript == NULL) {
        answer->transcript = arena_strdup(&g->t->arena, transcript);
        if (g->on_heard != NULL && answer->transcript != NULL)
            g->on_heard(g->whom, answer->transcript);
    }
    if (json_member(o, "success") != NULL) {
        g->finished = true;
        answer->message = message == NULL ? NULL : arena_strdup(&g->t->arena, message);
        answer->goes_on = true;
        if (json_get_bool(o, "should_continue", &answer->goes_on, NULL) == ERR_VALUE)
            return why_set(&g->t->why, ERR_PEER, "should_continue is neither true nor false");
        take_stages(g, o);
        if (g->pieces > 0) /* said already, sentence by sentence */
            message = NULL;
    } else if (message != NULL) {
        g->pieces++;
    }
    return take_sound(g, o, message);
}

static enum err take_text(struct gateway *g, const char *text, size_t n)
{
    const struct json *o = NULL;
    struct why why = {0};

    enum err e = json_parse(&g->scratch, text, n, &o, &why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || json_kind(o) != JSON_OBJECT)
        return why_set(&g->t->why, ERR_PEER, "the answer is not a JSON object; is this holos?");
    return take_object(g, o);
}

/* A stream's bytes: every whole line is an object. Anything but a 200 is kept as it is. */
static enum err on_bytes(void *to, int status, const char *data, size_t n)
{
    struct gateway *g = to;
    enum err e = ERR_OK;

    buf_put(&g->line, data, n);
    if (status != 200 || buf_err(&g->line) != ERR_OK)
        return buf_err(&g->line);
    char *end = memchr(g->line.data, '\n', g->line.len);
    while (e == ERR_OK && end != NULL) {
        size_t len = (size_t)(end - g->line.data);
        e = len == 0 ? ERR_OK : take_text(g, g->line.data, len);
        g->line.len -= len + 1;
        memmove(g->line.data, end + 1, g->line.len + 1);
        end = memchr(g->line.data, '\n', g->line.len);
    }
    return e;
}

static const struct {
    int status;
    enum err err;
} refusals[] = {
    {403, ERR_FORBIDDEN}, {404, ERR_NOT_FOUND}, {409, ERR_ENDED}, {413, ERR_TOO_BIG},
    {415, ERR_FORMAT},    {422, ERR_MISSING},   {429, ERR_BUSY},
};

/* The service's own words for a status that is not 200. */
static enum err refused(struct gateway *g, int status, const char *body, size_t n)
{
    const struct json *o = NULL;
    const char *text = NULL;
    enum err e = status >= 500 ? ERR_BUSY : ERR_VALUE;

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (refusals[i].status == status)
            e = refusals[i].err;
    if (json_parse(&g->scratch, body, n, &o, NULL) == ERR_OK)
        text = json_text(json_member(o, "error"));
    if (text == NULL)
        text = status == 502 || status == 504 ? "nginx reaches no worker of this route"
               : status == 422                ? "a field is missing"
                                              : err_text(e);
    return why_set(&g->t->why, e, "the service answers %d: %s", status, text);
}

/* ---- what goes out -------------------------------------------------------------------------------- */

static void put_percent(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
            strchr("-._~", *s) != NULL)
            buf_putc(out, *s);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
    }
}

static const char *url_of(struct gateway *g, const char *path)
{
    const char *secret = setting_text(SET_HOLOS_WEBHOOK_SECRET);
    struct buf url;

    buf_init(&url, &g->scratch, FIELDS_MAX);
    buf_printf(&url, "%s%s", g->base, path);
    if (*secret != '\0') {
        buf_puts(&url, "?secret=");
        put_percent(&url, secret);
    }
    return buf_err(&url) == ERR_OK ? buf_text(&url) : NULL;
}

static enum err signature_of(struct gateway *g, const struct buf *body, const char **ret)
{
    const char *key = setting_text(SET_BINOTEL_SIGNATURE_KEY);
    char hex[DIGEST_HEX];

    if (*key == '\0')
        return ERR_OK;
    enum err e = digest_hmac_sha256(key, body->data, body->len, hex);
    if (e == ERR_OK)
        *ret = arena_printf(&g->scratch, "X-Binotel-Signature: %s", hex);
    return e == ERR_OK && *ret == NULL ? ERR_MEMORY : e;
}

static enum err judge(struct gateway *g, const struct http_reply *reply, bool streamed)
{
    const char *body = streamed ? buf_text(&g->line) : reply->body;
    size_t n = streamed ? g->line.len : reply->len;

    if (reply->status != 200)
        return refused(g, reply->status, body, n);
    enum err e = n == 0 ? ERR_OK : take_text(g, body, n);
    if (e == ERR_OK && !g->finished)
        e = why_set(&g->t->why, ERR_PEER, "the answer is incomplete");
    return e;
}

static enum err post(struct gateway *g, const char *path, const char *type, const struct buf *body,
                     bool stream)
{
    const char *headers[3] = {stream ? "Accept: application/x-ndjson" : "Accept: application/json"};
    struct http_reply reply = {0};
    struct http_request req = {
        .method = "POST",
        .url = url_of(g, path),
        .headers = headers,
        .type = type,
        .body = body->data,
        .len = body->len,
        .deadline = deadline_in_ms(setting_number(SET_HOLOS_TURN_MS) + SPARE_MS),
        .reply_max = REPLY_MAX,
        .on_bytes = stream ? on_bytes : NULL,
        .to = g,
        .stop = g->stop,
    };

    enum err e = signature_of(g, body, &headers[1]);
    if (e != ERR_OK || req.url == NULL || buf_err(body) != ERR_OK)
        return e != ERR_OK ? e : ERR_MEMORY;
    g->finished = false;
    g->pieces = 0;
    g->answer = (struct gateway_answer){.turn = g->turn, .first_sound_us = -1, .goes_on = true};
    buf_init(&g->line, &g->scratch, REPLY_MAX);
    g->sent_us = clock_mono_us();
    e = http_send(g->http, &g->scratch, &req, &reply, &g->t->why);
    g->answer.took_us = clock_mono_us() - g->sent_us;
    return e == ERR_OK ? judge(g, &reply, stream) : e;
}

static void put_company(struct jsonw *w)
{
    const char *company = setting_text(SET_BINOTEL_COMPANY_ID);

    if (*company != '\0')
        jsonw_put_text(w, "companyID", company);
}

/* What every message that is no form begins with. */
static void begin_fields(struct gateway *g, struct buf *body, struct jsonw *w)
{
    arena_clear(&g->scratch);
    buf_init(body, &g->scratch, FIELDS_MAX);
    jsonw_init(w, body);
    jsonw_object(w);
    jsonw_put_text(w, "callID", g->id);
}

enum err gateway_ring(struct gateway *g, struct gateway_answer *ret)
{
    struct buf body;
    struct jsonw w;

    begin_fields(g, &body, &w);
    jsonw_put_text(&w, "externalNumber", g->from);
    jsonw_put_text(&w, "internalNumber", g->to);
    put_company(&w);
    jsonw_end_object(&w);
    bool stream = g->stream;
    g->stream = false;
    enum err e = post(g, "/telephony/binotel/incoming-call", "application/json", &body, false);
    g->stream = stream;
    if (e == ERR_OK)
        *ret = g->answer;
    return e;
}

static const char *const part_names[GATEWAY__MAX] = {[GATEWAY_WORDS] = "text",
                                                     [GATEWAY_KEYS] = "digits",
                                                     [GATEWAY_AUDIO] = "audio",
                                                     [GATEWAY_SPEECH] = "audio"};

static enum err make_part(struct gateway *g, enum gateway_kind kind, const char *value,
                          struct multipart_part *ret)
{
    char *bytes = NULL;
    size_t len = 0;

    /* A part without content would be none: silence is a blank. */
    const char *sent = *value == '\0' && kind == GATEWAY_WORDS ? " " : value;
    *ret = (struct multipart_part){.name = part_names[kind], .data = sent, .len = strlen(sent)};
    if (kind != GATEWAY_AUDIO && kind != GATEWAY_SPEECH)
        return ERR_OK;
    enum err e = file_read(&g->scratch, value, AUDIO_MAX, &bytes, &len, &g->t->why);
    if (e != ERR_OK)
        return e;
    const char *slash = strrchr(value, '/');
    ret->filename = slash == NULL ? value : slash + 1;
    ret->type = wav_is(bytes, len) ? "audio/wav" : "application/octet-stream";
    ret->data = bytes;
    ret->len = len;
    return ERR_OK;
}

static enum err random_seed(struct gateway *g, uint64_t *ret)
{
    if (getrandom(ret, sizeof *ret, 0) == (ssize_t)sizeof *ret)
        return ERR_OK;
    return why_set(&g->t->why, ERR_IO, "the system gives no random numbers");
}

enum err gateway_turn(struct gateway *g, enum gateway_kind kind, const char *value,
                      struct gateway_answer *ret)
{
    char boundary[MULTIPART_BOUNDARY + 1];
    struct multipart_part parts[4] = {0};
    const char *company = setting_text(SET_BINOTEL_COMPANY_ID);
    size_t n = *company == '\0' ? 3 : 4;
    uint64_t seed = 0;
    struct buf body;

    arena_clear(&g->scratch);
    enum err e = make_part(g, kind, value, &parts[2]);
    if (e == ERR_OK)
        e = random_seed(g, &seed);
    if (e != ERR_OK)
        return e;
    const char *turn = arena_printf(&g->scratch, "%d", ++g->turn);
    if (turn == NULL)
        return ERR_MEMORY;
    parts[0] = (struct multipart_part){.name = "callID", .data = g->id, .len = strlen(g->id)};
    parts[1] = (struct multipart_part){.name = "turn", .data = turn, .len = strlen(turn)};
    parts[3] =
        (struct multipart_part){.name = "companyID", .data = company, .len = strlen(company)};
    multipart_write_boundary(parts, n, seed, boundary);
    buf_init(&body, &g->scratch, AUDIO_MAX + FIELDS_MAX);
    e = multipart_write(&body, boundary, parts, n);
    const char *type = arena_printf(&g->scratch, "multipart/form-data; boundary=%s", boundary);
    if (e == ERR_OK)
        e = type == NULL ? ERR_MEMORY
                         : post(g, "/telephony/binotel/audio-stream", type, &body, g->stream);
    if (e == ERR_OK)
        *ret = g->answer;
    return e;
}

enum err gateway_hang_up(struct gateway *g, int64_t lasted_s)
{
    struct buf body;
    struct jsonw w;

    begin_fields(g, &body, &w);
    jsonw_put_text(&w, "status", "completed");
    jsonw_put_int(&w, "duration", lasted_s);
    put_company(&w);
    jsonw_end_object(&w);
    return post(g, "/telephony/binotel/call-status", "application/json", &body, false);
}
