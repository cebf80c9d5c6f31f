#include "base/settings.h"
#include "calls/end.h"
#include "speech/cache.h"
#include "store/booking.h"
#include "store/delivery.h"
#include "tools/holos/tool.h"

#define HOUR_MS  INT64_C(3600000)
#define MEGABYTE (INT64_C(1024) * 1024)

struct swept {
    int64_t calls, deliveries;
    int64_t cache_bytes; /* -1: there is no cache */
};

static enum err sweep(struct tool *t, struct app *app, struct swept *ret)
{
    struct moment now = clock_now();
    int64_t offers = 0; /* of calls that go on; nobody asks how many */
    const char *cache = setting_text(SET_HOLOS_CACHE);

    enum err e = end_expire(app, &t->arena, now, &ret->calls, &t->why);
    if (e == ERR_OK)
        e = deliveries_sweep(app->store,
                             now.ms - setting_number(SET_HOLOS_KEEP_DELIVERIES_H) * HOUR_MS,
                             &ret->deliveries, &t->why);
    if (e == ERR_OK)
        e = offers_sweep(app->store, now.ms, &offers, &t->why);
    if (e == ERR_OK)
        e = tool_drop_sounds(t, app->store, &t->why);
    ret->cache_bytes =
        *cache == '\0' ? -1 : cache_trim(cache, setting_number(SET_HOLOS_CACHE_MB) * MEGABYTE);
    return e;
}

static int report(struct tool *t, const struct swept *swept)
{
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "calls expired      %lld\n", (long long)swept->calls);
        buf_printf(&t->out, "deliveries deleted %lld\n", (long long)swept->deliveries);
        if (swept->cache_bytes >= 0)
            buf_printf(&t->out, "phrase cache       %.1f MB of %lld MB\n",
                       (double)swept->cache_bytes / (double)MEGABYTE,
                       (long long)setting_number(SET_HOLOS_CACHE_MB));
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_int(&w, "calls_expired", swept->calls);
    jsonw_put_int(&w, "deliveries_deleted", swept->deliveries);
    jsonw_key(&w, "cache_bytes");
    if (swept->cache_bytes < 0)
        jsonw_null(&w);
    else
        jsonw_int(&w, swept->cache_bytes);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    struct app app = {0};
    struct swept swept = {0};

    enum err e = app_open(&app, APP_PARTS(&app_store, &app_profiles), &t->why);
    if (e == ERR_OK)
        e = sweep(t, &app, &swept);
    app_close(&app);
    return e == ERR_OK ? report(t, &swept) : tool_fail(t, e);
}

const struct verb verb_sweep = {
    .name = "sweep",
    .operands = "",
    .takes_json = true,
    .about = "end abandoned calls, delete old replies, trim the phrase cache",
    .help = "Ends calls in which nothing has happened for their profile's session_minutes,\n"
            "deletes the replies older than HOLOS_KEEP_DELIVERIES_H, the sounds that no reply\n"
            "needs any more and those that were made for calls that have ended, and brings the\n"
            "phrase cache under HOLOS_CACHE_MB. Meant for a\n"
            "timer, every few minutes; harmless at any time.",
    .run = run,
};
