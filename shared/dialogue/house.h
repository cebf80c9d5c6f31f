/* house - what a worker has open: the store, the businesses' profiles, the voice.
 *
 * Opened once per process by the engine (or by a tool or a test), used by every request of that
 * process, one at a time. */
#ifndef HOLOS_DIALOGUE_HOUSE_H
#define HOLOS_DIALOGUE_HOUSE_H

#include "base/arena.h"
#include "base/err.h"
#include "dialogue/outside.h"
#include "business/profile.h"
#include "speech/cache.h"
#include "speech/speak.h"
#include "store/store.h"

enum house_need { /* what a route uses, or-ed together */
                  HOUSE_STORE = 1 << 0,
                  HOUSE_PROFILES = 1 << 1,
                  HOUSE_VOICE = 1 << 2,
                  HOUSE_OUTSIDE = 1 << 3, /* what vendors are asked with; needs HOUSE_STORE */
                  HOUSE_TRY = 1 << 4 /* with the others: what cannot be opened stays shut and says
                                        why in no_...; for routes that report on the house */
};

struct house {
    struct arena arena; /* of the profiles and everything that lives as long as the process */
    struct store *store;
    struct profile *profiles; /* the sound ones first, then the substitutes of the others */
    size_t profiles_n;
    struct speaker speaker;
    struct cache_room cache_room;
    struct recall recall;   /* answers it spoke, whole */
    struct outside outside; /* all zero unless a vendor is configured */
    unsigned open;          /* which needs are open */
    /* with HOUSE_TRY: why one is not; "" if it is */
    struct why no_profiles, no_voice, no_store, no_outside;
};

/* Opens what `needs` says and is not open yet, by the settings; `h` is all zero at first. A
 * profile with a fault has a substitute in its place (dialogue/profiles.h). ERR_CONFIG (the folder
 * cannot be read, or the default profile is missing), or store_open's errors. After an
 * error it may be called again: what was wrong may have been mended. */
enum err house_open(struct house *h, unsigned needs, struct why *why) must_check;
void house_close(struct house *h);

/* The profile that answers a called number (compared on the last nine digits), else the default
 * one of HOLOS_PROFILE. Never NULL once HOUSE_PROFILES is open. */
const struct profile *house_profile(const struct house *h, const char *called);

/* By name; NULL if there is none. */
const struct profile *house_profile_named(const struct house *h, const char *name);

#endif
