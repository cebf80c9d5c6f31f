#include "serve/handler.h"

#include <assert.h>
#include <string.h>

#include "base/settings.h"
#include "serve/routes-nginx.h"

/* ==== answering =============================================================================== */

/* What a client may send, and which of a handler's methods it is. */
static const struct {
    const char *name;
    unsigned method;
} methods[] = {
    {"GET", HANDLER_GET},
    {"HEAD", HANDLER_GET},
    {"POST", HANDLER_POST},
};

static unsigned method_of(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].name, name) == 0)
            return methods[i].method;
    return 0;
}

/* The secret that a path may end in is taken off it. */
static void cut_path_secret(const struct handler *h, struct request *request)
{
    for (const char *const *own = h->paths; h->access->path_secret && *own != NULL; own++) {
        size_t n = strlen(*own);
        if (strncmp(request->path, *own, n) != 0 || request->path[n] != '/')
            continue;
        request->path_secret = request->path + n + 1;
        request->path = *own;
        return;
    }
}

static const char *const allow_text[] = {
    [HANDLER_GET] = "GET, HEAD",
    [HANDLER_POST] = "POST",
    [HANDLER_GET | HANDLER_POST] = "GET, HEAD, POST",
};

static void refuse_method(const struct handler *h, struct response *response)
{
    response_error(response, 405, "this method is not answered here; Allow names those that are");
    response->allow = allow_text[h->methods];
    response->err = ERR_VALUE;
}

/* A response that grew past its limit is the program's fault, not the caller's. */
static enum err check_response(const struct response *response, struct why *why)
{
    assert(response->status != 0);
    if (buf_err(&response->body.text) == ERR_OK)
        return ERR_OK;
    return why_set(why, ERR_MEMORY, "the answer did not fit into its memory");
}

/* May this caller have this method? What the handler is to see is in *ret. False: answered. */
static bool admit(const struct handler *h, const struct request *request, struct request *ret,
                  struct response *response)
{
    struct why why = {0};

    assert(h->access != NULL && h->methods > 0 && h->methods <= (HANDLER_GET | HANDLER_POST));
    *ret = *request;
    if (strcmp(request->method, "HEAD") == 0) {
        ret->method = "GET";
        response->head_only = true;
    }
    cut_path_secret(h, ret);
    enum err e = h->access->check == NULL ? ERR_OK : h->access->check(ret, &why);
    if (e == ERR_FORBIDDEN || e == ERR_CLOSED)
        access_note(ret, response);
    if (e != ERR_OK)
        response_err(response, e, &why);
    else if ((method_of(request->method) & h->methods) == 0)
        refuse_method(h, response);
    else
        return true;
    return false;
}

/* An error becomes the response; so does one that did not fit. */
static void finish(const struct request *request, enum err e, struct why *why,
                   struct response *response)
{
    if (e == ERR_OK)
        e = check_response(response, why);
    e = request_memory(request->arena, request->len, e, why);
    if (e != ERR_OK)
        response_err(response, e, why);
}

void handler_answer(const struct handler *h, struct app *app, const struct request *request,
                    struct response *response)
{
    struct why why = {0};
    struct request seen;

    if (admit(h, request, &seen, response))
        finish(&seen, h->handle(app, &seen, response, &why), &why, response);
}

void handler_answer_unavailable(const struct handler *h, struct app *app,
                                const struct request *request, enum err open_error, struct why *why,
                                struct response *response)
{
    struct request seen;

    if (admit(h, request, &seen, response))
        finish(&seen,
               h->handle_unavailable == NULL
                   ? open_error
                   : h->handle_unavailable(app, &seen, open_error, response, why),
               why, response);
}

/* ==== nginx's locations ======================================================================= */

#define BODY_SLACK    ((size_t)64 * 1024)
#define BODY_BUFFERED ((size_t)1024 * 1024) /* larger bodies go through a file */
#define WAIT_SLACK_MS 3000

static int wait_s(const struct handler *h)
{
    int ms = h->deadline_ms > 0 ? h->deadline_ms : (int)setting_number(SET_HOLOS_TURN_MS);
    return (ms + WAIT_SLACK_MS + 999) / 1000;
}

static void write_location(struct buf *out, const struct handler *h, const char *path, bool secret,
                           const char *socket_folder)
{
    size_t most = h->body_max + BODY_SLACK;

    buf_printf(out, secret ? "location ^~ %s/ {\n" : "location = %s {\n", path);
    buf_puts(out, "    include holos/params.conf;\n");
    buf_printf(out, "    fastcgi_pass unix:%s/%s.sock;\n", socket_folder, h->name);
    buf_printf(out, "    fastcgi_read_timeout %ds;\n", wait_s(h));
    buf_printf(out, "    client_max_body_size %zu;\n", most);
    buf_printf(out, "    client_body_buffer_size %zu;\n",
               most < BODY_BUFFERED ? most : BODY_BUFFERED);
    if (h->streams)
        buf_puts(
            out,
            "    fastcgi_buffering off;\n"
            "    fastcgi_ignore_client_abort off; # a waiting turn whose sender left is dropped\n");
    if (h->speaks)
        buf_puts(out, "    error_page 500 504 /.holos/excuse;\n"
                      "    error_page 502 503 =503 /.holos/excuse;\n"
                      "    include holos/error-pages.conf;\n");
    buf_puts(out, "}\n");
}

/* With its sound, by `holos excuse`; without that file the text alone. */
static void write_excuse(struct buf *out, const char *folder)
{
    buf_puts(out, "\n# What callers hear when no worker answers.\n"
                  "location = /.holos/excuse {\n"
                  "    internal;\n"
                  "    client_max_body_size 0;\n"
                  "    default_type application/json;\n");
    buf_printf(out, "    root %s;\n", folder);
    buf_puts(out, "    add_header Retry-After 2 always;\n"
                  "    add_header X-Request-Id $request_id always;\n"
                  "    try_files /excuse.json @holos_unavailable;\n"
                  "}\n");
}

enum err routes_write_nginx(struct buf *out, const struct handler *const *routes,
                            const char *socket_folder)
{
    buf_puts(out, "# Made by `holos routes --nginx` from the routes themselves; do not edit.\n");
    for (; *routes != NULL; routes++) {
        buf_printf(out, "\n# %s: %s\n", (*routes)->name, (*routes)->about);
        for (const char *const *path = (*routes)->paths; *path != NULL; path++) {
            write_location(out, *routes, *path, false, socket_folder);
            if ((*routes)->access->path_secret)
                write_location(out, *routes, *path, true, socket_folder);
        }
    }
    write_excuse(out, socket_folder);
    return buf_err(out);
}
