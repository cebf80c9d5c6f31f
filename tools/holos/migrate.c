#include "base/settings.h"
#include "tools/holos/tool.h"

static int run(struct tool *t)
{
    const char *path = setting_text(SET_HOLOS_DB);
    struct jsonw w;
    int from = 0;
    int to = 0;

    enum err e =
        store_migrate(path, (int)setting_number(SET_HOLOS_STORE_WAIT_MS), &from, &to, &t->why);
    if (e != ERR_OK) {
        tool_store_fault(t, e);
        return tool_fail(t, e);
    }
    if (t->json) {
        tool_json(t, &w);
        jsonw_object(&w);
        jsonw_put_text(&w, "store", path);
        jsonw_put_int(&w, "from", from);
        jsonw_put_int(&w, "to", to);
        jsonw_end_object(&w);
        return tool_json_end(t);
    }
    if (from == to)
        buf_printf(&t->out, "%s: version %d already, nothing to do\n", path, to);
    else
        buf_printf(&t->out, "%s: brought from version %d to %d\n", path, from, to);
    return EXIT_FINE;
}

const struct verb verb_migrate = {
    .name = "migrate",
    .operands = "",
    .takes_json = true,
    .about = "make the store, or bring it to this program's version",
    .help = "Creates HOLOS_DB and its folder if they are not there and applies the migrations\n"
            "that are missing, each whole or not at all. Harmless when there is nothing to\n"
            "do. A store of a newer version is not touched. Make a backup before an upgrade.",
    .run = run,
};
