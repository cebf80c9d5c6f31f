/* hear - one utterance's sound in, words out.
 *
 * What is here needs no vendor: the format is recognised, WAV is decoded and measured, and silence
 * is told from speech, so that nobody is asked to transcribe nothing. Who asks a recogniser takes
 * the steps one by one: sound_measure, the vendor, heard_is_invented. hear() is what is left without
 * one: the answer for speech is ERR_CONFIG, and the caller is told so in the profile's words. */
#ifndef HOLOS_SPEECH_UTTERANCE_H
#define HOLOS_SPEECH_UTTERANCE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "providers/recording.h"
#include "wire/wav.h"

#define HEAR_SECONDS_MAX 60
#define HEAR_BARE_RATE   8000 /* bytes without any header are LINEAR16 at this rate */

enum sound_format { SOUND_WAV, SOUND_OGG, SOUND_MP3, SOUND_FLAC, SOUND_WEBM, SOUND_BARE };

struct heard {
    const char *words;     /* "" if nothing was heard */
    const char *by;        /* who recognised it; "silence" if nobody had to */
    double confidence;     /* 0 to 1; negative: unknown */
    int64_t cost_microusd; /* of whoever recognised it; PRICE_UNKNOWN (providers/price.h) */
};

/* What came, and what a recogniser is to get. */
struct utterance {
    enum sound_format format;
    struct pcm pcm; /* WAV and bare, at 8000 or 16000 Hz (silence: as it came); else no samples */
    struct recording sound; /* what is to be sent: the pcm, or the bytes as they came */
    bool silent;            /* nobody speaks in it: told only of what is decoded */
    int ms;                 /* how long it is; -1: packed, not known */
};

/* By the first bytes; what has no known mark is SOUND_BARE. */
enum sound_format sound_format_of(const void *data, size_t n);

/* Decodes and measures; `data` must live as long as *ret. ERR_FORMAT: a coding that is not taken (why
 * names those that are); ERR_TOO_BIG: longer than HEAR_SECONDS_MAX; ERR_SYNTAX: a WAV that cannot be
 * read; ERR_MEMORY. Packed sound (Ogg, MP3, FLAC, WebM) is never silent and never too long here. */
enum err sound_measure(struct arena *a, const void *data, size_t n, struct utterance *ret,
                       struct why *why) must_check;

/* Is this what recognisers invent where nobody speaks: nothing but these phrases (folded, as a
 * profile's hear.invented is), or a loop of the same words? "" is not. ERR_MEMORY: it cannot be told;
 * to take it for either would lose what a caller said, or act on what nobody said. */
enum err heard_is_invented(struct arena *a, const char *const *phrases, size_t n, const char *text,
                           bool *ret) must_check;

/* ERR_CONFIG: there is speech but no recogniser; else as sound_measure. */
enum err hear(struct arena *a, const void *data, size_t n, struct deadline d, struct heard *ret,
              struct why *why) must_check;

#endif
