#include "base/settings.h"

#include <string.h>
#include "tools/holos/origin.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

static const char *const types[] = {
    [SETTING_TEXT] = "text", [SETTING_NUMBER] = "number", [SETTING_SWITCH] = "switch"};

/* What it is now, as text. A secret is never shown, not even its length. */
static const char *value_of(struct arena *a, enum setting s)
{
    const struct setting_row *row = &settings_table()[s];

    if (row->secret)
        return *setting_text(s) == '\0' ? "" : "(secret)";
    if (!setting_given(s)) /* also when what was given is not allowed */
        return row->preset;
    switch (row->type) {
    case SETTING_NUMBER:
        return arena_printf(a, "%lld", (long long)setting_number(s));
    case SETTING_SWITCH:
        return setting_on(s) ? "true" : "false";
    case SETTING_TEXT:
        break;
    }
    return setting_text(s);
}

/* ---- the page holos-settings(5) ------------------------------------------------------------------- */

/* A leading dot or quote, and every backslash, would be roff's. */
static void put_roff(struct buf *out, const char *s)
{
    if (*s == '.' || *s == '\'')
        buf_puts(out, "\\&");
    for (; *s != '\0'; s++) {
        if (*s == '\\')
            buf_puts(out, "\\e");
        else
            buf_putc(out, *s);
    }
}

static void put_sentence(struct buf *out, const char *s)
{
    char first[2] = {*s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s, '\0'};

    put_roff(out, first);
    put_roff(out, s + 1);
    buf_puts(out, ".\n");
}

static void put_man_row(struct buf *out, const struct setting_row *row)
{
    buf_printf(out, ".It Ev %s\n", row->name);
    put_sentence(out, row->text);
    if (row->type == SETTING_NUMBER)
        buf_printf(out, "A whole number from %lld to %lld\n.Pq %s .\n", (long long)row->least,
                   (long long)row->most, row->unit);
    if (row->type == SETTING_SWITCH)
        buf_puts(out, "true or false.\n");
    if (row->secret)
        buf_puts(out, "A secret: never printed; best given as a credential.\n");
    if (*row->preset == '\0')
        return;
    buf_puts(out, "Default:\n.Li ");
    put_roff(out, row->preset);
    buf_puts(out, " .\n");
}

static const char man_head[] =
    ".\\\" Made by `holos settings --man` from shared/base/settings.def.\n"
    ".Dd November 21, 2026\n"
    ".Dt HOLOS-SETTINGS 5\n"
    ".Os holos\n"
    ".Sh NAME\n"
    ".Nm holos-settings\n"
    ".Nd settings of the programs of holos\n"
    ".Sh DESCRIPTION\n"
    "The programs of\n"
    ".Xr holos 1\n"
    "read their settings once, when they start, from the environment.\n"
    "Under systemd the environment comes from\n"
    ".Pa /etc/holos/holos.env .\n"
    "A setting may also be a file of its name in the folder\n"
    ".Ev CREDENTIALS_DIRECTORY ;\n"
    "the file wins, and its final line end is dropped.\n"
    "An empty number or switch means its default.\n"
    "With a value that is not allowed a program does not start;\n"
    ".Ic holos check\n"
    "names every such value, and how to fix it.\n"
    ".Pp\n"
    "The facts and texts of a business are not settings: they are in its profile.\n"
    ".Sh SETTINGS\n"
    ".Bl -tag -width Ds\n";

static const char man_foot[] = ".El\n"
                               ".Sh SEE ALSO\n"
                               ".Xr holos 1\n";

static int print_man(struct tool *t)
{
    buf_puts(&t->out, man_head);
    for (int i = 0; i < SET__MAX; i++)
        put_man_row(&t->out, &settings_table()[i]);
    buf_puts(&t->out, man_foot);
    return EXIT_FINE;
}

/* ---- the list ------------------------------------------------------------------------------------- */

static int print_json(struct tool *t)
{
    struct jsonw w;

    tool_json(t, &w);
    jsonw_array(&w);
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = &settings_table()[i];
        jsonw_object(&w);
        jsonw_put_text(&w, "name", row->name);
        jsonw_put_text(&w, "type", types[row->type]);
        jsonw_put_text(&w, "value", value_of(&t->arena, (enum setting)i));
        jsonw_put_text(&w, "default", row->preset);
        jsonw_put_bool(&w, "given", setting_given((enum setting)i));
        jsonw_put_text(&w, "from", origin_of((enum setting)i));
        jsonw_put_bool(&w, "secret", row->secret);
        jsonw_put_text(&w, "unit", row->unit);
        jsonw_put_text(&w, "about", row->text);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    return tool_json_end(t);
}

static int print_list(struct tool *t)
{
    static const struct column columns[] = {
        {"SETTING", false}, {"VALUE", false}, {"UNIT", false}, {"FROM", false}, {"WHAT", false}};
    struct table table;

    table_init(&table, &t->arena, columns, 5);
    for (int i = 0; i < SET__MAX; i++) {
        const struct setting_row *row = &settings_table()[i];
        table_cell(&table, row->name);
        table_cell(&table, value_of(&t->arena, (enum setting)i));
        table_cell(&table, row->unit);
        table_cell(&table, origin_of((enum setting)i));
        table_cell(&table, row->text);
    }
    table_print(&table, &t->out);
    return EXIT_FINE;
}

static int run(struct tool *t)
{
    if (options_has(&t->options, "man"))
        return t->json ? tool_refuse(t, EXIT_USAGE, "--man and --json exclude each other")
                       : print_man(t);
    return t->json ? print_json(t) : print_list(t);
}

static const struct option_row options[] = {
    {"man", '\0', NULL, "print the manual page holos-settings(5)"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_settings = {
    .name = "settings",
    .operands = "",
    .options = options,
    .takes_json = true,
    .bears_bad_settings = true,
    .about = "list every setting: its value, where it comes from, what it is",
    .help = "Secrets are not shown, only whether they are set. A setting whose value is not\n"
            "allowed is shown with its default; `holos check` says what is wrong with it.",
    .run = run,
};
