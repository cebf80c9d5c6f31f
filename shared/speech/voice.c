#include "speech/voice.h"

#include <string.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/digest.h"
#include "base/text.h"
#include "language/language.h"
#include "language/verbalise.h"
#include "speech/cache.h"
#include "speech/sound.h"

/* ==== what every voice does =================================================================== */

/* What a synthesiser would take as phonemes, markup or a command is a pause to a listener. */
static char heard(uint32_t c)
{
    if (c == '\n' || c == '\t')
        return ' ';
    if (c < 0x20 || c == 0x7f || c == 0xfffd || (c < 0x80 && strchr("[]<>{}|\\^~`_", (int)c)))
        return ' ';
    return '\0';
}

static enum err clean(struct arena *a, const char *text, const char **ret)
{
    struct buf out;
    bool sounds = false;
    char utf8[4];

    buf_init(&out, a, strlen(text) * 3 + 2);
    while (*text != '\0') {
        uint32_t c = text_next(&text);
        char instead = heard(c);
        sounds = sounds || (instead == '\0' && c != ' ' && c != 0xa0);
        if (instead != '\0')
            buf_putc(&out, instead);
        else
            buf_put(&out, utf8, text_encode(c, utf8));
    }
    if (buf_err(&out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&out);
    return sounds ? ERR_OK : ERR_VALUE;
}

/* The text as it is spoken (verbalise.h), without what a synthesiser takes as markup. It is in the
 * language of this code, or in the one that its letters tell (language_of_text): a business's model
 * answers a caller in theirs. ERR_VALUE: empty or longer than SPEAK_TEXT_MAX; ERR_MEMORY. */
static enum err speaking_words(struct arena *a, const char *language, const char *text,
                               const char **ret, struct why *why)
{
    if (strlen(text) > SPEAK_TEXT_MAX)
        return why_set(why, ERR_VALUE, "the text is longer than %d bytes", SPEAK_TEXT_MAX);
    const struct language *l = language_of_text(languages, language_find(language), text);
    enum err e = verbalise(a, l, text, ret);
    if (e == ERR_OK)
        e = clean(a, *ret, ret);
    return e == ERR_VALUE ? why_set(why, e, "the text is empty") : e;
}

enum err speaking_finish(struct arena *a, struct pcm *raw, int rate, enum wav_coding coding,
                         struct spoken *ret, struct why *why)
{
    struct buf out;
    struct pcm p;

    sound_trim(raw);
    enum err e = sound_resample(a, raw, rate, &p);
    if (e != ERR_OK)
        return why_set(why, e, "unable to resample to %d Hz", rate);
    sound_level(&p);
    buf_init(&out, a, p.n * 2 + 128);
    e = wav_write(&out, &p, coding);
    if (e != ERR_OK)
        return e;
    ret->wav = out.data;
    ret->len = out.len;
    ret->sound_ms = (int)((uint64_t)p.n * 1000 / (uint64_t)p.rate);
    return ERR_OK;
}

/* Looks in the cache, among everybody's sounds and the call's own; fills all but took_us. */
static bool speaking_remembered(const struct speaker *sp, const char key[static DIGEST_HEX],
                                int64_t call_id, struct arena *a, struct spoken *ret)
{
    char *wav = NULL;

    if (*sp->cache == '\0')
        return false;
    enum err e = cache_get(a, sp->cache, key, CACHE_SHARED, &wav, &ret->len);
    if (e != ERR_OK && call_id != CACHE_SHARED)
        e = cache_get(a, sp->cache, key, call_id, &wav, &ret->len);
    if (e != ERR_OK)
        return false;
    ret->wav = wav;
    ret->sound_ms = sound_length_ms(wav, ret->len);
    ret->rung = "cache";
    return true;
}

/* A cache that refuses costs time, not the answer. */
static void speaking_remember(const struct speaker *sp, const char key[static DIGEST_HEX],
                              int64_t call_id, const struct spoken *s)
{
    if (*sp->cache == '\0')
        return;
    enum err e = cache_put(sp->cache, key, call_id, s->wav, s->len, sp->cache_max, sp->cache_room);
    (void)e;
}

/* ==== a vendor's voice ======================================================================== */

/* Raise it when anything here changes how the same words sound. Never what an espeak-ng key begins
 * with (ESPEAK_FORMAT). */
#define FORMAT "holos vendor voice 2"

#define KEY_MAX ((size_t)64 * 1024)

static enum err key_of(struct arena *a, const struct vendor_voice *v, const char *words,
                       char ret[static DIGEST_HEX])
{
    struct buf all;

    buf_init(&all, a, KEY_MAX);
    buf_printf(&all, "%s\n%s\n%s\n%s\n%s\n%.6g %.6g %d %d %zu\n", FORMAT, v->vendor, v->language,
               v->locale, v->name, v->with->speaking_rate, v->with->pitch, v->rate, (int)v->coding,
               v->with->effects_n);
    for (size_t i = 0; i < v->with->effects_n; i++)
        buf_printf(&all, "%s\n", v->with->effects[i]);
    buf_puts(&all, words);
    enum err e = buf_err(&all);
    return e == ERR_OK ? digest_sha256(all.data, all.len, ret) : ERR_MEMORY;
}

enum err vendor_voice_prepare(struct arena *a, const struct vendor_voice *v, const char *text,
                              struct vendor_phrase *ret, struct why *why)
{
    struct vendor_phrase p = {.words = "", .call_id = v->call_id};

    enum err e = speaking_words(a, v->language, text, &p.words, why);
    if (e == ERR_OK)
        e = key_of(a, v, p.words, p.key);
    if (e == ERR_OK)
        *ret = p;
    return e;
}

enum err vendor_voice_cached(const struct speaker *sp, const struct vendor_phrase *p,
                             struct arena *a, struct spoken *ret)
{
    struct spoken kept = {0};
    int64_t start = clock_mono_us();

    if (!speaking_remembered(sp, p->key, p->call_id, a, &kept))
        return ERR_NOT_FOUND;
    kept.took_us = clock_mono_us() - start;
    *ret = kept;
    return ERR_OK;
}

enum err vendor_voice_make(struct arena *a, const struct vendor_voice *v, struct pcm *sound,
                           struct spoken *ret, struct why *why)
{
    struct spoken made = {.rung = v->vendor};
    int64_t start = clock_mono_us();

    if (sound_is_silent(sound))
        return why_set(why, ERR_PEER, "%s sent only silence", v->vendor);
    enum err e = speaking_finish(a, sound, v->rate, v->coding, &made, why);
    if (e != ERR_OK)
        return e;
    made.took_us = clock_mono_us() - start;
    *ret = made;
    return ERR_OK;
}

void vendor_voice_keep(const struct speaker *sp, const struct vendor_phrase *p,
                       const struct spoken *made)
{
    speaking_remember(sp, p->key, p->call_id, made);
}

/* ==== espeak-ng =============================================================================== */

/* Raise it when anything here changes how the same words sound: old files are then never found. */
#define ESPEAK_FORMAT "holos speech 2"

#define PRINTED_MAX ((size_t)32 * 1024 * 1024) /* ten minutes of espeak-ng's sound */

static enum wav_coding coding_of(const char *name)
{
    if (strcmp(name, "mulaw") == 0)
        return WAV_MULAW;
    return strcmp(name, "alaw") == 0 ? WAV_ALAW : WAV_PCM16;
}

struct voice voice_of_profile(const struct profile *p)
{
    return (struct voice){.language = p->language,
                          .espeak = p->voice.espeak,
                          .words_per_minute = p->voice.words_per_minute,
                          .pitch = p->voice.pitch,
                          .rate = p->voice.rate,
                          .coding = coding_of(p->voice.coding)};
}

static enum err espeak_key_of(const struct speaker *sp, const struct voice *v, const char *words,
                              struct arena *a, char ret[static DIGEST_HEX])
{
    char *all =
        arena_printf(a, "%s\n%s\n%s\n%s\n%d %d %d %d\n%s", ESPEAK_FORMAT, sp->espeak, v->language,
                     v->espeak, v->words_per_minute, v->pitch, v->rate, (int)v->coding, words);

    return all == NULL ? ERR_MEMORY : digest_sha256(all, strlen(all), ret);
}

static enum err decode(struct arena *a, const char *program, const struct buf *printed,
                       struct pcm *ret, struct why *why)
{
    struct pcm p = {0};

    enum err e = wav_read(a, printed->data, printed->len, &p, NULL, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return why_set(why, ERR_CHILD, "%s printed no sound", program);
    if (sound_is_silent(&p))
        return why_set(why, ERR_CHILD, "%s printed only silence", program);
    *ret = p;
    return ERR_OK;
}

/* The text goes in by standard input: it can begin with a hyphen and stays out of ps(1). A synthesiser
 * reads whole lines. */
enum err voice_run(const char *const argv[], const char *text, struct deadline d, struct arena *a,
                   struct pcm *ret, struct why *why)
{
    const char *line = arena_printf(a, "%s\n", text);
    struct buf printed;

    if (line == NULL)
        return ERR_MEMORY;
    buf_init(&printed, a, PRINTED_MAX);
    enum err e = child_run(argv, line, strlen(line), &printed, d, why);
    if (e == ERR_CHILD && !child_exists(argv[0]))
        return why_set(why, e, "%s is not installed", argv[0]);
    if (e == ERR_TOO_BIG)
        return why_set(why, ERR_CHILD, "%s printed more than a sound can be", argv[0]);
    if (e == ERR_OK && printed.len == 0)
        return why_set(why, ERR_CHILD, "%s printed nothing", argv[0]);
    return e == ERR_OK ? decode(a, argv[0], &printed, ret, why) : e;
}

static enum err make(const struct speaker *sp, const struct voice *v, const char *words,
                     struct deadline d, struct arena *a, struct spoken *ret, struct why *why)
{
    char speed[16];
    char pitch[16];
    struct pcm raw = {0};
    const char *argv[] = {sp->espeak, "-v", v->espeak, "-s",      speed,      "-p",
                          pitch,      "-b", "1",       "--stdin", "--stdout", NULL};

    (void)snprintf(speed, sizeof speed, "%d", v->words_per_minute);
    (void)snprintf(pitch, sizeof pitch, "%d", v->pitch);
    enum err e = voice_run(argv, words, deadline_cap_ms(d, sp->step_ms), a, &raw, why);
    if (e == ERR_OK)
        e = speaking_finish(a, &raw, v->rate, v->coding, ret, why);
    if (e == ERR_OK)
        ret->rung = "espeak";
    return e;
}

/* A voice knows the letters of its own language only; the variant ("uk+f2") stays. ERR_MEMORY. */
static enum err fit_voice(struct arena *a, const struct voice *v, const char *text,
                          struct voice *ret)
{
    const struct language *usual = language_find(v->language);
    const struct language *l = language_of_text(languages, usual, text);
    const char *variant = strchr(v->espeak, '+');

    *ret = *v;
    if (l == usual)
        return ERR_OK;
    ret->language = l->code;
    ret->espeak = arena_printf(a, "%s%s", l->code, variant == NULL ? "" : variant);
    return ret->espeak == NULL ? ERR_MEMORY : ERR_OK;
}

/* What espeak-ng will read, by which voice, and the key under which its sound is kept. */
static enum err prepare(const struct speaker *sp, const struct voice *v, const char *text,
                        struct arena *a, struct voice *ret_voice, const char **ret_words,
                        char ret_key[static DIGEST_HEX], struct why *why)
{
    enum err e = speaking_words(a, v->language, text, ret_words, why);
    if (e == ERR_OK)
        e = fit_voice(a, v, text, ret_voice);
    return e == ERR_OK ? espeak_key_of(sp, ret_voice, *ret_words, a, ret_key) : e;
}

enum err speak(const struct speaker *sp, const struct voice *v, const char *text, struct deadline d,
               struct arena *a, struct spoken *ret, struct why *why)
{
    struct spoken made = {0};
    struct voice voice = {0};
    char key[DIGEST_HEX];
    const char *words = NULL;
    int64_t start = clock_mono_us();

    enum err e = prepare(sp, v, text, a, &voice, &words, key, why);
    if (e != ERR_OK)
        return e;
    if (!speaking_remembered(sp, key, v->call_id, a, &made)) {
        e = make(sp, &voice, words, d, a, &made, why);
        if (e != ERR_OK)
            return e;
        speaking_remember(sp, key, v->call_id, &made);
    }
    made.took_us = clock_mono_us() - start;
    *ret = made;
    return ERR_OK;
}

enum err speak_cached(const struct speaker *sp, const struct voice *v, const char *text,
                      struct arena *a, struct spoken *ret)
{
    struct spoken made = {0};
    struct voice voice = {0};
    char key[DIGEST_HEX];
    const char *words = NULL;
    int64_t start = clock_mono_us();

    enum err e = prepare(sp, v, text, a, &voice, &words, key, NULL);
    if (e != ERR_OK)
        return e;
    if (!speaking_remembered(sp, key, v->call_id, a, &made))
        return ERR_NOT_FOUND;
    made.took_us = clock_mono_us() - start;
    *ret = made;
    return ERR_OK;
}
