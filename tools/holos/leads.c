#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/zone.h"
#include "business/phone.h"
#include "calls/app.h"
#include "report/report.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define LIMIT_PRESET 1000
#define LIMIT_MOST   10000

/* In the business's own time. */
static const char *time_of(struct tool *t, const struct report_scope *scope, const struct lead *l)
{
    const char *zone = report_zone(scope, l->profile);
    char text[32];
    struct tm tm;

    if (zone == NULL || *zone == '\0')
        return print_time(&t->arena, l->created_ms);
    if (zone_local(zone, l->created_ms, &tm) != ERR_OK ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        return "?";
    return arena_strdup(&t->arena, text);
}

/* ---- forms ---------------------------------------------------------------------------------------- */

static void print_leads(struct tool *t, const struct report_scope *scope,
                        const struct report_leads *leads)
{
    static const struct column columns[] = {
        {"REQUEST", true}, {"TAKEN", false}, {"STATUS", false}, {"PROFILE", false}, {"CALL", true},
        {"NAME", false},   {"PHONE", false}, {"WISH", false},   {"NOTE", false},
    };
    struct table table;

    table_init(&table, &t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < leads->n; i++) {
        const struct lead *l = &leads->leads[i];
        table_cellf(&table, "%lld", (long long)l->id);
        table_cell(&table, time_of(t, scope, l));
        table_cell(&table, l->status);
        table_cell(&table, l->profile);
        table_cellf(&table, "%lld", (long long)l->call_id);
        table_cell(&table, l->name);
        table_cell(&table, l->phone);
        table_cell(&table, l->wish);
        table_cell(&table, l->note);
    }
    table_print(&table, &t->out);
    if (leads->n == 0)
        buf_puts(&t->out,
                 options_has(&t->options, "all")
                     ? "no requests\n"
                     : "no open requests; --all shows those of every day, also done ones\n");
    if (leads->sends)
        buf_printf(&t->out, "%lld waiting to be sent\n", (long long)leads->waiting);
}

/* In quotes. A caller's words that a spreadsheet would take for a formula get an apostrophe. */
static void put_cell(struct buf *out, const char *text, bool is_words, const char *end)
{
    buf_putc(out, '"');
    if (is_words && *text != '\0' && strchr("=+-@\t\r", *text) != NULL)
        buf_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_putc(out, '"');
        buf_putc(out, *text);
    }
    buf_printf(out, "\"%s", end);
}

/* A plus and digits alone: anything else might be taken for a formula. */
static bool is_number(const char *s)
{
    return *s == '+' && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

static void print_csv(struct tool *t, const struct report_scope *scope,
                      const struct report_leads *leads)
{
    struct buf *out = &t->out;

    buf_puts(out, "request,taken,status,profile,call,name,phone,wish,note\r\n");
    for (size_t i = 0; i < leads->n; i++) {
        const struct lead *l = &leads->leads[i];
        buf_printf(out, "%lld,", (long long)l->id);
        put_cell(out, time_of(t, scope, l), false, ",");
        put_cell(out, l->status, false, ",");
        put_cell(out, l->profile, false, ",");
        buf_printf(out, "%lld,", (long long)l->call_id);
        put_cell(out, l->name, true, ",");
        put_cell(out, l->phone, !is_number(l->phone), ",");
        put_cell(out, l->wish, true, ",");
        put_cell(out, l->note, true, "\r\n");
    }
}

static int report(struct tool *t, const struct report_scope *scope,
                  const struct report_leads *leads)
{
    struct jsonw w;

    if (options_has(&t->options, "csv")) {
        print_csv(t, scope, leads);
        return EXIT_FINE;
    }
    if (!t->json) {
        print_leads(t, scope, leads);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    report_leads_json(&w, leads);
    return tool_json_end(t);
}

/* ---- the list ------------------------------------------------------------------------------------- */

static enum err read_query(struct tool *t, const struct report_scope *scope,
                           struct report_query *ret)
{
    const struct options *o = &t->options;
    const char *since = options_text(o, "since", NULL);
    const char *phone = options_text(o, "phone", NULL);
    bool all = options_has(o, "all");
    int64_t limit = LIMIT_PRESET;

    *ret = (struct report_query){
        .masked = options_has(o, "masked"),
        .profile = options_text(o, "profile", NULL),
        .open = !all,
        .today = all || since != NULL || phone != NULL ? NULL : scope,
    };
    enum err e = options_number(o, "limit", 1, LIMIT_MOST, &limit, &t->why);
    ret->limit = (int)limit;
    if (e == ERR_OK && since != NULL)
        e = tool_since(since, &ret->since_ms, &t->why);
    if (e != ERR_OK || phone == NULL)
        return e;
    char *digits = arena_calloc(&t->arena, PHONE_TAIL + 1, 1);
    if (digits == NULL)
        return ERR_MEMORY;
    ret->phone = digits;
    return phone_tail(phone, digits)
               ? ERR_OK
               : why_set(&t->why, ERR_VALUE,
                         "--phone is a telephone number of nine digits or more, not \"%.40s\"",
                         phone);
}

/* Without the profiles the machine's own zone serves. */
static int list(struct tool *t)
{
    static struct app app;
    struct report_scope scope = {.now_ms = clock_unix_ms()};
    struct report_leads leads = {0};
    struct report_query q = {0};
    struct store *s = NULL;

    if (options_has(&t->options, "csv") && t->json)
        return tool_refuse(t, EXIT_USAGE, "--csv and --json exclude each other");
    if (read_query(t, &scope, &q) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    if (app_open(&app, APP_PARTS(&app_profiles), NULL) == ERR_OK) {
        scope.profiles = app.profiles;
        scope.profiles_n = app.profiles_n;
        scope.default_profile = app_profile_of(&app, "", "");
    }
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = report_leads_read(s, &t->arena, &q, &leads, &t->why);
    store_close(s);
    int code = e == ERR_OK ? report(t, &scope, &leads) : tool_fail(t, e);
    app_close(&app);
    return code;
}

/* ---- done, reopen --------------------------------------------------------------------------------- */

static enum err read_id(struct tool *t, const char *text, int64_t *ret)
{
    char *end = NULL;
    long long id = strtoll(text, &end, 10);

    if (*text < '1' || *text > '9' || *end != '\0')
        return why_set(&t->why, ERR_VALUE, "\"%.40s\" is not the number of a request", text);
    *ret = id;
    return ERR_OK;
}

static enum err mark_all(struct tool *t, struct store *s, const char *status, const char *note)
{
    enum err e = store_begin(s, deadline_in_ms(5000), &t->why);

    for (int i = 1; i < t->options.operands && e == ERR_OK; i++) {
        int64_t id = 0;
        e = read_id(t, t->options.operand[i], &id);
        if (e == ERR_OK)
            e = lead_mark(s, id, status, note, &t->why);
    }
    if (e == ERR_OK)
        e = store_commit(s, &t->why);
    store_rollback(s);
    return e;
}

static int mark(struct tool *t, const char *status)
{
    const char *note = options_text(&t->options, "note", NULL);
    struct store *s = NULL;

    if (t->options.operands < 2)
        return tool_refuse(t, EXIT_USAGE, "say which request: `holos leads` shows the numbers");
    if (note != NULL && strlen(note) > LEAD_NOTE_MAX)
        return tool_refuse(t, EXIT_USAGE, "--note may have %d bytes", LEAD_NOTE_MAX);
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = mark_all(t, s, status, note);
    store_close(s);
    if (e == ERR_VALUE)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    return e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
}

static int run(struct tool *t)
{
    const char *word = t->options.operands == 0 ? NULL : t->options.operand[0];

    if (word == NULL)
        return list(t);
    if (strcmp(word, "done") == 0)
        return mark(t, "done");
    if (strcmp(word, "reopen") == 0)
        return mark(t, "new");
    return tool_refuse(t, EXIT_USAGE, "\"%.40s\" is neither done nor reopen", word);
}

static const struct option_row options[] = {
    {"all", 'a', NULL, "those of every day, also done ones"},
    {"since", '\0', "WHEN", "open requests since a day (2026-11-20) or an age (36h, 7d)"},
    {"phone", '\0', "NUMBER", "open requests of every day for this number, in any spelling"},
    {"profile", 'p', "NAME", "only this business's"},
    {"csv", '\0', NULL, "print a table for a spreadsheet"},
    {"note", '\0', "TEXT", "with done or reopen: add this note"},
    {"limit", 'n', "N", "at most so many (1000)"},
    {"masked", 'm', NULL, "hide the middle of telephone numbers"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_leads = {
    .name = "leads",
    .operands = "[done|reopen REQUEST...]",
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about =
        "list the requests that callers left for a person, the newest first; mark them as done",
    .help =
        "Without options it shows the open ones of today. Days and times are in the business's\n"
        "own time zone. `holos leads done 12 --note \"called back\"` marks one that a person\n"
        "has dealt with, `holos leads reopen 12` takes that back.",
    .run = run,
};
