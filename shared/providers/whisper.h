/* whisper - the OpenAI-compatible transcription API, and whisper.cpp's own server. Its provider is
 * found by its place (provider.h); what is declared here is pure.
 *
 * Whisper invents text in silence: ask only about sound that is not silent (speech/utterance.h),
 * and look at what comes back (recognise_is_invented). */
#ifndef HOLOS_PROVIDERS_WHISPER_H
#define HOLOS_PROVIDERS_WHISPER_H

#include <stdbool.h>
#include <stdint.h>
#include "net/http.h"
#include "providers/failure.h"
#include "providers/provider.h"

#define WHISPER_FILE_MAX   26214400 /* bytes, OpenAI's bound */
#define WHISPER_PROMPT_MAX 800      /* bytes of hints; the server keeps about 224 tokens */
#define WHISPER_REPLY_MAX  (1 << 20)

struct whisper {
    const char *url;   /* WHISPER_URL; without a path the one of its API is put on; "": OpenAI's,
                          if there is a key */
    const char *api;   /* WHISPER_API: "openai" or "whisper.cpp"; "" or NULL: by the URL's path,
                          whisper.cpp if it ends in /inference, else openai */
    const char *key;   /* OPENAI_API_KEY; NULL or "": none is sent; never to whisper.cpp */
    const char *model; /* WHISPER_MODEL */
};

/* PCM16, mu-law and A-law are sent as a WAV of 16 bit PCM; FLAC, Ogg, WebM and MP3 as they are, to
 * the OpenAI API alone. `seed` is of the multipart boundary: random. ERR_FORMAT; ERR_TOO_BIG: over
 * WHISPER_FILE_MAX; ERR_CONFIG: an API that is none, neither a URL nor a key, or a key that no
 * header can hold; ERR_MEMORY. */
enum err whisper_request(struct arena *a, const struct whisper *at,
                         const struct provider_utterance *u, uint64_t seed,
                         struct http_request *ret, struct why *why) must_check;

/* Lines are trimmed and joined with one space; a piece that is likely silence (its no_speech_prob
 * high and its avg_logprob low) is left out. ERR_CONFIG with FAILURE_OPERATOR: the key, the quota
 * that is paid for, the model or the path; ERR_TOO_BIG; ERR_FORMAT: the sound cannot be read;
 * ERR_PEER; ERR_MEMORY. *ret is untouched on failure. */
enum err whisper_read(struct arena *a, const struct http_reply *reply, struct provider_words *ret,
                      struct failure *f) must_check;

/* What an answer costs, in micro-dollars: by what it says of itself, else by the sound's length
 * (-1: not known). A server of this machine (plain http, or whisper.cpp's) costs nothing;
 * PRICE_UNKNOWN: the model has no price here. */
int64_t whisper_cost(const struct whisper *at, int64_t sound_ms, const struct price_use *told);

#endif
