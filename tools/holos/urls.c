/* holos urls: the addresses to give to the exchange, with the secret that lets it in. */
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "lines/binotel-access.h"
#include "serve/routes.h"
#include "tools/holos/tool.h"

/* What the exchange has to be told, without the slash that people write at the end. */
static int base_length(const char *base)
{
    size_t n = strlen(base);

    while (n > 0 && base[n - 1] == '/')
        n--;
    return (int)n;
}

static void put_address(struct buf *out, const char *base, const char *path, const char *secret)
{
    buf_printf(out, "%.*s%s", base_length(base), base, path);
    if (*secret != '\0')
        buf_printf(out, "/%s", secret);
}

static void put_addresses(struct tool *t, const char *base, const char *secret)
{
    struct jsonw w;

    if (t->json) {
        tool_json(t, &w);
        jsonw_array(&w);
    }
    for (size_t i = 0; routes[i] != NULL; i++)
        for (const char *const *path = routes[i]->paths; *path != NULL; path++) {
            if (!routes[i]->access->path_secret)
                continue;
            struct buf one;
            buf_init(&one, &t->arena, 4096);
            put_address(&one, base, *path, secret);
            if (t->json)
                jsonw_text(&w, buf_text(&one));
            else
                buf_printf(&t->out, "%s\n", buf_text(&one));
        }
    if (t->json)
        jsonw_end_array(&w);
}

static int run(struct tool *t)
{
    const char *secret = setting_text(SET_HOLOS_WEBHOOK_SECRET);
    const char *base = setting_text(SET_HOLOS_PUBLIC_URL);

    put_addresses(t, *base == '\0' ? "https://YOUR-HOST" : base, secret);
    if (*base == '\0')
        (void)fputs("holos urls: set HOLOS_PUBLIC_URL to the public address of "
                    "this machine; until then write it in place of https://YOUR-HOST\n",
                    stderr);
    if (*binotel_callers() == '\0')
        (void)fputs("holos urls: only this machine may call, because HOLOS_WEBHOOK_SECRET, "
                    "BINOTEL_ALLOW_IPS and BINOTEL_SIGNATURE_KEY are all empty\n",
                    stderr);
    return t->json ? tool_json_end(t) : EXIT_FINE;
}

const struct verb verb_urls = {
    .name = "urls",
    .operands = "",
    .takes_json = true,
    .about = "print the addresses to give to the exchange",
    .help = "One address a line, with the secret that lets the exchange in. Such an address\n"
            "lets anybody call who has it: keep it like a password. On a server run this command\n"
            "as root, because only root can read the secret.",
    .run = run,
};
