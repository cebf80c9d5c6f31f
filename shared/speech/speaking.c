#include "speech/speaking.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "speech/cache.h"
#include "speech/sound.h"
#include "language/verbalise.h"

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

enum err speaking_words(struct arena *a, const char *language, const char *text, const char **ret,
                        struct why *why)
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

bool speaking_remembered(const struct speaker *sp, const char key[static DIGEST_HEX],
                         struct arena *a, struct spoken *ret)
{
    char *wav = NULL;

    if (*sp->cache == '\0' || cache_get(a, sp->cache, key, &wav, &ret->len) != ERR_OK)
        return false;
    ret->wav = wav;
    ret->sound_ms = sound_length_ms(wav, ret->len);
    ret->rung = "cache";
    return true;
}

void speaking_remember(const struct speaker *sp, const char key[static DIGEST_HEX],
                       const struct spoken *s)
{
    if (*sp->cache == '\0')
        return;
    enum err e = cache_put(sp->cache, key, s->wav, s->len, sp->cache_max, sp->cache_room);
    (void)e;
}
