#include "dialogue/voicing.h"

#include <string.h>

#include "speech/sentence.h"
#include "speech/sound.h"

#define PAUSE_MS 120 /* between two sentences of one answer */

static struct voice voice_of(const struct profile *p)
{
    static const struct {
        const char *name;
        enum wav_coding coding;
    } codings[] = {{"pcm16", WAV_PCM16}, {"mulaw", WAV_MULAW}, {"alaw", WAV_ALAW}};
    struct voice v = {
        .language = p->language,
        .espeak = p->voice.espeak,
        .words_per_minute = p->voice.words_per_minute,
        .pitch = p->voice.pitch,
        .rate = p->voice.rate,
        .coding = WAV_PCM16,
    };

    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++)
        if (strcmp(p->voice.coding, codings[i].name) == 0)
            v.coding = codings[i].coding;
    return v;
}

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

    enum err e = sentence_split(c->arena, c->said, &text, &n);
    if (e != ERR_OK)
        return e;
    /* More sentences than places is no answer for a telephone; the last place takes the rest. */
    c->sentences = n < CONVERSATION_SENTENCES ? n : CONVERSATION_SENTENCES;
    for (size_t i = 0; i < c->sentences; i++)
        c->sentence[i] = (struct sentence){.text = text[i]};
    if (n > CONVERSATION_SENTENCES)
        c->sentence[CONVERSATION_SENTENCES - 1].text = rest_from(c->said, text);
    return ERR_OK;
}

static void account(struct conversation *c, const struct spoken *sound)
{
    c->turn.speak_us = (c->turn.speak_us < 0 ? 0 : c->turn.speak_us) + sound->took_us;
    /* The slowest rung that served names the stage. */
    if (c->turn.speak_rung[0] == '\0' || strcmp(c->turn.speak_rung, "cache") == 0)
        c->turn.speak_rung = sound->rung;
}

/* Everything that shapes the sound of a whole answer. */
static const char *key_of(const struct conversation *c, const struct voice *v)
{
    return arena_printf(c->arena, "%s\n%s\n%d %d %d %d\n%s", v->language, v->espeak,
                        v->words_per_minute, v->pitch, v->rate, (int)v->coding, c->said);
}

bool voicing_ready(struct conversation *c)
{
    struct voice v = voice_of(c->profile);
    int64_t start = clock_mono_us();

    if (c->sentences == 0)
        return false;
    const char *key = key_of(c, &v);
    c->whole = key == NULL ? NULL : recall_find(&c->house->recall, key);
    if (c->whole != NULL) {
        account(c, &(struct spoken){.rung = "cache", .took_us = clock_mono_us() - start});
        return true;
    }
    for (size_t i = 0; i < c->sentences; i++)
        if (speak_cached(&c->house->speaker, &v, c->sentence[i].text, c->arena,
                         &c->sentence[i].sound) != ERR_OK)
            return false;
    for (size_t i = 0; i < c->sentences; i++)
        account(c, &c->sentence[i].sound);
    c->recall_key = key;
    return true;
}

void voicing_speak(struct conversation *c)
{
    struct voice v = voice_of(c->profile);
    bool dead = false; /* a voice that failed once is not waited for again within the turn */

    for (size_t i = 0; i < c->sentences; i++) {
        struct sentence *s = &c->sentence[i];
        struct why why = {0};
        enum err e = ERR_OK;
        if (s->sound.wav == NULL)
            e = dead ? speak_cached(&c->house->speaker, &v, s->text, c->arena, &s->sound)
                     : speak(&c->house->speaker, &v, s->text, c->deadline, c->arena, &s->sound,
                             &why);
        if (e == ERR_OK)
            account(c, &s->sound);
        else
            s->sound = (struct spoken){0};
        if (e != ERR_OK && !dead) {
            dead = true;
            c->turn.faults++;
            c->fault = why;
        }
        if (c->on_sentence != NULL)
            c->on_sentence(c->to, s);
    }
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
