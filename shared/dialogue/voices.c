#include "dialogue/voices.h"

#include <string.h>

#include "dialogue/settle.h"
#include "net/retry.h"
#include "vendors/google-tts.h"
#include "vendors/price.h"

#define AT_ONCE 4    /* sentences asked for side by side */
#define TRIES   2    /* of one sentence */
#define KEEP_MS 1500 /* of the budget, for the embedded voice */
#define EMBEDDED_MS                                                                                \
    300 /* it gets so long, however little is left of the turn: its reserve has more */

/* ---- the profile's voices ------------------------------------------------------------------------ */

static enum wav_coding coding_of(const char *name)
{
    static const struct {
        const char *name;
        enum wav_coding coding;
    } codings[] = {{"pcm16", WAV_PCM16}, {"mulaw", WAV_MULAW}, {"alaw", WAV_ALAW}};

    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++)
        if (strcmp(name, codings[i].name) == 0)
            return codings[i].coding;
    return WAV_PCM16;
}

void voices_choose(struct voicing *v, struct conversation *c)
{
    const struct profile *p = c->profile;

    v->voice = (struct voice){
        .language = p->language,
        .espeak = p->voice.espeak,
        .words_per_minute = p->voice.words_per_minute,
        .pitch = p->voice.pitch,
        .rate = p->voice.rate,
        .coding = coding_of(p->voice.coding),
    };
    v->by_vendor = outside_speaks(p) && ladder_might(c, LADDER_SPEAK_GOOGLE);
    v->vendor = (struct vendor_voice){
        .vendor = ladder_name(LADDER_SPEAK_GOOGLE),
        .language = p->language,
        .locale = p->locale,
        .name = outside_instead(&c->house->outside, p->locale, p->voice.google.name),
        .speaking_rate = p->voice.google.speaking_rate,
        .pitch = p->voice.google.pitch,
        .effects = p->voice.google.effects,
        .effects_n = p->voice.google.effects_n,
        .rate = p->voice.rate,
        .coding = v->voice.coding,
    };
}

const char *voices_key(const struct conversation *c)
{
    const struct vendor_voice *g = &c->voicing->vendor;
    const struct voice *v = &c->voicing->voice;

    if (!c->voicing->by_vendor)
        return arena_printf(c->arena, "%s\n%s\n%d %d %d %d\n%s", v->language, v->espeak,
                            v->words_per_minute, v->pitch, v->rate, (int)v->coding, c->said);
    /* A profile's effects do not change while the process lives. */
    return arena_printf(c->arena, "%s %s\n%g %g %d %d\n%s\n%s", g->vendor, g->name,
                        g->speaking_rate, g->pitch, g->rate, (int)g->coding, c->profile->name,
                        c->said);
}

/* ERR_NOT_FOUND: the vendor is to be asked for the phrase; any other error: it cannot be. */
static enum err find_cached(struct conversation *c, size_t i, struct why *why)
{
    struct piece *p = &c->voicing->piece[i];
    struct sentence *s = &c->sentence[i];

    enum err e = vendor_voice_prepare(c->arena, &c->voicing->vendor, s->text, &p->phrase, why);
    if (e != ERR_OK)
        return e;
    return vendor_voice_cached(&c->house->speaker, &p->phrase, c->arena, &s->sound);
}

bool voices_cached(struct conversation *c, size_t i)
{
    const struct voicing *v = c->voicing;
    struct sentence *s = &c->sentence[i];

    if (v->by_vendor)
        return find_cached(c, i, NULL) == ERR_OK;
    return speak_cached(&c->house->speaker, &v->voice, s->text, c->arena, &s->sound) == ERR_OK;
}

/* ---- the embedded voice -------------------------------------------------------------------------- */

static void embed_failed(struct conversation *c, const struct why *why)
{
    c->voicing->no_espeak = true;
    c->turn.faults++;
    c->fault = *why;
}

static bool may_embed(struct conversation *c)
{
    return !c->voicing->no_espeak && ladder_has(c, LADDER_SPEAK_ESPEAK);
}

/* Text alone is the last rung. */
static void embed(struct conversation *c, size_t i)
{
    struct voicing *v = c->voicing;
    struct sentence *s = &c->sentence[i];
    struct deadline d = c->deadline;
    struct why why = {0};

    if (deadline_left_ms(d) < EMBEDDED_MS)
        d = deadline_in_ms(EMBEDDED_MS);
    /* Words that cannot be looked up cannot be spoken either: that is no fault of the voice. */
    enum err e = speak_cached(&c->house->speaker, &v->voice, s->text, c->arena, &s->sound);
    if (e == ERR_NOT_FOUND && may_embed(c) && settle(c, NULL) == ERR_OK) {
        e = speak(&c->house->speaker, &v->voice, s->text, d, c->arena, &s->sound, &why);
        if (e != ERR_OK)
            embed_failed(c, &why);
    }
    if (e != ERR_OK)
        s->sound = (struct spoken){0};
    v->piece[i].state = PIECE_READY;
}

/* ---- the vendor's voice -------------------------------------------------------------------------- */

/* From this sentence on the embedded voice speaks, whatever had come of the vendor's already. */
static void leave_vendor(struct conversation *c, size_t i)
{
    c->voicing->by_vendor = false;
    for (; i < CONVERSATION_SENTENCES; i++) {
        errand_drop(&c->voicing->piece[i].errand);
        c->voicing->piece[i].state = PIECE_WAITS;
        c->voicing->piece[i].fresh = false;
        c->sentence[i].sound = (struct spoken){0};
    }
}

static void vendor_failed(struct conversation *c, size_t i, enum err e, const struct verdict *v,
                          int64_t again_ms, const struct why *why)
{
    if (c->voicing->by_vendor)
        ladder_failed(c, LADDER_SPEAK_GOOGLE, errand_is_hard(e, v), again_ms, why);
    leave_vendor(c, i);
}

static size_t under_way(const struct conversation *c)
{
    size_t n = 0;

    for (size_t i = c->voicing->delivered; i < c->sentences; i++)
        n += c->voicing->piece[i].state == PIECE_ASKED;
    return n;
}

/* How long the vendor may take: what is kept is the embedded voice's. */
static int left_for_vendor(const struct conversation *c)
{
    int left = deadline_left_ms(c->deadline) - KEEP_MS;
    int most = c->house->outside.speak_ms;

    return left < 0 ? 0 : left < most ? left : most;
}

static enum err ask(struct conversation *c, size_t i, struct verdict *v, struct why *why)
{
    struct outside *o = &c->house->outside;
    const struct vendor_voice *voice = &c->voicing->vendor;
    struct piece *p = &c->voicing->piece[i];
    struct google_access access = {0};
    struct http_request req = {0};

    enum err e = google_session_is_ready(&o->google) ? ERR_OK : settle(c, why);
    if (e == ERR_OK)
        e = google_session_access(&o->google, c->arena,
                                  deadline_cap_ms(c->deadline, left_for_vendor(c)), &access, v,
                                  why);
    const struct google_tts_ask tts = {
        .text = p->phrase.words,
        .language = voice->locale,
        .voice = voice->name,
        .speaking_rate = voice->speaking_rate,
        .pitch = voice->pitch,
        .effects = voice->effects,
        .effects_n = voice->effects_n,
        .rate = voice->rate,
    };
    if (e == ERR_OK)
        e = google_tts_request(c->arena, o->tts_url, &access, &tts, &req, why);
    int left = left_for_vendor(c);
    if (e == ERR_OK && left <= 0)
        e = why_set(why, ERR_DEADLINE, "no time was left for a vendor's voice");
    p->tries++;
    p->voice = voice->name;
    p->token = access.token;
    return e == ERR_OK ? errand_start(&p->errand, c, LADDER_SPEAK_GOOGLE, &req, left, why) : e;
}

/* A word or a figure without end may be longer than one request holds, most of all when spoken. */
static bool may_be_sent(const struct vendor_phrase *p)
{
    return p->words != NULL && strlen(p->words) <= GOOGLE_TTS_TEXT_MAX;
}

static void begin(struct conversation *c, size_t i)
{
    struct verdict v = {.kind = VERDICT_DONE};
    struct why why = {0};

    enum err e = find_cached(c, i, &why);
    if (e == ERR_OK) {
        c->voicing->piece[i].state = PIECE_READY;
        return;
    }
    if (e != ERR_NOT_FOUND) { /* no fault of the vendor's: it was not asked */
        c->turn.faults++;
        c->fault = why;
        leave_vendor(c, i);
        return;
    }
    if (under_way(c) >= AT_ONCE)
        return;
    /* What no vendor takes is not the vendor's fault; or another worker tries it just now. */
    if (!may_be_sent(&c->voicing->piece[i].phrase) || !ladder_may(c, LADDER_SPEAK_GOOGLE)) {
        leave_vendor(c, i);
        return;
    }
    e = ask(c, i, &v, &why);
    if (e == ERR_OK)
        c->voicing->piece[i].state = PIECE_ASKED;
    else
        vendor_failed(c, i, e, &v, 0, &why);
}

static bool is_listed(const char *locale, const char *voice)
{
    const char *v = google_tts_next_voice(locale, "");

    while (v != NULL && strcmp(v, voice) != 0)
        v = google_tts_next_voice(locale, v);
    return v != NULL;
}

/* Once around the list, from the profile's voice on; NULL: all were tried. */
static const char *after(const char *locale, const char *first, const char *gone)
{
    const char *next = google_tts_next_voice(locale, gone);

    if (next == NULL && is_listed(locale, first))
        next = google_tts_next_voice(locale, "");
    return next == NULL || strcmp(next, first) == 0 ? NULL : next;
}

/* Another voice of the language, for the rest of the process's life. Of several sentences that are
 * refused together, the first finds it for all. */
static bool other_voice(struct conversation *c, const struct piece *p)
{
    const struct profile *of = c->profile;
    struct vendor_voice *v = &c->voicing->vendor;

    if (strcmp(p->voice, v->name) != 0)
        return true;
    const char *next = after(of->locale, of->voice.google.name, v->name);
    if (next == NULL)
        return false;
    outside_learn(&c->house->outside, of->locale, of->voice.google.name, next);
    v->name = next;
    return true;
}

static bool again(struct conversation *c, const struct piece *p, enum err net,
                  const struct http_reply *reply, const struct verdict *v)
{
    struct retry_case how = {
        .err = net,
        .status = reply->status,
        .retry_after_ms = verdict_pause_ms(v, reply->retry_after_ms),
        .should_retry = reply->should_retry,
        .sent = true,
        .tries = p->tries,
        .chance = (uint8_t)clock_mono_us(), /* workers that failed together come back apart */
        .left_ms = errand_pause_ms(c, KEEP_MS),
    };
    int64_t wait_ms = 0;

    if (v->kind == VERDICT_OTHER_VOICE)
        return other_voice(c, p);
    if (v->kind == VERDICT_RENEW)
        return p->tries < GOOGLE_SESSION_TRIES;
    if (p->tries >= TRIES || net == ERR_DEADLINE)
        return false;
    return retry_judge(RETRY_SPEECH, &how, &wait_ms) == RETRY_AGAIN &&
           deadline_sleep(c->deadline, (int)wait_ms);
}

static enum err read_sound(struct conversation *c, size_t i, const struct http_reply *reply,
                           struct verdict *v, struct why *why)
{
    struct pcm pcm = {0};

    enum err e = google_tts_read(c->arena, reply, &pcm, v, why);
    if (v->kind == VERDICT_RENEW)
        google_session_refused(&c->house->outside.google, c->voicing->piece[i].token);
    if (e != ERR_OK)
        return e;
    return vendor_voice_make(c->arena, &c->voicing->vendor, &pcm, &c->sentence[i].sound, why);
}

static void take(struct conversation *c, size_t i)
{
    struct piece *p = &c->voicing->piece[i];
    struct http_reply reply = {.retry_after_ms = -1};
    struct verdict v = {.kind = VERDICT_AGAIN};
    struct why why = {0};

    enum err net = errand_result(&p->errand, &reply, &why);
    enum err e = net == ERR_OK ? read_sound(c, i, &reply, &v, &why) : net;
    /* Whoever made a sound is paid for it, also for one that is of no use. */
    bool made = net == ERR_OK && reply.status == 200;
    errand_pay(&p->errand, e, made ? price_speak(p->voice, p->phrase.words) : 0);
    errand_drop(&p->errand);
    if (e == ERR_OK) {
        p->state = PIECE_READY;
        p->fresh = true;
        ladder_worked(c, LADDER_SPEAK_GOOGLE);
        return;
    }
    p->state = PIECE_WAITS;
    if (!again(c, p, net, &reply, &v))
        vendor_failed(c, i, e, &v, verdict_pause_ms(&v, reply.retry_after_ms), &why);
}

void voices_move(struct conversation *c, size_t i)
{
    struct voicing *v = c->voicing;
    struct piece *p = &v->piece[i];

    if (p->state == PIECE_ASKED && errand_ended(&p->errand))
        take(c, i);
    if (p->state == PIECE_WAITS && v->by_vendor)
        begin(c, i);
    if (p->state == PIECE_WAITS && !v->by_vendor && i == v->delivered)
        embed(c, i);
}

void voices_keep(struct conversation *c, size_t i)
{
    struct piece *p = &c->voicing->piece[i];

    if (!p->fresh)
        return;
    p->fresh = false;
    vendor_voice_keep(&c->house->speaker, &p->phrase, &c->sentence[i].sound);
}

void voices_give_up(struct conversation *c, const struct why *why)
{
    const struct verdict v = {.kind = VERDICT_AGAIN};

    vendor_failed(c, c->voicing->delivered, ERR_DEADLINE, &v, 0, why);
}
