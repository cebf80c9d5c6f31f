#include <string.h>

#include "base/settings.h"
#include "calls/status.h"
#include "language/language.h"
#include "store/breaker.h"
#include "tools/holos/findings.h"
#include "providers/google-stt.h"
#include "providers/price.h"

#define LADDER_MEND "write it as hear=google,whisper think=claude,rules speak=google,espeak"

static void complain(struct findings *f, const char *item, const char *mend, const struct why *why,
                     enum err e)
{
    found(f, FINDING_FAULT, item, mend, "%s", why->text[0] != '\0' ? why->text : err_text(e));
}

/* ---- settings that must go together --------------------------------------------------------------- */

static void check_urls(struct findings *f)
{
    static const enum setting urls[] = {SET_GOOGLE_STT_URL, SET_GOOGLE_TTS_URL,
                                        SET_ANTHROPIC_BASE_URL, SET_WHISPER_URL};

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct why why = {0};
        enum err e =
            *setting_text(urls[i]) == '\0' ? ERR_OK : http_url_check(setting_text(urls[i]), &why);
        if (e != ERR_OK)
            complain(f, settings_table()[urls[i]].name,
                     "write an https address, or http of this machine", &why, e);
    }
}

static void check_google(struct findings *f, const struct providers *o)
{
    struct why why = {0};

    if (!google_session_on(&o->google)) {
        found_ok(f, "google", "not configured: %s",
                 o->google.shut.text[0] != '\0' ? o->google.shut.text
                                                : "neither credentials nor a key");
        return;
    }
    enum err e = providers_fits(o, &why);
    if (e != ERR_OK)
        complain(f, "google", "mend the settings that it names", &why, e);
    else
        found_ok(f, "google", "%s, recognition %s%s%s",
                 o->google.credentials != NULL ? "credentials" : "a key", o->stt.api,
                 strcmp(o->stt.api, "v2") == 0 ? " at " : "",
                 strcmp(o->stt.api, "v2") == 0 ? o->stt.location : "");
}

/* A request is written and thrown away: its writer knows what does not go together. */
static void check_whisper(struct findings *f, const struct providers *o)
{
    static const char silence[320];
    const struct whisper_ask ask = {
        .sound = {.coding = RECORDING_PCM16, .rate = 8000, .data = silence, .n = sizeof silence},
        .language = languages[0]->code,
    };
    struct http_request req = {0};
    struct why why = {0};

    if (*o->whisper.url == '\0') {
        found_ok(f, "whisper", "not configured: neither an address nor a key");
        return;
    }
    enum err e = whisper_request(&f->t->arena, &o->whisper, &ask, &req, &why);
    if (e != ERR_OK)
        complain(f, "whisper", "mend the settings that it names", &why, e);
    else
        found_ok(f, "whisper", "%s, %s", req.url,
                 *o->whisper.key == '\0' ? "without a key" : "with a key");
}

static void check_claude(struct findings *f, const struct providers *o)
{
    const struct claude_setup *s = &o->claude;

    if (!claude_ready(s)) {
        found_ok(f, "claude", "not configured: no key");
        return;
    }
    if (s->keys == 0)
        found_ok(f, "claude", "%s at a server of this machine, without a key", s->model);
    else
        found_ok(f, "claude", "%d key%s, %s%s%s", s->keys, s->keys == 1 ? "" : "s", s->model,
                 *s->fallback_model == '\0' ? "" : ", then ", s->fallback_model);
    if (claude_cost(claude_model_find(s->model), &(struct claude_usage){.out = 1000000}) ==
        CLAUDE_COST_UNKNOWN)
        found(f, FINDING_WARNING, "CLAUDE_MODEL", "name a model that holos knows, or know this",
              "what %s costs is not known: the cost of a call is not counted", s->model);
}

/* ---- prices --------------------------------------------------------------------------------------- */

static void price_missing(struct findings *f, const char *item, const char *of)
{
    found(f, FINDING_WARNING, item, "name one that holos has a price for, or know this",
          "what %s costs is not known: the cost of a call is counted without it", of);
}

/* What is asked for with each profile, and has no price in the vendors' lists (providers/prices.def). */
static void check_prices(struct findings *f, const struct app *h)
{
    const struct providers *o = &h->providers;
    const struct google_stt_words second = {.billed_ms = 1000};
    const struct whisper_words answer = {.use = {1000, 1, 1}};

    for (size_t i = 0; google_session_on(&o->google) && i < h->profiles_n; i++) {
        const struct profile *p = &h->profiles[i];
        if (google_stt_cost(&o->stt, p->hear.model, &second, -1) == PRICE_UNKNOWN)
            price_missing(f, p->name, google_stt_model(&o->stt, p->hear.model));
        if (providers_speaks(p) && price_speak(p->voice.google.name, "") == PRICE_UNKNOWN)
            price_missing(f, p->name, p->voice.google.name);
    }
    if (*o->whisper.url != '\0' && whisper_cost(&o->whisper, &answer, -1) == PRICE_UNKNOWN)
        price_missing(f, "WHISPER_MODEL", o->whisper.model);
}

/* ---- the ladder ----------------------------------------------------------------------------------- */

static void check_stages(struct findings *f, const struct app *h)
{
    struct breaker *noted = NULL;
    size_t n = 0;
    int64_t now = clock_unix_ms();

    if (h->store != NULL && breakers_failing(h->store, &f->t->arena, &noted, &n, NULL) != ERR_OK)
        n = 0;
    for (enum ladder_stage s = 0; s < LADDER__STAGES; s++) {
        struct status st = {0};
        if (status_of(&f->t->arena, h, s, noted, n, now, &st) != ERR_OK)
            continue;
        found_ok(f, ladder_stage_text(s), "%s%s%s", st.by == NULL ? "fixed phrases" : st.by,
                 st.missing == NULL ? "" : "; ", st.missing == NULL ? "" : st.missing);
    }
    for (size_t i = 0; i < n; i++)
        if (noted[i].until_ms > now)
            found(f, FINDING_WARNING, noted[i].name,
                  "mend what it names; `holos check --live` tries it",
                  "it is skipped by all workers now, after %d failure%s%s%s", noted[i].failures,
                  noted[i].failures == 1 ? "" : "s", *noted[i].reason == '\0' ? "" : ": ",
                  noted[i].reason);
}

static void look(struct findings *f, struct app *h)
{
    struct why why = {0};
    enum err e = ladder_read(setting_text(SET_HOLOS_LADDER), &h->providers.ladder, &why);

    if (e != ERR_OK)
        complain(f, "HOLOS_LADDER", LADDER_MEND, &why, e);
    else
        found_ok(f, "HOLOS_LADDER", "%s", ladder_text(&f->t->arena, &h->providers.ladder));
    check_urls(f);
    if ((h->open & NEED_PROVIDERS) == 0) {
        complain(f, "claude", "mend the setting that it names", &h->no_providers, ERR_CONFIG);
        return;
    }
    check_google(f, &h->providers);
    check_whisper(f, &h->providers);
    check_claude(f, &h->providers);
    check_prices(f, h);
    if (e == ERR_OK)
        check_stages(f, h);
}

void check_vendors(struct findings *f)
{
    struct app h = {0};
    struct why why = {0};

    /* The store and the profiles have their own checks. */
    enum err e =
        app_open(&h, NEED_TRY | NEED_STORE | NEED_PROFILES | NEED_VOICE | NEED_PROVIDERS, &why);
    if (e == ERR_OK)
        look(f, &h);
    else
        complain(f, "vendors", "free memory", &why, e);
    app_close(&h);
}
