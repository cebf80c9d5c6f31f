#include "calls/app.h"

#include <string.h>

#include "base/log.h"
#include "base/settings.h"
#include "business/phone.h"
#include "calls/profiles.h"

#define APP_MB 192 /* of profiles; one with a book like the salon takes half a MB */

static enum err open_profiles(struct app *app, struct why *why)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    const char *default_name = setting_text(SET_HOLOS_PROFILE);
    const struct profiles_from from = {.folder = folder,
                                       .shipped = profiles_shipped(),
                                       .default_name = default_name,
                                       .check_voices = app->check_voices};
    struct profiles all = {0};

    arena_clear(&app->arena);
    app->prompts = (struct prompts){.arena = &app->arena};
    app->profiles_n = 0;
    enum err e = profiles_load(&app->arena, &from, &all);
    const char *fault =
        all.faults.n == 0 ? NULL : profiles_fault_text(&app->arena, &all.faults.fault[0]);
    if (e == ERR_CONFIG && fault != NULL)
        return why_set(why, e, "%s", fault);
    if (e == ERR_MEMORY || (all.faults.n > 0 && fault == NULL))
        return why_set(why, ERR_MEMORY, "the profiles in %s take more than %d MB of memory", folder,
                       APP_MB);
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "HOLOS_PROFILES=%s: the folder cannot be read", folder);
    app->profiles = all.profile;
    app->profiles_n = all.n;
    if (app_profile_named(app, default_name) != NULL)
        return ERR_OK;
    if (fault != NULL)
        return why_set(why, ERR_CONFIG, "%s (%zu faults in all; holos check lists them)", fault,
                       all.faults.n);
    return why_set(why, ERR_CONFIG, "HOLOS_PROFILE=%s: there is no %s.json in HOLOS_PROFILES=%s",
                   default_name, default_name, folder);
}

static enum err open_store(struct app *app, struct why *why)
{
    const char *path = setting_text(SET_HOLOS_DB);
    struct why inner = {0};

    enum err e =
        store_open(path, (int)setting_number(SET_HOLOS_STORE_WAIT_MS), &app->store, &inner);
    if (e == ERR_OK)
        return ERR_OK;
    return why_set(why, e, "HOLOS_DB=%s: %s", path,
                   inner.text[0] == '\0' ? err_text(e) : inner.text);
}

static void close_store(struct app *app)
{
    store_close(app->store);
    app->store = NULL;
}

/* The callers of a profile with a fault hear an apology; the others notice nothing. */
static void warn_of_profiles(const struct app *app)
{
    for (size_t i = 0; i < app->profiles_n; i++)
        if (app->profiles[i].broken != NULL)
            log_event(LOG_ERROR, "profile", "name=%s why=\"%s\"", app->profiles[i].name,
                      app->profiles[i].broken);
}

const struct app_part app_profiles = {
    .place = APP_PROFILES, .open = open_profiles, .warn = warn_of_profiles};
const struct app_part app_store = {.place = APP_STORE, .open = open_store, .close = close_store};

/* Opens one that is not open. */
static enum err open_part(struct app *app, const struct app_part *part, struct why *why)
{
    if (app->open[part->place] != NULL)
        return ERR_OK;
    if (app->arena.ceiling == 0)
        arena_init(&app->arena, (size_t)APP_MB * 1024 * 1024);
    enum err e = part->open(app, why);
    app->open[part->place] = e == ERR_OK ? part : NULL;
    return e;
}

enum err app_open(struct app *app, const struct app_part *const *parts, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t place = 0; place < APP__PARTS; place++)
        for (size_t i = 0; parts[i] != NULL && e == ERR_OK; i++)
            if (parts[i]->place == place)
                e = open_part(app, parts[i], why);
    return e;
}

void app_try(struct app *app, const struct app_part *const *parts)
{
    for (size_t place = 0; place < APP__PARTS; place++)
        app->open_error[place] = (struct why){0};
    for (size_t i = 0; parts[i] != NULL; i++) {
        struct why *why = &app->open_error[parts[i]->place];
        enum err e = app_open(app, APP_PARTS(parts[i]), why);
        if (e != ERR_OK && why->text[0] == '\0')
            (void)why_set(why, e, "%s", err_text(e));
    }
}

void app_warn(const struct app *app)
{
    for (size_t i = 0; i < APP__PARTS; i++)
        if (app->open[i] != NULL && app->open[i]->warn != NULL)
            app->open[i]->warn(app);
}

void app_close(struct app *app)
{
    for (size_t i = APP__PARTS; i-- > 0;)
        if (app->open[i] != NULL && app->open[i]->close != NULL)
            app->open[i]->close(app);
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

const struct profile *app_profile_of(const struct app *app, const char *name, const char *called)
{
    const struct profile *p = app_profile_named(app, name);
    return p == NULL ? app_profile(app, called) : p;
}
