#include "base/settings.h"
#include "store/call.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define PURGE_S 120

/* A dry run deletes, counts and takes it back: the number is the very number of the real one. */
static enum err purge(struct tool *t, struct store *s, int64_t before_ms, bool dry, int64_t *ret)
{
    enum err e = store_begin(s, deadline_in_ms(PURGE_S * 1000), &t->why);

    if (e == ERR_OK)
        e = calls_purge(s, before_ms, ret, &t->why);
    if (e == ERR_OK && !dry)
        e = store_commit(s, &t->why);
    store_rollback(s);
    return e;
}

static int report(struct tool *t, int64_t n, int64_t before_ms, bool dry)
{
    char iso[25];
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "%lld ended call%s from before %s %s\n", (long long)n,
                   n == 1 ? "" : "s", print_time(&t->arena, before_ms),
                   dry ? "would be deleted" : "deleted, with everything said in them");
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "before", clock_iso8601(before_ms, iso));
    jsonw_put_int(&w, "calls", n);
    jsonw_put_bool(&w, "dry_run", dry);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    const char *age = options_text(&t->options, "older-than", NULL);
    bool dry = options_has(&t->options, "dry-run");
    struct store *s = NULL;
    int64_t age_ms = 0;
    int64_t n = 0;

    if (age == NULL)
        return tool_refuse(t, EXIT_USAGE, "say how old: --older-than 90d (h, d, w or m)");
    if (options_age_ms(age, &age_ms, &t->why) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    int64_t before_ms = clock_unix_ms() - age_ms;
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = purge(t, s, before_ms, dry, &n);
    store_close(s);
    return e == ERR_OK ? report(t, n, before_ms, dry) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"older-than", '\0', "AGE", "36h, 90d, 12w or 6m (a month is 30 days); must be given"},
    {"dry-run", 'n', NULL, "only say how many would be deleted"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_purge = {
    .name = "purge",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "delete ended calls older than an age, for good",
    .help = "Deletes the calls with their turns, the requests that were delivered, and the\n"
            "clients who have no call left. Asks nothing: try --dry-run first. The phrase\n"
            "cache holds no caller's words and is left alone. For a timer:\n"
            "  holos purge --older-than 90d",
    .run = run,
};
