#include <string.h>
#include <time.h>

#include "tools/holos/people.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LIMIT_PRESET 20
#define LIMIT_MOST   100000

struct query {
    int64_t since_ms;
    int64_t limit;
};

/* An age ("7d") or a day of this machine's calendar ("2026-11-20"). */
static enum err since_of(const char *text, int64_t *ret, struct why *why)
{
    struct tm tm = {.tm_isdst = -1};
    int64_t age_ms = 0;

    const char *end = strptime(text, "%Y-%m-%d", &tm);
    if (end != NULL && *end == '\0') {
        *ret = (int64_t)mktime(&tm) * 1000;
        return ERR_OK;
    }
    if (options_age_ms(text, &age_ms, why) != ERR_OK)
        return why_set(why, ERR_VALUE,
                       "--since is a day (2026-11-20) or an age (36h, 7d, 2w, 3m), not \"%.20s\"",
                       text);
    *ret = clock_unix_ms() - age_ms;
    return ERR_OK;
}

static enum err read_query(struct tool *t, struct query *ret)
{
    const char *since = options_text(&t->options, "since", NULL);
    struct query q = {.limit = since == NULL ? LIMIT_PRESET : LIMIT_MOST};

    enum err e = options_number(&t->options, "limit", 1, LIMIT_MOST, &q.limit, &t->why);
    if (e == ERR_OK && since != NULL)
        e = since_of(since, &q.since_ms, &t->why);
    if (e == ERR_OK)
        *ret = q;
    return e;
}

static void print_calls(struct tool *t, const struct call *calls, size_t n)
{
    static const struct column columns[] = {
        {"CALL", true},  {"STARTED", false}, {"LASTED", true},       {"TURNS", true},
        {"COST", true},  {"STATUS", false},  {"ENDED BY", false},    {"PROFILE", false},
        {"FROM", false}, {"SOURCE", false},  {"EXTERNAL ID", false},
    };
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < n; i++) {
        const struct call *c = &calls[i];
        table_cellf(&table, "%lld", (long long)c->id);
        table_cell(&table, print_time(&t->arena, c->started_ms));
        table_cell(&table, print_span(&t->arena, people_call_ms(c)));
        table_cellf(&table, "%d", c->turns);
        table_cell(&table, print_cost(&t->arena, c->cost_microusd));
        table_cell(&table, call_status_text(c->status));
        table_cell(&table, c->end_reason);
        table_cell(&table, c->profile);
        table_cell(&table, *c->caller == '\0' ? "hidden" : people_text(t, c->caller));
        table_cell(&table, c->source);
        table_cell(&table, c->external_id);
    }
    table_print(&table, &t->out);
    if (n == 0)
        buf_puts(&t->out, "no calls\n");
}

static int report(struct tool *t, const struct call *calls, size_t n)
{
    struct jsonw w;

    if (!t->json) {
        print_calls(t, calls, n);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++) {
        jsonw_object(&w);
        people_put_call(t, &w, &calls[i]);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct store *s = NULL;
    struct call *calls = NULL;
    struct query q = {0};
    size_t n = 0;

    if (read_query(t, &q) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = calls_newest(s, &t->arena, 0, (int)q.limit, &calls, &n, &t->why);
    store_close(s);
    if (e != ERR_OK)
        return tool_fail(t, e);
    while (n > 0 && calls[n - 1].started_ms < q.since_ms)
        n--;
    return report(t, calls, n);
}

static const struct option_row options[] = {
    {"limit", 'n', "N", "at most so many (20; with --since all)"},
    {"since", '\0', "WHEN", "only calls begun since a day (2026-11-20) or an age (36h, 7d)"},
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_calls = {
    .name = "calls",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "list the calls, the newest first",
    .help = "Times are in this machine's zone (TZ), in JSON in UTC. `holos show CALL` shows\n"
            "one of them whole.",
    .run = run,
};
