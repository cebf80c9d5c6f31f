/* `holos binotel`: what the operator asks of the telephone exchange, over Binotel's REST API. */
#include <string.h>

#include "providers/binotel-api.h"
#include "store/call.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define ASK_MS  60000
#define WAIT_MS 10000 /* between two looks for a recording */

struct job {
    struct tool *t;
    struct binotel_api api;
    const char *const *word; /* the operands behind what is to be done */
    int words;
};

static struct deadline soon(void)
{
    return deadline_in_ms(ASK_MS);
}

/* The exchange's id of a call that is named as everywhere: by holos's number, its own id, or "last". One
 * that holos does not know is the exchange's own. */
static const char *call_id(struct job *j, const char *name)
{
    struct call call = {0};

    if (call_named(j->api.store, &j->t->arena, name, &call, NULL) == ERR_OK &&
        strcmp(call.source, "binotel") == 0)
        return call.external_id;
    return name;
}

static void done(struct job *j, const char *text)
{
    struct jsonw w;

    if (!j->t->json) {
        buf_printf(&j->t->out, "%s\n", text);
        return;
    }
    tool_json(j->t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "done", text);
    jsonw_end_object(&w);
}

/* ---- calls ---------------------------------------------------------------------------------------- */

static enum err show_call(struct job *j)
{
    struct tool *t = j->t;
    struct binotel_call c;
    struct jsonw w;

    enum err e = binotel_api_details(&j->api, call_id(j, j->word[0]), &c);
    if (e != ERR_OK)
        return e;
    const struct {
        const char *name, *text;
    } rows[] = {{"call", c.id},
                {"direction", c.out ? "out" : "in"},
                {"customer", c.customer},
                {"called", c.called},
                {"line", c.line},
                {"employee", c.employee},
                {"disposition", c.disposition},
                {"recording", c.recording},
                {"started", c.started_s < 0 ? "" : print_time(&t->arena, c.started_s * 1000)}};
    if (!t->json) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            buf_printf(&t->out, "%-12s %s\n", rows[i].name, rows[i].text);
        buf_printf(&t->out, "%-12s %lld s, talked %lld s\n", "waited", (long long)c.waited_s,
                   (long long)c.billed_s);
        return ERR_OK;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        jsonw_put_text(&w, rows[i].name, rows[i].text);
    jsonw_put_int(&w, "waited_s", c.waited_s);
    jsonw_put_int(&w, "billed_s", c.billed_s);
    jsonw_end_object(&w);
    return ERR_OK;
}

/* A recording is there some time after its call, so that --wait looks again. */
static enum err find_record(struct job *j, const char *id, struct binotel_record *ret)
{
    int64_t wait_s = 0;

    enum err e = options_number(&j->t->options, "wait", 0, 3600, &wait_s, &j->t->why);
    if (e != ERR_OK)
        return e;
    struct deadline until = deadline_in_ms(wait_s * 1000);
    do {
        j->api.until = soon();
        e = binotel_api_record(&j->api, id, ret);
    } while (e == ERR_NOT_FOUND && deadline_sleep(until, WAIT_MS));
    return e;
}

static enum err show_record(struct job *j)
{
    struct tool *t = j->t;
    struct binotel_record r = {0};
    struct jsonw w;

    enum err e = find_record(j, call_id(j, j->word[0]), &r);
    if (e != ERR_OK)
        return e;
    const char *until = r.until_s == 0 ? "" : print_time(&t->arena, r.until_s * 1000);
    if (!t->json) {
        buf_printf(&t->out, "%s\n", r.url);
        if (*until != '\0')
            buf_printf(&t->out, "until %s\n", until);
        return ERR_OK;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "url", r.url);
    jsonw_put_text(&w, "until", *until == '\0' ? NULL : until);
    jsonw_end_object(&w);
    return ERR_OK;
}

static enum err transfer(struct job *j)
{
    enum err e = binotel_api_transfer(&j->api, call_id(j, j->word[0]), j->word[1]);
    if (e == ERR_OK)
        done(j, "the call is handed over");
    return e;
}

static enum err hang_up(struct job *j)
{
    enum err e = binotel_api_hang_up(&j->api, call_id(j, j->word[0]));
    if (e == ERR_OK)
        done(j, "the call is ended");
    return e;
}

static enum err dial(struct job *j)
{
    const char *pbx = j->words > 2 ? j->word[2] : "";
    const char *id = "";

    enum err e = binotel_api_call(&j->api, j->word[0], j->word[1], pbx, &id);
    if (e == ERR_OK)
        done(j, arena_printf(&j->t->arena, "call %s", id));
    return e;
}

/* ---- the cabinet ---------------------------------------------------------------------------------- */

static enum err customer(struct job *j)
{
    struct tool *t = j->t;
    struct binotel_customer c;

    if (j->words > 1) {
        const char *name = tool_joined(t, 2);
        enum err e =
            name == NULL ? ERR_MEMORY : binotel_api_keep_customer(&j->api, j->word[0], name);
        if (e == ERR_OK)
            done(j, "the name is kept");
        return e;
    }
    enum err e = binotel_api_customer(&j->api, j->word[0], &c);
    if (e == ERR_OK && *c.id == '\0')
        return why_set(&t->why, ERR_NOT_FOUND, "no customer has this number");
    if (e == ERR_OK)
        done(j, arena_printf(&t->arena, "%s %s", c.id, c.name));
    return e;
}

static const char *text(const struct json *o, const char *name)
{
    const char *s = json_text(json_member(o, name));
    return s == NULL ? "" : s;
}

/* Two columns of every entry. The answer holds more: the passwords of the telephones, too. */
static enum err list(struct job *j, const char *method, const char *member,
                     const char *(*number)(const struct json *one), const char *title)
{
    const struct column columns[] = {{title, false}, {"NAME", false}};
    const struct json *o = NULL;
    struct tool *t = j->t;
    struct table table;
    struct jsonw w;

    enum err e = binotel_api_ask(&j->api, method, NULL, 0, &o);
    if (e != ERR_OK)
        return e;
    const struct json *one = json_first(json_member(o, member));
    if (t->json) {
        tool_json(t, &w);
        jsonw_array(&w);
        for (; one != NULL; one = json_next(one)) {
            jsonw_object(&w);
            jsonw_put_text(&w, "number", number(one));
            jsonw_put_text(&w, "name", text(one, "name"));
            jsonw_end_object(&w);
        }
        jsonw_end_array(&w);
        return ERR_OK;
    }
    table_init(&table, &t->arena, columns, 2);
    for (; one != NULL; one = json_next(one)) {
        table_cell(&table, number(one));
        table_cell(&table, text(one, "name"));
    }
    table_print(&table, &t->out);
    return ERR_OK;
}

static const char *route_number(const struct json *one)
{
    return text(one, "id");
}

static const char *line_number(const struct json *one)
{
    return text(json_member(one, "endpointData"), "internalNumber");
}

static enum err routes(struct job *j)
{
    return list(j, "settings/list-of-routes", "listOfRoutes", route_number, "ROUTE");
}

static enum err lines(struct job *j)
{
    return list(j, "settings/list-of-employees", "listOfEmployees", line_number, "LINE");
}

/* ---- the verb ------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    int least, most; /* operands behind it */
    enum err (*run)(struct job *j);
    const char *wants;
    bool acts; /* it places or changes a call */
} jobs[] = {
    {"call", 1, 1, show_call, "CALL", false},
    {"record", 1, 1, show_record, "CALL", false},
    {"transfer", 2, 2, transfer, "CALL LINE", true},
    {"hangup", 1, 1, hang_up, "CALL", true},
    {"dial", 2, 3, dial, "LINE NUMBER [COMPANY-NUMBER]", true},
    {"customer", 1, OPTIONS_OPERANDS - 1, customer, "NUMBER [NAME]", false},
    {"routes", 0, 0, routes, "nothing", false},
    {"lines", 0, 0, lines, "nothing", false},
};

static int ask(struct tool *t, size_t i)
{
    struct job j = {.t = t,
                    .word = (const char *const *)&t->options.operand[1],
                    .words = t->options.operands - 1};
    struct store *s = NULL;

    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = binotel_api_init(&j.api, s, &t->why);
    j.api.arena = &t->arena;
    j.api.until = soon();
    if (e == ERR_OK)
        e = jobs[i].run(&j);
    store_close(s);
    if (e != ERR_OK && t->why.text[0] == '\0')
        t->why = j.api.failure.why;
    if (e != ERR_OK && err_retry(e) && jobs[i].acts &&
        j.api.failure.sent) /* nobody should repeat it blindly */
        return tool_refuse(t, EXIT_FAULT, "%s: it may have been done", t->why.text);
    if (e != ERR_OK)
        return tool_fail(t, e);
    return t->json ? tool_json_end(t) : EXIT_FINE;
}

static int run(struct tool *t)
{
    const char *word = t->options.operand[0];

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        int n = t->options.operands - 1;
        if (strcmp(word, jobs[i].word) != 0)
            continue;
        if (n < jobs[i].least || n > jobs[i].most)
            return tool_refuse(t, EXIT_USAGE, "%s takes %s", word, jobs[i].wants);
        return ask(t, i);
    }
    return tool_refuse(t, EXIT_USAGE,
                       "\"%.40s\" is none of call, record, transfer, hangup, dial, customer, "
                       "routes, lines",
                       word);
}

static const struct option_row options[] = {
    {"wait", 'w', "SECONDS", "with record: look again until it is there, at most so long"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_binotel = {
    .name = "binotel",
    .operands = "WHAT [OPERAND...]",
    .operands_least = 1,
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about = "ask the telephone exchange Binotel: calls, recordings, the address book",
    .help = "call CALL            what became of a call\n"
            "record CALL          the address of its recording, good for some minutes\n"
            "transfer CALL LINE   hand a call that goes on to another line\n"
            "hangup CALL          end it\n"
            "dial LINE NUMBER     ring the line, then the number; a third operand is the\n"
            "                     company's number that is shown\n"
            "customer NUMBER      who that is in Binotel's address book; with a name\n"
            "                     behind it, that name is kept\n"
            "routes, lines        the numbers for `routes` and `lines` of a profile\n"
            "CALL is holos's number of a call, the exchange's, or last. BINOTEL_API_KEY and\n"
            "BINOTEL_API_SECRET must be set. Requests are 3.5 s apart, so some take a while.\n"
            "What places or changes a call is asked for once: look before you repeat it.",
    .run = run,
};
