/* google-tts - Google Text-to-Speech v1. Pure: a request is filled, an answer is read. */
#ifndef HOLOS_PROVIDERS_GOOGLE_TTS_H
#define HOLOS_PROVIDERS_GOOGLE_TTS_H

#include <stdbool.h>
#include "net/http.h"
#include "providers/google.h"
#include "providers/verdict.h"
#include "wire/wav.h"

#define GOOGLE_TTS_TEXT_MAX  5000               /* bytes; a Cyrillic letter has two */
#define GOOGLE_TTS_REPLY_MAX (24 * 1024 * 1024) /* base64 of 3 minutes at 48 kHz */

struct google_tts_ask {
    const char *text;           /* plain, as it is spoken */
    const char *language;       /* BCP-47: "uk-UA" */
    const char *voice;          /* "uk-UA-Chirp3-HD-Leda" */
    double speaking_rate;       /* 0.25 to 2; 0: not sent */
    double pitch;               /* -20 to 20 semitones; 0: not sent; never sent to a Chirp voice */
    const char *const *effects; /* profiles: "telephony-class-application" */
    size_t effects_n;
    int rate; /* Hz of the sound that is wanted */
};

/* `url` is GOOGLE_TTS_URL: scheme and host. LINEAR16 is asked for; what was not configured is left
 * out, because Chirp voices refuse even a default. Deadline, ca_file and stop are the sender's to
 * set. ERR_TOO_BIG: the text is over GOOGLE_TTS_TEXT_MAX, to be cut at sentences; ERR_VALUE: it is
 * empty, or a number is out of bounds; ERR_CONFIG: no token and no key; ERR_MEMORY. */
enum err google_tts_request(struct arena *a, const char *url, const struct google_access *with,
                            const struct google_tts_ask *ask, struct http_request *ret,
                            struct why *why) must_check;

/* The sound, at whatever rate it came. No sound, or only silence, is ERR_PEER with VERDICT_BROKEN.
 * VERDICT_OTHER_VOICE: ask again with google_tts_next_voice(). Errors else as in google-error.
 * *ret is untouched on failure, *ret_verdict always filled. */
enum err google_tts_read(struct arena *a, const struct http_reply *reply, struct pcm *ret,
                         struct verdict *ret_verdict, struct why *why) must_check;

/* Voices that are known to be there, best first. The one to try after `gone`: the next of the list,
 * or the first if `gone` is not in it; NULL: no more, or no voice is known for the locale. */
const char *google_tts_next_voice(const char *locale, const char *gone);

/* Chirp 3 HD: no pitch, no SSML. */
bool google_tts_is_chirp(const char *voice);

#endif
