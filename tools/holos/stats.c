#include "calls/app.h"
#include "report/report.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

static void put_count(struct table *table, const char *name, int64_t today, int64_t month)
{
    table_cell(table, name);
    table_cellf(table, "%lld", (long long)today);
    table_cellf(table, "%lld", (long long)month);
}

static void put_counts(struct table *table, const struct report_counts *a,
                       const struct report_counts *b)
{
    put_count(table, "calls", a->calls, b->calls);
    for (size_t i = 0; i < CALL__MAX; i++)
        if (a->by_status[i] + b->by_status[i] > 0) {
            char name[40];
            (void)snprintf(name, sizeof name, "  %s", call_status_text((enum call_status)i));
            put_count(table, name, a->by_status[i], b->by_status[i]);
        }
    put_count(table, "turns", a->turns, b->turns);
    put_count(table, "requests", a->leads, b->leads);
    put_count(table, "errors", a->errors, b->errors);
}

static const char *stage_text(struct arena *a, const struct report_stage *s)
{
    return s->n == 0 ? "-"
                     : arena_printf(a, "%s / %s", print_us(a, s->p50_us), print_us(a, s->p95_us));
}

static void print_sum(struct tool *t, const struct report_counts *period)
{
    static const struct column columns[] = {{"", false}, {"TODAY", true}, {"30 DAYS", true}};
    struct table table;

    table_init(&table, &t->arena, columns, 3);
    put_counts(&table, &period[REPORT_TODAY], &period[REPORT_DAYS_30]);
    table_cell(&table, "cost");
    for (int i = 0; i <= REPORT_DAYS_30; i++)
        table_cell(&table, print_cost(&t->arena, period[i].cost_microusd));
    for (enum figures_stage stage = 0; stage < STAGE__MAX; stage++) {
        table_cellf(&table, "%s, p50 / p95", report_stage_text(stage));
        for (int i = 0; i <= REPORT_DAYS_30; i++)
            table_cell(&table, stage_text(&t->arena, &period[i].stage[stage]));
    }
    table_print(&table, &t->out);
}

static void print_profiles(struct tool *t, const struct report_figures *f)
{
    static const struct column columns[] = {
        {"PROFILE", false}, {"ACTIVE", true},        {"CALLS TODAY", true}, {"REQUESTS", true},
        {"COST", true},     {"CALLS 30 DAYS", true}, {"REQUESTS", true},    {"COST", true}};
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < f->profiles_n; i++) {
        const struct report_profile *p = &f->profiles[i];
        table_cell(&table, p->name == NULL ? "(not loaded)" : p->name);
        table_cellf(&table, "%lld", (long long)p->active);
        for (int k = 0; k <= REPORT_DAYS_30; k++) {
            table_cellf(&table, "%lld", (long long)p->period[k].calls);
            table_cellf(&table, "%lld", (long long)p->period[k].leads);
            table_cell(&table, print_cost(&t->arena, p->period[k].cost_microusd));
        }
    }
    buf_putc(&t->out, '\n');
    table_print(&table, &t->out);
}

static void print_figures(struct tool *t, const struct report_figures *f)
{
    print_sum(t, f->sum.period);
    if (f->profiles_n > 1)
        print_profiles(t, f);
    buf_printf(&t->out, "\n%lld active now", (long long)f->sum.active);
    if (f->sends)
        buf_printf(&t->out, ", %lld waiting to be sent", (long long)f->waiting);
    buf_putc(&t->out, '\n');
    for (size_t i = 0; i < f->skipped_n; i++) {
        const struct breaker *r = &f->skipped[i];
        buf_printf(&t->out, "%s is skipped until %s, after %d failure%s in a row%s%s\n", r->name,
                   print_time(&t->arena, r->until_ms), r->failures, r->failures == 1 ? "" : "s",
                   *r->reason == '\0' ? "" : ": ", r->reason);
    }
}

static int report(struct tool *t, const struct report_figures *f)
{
    struct jsonw w;

    if (!t->json) {
        print_figures(t, f);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    report_figures_json(&w, f);
    jsonw_put_int(&w, "waiting", f->waiting);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct report_figures f = {0};
    struct app app = {0};

    enum err e = app_open(&app, APP_PARTS(&app_store, &app_profiles), &t->why);
    if (e == ERR_OK) {
        const struct report_scope scope = {.profiles = app.profiles,
                                           .profiles_n = app.profiles_n,
                                           .default_profile = app_profile(&app, ""),
                                           .now_ms = clock_unix_ms()};
        e = report_figures_read(app.store, &t->arena, &scope, &f, &t->why);
    }
    int code = e == ERR_OK ? report(t, &f) : tool_fail(t, e);
    app_close(&app); /* the profiles' names were its own */
    return code;
}

const struct verb verb_stats = {
    .name = "stats",
    .operands = "",
    .takes_json = true,
    .about = "count calls, turns, requests, costs and stage times of today and of 30 days",
    .help = "Today begins at midnight in the time zone of the profile that answers. A call is\n"
            "active while something happened in it within its profile's session_minutes. The\n"
            "page /telephony/stats counts the same. For each stage half of the turns took at\n"
            "most p50, and 95 of 100 at most p95. If there are several profiles, each is counted,\n"
            "and the sum. A vendor that failed is skipped by all workers for a while; that is\n"
            "shown as long as it lasts.",
    .run = run,
};
