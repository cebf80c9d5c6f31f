#include "providers/providers.h"

#include <string.h>

#include "base/settings.h"
#include "business/profile.h"

static const char *whisper_url(void)
{
    const char *url = setting_text(SET_WHISPER_URL);

    if (*url != '\0' || *setting_text(SET_OPENAI_API_KEY) == '\0')
        return url;
    return "https://api.openai.com";
}

static void read_vendors(struct providers *o)
{
    o->stt = (struct google_stt){
        .url = setting_text(SET_GOOGLE_STT_URL),
        .api = setting_text(SET_GOOGLE_STT_API),
        .location = setting_text(SET_GOOGLE_STT_LOCATION),
        .project = "",
    };
    o->tts_url = setting_text(SET_GOOGLE_TTS_URL);
    o->whisper = (struct whisper){
        .url = whisper_url(),
        .api = setting_text(SET_WHISPER_API),
        .key = setting_text(SET_OPENAI_API_KEY),
        .model = setting_text(SET_WHISPER_MODEL),
    };
    o->hedge_ms = (int)setting_number(SET_HOLOS_HEDGE_MS);
    o->hedge_think_ms = (int)setting_number(SET_HOLOS_HEDGE_THINK_MS);
    o->hear_ms = (int)setting_number(SET_HOLOS_HEAR_MS);
    o->think_ms = (int)setting_number(SET_HOLOS_THINK_MS);
    o->think_first_ms = (int)setting_number(SET_HOLOS_THINK_FIRST_MS);
    o->speak_ms = (int)setting_number(SET_HOLOS_SPEAK_MS);
}

enum err providers_open(struct providers *o, struct store *store, struct why *why)
{
    const struct http_setup setup = {.ca_file = setting_text(SET_HOLOS_CA_FILE),
                                     .egress = setting_text(SET_HOLOS_EGRESS)};

    enum err e = claude_setup_read(&o->claude, why);
    if (e != ERR_OK)
        return e;
    read_vendors(o);
    google_session_open(&o->google, setting_text(SET_GOOGLE_APPLICATION_CREDENTIALS),
                        setting_text(SET_GOOGLE_API_KEY), store);
    if (o->google.credentials != NULL)
        o->stt.project = o->google.credentials->project_id;
    /* Whoever asks nobody does not pay for the library either: it takes more than a worker. */
    if (claude_ready(&o->claude) || google_session_on(&o->google) || *o->whisper.url != '\0')
        e = http_open(&setup, &o->http, why);
    o->google.http = o->http;
    if (e != ERR_OK)
        providers_close(o);
    return e;
}

void providers_close(struct providers *o)
{
    google_session_close(&o->google);
    http_close(o->http);
    *o = (struct providers){.ladder = o->ladder};
}

bool providers_has(const struct providers *o, enum ladder_rung r)
{
    if (r == LADDER_SPEAK_ESPEAK || r == LADDER_THINK_RULES)
        return true;
    if (o->http == NULL)
        return false;
    switch (r) {
    case LADDER_HEAR_GOOGLE:
    case LADDER_SPEAK_GOOGLE:
        return google_session_on(&o->google);
    case LADDER_HEAR_WHISPER:
        return *o->whisper.url != '\0';
    case LADDER_THINK_CLAUDE:
        return claude_ready(&o->claude);
    case LADDER_THINK_CLAUDE_2:
        return claude_ready(&o->claude) && o->claude.keys > 1;
    case LADDER_THINK_FALLBACK:
        return claude_ready(&o->claude) && *o->claude.fallback_model != '\0';
    case LADDER_THINK_RULES:
    case LADDER_SPEAK_ESPEAK:
    case LADDER__MAX:
        break;
    }
    return false;
}

enum err providers_fits(const struct providers *o, struct why *why)
{
    const struct google_access with = {
        .token = o->google.credentials != NULL ? "given" : "",
        .api_key = o->google.api_key,
    };

    return google_stt_check(&o->stt, &with, why);
}

static bool is_of(const struct providers_learned *l, const char *locale, const char *name)
{
    return l->locale != NULL && strcmp(l->locale, locale) == 0 && strcmp(l->refused, name) == 0;
}

const char *providers_instead(const struct providers *o, const char *locale, const char *name)
{
    for (size_t i = 0; i < PROVIDERS_LEARNED; i++)
        if (is_of(&o->learned[i], locale, name))
            return o->learned[i].instead;
    return name;
}

void providers_learn(struct providers *o, const char *locale, const char *refused,
                     const char *instead)
{
    size_t at = 0;

    while (at < PROVIDERS_LEARNED && !is_of(&o->learned[at], locale, refused))
        at++;
    /* More than there is room for: the oldest is learned again when it is met. */
    if (at == PROVIDERS_LEARNED)
        at = o->learned_n++ % PROVIDERS_LEARNED;
    o->learned[at] = (struct providers_learned){locale, refused, instead};
}

bool providers_speaks(const struct profile *p)
{
    return *p->voice.google.name != '\0';
}
