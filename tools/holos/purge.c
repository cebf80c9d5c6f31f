#include "base/settings.h"
#include "speech/cache.h"
#include "store/call.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define DAY_MS INT64_C(86400000)

/* The sounds of sentences that no call has needed since then, and those of calls that have ended. */
static enum err purge_sounds(struct tool *t, struct store *s, int64_t before_ms)
{
    const char *cache = setting_text(SET_HOLOS_CACHE);

    enum err e = *cache == '\0' ? ERR_OK : cache_forget(cache, before_ms, &t->why);
    enum err of_calls = tool_drop_sounds(t, s, e == ERR_OK ? &t->why : NULL);
    return e == ERR_OK ? of_calls : e;
}

static enum err purge(struct tool *t, struct store *s, int64_t before_ms, bool dry, int64_t *ret)
{
    if (dry)
        return calls_purgeable(s, before_ms, ret, &t->why);
    enum err sounds = purge_sounds(t, s, before_ms);
    enum err e = calls_purge(s, before_ms, ret, sounds == ERR_OK ? &t->why : NULL);
    return sounds == ERR_OK ? e : sounds;
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

/* 0: nothing is ever too old. */
static enum err find_age(struct tool *t, int64_t *ret_ms)
{
    const char *age = options_text(&t->options, "older-than", NULL);

    if (age == NULL && !options_has(&t->options, "due"))
        return why_set(&t->why, ERR_VALUE,
                       "say how old: --older-than 90d (h, d, w or m), or --due");
    *ret_ms = setting_number(SET_HOLOS_KEEP_DAYS) * DAY_MS;
    return age == NULL ? ERR_OK : options_age_ms(age, ret_ms, &t->why);
}

static int run(struct tool *t)
{
    bool dry = options_has(&t->options, "dry-run");
    struct store *s = NULL;
    int64_t age_ms = 0;
    int64_t n = 0;

    if (find_age(t, &age_ms) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    if (age_ms == 0) {
        buf_puts(&t->out, t->json ? "" : "HOLOS_KEEP_DAYS is 0: calls are kept for ever\n");
        return t->json ? report(t, 0, 0, dry) : EXIT_FINE;
    }
    int64_t before_ms = clock_unix_ms() - age_ms;
    enum err e = tool_store(t, &s);
    if (e == ERR_OK)
        e = purge(t, s, before_ms, dry, &n);
    store_close(s);
    return e == ERR_OK ? report(t, n, before_ms, dry) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"older-than", '\0', "AGE", "36h, 90d, 12w or 6m (a month is 30 days)"},
    {"due", '\0', NULL, "older than HOLOS_KEEP_DAYS; with 0 nothing is deleted"},
    {"dry-run", 'n', NULL, "only say how many would be deleted"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_purge = {
    .name = "purge",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "delete ended calls that are older than an age",
    .help = "Deletes the calls with their turns and replies, the requests taken before that\n"
            "time, sent or not, the clients who have no call left, and the sounds in the phrase\n"
            "cache that were not used since. Calls go on meanwhile. Does not ask back: try\n"
            "--dry-run first. One of --older-than and --due must be given; a timer runs\n"
            "  holos purge --due",
    .run = run,
};
