#include <string.h>

#include "report/report.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define TEXT_WIDTH 100

static void put_line(struct tool *t, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        buf_printf(&t->out, "%-10s%s\n", name, print_clean(&t->arena, text));
}

static void print_call(struct tool *t, const struct report_call *whole)
{
    const struct call *c = &whole->call;

    put_line(t, "call",
             arena_printf(&t->arena, "%lld (%s %s)", (long long)c->id, c->source, c->external_id));
    put_line(t, "from", *c->caller == '\0' ? "hidden" : c->caller);
    put_line(t, "to", c->called);
    if (whole->client.id != 0)
        put_line(t, "client",
                 arena_printf(&t->arena, "%s, call %lld of theirs",
                              *whole->client.name == '\0' ? "name unknown" : whole->client.name,
                              (long long)whole->client.calls));
    put_line(t, "profile", c->profile);
    put_line(t, "started", print_time(&t->arena, c->started_ms));
    put_line(t, "lasted", print_span(&t->arena, report_call_ms(c)));
    put_line(t, "status", call_status_text(c->status));
    put_line(t, "ended by", c->end_reason);
    if (c->billed_s >= 0)
        put_line(t, "billed", print_span(&t->arena, c->billed_s * 1000));
    put_line(t, "cost", print_cost(&t->arena, c->cost_microusd));
}

static const char *or_unknown(const char *s)
{
    return s == NULL || *s == '\0' ? "?" : s;
}

static void put_stages(struct tool *t, const struct turn *n)
{
    struct arena *a = &t->arena;

    buf_printf(&t->out, "          total %s", print_us(a, n->total_us));
    if (n->hear_us >= 0)
        buf_printf(&t->out, ", hear %s", print_us(a, n->hear_us));
    if (n->think_us >= 0)
        buf_printf(&t->out, ", think %s (%s)", print_us(a, n->think_us), or_unknown(n->think_rung));
    if (n->speak_us >= 0)
        buf_printf(&t->out, ", speak %s (%s)", print_us(a, n->speak_us), or_unknown(n->speak_rung));
    if (n->tokens_in > 0 || n->tokens_out > 0)
        buf_printf(&t->out, ", tokens %lld in %lld out", (long long)n->tokens_in,
                   (long long)n->tokens_out);
    if (n->cost_microusd > 0)
        buf_printf(&t->out, ", %s", print_cost(a, n->cost_microusd));
    if (n->faults > 0)
        buf_printf(&t->out, ", %d fault%s on the way", n->faults, n->faults == 1 ? "" : "s");
    buf_putc(&t->out, '\n');
}

static void put_words(struct tool *t, const char *who, const char *words)
{
    if (words == NULL || *words == '\0')
        return;
    buf_printf(&t->out, "  %-8s", who);
    print_wrapped(&t->out, print_clean(&t->arena, words), 10, TEXT_WIDTH);
}

/* It was answered, and its cost is not known here. */
static bool is_unpriced(const struct vendor_request *r)
{
    return strcmp(r->outcome, "ok") == 0 && !r->cost_known;
}

/* "stage  rung             outcome   when it began, how long it took and of that until TLS and the
 * first byte; connections, bytes, cost": what is not told was not needed. */
static void put_request(struct tool *t, const struct vendor_request *r)
{
    struct arena *a = &t->arena;

    buf_printf(&t->out, "    %-6s%-16s %-9s at %s, took %s", r->stage, r->rung, r->outcome,
               print_us(a, r->began_us), print_us(a, r->total_us));
    if (r->first_byte_us > 0)
        buf_printf(&t->out, ", first byte %s", print_us(a, r->first_byte_us));
    if (r->connects > 0)
        buf_printf(&t->out, ", %d new connection%s", r->connects, r->connects == 1 ? "" : "s");
    if (r->tls_us > 0)
        buf_printf(&t->out, " (TLS %s)", print_us(a, r->tls_us));
    buf_printf(&t->out, ", %lld B out, %lld B in", (long long)r->sent, (long long)r->received);
    if (r->status != 0 && r->status != 200)
        buf_printf(&t->out, ", HTTP %d", r->status);
    if (r->cost_microusd > 0)
        buf_printf(&t->out, ", %s", print_cost(a, r->cost_microusd));
    if (is_unpriced(r))
        buf_puts(&t->out, ", its price is not known");
    buf_putc(&t->out, '\n');
}

static void print_turn(struct tool *t, const struct report_turn *turn)
{
    const struct turn *n = &turn->turn;

    buf_printf(&t->out, "\nturn %d  %s", n->n, print_time(&t->arena, n->started_ms));
    if (n->heard != NULL)
        buf_printf(&t->out, "  by %s", or_unknown(n->heard_by));
    if (n->heard != NULL && n->confidence >= 0)
        buf_printf(&t->out, "  sure %d %%", (int)(n->confidence * 100 + 0.5));
    buf_putc(&t->out, '\n');
    if (n->heard != NULL)
        put_words(t, "caller", *n->heard == '\0' ? "(nothing)" : n->heard);
    put_words(t, "holos", n->said == NULL ? "(not answered)" : n->said);
    put_stages(t, n);
    for (size_t i = 0; i < turn->requests_n; i++)
        put_request(t, &turn->requests[i]);
}

static void print_lead(struct tool *t, const struct lead *l)
{
    buf_printf(&t->out, "\nrequest %lld (%s)\n", (long long)l->id, l->status);
    put_words(t, "name", l->name);
    put_words(t, "phone", l->phone);
    put_words(t, "wish", l->wish);
    put_words(t, "note", l->note);
}

static void print_whole(struct tool *t, const struct report_call *whole)
{
    print_call(t, whole);
    for (size_t i = 0; i < whole->turns_n; i++)
        print_turn(t, &whole->turns[i]);
    for (size_t i = 0; i < whole->leads.n; i++)
        print_lead(t, &whole->leads.leads[i]);
}

static int report(struct tool *t, const struct report_call *call)
{
    struct jsonw w;

    if (!t->json) {
        print_whole(t, call);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    report_call_json(&w, call);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct report_call call = {0};
    const char *name = tool_joined(t, 0);
    struct store *s = NULL;

    if (name == NULL)
        return tool_fail(t, ERR_MEMORY);
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = report_call_read(s, &t->arena, name, options_has(&t->options, "masked"), &call,
                             &t->why);
    store_close(s);
    return e == ERR_OK ? report(t, &call) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_show = {
    .name = "show",
    .operands = "CALL",
    .operands_least = 1,
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about = "show one call whole: every turn, who heard it, how long each stage took",
    .help = "CALL is the number that `holos calls` shows, the exchange's own id, \"last\",\n"
            "or a telephone number in any spelling: then the newest call from it.\n"
            "Below a turn are its requests to the vendors, one line each: the stage, the\n"
            "provider, \"ok\" or why not, when in the turn it began and how long it took,\n"
            "new connections, bytes, and the cost by the vendors' price lists, where it is known.",
    .run = run,
};
