/* outside - what a worker has open to ask the vendors with: the connections, the accounts, the ladder.
 *
 * Opened with the house (NEED_PROVIDERS). Nothing is sent when it is opened; that a vendor is not
 * configured is no error, it is a rung less. */
#ifndef HOLOS_PROVIDERS_PROVIDERS_H
#define HOLOS_PROVIDERS_PROVIDERS_H

#include <stdbool.h>
#include "providers/ladder.h"
#include "providers/latency.h"
#include "net/http.h"
#include "providers/claude.h"
#include "providers/google-session.h"
#include "providers/google-stt.h"
#include "providers/whisper.h"

struct profile;

#define PROVIDERS_LEARNED 16

/* A name of a profile's that a vendor refused: in `locale`, `instead` is asked for. */
struct providers_learned {
    const char *locale, *refused, *instead;
};

struct providers {
    struct http *http;    /* NULL: not open */
    struct ladder ladder; /* read with NEED_VOICE: its ends need nothing outside */
    struct google_session google;
    struct google_stt stt;
    const char *tts_url;
    struct whisper whisper;
    struct claude_setup claude;
    int hear_ms, think_ms, think_first_ms, speak_ms; /* longest time of one request */
    /* A recogniser or a model is late after this while its pace is not known; 0: none ever is. */
    int hedge_ms, hedge_think_ms;
    struct latency latency[LADDER__MAX];
    struct providers_learned learned[PROVIDERS_LEARNED];
    size_t learned_n; /* ever */
};

/* By the settings. ERR_CONFIG: a model's setting or an egress is written wrong; ERR_MEMORY. */
enum err providers_open(struct providers *o, struct store *store, struct why *why) must_check;
void providers_close(struct providers *o);

/* Is what the rung needs configured? */
bool providers_has(const struct providers *o, enum ladder_rung r);

/* Do Google's settings and what is to be shown to it go together, so that its recogniser can be asked? No
 * answer is needed to know that. ERR_CONFIG, and why not. */
enum err providers_fits(const struct providers *o, struct why *why) must_check;

/* What to ask for instead of this voice or model, as it was learned from a refusal; else itself. */
const char *providers_instead(const struct providers *o, const char *locale, const char *name);

/* Remembers it for the life of the process; all three must live as long (a profile's do). */
void providers_learn(struct providers *o, const char *locale, const char *refused,
                     const char *instead);

/* May this profile's voice be a vendor's? */
bool providers_speaks(const struct profile *p);

#endif
