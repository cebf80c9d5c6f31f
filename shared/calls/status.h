/* status - which provider would serve a stage now, and what is missing for more: for reports, never
 * for a turn. Sends nothing; what failed lately is given. */
#ifndef HOLOS_CALLS_STATUS_H
#define HOLOS_CALLS_STATUS_H

#include "providers/ladder.h"

struct app;

struct status {
    const char *by; /* "google, then whisper"; NULL: none, the fixed last words */
    /* Which setting brings more; what is skipped until when, and why; NULL: nothing. */
    const char *missing;
};

/* `noted` are the providers that failed lately (breakers_failing), n may be 0. The app has
 * app_voice open (else none serves), and app_providers and app_profiles as far as they could be.
 * ERR_MEMORY. */
enum err status_of(struct arena *a, const struct app *app, enum provider_stage stage,
                   const struct breaker *noted, size_t n, int64_t now_ms,
                   struct status *ret) must_check;

#endif
