#include "calls/app.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/zone.h"
#include "business/phone.h"

#define APP_MB      64 /* of profiles; one like the shipped ones takes a seventh of a MB */
#define PROFILE_MAX ((size_t)256 * 1024)

struct names {
    const char *name[APP_PROFILES_N];
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_profile_name(const char *file)
{
    size_t n = strlen(file);
    return n > 5 && file[0] != '.' && strcmp(file + n - 5, ".json") == 0;
}

/* The folder's *.json, without the ending, in the order of the alphabet. */
static enum err list_profiles(struct arena *a, const char *folder, struct names *ret)
{
    enum err e = ERR_OK;
    struct dirent *entry = NULL;

    /* A folder read by half would leave a business without its profile: hence errno. */
    DIR *d = opendir(folder);
    if (d == NULL)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    while (e == ERR_OK && (errno = 0, entry = readdir(d)) != NULL) {
        if (!is_profile_name(entry->d_name))
            continue;
        if (ret->n == APP_PROFILES_N) {
            e = ERR_TOO_BIG;
            break;
        }
        ret->name[ret->n] = arena_strndup(a, entry->d_name, strlen(entry->d_name) - 5);
        if (ret->name[ret->n] == NULL)
            e = ERR_MEMORY;
        ret->n++;
    }
    if (entry == NULL && errno != 0)
        e = ERR_IO;
    (void)closedir(d);
    qsort(ret->name, e == ERR_OK ? ret->n : 0, sizeof ret->name[0], by_name);
    return e;
}

static enum err add_fault(struct arena *a, struct profile_faults *f, const char *name,
                          const char *path, const char *text)
{
    struct profile_fault *more =
        arena_grow(a, f->fault, f->n * sizeof *more, (f->n + 1) * sizeof *more);
    char *where = arena_printf(a, "%s.json%s%s", name, *path == '\0' ? "" : ": ", path);

    if (more == NULL || where == NULL)
        return ERR_MEMORY;
    more[f->n] = (struct profile_fault){.path = where, .text = text};
    *f = (struct profile_faults){.fault = more, .n = f->n + 1};
    return ERR_OK;
}

static enum err add_faults(struct arena *a, struct profile_faults *f, const char *name,
                           const struct profile_faults *more)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < more->n && e == ERR_OK; i++)
        e = add_fault(a, f, name, more->fault[i].path, more->fault[i].text);
    return e;
}

/* Adds to the faults what is wrong; *ret_good says whether the profile can be used. */
static enum err load_one(struct arena *a, const char *folder, const char *name, struct profile *ret,
                         bool *ret_good, struct profile_faults *faults)
{
    struct profile_faults own = {0};
    struct why why = {0};
    char *text = NULL;
    size_t n = 0;

    *ret_good = false;
    char *path = arena_printf(a, "%s/%s.json", folder, name);
    if (path == NULL)
        return ERR_MEMORY;
    enum err e = file_read(a, path, PROFILE_MAX, &text, &n, &why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return add_fault(a, faults, name, "", arena_strdup(a, why.text));
    e = profile_read(a, name, text, n, ret, &own);
    if (e == ERR_CONFIG)
        return add_faults(a, faults, name, &own);
    if (e != ERR_OK)
        return e;
    if (!zone_exists(ret->time_zone))
        return add_fault(a, faults, name, "time_zone",
                         "is not in the tz database: write a name such as Europe/Kyiv");
    *ret_good = true;
    return ERR_OK;
}

/* To take the first of them would leave a business without its profile. */
static enum err refuse_so_many(struct arena *a, const char *folder, struct profile_faults *ret)
{
    struct profile_fault *fault = arena_alloc(a, sizeof *fault);
    char *text = arena_printf(a, "holds more than %d profiles; move those that are not used away",
                              APP_PROFILES_N);
    char *path = arena_strdup(a, folder);

    if (fault == NULL || text == NULL || path == NULL)
        return ERR_MEMORY;
    *fault = (struct profile_fault){.path = path, .text = text};
    *ret = (struct profile_faults){.fault = fault, .n = 1};
    return ERR_CONFIG;
}

enum err app_load_profiles(struct arena *a, const char *folder, struct profile **ret, size_t *ret_n,
                           struct profile_faults *ret_faults)
{
    struct profile_faults faults = {0};
    struct names names = {0};
    size_t n = 0;

    enum err e = list_profiles(a, folder, &names);
    if (e == ERR_TOO_BIG)
        return refuse_so_many(a, folder, ret_faults);
    if (e != ERR_OK)
        return e;
    struct profile *all = arena_calloc(a, names.n == 0 ? 1 : names.n, sizeof *all);
    if (all == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < names.n; i++) {
        bool good = false;
        e = load_one(a, folder, names.name[i], &all[n], &good, &faults);
        if (e != ERR_OK)
            return e;
        n += good;
    }
    *ret = all;
    *ret_n = n;
    *ret_faults = faults;
    return faults.n == 0 ? ERR_OK : ERR_CONFIG;
}

static enum err open_profiles(struct app *app, struct why *why)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    struct profile_faults faults = {0};
    struct profile *all = NULL;
    size_t n = 0;

    arena_clear(&app->arena);
    app->prompts = (struct prompts){.arena = &app->arena};
    app->profiles_n = 0;
    enum err e = app_load_profiles(&app->arena, folder, &all, &n, &faults);
    if (e == ERR_CONFIG && faults.n > 0)
        return why_set(why, e, "%s: %s (%zu faults in all; holos check lists them)",
                       faults.fault[0].path, faults.fault[0].text, faults.n);
    if (e == ERR_MEMORY)
        return why_set(why, e, "the profiles in %s take more than %d MB of memory", folder, APP_MB);
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "the profiles' folder %s cannot be read", folder);
    app->profiles = all;
    app->profiles_n = n;
    if (app_profile_named(app, setting_text(SET_HOLOS_PROFILE)) == NULL)
        return why_set(why, ERR_CONFIG, "HOLOS_PROFILE names %s, but %s has no %s.json",
                       setting_text(SET_HOLOS_PROFILE), folder, setting_text(SET_HOLOS_PROFILE));
    return ERR_OK;
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

static enum err open_outside(struct app *app, struct why *why)
{
    return providers_open(&app->providers, app->store, why);
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
                 {NEED_PROVIDERS, open_outside, &app->no_providers}};

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
