/* GET /telephony/stats, /metrics: the figures, for a person and for Prometheus. */
#include <string.h>

#include "base/settings.h"
#include "report/report.h"
#include "serve/handler.h"
#include "serve/response.h"

static void stats(const struct report_figures *f, struct buf *b)
{
    bool key = *setting_text(SET_BINOTEL_API_KEY) != '\0';
    struct jsonw w;

    jsonw_init(&w, b);
    jsonw_object(&w);
    jsonw_put_text(&w, "status", key ? "active" : "not_configured");
    jsonw_put_text(&w, "binotel_number", setting_text(SET_BINOTEL_PHONE_NUMBER));
    jsonw_put_text(&w, "voice_language", setting_text(SET_VOICE_LANGUAGE));
    jsonw_put_bool(&w, "configured", key && *setting_text(SET_BINOTEL_API_SECRET) != '\0');
    report_figures_json(&w, f);
    jsonw_end_object(&w);
}

/* ---- Prometheus text format 0.0.4 -------------------------------------------------------------- */

static void metric(struct buf *b, const char *name, const char *type, const char *help, int64_t v)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
               (long long)v);
}

static void metric_stages(struct buf *b, const struct report_stage stage[STAGE__MAX])
{
    buf_puts(b, "# HELP holos_stage_seconds Time of a turn's stages over the last 30 days.\n"
                "# TYPE holos_stage_seconds gauge\n");
    for (enum figures_stage i = 0; i < STAGE__MAX; i++)
        buf_printf(b,
                   "holos_stage_seconds{stage=\"%s\",quantile=\"0.5\"} %.6f\n"
                   "holos_stage_seconds{stage=\"%s\",quantile=\"0.95\"} %.6f\n",
                   report_stage_text(i), (double)stage[i].p50_us / 1e6, report_stage_text(i),
                   (double)stage[i].p95_us / 1e6);
}

static void metric_statuses(struct buf *b, const int64_t by_status[CALL__MAX])
{
    buf_puts(b, "# HELP holos_calls Calls in the store, by status.\n"
                "# TYPE holos_calls gauge\n");
    for (int i = 0; i < CALL__MAX; i++)
        buf_printf(b, "holos_calls{status=\"%s\"} %lld\n", call_status_text((enum call_status)i),
                   (long long)by_status[i]);
}

static void metrics(const struct report_figures *f, struct buf *b)
{
    const struct report_counts *kept = &f->sum.period[REPORT_KEPT];

    metric(b, "holos_active_calls", "gauge", "Calls in progress.", f->sum.active);
    metric(b, "holos_turns", "gauge", "Turns kept in the store.", kept->turns);
    metric(b, "holos_leads", "gauge", "Requests for staff kept in the store.", kept->leads);
    metric(b, "holos_stage_faults", "gauge", "Failures of providers in the stored turns.",
           kept->errors);
    metric(b, "holos_cost_microusd", "gauge", "Cost of the turns kept.", kept->cost_microusd);
    metric(b, "holos_outbox_waiting", "gauge", "Messages that wait to go out.", f->waiting);
    metric_statuses(b, kept->by_status);
    metric_stages(b, f->sum.period[REPORT_DAYS_30].stage);
}

static enum err handle(struct app *app, const struct request *request, struct response *r,
                       struct why *why)
{
    bool for_prometheus = strcmp(request->path, "/metrics") == 0;
    const struct report_scope scope = {.profiles = app->profiles,
                                       .profiles_n = app->profiles_n,
                                       .default_profile = app_profile(app, ""),
                                       .now_ms = clock_unix_ms(),
                                       .kept = for_prometheus};
    struct report_figures f;

    enum err e = report_figures_read(app->store, request->arena, &scope, &f, why);
    if (e != ERR_OK)
        return e;
    r->status = 200;
    r->type = for_prometheus ? "text/plain; version=0.0.4; charset=utf-8" : response_json_type;
    (for_prometheus ? metrics : stats)(&f, &r->body.text);
    return buf_err(&r->body.text);
}

static const char *const paths[] = {"/telephony/stats", "/metrics", NULL};

static const struct app_part *const parts[] = {&app_store, &app_profiles, NULL};

const struct handler handler_stats = {
    .name = "stats",
    .paths = paths,
    .methods = HANDLER_GET,
    .deadline_ms = 5000,
    .parts = parts,
    .access = &access_local,
    .workers = 1,
    .about = "counts and times, for a person and for Prometheus",
    .handle = handle,
};
