#include <sys/stat.h>

#include "base/settings.h"
#include "tools/holos/tool.h"

#define BACKUP_S 600

static int report(struct tool *t, const char *to)
{
    struct stat st = {0};
    struct jsonw w;

    (void)stat(to, &st);
    if (!t->json) {
        buf_printf(&t->out, "%s: %lld bytes, a complete copy of %s\n", to, (long long)st.st_size,
                   setting_text(SET_HOLOS_DB));
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "store", setting_text(SET_HOLOS_DB));
    jsonw_put_text(&w, "backup", to);
    jsonw_put_int(&w, "bytes", st.st_size);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    const char *to = t->options.operand[0];
    struct store *s = NULL;

    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = store_backup(s, to, deadline_in_ms(BACKUP_S * 1000), &t->why);
    store_close(s);
    return e == ERR_OK ? report(t, to) : tool_fail(t, e);
}

const struct verb verb_backup = {
    .name = "backup",
    .operands = "FILE",
    .operands_least = 1,
    .operands_most = 1,
    .takes_json = true,
    .about = "copy the store into a new file while it is in use",
    .help = "The copy is consistent: it shows one moment, and calls go on meanwhile.\n"
            "FILE must not exist. To restore, stop holos, put the copy in HOLOS_DB's place\n"
            "and remove the files beside it that end in -wal and -shm.",
    .run = run,
};
