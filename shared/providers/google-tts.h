/* google-tts - Google Text-to-Speech v1. Its provider is found by its place (provider.h); what is
 * declared here is pure. */
#ifndef HOLOS_PROVIDERS_GOOGLE_TTS_H
#define HOLOS_PROVIDERS_GOOGLE_TTS_H

#include "net/http.h"
#include "providers/failure.h"
#include "providers/google.h"
#include "providers/provider.h"
#include "wire/wav.h"

#define GOOGLE_TTS_TEXT_MAX  5000               /* bytes; a Cyrillic letter has two */
#define GOOGLE_TTS_REPLY_MAX (24 * 1024 * 1024) /* base64 of 3 minutes at 48 kHz */

/* `url` is GOOGLE_TTS_URL: scheme and host. LINEAR16 is asked for; what was not configured is left
 * out, because Chirp voices refuse even a default. ERR_TOO_BIG: the text is over
 * GOOGLE_TTS_TEXT_MAX, to be cut at sentences; ERR_VALUE: it is empty, or a number is out of
 * bounds; ERR_CONFIG: no token and no key; ERR_MEMORY. */
enum err google_tts_request(struct arena *a, const char *url, const struct google_access *with,
                            const struct provider_line *l, struct http_request *ret,
                            struct why *why) must_check;

/* The sound, at whatever rate it came. No sound, or only silence, is ERR_PEER with FAILURE_BROKEN.
 * Errors else as in google_error_read. *ret is untouched on failure. */
enum err google_tts_read(struct arena *a, const struct http_reply *reply, struct pcm *ret,
                         struct failure *f) must_check;

/* What this text costs by this voice, in micro-dollars; PRICE_UNKNOWN (price.h). */
int64_t google_tts_cost(const char *voice, const char *text);

#endif
