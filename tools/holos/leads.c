#include "tools/holos/people.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LIMIT_PRESET 20
#define LIMIT_MOST   100000

static void print_leads(struct tool *t, const struct lead *leads, size_t n, int64_t waiting)
{
    static const struct column columns[] = {
        {"REQUEST", true}, {"TAKEN", false}, {"STATUS", false}, {"PROFILE", false},
        {"CALL", true},    {"NAME", false},  {"PHONE", false},  {"WISH", false},
    };
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < n; i++) {
        const struct lead *l = &leads[i];
        table_cellf(&table, "%lld", (long long)l->id);
        table_cell(&table, print_time(&t->arena, l->created_ms));
        table_cell(&table, l->status);
        table_cell(&table, l->profile);
        table_cellf(&table, "%lld", (long long)l->call_id);
        table_cell(&table, people_text(t, l->name));
        table_cell(&table, people_text(t, l->phone));
        table_cell(&table, people_text(t, l->wish));
    }
    table_print(&table, &t->out);
    if (n == 0)
        buf_puts(&t->out, "no requests\n");
    buf_printf(&t->out, "%lld waiting to be sent\n", (long long)waiting);
}

static int report(struct tool *t, const struct lead *leads, size_t n, int64_t waiting)
{
    struct jsonw w;

    if (!t->json) {
        print_leads(t, leads, n, waiting);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_int(&w, "waiting", waiting);
    jsonw_key(&w, "leads");
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++) {
        jsonw_object(&w);
        people_put_lead(t, &w, &leads[i]);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    int64_t limit = LIMIT_PRESET;
    int64_t waiting = 0;
    struct store *s = NULL;
    struct lead *leads = NULL;
    size_t n = 0;

    if (options_number(&t->options, "limit", 1, LIMIT_MOST, &limit, &t->why) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = leads_newest(s, &t->arena, 0, (int)limit, &leads, &n, &t->why);
    if (e == ERR_OK)
        e = outbox_waiting(s, &waiting, &t->why);
    store_close(s);
    return e == ERR_OK ? report(t, leads, n, waiting) : tool_fail(t, e);
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
