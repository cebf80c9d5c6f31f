#include "speech/vendor-voice.h"

#include <string.h>

#include "base/buf.h"
#include "speech/sound.h"
#include "speech/speaking.h"

/* Raise it when anything here changes how the same words sound. Never what an espeak-ng key begins
 * with (speak.c). */
#define FORMAT "holos vendor voice 1"

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
    struct vendor_phrase p = {.words = ""};

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

    if (!speaking_remembered(sp, p->key, a, &kept))
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
    speaking_remember(sp, p->key, made);
}
