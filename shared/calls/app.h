/* app - what a worker has open: the store, the businesses' profiles, the voice.
 *
 * Opened once per process by the engine (or by a tool or a test), used by every request of that
 * process, one at a time. */
#ifndef HOLOS_CALLS_APP_H
#define HOLOS_CALLS_APP_H

#include "base/arena.h"
#include "base/err.h"
#include "providers/providers.h"
#include "business/profile.h"
#include "speech/cache.h"
#include "speech/voice.h"
#include "store/store.h"
#include "think/prompt.h"

enum app_need { /* what a route uses, or-ed together */
                NEED_STORE = 1 << 0,
                NEED_PROFILES = 1 << 1,
                NEED_VOICE = 1 << 2,
                NEED_PROVIDERS = 1 << 3, /* what vendors are asked with; needs NEED_STORE */
                NEED_TRY = 1 << 4 /* with the others: what cannot be opened stays closed and says
                                        why in no_...; for routes that report on the service */
};

struct app {
    struct arena arena; /* of the profiles and everything that lives as long as the process */
    struct store *store;
    struct profile *profiles; /* the sound ones first, then the substitutes of the others */
    size_t profiles_n;
    struct speaker speaker;
    struct cache_room cache_room;
    struct cache_recent recent; /* answers it spoke, whole */
    struct prompts prompts;     /* what models are told of each business */
    struct providers providers; /* all zero unless a vendor is configured */
    unsigned open;              /* which needs are open */
    /* with NEED_TRY: why one is not; "" if it is */
    struct why no_profiles, no_voice, no_store, no_providers;
};

/* Opens what `needs` says and is not open yet, by the settings; `app` is all zero at first. A
 * profile with a fault has a substitute in its place (profiles.h). ERR_CONFIG (the folder cannot be
 * read, or the default profile is missing), or store_open's errors. After an error it may be called
 * again: what was wrong may have been mended. */
enum err app_open(struct app *app, unsigned needs, struct why *why) must_check;
void app_close(struct app *app);

/* The profile that answers a called number (compared on the last nine digits), else the default
 * one of HOLOS_PROFILE. Never NULL once NEED_PROFILES is open. */
const struct profile *app_profile(const struct app *app, const char *called);

/* By name; NULL if there is none. */
const struct profile *app_profile_named(const struct app *app, const char *name);

#endif
