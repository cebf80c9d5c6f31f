#include <stdlib.h>
#include <string.h>

#include "store/vendor-request.h"
#include "tools/holos/people.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LEADS_MOST 1000
#define TEXT_WIDTH 100

struct asked { /* of the vendors, in one turn */
    struct vendor_request *request;
    size_t n;
};

struct shown {
    struct call call;
    struct client client; /* id 0: unknown */
    struct turn *turns;
    size_t turns_n;
    struct asked *asked; /* one for each turn */
    struct lead *leads;
    size_t leads_n;
};

/* ---- finding it ----------------------------------------------------------------------------------- */

static enum err find_newest(struct tool *t, struct store *s, struct call *ret)
{
    struct call *calls = NULL;
    size_t n = 0;

    enum err e = calls_newest(s, &t->arena, 0, 1, &calls, &n, &t->why);
    if (e == ERR_OK && n == 0)
        e = why_set(&t->why, ERR_NOT_FOUND, "there is no call yet");
    if (e == ERR_OK)
        *ret = calls[0];
    return e;
}

/* Every exchange counts its own way, so the same id may be another call at another. */
static enum err find_external(struct tool *t, struct store *s, const char *id, struct call *ret)
{
    static const char *const sources[] = {"binotel", "twilio", "telegram"};
    enum err e = ERR_NOT_FOUND;

    for (size_t i = 0; i < sizeof sources / sizeof sources[0] && e == ERR_NOT_FOUND; i++)
        e = call_find(s, &t->arena, sources[i], id, ret, &t->why);
    if (e == ERR_NOT_FOUND)
        return why_set(&t->why, e, "no call has this number or id; `holos calls` lists them");
    return e;
}

static enum err find_call(struct tool *t, struct store *s, const char *id, struct call *ret)
{
    char *end = NULL;

    if (strcmp(id, "last") == 0)
        return find_newest(t, s, ret);
    long long row =
        strspn(id, "0123456789") == strlen(id) && strlen(id) < 19 ? strtoll(id, &end, 10) : 0;
    enum err e = row > 0 ? call_get(s, &t->arena, row, ret, &t->why) : ERR_NOT_FOUND;
    return e == ERR_NOT_FOUND ? find_external(t, s, id, ret) : e;
}

static enum err find_asked(struct tool *t, struct store *s, struct shown *sh)
{
    enum err e = ERR_OK;

    sh->asked = arena_alloc(&t->arena, (sh->turns_n + 1) * sizeof *sh->asked);
    if (sh->asked == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < sh->turns_n && e == ERR_OK; i++) {
        sh->asked[i] = (struct asked){0};
        e = vendor_requests_of_turn(s, &t->arena, sh->call.id, sh->turns[i].n,
                                    &sh->asked[i].request, &sh->asked[i].n, &t->why);
    }
    return e;
}

static enum err find(struct tool *t, struct store *s, const char *id, struct shown *ret)
{
    enum err e = find_call(t, s, id, &ret->call);

    if (e == ERR_OK && ret->call.client_id != 0)
        e = client_get(s, &t->arena, ret->call.client_id, &ret->client, &t->why);
    if (e == ERR_OK)
        e = turns_of_call(s, &t->arena, ret->call.id, &ret->turns, &ret->turns_n, &t->why);
    if (e == ERR_OK)
        e = find_asked(t, s, ret);
    if (e == ERR_OK)
        e = leads_newest(s, &t->arena, ret->call.id, LEADS_MOST, &ret->leads, &ret->leads_n,
                         &t->why);
    return e;
}

/* ---- for a person --------------------------------------------------------------------------------- */

static void put_line(struct tool *t, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        buf_printf(&t->out, "%-10s%s\n", name, print_clean(&t->arena, text));
}

static void print_call(struct tool *t, const struct shown *sh)
{
    const struct call *c = &sh->call;

    put_line(t, "call",
             arena_printf(&t->arena, "%lld (%s %s)", (long long)c->id, c->source, c->external_id));
    put_line(t, "from", *c->caller == '\0' ? "hidden" : people_text(t, c->caller));
    put_line(t, "to", people_text(t, c->called));
    if (sh->client.id != 0)
        put_line(t, "client",
                 arena_printf(&t->arena, "%s, call %lld of theirs",
                              *sh->client.name == '\0' ? "name unknown" : sh->client.name,
                              (long long)sh->client.calls));
    put_line(t, "profile", c->profile);
    put_line(t, "started", print_time(&t->arena, c->started_ms));
    put_line(t, "lasted", print_span(&t->arena, people_call_ms(c)));
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
    print_wrapped(&t->out, print_clean(&t->arena, people_text(t, words)), 10, TEXT_WIDTH);
}

/* It was answered, and nobody here knows what that costs. */
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

static void print_turn(struct tool *t, const struct turn *n, const struct asked *asked)
{
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
    for (size_t i = 0; i < asked->n; i++)
        put_request(t, &asked->request[i]);
}

static void print_lead(struct tool *t, const struct lead *l)
{
    buf_printf(&t->out, "\nrequest %lld (%s)\n", (long long)l->id, l->status);
    put_words(t, "name", l->name);
    put_words(t, "phone", l->phone);
    put_words(t, "wish", l->wish);
}

/* ---- for a program -------------------------------------------------------------------------------- */

static void put_us(struct jsonw *w, const char *name, int64_t us)
{
    jsonw_key(w, name);
    if (us < 0)
        jsonw_null(w);
    else
        jsonw_int(w, us);
}

static void put_asked(struct jsonw *w, const struct asked *asked)
{
    jsonw_key(w, "asked");
    jsonw_array(w);
    for (size_t i = 0; i < asked->n; i++) {
        const struct vendor_request *r = &asked->request[i];
        jsonw_object(w);
        jsonw_put_text(w, "stage", r->stage);
        jsonw_put_text(w, "rung", r->rung);
        jsonw_put_text(w, "outcome", r->outcome);
        jsonw_put_int(w, "status", r->status);
        jsonw_put_int(w, "connects", r->connects);
        jsonw_put_int(w, "began_us", r->began_us);
        jsonw_put_int(w, "tls_us", r->tls_us);
        jsonw_put_int(w, "first_byte_us", r->first_byte_us);
        jsonw_put_int(w, "total_us", r->total_us);
        jsonw_put_int(w, "sent", r->sent);
        jsonw_put_int(w, "received", r->received);
        jsonw_put_int(w, "cost_microusd", r->cost_microusd);
        jsonw_put_bool(w, "cost_known", r->cost_known);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_turn(struct tool *t, struct jsonw *w, const struct turn *n,
                     const struct asked *asked)
{
    jsonw_object(w);
    jsonw_put_int(w, "n", n->n);
    people_put_time(w, "started", n->started_ms);
    people_put_time(w, "answered", n->answered_ms);
    jsonw_put_text(w, "heard", people_text(t, n->heard));
    jsonw_put_text(w, "heard_by", n->heard_by);
    jsonw_key(w, "confidence");
    if (n->confidence < 0)
        jsonw_null(w);
    else
        jsonw_number(w, n->confidence);
    jsonw_put_text(w, "said", people_text(t, n->said));
    jsonw_put_bool(w, "ends", n->ends);
    jsonw_put_text(w, "think_rung", n->think_rung);
    jsonw_put_text(w, "speak_rung", n->speak_rung);
    put_us(w, "hear_us", n->hear_us);
    put_us(w, "think_us", n->think_us);
    put_us(w, "speak_us", n->speak_us);
    put_us(w, "total_us", n->total_us);
    jsonw_put_int(w, "tokens_in", n->tokens_in);
    jsonw_put_int(w, "tokens_out", n->tokens_out);
    jsonw_put_int(w, "cost_microusd", n->cost_microusd);
    jsonw_put_int(w, "faults", n->faults);
    put_asked(w, asked);
    jsonw_end_object(w);
}

static void put_client(struct tool *t, struct jsonw *w, const struct client *c)
{
    jsonw_key(w, "client");
    if (c->id == 0) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_put_int(w, "id", c->id);
    jsonw_put_text(w, "phone", people_text(t, c->phone));
    jsonw_put_text(w, "name", c->name);
    jsonw_put_int(w, "calls", c->calls);
    jsonw_end_object(w);
}

static int report_json(struct tool *t, const struct shown *sh)
{
    struct jsonw w;

    tool_json(t, &w);
    jsonw_object(&w);
    people_put_call(t, &w, &sh->call);
    put_client(t, &w, &sh->client);
    jsonw_key(&w, "history");
    jsonw_array(&w);
    for (size_t i = 0; i < sh->turns_n; i++)
        put_turn(t, &w, &sh->turns[i], &sh->asked[i]);
    jsonw_end_array(&w);
    jsonw_key(&w, "leads");
    jsonw_array(&w);
    for (size_t i = 0; i < sh->leads_n; i++) {
        jsonw_object(&w);
        people_put_lead(t, &w, &sh->leads[i]);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int report(struct tool *t, const struct shown *sh)
{
    if (t->json)
        return report_json(t, sh);
    print_call(t, sh);
    for (size_t i = 0; i < sh->turns_n; i++)
        print_turn(t, &sh->turns[i], &sh->asked[i]);
    for (size_t i = 0; i < sh->leads_n; i++)
        print_lead(t, &sh->leads[i]);
    return EXIT_FINE;
}

static int run(struct tool *t)
{
    struct shown sh = {0};
    struct store *s = NULL;

    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = find(t, s, t->options.operand[0], &sh);
    store_close(s);
    return e == ERR_OK ? report(t, &sh) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_show = {
    .name = "show",
    .operands = "CALL",
    .operands_least = 1,
    .operands_most = 1,
    .options = options,
    .takes_json = true,
    .about = "show one call whole: every turn, who heard it, how long each stage took",
    .help = "CALL is the number that `holos calls` shows, the exchange's own id, or \"last\".\n"
            "Below a turn stands what it asked of the vendors, one line each: the stage, who\n"
            "was asked, \"ok\" or why not, when in the turn that began and how long it took,\n"
            "new connections, bytes, and the cost by the vendors' price lists, where it is known.",
    .run = run,
};
