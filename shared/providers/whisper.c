#include "providers/whisper.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/settings.h"
#include "base/text.h"
#include "providers/env.h"
#include "providers/openai.h"
#include "wire/json.h"
#include "wire/multipart.h"
#include "wire/wav.h"

/* ==== requests ================================================================================ */

#define PATH_OPENAI "/v1/audio/transcriptions"
#define PATH_CPP    "/inference"
#define FRAME_MAX   ((size_t)16 * 1024) /* multipart around the file */
#define PARTS_MAX   8
#define COUNT(of)   (sizeof(of) / sizeof *(of))

/* ---- where and how it is asked --------------------------------------------------------------- */

/* Is it whisper.cpp's own server, by the settings? */
static bool whisper_is_cpp(const struct whisper *at)
{
    if (at->api == NULL || *at->api == '\0')
        return text_ends_in(openai_path(at->url), PATH_CPP);
    return strcmp(at->api, "whisper.cpp") == 0;
}

/* Where it is, and whether it is whisper.cpp's own server. */
static enum err find(const struct whisper *at, const char **ret_url, bool *ret, struct why *why)
{
    bool keyed = at->key != NULL && *at->key != '\0';

    if (*at->url == '\0' && !keyed)
        return why_set(why, ERR_CONFIG,
                       "Whisper is not configured: set WHISPER_URL or OPENAI_API_KEY");
    *ret_url = openai_address(at->url);
    enum err e = http_url_check(*ret_url, NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "WHISPER_URL is not a usable address");
    if (e != ERR_OK)
        return e;
    *ret = whisper_is_cpp(at);
    if (*ret || at->api == NULL || *at->api == '\0' || strcmp(at->api, "openai") == 0)
        return ERR_OK;
    return why_set(why, ERR_CONFIG, "WHISPER_API must be openai or whisper.cpp");
}

static const char *make_url(struct arena *a, const char *url, bool cpp)
{
    return openai_url(a, url, cpp ? PATH_CPP : PATH_OPENAI);
}

/* ---- what sound ------------------------------------------------------------------------------ */

static int16_t sample_at(const struct recording *s, size_t i)
{
    const unsigned char *p = s->data;

    if (s->coding == RECORDING_MULAW)
        return wav_from_mulaw(p[i]);
    if (s->coding == RECORDING_ALAW)
        return wav_from_alaw(p[i]);
    return (int16_t)(uint16_t)(p[2 * i] | p[2 * i + 1] << 8);
}

static enum err make_wav(struct arena *a, const struct recording *s, struct multipart_part *ret)
{
    struct pcm pcm = {.n = s->coding == RECORDING_PCM16 ? s->n / 2 : s->n, .rate = s->rate};
    struct buf wav;

    pcm.samples = arena_alloc(a, pcm.n * sizeof *pcm.samples + 1);
    if (pcm.samples == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < pcm.n; i++)
        pcm.samples[i] = sample_at(s, i);
    buf_init(&wav, a, WHISPER_FILE_MAX);
    enum err e = wav_write(&wav, &pcm, WAV_PCM16);
    ret->data = wav.data;
    ret->len = wav.len;
    return e;
}

/* The name's ending is what tells the server the format. */
static enum err make_file(struct arena *a, const struct recording *s, bool cpp,
                          struct multipart_part *ret, struct why *why)
{
    static const struct {
        const char *name, *type;
    } files[RECORDING__MAX] = {
        [RECORDING_PCM16] = {"audio.wav", "audio/wav"},
        [RECORDING_MULAW] = {"audio.wav", "audio/wav"},
        [RECORDING_ALAW] = {"audio.wav", "audio/wav"},
        [RECORDING_FLAC] = {"audio.flac", "audio/flac"},
        [RECORDING_OGG] = {"audio.ogg", "audio/ogg"},
        [RECORDING_WEBM] = {"audio.webm", "audio/webm"},
        [RECORDING_MP3] = {"audio.mp3", "audio/mpeg"},
        [RECORDING_MP4] = {"audio.m4a", "audio/mp4"},
    };
    bool packed = s->coding >= RECORDING_FLAC;
    enum err e = ERR_OK;

    if (packed && cpp)
        return why_set(why, ERR_FORMAT, "the whisper.cpp server takes only WAV");
    *ret = (struct multipart_part){.name = "file",
                                   .filename = files[s->coding].name,
                                   .type = files[s->coding].type,
                                   .data = s->data,
                                   .len = s->n};
    if (!packed)
        e = make_wav(a, s, ret);
    if (e == ERR_TOO_BIG || ret->len > WHISPER_FILE_MAX)
        return why_set(why, ERR_TOO_BIG, "the sound is too large for Whisper");
    return e;
}

/* ---- the parts ------------------------------------------------------------------------------- */

struct parts {
    struct multipart_part part[PARTS_MAX];
    size_t n;
};

static void add(struct parts *p, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    p->part[p->n++] = (struct multipart_part){.name = name, .data = value, .len = strlen(value)};
}

/* As many hints as fit, as one text. */
static enum err make_prompt(struct arena *a, const struct provider_utterance *u, const char **ret)
{
    struct buf text;

    buf_init(&text, a, WHISPER_PROMPT_MAX + 2);
    for (size_t i = 0; i < u->hints_n; i++) {
        if (text.len + strlen(u->hints[i]) + 2 > WHISPER_PROMPT_MAX)
            break;
        buf_printf(&text, "%s%s", i == 0 ? "" : ", ", u->hints[i]);
    }
    *ret = buf_text(&text);
    return buf_err(&text);
}

/* What OpenAI's newer models take instead of segments with their figures. */
static bool is_plain_model(const char *model)
{
    return strncmp(model, "gpt-", 4) == 0;
}

static enum err make_parts(struct arena *a, const struct whisper *at,
                           const struct provider_utterance *u, bool cpp, struct parts *p,
                           struct why *why)
{
    const char *prompt = "";
    const char *model = at->model == NULL ? "" : at->model;
    bool plain = !cpp && is_plain_model(model);
    const char *language = arena_strndup(a, u->language, strcspn(u->language, "-_"));

    enum err e = make_file(a, &u->sound, cpp, &p->part[p->n++], why);
    if (e == ERR_OK)
        e = make_prompt(a, u, &prompt);
    if (e == ERR_OK && language == NULL)
        e = ERR_MEMORY;
    if (e != ERR_OK)
        return e;
    if (u->also_n == 0) /* else it finds out which is spoken */
        add(p, "language", language);
    else if (cpp)
        add(p, "language", "auto"); /* without it that server takes English for granted */
    add(p, "response_format", plain ? "json" : "verbose_json");
    add(p, "temperature", "0");
    if (plain && strstr(model, "-diarize") != NULL)
        add(p, "chunking_strategy", "auto"); /* that one takes no prompt */
    else
        add(p, "prompt", prompt);
    if (cpp) {
        add(p, "no_language_probabilities", "true"); /* spares it a pass */
        add(p, "suppress_nst", "true");
    } else {
        add(p, "model", model);
    }
    return ERR_OK;
}

enum err whisper_request(struct arena *a, const struct whisper *at,
                         const struct provider_utterance *u, uint64_t seed,
                         struct http_request *ret, struct why *why)
{
    struct http_request req = {.method = "POST", .reply_max = WHISPER_REPLY_MAX};
    char boundary[MULTIPART_BOUNDARY + 1];
    struct parts parts = {0};
    struct buf body;
    const char *url = NULL;
    bool cpp = false;

    enum err e = find(at, &url, &cpp, why);
    if (e == ERR_OK && !cpp && at->key != NULL && *at->key != '\0')
        e = provider_auth_header(a, "Authorization: Bearer ", at->key, "OPENAI_API_KEY",
                                 &req.headers, why);
    if (e == ERR_OK)
        e = make_parts(a, at, u, cpp, &parts, why);
    if (e != ERR_OK)
        return e;
    multipart_write_boundary(parts.part, parts.n, seed, boundary);
    buf_init(&body, a, WHISPER_FILE_MAX + FRAME_MAX);
    e = multipart_write(&body, boundary, parts.part, parts.n);
    if (e == ERR_TOO_BIG)
        return why_set(why, e, "the sound is too large for Whisper");
    req.url = make_url(a, url, cpp);
    req.type = arena_printf(a, "multipart/form-data; boundary=%s", boundary);
    if (e != ERR_OK || req.url == NULL || req.type == NULL)
        return ERR_MEMORY;
    req.body = body.data;
    req.len = body.len;
    *ret = req;
    return ERR_OK;
}

int64_t whisper_cost(const struct whisper *at, int64_t sound_ms, const struct price_use *told)
{
    struct price_use use = *told;
    const char *url = NULL;
    bool cpp = false;

    if (find(at, &url, &cpp, NULL) != ERR_OK)
        return PRICE_UNKNOWN;
    if (cpp || strncasecmp(url, "http:", 5) == 0)
        return 0;
    if (use.ms < 0)
        use.ms = sound_ms;
    return price_hear("OpenAI", at->model == NULL ? "" : at->model, &use);
}

/* ==== replies ================================================================================= */

#define API "Whisper"

/* Whisper's own rule for a piece without speech. */
#define NO_SPEECH 0.6
#define LOG_PROB  (-1.0)

/* ---- an answer ------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* whisper.cpp's lines begin with a blank and each segment ends its own. */
static void put_lines(struct buf *out, const char *text)
{
    while (*text != '\0') {
        text += strspn(text, " \t\r\n");
        size_t line = strcspn(text, "\r\n");
        size_t n = line;
        while (n > 0 && is_blank(text[n - 1]))
            n--;
        if (n > 0 && out->len > 0)
            buf_putc(out, ' ');
        buf_put(out, text, n);
        text += line;
    }
}

static bool is_unspoken(const struct json *segment)
{
    double no_speech = 0;
    double sure = 0;

    return json_get_number(segment, "no_speech_prob", &no_speech, NULL) == ERR_OK &&
           json_get_number(segment, "avg_logprob", &sure, NULL) == ERR_OK &&
           no_speech > NO_SPEECH && sure < LOG_PROB;
}

static double surer(const struct json *segment, double so_far)
{
    double log_prob = 0;

    if (json_get_number(segment, "avg_logprob", &log_prob, NULL) != ERR_OK || log_prob > 0)
        return so_far;
    double c = exp(log_prob);
    return so_far < 0 || c < so_far ? c : so_far;
}

static void put_segments(struct buf *out, const struct json *segments, double *confidence)
{
    for (const struct json *s = json_first(segments); s != NULL; s = json_next(s)) {
        const char *text = json_text(json_member(s, "text"));
        if (text == NULL || is_unspoken(s))
            continue;
        put_lines(out, text);
        *confidence = surer(s, *confidence);
    }
}

#define FAR INT64_C(1000000000000)

static int64_t count_of(const struct json *o, const char *name)
{
    int64_t n = -1;

    return json_get_int(o, name, 0, FAR, &n, NULL) == ERR_OK ? n : -1;
}

/* {"type":"duration","seconds":3}, or {"type":"tokens","input_tokens":14,"output_tokens":45}. A
 * part of a second, which other servers tell, is one. */
static struct price_use use_of(const struct json *usage)
{
    double s = 0;
    bool told = json_get_number(usage, "seconds", &s, NULL) == ERR_OK && s >= 0 && s <= 86400;

    return (struct price_use){
        .ms = told ? (int64_t)ceil(s) * 1000 : -1,
        .tokens_in = count_of(usage, "input_tokens"),
        .tokens_out = count_of(usage, "output_tokens"),
    };
}

static enum err read_words(struct arena *a, const struct http_reply *reply,
                           struct provider_words *ret, struct failure *f)
{
    struct provider_words words = {.confidence = -1};
    const struct json *o = NULL;
    struct buf text;

    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const char *whole = e == ERR_OK ? json_text(json_member(o, "text")) : NULL;
    const struct json *segments = e == ERR_OK ? json_member(o, "segments") : NULL;
    if (whole == NULL && json_kind(segments) != JSON_ARRAY)
        return failure_set(f, FAILURE_BROKEN, ERR_PEER,
                           API " answered something that is not a transcript");
    buf_init(&text, a, reply->len + 1);
    if (json_kind(segments) == JSON_ARRAY && json_count(segments) > 0)
        put_segments(&text, segments, &words.confidence);
    else if (whole != NULL)
        put_lines(&text, whole);
    if (buf_err(&text) != ERR_OK)
        return ERR_MEMORY;
    words.text = buf_text(&text);
    words.use = use_of(json_member(o, "usage"));
    *ret = words;
    return ERR_OK;
}

/* ---- a refusal ------------------------------------------------------------------------------- */

static const struct openai_meaning meanings[] = {
    {429, 429, "insufficient_quota", FAILURE_OPERATOR, ERR_CONFIG,
     "is refused: what was paid for is used up"},
    {429, 429, NULL, FAILURE_LATER, ERR_PEER, "was asked too often"},
    {401, 401, NULL, FAILURE_OPERATOR, ERR_CONFIG, "refuses the key: look at OPENAI_API_KEY"},
    {403, 403, NULL, FAILURE_OPERATOR, ERR_CONFIG, "may not be used with this key"},
    {400, 404, "model_not_found", FAILURE_OPERATOR, ERR_CONFIG,
     "has no such model: look at WHISPER_MODEL"},
    {404, 404, NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "is not to be found at its address: look at WHISPER_URL"},
    {413, 413, NULL, FAILURE_REQUEST, ERR_TOO_BIG, "takes no sound of this size"},
    {400, 400, "too short", FAILURE_REQUEST, ERR_FORMAT, "takes no sound so short"},
    {400, 400, "file format", FAILURE_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {400, 400, "Invalid request", FAILURE_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {500, 500, "failed to process audio", FAILURE_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {500, 599, NULL, FAILURE_AGAIN, ERR_PEER, "failed"},
    {408, 409, NULL, FAILURE_AGAIN, ERR_PEER, "gave up"},
    {400, 499, NULL, FAILURE_REQUEST, ERR_PEER, "refuses the request"},
};

enum err whisper_read(struct arena *a, const struct http_reply *reply, struct provider_words *ret,
                      struct failure *f)
{
    if (reply->status == 200)
        return read_words(a, reply, ret, f);
    return openai_refused(a, reply, API, meanings, COUNT(meanings), f);
}

/* ==== the provider ============================================================================ */

static struct whisper here(void)
{
    return (struct whisper){
        .url = setting_text(SET_WHISPER_URL),
        .api = setting_text(SET_WHISPER_API),
        .key = setting_text(SET_OPENAI_API_KEY),
        .model = setting_text(SET_WHISPER_MODEL),
    };
}

static bool is_local_server(const struct providers *o)
{
    const struct whisper at = here();

    (void)o;
    return whisper_is_cpp(&at) || strncasecmp(at.url, "http:", 5) == 0;
}

static enum err ready(const struct providers *o, struct why *why)
{
    const struct whisper at = here();
    const char *url = NULL;
    bool cpp = false;

    (void)o;
    if (*at.url == '\0' && *at.key == '\0')
        return why_set(why, ERR_NOT_FOUND, "WHISPER_URL or OPENAI_API_KEY brings Whisper");
    return find(&at, &url, &cpp, why);
}

static const char *url(void)
{
    return openai_address(setting_text(SET_WHISPER_URL));
}

static const char *about(const struct providers *o, struct arena *a)
{
    const struct whisper at = here();
    const char *url = NULL;
    bool cpp = false;

    (void)o;
    if (find(&at, &url, &cpp, NULL) != ERR_OK)
        return NULL;
    const char *whole = make_url(a, url, cpp);
    return whole == NULL
               ? NULL
               : arena_printf(a, "%s, %s", whole, *at.key == '\0' ? "without a key" : "with a key");
}

static enum err request(struct env *env, struct provider_utterance *u, struct http_request *ret,
                        struct failure *f)
{
    const struct whisper at = here();
    uint64_t seed = (uint64_t)clock_mono_us() ^ (uint64_t)env->call_id << 40;

    return whisper_request(env->arena, &at, u, seed, ret, &f->why);
}

static enum err read_reply(struct env *env, const struct provider_utterance *u,
                           const struct http_reply *reply, struct provider_words *ret,
                           struct failure *f)
{
    (void)u;
    return whisper_read(env->arena, reply, ret, f);
}

static int64_t cost(const struct provider_utterance *u, const struct provider_words *w)
{
    const struct whisper at = here();

    return whisper_cost(&at, u->ms, &w->use);
}

static const char *model(const struct provider_utterance *u)
{
    (void)u;
    return setting_text(SET_WHISPER_MODEL);
}

/* OpenAI's rules are the same for all it sells; a server of one's own obeys them by staying
 * silent. */
const struct provider provider_hear_whisper = {
    .name = "whisper",
    .stage = PROVIDER_HEAR,
    .rank = 20,
    .ready = ready,
    .url = url,
    .about = about,
    .retry = {.tries = 2,
              .first_ms = 500,
              .most_ms = 8000,
              .growth_percent = 200,
              .honours_should_retry = true},
    .is_local_server = is_local_server,
    .hear = {.request = request, .read = read_reply, .cost = cost, .model = model},
};
