#include <string.h>

#include "base/settings.h"
#include "base/zone.h"
#include "business/phone.h"
#include "tools/holos/findings.h"

static void show_faults(struct findings *f, const struct profile_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++)
        found(f, FINDING_FAULT, faults->fault[i].path, "mend it in the profile's file", "%s",
              faults->fault[i].text);
}

static bool share_a_number(const struct profile *a, const struct profile *b)
{
    for (size_t i = 0; i < a->numbers_n; i++)
        for (size_t j = 0; j < b->numbers_n; j++)
            if (phone_same(a->numbers[i], b->numbers[j]))
                return true;
    return false;
}

static void check_numbers(struct findings *f)
{
    for (size_t i = 0; i < f->profiles_n; i++)
        for (size_t j = i + 1; j < f->profiles_n; j++)
            if (share_a_number(&f->profiles[i], &f->profiles[j]))
                found(f, FINDING_WARNING, f->profiles[j].name,
                      "leave the number in one profile only",
                      "shares a called number with %s: only one of them can answer it",
                      f->profiles[i].name);
}

static void check_one(struct findings *f, const struct profile *p)
{
    if (!zone_exists(p->time_zone))
        found(f, FINDING_FAULT, p->name, "install tzdata, or name a zone of it (Europe/Kyiv)",
              "the time zone %s is not known here", p->time_zone);
    else
        found_ok(f, p->name, "%s, %s, %s, %zu numbers, %zu rules", p->business, p->language,
                 p->time_zone, p->numbers_n, p->rules_n);
}

static void check_preset(struct findings *f)
{
    const char *preset = setting_text(SET_HOLOS_PROFILE);

    for (size_t i = 0; i < f->profiles_n; i++)
        if (strcmp(f->profiles[i].name, preset) == 0)
            return;
    found(f, FINDING_FAULT, "HOLOS_PROFILE", "name one of the profiles that are there",
          "the default profile \"%s\" is not among the usable ones", preset);
}

void check_profiles(struct findings *f)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    struct profile_faults faults = {0};

    enum err e = app_load_profiles(&f->t->arena, folder, &f->profiles, &f->profiles_n, &faults);
    show_faults(f, &faults);
    if (e != ERR_OK && faults.n == 0)
        found(f, FINDING_FAULT, folder, "put the businesses' profiles (*.json) there",
              "no profile can be read from this folder: %s", err_text(e));
    for (size_t i = 0; i < f->profiles_n; i++)
        check_one(f, &f->profiles[i]);
    check_numbers(f);
    if (e == ERR_OK)
        check_preset(f);
}
