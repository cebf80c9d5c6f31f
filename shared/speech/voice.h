/* voice - text in, a telephone's WAV out: by espeak-ng, or of the sound that a vendor sent.
 *
 * The ladder here: the phrase cache, then espeak-ng as a child process. The text is first brought
 * into the form in which it is spoken (verbalise.h: "10:30" becomes words), the sound is resampled
 * (speexdsp) to the voice's rate, silence at both ends is trimmed, the level is set, and one whole
 * WAV is written. What was made is kept in the phrase cache under a hash of everything that shaped
 * it, so a greeting is made once. */
#ifndef HOLOS_SPEECH_VOICE_H
#define HOLOS_SPEECH_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "business/profile.h"
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
    int64_t call_id; /* whose the sound is (cache.h); CACHE_SHARED: everybody's */
};

/* The embedded voice of a business. */
struct voice voice_of_profile(const struct profile *p);

struct speaker {
    const char *espeak; /* program */
    const char *cache;  /* folder, made when needed; "" for none */
    int64_t cache_max;  /* bytes the cache may hold */
    /* Of this process; NULL: the cache is looked through each time. */
    struct cache_room *cache_room;
    int step_ms; /* longest time for one text */
};

struct spoken {
    const char *wav; /* a whole file, in the arena */
    size_t len;
    int sound_ms;     /* how long it plays */
    const char *rung; /* "cache", "espeak" or the vendor's name */
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

/* vendor-voice - a vendor's voice on the telephone: from the phrase cache, or from what it sent.
 *
 * The same road as espeak-ng's sound takes (above), cut where a vendor is asked: prepare gives
 * the words to send and the cache's key; cached looks there first; make turns the vendor's sound
 * into a telephone's WAV (trimmed, resampled, levelled, coded); keep stores that under the key,
 * once the caller has it. Keys hold everything that shapes a sound and never meet espeak-ng's.
 * Nothing here waits. */

struct vendor_voice {
    const char *vendor;   /* "google": also the rung's name, so it must outlive the spoken */
    const char *language; /* its code: "uk"; decides how numbers are spoken */
    const char *locale;   /* "uk-UA" */
    const char *name;     /* that is asked for: "uk-UA-Chirp3-HD-Leda" */
    const struct profile_voice *with; /* how it shall sound */
    int rate;                         /* Hz on the telephone: 8000 or 16000 */
    enum wav_coding coding;
    int64_t call_id; /* whose the sound is, as in struct voice */
};

struct vendor_phrase {
    const char *words; /* as they are spoken, in the arena */
    char key[DIGEST_HEX];
    int64_t call_id;
};

/* ERR_VALUE: the text is empty or longer than SPEAK_TEXT_MAX; ERR_MEMORY. */
enum err vendor_voice_prepare(struct arena *a, const struct vendor_voice *v, const char *text,
                              struct vendor_phrase *ret, struct why *why) must_check;

/* ERR_NOT_FOUND: it is not there. The rung is "cache". */
enum err vendor_voice_cached(const struct speaker *sp, const struct vendor_phrase *p,
                             struct arena *a, struct spoken *ret) must_check;

/* `sound` is worked on in place. ERR_PEER: nothing is to be heard in it; ERR_VALUE: its rate;
 * ERR_MEMORY. took_us is the time spent here. */
enum err vendor_voice_make(struct arena *a, const struct vendor_voice *v, struct pcm *sound,
                           struct spoken *ret, struct why *why) must_check;

/* Writes a file: half a millisecond. A cache that cannot be written is no error. */
void vendor_voice_keep(const struct speaker *sp, const struct vendor_phrase *p,
                       const struct spoken *made);

/* A program of this machine reads the text and a line end on standard input and writes a WAV to standard
 * output, within the deadline (child.h: no shell, killed with its children). ERR_CHILD: it is missing,
 * failed, or printed no sound; ERR_DEADLINE; ERR_MEMORY. */
enum err voice_run(const char *const argv[], const char *text, struct deadline d, struct arena *a,
                   struct pcm *ret, struct why *why) must_check;

/* speaking - for the files of shared/speech alone: what every rung of speaking does with words and with
 * sound. */

/* A synthesiser's sound, worked on in place, becomes a telephone's WAV: trimmed, resampled,
 * levelled, coded. Fills wav, len and sound_ms. ERR_VALUE: a rate; ERR_MEMORY. */
enum err speaking_finish(struct arena *a, struct pcm *raw, int rate, enum wav_coding coding,
                         struct spoken *ret, struct why *why) must_check;

#endif
