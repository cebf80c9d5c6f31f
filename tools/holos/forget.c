#include "business/phone.h"
#include "calls/app.h"
#include "store/call.h"
#include "tools/holos/tool.h"

static int report(struct tool *t, const char *phone, const struct person_rows *r, bool dry)
{
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "%s: %lld calls, %lld requests, %lld visits, %lld clients %s\n", phone,
                   (long long)r->calls, (long long)r->leads, (long long)r->visits,
                   (long long)r->clients,
                   dry ? "would be deleted" : "deleted, with everything said in them");
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "phone", phone);
    jsonw_put_int(&w, "calls", r->calls);
    jsonw_put_int(&w, "requests", r->leads);
    jsonw_put_int(&w, "visits", r->visits);
    jsonw_put_int(&w, "clients", r->clients);
    jsonw_put_bool(&w, "dry_run", dry);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

/* The sounds go also when the rows are deleted, and only their log could not be emptied. */
static enum err forget(struct tool *t, struct store *s, const char *phone, struct person_rows *ret)
{
    enum err e = person_forget(s, phone, ret, &t->why);
    enum err sounds = tool_drop_sounds(t, s, e == ERR_OK ? &t->why : NULL);

    return e == ERR_OK ? sounds : e;
}

static int run(struct tool *t)
{
    bool dry = options_has(&t->options, "dry-run");
    struct person_rows rows = {0};
    struct app app = {0};
    char phone[PHONE_MAX];

    const char *number = tool_joined(t, 0);
    enum err e =
        number == NULL ? ERR_MEMORY : app_open(&app, APP_PARTS(&app_store, &app_profiles), &t->why);
    if (e == ERR_OK && phone_e164(number, app_profile(&app, "")->country, phone) != ERR_OK) {
        app_close(&app);
        return tool_refuse(t, EXIT_USAGE, "\"%.40s\" is not a telephone number", number);
    }
    if (e == ERR_OK)
        e = dry ? person_count(app.store, phone, &rows, &t->why)
                : forget(t, app.store, phone, &rows);
    app_close(&app);
    return e == ERR_OK ? report(t, phone, &rows, dry) : tool_fail(t, e);
}

static const struct option_row options[] = {
    {"dry-run", 'n', NULL, "only say how much would be deleted"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_forget = {
    .name = "forget",
    .operands = "NUMBER",
    .operands_least = 1,
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about = "delete everything that is stored about one person",
    .help = "Deletes the calls from that number with their turns, replies and requests, the\n"
            "requests to call that number, its visits (also those to come: their time is free\n"
            "again), the client, and the sounds that were made for calls that have ended. A call "
            "whose number could not be read is the person's if it ends\n"
            "in the same nine digits. Refuses while a call from that number goes on. It does\n"
            "not delete copies that `holos backup` made.",
    .run = run,
};
