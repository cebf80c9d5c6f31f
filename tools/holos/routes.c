#include "serve/routes.h"

#include "serve/routes-nginx.h"
#include "tools/holos/tool.h"

static const struct {
    enum handler_method bit;
    const char *name;
} methods[] = {{HANDLER_GET, "GET"}, {HANDLER_POST, "POST"}};

#define METHODS (sizeof methods / sizeof methods[0])

static void print_route(struct buf *out, const struct handler *h)
{
    const char *comma = "";

    buf_printf(out, "%s\t%d\t", h->name, h->workers);
    for (size_t i = 0; i < METHODS; i++)
        if ((h->methods & methods[i].bit) != 0) {
            buf_printf(out, "%s%s", comma, methods[i].name);
            comma = ",";
        }
    buf_putc(out, '\t');
    for (size_t i = 0; h->paths[i] != NULL; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : ",", h->paths[i]);
    buf_putc(out, '\n');
}

static void put_route(struct jsonw *w, const struct handler *h)
{
    jsonw_object(w);
    jsonw_put_text(w, "name", h->name);
    jsonw_put_text(w, "about", h->about);
    jsonw_put_int(w, "workers", h->workers);
    jsonw_key(w, "methods");
    jsonw_array(w);
    for (size_t i = 0; i < METHODS; i++)
        if ((h->methods & methods[i].bit) != 0)
            jsonw_text(w, methods[i].name);
    jsonw_end_array(w);
    jsonw_key(w, "paths");
    jsonw_array(w);
    for (size_t i = 0; h->paths[i] != NULL; i++)
        jsonw_text(w, h->paths[i]);
    jsonw_end_array(w);
    jsonw_put_int(w, "body_max", (int64_t)h->body_max);
    jsonw_put_int(w, "deadline_ms", h->deadline_ms);
    jsonw_put_bool(w, "streams", h->streams);
    jsonw_end_object(w);
}

static int print_nginx(struct tool *t, const char *folder)
{
    enum err e = routes_write_nginx(&t->out, routes, folder);

    return e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
}

static int print_json(struct tool *t)
{
    struct jsonw w;

    tool_json(t, &w);
    jsonw_array(&w);
    for (size_t i = 0; routes[i] != NULL; i++)
        put_route(&w, routes[i]);
    jsonw_end_array(&w);
    return tool_json_end(t);
}

static int run(struct tool *t)
{
    const char *folder = options_text(&t->options, "nginx", NULL);

    if (folder != NULL && t->json)
        return tool_refuse(t, EXIT_USAGE, "--nginx and --json exclude each other");
    if (folder != NULL)
        return print_nginx(t, folder);
    if (t->json)
        return print_json(t);
    for (size_t i = 0; routes[i] != NULL; i++)
        print_route(&t->out, routes[i]);
    return EXIT_FINE;
}

static const struct option_row options[] = {
    {"nginx", '\0', "FOLDER", "print nginx's locations for the routes' sockets in this folder"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_routes = {
    .name = "routes",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "list the routes, for scripts and for nginx",
    .help = "One line a route: its name, a sensible number of workers, its methods and its\n"
            "paths, separated by tabs; several methods or paths by commas.",
    .run = run,
};
