#include "vendors/whisper.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "vendors/hints.h"
#include "wire/multipart-write.h"
#include "wire/wav.h"

#define URL_OPENAI  "https://api.openai.com"
#define PATH_OPENAI "/v1/audio/transcriptions"
#define PATH_CPP    "/inference"
#define FRAME_MAX   ((size_t)16 * 1024) /* multipart around the file */
#define PARTS_MAX   8
#define COUNT(of)   (sizeof(of) / sizeof *(of))

/* ---- where and how it is asked -------------------------------------------------------------- */

static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");

    return host == NULL ? "" : host + 3 + strcspn(host + 3, "/");
}

bool whisper_is_cpp(const struct whisper *at)
{
    if (at->api == NULL || *at->api == '\0')
        return text_ends_in(path_of(at->url), PATH_CPP);
    return strcmp(at->api, "whisper.cpp") == 0;
}

/* Where it is, and whether it is whisper.cpp's own server. */
static enum err find(const struct whisper *at, const char **ret_url, bool *ret, struct why *why)
{
    bool keyed = at->key != NULL && *at->key != '\0';

    if (*at->url == '\0' && !keyed)
        return why_set(why, ERR_CONFIG,
                       "Whisper is not configured: set WHISPER_URL or OPENAI_API_KEY");
    *ret_url = *at->url == '\0' ? URL_OPENAI : at->url;
    enum err e = http_url_check(*ret_url, NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "WHISPER_URL is no address that can be used");
    if (e != ERR_OK)
        return e;
    *ret = whisper_is_cpp(at);
    if (*ret || at->api == NULL || *at->api == '\0' || strcmp(at->api, "openai") == 0)
        return ERR_OK;
    return why_set(why, ERR_CONFIG, "WHISPER_API must be openai or whisper.cpp");
}

/* A URL with a path is taken as it stands. */
static const char *make_url(struct arena *a, const char *url, bool cpp)
{
    const char *path = path_of(url);

    if (*path != '\0' && strcmp(path, "/") != 0)
        return arena_strdup(a, url);
    return arena_printf(a, "%.*s%s", (int)(path - url), url, cpp ? PATH_CPP : PATH_OPENAI);
}

static enum err put_headers(struct arena *a, const char *key, struct http_request *req,
                            struct why *why)
{
    if (key == NULL || *key == '\0')
        return ERR_OK;
    for (const char *s = key; *s != '\0'; s++)
        if (*s <= ' ' || *s > '~')
            return why_set(why, ERR_VALUE, "OPENAI_API_KEY holds a blank or a control");
    const char **lines = arena_calloc(a, 2, sizeof *lines);
    if (lines == NULL)
        return ERR_MEMORY;
    lines[0] = arena_printf(a, "Authorization: Bearer %s", key);
    req->headers = lines;
    return lines[0] == NULL ? ERR_MEMORY : ERR_OK;
}

/* ---- what sound ----------------------------------------------------------------------------- */

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

/* ---- the parts ------------------------------------------------------------------------------ */

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
static enum err make_prompt(struct arena *a, const struct whisper_ask *ask, const char **ret)
{
    struct hints hints = {0};
    struct buf text;

    enum err e = hints_choose(a, ask->hints, ask->hints_n, &hints);
    if (e != ERR_OK)
        return e;
    buf_init(&text, a, WHISPER_PROMPT_MAX + 2);
    for (size_t i = 0; i < hints.n; i++) {
        if (text.len + strlen(hints.text[i]) + 2 > WHISPER_PROMPT_MAX)
            break;
        buf_printf(&text, "%s%s", i == 0 ? "" : ", ", hints.text[i]);
    }
    *ret = buf_text(&text);
    return buf_err(&text);
}

/* What OpenAI's newer models take instead of segments with their figures. */
static bool is_plain_model(const char *model)
{
    return strncmp(model, "gpt-", 4) == 0;
}

static enum err make_parts(struct arena *a, const struct whisper *at, const struct whisper_ask *ask,
                           bool cpp, struct parts *p, struct why *why)
{
    const char *prompt = "";
    const char *model = at->model == NULL ? "" : at->model;
    bool plain = !cpp && is_plain_model(model);
    const char *language = arena_strndup(a, ask->language, strcspn(ask->language, "-_"));

    enum err e = make_file(a, &ask->sound, cpp, &p->part[p->n++], why);
    if (e == ERR_OK)
        e = make_prompt(a, ask, &prompt);
    if (e == ERR_OK && language == NULL)
        e = ERR_MEMORY;
    if (e != ERR_OK)
        return e;
    add(p, "language", language);
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

enum err whisper_request(struct arena *a, const struct whisper *at, const struct whisper_ask *ask,
                         struct http_request *ret, struct why *why)
{
    struct http_request req = {.method = "POST", .reply_max = WHISPER_REPLY_MAX};
    char boundary[MULTIPART_BOUNDARY + 1];
    struct parts parts = {0};
    struct buf body;
    const char *url = NULL;
    bool cpp = false;

    enum err e = find(at, &url, &cpp, why);
    if (e == ERR_OK && !cpp)
        e = put_headers(a, at->key, &req, why);
    if (e == ERR_OK)
        e = make_parts(a, at, ask, cpp, &parts, why);
    if (e != ERR_OK)
        return e;
    multipart_write_boundary(parts.part, parts.n, ask->seed, boundary);
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

int64_t whisper_cost(const struct whisper *at, const struct whisper_words *words, int64_t sound_ms)
{
    struct price_use use = words->use;
    const char *url = NULL;
    bool cpp = false;

    if (find(at, &url, &cpp, NULL) != ERR_OK)
        return PRICE_UNKNOWN;
    if (cpp || strncasecmp(url, "http:", 5) == 0)
        return 0;
    if (use.ms < 0)
        use.ms = sound_ms;
    return price_hear(PRICE_OPENAI, at->model == NULL ? "" : at->model, &use);
}
