/* speak - text in, a telephone's WAV out.
 *
 * The ladder here: the phrase cache, then espeak-ng as a child process. The text is first brought
 * into the form in which it is spoken (verbalise.h: "10:30" becomes words), the sound is resampled
 * (speexdsp) to the voice's rate, silence at both ends is trimmed, the level is set, and one whole
 * WAV is written. What was made is kept in the phrase cache under a hash of everything that shaped
 * it, so a greeting is made once. */
#ifndef HOLOS_SPEECH_SPEAK_H
#define HOLOS_SPEECH_SPEAK_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "speech/cache.h"
#include "wire/wav.h"

#define SPEAK_TEXT_MAX 4096 /* bytes of one text */

struct voice {
    const char *language; /* its code: "uk"; decides how numbers are spoken */
    const char *espeak;   /* espeak-ng's voice name: "uk", "ru", "uk+f2" */
    int words_per_minute; /* 80 to 450 */
    int pitch;            /* 0 to 99, 50 is the voice's own */
    int rate;             /* Hz: 8000 or 16000 */
    enum wav_coding coding;
};

struct speaker {
    const char *espeak; /* program */
    const char *cache;  /* folder, made when needed; "" for none */
    int64_t cache_max;  /* bytes the cache may hold */
    struct cache_room
        *cache_room; /* of this process; NULL: the cache is looked through each time */
    int step_ms;     /* longest time for one text */
};

struct spoken {
    const char *wav; /* a whole file, in the arena */
    size_t len;
    int sound_ms;     /* how long it plays */
    const char *rung; /* "cache" or "espeak" */
    int64_t took_us;
};

/* ERR_CHILD: espeak-ng is missing or failed; ERR_DEADLINE: it hung and was killed; ERR_VALUE: the
 * text is empty or too long; ERR_MEMORY. A cache that cannot be read or written is no error: it is
 * passed over. An espeak-ng that prints no sound, or only silence, is ERR_CHILD. */
enum err speak(const struct speaker *sp, const struct voice *v, const char *text, struct deadline d,
               struct arena *a, struct spoken *ret, struct why *why) must_check;

/* The same from the cache alone: ERR_NOT_FOUND if it is not there. Never starts a program, so it
 * may be called inside a transaction. */
enum err speak_cached(const struct speaker *sp, const struct voice *v, const char *text,
                      struct arena *a, struct spoken *ret) must_check;

#endif
