/* utterance - the sound of one utterance, measured.
 *
 * What is here needs no vendor: the format is recognised, WAV is decoded and measured, and silence
 * is told from speech, so that no recogniser is asked to transcribe silence (recognise.h asks
 * them). */
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
    const char *by;        /* who recognised it; "silence" if there was none to recognise */
    double confidence;     /* 0 to 1; negative: unknown */
    int64_t cost_microusd; /* of the recogniser; PRICE_UNKNOWN (providers/price.h) */
};

/* What came, and what a recogniser is to get. */
struct utterance {
    enum sound_format format;
    struct pcm pcm; /* WAV and bare, at 8000 or 16000 Hz (silence: as it came); else no samples */
    struct recording sound; /* what is to be sent: the pcm, or the bytes as they came */
    bool silent;            /* there is no speech in it: told only of what is decoded */
    int ms;                 /* how long it is; -1: packed, not known */
};

/* By the first bytes; what has no known mark is SOUND_BARE. */
enum sound_format sound_format_of(const void *data, size_t n);

/* Decodes and measures; `data` must live as long as *ret. ERR_FORMAT: a coding that is not taken
 * (why names those that are); ERR_TOO_BIG: longer than HEAR_SECONDS_MAX; ERR_SYNTAX: a WAV that
 * cannot be read; ERR_MEMORY. Packed sound (Ogg, MP3, FLAC, WebM) is never silent and never too
 * long here. */
enum err sound_measure(struct arena *a, const void *data, size_t n, struct utterance *ret,
                       struct why *why) must_check;

#endif
