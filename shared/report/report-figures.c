#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "report/report.h"
#include "store/outbox.h"

#define DAY_MS     INT64_C(86400000)
#define MEMORY_MAX ((size_t)256 * 1024 * 1024) /* while it counts: 48 bytes a turn */

static const char *const stage_texts[STAGE__MAX] = {
    [STAGE_HEAR] = "hear",
    [STAGE_THINK] = "think",
    [STAGE_SPEAK] = "speak",
    [STAGE_TOTAL] = "total",
};

const char *report_stage_text(enum figures_stage stage)
{
    return stage_texts[stage];
}

/* ---- today ---------------------------------------------------------------------------------------- */

static bool is_same_day(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_yday == b->tm_yday;
}

/* Midnight is looked for in the calendar and not counted back: the clocks may have been changed
 * since, and where they are changed at midnight there may be none. */
static enum err find_today(const char *time_zone, int64_t now_ms, int64_t *ret, struct why *why)
{
    int64_t before = now_ms / 1000 - 2 * DAY_MS / 1000; /* surely not today */
    int64_t from = now_ms / 1000;                       /* surely today */
    struct tm today = {0};
    struct tm local = {0};

    enum err e = zone_local(time_zone, now_ms, &today);
    while (e == ERR_OK && from - before > 1) {
        int64_t middle = before + (from - before) / 2;
        e = zone_local(time_zone, middle * 1000, &local);
        *(is_same_day(&local, &today) ? &from : &before) = middle;
    }
    if (e != ERR_OK)
        return why_set(why, e, "the time zone %s cannot be read", time_zone);
    *ret = from * 1000;
    return ERR_OK;
}

/* ---- counting ------------------------------------------------------------------------------------- */

struct times { /* of a turn's stages */
    struct times *next;
    bool today;
    int64_t us[STAGE__MAX];
};

struct counting {
    struct report_figures *f; /* profiles_n is not set yet: there is one more than are loaded */
    size_t loaded;
    bool gone; /* something is of a profile that is not loaded */
    struct arena memory;
    struct times **times; /* of each profile */
    int64_t timed;        /* turns */
};

static size_t profile_of(const struct counting *c, const char *name)
{
    size_t i = 0;

    while (i < c->loaded && strcmp(c->f->profiles[i].name, name) != 0)
        i++;
    return i;
}

static void add(struct report_counts *to, const struct figures_row *row)
{
    if (row->kind == FIGURES_CALL) {
        to->calls++;
        if (row->status < CALL__MAX)
            to->by_status[row->status]++;
    } else if (row->kind == FIGURES_TURN) {
        to->turns += row->n > 0;
        to->errors += row->faults;
        to->cost_microusd += row->cost_microusd;
    } else if (row->kind == FIGURES_LEAD) {
        to->leads++;
    } else {
        to->bookings++;
    }
}

static enum err keep_times(struct counting *c, size_t profile, const struct figures_row *row)
{
    const struct report_counts *period = c->f->profiles[profile].period;

    if (row->n == 0 || row->at_ms < period[REPORT_DAYS_30].since_ms)
        return ERR_OK;
    struct times *t = arena_alloc(&c->memory, sizeof *t);
    if (t == NULL)
        return ERR_MEMORY;
    t->next = c->times[profile];
    t->today = row->at_ms >= period[REPORT_TODAY].since_ms;
    memcpy(t->us, row->us, sizeof t->us);
    c->times[profile] = t;
    c->timed++;
    return ERR_OK;
}

static enum err take(void *of, const struct figures_row *row)
{
    struct counting *c = of;
    size_t at = profile_of(c, row->profile);
    struct report_profile *own = &c->f->profiles[at];
    struct report_profile *const both[] = {own, &c->f->sum};

    c->gone = c->gone || at == c->loaded;
    for (size_t i = 0; i < 2; i++) {
        if (row->kind == FIGURES_CALL && row->active_ms >= own->active_since_ms)
            both[i]->active++;
        for (size_t p = 0; p < REPORT__PERIODS; p++)
            if (row->at_ms >= own->period[p].since_ms)
                add(&both[i]->period[p], row);
    }
    return row->kind == FIGURES_TURN ? keep_times(c, at, row) : ERR_OK;
}

/* ---- stage times ---------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static struct report_stage rank(int64_t *us, size_t n)
{
    if (n == 0)
        return (struct report_stage){0};
    qsort(us, n, sizeof *us, by_size);
    return (struct report_stage){.n = (int64_t)n,
                                 .p50_us = us[(n * 50 + 99) / 100 - 1],
                                 .p95_us = us[(n * 95 + 99) / 100 - 1]};
}

static size_t gather(const struct times *t, enum report_period p, size_t stage, int64_t *to)
{
    size_t n = 0;

    for (; t != NULL; t = t->next)
        if ((p != REPORT_TODAY || t->today) && t->us[stage] >= 0)
            to[n++] = t->us[stage];
    return n;
}

static enum err time_stages(struct counting *c)
{
    int64_t *us = arena_calloc(&c->memory, (size_t)c->timed + 1, sizeof *us);

    for (enum report_period p = 0; p <= REPORT_DAYS_30 && us != NULL; p++)
        for (size_t stage = 0; stage < STAGE__MAX; stage++) {
            size_t all = 0;
            for (size_t i = 0; i <= c->loaded; i++) {
                size_t n = gather(c->times[i], p, stage, us + all);
                c->f->profiles[i].period[p].stage[stage] = rank(us + all, n);
                all += n;
            }
            c->f->sum.period[p].stage[stage] = rank(us, all);
        }
    return us == NULL ? ERR_MEMORY : ERR_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static enum err begin(const struct report_scope *scope, const struct profile *p,
                      struct report_profile *ret, struct why *why)
{
    int64_t today = 0;

    enum err e = find_today(p->time_zone, scope->now_ms, &today, why);
    if (e != ERR_OK)
        return e;
    *ret = (struct report_profile){
        .name = p->name,
        .time_zone = p->time_zone,
        .active_since_ms = scope->now_ms - (int64_t)p->limits.session_minutes * 60000,
        .period = {[REPORT_TODAY].since_ms = today,
                   [REPORT_DAYS_30].since_ms = scope->now_ms - 30 * DAY_MS,
                   [REPORT_KEPT].since_ms = scope->kept ? 0 : INT64_MAX},
    };
    return ERR_OK;
}

/* A profile for each that is loaded and one more; the sum's periods are the widest. */
static enum err begin_all(const struct report_scope *scope, struct report_figures *f,
                          struct why *why)
{
    enum err e = begin(scope, scope->default_profile, &f->profiles[scope->profiles_n], why);

    f->profiles[scope->profiles_n].name = NULL;
    for (size_t i = 0; i < scope->profiles_n && e == ERR_OK; i++)
        e = begin(scope, &scope->profiles[i], &f->profiles[i], why);
    for (size_t p = 0; p < REPORT__PERIODS; p++) {
        int64_t since = f->profiles[0].period[p].since_ms;
        for (size_t i = 1; i < scope->profiles_n; i++)
            if (f->profiles[i].period[p].since_ms < since)
                since = f->profiles[i].period[p].since_ms;
        f->sum.period[p].since_ms = since;
    }
    return e;
}

static enum err count(struct store *s, const struct report_scope *scope, struct report_figures *f,
                      struct why *why)
{
    struct counting c = {.f = f, .loaded = scope->profiles_n};
    int64_t since = scope->kept ? 0 : f->sum.period[REPORT_DAYS_30].since_ms;

    arena_init(&c.memory, MEMORY_MAX);
    c.times = arena_calloc(&c.memory, c.loaded + 1, sizeof *c.times);
    enum err e = c.times == NULL ? ERR_MEMORY : figures_each(s, since, take, &c, why);
    if (e == ERR_OK)
        e = time_stages(&c);
    arena_release(&c.memory);
    f->profiles_n = c.loaded + c.gone;
    return e;
}

static enum err read_skipped(struct store *s, struct arena *a, int64_t now_ms,
                             struct report_figures *f, struct why *why)
{
    size_t n = 0;

    enum err e = breakers_failing(s, a, &f->skipped, &n, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        if (breaker_is_open(f->skipped[i].until_ms, now_ms))
            f->skipped[f->skipped_n++] = f->skipped[i];
    return e;
}

enum err report_figures_read(struct store *s, struct arena *a, const struct report_scope *scope,
                             struct report_figures *ret, struct why *why)
{
    struct report_figures f = {.profiles =
                                   arena_calloc(a, scope->profiles_n + 1, sizeof *f.profiles)};

    enum err e = f.profiles == NULL ? ERR_MEMORY : begin_all(scope, &f, why);
    if (e == ERR_OK)
        e = count(s, scope, &f, why);
    if (e == ERR_OK)
        e = outbox_waiting(s, "lead", &f.waiting, why);
    if (e == ERR_OK)
        e = outbox_used(s, "lead", &f.sends, why);
    if (e == ERR_OK)
        e = read_skipped(s, a, scope->now_ms, &f, why);
    if (e == ERR_OK)
        *ret = f;
    return e;
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static void put_stages(struct jsonw *w, const struct report_counts *c)
{
    jsonw_key(w, "stages_ms");
    jsonw_object(w);
    for (size_t i = 0; i < STAGE__MAX; i++) {
        jsonw_key(w, stage_texts[i]);
        jsonw_object(w);
        jsonw_put_int(w, "turns", c->stage[i].n);
        jsonw_key(w, "p50");
        jsonw_number(w, (double)c->stage[i].p50_us / 1000.0);
        jsonw_key(w, "p95");
        jsonw_number(w, (double)c->stage[i].p95_us / 1000.0);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "stages");
    jsonw_object(w);
    for (size_t i = 0; i < STAGE__MAX; i++) {
        jsonw_key(w, stage_texts[i]);
        jsonw_object(w);
        jsonw_put_int(w, "n", c->stage[i].n);
        jsonw_put_int(w, "p50_us", c->stage[i].p50_us);
        jsonw_put_int(w, "p95_us", c->stage[i].p95_us);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static void put_period(struct jsonw *w, const char *name, const struct report_counts *c)
{
    char since[25];

    jsonw_key(w, name);
    jsonw_object(w);
    jsonw_put_text(w, "since", clock_iso8601(c->since_ms, since));
    jsonw_put_int(w, "calls", c->calls);
    jsonw_put_int(w, "turns", c->turns);
    jsonw_put_int(w, "bookings", c->bookings);
    jsonw_put_int(w, "leads", c->leads);
    jsonw_put_int(w, "errors", c->errors);
    jsonw_put_int(w, "cost_microusd", c->cost_microusd);
    jsonw_key(w, "by_status");
    jsonw_object(w);
    for (size_t i = 0; i < CALL__MAX; i++)
        jsonw_put_int(w, call_status_text((enum call_status)i), c->by_status[i]);
    jsonw_end_object(w);
    put_stages(w, c);
    jsonw_end_object(w);
}

static void put_profile(struct jsonw *w, const struct report_profile *p)
{
    jsonw_put_int(w, "active_calls", p->active);
    put_period(w, "today", &p->period[REPORT_TODAY]);
    put_period(w, "days_30", &p->period[REPORT_DAYS_30]);
}

void report_figures_json(struct jsonw *w, const struct report_figures *f)
{
    char until[25];

    jsonw_put_int(w, "outbox_waiting", f->waiting);
    put_profile(w, &f->sum);
    jsonw_key(w, "profiles");
    jsonw_array(w);
    for (size_t i = 0; i < f->profiles_n; i++) {
        jsonw_object(w);
        jsonw_put_text(w, "profile", f->profiles[i].name);
        jsonw_put_text(w, "time_zone", f->profiles[i].time_zone);
        put_profile(w, &f->profiles[i]);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_key(w, "skipped");
    jsonw_array(w);
    for (size_t i = 0; i < f->skipped_n; i++) {
        jsonw_object(w);
        jsonw_put_text(w, "rung", f->skipped[i].name);
        jsonw_put_text(w, "until", clock_iso8601(f->skipped[i].until_ms, until));
        jsonw_put_int(w, "failures", f->skipped[i].failures);
        jsonw_put_text(w, "reason", f->skipped[i].reason);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}
