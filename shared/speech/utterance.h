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
#include "speech/sound-format.h"
#include "wire/wav.h"

#define HEAR_SECONDS_MAX 60
#define HEAR_BARE_RATE   8000 /* bytes without any header are LINEAR16 at this rate */
/* What packed sound may take that does not say how long it is, or says less than it has. */
#define HEAR_PACKED_MAX (1024 * 1024)

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

/* Decodes and measures; `came` may go, what it points to must live as long as *ret. ERR_FORMAT: a
 * coding that is not taken (why names those that are); ERR_TOO_BIG: longer than HEAR_SECONDS_MAX, or
 * packed, over HEAR_PACKED_MAX and longer than it says or than is known;
 * ERR_SYNTAX: a WAV that cannot be read; ERR_MEMORY. Packed sound is never silent here. */
enum err sound_measure(struct arena *a, const struct sound_came *came, struct utterance *ret,
                       struct why *why) must_check;

#endif
