#include "providers/google-tts.h"

#include <string.h>

#include "base/buf.h"
#include "base/settings.h"
#include "providers/google-session.h"
#include "providers/providers.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ==== voices ================================================================================== */

#define VOICES_MAX 9 /* of a language, with the NULL behind them */

#define CHIRP(locale)                                                                              \
    locale "-Chirp3-HD-Leda", locale "-Chirp3-HD-Kore", locale "-Chirp3-HD-Aoede",                 \
        locale "-Chirp3-HD-Charon"

/* Best first: Chirp 3 HD, then those that cost less and were there before. All the locales in which
 * Google has Chirp 3 HD, so that a new language finds its voices here. */
static const struct {
    const char *locale;
    const char *voice[VOICES_MAX];
} voices[] = {
    {"uk-UA", {CHIRP("uk-UA"), "uk-UA-Wavenet-B", "uk-UA-Standard-B"}},
    {"ru-RU",
     {CHIRP("ru-RU"), "ru-RU-Wavenet-A", "ru-RU-Wavenet-C", "ru-RU-Standard-A",
      "ru-RU-Standard-C"}},
    {"ar-XA", {CHIRP("ar-XA")}},
    {"bg-BG", {CHIRP("bg-BG")}},
    {"bn-IN", {CHIRP("bn-IN")}},
    {"cmn-CN", {CHIRP("cmn-CN")}},
    {"cs-CZ", {CHIRP("cs-CZ")}},
    {"da-DK", {CHIRP("da-DK")}},
    {"de-DE", {CHIRP("de-DE")}},
    {"el-GR", {CHIRP("el-GR")}},
    {"en-AU", {CHIRP("en-AU")}},
    {"en-GB", {CHIRP("en-GB")}},
    {"en-IN", {CHIRP("en-IN")}},
    {"en-US", {CHIRP("en-US")}},
    {"es-ES", {CHIRP("es-ES")}},
    {"es-US", {CHIRP("es-US")}},
    {"et-EE", {CHIRP("et-EE")}},
    {"fi-FI", {CHIRP("fi-FI")}},
    {"fr-CA", {CHIRP("fr-CA")}},
    {"fr-FR", {CHIRP("fr-FR")}},
    {"gu-IN", {CHIRP("gu-IN")}},
    {"he-IL", {CHIRP("he-IL")}},
    {"hi-IN", {CHIRP("hi-IN")}},
    {"hr-HR", {CHIRP("hr-HR")}},
    {"hu-HU", {CHIRP("hu-HU")}},
    {"id-ID", {CHIRP("id-ID")}},
    {"it-IT", {CHIRP("it-IT")}},
    {"ja-JP", {CHIRP("ja-JP")}},
    {"kn-IN", {CHIRP("kn-IN")}},
    {"ko-KR", {CHIRP("ko-KR")}},
    {"lt-LT", {CHIRP("lt-LT")}},
    {"lv-LV", {CHIRP("lv-LV")}},
    {"ml-IN", {CHIRP("ml-IN")}},
    {"mr-IN", {CHIRP("mr-IN")}},
    {"nb-NO", {CHIRP("nb-NO")}},
    {"nl-BE", {CHIRP("nl-BE")}},
    {"nl-NL", {CHIRP("nl-NL")}},
    {"pl-PL", {CHIRP("pl-PL")}},
    {"pt-BR", {CHIRP("pt-BR")}},
    {"ro-RO", {CHIRP("ro-RO")}},
    {"sk-SK", {CHIRP("sk-SK")}},
    {"sl-SI", {CHIRP("sl-SI")}},
    {"sr-RS", {CHIRP("sr-RS")}},
    {"sv-SE", {CHIRP("sv-SE")}},
    {"sw-KE", {CHIRP("sw-KE")}},
    {"ta-IN", {CHIRP("ta-IN")}},
    {"te-IN", {CHIRP("te-IN")}},
    {"th-TH", {CHIRP("th-TH")}},
    {"tr-TR", {CHIRP("tr-TR")}},
    {"ur-IN", {CHIRP("ur-IN")}},
    {"vi-VN", {CHIRP("vi-VN")}},
};

static const char *const *voices_of(const char *locale)
{
    for (size_t i = 0; i < sizeof voices / sizeof voices[0]; i++)
        if (strcmp(voices[i].locale, locale) == 0)
            return voices[i].voice;
    return NULL;
}

/* ==== requests and replies ==================================================================== */

#define API         "Google's voice"
#define BODY_MAX    ((size_t)64 * 1024)
#define EFFECTS_MAX 8
#define SPEED_MIN   0.25
#define SPEED_MAX   2.0
#define PITCH_MAX   20.0
#define FAMILY_MAX  24

/* ---- the request ----------------------------------------------------------------------------- */

/* Chirp 3 HD: no pitch, no SSML. */
static bool is_chirp(const char *voice)
{
    return strstr(voice, "-Chirp") != NULL;
}

static enum err check(const struct provider_line *l, struct why *why)
{
    const struct profile_voice *v = l->with;
    size_t n = strlen(l->text);

    if (l->text[strspn(l->text, " \t\r\n")] == '\0')
        return why_set(why, ERR_VALUE, "the text is empty");
    if (n > GOOGLE_TTS_TEXT_MAX)
        return why_set(why, ERR_TOO_BIG, "the text has %zu bytes, Google takes %d", n,
                       GOOGLE_TTS_TEXT_MAX);
    if (v->speaking_rate != 0 && !(v->speaking_rate >= SPEED_MIN && v->speaking_rate <= SPEED_MAX))
        return why_set(why, ERR_VALUE, "the speaking rate must be 0.25 to 2");
    if (!(v->pitch >= -PITCH_MAX && v->pitch <= PITCH_MAX))
        return why_set(why, ERR_VALUE, "the pitch must be -20 to 20");
    if (v->effects_n > EFFECTS_MAX)
        return why_set(why, ERR_VALUE, "there are more than %d effects", EFFECTS_MAX);
    if (l->rate < WAV_RATE_MIN || l->rate > WAV_RATE_MAX)
        return why_set(why, ERR_VALUE, "the sound cannot have %d Hz", l->rate);
    return ERR_OK;
}

static void put_number(struct jsonw *w, const char *name, double v)
{
    if (v == 0)
        return;
    jsonw_key(w, name);
    jsonw_number(w, v);
}

static void put_config(struct jsonw *w, const struct provider_line *l)
{
    jsonw_key(w, "audioConfig");
    jsonw_object(w);
    jsonw_put_text(w, "audioEncoding", "LINEAR16");
    jsonw_put_int(w, "sampleRateHertz", l->rate);
    put_number(w, "speakingRate", l->with->speaking_rate);
    if (!is_chirp(l->voice))
        put_number(w, "pitch", l->with->pitch);
    if (l->with->effects_n > 0) {
        jsonw_key(w, "effectsProfileId");
        jsonw_array(w);
        for (size_t i = 0; i < l->with->effects_n; i++)
            jsonw_text(w, l->with->effects[i]);
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

static void put_body(struct jsonw *w, const struct provider_line *l)
{
    jsonw_object(w);
    jsonw_key(w, "input");
    jsonw_object(w);
    jsonw_put_text(w, "text", l->text);
    jsonw_end_object(w);
    jsonw_key(w, "voice");
    jsonw_object(w);
    jsonw_put_text(w, "languageCode", l->locale);
    jsonw_put_text(w, "name", l->voice);
    jsonw_end_object(w);
    put_config(w, l);
    jsonw_end_object(w);
}

enum err google_tts_request(struct arena *a, const char *url, const struct google_access *with,
                            const struct provider_line *l, struct http_request *ret,
                            struct why *why)
{
    struct http_request req = {
        .method = "POST", .type = "application/json", .reply_max = GOOGLE_TTS_REPLY_MAX};
    struct buf body;
    struct jsonw w;

    enum err e = http_url_check(url, NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "GOOGLE_TTS_URL is not a usable address");
    if (e == ERR_OK)
        e = check(l, why);
    if (e == ERR_OK)
        e = google_headers(a, with, &req.headers, why);
    if (e != ERR_OK)
        return e;
    size_t n = strlen(url);
    req.url = arena_printf(a, "%.*s/v1/text:synthesize", (int)(n - (url[n - 1] == '/')), url);
    buf_init(&body, a, BODY_MAX);
    jsonw_init(&w, &body);
    put_body(&w, l);
    if (req.url == NULL || buf_err(&body) != ERR_OK)
        return ERR_MEMORY;
    req.body = body.data;
    req.len = body.len;
    *ret = req;
    return ERR_OK;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static enum err decode(struct arena *a, const char *text, struct pcm *ret, struct failure *f)
{
    char *wav = NULL;
    size_t n = 0;

    enum err e = base64_decode(a, text, strlen(text), &wav, &n);
    if (e == ERR_OK && n == 0)
        return google_error_odd(API, "sent no sound", f);
    if (e == ERR_OK)
        e = wav_read(a, wav, n, ret, NULL, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return google_error_odd(API, "sent a sound that cannot be read", f);
    if (ret->n == 0)
        return google_error_odd(API, "sent no sound", f);
    if (wav_is_silent(ret))
        return google_error_odd(API, "sent only silence", f);
    return ERR_OK;
}

enum err google_tts_read(struct arena *a, const struct http_reply *reply, struct pcm *ret,
                         struct failure *f)
{
    const struct json *o = NULL;
    struct pcm sound = {0};

    if (reply->status != 200)
        return google_error_read(a, reply, API, f);
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const char *content = e == ERR_OK ? json_text(json_member(o, "audioContent")) : NULL;
    if (content == NULL)
        return google_error_odd(API, "answered something that is not sound", f);
    e = decode(a, content, &sound, f);
    if (e == ERR_OK)
        *ret = sound;
    return e;
}

/* "Chirp3-HD" of "uk-UA-Chirp3-HD-Leda": what lies between the locale and the voice's own name. */
static bool find_family(const char *voice, char ret[static FAMILY_MAX])
{
    for (int i = 0; i < 2 && voice != NULL; i++) {
        voice = strchr(voice, '-');
        voice = voice == NULL ? NULL : voice + 1;
    }
    const char *end = voice == NULL ? NULL : strrchr(voice, '-');
    if (end == NULL || end - voice >= FAMILY_MAX)
        return false;
    memcpy(ret, voice, (size_t)(end - voice));
    ret[end - voice] = '\0';
    return true;
}

int64_t google_tts_cost(const char *voice, const char *text)
{
    char family[FAMILY_MAX];

    return find_family(voice, family) ? price_speak("Google", family, text) : PRICE_UNKNOWN;
}

/* ==== the provider ============================================================================ */

static enum err ready(const struct providers *o, struct why *why)
{
    enum err e = google_account.ready(o, why);

    if (e == ERR_NOT_FOUND)
        return why_set(why, e,
                       "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY brings Google's voices");
    return e;
}

static enum err request(struct env *env, struct provider_line *l, struct http_request *ret,
                        struct failure *f)
{
    struct google_access access = {0};

    enum err e = google_session_access(env, l->until, &access, f);
    l->kept = access.token;
    return e == ERR_OK ? google_tts_request(env->arena, setting_text(SET_GOOGLE_TTS_URL), &access,
                                            l, ret, &f->why)
                       : e;
}

static enum err read_reply(struct env *env, const struct provider_line *l,
                           const struct http_reply *reply, struct pcm *ret, struct failure *f)
{
    enum err e = google_tts_read(env->arena, reply, ret, f);

    if (f->next == FAILURE_RENEW)
        google_session_refused(env->providers, env->store, l->kept);
    return e;
}

static int64_t cost(const struct provider_line *l)
{
    return google_tts_cost(l->voice, l->text);
}

static const char *check_voice(const struct profile *p, const struct profile_voice *v,
                               struct why *why)
{
    if (v->effects_n > EFFECTS_MAX) {
        (void)why_set(why, ERR_CONFIG, "has %zu values, at most %d", v->effects_n, EFFECTS_MAX);
        return "effects";
    }
    if (v->name[0] != '\0' && strncmp(v->name, p->locale, strlen(p->locale)) != 0) {
        (void)why_set(why, ERR_CONFIG,
                      "must be a voice of the profile's language: it begins with \"%s\"",
                      p->locale);
        return "name";
    }
    if (v->pitch == 0 || !is_chirp(v->name))
        return NULL;
    (void)why_set(why, ERR_CONFIG, "cannot be set: a Chirp voice has its own");
    return "pitch";
}

static const char *url(void)
{
    return setting_text(SET_GOOGLE_TTS_URL);
}

const struct provider provider_speak_google = {
    .name = "google",
    .stage = PROVIDER_SPEAK,
    .rank = 10,
    .account = &google_account,
    .ready = ready,
    .url = url,
    .retry = {.tries = 2, .first_ms = 100, .most_ms = 60000, .growth_percent = 130},
    .speak = {.request = request,
              .read = read_reply,
              .cost = cost,
              .text_max = GOOGLE_TTS_TEXT_MAX,
              .voices = voices_of,
              .check_voice = check_voice},
};
