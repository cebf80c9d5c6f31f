#include "dialogue/synthesise.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dialogue/turn-inside.h"
#include "net/retry.h"
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

/* ==== sentences on their way ================================================================== */

#define PAUSE_MS 120                 /* between two sentences of one answer */
#define TEXT_MAX ((size_t)64 * 1024) /* bytes of an answer */

enum err voicing_begin(struct conversation *c)
{
    struct voicing *v = arena_calloc(c->arena, 1, sizeof *v);

    if (v == NULL)
        return ERR_MEMORY;
    buf_init(&v->text, c->arena, TEXT_MAX);
    voices_choose(v, c);
    c->voicing = v;
    return ERR_OK;
}

/* ---- sentences ----------------------------------------------------------------------------------- */

/* The answer from its last place on. Each sentence is looked for behind the one before: the same
 * words may come twice. */
static const char *rest_from(const char *said, const char *const *text)
{
    for (size_t i = 0; i < CONVERSATION_SENTENCES - 1; i++)
        said = strstr(said, text[i]) + strlen(text[i]);
    return strstr(said, text[CONVERSATION_SENTENCES - 1]);
}

enum err voicing_cut(struct conversation *c)
{
    const char **text = NULL;
    size_t n = 0;

    enum err e = sentence_split(c->arena, languages, c->said, &text, &n);
    if (e != ERR_OK)
        return e;
    /* More sentences than places is no answer for a telephone; the last place takes the rest. */
    c->sentences = n < CONVERSATION_SENTENCES ? n : CONVERSATION_SENTENCES;
    for (size_t i = 0; i < c->sentences; i++)
        c->sentence[i] = (struct sentence){.text = text[i]};
    if (n > CONVERSATION_SENTENCES)
        c->sentence[CONVERSATION_SENTENCES - 1].text = rest_from(c->said, text);
    c->voicing->ended = true;
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
static enum err add_sentence(struct conversation *c, const char *written, bool first)
{
    const char *text = NULL;

    if (markdown_strip(c->arena, written, first, &text) != ERR_OK)
        return ERR_MEMORY;
    char *folded = text_fold(c->arena, text);
    if (folded == NULL)
        return ERR_MEMORY;
    if (*folded == '\0')
        return ERR_OK;
    if (c->sentences == CONVERSATION_SENTENCES)
        return ERR_TOO_BIG;
    c->sentence[c->sentences++] = (struct sentence){.text = text};
    return ERR_OK;
}

/* Cuts off the sentences that are whole, all of them once the text has ended. */
static enum err cut_ready(struct conversation *c)
{
    struct voicing *v = c->voicing;
    const char *text = buf_text(&v->text);
    const char **piece = NULL;
    size_t n = 0;

    enum err e = v->ended ? sentence_split(c->arena, languages, text + v->cut, &piece, &n)
                          : sentence_split_growing(c->arena, languages, text + v->cut, &piece, &n);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        const char *at = strstr(text + v->cut, piece[i]);
        assert(at != NULL); /* a piece is a part of the text */
        v->cut = (size_t)(at - text) + strlen(piece[i]);
        e = add_sentence(c, piece[i], begins_line(text, at));
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

enum err voicing_add(struct conversation *c, const char *text, size_t n)
{
    put_plain(&c->voicing->text, text, n);
    enum err e = buf_err(&c->voicing->text);
    return e == ERR_OK ? cut_ready(c) : e;
}

enum err voicing_pause(struct conversation *c)
{
    buf_putc(&c->voicing->text, '\n');
    enum err e = buf_err(&c->voicing->text);
    return e == ERR_OK ? cut_ready(c) : e;
}

enum err voicing_end_text(struct conversation *c)
{
    c->voicing->ended = true;
    return cut_ready(c);
}

enum err voicing_break_off(struct conversation *c)
{
    if (c->sentences > 0)
        c->voicing->cut = c->voicing->text.len;
    return voicing_end_text(c);
}

/* ---- voices -------------------------------------------------------------------------------------- */

static void account(struct conversation *c, const struct spoken *sound)
{
    /* The slowest rung that served names the stage. */
    if (sound->rung != NULL &&
        (c->turn.speak_rung[0] == '\0' || strcmp(c->turn.speak_rung, "cache") == 0))
        c->turn.speak_rung = sound->rung;
    c->turn.speak_us = clock_mono_us() - c->voicing->from_us;
}

bool voicing_ready(struct conversation *c)
{
    if (c->sentences == 0)
        return false;
    c->voicing->from_us = clock_mono_us();
    c->voicing->delivered = c->sentences;
    const char *key = voices_key(c);
    c->whole = key == NULL ? NULL : recall_find(&c->house->recall, key);
    if (c->whole != NULL) {
        account(c, &(struct spoken){.rung = "cache"});
        return true;
    }
    for (size_t i = 0; i < c->sentences; i++)
        if (!voices_cached(c, i)) {
            c->voicing->delivered = 0;
            return false;
        }
    for (size_t i = 0; i < c->sentences; i++)
        account(c, &c->sentence[i].sound);
    c->recall_key = key;
    return true;
}

static bool deliver(struct conversation *c)
{
    struct voicing *v = c->voicing;
    size_t before = v->delivered;

    while (v->delivered < c->sentences && v->piece[v->delivered].state == PIECE_READY) {
        struct sentence *s = &c->sentence[v->delivered++];
        account(c, &s->sound);
        if (c->on_sentence != NULL && settle(c, NULL) == ERR_OK)
            c->on_sentence(c->to, s);
    }
    return v->delivered > before;
}

void voicing_move(struct conversation *c)
{
    struct voicing *v = c->voicing;

    if (v->from_us == 0 && c->sentences > 0)
        v->from_us = clock_mono_us();
    do {
        for (size_t i = v->delivered; i < c->sentences; i++)
            voices_move(c, i);
    } while (deliver(c));
    for (size_t i = 0; i < c->sentences; i++)
        voices_keep(c, i);
}

void voicing_finish(struct conversation *c)
{
    struct why why = {0};

    voicing_move(c);
    while (c->voicing->delivered < c->sentences) {
        enum err e = errand_wait(c, &why);
        if (e != ERR_OK)
            voices_give_up(c, &why);
        voicing_move(c);
    }
}

void voicing_speak(struct conversation *c)
{
    for (size_t i = 0; i < c->sentences; i++)
        if (c->sentence[i].sound.wav != NULL)
            c->voicing->piece[i].state = PIECE_READY;
    voicing_finish(c);
}

bool voicing_has_delivered(const struct conversation *c)
{
    return c->on_sentence != NULL && c->voicing->delivered > 0;
}

void voicing_drop(struct conversation *c)
{
    if (c->voicing == NULL)
        return;
    for (size_t i = 0; i < CONVERSATION_SENTENCES; i++)
        errand_drop(&c->voicing->piece[i].errand);
}

void voicing_forget(struct conversation *c)
{
    struct voicing *v = c->voicing;

    assert(v != NULL && !voicing_has_delivered(c));
    voicing_drop(c);
    memset(v->piece, 0, sizeof v->piece);
    buf_clear(&v->text);
    v->cut = v->delivered = 0;
    v->ended = false;
    c->sentences = 0;
}

/* ---- what was said ------------------------------------------------------------------------------- */

enum err voicing_said(struct conversation *c, const char **ret)
{
    struct buf b;
    bool voiced = false;

    for (size_t i = 0; i < c->sentences; i++)
        voiced = voiced || c->sentence[i].sound.wav != NULL;
    buf_init(&b, c->arena, TEXT_MAX);
    for (size_t i = 0; i < c->sentences; i++) {
        if (voiced && c->sentence[i].sound.wav == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, c->sentence[i].text);
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

static enum err join(struct conversation *c, const char **ret, size_t *ret_len)
{
    const char *wav[CONVERSATION_SENTENCES];
    size_t len[CONVERSATION_SENTENCES];
    size_t n = 0;

    for (size_t i = 0; i < c->sentences; i++) {
        if (c->sentence[i].sound.wav == NULL)
            continue;
        wav[n] = c->sentence[i].sound.wav;
        len[n++] = c->sentence[i].sound.len;
    }
    *ret = n == 0 ? NULL : wav[0];
    *ret_len = n == 0 ? 0 : len[0];
    return n < 2 ? ERR_OK : sound_join(c->arena, wav, len, n, PAUSE_MS, ret, ret_len);
}

enum err conversation_sound(struct conversation *c, const char **ret, size_t *ret_len,
                            const char **ret_sha256)
{
    const char *wav = NULL;
    size_t len = 0;

    if (c->whole == NULL) {
        enum err e = join(c, &wav, &len);
        if (e != ERR_OK)
            return e;
        if (c->recall_key != NULL)
            c->whole = recall_keep(&c->house->recall, c->recall_key, wav, len);
    }
    *ret = c->whole == NULL ? wav : c->whole->wav;
    *ret_len = c->whole == NULL ? len : c->whole->len;
    *ret_sha256 = c->whole == NULL ? NULL : c->whole->sha256;
    return ERR_OK;
}
