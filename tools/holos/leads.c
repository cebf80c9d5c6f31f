#include "report/report.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LIMIT_PRESET 20
#define LIMIT_MOST   100000

static void print_leads(struct tool *t, const struct report_leads *leads)
{
    static const struct column columns[] = {
        {"REQUEST", true}, {"TAKEN", false}, {"STATUS", false}, {"PROFILE", false},
        {"CALL", true},    {"NAME", false},  {"PHONE", false},  {"WISH", false},
    };
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < leads->n; i++) {
        const struct lead *l = &leads->leads[i];
        table_cellf(&table, "%lld", (long long)l->id);
        table_cell(&table, print_time(&t->arena, l->created_ms));
        table_cell(&table, l->status);
        table_cell(&table, l->profile);
        table_cellf(&table, "%lld", (long long)l->call_id);
        table_cell(&table, l->name);
        table_cell(&table, l->phone);
        table_cell(&table, l->wish);
    }
    table_print(&table, &t->out);
    if (leads->n == 0)
        buf_puts(&t->out, "no requests\n");
    buf_printf(&t->out, "%lld waiting to be sent\n", (long long)leads->waiting);
}

static int report(struct tool *t, const struct report_leads *leads)
{
    struct jsonw w;

    if (!t->json) {
        print_leads(t, leads);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    report_leads_json(&w, leads);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    int64_t limit = LIMIT_PRESET;
    struct store *s = NULL;
    struct report_leads leads = {0};

    if (options_number(&t->options, "limit", 1, LIMIT_MOST, &limit, &t->why) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    const struct report_query q = {.limit = (int)limit,
                                   .masked = options_has(&t->options, "masked")};
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = report_leads_read(s, &t->arena, &q, &leads, &t->why);
    store_close(s);
    return e == ERR_OK ? report(t, &leads) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"limit", 'n', "N", "at most so many (20)"},
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_leads = {
    .name = "leads",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "list the requests callers left for a person, the newest first",
    .help = "",
    .run = run,
};
