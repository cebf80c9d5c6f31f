/* GET /health, /telephony/health: is it well, who serves each stage, what is missing for more. */
#include <string.h>

#include "base/settings.h"
#include "calls/limits.h"
#include "calls/status.h"
#include "lines/binotel-access.h"
#include "serve/handler.h"
#include "store/sheet.h"
#include "wire/jsonw.h"

#define PROBE_MS 2000

static bool binotel_configured(void)
{
    return *setting_text(SET_BINOTEL_API_KEY) != '\0' &&
           *setting_text(SET_BINOTEL_API_SECRET) != '\0' &&
           *setting_text(SET_BINOTEL_PHONE_NUMBER) != '\0';
}

/* Does the store work? Each request looks again, so a repaired store needs no restart. */
static enum err look(struct app *app, const struct request *request, struct why *why)
{
    app_try(app, APP_PARTS(&app_store, &app_profiles, &app_voice, &app_providers));
    if (app->open[APP_STORE] == NULL)
        return why_set(why, ERR_CONFIG, "%s", app->open_error[APP_STORE].text);
    return store_probe(app->store, deadline_cap_ms(request->deadline, PROBE_MS), why);
}

/* Everything that keeps calls from being answered, in one sentence; NULL if nothing does. */
static const char *fault_of(const struct request *request, const struct app *app, enum err store,
                            const struct why *store_why)
{
    bool profiles = app->open[APP_PROFILES] != NULL;
    const char *of_store = store_why->text[0] == '\0' ? err_text(store) : store_why->text;

    if (profiles || store == ERR_OK)
        return !profiles ? app->open_error[APP_PROFILES].text : store != ERR_OK ? of_store : NULL;
    const char *both =
        arena_printf(request->arena, "%s; %s", app->open_error[APP_PROFILES].text, of_store);
    return both == NULL ? of_store : both;
}

/* Businesses whose callers hear an apology, as the others do not: calls are answered. NULL:
 * none. */
static const char *broken_of(const struct request *request, const struct app *app)
{
    const char *all = NULL;

    for (size_t i = 0; i < app->profiles_n; i++) {
        const char *one = app->profiles[i].broken;
        const char *both =
            all == NULL || one == NULL ? one : arena_printf(request->arena, "%s; %s", all, one);
        all = both == NULL ? all : both;
    }
    return all;
}

/* A stranger is told whether it works, not why it does not. */
static void health(const char *fault, const char *broken, bool whole, struct response *r)
{
    char now[25];
    struct jsonw w;

    r->status = fault == NULL ? 200 : 503;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "status",
                   fault != NULL    ? "unhealthy"
                   : broken != NULL ? "degraded"
                                    : "healthy");
    jsonw_put_text(&w, "timestamp", clock_iso8601(clock_unix_ms(), now));
    if (whole) {
        jsonw_put_bool(&w, "telephony_enabled", setting_on(SET_TELEPHONY_ENABLED));
        jsonw_put_text(&w, "version", HOLOS_VERSION);
    }
    if (whole && (fault != NULL || broken != NULL))
        jsonw_put_text(&w, "why", fault != NULL ? fault : broken);
    jsonw_end_object(&w);
}

struct failed { /* what failed lately */
    struct breaker *rung;
    size_t n;
    int64_t now_ms;
};

static void stage(struct jsonw *w, const char *name, const char *by, const char *missing)
{
    jsonw_key(w, name);
    jsonw_object(w);
    jsonw_put_text(w, "served_by", by);
    jsonw_put_text(w, "missing_for_more", missing);
    jsonw_end_object(w);
}

/* What a later version adds is not promised here: each line is what this program can do today. */
static void stages(struct jsonw *w, const struct request *request, const struct app *app,
                   enum err well, const struct why *why, const struct failed *f)
{
    jsonw_key(w, "stages");
    jsonw_object(w);
    for (enum provider_stage s = 0; s < PROVIDER__STAGES; s++) {
        struct status st = {.missing = err_text(ERR_MEMORY)};
        (void)(status_of(request->arena, app, s, f->rung, f->n, f->now_ms, &st) == ERR_OK);
        stage(w, provider_stage_name(s), st.by, st.missing);
    }
    stage(w, "store", well == ERR_OK ? "SQLite" : NULL, well == ERR_OK ? NULL : why->text);
    stage(w, "book", NULL,
          "this version takes requests for a person; it keeps no appointment book");
    jsonw_end_object(w);
}

/* Rungs that all workers pass over now. */
static void skipped(struct jsonw *w, const struct failed *f)
{
    jsonw_key(w, "skipped");
    jsonw_array(w);
    for (size_t i = 0; i < f->n; i++) {
        char until[25];
        if (!breaker_is_open(f->rung[i].until_ms, f->now_ms))
            continue;
        jsonw_object(w);
        jsonw_put_text(w, "rung", f->rung[i].name);
        jsonw_put_text(w, "until", clock_iso8601(f->rung[i].until_ms, until));
        jsonw_put_int(w, "failures", f->rung[i].failures);
        jsonw_put_text(w, "reason", f->rung[i].reason);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* Why the account is of no use although it is set up: what does not go together, or what the vendor
 * said to another worker. NULL: it is. */
static const char *account_fault(const struct request *request, const struct app *app,
                                 const struct provider_account *account, const struct failed *f)
{
    struct why why = {0};

    for (const struct provider *const *p = providers; *p != NULL; p++) {
        const struct provider_key key = provider_key(*p);
        if ((*p)->account != account)
            continue;
        if ((*p)->ready(&app->providers, &why) == ERR_CONFIG)
            return arena_strdup(request->arena, why.text);
        for (size_t i = 0; i < f->n; i++)
            if (strcmp(f->rung[i].name, key.text) == 0 && f->rung[i].until_ms > 0)
                return f->rung[i].reason;
    }
    return NULL;
}

static void put_named(struct jsonw *w, const struct request *request, const char *account,
                      const char *what, const char *text)
{
    const char *name = arena_printf(request->arena, "%s_%s", account, what);

    if (name != NULL && text != NULL && *text != '\0')
        jsonw_put_text(w, name, text);
}

static void put_account(struct jsonw *w, const struct request *request, const struct app *app,
                        const struct provider_account *account, const struct failed *f)
{
    const char *configured = arena_printf(request->arena, "%s_configured", account->health);
    struct why why = {0};

    enum err e = account->ready(&app->providers, &why);
    if (configured != NULL)
        jsonw_put_bool(w, configured, e == ERR_OK);
    put_named(w, request, account->health, "fault",
              e == ERR_CONFIG ? why.text
              : e == ERR_OK   ? account_fault(request, app, account, f)
                              : NULL);
    put_named(w, request, account->health, "warning",
              account->warning == NULL ? NULL : account->warning());
}

static void put_accounts(struct jsonw *w, const struct request *request, const struct app *app,
                         const struct failed *f)
{
    for (const struct provider_account *a = providers_account(NULL); a != NULL;
         a = providers_account(a))
        if (a->health != NULL)
            put_account(w, request, app, a, f);
}

/* What the vendors cost in the last 24 hours, and what they may. */
static void put_money(struct jsonw *w, const struct app *app, int64_t now_ms)
{
    int64_t microusd = 0;
    bool reached = false;

    if (limits_of_all(app->store, now_ms, &microusd, &reached, NULL) != ERR_OK)
        return;
    jsonw_key(w, "money");
    jsonw_object(w);
    jsonw_key(w, "day_cents");
    jsonw_number(w, (double)microusd / MICROUSD_OF_CENT);
    jsonw_put_int(w, "most_cents", setting_number(SET_HOLOS_DAY_CENTS));
    jsonw_put_bool(w, "reached", reached);
    if (reached)
        jsonw_put_text(w, "why",
                       "HOLOS_DAY_CENTS is reached: the rules and the built-in voice answer");
    jsonw_end_object(w);
}

/* The staff's sheet: when it was last up to date, and what is wrong since. */
static void put_sheet(struct jsonw *w, const struct request *request, const struct app *app)
{
    struct sheet_round round = {0};
    char at[25];

    if (*setting_text(SET_GOOGLE_SHEET_ID) == '\0' ||
        sheet_round_get(app->store, request->arena, &round, NULL) != ERR_OK)
        return;
    jsonw_key(w, "sheet");
    jsonw_object(w);
    jsonw_put_text(w, "done", round.done_ms == 0 ? NULL : clock_iso8601(round.done_ms, at));
    jsonw_put_text(w, "fault", *round.fault == '\0' ? NULL : round.fault);
    jsonw_end_object(w);
}

static void telephony_health(const struct request *request, const struct app *app, enum err well,
                             const struct why *why, struct response *r)
{
    struct failed f = {.now_ms = clock_unix_ms()};
    struct jsonw w;
    bool binotel = binotel_configured();

    if (well == ERR_OK &&
        breakers_failing(app->store, request->arena, &f.rung, &f.n, NULL) != ERR_OK)
        f.n = 0;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "service", "telephony");
    jsonw_put_text(&w, "status", binotel ? "configured" : "not_configured");
    jsonw_put_bool(&w, "binotel_configured", binotel);
    put_accounts(&w, request, app, &f);
    jsonw_put_text(&w, "callers", *binotel_callers() == '\0' ? "this machine" : binotel_callers());
    jsonw_put_text(&w, "message",
                   binotel ? "Telephony service is ready"
                           : "Please configure Binotel credentials in .env");
    stages(&w, request, app, well, why, &f);
    skipped(&w, &f);
    if (well == ERR_OK)
        put_money(&w, app, f.now_ms);
    if (well == ERR_OK)
        put_sheet(&w, request, app);
    jsonw_end_object(&w);
}

static enum err handle(struct app *app, const struct request *request, struct response *r,
                       struct why *why)
{
    struct why store_why = {0};
    enum err may = access_check_local(request, why);
    bool whole = strcmp(request->path, "/telephony/health") == 0;

    if (may != ERR_OK && (whole || may == ERR_FORBIDDEN)) {
        access_note(request, r);
        return may;
    }
    enum err well = look(app, request, &store_why);
    const char *fault = fault_of(request, app, well, &store_why);
    r->status = 200;
    r->type = response_json_type;
    if (whole)
        telephony_health(request, app, well, &store_why, r);
    else
        health(fault, broken_of(request, app), may == ERR_OK, r);
    if (fault != NULL)
        response_note(r, "why=\"%s\"", fault);
    return buf_err(&r->body.text);
}

static const char *const paths[] = {"/health", "/telephony/health", NULL};

const struct handler handler_health = {
    .name = "health",
    .paths = paths,
    .methods = HANDLER_GET,
    .deadline_ms = 3000,
    .access = &access_open,
    .workers = 1,
    .about = "is it well, who serves each stage, what is missing for more",
    .handle = handle,
};
