#include "serve/routes-nginx.h"

#include "base/settings.h"

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
        buf_puts(out, "    fastcgi_buffering off;\n");
    buf_puts(out, "}\n");
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
    return buf_err(out);
}
