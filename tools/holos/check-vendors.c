#include <string.h>

#include "base/settings.h"
#include "base/text.h"
#include "calls/status.h"
#include "store/breaker.h"
#include "tools/holos/findings.h"

static void complain(struct findings *f, const char *item, const char *mend, const struct why *why,
                     enum err e)
{
    found(f, FINDING_FAULT, item, mend, "%s", why->text[0] != '\0' ? why->text : err_text(e));
}

/* ---- what is set up -------------------------------------------------------------------------- */

/* Every setting that ends so is a vendor's address. */
static void check_urls(struct findings *f)
{
    for (enum setting i = 0; i < SET__MAX; i++) {
        const char *name = settings_table()[i].name;
        struct why why = {0};
        if (!text_ends_in(name, "_URL") || *setting_text(i) == '\0')
            continue;
        enum err e = http_url_check(setting_text(i), &why);
        if (e != ERR_OK)
            complain(f, name, "write an https address, or http of this machine", &why, e);
    }
}

/* "hear-google", as its breaker is called. */
static const char *item_of(struct findings *f, const struct provider *p)
{
    const char *item = arena_strdup(&f->t->arena, provider_key(p).text);

    return item == NULL ? p->name : item;
}

static void check_provider(struct findings *f, const struct providers *o, const struct provider *p)
{
    struct why why = {0};

    enum err e = p->ready(o, &why);
    const char *about = e == ERR_OK && p->about != NULL ? p->about(o, &f->t->arena) : NULL;
    if (e == ERR_OK)
        found_ok(f, item_of(f, p), "%s", about == NULL ? "set up" : about);
    else if (e != ERR_NOT_FOUND)
        complain(f, item_of(f, p), "fix the settings that it names", &why, e);
    else if (why.text[0] != '\0')
        found_ok(f, item_of(f, p), "not set up: %s", why.text);
}

/* ---- prices ---------------------------------------------------------------------------------- */

static void price_missing(struct findings *f, const struct provider *p, const char *of)
{
    found(f, FINDING_WARNING, item_of(f, p),
          "choose one that holos has a price for, or accept this",
          "the price of %s is not known: the cost of a call is counted without it", of);
}

/* What would be asked for with this profile and has no price; NULL: it has. */
static const char *unpriced(const struct provider *p, const struct profile *profile)
{
    struct profile_voice with = {.name = ""};
    bool spoken =
        p->stage == PROVIDER_SPEAK && provider_voice(p, profile, profile->language, &with);
    const struct provider_line line = {.text = "", .voice = with.name};
    const struct provider_utterance u = {.ms = 1000, .model = profile->hear.model};
    const struct provider_words answer = {.use = {1000, 1, 1}};

    if (p->hear.cost != NULL && p->hear.cost(&u, &answer) == PRICE_UNKNOWN)
        return p->hear.model == NULL ? provider_title(p) : p->hear.model(&u);
    if (p->speak.cost != NULL && spoken && p->speak.cost(&line) == PRICE_UNKNOWN)
        return with.name;
    return NULL;
}

/* Profiles that follow each other and name the same are told of once. */
static void check_prices(struct findings *f, const struct app *app, const struct provider *p)
{
    const char *told = "";

    if (p->think.is_priced != NULL && !p->think.is_priced(p->think.model(&app->providers)))
        price_missing(f, p, p->think.model(&app->providers));
    for (size_t i = 0; i < app->profiles_n; i++) {
        const char *of = unpriced(p, &app->profiles[i]);
        if (of == NULL || strcmp(of, told) == 0)
            continue;
        price_missing(f, p, of);
        told = of;
    }
}

static void check_providers(struct findings *f, const struct app *app)
{
    for (const struct provider *const *p = providers; *p != NULL; p++) {
        if (!provider_is_brought(*p))
            continue;
        check_provider(f, &app->providers, *p);
        if (providers_has(&app->providers, *p))
            check_prices(f, app, *p);
    }
}

/* ---- the ladder ------------------------------------------------------------------------------ */

static void check_stages(struct findings *f, const struct app *app)
{
    struct breaker *noted = NULL;
    size_t n = 0;
    int64_t now = clock_machine_ms();

    if (app->store != NULL &&
        breakers_failing(app->store, &f->t->arena, &noted, &n, NULL) != ERR_OK)
        n = 0;
    for (enum provider_stage s = 0; s < PROVIDER__STAGES; s++) {
        struct status st = {0};
        if (status_of(&f->t->arena, app, s, noted, n, now, &st) != ERR_OK)
            continue;
        found_ok(f, provider_stage_name(s), "%s%s%s", st.by == NULL ? "fixed phrases" : st.by,
                 st.missing == NULL ? "" : "; ", st.missing == NULL ? "" : st.missing);
    }
    for (size_t i = 0; i < n; i++)
        if (breaker_is_open(noted[i].until_ms, now))
            found(f, FINDING_WARNING, noted[i].name,
                  "fix what it names; `holos check --live` tries it",
                  "it is skipped by all workers now, after %d failure%s%s%s", noted[i].failures,
                  noted[i].failures == 1 ? "" : "s", *noted[i].reason == '\0' ? "" : ": ",
                  noted[i].reason);
}

/* Of a ladder that cannot be read, the whole one shows how it is written. */
static bool check_ladder(struct findings *f, struct ladder *ret)
{
    struct ladder whole = {0};
    struct why why = {0};

    enum err e = ladder_read(setting_text(SET_HOLOS_LADDER), ret, &why);
    if (e == ERR_OK) {
        found_ok(f, "HOLOS_LADDER", "%s", ladder_text(&f->t->arena, ret));
        return true;
    }
    const char *mend =
        ladder_read("", &whole, NULL) != ERR_OK
            ? NULL
            : arena_printf(&f->t->arena, "write it as %s", ladder_text(&f->t->arena, &whole));
    complain(f, "HOLOS_LADDER", mend == NULL ? "see the manual" : mend, &why, e);
    return false;
}

static void look(struct findings *f, struct app *app)
{
    bool ladder = check_ladder(f, &app->providers.ladder);

    check_urls(f);
    if (app->open[APP_PROVIDERS] == NULL) {
        complain(f, "vendors", "fix the setting that it names", &app->open_error[APP_PROVIDERS],
                 ERR_CONFIG);
        return;
    }
    check_providers(f, app);
    if (ladder)
        check_stages(f, app);
}

void check_vendors(struct findings *f)
{
    struct app app = {0};

    /* The store and the profiles have their own checks. */
    app_try(&app, APP_PARTS(&app_store, &app_profiles, &app_voice, &app_providers));
    look(f, &app);
    app_close(&app);
}
