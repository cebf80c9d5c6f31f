#include "providers/google-tts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "providers/google-error.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ==== voices ================================================================================== */

/* Google's voices that are known to be there: a table, and the walk along it. */

#define VOICES_MAX 8

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

const char *google_tts_next_voice(const char *locale, const char *gone)
{
    for (size_t i = 0; i < sizeof voices / sizeof voices[0]; i++) {
        const char *const *list = voices[i].voice;
        if (strcmp(voices[i].locale, locale) != 0)
            continue;
        for (size_t j = 0; j < VOICES_MAX && list[j] != NULL; j++)
            if (strcmp(list[j], gone) == 0)
                return j + 1 < VOICES_MAX ? list[j + 1] : NULL;
        return list[0];
    }
    return NULL;
}

/* ==== requests and replies ==================================================================== */

#define API         "Google's voice"
#define BODY_MAX    ((size_t)64 * 1024)
#define EFFECTS_MAX 8
#define SPEED_MIN   0.25
#define SPEED_MAX   2.0
#define PITCH_MAX   20.0
#define SILENCE     32 /* nothing is louder: that is no speech */

/* ---- the request ---------------------------------------------------------------------------- */

bool google_tts_is_chirp(const char *voice)
{
    return strstr(voice, "-Chirp") != NULL;
}

static enum err check(const struct google_tts_ask *ask, struct why *why)
{
    size_t n = strlen(ask->text);

    if (ask->text[strspn(ask->text, " \t\r\n")] == '\0')
        return why_set(why, ERR_VALUE, "the text is empty");
    if (n > GOOGLE_TTS_TEXT_MAX)
        return why_set(why, ERR_TOO_BIG, "the text has %zu bytes, Google takes %d", n,
                       GOOGLE_TTS_TEXT_MAX);
    if (ask->speaking_rate != 0 &&
        !(ask->speaking_rate >= SPEED_MIN && ask->speaking_rate <= SPEED_MAX))
        return why_set(why, ERR_VALUE, "the speaking rate must be 0.25 to 2");
    if (!(ask->pitch >= -PITCH_MAX && ask->pitch <= PITCH_MAX))
        return why_set(why, ERR_VALUE, "the pitch must be -20 to 20");
    if (ask->effects_n > EFFECTS_MAX)
        return why_set(why, ERR_VALUE, "there are more than %d effects", EFFECTS_MAX);
    if (ask->rate < WAV_RATE_MIN || ask->rate > WAV_RATE_MAX)
        return why_set(why, ERR_VALUE, "the sound cannot have %d Hz", ask->rate);
    return ERR_OK;
}

static void put_number(struct jsonw *w, const char *name, double v)
{
    if (v == 0)
        return;
    jsonw_key(w, name);
    jsonw_number(w, v);
}

static void put_config(struct jsonw *w, const struct google_tts_ask *ask)
{
    jsonw_key(w, "audioConfig");
    jsonw_object(w);
    jsonw_put_text(w, "audioEncoding", "LINEAR16");
    jsonw_put_int(w, "sampleRateHertz", ask->rate);
    put_number(w, "speakingRate", ask->speaking_rate);
    if (!google_tts_is_chirp(ask->voice))
        put_number(w, "pitch", ask->pitch);
    if (ask->effects_n > 0) {
        jsonw_key(w, "effectsProfileId");
        jsonw_array(w);
        for (size_t i = 0; i < ask->effects_n; i++)
            jsonw_text(w, ask->effects[i]);
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

static void put_body(struct jsonw *w, const struct google_tts_ask *ask)
{
    jsonw_object(w);
    jsonw_key(w, "input");
    jsonw_object(w);
    jsonw_put_text(w, "text", ask->text);
    jsonw_end_object(w);
    jsonw_key(w, "voice");
    jsonw_object(w);
    jsonw_put_text(w, "languageCode", ask->language);
    jsonw_put_text(w, "name", ask->voice);
    jsonw_end_object(w);
    put_config(w, ask);
    jsonw_end_object(w);
}

enum err google_tts_request(struct arena *a, const char *url, const struct google_access *with,
                            const struct google_tts_ask *ask, struct http_request *ret,
                            struct why *why)
{
    struct http_request req = {
        .method = "POST", .type = "application/json", .reply_max = GOOGLE_TTS_REPLY_MAX};
    struct buf body;
    struct jsonw w;

    enum err e = http_url_check(url, NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "GOOGLE_TTS_URL is no address that can be used");
    if (e == ERR_OK)
        e = check(ask, why);
    if (e == ERR_OK)
        e = google_headers(a, with, &req.headers, why);
    if (e != ERR_OK)
        return e;
    size_t n = strlen(url);
    req.url = arena_printf(a, "%.*s/v1/text:synthesize", (int)(n - (url[n - 1] == '/')), url);
    buf_init(&body, a, BODY_MAX);
    jsonw_init(&w, &body);
    put_body(&w, ask);
    if (req.url == NULL || buf_err(&body) != ERR_OK)
        return ERR_MEMORY;
    req.body = body.data;
    req.len = body.len;
    *ret = req;
    return ERR_OK;
}

/* ---- the answer ----------------------------------------------------------------------------- */

static bool is_silence(const struct pcm *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (abs(p->samples[i]) > SILENCE)
            return false;
    return true;
}

static enum err decode(struct arena *a, const char *text, struct pcm *ret, struct verdict *v,
                       struct why *why)
{
    char *wav = NULL;
    size_t n = 0;

    enum err e = base64_decode(a, text, strlen(text), &wav, &n);
    if (e == ERR_OK && n == 0)
        return google_error_odd(API, "sent no sound", v, why);
    if (e == ERR_OK)
        e = wav_read(a, wav, n, ret, NULL, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return google_error_odd(API, "sent a sound that cannot be read", v, why);
    if (ret->n == 0)
        return google_error_odd(API, "sent no sound", v, why);
    if (is_silence(ret))
        return google_error_odd(API, "sent only silence", v, why);
    return ERR_OK;
}

enum err google_tts_read(struct arena *a, const struct http_reply *reply, struct pcm *ret,
                         struct verdict *ret_verdict, struct why *why)
{
    const struct json *o = NULL;
    struct pcm sound = {0};

    if (reply->status != 200)
        return google_error_read(a, reply, API, ret_verdict, why);
    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const char *content = e == ERR_OK ? json_text(json_member(o, "audioContent")) : NULL;
    if (content == NULL)
        return google_error_odd(API, "answered something that is no sound", ret_verdict, why);
    e = decode(a, content, &sound, ret_verdict, why);
    if (e != ERR_OK)
        return e;
    ret_verdict->kind = VERDICT_DONE;
    *ret = sound;
    return ERR_OK;
}
