#include "speech/speak.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/digest.h"
#include "language/language.h"
#include "speech/sound.h"
#include "speech/speaking.h"

/* Raise it when anything here changes how the same words sound: old files are then never found. */
#define FORMAT "holos speech 1"

#define PRINTED_MAX ((size_t)32 * 1024 * 1024) /* ten minutes of espeak-ng's sound */

static enum err key_of(const struct speaker *sp, const struct voice *v, const char *words,
                       struct arena *a, char ret[static DIGEST_HEX])
{
    char *all =
        arena_printf(a, "%s\n%s\n%s\n%s\n%d %d %d %d\n%s", FORMAT, sp->espeak, v->language,
                     v->espeak, v->words_per_minute, v->pitch, v->rate, (int)v->coding, words);

    return all == NULL ? ERR_MEMORY : digest_sha256(all, strlen(all), ret);
}

static bool in_path(const char *program)
{
    char path[4096];
    const char *dirs = getenv("PATH");

    if (strchr(program, '/') != NULL)
        return access(program, X_OK) == 0;
    while (dirs != NULL && *dirs != '\0') {
        size_t n = strcspn(dirs, ":");
        int len = snprintf(path, sizeof path, "%.*s/%s", (int)n, dirs, program);
        if (len > 0 && (size_t)len < sizeof path && access(path, X_OK) == 0)
            return true;
        dirs += n + (dirs[n] == ':');
    }
    return false;
}

/* The text goes in by standard input: it can begin with a hyphen and stays out of ps(1). */
static enum err run(const struct speaker *sp, const struct voice *v, const char *words,
                    struct deadline d, struct buf *out, struct why *why)
{
    char speed[16];
    char pitch[16];
    const char *argv[] = {sp->espeak, "-v", v->espeak, "-s",      speed,      "-p",
                          pitch,      "-b", "1",       "--stdin", "--stdout", NULL};

    (void)snprintf(speed, sizeof speed, "%d", v->words_per_minute);
    (void)snprintf(pitch, sizeof pitch, "%d", v->pitch);
    enum err e = child_run(argv, words, strlen(words), out, deadline_cap_ms(d, sp->step_ms), why);
    if (e == ERR_CHILD && !in_path(sp->espeak))
        return why_set(why, e, "%s is not installed", sp->espeak);
    if (e == ERR_TOO_BIG)
        return why_set(why, ERR_CHILD, "%s printed more than a sound can be", sp->espeak);
    return e;
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

static enum err make(const struct speaker *sp, const struct voice *v, const char *words,
                     struct deadline d, struct arena *a, struct spoken *ret, struct why *why)
{
    struct buf printed;
    struct pcm raw;

    buf_init(&printed, a, PRINTED_MAX);
    enum err e = run(sp, v, words, d, &printed, why);
    if (e == ERR_OK && printed.len == 0)
        e = why_set(why, ERR_CHILD, "%s printed nothing", sp->espeak);
    if (e == ERR_OK)
        e = decode(a, sp->espeak, &printed, &raw, why);
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
    if (e != ERR_OK)
        return e;
    *ret_words = arena_printf(a, "%s\n", *ret_words); /* espeak-ng reads whole lines */
    return *ret_words == NULL ? ERR_MEMORY : key_of(sp, ret_voice, *ret_words, a, ret_key);
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
    if (!speaking_remembered(sp, key, a, &made)) {
        e = make(sp, &voice, words, d, a, &made, why);
        if (e != ERR_OK)
            return e;
        speaking_remember(sp, key, &made);
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
    if (!speaking_remembered(sp, key, a, &made))
        return ERR_NOT_FOUND;
    made.took_us = clock_mono_us() - start;
    *ret = made;
    return ERR_OK;
}
