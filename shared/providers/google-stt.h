/* google-stt - Google Speech-to-Text, v1 (recognize) and v2, one utterance of at most a minute. Its
 * provider is found by its place (provider.h); what is declared here is pure. */
#ifndef HOLOS_PROVIDERS_GOOGLE_STT_H
#define HOLOS_PROVIDERS_GOOGLE_STT_H

#include "net/http.h"
#include "providers/failure.h"
#include "providers/google.h"
#include "providers/provider.h"

#define GOOGLE_STT_BODY_MAX  10485760 /* bytes of a request, base64 counted */
#define GOOGLE_STT_REPLY_MAX (1 << 20)

struct google_stt {
    const char *url;      /* GOOGLE_STT_URL: scheme and host; a path before /v1 is kept */
    const char *api;      /* GOOGLE_STT_API: "v1" or "v2" */
    const char *location; /* GOOGLE_STT_LOCATION, v2 alone: "global", "eu", "us", "europe-west4" */
    const char *project;  /* v2 alone: of the credentials */
};

/* PCM16, mu-law, FLAC and Ogg Opus go to both; A-law, MP3 and WebM to v2 alone (v1: WebM Opus too).
 * "latest_long" of v1 and "long" of v2 are each understood by the other. ERR_CONFIG as above;
 * ERR_FORMAT: this API does not take that coding or rate; ERR_TOO_BIG: over GOOGLE_STT_BODY_MAX;
 * ERR_MEMORY. */
enum err google_stt_request(struct arena *a, const struct google_stt *at,
                            const struct google_access *with, const struct provider_utterance *u,
                            struct http_request *ret, struct why *why) must_check;

/* An answer without results is a success: nothing was heard. Errors as in google_error_read. *ret
 * is untouched on failure. */
enum err google_stt_read(struct arena *a, const struct http_reply *reply,
                         struct provider_words *ret, struct failure *f) must_check;

/* What an answer costs, in micro-dollars: by the time that it says is billed, else by the sound's
 * length (-1: not known). PRICE_UNKNOWN (price.h): the model has no price here. */
int64_t google_stt_cost(const struct google_stt *at, const char *model, int64_t sound_ms,
                        const struct price_use *told);

#endif
