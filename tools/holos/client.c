#include <string.h>

#include "base/settings.h"
#include "business/phone.h"
#include "calls/app.h"
#include "language/heard.h"
#include "store/call.h"
#include "tools/holos/tool.h"

#define CHANGE_S 10

/* One business, and what it knows of the client. */
struct asked {
    const char *profile;
    struct client client;
};

/* The business's own spelling of numbers decides which client is meant. */
static int find(struct tool *t, struct app *app, struct asked *ret)
{
    const char *named = options_text(&t->options, "profile", setting_text(SET_HOLOS_PROFILE));
    const char *number = tool_joined(t, 0);
    char phone[PHONE_MAX];

    if (number == NULL)
        return tool_fail(t, ERR_MEMORY);
    enum err e = app_open(app, APP_PARTS(&app_profiles, &app_store), &t->why);
    if (e != ERR_OK)
        return tool_fail(t, e);
    const struct profile *p = app_profile_named(app, named);
    if (p == NULL)
        return tool_refuse(t, EXIT_FAULT, "there is no profile %s", named);
    if (phone_e164(number, p->country, phone) != ERR_OK)
        return tool_refuse(t, EXIT_FAULT, "%s is not a telephone number", number);
    ret->profile = p->name;
    e = client_by_phone(app->store, &t->arena, phone, p->name, &ret->client, &t->why);
    return e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
}

static int change(struct tool *t, struct app *app, struct asked *who, const char *name)
{
    enum err e = store_begin(app->store, deadline_in_ms(CHANGE_S * 1000), &t->why);

    if (e == ERR_OK)
        e = client_set_name(app->store, who->client.id, who->profile, name, &t->why);
    if (e == ERR_OK)
        e = store_commit(app->store, &t->why);
    store_rollback(app->store);
    who->client.name = name;
    return e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
}

static int report(struct tool *t, const struct asked *who)
{
    const struct client *c = &who->client;
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "%s at %s: %s, %lld call%s\n", c->phone, who->profile,
                   *c->name == '\0' ? "no name" : c->name, (long long)c->calls,
                   c->calls == 1 ? "" : "s");
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "phone", c->phone);
    jsonw_put_text(&w, "profile", who->profile);
    jsonw_put_text(&w, "name", c->name);
    jsonw_put_int(&w, "calls", c->calls);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    const char *name = options_text(&t->options, "name", NULL);
    bool forget = options_has(&t->options, "forget-name");
    struct app app = {0};
    struct asked who = {.profile = "", .client = {.phone = "", .name = ""}};

    if (name != NULL && forget)
        return tool_refuse(t, EXIT_USAGE, "give --name or --forget-name, not both");
    if (name != NULL && !heard_is_spelt_as_name(name))
        return tool_refuse(t, EXIT_USAGE,
                           "a name is one to three words of letters, hyphens and apostrophes");
    int code = find(t, &app, &who);
    if (code == EXIT_FINE && (name != NULL || forget))
        code = change(t, &app, &who, forget ? "" : name);
    if (code == EXIT_FINE)
        code = report(t, &who);
    app_close(&app);
    return code;
}

static const struct option_row options[] = {
    {"name", '\0', "NAME", "the name to use for the client from now on"},
    {"forget-name", '\0', NULL, "forget the name; holos will ask for it again"},
    {"profile", 'p', "PROFILE", "the business (that of HOLOS_PROFILE)"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_client = {
    .name = "client",
    .operands = "NUMBER",
    .operands_least = 1,
    .operands_most = OPTIONS_OPERANDS,
    .options = options,
    .takes_json = true,
    .about = "show, set or forget the name of the client who calls from a number",
    .help = "A name belongs to the business that was told it: another business does not know it.",
    .run = run,
};
