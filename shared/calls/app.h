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

struct app;

/* A part that a worker may have open. A route names those that it uses; a program that names neither
 * the voice nor the providers is linked without the vendors and what they need (libcurl). */
struct app_part {
    enum app_place {
        APP_VOICE,
        APP_PROVIDERS,
        APP_PROFILES, /* after the voice: then the voices in the profiles are checked, too */
        APP_STORE,
        APP__PARTS
    } place; /* in app.open and app.open_error; they are opened in this order */
    enum err (*open)(struct app *app, struct why *why);
    void (*close)(struct app *app);
    /* Logs what is wrong though it could be opened; NULL: nothing can be. */
    void (*warn)(const struct app *app);
};

extern const struct app_part app_profiles, app_store; /* app.c */
extern const struct app_part app_voice;               /* app-voice.c: the ladder too */
extern const struct app_part app_providers;           /* app-voice.c: what vendors are asked with */

/* A list of them, as app_open takes it. */
#define APP_PARTS(...) ((const struct app_part *const[]){__VA_ARGS__, NULL})

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
    /* What finds a fault in a profile's voices (profiles.h); NULL: the voice is not open. */
    enum err (*check_voices)(struct arena *a, const struct profile *p, const char **ret_path,
                             const char **ret_text);
    const struct app_part *open[APP__PARTS]; /* NULL: is not */
    struct why open_error[APP__PARTS];       /* why app_try could not open it; "" */
};

/* Opens those of `parts` that are not open yet, by the settings. The list ends with NULL; `app` is
 * all zero at first. A profile with a fault has a substitute in its place (profiles.h). ERR_CONFIG
 * (the folder cannot be read, or the default profile is missing), or store_open's errors. After an
 * error it may be called again: the cause may be gone by then. */
enum err app_open(struct app *app, const struct app_part *const *parts, struct why *why) must_check;

/* The same for a program that reports on the service: a part that cannot be opened stays closed, and
 * app.open_error has the reason. */
void app_try(struct app *app, const struct app_part *const *parts);

/* Logs what is wrong with the open parts. */
void app_warn(const struct app *app);
void app_close(struct app *app);

/* The profile that answers a called number (compared on the last nine digits), else the default
 * one of HOLOS_PROFILE; "" is nobody's number. Never NULL once the profiles are open. */
const struct profile *app_profile(const struct app *app, const char *called);

/* The profile of a call, by name; if it is gone, the one that answers the called number. */
const struct profile *app_profile_of(const struct app *app, const char *name, const char *called);

/* By name; NULL if there is none. */
const struct profile *app_profile_named(const struct app *app, const char *name);

#endif
