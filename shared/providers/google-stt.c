#include "providers/google-stt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/settings.h"
#include "providers/google-session.h"
#include "providers/providers.h"
#include "wire/json.h"
#include "wire/jsonw.h"
#include "wire/ogg.h"

/* ==== requests ================================================================================ */

#define API       "Google's speech recognition"
#define HOST      "speech.googleapis.com"
#define BOOST     10 /* of hints, 0 to 20 */
#define HEAD_MAX  ((size_t)512 * 1024)
#define RATE_MIN  8000
#define RATE_MAX  48000
#define COUNT(of) (sizeof(of) / sizeof *(of))

static bool is_v2(const struct google_stt *at)
{
    return strcmp(at->api, "v2") == 0;
}

static bool is_global(const struct google_stt *at)
{
    return at->location == NULL || *at->location == '\0' || strcmp(at->location, "global") == 0;
}

/* ---- where it is asked ----------------------------------------------------------------------- */

/* The host of Google's in `url`, behind its location: "" for the global one. NULL: another's host,
 * which serves whatever it serves. */
static const char *google_host(const char *url, size_t *ret_location)
{
    const char *host = strstr(url, "://");

    if (host == NULL)
        return NULL;
    host += 3;
    size_t n = strcspn(host, ":/");
    if (n < strlen(HOST) || strncmp(host + n - strlen(HOST), HOST, strlen(HOST)) != 0)
        return NULL;
    n -= strlen(HOST);
    if (n > 0 && host[n - 1] != '-')
        return NULL;
    *ret_location = n > 0 ? n - 1 : 0;
    return host;
}

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-:.");

    return n > 0 && s[n] == '\0';
}

static enum err check_v2(const struct google_stt *at, const struct google_access *with,
                         struct why *why)
{
    size_t n = 0;
    const char *host = google_host(at->url, &n);

    if (with->token == NULL || *with->token == '\0')
        return why_set(why, ERR_CONFIG,
                       "GOOGLE_STT_API=v2 takes no API key: set GOOGLE_APPLICATION_CREDENTIALS");
    if (at->project == NULL || !is_name(at->project))
        return why_set(why, ERR_CONFIG,
                       "GOOGLE_STT_API=v2 needs the project_id of the credentials file");
    if (!is_global(at) && !is_name(at->location))
        return why_set(why, ERR_CONFIG, "GOOGLE_STT_LOCATION is not a location");
    if (host == NULL || n == 0)
        return ERR_OK; /* the global host becomes the location's */
    if (is_global(at) || strlen(at->location) != n || strncmp(host, at->location, n) != 0)
        return why_set(why, ERR_CONFIG,
                       "GOOGLE_STT_URL is of another location than GOOGLE_STT_LOCATION");
    return ERR_OK;
}

/* Do these settings go together? ERR_CONFIG: an API that is none; v2 without a token (a key is not
 * taken there), without a project, or with a host of another location. */
static enum err google_stt_check(const struct google_stt *at, const struct google_access *with,
                                 struct why *why)
{
    enum err e = http_url_check(at->url, NULL);

    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "GOOGLE_STT_URL is not a usable address");
    if (e == ERR_OK && is_v2(at))
        return check_v2(at, with, why);
    if (e == ERR_OK && strcmp(at->api, "v1") != 0)
        return why_set(why, ERR_CONFIG, "GOOGLE_STT_API must be v1 or v2");
    return e;
}

static const char *make_url(struct arena *a, const struct google_stt *at)
{
    size_t n = strlen(at->url);
    size_t there = 0;
    const char *host = google_host(at->url, &there);

    n -= at->url[n - 1] == '/';
    if (!is_v2(at))
        return arena_printf(a, "%.*s/v1/speech:recognize", (int)n, at->url);
    const char *location = is_global(at) ? "global" : at->location;
    size_t scheme = host != NULL && there == 0 && !is_global(at) ? (size_t)(host - at->url) : 0;
    return arena_printf(a, "%.*s%s%s%.*s/v2/projects/%s/locations/%s/recognizers/_:recognize",
                        (int)scheme, at->url, scheme > 0 ? location : "", scheme > 0 ? "-" : "",
                        (int)(n - scheme), at->url + scheme, at->project, location);
}

/* ---- which model ----------------------------------------------------------------------------- */

static const char *const models[][2] = {{"latest_short", "short"}, {"latest_long", "long"}};

/* The model that is really asked for when `model` is named: this API's default, this API's name. */
static const char *google_stt_model(const struct google_stt *at, const char *model)
{
    bool v2 = is_v2(at);

    if (model == NULL || *model == '\0')
        model = v2 && !is_global(at) ? "chirp_3" : "latest_short";
    for (size_t i = 0; i < COUNT(models); i++)
        if (strcmp(model, models[i][!v2]) == 0)
            return models[i][v2];
    return model;
}

/* ---- what sound ------------------------------------------------------------------------------ */

/* The name of each coding; NULL: that API does not take it. In v2 packed sound is looked at
 * there. */
static const struct {
    const char *v1, *v2;
} codings[RECORDING__MAX] = {
    [RECORDING_PCM16] = {"LINEAR16", "LINEAR16"},
    [RECORDING_MULAW] = {"MULAW", "MULAW"},
    [RECORDING_ALAW] = {NULL, "ALAW"},
    [RECORDING_FLAC] = {"FLAC", ""},
    [RECORDING_OGG] = {"OGG_OPUS", ""},
    [RECORDING_WEBM] = {"WEBM_OPUS", ""},
    [RECORDING_MP3] = {NULL, ""},
    [RECORDING_MP4] = {NULL, ""},
};

/* What v1 wants to be told of packed sound; FLAC says it itself: 0. */
static enum err rate_of(const struct recording *sound, int *ret, struct why *why)
{
    if (sound->coding == RECORDING_FLAC || sound->coding == RECORDING_MP3 ||
        sound->coding == RECORDING_MP4)
        return ERR_OK;
    if (sound->coding == RECORDING_WEBM) {
        *ret = RATE_MAX; /* what browsers record; Opus decodes at any rate */
        return ERR_OK;
    }
    if (sound->coding == RECORDING_OGG) {
        *ret = ogg_opus_rate(sound->data, sound->n);
        return *ret > 0 ? ERR_OK : why_set(why, ERR_FORMAT, "this Ogg file holds no Opus");
    }
    if (sound->rate < RATE_MIN || sound->rate > RATE_MAX)
        return why_set(why, ERR_FORMAT, "the sound must have %d to %d Hz", RATE_MIN, RATE_MAX);
    *ret = sound->rate;
    return ERR_OK;
}

static enum err check_sound(const struct google_stt *at, const struct recording *sound,
                            int *ret_rate, struct why *why)
{
    const char *name = is_v2(at) ? codings[sound->coding].v2 : codings[sound->coding].v1;

    if (name == NULL)
        return why_set(
            why, ERR_FORMAT,
            "speech recognition (%s) does not take this format: send WAV, FLAC or Ogg Opus",
            at->api);
    if (sound->n > GOOGLE_STT_BODY_MAX / 4 * 3 - HEAD_MAX)
        return why_set(why, ERR_TOO_BIG, "the sound is too large for speech recognition");
    return rate_of(sound, ret_rate, why);
}

/* ---- the body -------------------------------------------------------------------------------- */

#define V1_ALSO 3 /* further languages that each takes */
#define V2_ALSO 1

static void put_also(struct jsonw *w, const struct provider_utterance *u, size_t most)
{
    for (size_t i = 0; i < u->also_n && i < most; i++)
        jsonw_text(w, u->also[i]);
}

static void put_v1(struct jsonw *w, const struct google_stt *at, const struct provider_utterance *u,
                   int rate)
{
    jsonw_key(w, "config");
    jsonw_object(w);
    jsonw_put_text(w, "encoding", codings[u->sound.coding].v1);
    if (rate > 0)
        jsonw_put_int(w, "sampleRateHertz", rate);
    jsonw_put_text(w, "languageCode", u->locale);
    if (u->also_n > 0) {
        jsonw_key(w, "alternativeLanguageCodes");
        jsonw_array(w);
        put_also(w, u, V1_ALSO);
        jsonw_end_array(w);
    }
    jsonw_put_text(w, "model", google_stt_model(at, u->model));
    jsonw_put_int(w, "maxAlternatives", 1);
    jsonw_put_bool(w, "enableAutomaticPunctuation", u->punctuation);
    if (u->hints_n > 0) {
        jsonw_key(w, "speechContexts");
        jsonw_array(w);
        jsonw_object(w);
        jsonw_key(w, "phrases");
        jsonw_array(w);
        for (size_t i = 0; i < u->hints_n; i++)
            jsonw_text(w, u->hints[i]);
        jsonw_end_array(w);
        jsonw_put_int(w, "boost", BOOST);
        jsonw_end_object(w);
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "audio");
    jsonw_object(w);
    jsonw_key(w, "content");
    jsonw_base64(w, u->sound.data, u->sound.n);
    jsonw_end_object(w);
}

static void put_adaptation(struct jsonw *w, const struct provider_utterance *u)
{
    jsonw_key(w, "adaptation");
    jsonw_object(w);
    jsonw_key(w, "phraseSets");
    jsonw_array(w);
    jsonw_object(w);
    jsonw_key(w, "inlinePhraseSet");
    jsonw_object(w);
    jsonw_key(w, "phrases");
    jsonw_array(w);
    for (size_t i = 0; i < u->hints_n; i++) {
        jsonw_object(w);
        jsonw_put_text(w, "value", u->hints[i]);
        jsonw_put_int(w, "boost", BOOST);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_decoding(struct jsonw *w, const char *coding, int rate)
{
    jsonw_key(w, *coding == '\0' ? "autoDecodingConfig" : "explicitDecodingConfig");
    jsonw_object(w);
    if (*coding != '\0') {
        jsonw_put_text(w, "encoding", coding);
        jsonw_put_int(w, "sampleRateHertz", rate);
        jsonw_put_int(w, "audioChannelCount", 1);
    }
    jsonw_end_object(w);
}

static void put_v2(struct jsonw *w, const struct google_stt *at, const struct provider_utterance *u,
                   int rate)
{
    jsonw_key(w, "config");
    jsonw_object(w);
    put_decoding(w, codings[u->sound.coding].v2, rate);
    jsonw_key(w, "languageCodes");
    jsonw_array(w);
    jsonw_text(w, u->locale);
    put_also(w, u, V2_ALSO);
    jsonw_end_array(w);
    jsonw_put_text(w, "model", google_stt_model(at, u->model));
    jsonw_key(w, "features");
    jsonw_object(w);
    jsonw_put_bool(w, "enableAutomaticPunctuation", u->punctuation);
    jsonw_put_int(w, "maxAlternatives", 1);
    jsonw_end_object(w);
    if (u->hints_n > 0)
        put_adaptation(w, u);
    jsonw_end_object(w);
    jsonw_key(w, "content");
    jsonw_base64(w, u->sound.data, u->sound.n);
}

enum err google_stt_request(struct arena *a, const struct google_stt *at,
                            const struct google_access *with, const struct provider_utterance *u,
                            struct http_request *ret, struct why *why)
{
    struct http_request req = {
        .method = "POST", .type = "application/json", .reply_max = GOOGLE_STT_REPLY_MAX};
    struct buf body;
    struct jsonw w;
    int rate = 0;

    enum err e = google_stt_check(at, with, why);
    if (e == ERR_OK)
        e = check_sound(at, &u->sound, &rate, why);
    if (e == ERR_OK)
        e = google_headers(a, with, &req.headers, why);
    if (e != ERR_OK)
        return e;
    buf_init(&body, a, GOOGLE_STT_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_object(&w);
    if (is_v2(at))
        put_v2(&w, at, u, rate);
    else
        put_v1(&w, at, u, rate);
    jsonw_end_object(&w);
    if (buf_err(&body) == ERR_TOO_BIG)
        return why_set(why, ERR_TOO_BIG, "the sound is too large for speech recognition");
    req.url = make_url(a, at);
    req.body = body.data;
    req.len = body.len;
    if (buf_err(&body) != ERR_OK || req.url == NULL)
        return ERR_MEMORY;
    *ret = req;
    return ERR_OK;
}

/* ==== replies ================================================================================= */

#define API "Google's speech recognition"

/* "2.480s" in milliseconds; -1 if it is not. */
static int64_t ms_of(const char *s)
{
    char *end = NULL;
    double d = s == NULL ? -1 : strtod(s, &end);

    if (s == NULL || end == s || strcmp(end, "s") != 0 || !(d >= 0) || d > 86400)
        return -1;
    return (int64_t)(d * 1000 + 0.5);
}

/* Google leaves a confidence out, or sends 0, where it has none. */
static double surer(const struct json *best, double so_far)
{
    double c = 0;

    if (json_get_number(best, "confidence", &c, NULL) != ERR_OK || c <= 0 || c > 1)
        return so_far;
    return so_far < 0 || c < so_far ? c : so_far;
}

static enum err join(struct arena *a, const struct json *results, size_t max,
                     struct provider_words *ret)
{
    struct buf text;

    buf_init(&text, a, 2 * max);
    for (const struct json *r = json_first(results); r != NULL; r = json_next(r)) {
        const struct json *best = json_first(json_member(r, "alternatives"));
        const char *said = json_text(json_member(best, "transcript"));
        if (said == NULL || *said == '\0')
            continue;
        /* A later piece begins with its own blank, or should. */
        if (text.len > 0 && strchr(".,!?;:", text.data[text.len - 1]) != NULL && *said != ' ')
            buf_putc(&text, ' ');
        buf_puts(&text, said);
        ret->confidence = surer(best, ret->confidence);
    }
    if (buf_err(&text) != ERR_OK)
        return ERR_MEMORY;
    const char *s = buf_text(&text);
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
        n--;
    ret->text = arena_strndup(a, s, n);
    return ret->text == NULL ? ERR_MEMORY : ERR_OK;
}

enum err google_stt_read(struct arena *a, const struct http_reply *reply,
                         struct provider_words *ret, struct failure *f)
{
    struct provider_words words = {.confidence = -1, .use = PRICE_UNTOLD};
    const struct json *o = NULL;

    if (reply->status != 200)
        return google_error_read(a, reply, API, f);
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const struct json *results = e == ERR_OK ? json_member(o, "results") : NULL;
    if (e != ERR_OK || json_kind(o) != JSON_OBJECT ||
        (json_kind(results) != JSON_ARRAY && json_kind(results) != JSON_NULL))
        return google_error_odd(API, "answered something that is not a result", f);
    const char *v1 = json_text(json_member(o, "totalBilledTime"));
    const char *v2 = json_text(json_member(json_member(o, "metadata"), "totalBilledDuration"));
    words.use.ms = ms_of(v1 != NULL ? v1 : v2);
    e = join(a, results, reply->len, &words);
    if (e == ERR_OK)
        *ret = words;
    return e;
}

int64_t google_stt_cost(const struct google_stt *at, const char *model, int64_t sound_ms,
                        const struct price_use *told)
{
    struct price_use use = *told;

    if (use.ms < 0)
        use.ms = sound_ms;
    return price_hear(is_v2(at) ? "Google Speech-to-Text v2" : "Google Speech-to-Text v1",
                      google_stt_model(at, model), &use);
}

/* ==== the provider ============================================================================ */

static struct google_stt here(const struct providers *o)
{
    const struct google_credentials *c = google_session_credentials(o);

    return (struct google_stt){
        .url = setting_text(SET_GOOGLE_STT_URL),
        .api = setting_text(SET_GOOGLE_STT_API),
        .location = setting_text(SET_GOOGLE_STT_LOCATION),
        .project = c == NULL ? "" : c->project_id,
    };
}

/* What is not shown yet is known well enough to say whether the settings go together. */
static enum err ready(const struct providers *o, struct why *why)
{
    const struct google_stt at = here(o);
    const struct google_access with = {
        .token = google_session_credentials(o) == NULL ? "" : "given",
        .api_key = setting_text(SET_GOOGLE_API_KEY),
    };

    enum err e = google_account.ready(o, why);
    if (e == ERR_NOT_FOUND)
        return why_set(
            why, e, "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY brings Google's recogniser");
    return e == ERR_OK ? google_stt_check(&at, &with, why) : e;
}

static const char *about(const struct providers *o, struct arena *a)
{
    const struct google_stt at = here(o);
    bool v2 = is_v2(&at);

    return arena_printf(a, "%s, recognition %s%s%s",
                        google_session_credentials(o) == NULL ? "a key" : "credentials", at.api,
                        v2 ? " at " : "", v2 ? at.location : "");
}

static enum err request(struct env *env, struct provider_utterance *u, struct http_request *ret,
                        struct failure *f)
{
    const struct google_stt at = here(env->providers);
    struct google_access access = {0};

    enum err e = google_session_access(env, u->until, &access, f);
    u->kept = access.token;
    return e == ERR_OK ? google_stt_request(env->arena, &at, &access, u, ret, &f->why) : e;
}

static enum err read_reply(struct env *env, const struct provider_utterance *u,
                           const struct http_reply *reply, struct provider_words *ret,
                           struct failure *f)
{
    enum err e = google_stt_read(env->arena, reply, ret, f);

    if (f->next == FAILURE_RENEW)
        google_session_refused(env->providers, env->store, u->kept);
    return e;
}

/* The API is all that matters here: neither the account nor the address. */
static struct google_stt priced(void)
{
    return (struct google_stt){.api = setting_text(SET_GOOGLE_STT_API),
                               .location = setting_text(SET_GOOGLE_STT_LOCATION)};
}

static int64_t cost(const struct provider_utterance *u, const struct provider_words *w)
{
    const struct google_stt at = priced();

    return google_stt_cost(&at, u->model, u->ms, &w->use);
}

static const char *model(const struct provider_utterance *u)
{
    const struct google_stt at = priced();

    return google_stt_model(&at, u->model);
}

static const char *other(const struct provider_utterance *u)
{
    const struct google_stt at = priced();
    const char *fallback = is_v2(&at) ? "long" : "command_and_search";

    return strcmp(u->model, fallback) == 0 ? NULL : fallback;
}

static const char *url(void)
{
    return setting_text(SET_GOOGLE_STT_URL);
}

const struct provider provider_hear_google = {
    .name = "google",
    .stage = PROVIDER_HEAR,
    .rank = 10,
    .account = &google_account,
    .ready = ready,
    .url = url,
    .about = about,
    .retry = {.tries = 2, .first_ms = 100, .most_ms = 60000, .growth_percent = 130},
    .hear = {.request = request, .read = read_reply, .cost = cost, .model = model, .other = other},
};
