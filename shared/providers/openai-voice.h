/* openai-voice - the voice of any server that speaks as OpenAI's POST /v1/audio/speech does:
 * OpenAI's own, Kokoro-FastAPI, openedai-speech and other servers of piper. Its provider is found by
 * its place (provider.h); what is declared here is pure. */
#ifndef HOLOS_PROVIDERS_OPENAI_VOICE_H
#define HOLOS_PROVIDERS_OPENAI_VOICE_H

#include <stdbool.h>
#include <stdint.h>
#include "net/http.h"
#include "providers/failure.h"
#include "providers/provider.h"
#include "wire/wav.h"

#define OPENAI_VOICE_TEXT_MAX  4096 /* bytes; OpenAI's bound counts characters */
#define OPENAI_VOICE_REPLY_MAX (24 * 1024 * 1024)
#define OPENAI_VOICE_PCM_RATE  24000 /* of bare samples, which do not say it */

struct openai_voice {
    const char *url;    /* OPENAI_VOICE_URL; without a path the API's is put on; "": OpenAI's */
    const char *key;    /* "": none is sent */
    const char *model;  /* OPENAI_VOICE_MODEL */
    const char *format; /* OPENAI_VOICE_FORMAT: "wav" or "pcm" */
};

/* Pitch and effects of the profile are not asked for: there is nothing to ask for them with.
 * ERR_CONFIG: an address, a format or a key that cannot be used; ERR_VALUE: the text is empty;
 * ERR_TOO_BIG: over OPENAI_VOICE_TEXT_MAX; ERR_MEMORY. */
enum err openai_voice_request(struct arena *a, const struct openai_voice *at,
                              const struct provider_line *l, struct http_request *ret,
                              struct why *why) must_check;

/* A WAV, whatever its header says of its length, or, if `pcm` was asked for, bare samples. No sound,
 * or only silence, is ERR_PEER with FAILURE_BROKEN. ERR_CONFIG with FAILURE_OPERATOR: the key, the
 * quota that is paid for, the model, the voice or the path. *ret is untouched on failure. */
enum err openai_voice_read(struct arena *a, bool pcm, const struct http_reply *reply,
                           struct pcm *ret, struct failure *f) must_check;

/* What this text costs, in micro-dollars; 0 on a server of this machine; PRICE_UNKNOWN (price.h). */
int64_t openai_voice_cost(const struct openai_voice *at, const char *text);

#endif
