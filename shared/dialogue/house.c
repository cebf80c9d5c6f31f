#include "dialogue/house.h"

#include <string.h>

#include "base/settings.h"
#include "business/phone.h"
#include "dialogue/profiles.h"

#define HOUSE_MB 64 /* of profiles; one like the shipped ones takes a seventh of a MB */

static enum err open_profiles(struct house *h, struct why *why)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    const char *preset = setting_text(SET_HOLOS_PROFILE);
    struct profiles all = {0};

    arena_clear(&h->arena);
    h->profiles_n = 0;
    enum err e = profiles_load(&h->arena, folder, profiles_shipped(), preset, &all);
    const char *fault =
        all.faults.n == 0 ? NULL : profiles_fault_text(&h->arena, &all.faults.fault[0]);
    if (e == ERR_CONFIG && fault != NULL)
        return why_set(why, e, "%s", fault);
    if (e == ERR_MEMORY || (all.faults.n > 0 && fault == NULL))
        return why_set(why, ERR_MEMORY, "the profiles in %s take more than %d MB of memory", folder,
                       HOUSE_MB);
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "the profiles' folder %s cannot be read", folder);
    h->profiles = all.profile;
    h->profiles_n = all.n;
    if (house_profile_named(h, preset) != NULL)
        return ERR_OK;
    if (fault != NULL)
        return why_set(why, ERR_CONFIG, "%s (%zu faults in all; holos check lists them)", fault,
                       all.faults.n);
    return why_set(why, ERR_CONFIG, "HOLOS_PROFILE names %s, but %s has no %s.json", preset, folder,
                   preset);
}

static enum err open_store(struct house *h, struct why *why)
{
    return store_open(setting_text(SET_HOLOS_DB), (int)setting_number(SET_HOLOS_STORE_WAIT_MS),
                      &h->store, why);
}

static enum err open_voice(struct house *h, struct why *why)
{
    h->speaker = (struct speaker){
        .espeak = setting_text(SET_HOLOS_ESPEAK),
        .cache = setting_text(SET_HOLOS_CACHE),
        .cache_max = setting_number(SET_HOLOS_CACHE_MB) * 1024 * 1024,
        .cache_room = &h->cache_room,
        .step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS),
    };
    return ladder_read(setting_text(SET_HOLOS_LADDER), &h->outside.ladder, why);
}

static enum err open_outside(struct house *h, struct why *why)
{
    return outside_open(&h->outside, h->store, why);
}

enum err house_open(struct house *h, unsigned needs, struct why *why)
{
    const struct {
        unsigned need;
        enum err (*open)(struct house *h, struct why *why);
        struct why *shut;
    } parts[] = {{HOUSE_PROFILES, open_profiles, &h->no_profiles},
                 {HOUSE_VOICE, open_voice, &h->no_voice},
                 {HOUSE_STORE, open_store, &h->no_store},
                 {HOUSE_OUTSIDE, open_outside, &h->no_outside}};

    if (h->arena.ceiling == 0)
        arena_init(&h->arena, (size_t)HOUSE_MB * 1024 * 1024);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct why own = {0};
        if ((needs & parts[i].need & ~h->open) == 0)
            continue;
        enum err e = parts[i].open(h, &own);
        if (e != ERR_OK && (needs & HOUSE_TRY) == 0)
            return why_set(why, e, "%s", own.text);
        if (e != ERR_OK && own.text[0] == '\0')
            (void)why_set(&own, e, "%s", err_text(e));
        h->open |= e == ERR_OK ? parts[i].need : 0;
        *parts[i].shut = own;
    }
    return ERR_OK;
}

void house_close(struct house *h)
{
    outside_close(&h->outside);
    store_close(h->store);
    recall_release(&h->recall);
    arena_release(&h->arena);
    *h = (struct house){0};
}

const struct profile *house_profile_named(const struct house *h, const char *name)
{
    for (size_t i = 0; i < h->profiles_n; i++)
        if (strcmp(h->profiles[i].name, name) == 0)
            return &h->profiles[i];
    return NULL;
}

const struct profile *house_profile(const struct house *h, const char *called)
{
    for (size_t i = 0; i < h->profiles_n; i++)
        for (size_t k = 0; k < h->profiles[i].numbers_n; k++)
            if (phone_same(h->profiles[i].numbers[k], called))
                return &h->profiles[i];
    return house_profile_named(h, setting_text(SET_HOLOS_PROFILE));
}
