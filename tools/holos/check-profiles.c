#include <string.h>

#include "base/settings.h"
#include "business/phone.h"
#include "business/profile-prompt.h"
#include "calls/profiles.h"
#include "language/language.h"
#include "providers/provider.h"
#include "think/action.h"
#include "tools/holos/findings.h"

/* ua is the country, and often written for the language. */
static const char mend_ua[] = "write \"language\": \"uk\": that is Ukrainian; ua is the country";

static void show_faults(struct findings *f, const struct profile_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++) {
        const struct profile_fault *one = &faults->fault[i];
        const char *item = *one->path == '\0'
                               ? one->file
                               : arena_printf(&f->t->arena, "%s: %s", one->file, one->path);
        found(f, FINDING_FAULT, item == NULL ? one->file : item,
              strstr(one->text, "for \"ua\"") == NULL ? "fix it in that file" : mend_ua, "%s",
              one->text);
    }
}

static void show_packs(struct findings *f, const struct profile_packs *packs)
{
    for (size_t i = 0; i < packs->n; i++)
        found_ok(f, packs->pack[i].label, "the language pack of %s, with %zu common answers",
                 packs->pack[i].language, packs->pack[i].has.rules_n);
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

static void check_language(struct findings *f, const struct profile *p)
{
    const char *all = "";

    if (language_find(p->language) != NULL)
        return;
    for (size_t i = 0; languages[i] != NULL && all != NULL; i++)
        all = arena_printf(&f->t->arena, "%s%s%s", all, i == 0 ? "" : ", ", languages[i]->code);
    found(f, FINDING_WARNING, p->name,
          strcmp(p->language, "ua") == 0 ? mend_ua
                                         : "check how the language is written, for example \"uk\"",
          "holos has no language %s (it has %s): figures and names are said as they are written",
          p->language, all == NULL ? "others" : all);
}

static bool is_action(const struct profile_action_text *t)
{
    const struct action *act = action_named(t->action);

    if (act == NULL || t->input == NULL)
        return act != NULL;
    for (size_t i = 0; i < ACTION_INPUTS && act->input[i].name != NULL; i++)
        if (strcmp(act->input[i].name, t->input) == 0)
            return true;
    return false;
}

/* A profile and its pack may have texts for an action that another version of holos has. */
static void check_actions(struct findings *f, const struct profile *p)
{
    for (size_t i = 0; p->prompt != NULL && i < p->prompt->actions_n; i++) {
        const struct profile_action_text *t = &p->prompt->actions[i];
        if (!is_action(t))
            found(f, FINDING_WARNING, p->name, "remove it, or correct its name",
                  "prompt.actions has a text for %s%s%s, which this version of holos does not have",
                  t->action, t->input == NULL ? "" : ".inputs.", t->input == NULL ? "" : t->input);
    }
}

/* What the profile wants of the exchange, and nobody can ask for. */
static void check_exchange(struct findings *f, const struct profile *p)
{
    const struct exchange *x = &p->exchange;
    bool transfers = x->transfer != NULL && setting_on(SET_BINOTEL_TRANSFER);

    if (x->transfer != NULL && p->say.transferring == NULL)
        found(f, FINDING_WARNING, p->name, "give the profile the phrase say.transferring",
              "binotel.transfer names a line, but there is no phrase for it: requests are taken");
    if ((transfers || x->call_back != NULL || x->customers) &&
        (*setting_text(SET_BINOTEL_API_KEY) == '\0' ||
         *setting_text(SET_BINOTEL_API_SECRET) == '\0'))
        found(f, FINDING_WARNING, p->name,
              "set BINOTEL_API_KEY and BINOTEL_API_SECRET for holos-sync, or take transfer, "
              "call_back "
              "and customers out of the profile",
              "binotel wants something of the exchange that nobody can ask for");
}

static void check_one(struct findings *f, const struct profile *p)
{
    if (p->broken != NULL)
        found(f, FINDING_FAULT, p->name,
              "fix the faults of its file named above, then reload holos",
              "its callers hear an apology, and a person is asked to call them back");
    else
        found_ok(f, p->name, "%s, %s, %s, %zu numbers, %zu rules", p->business, p->language,
                 p->time_zone, p->numbers_n, p->rules_n);
}

static void check_preset(struct findings *f)
{
    const char *default_name = setting_text(SET_HOLOS_PROFILE);

    for (size_t i = 0; i < f->profiles_n; i++)
        if (strcmp(f->profiles[i].name, default_name) == 0)
            return;
    found(f, FINDING_FAULT, "HOLOS_PROFILE", "name one of the profiles that are there",
          "the default profile \"%s\" is not among the usable ones", default_name);
}

void check_profiles(struct findings *f)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    const struct profiles_from from = {.folder = folder,
                                       .shipped = profiles_shipped(),
                                       .default_name = setting_text(SET_HOLOS_PROFILE),
                                       .check_voices = provider_check_voices};
    struct profiles all = {0};

    enum err e = profiles_load(&f->t->arena, &from, &all);
    f->profiles = all.profile;
    f->profiles_n = all.n;
    show_faults(f, &all.faults);
    if (e != ERR_OK && all.faults.n == 0)
        found(f, FINDING_FAULT, folder, "put the businesses' profiles (*.json) there",
              "no profile can be read from this folder: %s", err_text(e));
    show_packs(f, &all.packs);
    for (size_t i = 0; i < f->profiles_n; i++) {
        check_one(f, &f->profiles[i]);
        check_language(f, &f->profiles[i]);
        check_actions(f, &f->profiles[i]);
        check_exchange(f, &f->profiles[i]);
        check_sense(f, &f->profiles[i]);
        check_book(f, &f->profiles[i]);
    }
    check_numbers(f);
    if (e == ERR_OK)
        check_preset(f);
}
