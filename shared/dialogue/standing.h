/* standing - who would serve a stage now, and what is missing for more: for whoever reports on the
 * house, never for a turn. Asks nobody; what failed lately is given. */
#ifndef HOLOS_DIALOGUE_STANDING_H
#define HOLOS_DIALOGUE_STANDING_H

#include "dialogue/ladder.h"

struct house;

struct standing {
    const char *by; /* "google, then whisper"; NULL: nobody, the fixed last words */
    const char *
        missing; /* which setting brings more; what is skipped until when, and why; NULL: nothing */
};

/* `noted` are the rungs that failed lately (rungs_noted), n may be 0. The house has HOUSE_VOICE open
 * (else nobody serves), and HOUSE_OUTSIDE and HOUSE_PROFILES as far as they could be. ERR_MEMORY. */
enum err standing_of(struct arena *a, const struct house *h, enum ladder_stage stage,
                     const struct rung *noted, size_t n, int64_t now_ms,
                     struct standing *ret) must_check;

#endif
