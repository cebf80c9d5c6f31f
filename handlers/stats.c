/* GET /telephony/stats, /metrics: the counts, for a person and for Prometheus. */
#include <string.h>

#include "base/settings.h"
#include "base/zone.h"
#include "serve/handler.h"
#include "store/call.h"
#include "store/figures.h"
#include "store/lead.h"
#include "wire/jsonw.h"

#define DAY_MS ((int64_t)86400 * 1000)

static const char *const stage_name[STAGE__MAX] = {[STAGE_HEAR] = "hear",
                                                   [STAGE_THINK] = "think",
                                                   [STAGE_SPEAK] = "speak",
                                                   [STAGE_TOTAL] = "total"};

/* The longest session any profile allows: a call idle for longer is not active. */
static int64_t session_ms(const struct house *h)
{
    int minutes = 1;

    for (size_t i = 0; i < h->profiles_n; i++)
        if (h->profiles[i].limits.session_minutes > minutes)
            minutes = h->profiles[i].limits.session_minutes;
    return (int64_t)minutes * 60000;
}

/* Local midnight of the default profile: "today" is the owner's day. */
static int64_t midnight_ms(const struct house *h, int64_t now_ms)
{
    struct tm local;

    if (zone_local(house_profile(h, "")->time_zone, now_ms, &local) != ERR_OK)
        return now_ms - DAY_MS;
    return now_ms - ((int64_t)local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec) * 1000;
}

static void write_figures(struct jsonw *w, const char *name, const struct figures *f)
{
    jsonw_key(w, name);
    jsonw_object(w);
    jsonw_put_int(w, "calls", f->calls);
    jsonw_put_int(w, "turns", f->turns);
    jsonw_put_int(w, "bookings", f->bookings);
    jsonw_put_int(w, "leads", f->leads);
    jsonw_put_int(w, "errors", f->errors);
    jsonw_put_int(w, "cost_microusd", f->cost_microusd);
    jsonw_key(w, "stages_ms");
    jsonw_object(w);
    for (int i = 0; i < STAGE__MAX; i++) {
        jsonw_key(w, stage_name[i]);
        jsonw_object(w);
        jsonw_put_int(w, "turns", f->stage[i].n);
        jsonw_key(w, "p50");
        jsonw_number(w, (double)f->stage[i].p50_us / 1000.0);
        jsonw_key(w, "p95");
        jsonw_number(w, (double)f->stage[i].p95_us / 1000.0);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_end_object(w);
}

struct counts {
    int64_t active, waiting;
    struct figures today, month;
};

static enum err count(const struct house *h, struct counts *ret, struct why *why)
{
    int64_t now = clock_unix_ms();

    enum err e = figures_active_calls(h->store, now - session_ms(h), &ret->active, why);
    if (e == ERR_OK)
        e = outbox_waiting(h->store, &ret->waiting, why);
    if (e == ERR_OK)
        e = figures_since(h->store, midnight_ms(h, now), &ret->today, why);
    if (e == ERR_OK)
        e = figures_since(h->store, now - 30 * DAY_MS, &ret->month, why);
    return e;
}

static void stats(const struct counts *c, struct response *r)
{
    bool key = *setting_text(SET_BINOTEL_API_KEY) != '\0';
    struct jsonw w;

    r->type = response_json_type;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "status", key ? "active" : "not_configured");
    jsonw_put_int(&w, "active_calls", c->active);
    jsonw_put_text(&w, "binotel_number", setting_text(SET_BINOTEL_PHONE_NUMBER));
    jsonw_put_text(&w, "voice_language", setting_text(SET_VOICE_LANGUAGE));
    jsonw_put_bool(&w, "configured", key && *setting_text(SET_BINOTEL_API_SECRET) != '\0');
    jsonw_put_int(&w, "outbox_waiting", c->waiting);
    write_figures(&w, "today", &c->today);
    write_figures(&w, "days_30", &c->month);
    jsonw_end_object(&w);
}

/* ---- Prometheus text format 0.0.4 -------------------------------------------------------------- */

static void metric(struct buf *b, const char *name, const char *type, const char *help, int64_t v)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
               (long long)v);
}

static void metric_stages(struct buf *b, const struct figures *f)
{
    buf_puts(b, "# HELP holos_stage_seconds Time of a turn's stages over the last 30 days.\n"
                "# TYPE holos_stage_seconds gauge\n");
    for (int i = 0; i < STAGE__MAX; i++)
        buf_printf(b,
                   "holos_stage_seconds{stage=\"%s\",quantile=\"0.5\"} %.6f\n"
                   "holos_stage_seconds{stage=\"%s\",quantile=\"0.95\"} %.6f\n",
                   stage_name[i], (double)f->stage[i].p50_us / 1e6, stage_name[i],
                   (double)f->stage[i].p95_us / 1e6);
}

static void metric_statuses(struct buf *b, const int64_t by_status[CALL__MAX])
{
    buf_puts(b, "# HELP holos_calls Calls kept in the store, by status.\n"
                "# TYPE holos_calls gauge\n");
    for (int i = 0; i < CALL__MAX; i++)
        buf_printf(b, "holos_calls{status=\"%s\"} %lld\n", call_status_text((enum call_status)i),
                   (long long)by_status[i]);
}

static enum err metrics(const struct house *h, const struct counts *c, struct response *r,
                        struct why *why)
{
    struct buf *b = &r->body.text;
    int64_t by_status[CALL__MAX];
    struct figures all = {0};

    enum err e = figures_by_status(h->store, 0, by_status, why);
    if (e == ERR_OK)
        e = figures_since(h->store, 0, &all, why);
    if (e != ERR_OK)
        return e;
    r->type = "text/plain; version=0.0.4; charset=utf-8";
    metric(b, "holos_active_calls", "gauge", "Calls in progress.", c->active);
    metric(b, "holos_turns", "gauge", "Turns kept in the store.", all.turns);
    metric(b, "holos_leads", "gauge", "Requests for staff kept in the store.", all.leads);
    metric(b, "holos_stage_faults", "gauge", "Rungs that failed in the turns kept.", all.errors);
    metric(b, "holos_cost_microusd", "gauge", "Cost of the turns kept.", all.cost_microusd);
    metric(b, "holos_outbox_waiting", "gauge", "Messages that wait to go out.", c->waiting);
    metric_statuses(b, by_status);
    metric_stages(b, &c->month);
    return buf_err(b);
}

static enum err handle(struct house *house, const struct request *request, struct response *r,
                       struct why *why)
{
    struct counts c = {0};

    enum err e = count(house, &c, why);
    if (e != ERR_OK)
        return e;
    r->status = 200;
    if (strcmp(request->path, "/metrics") == 0)
        return metrics(house, &c, r, why);
    stats(&c, r);
    return buf_err(&r->body.text);
}

static const char *const paths[] = {"/telephony/stats", "/metrics", NULL};

const struct handler handler_stats = {
    .name = "stats",
    .paths = paths,
    .methods = HANDLER_GET,
    .deadline_ms = 5000,
    .needs = HOUSE_STORE | HOUSE_PROFILES,
    .access = &access_open,
    .workers = 1,
    .about = "counts and times, for a person and for Prometheus",
    .handle = handle,
};
