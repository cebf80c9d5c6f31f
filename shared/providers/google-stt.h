/* google-stt - Google Speech-to-Text, v1 (recognize) and v2. Pure: a request is filled, an answer is
 * read. One utterance of at most a minute. */
#ifndef HOLOS_PROVIDERS_GOOGLE_STT_H
#define HOLOS_PROVIDERS_GOOGLE_STT_H

#include <stdbool.h>
#include "net/http.h"
#include "providers/google.h"
#include "providers/recording.h"
#include "providers/verdict.h"

#define GOOGLE_STT_BODY_MAX  10485760 /* bytes of a request, base64 counted */
#define GOOGLE_STT_REPLY_MAX (1 << 20)

/* Google's bounds; what passes them is left out of the request. */
#define GOOGLE_STT_HINTS      5000   /* phrases */
#define GOOGLE_STT_HINT_CHARS 100    /* characters of one */
#define GOOGLE_STT_HINTS_ALL  100000 /* of all */

struct google_stt {
    const char *url;      /* GOOGLE_STT_URL: scheme and host; a path before /v1 is kept */
    const char *api;      /* GOOGLE_STT_API: "v1" or "v2" */
    const char *location; /* GOOGLE_STT_LOCATION, v2 alone: "global", "eu", "us", "europe-west4" */
    const char *project;  /* v2 alone: of the credentials */
};

struct google_stt_ask {
    struct recording sound;
    const char *language; /* BCP-47: "uk-UA" */
    const char *model;    /* NULL or "": this API's default. "latest_long" of v1 and "long" of v2
                             are each understood by the other */
    const char *const *hints; /* phrases that are likely; doubles are dropped, the first ones win */
    size_t hints_n;
    bool punctuation;
};

struct google_stt_words {
    const char *text;  /* "" if nothing was heard */
    double confidence; /* 0 to 1, of the least sure segment; -1: not told */
    int64_t billed_ms; /* what is paid for; -1: not told */
};

/* Do these settings go together? ERR_CONFIG: an API that is none; v2 without a token (a key is not
 * taken there), without a project, or with a host of another location. */
enum err google_stt_check(const struct google_stt *at, const struct google_access *with,
                          struct why *why) must_check;

/* PCM16, mu-law, FLAC and Ogg Opus go to both; A-law, MP3 and WebM to v2 alone (v1: WebM Opus too).
 * Deadline, ca_file and stop are the sender's to set. ERR_CONFIG as above; ERR_FORMAT: this API does
 * not take that coding or rate; ERR_TOO_BIG: over GOOGLE_STT_BODY_MAX; ERR_MEMORY. */
enum err google_stt_request(struct arena *a, const struct google_stt *at,
                            const struct google_access *with, const struct google_stt_ask *ask,
                            struct http_request *ret, struct why *why) must_check;

/* An answer without results is a success: nothing was heard. VERDICT_OTHER_MODEL: ask again with
 * google_stt_fallback(), and remember it for the life of the process. Errors as in google-error:
 * ERR_PEER, ERR_CONFIG, ERR_TOO_BIG, ERR_FORMAT, ERR_MEMORY. *ret is untouched on failure,
 * *ret_verdict always filled. */
enum err google_stt_read(struct arena *a, const struct http_reply *reply,
                         struct google_stt_words *ret, struct verdict *ret_verdict,
                         struct why *why) must_check;

/* The model that is really asked for when `model` is named: this API's default, this API's name. */
const char *google_stt_model(const struct google_stt *at, const char *model);

/* What an answer costs, in micro-dollars: by the time that it says is billed, else by the sound's
 * length (`sound_ms`, -1: not known). PRICE_UNKNOWN (price.h): the model has no price here. */
int64_t google_stt_cost(const struct google_stt *at, const char *model,
                        const struct google_stt_words *words, int64_t sound_ms);

/* The model every language has. */
const char *google_stt_fallback(const struct google_stt *at);

#endif
