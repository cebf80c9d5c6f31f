/* hear - one utterance's sound in, words out.
 *
 * What is here needs no vendor: the format is recognised, WAV is decoded and measured, and silence
 * is told from speech, so that nobody is asked to transcribe nothing. Without a recogniser the
 * answer for speech is ERR_CONFIG, and the caller is told so in the profile's words. */
#ifndef HOLOS_SPEECH_HEAR_H
#define HOLOS_SPEECH_HEAR_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "wire/wav.h"

#define HEAR_SECONDS_MAX 60
#define HEAR_BARE_RATE   8000 /* bytes without any header are LINEAR16 at this rate */

enum sound_format { SOUND_WAV, SOUND_OGG, SOUND_MP3, SOUND_FLAC, SOUND_BARE };

struct heard {
    const char *words; /* "" if nothing was heard */
    const char *by;    /* who recognised it; "silence" if nobody had to */
    double confidence; /* 0 to 1; negative: unknown */
};

/* By the first bytes; what has no known mark is SOUND_BARE. */
enum sound_format sound_format_of(const void *data, size_t n);

/* ERR_CONFIG: there is speech but no recogniser; ERR_FORMAT: a format or coding that is not taken
 * (why names those that are); ERR_TOO_BIG: longer than HEAR_SECONDS_MAX; ERR_SYNTAX: a WAV that
 * cannot be read; ERR_MEMORY. */
enum err hear(struct arena *a, const void *data, size_t n, struct deadline d, struct heard *ret,
              struct why *why) must_check;

#endif
