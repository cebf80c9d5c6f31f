#include "providers/openai-voice.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/settings.h"
#include "base/text.h"
#include "providers/env.h"
#include "providers/openai.h"
#include "wire/jsonw.h"

#define API       "the server of OPENAI_VOICE"
#define PATH      "/v1/audio/speech"
#define BODY_MAX  ((size_t)64 * 1024)
#define COUNT(of) (sizeof(of) / sizeof *(of))

/* ==== the request ============================================================================= */

static bool is_pcm(const struct openai_voice *at)
{
    return strcmp(at->format, "pcm") == 0;
}

static enum err check(const struct openai_voice *at, struct why *why)
{
    if (*at->url == '\0' && *at->key == '\0')
        return why_set(why, ERR_CONFIG,
                       "OPENAI_VOICE is set without OPENAI_VOICE_URL or OPENAI_API_KEY");
    enum err e = http_url_check(openai_address(at->url), NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "OPENAI_VOICE_URL is not a usable address");
    if (e != ERR_OK)
        return e;
    if (strcmp(at->format, "wav") != 0 && !is_pcm(at))
        return why_set(why, ERR_CONFIG, "OPENAI_VOICE_FORMAT must be wav or pcm");
    if (*at->model == '\0')
        return why_set(why, ERR_CONFIG, "OPENAI_VOICE_MODEL is empty");
    return ERR_OK;
}

static enum err check_text(const char *text, struct why *why)
{
    if (text[strspn(text, " \t\r\n")] == '\0')
        return why_set(why, ERR_VALUE, "the text is empty");
    if (strlen(text) > OPENAI_VOICE_TEXT_MAX)
        return why_set(why, ERR_TOO_BIG, "the text has %zu bytes, the voice takes %d", strlen(text),
                       OPENAI_VOICE_TEXT_MAX);
    return ERR_OK;
}

static enum err put_body(struct arena *a, const struct openai_voice *at,
                         const struct provider_line *l, struct http_request *ret)
{
    struct buf body;
    struct jsonw w;

    buf_init(&body, a, BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_object(&w);
    jsonw_put_text(&w, "model", at->model);
    jsonw_put_text(&w, "voice", l->voice);
    jsonw_put_text(&w, "input", l->text);
    jsonw_put_text(&w, "response_format", at->format);
    if (l->with->speaking_rate != 0) {
        jsonw_key(&w, "speed");
        jsonw_number(&w, l->with->speaking_rate);
    }
    jsonw_end_object(&w);
    ret->body = body.data;
    ret->len = body.len;
    return buf_err(&body) == ERR_OK ? ERR_OK : ERR_MEMORY;
}

enum err openai_voice_request(struct arena *a, const struct openai_voice *at,
                              const struct provider_line *l, struct http_request *ret,
                              struct why *why)
{
    struct http_request req = {
        .method = "POST", .type = "application/json", .reply_max = OPENAI_VOICE_REPLY_MAX};
    const char *setting = *at->url == '\0' ? "OPENAI_API_KEY" : "OPENAI_VOICE_KEY";

    enum err e = check(at, why);
    if (e == ERR_OK)
        e = check_text(l->text, why);
    if (e == ERR_OK && *at->key != '\0')
        e = provider_auth_header(a, "Authorization: Bearer ", at->key, setting, &req.headers, why);
    if (e == ERR_OK)
        e = put_body(a, at, l, &req);
    if (e != ERR_OK)
        return e;
    req.url = openai_url(a, openai_address(at->url), PATH);
    if (req.url == NULL)
        return ERR_MEMORY;
    *ret = req;
    return ERR_OK;
}

/* ==== the answer ============================================================================== */

static const struct openai_meaning meanings[] = {
    {429, 429, "insufficient_quota", FAILURE_OPERATOR, ERR_CONFIG,
     "refuses: what was paid for is used up"},
    {429, 429, NULL, FAILURE_LATER, ERR_PEER, "was asked too often"},
    {401, 401, NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "refuses the key: look at OPENAI_API_KEY or OPENAI_VOICE_KEY"},
    {402, 403, NULL, FAILURE_OPERATOR, ERR_CONFIG, "may not be used with this key"},
    {400, 404, "model_not_found", FAILURE_OPERATOR, ERR_CONFIG,
     "has no such model: look at OPENAI_VOICE_MODEL"},
    {400, 422, "oice", FAILURE_OPERATOR, ERR_CONFIG, "has no such voice: look at OPENAI_VOICE"},
    {404, 405, NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "is not to be found at its address: look at OPENAI_VOICE_URL"},
    {500, 599, NULL, FAILURE_AGAIN, ERR_PEER, "failed"},
    {408, 409, NULL, FAILURE_AGAIN, ERR_PEER, "gave up"},
    {400, 499, NULL, FAILURE_REQUEST, ERR_PEER, "refuses the request"},
};

static enum err odd(struct failure *f, const char *what)
{
    return failure_set(f, FAILURE_BROKEN, ERR_PEER, API " %s", what);
}

/* A page or a JSON is no sound, though its bytes could be played. */
static bool is_text(const struct http_reply *reply)
{
    return strncasecmp(reply->type, "text/", 5) == 0 ||
           strncasecmp(reply->type, "application/json", 16) == 0;
}

static enum err take_bare(struct arena *a, const struct http_reply *reply, struct pcm *ret)
{
    const unsigned char *p = (const unsigned char *)reply->body;
    struct pcm pcm = {.n = reply->len / 2, .rate = OPENAI_VOICE_PCM_RATE};

    pcm.samples = arena_alloc(a, pcm.n * sizeof *pcm.samples + 1);
    if (pcm.samples == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < pcm.n; i++)
        pcm.samples[i] = (int16_t)(uint16_t)(p[2 * i] | p[2 * i + 1] << 8);
    *ret = pcm;
    return ERR_OK;
}

/* A server that sends a WAV whatever it is asked for is understood. */
enum err openai_voice_read(struct arena *a, bool pcm, const struct http_reply *reply,
                           struct pcm *ret, struct failure *f)
{
    struct pcm sound = {0};
    enum err e = ERR_OK;

    if (reply->status != 200)
        return openai_refused(a, reply, API, meanings, COUNT(meanings), f);
    if (reply->len == 0)
        return odd(f, "sent no sound");
    if (is_text(reply))
        return odd(f, "answered something that is not sound");
    if (pcm && !wav_is(reply->body, reply->len))
        e = take_bare(a, reply, &sound);
    else
        e = wav_read(a, reply->body, reply->len, &sound, NULL, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return odd(f, "sent a sound that is no WAV");
    if (wav_is_silent(&sound))
        return odd(f, "sent only silence");
    *ret = sound;
    return ERR_OK;
}

int64_t openai_voice_cost(const struct openai_voice *at, const char *text)
{
    if (strncasecmp(openai_address(at->url), "http:", 5) == 0)
        return 0;
    return price_speak("OpenAI", at->model, text);
}

/* ==== the provider ============================================================================ */

/* OpenAI's key is OpenAI's: a server of one's own has another, or none. */
static struct openai_voice here(void)
{
    const char *url = setting_text(SET_OPENAI_VOICE_URL);

    return (struct openai_voice){
        .url = url,
        .key = setting_text(*url == '\0' ? SET_OPENAI_API_KEY : SET_OPENAI_VOICE_KEY),
        .model = setting_text(SET_OPENAI_VOICE_MODEL),
        .format = setting_text(SET_OPENAI_VOICE_FORMAT),
    };
}

static bool is_local_server(const struct providers *o)
{
    (void)o;
    return strncasecmp(setting_text(SET_OPENAI_VOICE_URL), "http:", 5) == 0;
}

static enum err ready(const struct providers *o, struct why *why)
{
    const struct openai_voice at = here();

    (void)o;
    if (*at.url == '\0' && (*at.key == '\0' || *setting_text(SET_OPENAI_VOICE) == '\0'))
        return ERR_NOT_FOUND; /* one more voice among others: not worth saying */
    return check(&at, why);
}

static const char *url(void)
{
    return openai_address(setting_text(SET_OPENAI_VOICE_URL));
}

static const char *about(const struct providers *o, struct arena *a)
{
    const struct openai_voice at = here();
    const char *url = openai_url(a, openai_address(at.url), PATH);

    (void)o;
    return url == NULL ? NULL
                       : arena_printf(a, "%s, model %s, %s", url, at.model,
                                      *at.key == '\0' ? "without a key" : "with a key");
}

static const char *usual(const char *language)
{
    const char *languages = setting_text(SET_OPENAI_VOICE_LANGUAGES);

    return *languages == '\0' || text_lists(languages, language) ? setting_text(SET_OPENAI_VOICE)
                                                                 : "";
}

static enum err request(struct env *env, struct provider_line *l, struct http_request *ret,
                        struct failure *f)
{
    const struct openai_voice at = here();

    return openai_voice_request(env->arena, &at, l, ret, &f->why);
}

static enum err read_reply(struct env *env, const struct provider_line *l,
                           const struct http_reply *reply, struct pcm *ret, struct failure *f)
{
    const struct openai_voice at = here();

    (void)l;
    return openai_voice_read(env->arena, is_pcm(&at), reply, ret, f);
}

static int64_t cost(const struct provider_line *l)
{
    const struct openai_voice at = here();

    return openai_voice_cost(&at, l->text);
}

static const char *check_voice(const struct profile *p, const struct profile_voice *v,
                               struct why *why)
{
    const char *member = v->pitch != 0 ? "pitch" : v->effects_n > 0 ? "effects" : NULL;

    (void)p;
    if (member != NULL)
        (void)why_set(why, ERR_CONFIG, "cannot be set: this voice has its own");
    return member;
}

const struct provider provider_speak_openai = {
    .name = "openai",
    .title = "OpenAI's voice, or a server like it",
    .stage = PROVIDER_SPEAK,
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
    .speak = {.request = request,
              .read = read_reply,
              .cost = cost,
              .text_max = OPENAI_VOICE_TEXT_MAX,
              .usual = usual,
              .check_voice = check_voice},
};
