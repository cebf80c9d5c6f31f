/* Every vendor that is set up is asked for the least it can do, as a turn would ask it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "calls/app.h"
#include "language/language.h"
#include "speech/recognise.h"
#include "speech/synthesise.h"
#include "tools/holos/findings.h"
#include "tools/holos/print.h"
#include "tools/holos/sandbox.h"

#define FREE      0
#define NOT_KNOWN PRICE_UNKNOWN

struct live {
    struct findings *f;
    struct app *app;
    const struct profile *profile; /* the usual one; NULL: there is none */
    const struct language *language;
    const char *locale;
    struct utterance sound; /* the test recording of its sample; no samples: there is none */
    struct env env;         /* of the question that is asked now */
    int64_t cost_microusd;  /* of all that was asked, as far as it is known */
    int unknown;            /* answers whose cost is not */
};

/* One question to one vendor. */
struct trial {
    const char *item;
    int64_t began_us;
    int64_t cost_microusd;
    const char *text; /* what came of it; NULL: there was no memory for it */
    struct failure failure;
    bool odd; /* it works, but not as it should */
};

static struct trial begin(struct live *l, const char *item, const struct profile *profile)
{
    l->env = (struct env){
        .arena = &l->f->t->arena,
        .deadline = deadline_in_ms(setting_number(SET_HOLOS_TURN_MS)),
        .providers = &l->app->providers,
        .profile = profile,
        .began_us = clock_mono_us(),
    };
    return (struct trial){.item = item, .began_us = clock_mono_us(), .cost_microusd = NOT_KNOWN};
}

static const char *print(struct live *l, const char *format, ...) printf_like(2, 3);
static const char *print(struct live *l, const char *format, ...)
{
    char text[256];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return arena_strdup(&l->f->t->arena, text);
}

/* To the micro-dollar: a token costs next to nothing. */
static const char *cost_text(const struct live *l, int64_t cost)
{
    if (cost <= 0)
        return cost == FREE ? "free" : "its price is not known here";
    const char *text = arena_printf(&l->f->t->arena, "$%lld.%06d", (long long)(cost / 1000000),
                                    (int)(cost % 1000000));
    return text == NULL ? "" : text;
}

static void end(struct live *l, struct trial *x, enum err e)
{
    int64_t took_us = clock_mono_us() - x->began_us;
    const char *took = print_us(&l->f->t->arena, took_us);
    const char *text = x->text == NULL ? "it answered" : x->text;

    if (e != ERR_OK) {
        const char *mend = err_retry(e) ? "see that this machine reaches it, then check again"
                                        : "fix what it names, or look into the vendor's console";
        found(l->f, FINDING_FAULT, x->item, mend, "%s (%s)",
              x->failure.why.text[0] != '\0' ? x->failure.why.text : err_text(e), took);
        findings_asked(l->f, took_us, NOT_KNOWN);
        return;
    }
    if (x->cost_microusd < 0)
        l->unknown++;
    else
        l->cost_microusd += x->cost_microusd;
    if (x->odd)
        found(l->f, FINDING_WARNING, x->item, "name another one in the profile", "%s, %s, %s", text,
              took, cost_text(l, x->cost_microusd));
    else
        found_ok(l->f, x->item, "%s, %s, %s", text, took, cost_text(l, x->cost_microusd));
    findings_asked(l->f, took_us, x->cost_microusd);
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* May its providers be asked? */
static bool try_account(struct live *l, const struct provider_account *account)
{
    const char *item = print(l, "%s account", account->name);
    struct trial x = begin(l, item == NULL ? account->name : item, l->profile);

    enum err e = account->ready(&l->app->providers, &x.failure.why);
    if (e == ERR_NOT_FOUND || (e == ERR_OK && account->probe == NULL))
        return e == ERR_OK;
    if (e == ERR_OK)
        e = account->probe(&l->env, &x.text, &x.failure);
    if (e == ERR_NOT_FOUND) /* there is nothing to be asked for */
        return true;
    x.cost_microusd = FREE;
    end(l, &x, e);
    return e == ERR_OK;
}

/* ---- each stage ------------------------------------------------------------------------------ */

static enum err hear(struct live *l, struct trial *x, const struct provider *p)
{
    const char *model = l->profile == NULL ? "" : l->profile->hear.model;
    struct provider_utterance u = {
        .sound = l->sound.sound,
        .ms = l->sound.ms,
        .language = l->language->code,
        .locale = l->locale,
        .model = model,
    };
    struct provider_words words = {0};

    enum err e = recognise_by(&l->env, p, &u, &words, &x->failure);
    if (e != ERR_OK)
        return e;
    x->cost_microusd = p->hear.cost(&u, &words);
    x->odd = strcmp(u.model, model) != 0;
    if (x->odd)
        x->text = print(l, "the model %.40s is not for %s; %.40s hears", model, u.locale, u.model);
    else if (*words.text == '\0')
        x->text = "heard nothing in a test recording";
    else
        x->text = print(l, "heard \"%.160s\"", words.text);
    return ERR_OK;
}

static enum err speak_as(struct live *l, struct trial *x, const struct provider *p,
                         const struct profile_voice *with)
{
    struct provider_line line = {0};
    struct spoken spoken = {0};

    enum err e = synthesise_by(&l->env, p, l->language->sample, &line, &spoken, &x->failure);
    if (e != ERR_OK)
        return e;
    x->cost_microusd = p->speak.cost == NULL ? 0 : p->speak.cost(&line);
    x->odd = strcmp(line.voice, with->name) != 0;
    if (x->odd)
        x->text = print(l, "there is no voice %.40s; %.40s speaks", with->name, line.voice);
    else
        x->text = print(l, "%.60s spoke a test word of %s", line.voice,
                        print_us(&l->f->t->arena, (int64_t)spoken.sound_ms * 1000));
    return ERR_OK;
}

static void try_speaking(struct live *l, const struct provider *p)
{
    for (size_t i = 0; i < l->app->profiles_n; i++) {
        const struct profile *profile = &l->app->profiles[i];
        struct profile_voice with;
        const char *item = print(l, "%s (%s)", provider_key(p).text, profile->name);
        if (!provider_voice(p, profile, profile->language, &with))
            continue;
        struct trial x = begin(l, item == NULL ? p->name : item, profile);
        enum err e = speak_as(l, &x, p, &with);
        end(l, &x, e);
    }
}

static void try_provider(struct live *l, const struct provider *p)
{
    const char *item = print(l, "%s", provider_key(p).text);
    struct trial x = begin(l, item == NULL ? p->name : item, l->profile);
    enum err e = ERR_OK;

    if (!provider_is_brought(p) || !providers_has(&l->app->providers, p) ||
        (p->stage == PROVIDER_HEAR && l->sound.sound.n == 0) ||
        (p->stage == PROVIDER_THINK && p->think.probe == NULL))
        return;
    if (p->stage == PROVIDER_SPEAK) {
        try_speaking(l, p);
        return;
    }
    if (p->stage == PROVIDER_HEAR)
        e = hear(l, &x, p);
    else
        e = p->think.probe(&l->env, p, &x.text, &x.cost_microusd, &x.failure);
    end(l, &x, e);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* A word or two by espeak-ng, as a caller's; beside a sandbox its recogniser is told. */
static void record(struct live *l)
{
    const struct voice voice = {.language = l->language->code,
                                .espeak = l->language->code,
                                .words_per_minute = 150,
                                .pitch = 50,
                                .rate = 8000,
                                .coding = WAV_PCM16};
    struct speaker sp = l->app->speaker;
    struct arena *a = &l->f->t->arena;
    struct spoken spoken = {0};
    struct why why = {0};
    int port = sandbox_port(a);

    sp.cache = "";
    enum err e =
        speak(&sp, &voice, l->language->sample, deadline_in_ms(sp.step_ms), a, &spoken, &why);
    if (e == ERR_OK)
        e = sound_measure(a, &(struct sound_came){.data = spoken.wav, .n = spoken.len}, &l->sound,
                          &why);
    if (e == ERR_OK && port != 0) /* a sandbox that is gone hears nothing anyway */
        (void)(sandbox_register(l->app->providers.http, a, port, &l->sound, l->language->sample,
                                NULL) == ERR_OK);
    if (e != ERR_OK)
        found(l->f, FINDING_FAULT, "test recording", "install espeak-ng (see the voice above)",
              "no recogniser was asked: %s", why.text[0] != '\0' ? why.text : err_text(e));
}

static void sum_up(struct live *l)
{
    if (l->unknown > 0)
        found_ok(l->f, "cost", "%s, and %d answers whose price is not known here",
                 cost_text(l, l->cost_microusd), l->unknown);
    else
        found_ok(l->f, "cost", "%s", cost_text(l, l->cost_microusd));
}

/* A provider whose account was refused is not asked. */
static void try_all(struct live *l)
{
    bool good[PROVIDER_MAX] = {false};

    for (size_t i = 0; providers[i] != NULL; i++) {
        const struct provider_account *account = providers[i]->account;
        size_t first = 0;
        while (providers[first]->account != account)
            first++;
        good[i] = account == NULL || (first == i ? try_account(l, account) : good[first]);
    }
    for (size_t i = 0; providers[i] != NULL; i++)
        if (good[i])
            try_provider(l, providers[i]);
    sum_up(l);
}

/* The profile's; without one, that of VOICE_LANGUAGE or the first there is. */
static void choose_language(struct live *l)
{
    const struct profile *p = l->app->profiles_n > 0 ? app_profile(l->app, "") : NULL;
    const struct language *of =
        language_find(p == NULL ? setting_text(SET_VOICE_LANGUAGE) : p->language);

    l->profile = p;
    l->language = of == NULL ? languages[0] : of;
    l->locale = p == NULL ? l->language->locale : p->locale;
}

static bool is_any_set_up(const struct app *app)
{
    for (const struct provider_account *a = providers_account(NULL); a != NULL;
         a = providers_account(a))
        if (a->ready(&app->providers, NULL) == ERR_CONFIG)
            return true;
    return app->providers.http != NULL;
}

static void look(struct live *l)
{
    if (l->app->open[APP_PROVIDERS] == NULL) {
        found(l->f, FINDING_FAULT, "vendors", "fix it and check again", "no vendor was asked: %s",
              l->app->open_error[APP_PROVIDERS].text);
        return;
    }
    if (!is_any_set_up(l->app)) {
        found_ok(l->f, "vendors", "none is configured; none was asked");
        return;
    }
    choose_language(l);
    if (l->app->providers.http != NULL)
        record(l);
    try_all(l);
}

void check_live(struct findings *f)
{
    struct app app = {0};
    struct live l = {.f = f, .app = &app};

    if (!options_has(&f->t->options, "live"))
        return;
    app_try(&app, APP_PARTS(&app_profiles, &app_voice, &app_providers));
    look(&l);
    app_close(&app);
}
