#include "calls/app.h"

#include <string.h>

#include "base/settings.h"
#include "business/phone.h"
#include "calls/profiles.h"

#define APP_MB 64 /* of profiles; one like the shipped ones takes a seventh of a MB */

static enum err open_profiles(struct app *app, struct why *why)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    const char *preset = setting_text(SET_HOLOS_PROFILE);
    struct profiles all = {0};

    arena_clear(&app->arena);
    app->prompts = (struct prompts){.arena = &app->arena};
    app->profiles_n = 0;
    enum err e = profiles_load(&app->arena, folder, profiles_shipped(), preset, &all);
    const char *fault =
        all.faults.n == 0 ? NULL : profiles_fault_text(&app->arena, &all.faults.fault[0]);
    if (e == ERR_CONFIG && fault != NULL)
        return why_set(why, e, "%s", fault);
    if (e == ERR_MEMORY || (all.faults.n > 0 && fault == NULL))
        return why_set(why, ERR_MEMORY, "the profiles in %s take more than %d MB of memory", folder,
                       APP_MB);
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "the profiles' folder %s cannot be read", folder);
    app->profiles = all.profile;
    app->profiles_n = all.n;
    if (app_profile_named(app, preset) != NULL)
        return ERR_OK;
    if (fault != NULL)
        return why_set(why, ERR_CONFIG, "%s (%zu faults in all; holos check lists them)", fault,
                       all.faults.n);
    return why_set(why, ERR_CONFIG, "HOLOS_PROFILE names %s, but %s has no %s.json", preset, folder,
                   preset);
}

static enum err open_store(struct app *app, struct why *why)
{
    return store_open(setting_text(SET_HOLOS_DB), (int)setting_number(SET_HOLOS_STORE_WAIT_MS),
                      &app->store, why);
}

static enum err open_voice(struct app *app, struct why *why)
{
    app->speaker = (struct speaker){
        .espeak = setting_text(SET_HOLOS_ESPEAK),
        .cache = setting_text(SET_HOLOS_CACHE),
        .cache_max = setting_number(SET_HOLOS_CACHE_MB) * 1024 * 1024,
        .cache_room = &app->cache_room,
        .step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS),
    };
    return ladder_read(setting_text(SET_HOLOS_LADDER), &app->providers.ladder, why);
}

static enum err open_providers(struct app *app, struct why *why)
{
    return providers_open(&app->providers, why);
}

enum err app_open(struct app *app, unsigned needs, struct why *why)
{
    const struct {
        unsigned need;
        enum err (*open)(struct app *app, struct why *why);
        struct why *shut;
    } parts[] = {{NEED_PROFILES, open_profiles, &app->no_profiles},
                 {NEED_VOICE, open_voice, &app->no_voice},
                 {NEED_STORE, open_store, &app->no_store},
                 {NEED_PROVIDERS, open_providers, &app->no_providers}};

    if (app->arena.ceiling == 0)
        arena_init(&app->arena, (size_t)APP_MB * 1024 * 1024);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct why own = {0};
        if ((needs & parts[i].need & ~app->open) == 0)
            continue;
        enum err e = parts[i].open(app, &own);
        if (e != ERR_OK && (needs & NEED_TRY) == 0)
            return why_set(why, e, "%s", own.text);
        if (e != ERR_OK && own.text[0] == '\0')
            (void)why_set(&own, e, "%s", err_text(e));
        app->open |= e == ERR_OK ? parts[i].need : 0;
        *parts[i].shut = own;
    }
    return ERR_OK;
}

void app_close(struct app *app)
{
    providers_close(&app->providers);
    store_close(app->store);
    cache_recent_release(&app->recent);
    arena_release(&app->arena);
    *app = (struct app){0};
}

const struct profile *app_profile_named(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->profiles_n; i++)
        if (strcmp(app->profiles[i].name, name) == 0)
            return &app->profiles[i];
    return NULL;
}

const struct profile *app_profile(const struct app *app, const char *called)
{
    for (size_t i = 0; i < app->profiles_n; i++)
        for (size_t k = 0; k < app->profiles[i].numbers_n; k++)
            if (phone_same(app->profiles[i].numbers[k], called))
                return &app->profiles[i];
    return app_profile_named(app, setting_text(SET_HOLOS_PROFILE));
}
