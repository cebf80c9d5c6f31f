#include "speech/synthesise.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "providers/providers.h"
#include "net/retry.h"
#include "language/language.h"
#include "language/markdown.h"
#include "language/sentence.h"
#include "speech/sound.h"
#include "providers/google-tts.h"
#include "providers/price.h"

/* ==== who speaks a sentence =================================================================== */

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

static void voice_choose(struct synthesis *v)
{
    const struct profile *p = v->env->profile;

    v->voice = (struct voice){
        .language = p->language,
        .espeak = p->voice.espeak,
        .words_per_minute = p->voice.words_per_minute,
        .pitch = p->voice.pitch,
        .rate = p->voice.rate,
        .coding = coding_of(p->voice.coding),
    };
    v->by_vendor = providers_speaks(p) && ladder_might(v->env, LADDER_SPEAK_GOOGLE);
    v->vendor = (struct vendor_voice){
        .vendor = ladder_name(LADDER_SPEAK_GOOGLE),
        .language = p->language,
        .locale = p->locale,
        .name = providers_instead(v->env->providers, p->locale, p->voice.google.name),
        .speaking_rate = p->voice.google.speaking_rate,
        .pitch = p->voice.google.pitch,
        .effects = p->voice.google.effects,
        .effects_n = p->voice.google.effects_n,
        .rate = p->voice.rate,
        .coding = v->voice.coding,
    };
}

static const char *voice_key(const struct synthesis *y, const char *said)
{
    const struct vendor_voice *g = &y->vendor;
    const struct voice *v = &y->voice;

    if (!y->by_vendor)
        return arena_printf(y->env->arena, "%s\n%s\n%d %d %d %d\n%s", v->language, v->espeak,
                            v->words_per_minute, v->pitch, v->rate, (int)v->coding, said);
    /* A profile's effects do not change while the process lives. */
    return arena_printf(y->env->arena, "%s %s\n%g %g %d %d\n%s\n%s", g->vendor, g->name,
                        g->speaking_rate, g->pitch, g->rate, (int)g->coding, y->env->profile->name,
                        said);
}

/* ERR_NOT_FOUND: the vendor is to be asked for the phrase; any other error: it cannot be. */
static enum err find_cached(struct synthesis *v, size_t i, struct why *why)
{
    struct piece *p = &v->piece[i];
    struct sentence *s = &v->sentence[i];

    enum err e = vendor_voice_prepare(v->env->arena, &v->vendor, s->text, &p->phrase, why);
    if (e != ERR_OK)
        return e;
    return vendor_voice_cached(v->speaker, &p->phrase, v->env->arena, &s->sound);
}

static bool voice_cached(struct synthesis *v, size_t i)
{
    struct sentence *s = &v->sentence[i];

    if (v->by_vendor)
        return find_cached(v, i, NULL) == ERR_OK;
    return speak_cached(v->speaker, &v->voice, s->text, v->env->arena, &s->sound) == ERR_OK;
}

/* ---- the embedded voice -------------------------------------------------------------------------- */

static void embed_failed(struct synthesis *v, const struct why *why)
{
    v->no_espeak = true;
    env_fault(v->env, why);
}

static bool may_embed(struct synthesis *v)
{
    return !v->no_espeak && ladder_has(v->env, LADDER_SPEAK_ESPEAK);
}

/* Text alone is the last rung. */
static void embed(struct synthesis *v, size_t i)
{
    struct sentence *s = &v->sentence[i];
    struct deadline d = v->env->deadline;
    struct why why = {0};

    if (deadline_left_ms(d) < EMBEDDED_MS)
        d = deadline_in_ms(EMBEDDED_MS);
    /* Words that cannot be looked up cannot be spoken either: that is no fault of the voice. */
    enum err e = speak_cached(v->speaker, &v->voice, s->text, v->env->arena, &s->sound);
    if (e == ERR_NOT_FOUND && may_embed(v) && env_commit(v->env, NULL) == ERR_OK) {
        e = speak(v->speaker, &v->voice, s->text, d, v->env->arena, &s->sound, &why);
        if (e != ERR_OK)
            embed_failed(v, &why);
    }
    if (e != ERR_OK)
        s->sound = (struct spoken){0};
    v->piece[i].state = PIECE_READY;
}

/* ---- the vendor's voice -------------------------------------------------------------------------- */

/* From this sentence on the embedded voice speaks, whatever had come of the vendor's already. */
static void leave_vendor(struct synthesis *v, size_t i)
{
    v->by_vendor = false;
    for (; i < SYNTHESISE_SENTENCES; i++) {
        attempt_drop(&v->piece[i].attempt);
        v->piece[i].state = PIECE_WAITS;
        v->piece[i].fresh = false;
        v->sentence[i].sound = (struct spoken){0};
    }
}

static void vendor_failed(struct synthesis *v, size_t i, enum err e, const struct verdict *verdict,
                          int64_t again_ms, const struct why *why)
{
    if (v->by_vendor)
        ladder_failed(v->env, LADDER_SPEAK_GOOGLE, attempt_is_hard(e, verdict), again_ms, why);
    leave_vendor(v, i);
}

static size_t under_way(const struct synthesis *v)
{
    size_t n = 0;

    for (size_t i = v->delivered; i < v->sentences; i++)
        n += v->piece[i].state == PIECE_ASKED;
    return n;
}

/* How long the vendor may take: what is kept is the embedded voice's. */
static int left_for_vendor(const struct synthesis *v)
{
    int left = deadline_left_ms(v->env->deadline) - KEEP_MS;
    int most = v->env->providers->speak_ms;

    return left < 0 ? 0 : left < most ? left : most;
}

static enum err ask(struct synthesis *v, size_t i, struct verdict *verdict, struct why *why)
{
    struct providers *o = v->env->providers;
    const struct vendor_voice *voice = &v->vendor;
    struct piece *p = &v->piece[i];
    struct google_access access = {0};
    struct http_request req = {0};

    enum err e = google_session_is_ready(&o->google) ? ERR_OK : env_commit(v->env, why);
    if (e == ERR_OK)
        e = google_session_access(&o->google, v->env->arena,
                                  deadline_cap_ms(v->env->deadline, left_for_vendor(v)), &access,
                                  verdict, why);
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
        e = google_tts_request(v->env->arena, o->tts_url, &access, &tts, &req, why);
    int left = left_for_vendor(v);
    if (e == ERR_OK && left <= 0)
        e = why_set(why, ERR_DEADLINE, "no time was left for a vendor's voice");
    p->tries++;
    p->voice = voice->name;
    p->token = access.token;
    return e == ERR_OK ? attempt_start(&p->attempt, v->env, LADDER_SPEAK_GOOGLE, &req, left, why)
                       : e;
}

/* A word or a figure without end may be longer than one request holds, most of all when spoken. */
static bool may_be_sent(const struct vendor_phrase *p)
{
    return p->words != NULL && strlen(p->words) <= GOOGLE_TTS_TEXT_MAX;
}

static void begin(struct synthesis *v, size_t i)
{
    struct verdict verdict = {.kind = VERDICT_DONE};
    struct why why = {0};

    enum err e = find_cached(v, i, &why);
    if (e == ERR_OK) {
        v->piece[i].state = PIECE_READY;
        return;
    }
    if (e != ERR_NOT_FOUND) { /* no fault of the vendor's: it was not asked */
        env_fault(v->env, &why);
        leave_vendor(v, i);
        return;
    }
    if (under_way(v) >= AT_ONCE)
        return;
    /* What no vendor takes is not the vendor's fault; or another worker tries it just now. */
    if (!may_be_sent(&v->piece[i].phrase) || !ladder_may(v->env, LADDER_SPEAK_GOOGLE)) {
        leave_vendor(v, i);
        return;
    }
    e = ask(v, i, &verdict, &why);
    if (e == ERR_OK)
        v->piece[i].state = PIECE_ASKED;
    else
        vendor_failed(v, i, e, &verdict, 0, &why);
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
static bool other_voice(struct synthesis *v, const struct piece *p)
{
    const struct profile *of = v->env->profile;
    struct vendor_voice *now = &v->vendor;

    if (strcmp(p->voice, now->name) != 0)
        return true;
    const char *next = after(of->locale, of->voice.google.name, now->name);
    if (next == NULL)
        return false;
    providers_learn(v->env->providers, of->locale, of->voice.google.name, next);
    now->name = next;
    return true;
}

static bool again(struct synthesis *v, const struct piece *p, enum err net,
                  const struct http_reply *reply, const struct verdict *verdict)
{
    struct retry_case how = {
        .err = net,
        .status = reply->status,
        .retry_after_ms = verdict_pause_ms(verdict, reply->retry_after_ms),
        .should_retry = reply->should_retry,
        .sent = true,
        .tries = p->tries,
        .chance = (uint8_t)clock_mono_us(), /* workers that failed together come back apart */
        .left_ms = attempt_pause_ms(v->env, KEEP_MS),
    };
    int64_t wait_ms = 0;

    if (verdict->kind == VERDICT_OTHER_VOICE)
        return other_voice(v, p);
    if (verdict->kind == VERDICT_RENEW)
        return p->tries < GOOGLE_SESSION_TRIES;
    if (p->tries >= TRIES || net == ERR_DEADLINE)
        return false;
    return retry_judge(RETRY_SPEECH, &how, &wait_ms) == RETRY_AGAIN &&
           deadline_sleep(v->env->deadline, (int)wait_ms);
}

static enum err read_sound(struct synthesis *v, size_t i, const struct http_reply *reply,
                           struct verdict *verdict, struct why *why)
{
    struct pcm pcm = {0};

    enum err e = google_tts_read(v->env->arena, reply, &pcm, verdict, why);
    if (verdict->kind == VERDICT_RENEW)
        google_session_refused(&v->env->providers->google, v->piece[i].token);
    if (e != ERR_OK)
        return e;
    return vendor_voice_make(v->env->arena, &v->vendor, &pcm, &v->sentence[i].sound, why);
}

static void take(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];
    struct http_reply reply = {.retry_after_ms = -1};
    struct verdict verdict = {.kind = VERDICT_AGAIN};
    struct why why = {0};

    enum err net = attempt_result(&p->attempt, &reply, &why);
    enum err e = net == ERR_OK ? read_sound(v, i, &reply, &verdict, &why) : net;
    /* Whoever made a sound is paid for it, also for one that is of no use. */
    bool made = net == ERR_OK && reply.status == 200;
    attempt_pay(&p->attempt, e, made ? price_speak(p->voice, p->phrase.words) : 0);
    attempt_drop(&p->attempt);
    if (e == ERR_OK) {
        p->state = PIECE_READY;
        p->fresh = true;
        ladder_worked(v->env, LADDER_SPEAK_GOOGLE);
        return;
    }
    p->state = PIECE_WAITS;
    if (!again(v, p, net, &reply, &verdict))
        vendor_failed(v, i, e, &verdict, verdict_pause_ms(&verdict, reply.retry_after_ms), &why);
}

static void voice_move(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];

    if (p->state == PIECE_ASKED && attempt_ended(&p->attempt))
        take(v, i);
    if (p->state == PIECE_WAITS && v->by_vendor)
        begin(v, i);
    if (p->state == PIECE_WAITS && !v->by_vendor && i == v->delivered)
        embed(v, i);
}

static void voice_keep(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];

    if (!p->fresh)
        return;
    p->fresh = false;
    vendor_voice_keep(v->speaker, &p->phrase, &v->sentence[i].sound);
}

static void voice_give_up(struct synthesis *v, const struct why *why)
{
    const struct verdict verdict = {.kind = VERDICT_AGAIN};

    vendor_failed(v, v->delivered, ERR_DEADLINE, &verdict, 0, why);
}

/* ==== sentences on their way ================================================================== */

#define PAUSE_MS 120                 /* between two sentences of one answer */
#define TEXT_MAX ((size_t)64 * 1024) /* bytes of an answer */

void synthesise_begin(struct synthesis *v, struct env *env, const struct speaker *speaker,
                      struct cache_recent *recent)
{
    v->env = env;
    v->speaker = speaker;
    v->recent = recent;
    v->speak_rung = "";
    v->speak_us = -1;
    buf_init(&v->text, env->arena, TEXT_MAX);
}

/* The profile's voices, chosen when the first sentence is there: many turns are never spoken. */
static void choose_once(struct synthesis *v)
{
    if (!v->chosen)
        voice_choose(v);
    v->chosen = true;
}

/* ---- sentences ----------------------------------------------------------------------------------- */

/* The answer from its last place on. Each sentence is looked for behind the one before: the same
 * words may come twice. */
static const char *rest_from(const char *said, const char *const *text)
{
    for (size_t i = 0; i < SYNTHESISE_SENTENCES - 1; i++)
        said = strstr(said, text[i]) + strlen(text[i]);
    return strstr(said, text[SYNTHESISE_SENTENCES - 1]);
}

enum err synthesise_cut(struct synthesis *v, const char *said)
{
    const char **text = NULL;
    size_t n = 0;

    enum err e = sentence_split(v->env->arena, languages, said, &text, &n);
    if (e != ERR_OK)
        return e;
    /* More sentences than places is no answer for a telephone; the last place takes the rest. */
    v->sentences = n < SYNTHESISE_SENTENCES ? n : SYNTHESISE_SENTENCES;
    for (size_t i = 0; i < v->sentences; i++)
        v->sentence[i] = (struct sentence){.text = text[i]};
    if (n > SYNTHESISE_SENTENCES)
        v->sentence[SYNTHESISE_SENTENCES - 1].text = rest_from(said, text);
    v->ended = true;
    return ERR_OK;
}

/* Does `at` begin a line of the answer? Its first line does where it looks like a list's first. */
static bool begins_line(const char *text, const char *at)
{
    const char *p = at;

    while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    return p == text ? *at == '1' : p[-1] == '\n';
}

/* What has neither a letter nor a digit, a lone quotation mark, is not spoken. */
static enum err add_sentence(struct synthesis *v, const char *written, bool first)
{
    const char *text = NULL;

    if (markdown_strip(v->env->arena, written, first, &text) != ERR_OK)
        return ERR_MEMORY;
    char *folded = text_fold(v->env->arena, text);
    if (folded == NULL)
        return ERR_MEMORY;
    if (*folded == '\0')
        return ERR_OK;
    if (v->sentences == SYNTHESISE_SENTENCES)
        return ERR_TOO_BIG;
    v->sentence[v->sentences++] = (struct sentence){.text = text};
    return ERR_OK;
}

/* Cuts off the sentences that are whole, all of them once the text has ended. */
static enum err cut_ready(struct synthesis *v)
{
    const char *text = buf_text(&v->text);
    const char **piece = NULL;
    size_t n = 0;

    enum err e = v->ended
                     ? sentence_split(v->env->arena, languages, text + v->cut, &piece, &n)
                     : sentence_split_growing(v->env->arena, languages, text + v->cut, &piece, &n);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        const char *at = strstr(text + v->cut, piece[i]);
        assert(at != NULL); /* a piece is a part of the text */
        v->cut = (size_t)(at - text) + strlen(piece[i]);
        e = add_sentence(v, piece[i], begins_line(text, at));
    }
    return e;
}

/* The marks of a model that writes for the eye all the same would hide where its sentences end. */
static void put_plain(struct buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!markdown_is_mark((unsigned char)text[i]))
            buf_putc(b, text[i]);
}

enum err synthesise_add(struct synthesis *v, const char *text, size_t n)
{
    put_plain(&v->text, text, n);
    enum err e = buf_err(&v->text);
    return e == ERR_OK ? cut_ready(v) : e;
}

enum err synthesise_pause(struct synthesis *v)
{
    buf_putc(&v->text, '\n');
    enum err e = buf_err(&v->text);
    return e == ERR_OK ? cut_ready(v) : e;
}

enum err synthesise_end_text(struct synthesis *v)
{
    v->ended = true;
    return cut_ready(v);
}

enum err synthesise_break_off(struct synthesis *v)
{
    if (v->sentences > 0)
        v->cut = v->text.len;
    return synthesise_end_text(v);
}

/* ---- voices -------------------------------------------------------------------------------------- */

static void account(struct synthesis *v, const struct spoken *sound)
{
    /* The slowest rung that served names the stage. */
    if (sound->rung != NULL && (v->speak_rung[0] == '\0' || strcmp(v->speak_rung, "cache") == 0))
        v->speak_rung = sound->rung;
    v->speak_us = clock_mono_us() - v->from_us;
}

bool synthesise_ready(struct synthesis *v, const char *said)
{
    if (v->sentences == 0)
        return false;
    choose_once(v);
    v->from_us = clock_mono_us();
    v->delivered = v->sentences;
    const char *key = voice_key(v, said);
    v->whole = key == NULL ? NULL : cache_recent_find(v->recent, key);
    if (v->whole != NULL) {
        account(v, &(struct spoken){.rung = "cache"});
        return true;
    }
    for (size_t i = 0; i < v->sentences; i++)
        if (!voice_cached(v, i)) {
            v->delivered = 0;
            return false;
        }
    for (size_t i = 0; i < v->sentences; i++)
        account(v, &v->sentence[i].sound);
    v->recent_key = key;
    return true;
}

static bool deliver(struct synthesis *v)
{
    size_t before = v->delivered;

    while (v->delivered < v->sentences && v->piece[v->delivered].state == PIECE_READY) {
        struct sentence *s = &v->sentence[v->delivered++];
        account(v, &s->sound);
        if (v->on_sentence != NULL && env_commit(v->env, NULL) == ERR_OK)
            v->on_sentence(v->to, s);
    }
    return v->delivered > before;
}

void synthesise_move(struct synthesis *v)
{

    if (v->from_us == 0 && v->sentences > 0)
        v->from_us = clock_mono_us();
    if (v->sentences > 0)
        choose_once(v);
    do {
        for (size_t i = v->delivered; i < v->sentences; i++)
            voice_move(v, i);
    } while (deliver(v));
    for (size_t i = 0; i < v->sentences; i++)
        voice_keep(v, i);
}

void synthesise_finish(struct synthesis *v)
{
    struct why why = {0};

    synthesise_move(v);
    while (v->delivered < v->sentences) {
        enum err e = attempt_wait(v->env, &why);
        if (e != ERR_OK)
            voice_give_up(v, &why);
        synthesise_move(v);
    }
}

void synthesise_speak(struct synthesis *v)
{
    for (size_t i = 0; i < v->sentences; i++)
        if (v->sentence[i].sound.wav != NULL)
            v->piece[i].state = PIECE_READY;
    synthesise_finish(v);
}

bool synthesise_has_delivered(const struct synthesis *v)
{
    return v->on_sentence != NULL && v->delivered > 0;
}

void synthesise_drop(struct synthesis *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < SYNTHESISE_SENTENCES; i++)
        attempt_drop(&v->piece[i].attempt);
}

void synthesise_forget(struct synthesis *v)
{

    assert(v != NULL && !synthesise_has_delivered(v));
    synthesise_drop(v);
    memset(v->piece, 0, sizeof v->piece);
    buf_clear(&v->text);
    v->cut = v->delivered = 0;
    v->ended = false;
    v->sentences = 0;
}

/* ---- what was said ------------------------------------------------------------------------------- */

enum err synthesise_said(struct synthesis *v, const char **ret)
{
    struct buf b;
    bool voiced = false;

    for (size_t i = 0; i < v->sentences; i++)
        voiced = voiced || v->sentence[i].sound.wav != NULL;
    buf_init(&b, v->env->arena, TEXT_MAX);
    for (size_t i = 0; i < v->sentences; i++) {
        if (voiced && v->sentence[i].sound.wav == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, v->sentence[i].text);
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

static enum err join(struct synthesis *v, const char **ret, size_t *ret_len)
{
    const char *wav[SYNTHESISE_SENTENCES];
    size_t len[SYNTHESISE_SENTENCES];
    size_t n = 0;

    for (size_t i = 0; i < v->sentences; i++) {
        if (v->sentence[i].sound.wav == NULL)
            continue;
        wav[n] = v->sentence[i].sound.wav;
        len[n++] = v->sentence[i].sound.len;
    }
    *ret = n == 0 ? NULL : wav[0];
    *ret_len = n == 0 ? 0 : len[0];
    return n < 2 ? ERR_OK : sound_join(v->env->arena, wav, len, n, PAUSE_MS, ret, ret_len);
}

enum err synthesise_sound(struct synthesis *v, const char **ret, size_t *ret_len,
                          const char **ret_sha256)
{
    const char *wav = NULL;
    size_t len = 0;

    if (v->whole == NULL) {
        enum err e = join(v, &wav, &len);
        if (e != ERR_OK)
            return e;
        if (v->recent_key != NULL)
            v->whole = cache_recent_keep(v->recent, v->recent_key, wav, len);
    }
    *ret = v->whole == NULL ? wav : v->whole->wav;
    *ret_len = v->whole == NULL ? len : v->whole->len;
    *ret_sha256 = v->whole == NULL ? NULL : v->whole->sha256;
    return ERR_OK;
}
