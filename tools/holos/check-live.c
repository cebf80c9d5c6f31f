/* Every vendor that is configured is asked for the least it can do. */
#include <string.h>

#include "base/settings.h"
#include "calls/app.h"
#include "language/language.h"
#include "speech/utterance.h"
#include "tools/holos/findings.h"
#include "tools/holos/print.h"
#include "tools/holos/sandbox.h"
#include "providers/google-session.h"
#include "providers/google-tts.h"
#include "providers/price.h"

#define TOKEN_MS    5000
#define TOKEN_REPLY ((size_t)64 * 1024)
#define FREE        0
#define NOT_KNOWN   PRICE_UNKNOWN

struct live {
    struct findings *f;
    struct app *h;
    const char *language, *locale;
    const char *words;      /* what the test recording says */
    struct utterance sound; /* as a recogniser gets it */
    struct google_access access;
    int64_t cost_microusd; /* of all that was asked, as far as it is known */
    int unknown;           /* answers whose cost is not */
};

/* One question to one vendor. */
struct trial {
    const char *item;
    int64_t began_us;
    int64_t cost_microusd;
    char text[160]; /* what came of it */
    struct why why; /* or why nothing did */
    bool odd;       /* it works, but not as it should */
};

static struct trial begin(const char *item)
{
    return (struct trial){.item = item, .began_us = clock_mono_us(), .cost_microusd = NOT_KNOWN};
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

    if (e != ERR_OK) {
        const char *mend = err_retry(e) ? "see that this machine reaches it, then check again"
                                        : "mend what it names, or look into the vendor's console";
        found(l->f, FINDING_FAULT, x->item, mend, "%s (%s)",
              x->why.text[0] != '\0' ? x->why.text : err_text(e), took);
        findings_asked(l->f, took_us, NOT_KNOWN);
        return;
    }
    if (x->cost_microusd < 0)
        l->unknown++;
    else
        l->cost_microusd += x->cost_microusd;
    if (x->odd)
        found(l->f, FINDING_WARNING, x->item, "name another one in the profile", "%s, %s, %s",
              x->text, took, cost_text(l, x->cost_microusd));
    else
        found_ok(l->f, x->item, "%s, %s, %s", x->text, took, cost_text(l, x->cost_microusd));
    findings_asked(l->f, took_us, x->cost_microusd);
}

static enum err ask(struct live *l, struct http_request *req, int ms, struct http_reply *ret,
                    struct why *why)
{
    req->deadline = deadline_in_ms(ms);
    return http_send(l->h->providers.http, &l->f->t->arena, req, ret, why);
}

/* ---- Google -------------------------------------------------------------------------------------- */

static enum err get_token(struct live *l, struct trial *x)
{
    const struct google_credentials *c = l->h->providers.google.credentials;
    struct http_reply reply = {.retry_after_ms = -1};
    struct arena *a = &l->f->t->arena;
    struct google_token token = {0};
    struct http_request req = {0};
    struct verdict v;

    enum err e = google_token_request(a, c, clock_unix_ms() / 1000, &req, &x->why);
    req.reply_max = TOKEN_REPLY;
    if (e == ERR_OK)
        e = ask(l, &req, TOKEN_MS, &reply, &x->why);
    if (e == ERR_OK)
        e = google_token_read(a, &reply, &token, &v, &x->why);
    if (e != ERR_OK)
        return e;
    x->cost_microusd = FREE;
    (void)snprintf(x->text, sizeof x->text, "the account got a token for %lld minutes",
                   (long long)(token.expires_in_s / 60));
    l->access = (struct google_access){.token = token.text, .quota_project = c->quota_project};
    return ERR_OK;
}

static bool may_ask_google(struct live *l)
{
    const struct google_session *g = &l->h->providers.google;
    struct trial x = begin("google token");

    if (g->shut.text[0] != '\0') {
        x.why = g->shut;
        end(l, &x, ERR_CONFIG);
    }
    if (g->credentials == NULL) {
        l->access = (struct google_access){.api_key = g->api_key};
        return google_session_on(g);
    }
    enum err e = get_token(l, &x);
    end(l, &x, e);
    return e == ERR_OK;
}

static void note_words(struct trial *x, const char *words)
{
    (void)snprintf(x->text, sizeof x->text, *words == '\0' ? "heard nothing in %s" : "heard \"%s\"",
                   *words == '\0' ? "a test recording" : words);
    x->odd = false;
}

static enum err hear_google(struct live *l, struct trial *x, const char *model, struct verdict *v)
{
    const struct providers *o = &l->h->providers;
    const struct google_stt_ask question = {
        .sound = l->sound.sound, .language = l->locale, .model = model};
    struct http_reply reply = {.retry_after_ms = -1};
    struct google_stt_words words = {0};
    struct http_request req = {0};

    enum err e = google_stt_request(&l->f->t->arena, &o->stt, &l->access, &question, &req, &x->why);
    if (e == ERR_OK)
        e = ask(l, &req, o->hear_ms, &reply, &x->why);
    if (e == ERR_OK)
        e = google_stt_read(&l->f->t->arena, &reply, &words, v, &x->why);
    if (e != ERR_OK)
        return e;
    note_words(x, words.text);
    x->cost_microusd = google_stt_cost(&o->stt, model, &words, l->sound.ms);
    return e;
}

static void try_hearing(struct live *l, const struct profile *p)
{
    struct verdict v = {.kind = VERDICT_DONE};
    struct trial x = begin("google hear");
    const char *model = p == NULL ? "" : p->hear.model;

    enum err e = hear_google(l, &x, model, &v);
    if (e != ERR_OK && v.kind == VERDICT_OTHER_MODEL) {
        e = hear_google(l, &x, google_stt_fallback(&l->h->providers.stt), &v);
        (void)snprintf(x.text, sizeof x.text, "the model %.40s is not for %s; the usual one hears",
                       model, l->locale);
        x.odd = true;
    }
    end(l, &x, e);
}

static enum err speak_google(struct live *l, struct trial *x, const struct profile *p,
                             const char *voice, struct verdict *v)
{
    const struct providers *o = &l->h->providers;
    const struct google_tts_ask question = {
        .text = l->words,
        .language = p->locale,
        .voice = voice,
        .speaking_rate = p->voice.google.speaking_rate,
        .pitch = p->voice.google.pitch,
        .effects = p->voice.google.effects,
        .effects_n = p->voice.google.effects_n,
        .rate = p->voice.rate,
    };
    struct http_reply reply = {.retry_after_ms = -1};
    struct http_request req = {0};
    struct pcm pcm = {0};

    enum err e =
        google_tts_request(&l->f->t->arena, o->tts_url, &l->access, &question, &req, &x->why);
    if (e == ERR_OK)
        e = ask(l, &req, o->speak_ms, &reply, &x->why);
    if (e == ERR_OK)
        e = google_tts_read(&l->f->t->arena, &reply, &pcm, v, &x->why);
    if (e != ERR_OK)
        return e;
    (void)snprintf(x->text, sizeof x->text, "%.60s spoke a test word of %s", voice,
                   print_us(&l->f->t->arena, (int64_t)pcm.n * 1000000 / pcm.rate));
    x->cost_microusd = price_speak(voice, l->words);
    return e;
}

static void try_voice(struct live *l, const struct profile *p)
{
    const char *item = arena_printf(&l->f->t->arena, "google speak (%s)", p->name);
    struct verdict v = {.kind = VERDICT_DONE};
    struct trial x = begin(item == NULL ? "google speak" : item);
    const char *voice = p->voice.google.name;

    enum err e = speak_google(l, &x, p, voice, &v);
    if (e != ERR_OK && v.kind == VERDICT_OTHER_VOICE) {
        const char *next = google_tts_next_voice(p->locale, voice);
        if (next != NULL && (e = speak_google(l, &x, p, next, &v)) == ERR_OK) {
            (void)snprintf(x.text, sizeof x.text, "there is no voice %.40s; %.40s speaks", voice,
                           next);
            x.odd = true;
        }
    }
    end(l, &x, e);
}

static void try_google(struct live *l)
{
    if (!google_session_on(&l->h->providers.google) && l->h->providers.google.shut.text[0] == '\0')
        return;
    if (!may_ask_google(l))
        return;
    if (l->sound.sound.n > 0)
        try_hearing(l, l->h->profiles_n > 0 ? app_profile(l->h, "") : NULL);
    for (size_t i = 0; i < l->h->profiles_n; i++)
        if (providers_speaks(&l->h->profiles[i]))
            try_voice(l, &l->h->profiles[i]);
}

/* ---- Whisper ------------------------------------------------------------------------------------- */

static void try_whisper(struct live *l)
{
    const struct providers *o = &l->h->providers;
    const struct whisper_ask question = {
        .sound = l->sound.sound, .language = l->language, .seed = (uint64_t)clock_mono_us()};
    struct http_reply reply = {.retry_after_ms = -1};
    struct whisper_words words = {0};
    struct http_request req = {0};
    struct verdict v;

    if (*o->whisper.url == '\0' || l->sound.sound.n == 0)
        return;
    struct trial x = begin("whisper");
    enum err e = whisper_request(&l->f->t->arena, &o->whisper, &question, &req, &x.why);
    if (e == ERR_OK)
        e = ask(l, &req, o->hear_ms, &reply, &x.why);
    if (e == ERR_OK)
        e = whisper_read(&l->f->t->arena, &reply, &words, &v, &x.why);
    if (e == ERR_OK) {
        note_words(&x, words.text);
        x.cost_microusd = whisper_cost(&o->whisper, &words, l->sound.ms);
    }
    end(l, &x, e);
}

/* ---- Claude -------------------------------------------------------------------------------------- */

static enum err think(struct live *l, struct trial *x, int key, const char *model)
{
    static const struct claude_block one = {.kind = CLAUDE_TEXT, .text = "1"};
    static const struct claude_message message = {CLAUDE_USER, &one, 1};
    const struct claude_setup *s = &l->h->providers.claude;
    const struct claude_ask question = {
        .key = key, .model = model, .message = &message, .messages = 1, .max_tokens = 1};
    struct http_reply reply = {.retry_after_ms = -1};
    struct claude_answer answer = {0};
    struct claude_error error = {0};
    struct http_request req = {0};

    enum err e = claude_request(&l->f->t->arena, s, &question, &req, &x->why);
    if (e == ERR_OK)
        e = ask(l, &req, l->h->providers.think_ms, &reply, &x->why);
    if (e == ERR_OK)
        e = claude_answer_read(&l->f->t->arena, reply.status, reply.body, reply.len, &answer,
                               &error, &x->why);
    if (e != ERR_OK)
        return e;
    x->cost_microusd =
        answer.cost_microusd == CLAUDE_COST_UNKNOWN ? NOT_KNOWN : answer.cost_microusd;
    int64_t in = answer.usage.in + answer.usage.cache_read + answer.usage.cache_write;
    (void)snprintf(x->text, sizeof x->text, "%.60s answered, %lld tokens in, %lld out", model,
                   (long long)in, (long long)answer.usage.out);
    return ERR_OK;
}

static void try_claude(struct live *l)
{
    static const char *const items[CLAUDE_KEYS] = {"claude", "claude-2"};
    const struct claude_setup *s = &l->h->providers.claude;

    if (!claude_ready(s))
        return;
    for (int i = 0; i < CLAUDE_KEYS && (i < s->keys || i == 0); i++) {
        struct trial x = begin(items[i]);
        enum err e = think(l, &x, i, s->model);
        end(l, &x, e);
    }
    if (*s->fallback_model == '\0')
        return;
    struct trial x = begin("claude-fallback");
    enum err e = think(l, &x, 0, s->fallback_model);
    end(l, &x, e);
}

/* ---- all of them --------------------------------------------------------------------------------- */

/* A word or two by espeak-ng, as a caller's; beside a sandbox its recogniser is told. */
static void record(struct live *l)
{
    const struct voice voice = {.language = l->language,
                                .espeak = l->language,
                                .words_per_minute = 150,
                                .pitch = 50,
                                .rate = 8000,
                                .coding = WAV_PCM16};
    struct speaker sp = l->h->speaker;
    struct arena *a = &l->f->t->arena;
    struct spoken spoken = {0};
    struct why why = {0};
    int port = sandbox_port(a);

    sp.cache = "";
    enum err e = speak(&sp, &voice, l->words, deadline_in_ms(sp.step_ms), a, &spoken, &why);
    if (e == ERR_OK)
        e = sound_measure(a, spoken.wav, spoken.len, &l->sound, &why);
    if (e == ERR_OK && port != 0) /* a sandbox that is gone hears nobody anyway */
        (void)(sandbox_register(l->h->providers.http, a, port, &l->sound, l->words, NULL) ==
               ERR_OK);
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

/* The profile's; without one, that of VOICE_LANGUAGE or the first there is. */
static void choose_language(struct live *l, const struct profile *p)
{
    const struct language *of =
        language_find(p == NULL ? setting_text(SET_VOICE_LANGUAGE) : p->language);

    of = of == NULL ? languages[0] : of;
    l->language = of->code;
    l->locale = p == NULL ? of->locale : p->locale;
    l->words = of->sample;
}

static void try_all(struct live *l)
{
    const struct profile *p = l->h->profiles_n > 0 ? app_profile(l->h, "") : NULL;

    if ((l->h->open & NEED_PROVIDERS) == 0) {
        found(l->f, FINDING_FAULT, "vendors", "mend it and check again", "nobody was asked: %s",
              l->h->no_providers.text);
        return;
    }
    if (l->h->providers.http == NULL && l->h->providers.google.shut.text[0] == '\0') {
        found_ok(l->f, "vendors", "none is configured; nobody was asked");
        return;
    }
    choose_language(l, p);
    if (l->h->providers.http != NULL)
        record(l);
    try_google(l);
    try_whisper(l);
    try_claude(l);
    sum_up(l);
}

void check_live(struct findings *f)
{
    struct app h = {0};
    struct live l = {.f = f, .h = &h};
    struct why why = {0};

    if (!options_has(&f->t->options, "live"))
        return;
    enum err e = app_open(&h, NEED_TRY | NEED_PROFILES | NEED_VOICE | NEED_PROVIDERS, &why);
    if (e == ERR_OK)
        try_all(&l);
    else
        found(f, FINDING_FAULT, "vendors", "free memory", "%s", err_text(e));
    app_close(&h);
}
