/* vendor-voice - a vendor's voice on the telephone: from the phrase cache, or from what it sent.
 *
 * The same road as espeak-ng's sound takes (speak.h), cut where a vendor is asked: prepare gives the
 * words to send and the cache's key; cached looks there first; make turns the vendor's sound into a
 * telephone's WAV (trimmed, resampled, levelled, coded); keep stores that under the key, once the
 * caller has it. Keys hold everything that shapes a sound and never meet espeak-ng's. Nothing here
 * waits. */
#ifndef HOLOS_SPEECH_VENDOR_VOICE_H
#define HOLOS_SPEECH_VENDOR_VOICE_H

#include "base/digest.h"
#include "business/profile.h"
#include "speech/speak.h"

struct vendor_voice {
    const char *vendor;   /* "google": also the rung's name, so it must outlive the spoken */
    const char *language; /* its code: "uk"; decides how numbers are spoken */
    const char *locale;   /* "uk-UA" */
    const char *name;     /* that is asked for: "uk-UA-Chirp3-HD-Leda" */
    const struct profile_voice *with; /* how it shall sound */
    int rate;                         /* Hz on the telephone: 8000 or 16000 */
    enum wav_coding coding;
};

struct vendor_phrase {
    const char *words; /* as they are spoken, in the arena */
    char key[DIGEST_HEX];
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

#endif
