#include <time.h>

#include "store/call.h"
#include "store/figures.h"
#include "store/lead.h"
#include "store/breaker.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define DAY_MS    INT64_C(86400000)
#define ACTIVE_MS (INT64_C(30) * 60 * 1000)

struct period {
    const char *name;  /* as in the JSON */
    const char *title; /* for people */
    int64_t since_ms;
    struct figures figures;
    int64_t by_status[CALL__MAX];
};

struct stats {
    struct period period[2];
    int64_t active, waiting;
    struct breaker *noted; /* what failed lately */
    size_t noted_n;
    int64_t now_ms;
};

static const char *const stages[STAGE__MAX] = {
    [STAGE_HEAR] = "hear",
    [STAGE_THINK] = "think",
    [STAGE_SPEAK] = "speak",
    [STAGE_TOTAL] = "total",
};

/* The last midnight of this machine's zone. */
static int64_t midnight_ms(int64_t now_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    struct tm tm;

    if (localtime_r(&now, &tm) == NULL)
        return now_ms - now_ms % DAY_MS;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}

static enum err read_period(struct tool *t, struct store *s, struct period *p)
{
    enum err e = figures_since(s, p->since_ms, &p->figures, &t->why);

    return e == ERR_OK ? figures_by_status(s, p->since_ms, p->by_status, &t->why) : e;
}

static enum err read_stats(struct tool *t, struct store *s, struct stats *ret)
{
    int64_t now = clock_unix_ms();
    struct stats st = {
        .now_ms = now,
        .period = {{.name = "today", .title = "TODAY", .since_ms = midnight_ms(now)},
                   {.name = "days_30", .title = "30 DAYS", .since_ms = now - 30 * DAY_MS}}};

    enum err e = read_period(t, s, &st.period[0]);
    if (e == ERR_OK)
        e = read_period(t, s, &st.period[1]);
    if (e == ERR_OK)
        e = figures_active_calls(s, now - ACTIVE_MS, &st.active, &t->why);
    if (e == ERR_OK)
        e = outbox_waiting(s, &st.waiting, &t->why);
    if (e == ERR_OK)
        e = breakers_failing(s, &t->arena, &st.noted, &st.noted_n, &t->why);
    if (e == ERR_OK)
        *ret = st;
    return e;
}

/* ---- for a person --------------------------------------------------------------------------------- */

static void put_count(struct table *table, const char *name, int64_t a, int64_t b)
{
    table_cell(table, name);
    table_cellf(table, "%lld", (long long)a);
    table_cellf(table, "%lld", (long long)b);
}

static void put_counts(struct table *table, const struct period *p)
{
    const struct figures *a = &p[0].figures;
    const struct figures *b = &p[1].figures;

    put_count(table, "calls", a->calls, b->calls);
    for (size_t i = 0; i < CALL__MAX; i++)
        if (p[0].by_status[i] + p[1].by_status[i] > 0) {
            char name[40];
            (void)snprintf(name, sizeof name, "  %s", call_status_text((enum call_status)i));
            put_count(table, name, p[0].by_status[i], p[1].by_status[i]);
        }
    put_count(table, "turns", a->turns, b->turns);
    put_count(table, "bookings", a->bookings, b->bookings);
    put_count(table, "requests", a->leads, b->leads);
    put_count(table, "errors", a->errors, b->errors);
}

static const char *stage_text(struct tool *t, const struct figures *f, int stage)
{
    if (f->stage[stage].n == 0)
        return "-";
    return arena_printf(&t->arena, "%s / %s", print_us(&t->arena, f->stage[stage].p50_us),
                        print_us(&t->arena, f->stage[stage].p95_us));
}

/* Who is passed over by all workers now. */
static void print_skipped(struct tool *t, const struct stats *st)
{
    for (size_t i = 0; i < st->noted_n; i++)
        if (st->noted[i].until_ms > st->now_ms)
            buf_printf(&t->out, "%s is skipped until %s, after %d failure%s in a row%s%s\n",
                       st->noted[i].name, print_time(&t->arena, st->noted[i].until_ms),
                       st->noted[i].failures, st->noted[i].failures == 1 ? "" : "s",
                       *st->noted[i].reason == '\0' ? "" : ": ", st->noted[i].reason);
}

static int print_stats(struct tool *t, const struct stats *st)
{
    const struct period *p = st->period;
    const struct column columns[] = {{"", false}, {p[0].title, true}, {p[1].title, true}};
    struct table table;

    table_init(&table, &t->arena, columns, 3);
    put_counts(&table, p);
    table_cell(&table, "cost");
    for (int i = 0; i < 2; i++)
        table_cell(&table, print_cost(&t->arena, p[i].figures.cost_microusd));
    for (int stage = 0; stage < STAGE__MAX; stage++) {
        table_cellf(&table, "%s, p50 / p95", stages[stage]);
        for (int i = 0; i < 2; i++)
            table_cell(&table, stage_text(t, &p[i].figures, stage));
    }
    table_print(&table, &t->out);
    buf_printf(&t->out, "\n%lld active now, %lld waiting to be sent\n", (long long)st->active,
               (long long)st->waiting);
    print_skipped(t, st);
    return EXIT_FINE;
}

/* ---- for a program -------------------------------------------------------------------------------- */

static void put_stages(struct jsonw *w, const struct figures *f)
{
    jsonw_key(w, "stages");
    jsonw_object(w);
    for (int i = 0; i < STAGE__MAX; i++) {
        jsonw_key(w, stages[i]);
        jsonw_object(w);
        jsonw_put_int(w, "n", f->stage[i].n);
        jsonw_put_int(w, "p50_us", f->stage[i].p50_us);
        jsonw_put_int(w, "p95_us", f->stage[i].p95_us);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static void put_period(struct jsonw *w, const struct period *p)
{
    char iso[25];

    jsonw_key(w, p->name);
    jsonw_object(w);
    jsonw_put_text(w, "since", clock_iso8601(p->since_ms, iso));
    jsonw_put_int(w, "calls", p->figures.calls);
    jsonw_put_int(w, "turns", p->figures.turns);
    jsonw_put_int(w, "bookings", p->figures.bookings);
    jsonw_put_int(w, "leads", p->figures.leads);
    jsonw_put_int(w, "errors", p->figures.errors);
    jsonw_put_int(w, "cost_microusd", p->figures.cost_microusd);
    jsonw_key(w, "by_status");
    jsonw_object(w);
    for (size_t i = 0; i < CALL__MAX; i++)
        jsonw_put_int(w, call_status_text((enum call_status)i), p->by_status[i]);
    jsonw_end_object(w);
    put_stages(w, &p->figures);
    jsonw_end_object(w);
}

static void put_skipped(struct jsonw *w, const struct stats *st)
{
    char iso[25];

    jsonw_key(w, "skipped");
    jsonw_array(w);
    for (size_t i = 0; i < st->noted_n; i++) {
        const struct breaker *r = &st->noted[i];
        if (r->until_ms <= st->now_ms)
            continue;
        jsonw_object(w);
        jsonw_put_text(w, "rung", r->name);
        jsonw_put_text(w, "until", clock_iso8601(r->until_ms, iso));
        jsonw_put_int(w, "failures", r->failures);
        jsonw_put_text(w, "reason", r->reason);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static int report_json(struct tool *t, const struct stats *st)
{
    struct jsonw w;

    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_int(&w, "active_calls", st->active);
    jsonw_put_int(&w, "waiting", st->waiting);
    put_period(&w, &st->period[0]);
    put_period(&w, &st->period[1]);
    put_skipped(&w, st);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct stats st = {0};
    struct store *s = NULL;

    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = read_stats(t, s, &st);
    store_close(s);
    if (e != ERR_OK)
        return tool_fail(t, e);
    return t->json ? report_json(t, &st) : print_stats(t, &st);
}

const struct verb verb_stats = {
    .name = "stats",
    .operands = "",
    .takes_json = true,
    .about = "count calls, turns, requests, costs and stage times of today and of 30 days",
    .help = "Today begins at midnight of this machine's zone (TZ). Of each stage: half of the\n"
            "turns took at most p50, 95 of 100 at most p95. A call is active while something\n"
            "happened in it within the last half hour. A vendor that failed is skipped by all\n"
            "workers for a while; that is shown as long as it lasts.",
    .run = run,
};
