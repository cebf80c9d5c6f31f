#include "business/phone.h"
#include "report/report.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LIMIT_PRESET 20
#define LIMIT_MOST   100000

static enum err read_query(struct tool *t, struct report_query *ret)
{
    const char *since = options_text(&t->options, "since", NULL);
    int64_t limit = since == NULL ? LIMIT_PRESET : LIMIT_MOST;
    struct report_query q = {.masked = options_has(&t->options, "masked")};

    enum err e = options_number(&t->options, "limit", 1, LIMIT_MOST, &limit, &t->why);
    if (e == ERR_OK && since != NULL)
        e = tool_since(since, &q.since_ms, &t->why);
    q.limit = (int)limit;
    if (e == ERR_OK && t->options.operands > 0) {
        const char *number = tool_joined(t, 0);
        char *digits = arena_calloc(&t->arena, PHONE_TAIL + 1, 1);
        if (number == NULL || digits == NULL)
            return ERR_MEMORY;
        if (!phone_tail(number, digits))
            return why_set(&t->why, ERR_VALUE,
                           "\"%.40s\" is not a telephone number of nine digits or more", number);
        q.phone = digits;
    }
    if (e == ERR_OK)
        *ret = q;
    return e;
}

static void print_calls(struct tool *t, const struct report_calls *calls)
{
    static const struct column columns[] = {
        {"CALL", true},  {"STARTED", false}, {"LASTED", true},       {"TURNS", true},
        {"COST", true},  {"STATUS", false},  {"ENDED BY", false},    {"PROFILE", false},
        {"FROM", false}, {"SOURCE", false},  {"EXTERNAL ID", false},
    };
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < calls->n; i++) {
        const struct call *c = &calls->calls[i];
        table_cellf(&table, "%lld", (long long)c->id);
        table_cell(&table, print_time(&t->arena, c->started_ms));
        table_cell(&table, print_span(&t->arena, report_call_ms(c)));
        table_cellf(&table, "%d", c->turns);
        table_cell(&table, print_cost(&t->arena, c->cost_microusd));
        table_cell(&table, call_status_text(c->status));
        table_cell(&table, c->end_reason);
        table_cell(&table, c->profile);
        table_cell(&table, *c->caller == '\0' ? "hidden" : c->caller);
        table_cell(&table, c->source);
        table_cell(&table, c->external_id);
    }
    table_print(&table, &t->out);
    if (calls->n == 0)
        buf_puts(&t->out, "no calls\n");
}

static int report(struct tool *t, const struct report_calls *calls)
{
    struct jsonw w;

    if (!t->json) {
        print_calls(t, calls);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    report_calls_json(&w, calls);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct store *s = NULL;
    struct report_query q = {0};
    struct report_calls calls = {0};

    if (read_query(t, &q) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = report_calls_read(s, &t->arena, &q, &calls, &t->why);
    store_close(s);
    return e == ERR_OK ? report(t, &calls) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"limit", 'n', "N", "at most so many (20; with --since all)"},
    {"since", '\0', "WHEN", "only calls begun since a day (2026-11-20) or an age (36h, 7d)"},
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_calls = {
    .name = "calls",
    .operands = "[NUMBER]",
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about = "list the calls, the newest first",
    .help = "Times are in this machine's zone (TZ), in JSON in UTC. `holos show CALL` shows\n"
            "one of them whole. With a telephone number, in any spelling, only those from it.",
    .run = run,
};
