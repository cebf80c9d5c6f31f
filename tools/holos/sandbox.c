#include "tools/holos/sandbox.h"

#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/settings.h"
#include "wire/json.h"

#define FILE_MAX    ((size_t)64 * 1024)
#define ORDER_MAX   ((size_t)64 * 1024)
#define REGISTER_MS 3000

int sandbox_port(struct arena *a)
{
    const char *path = arena_printf(a, "%s-sandbox", setting_text(SET_HOLOS_DB));
    const struct json *o = NULL;
    char *text = NULL;
    int64_t port = 0;
    size_t n = 0;

    if (path == NULL || file_read(a, path, FILE_MAX, &text, &n, NULL) != ERR_OK ||
        json_parse(a, text, n, &o, NULL) != ERR_OK ||
        json_get_int(o, "control", 1, 65535, &port, NULL) != ERR_OK)
        return 0;
    return (int)port;
}

static enum err put_order(struct buf *b, const struct utterance *u, const char *text)
{
    char hex[DIGEST_HEX];
    struct jsonw w;

    enum err e = digest_sha256(u->sound.data, u->sound.n, hex);
    if (e != ERR_OK)
        return e;
    jsonw_init(&w, b);
    jsonw_object(&w);
    jsonw_put_text(&w, "sha256", hex);
    jsonw_put_text(&w, "text", text);
    jsonw_end_object(&w);
    return buf_err(b);
}

enum err sandbox_register(struct http *h, struct arena *a, int port, const struct utterance *u,
                          const char *text, struct why *why)
{
    struct http_reply reply = {0};
    struct buf order;

    buf_init(&order, a, ORDER_MAX);
    enum err e = put_order(&order, u, text);
    if (e != ERR_OK)
        return e;
    const struct http_request req = {
        .method = "POST",
        .url = arena_printf(a, "http://127.0.0.1:%d/transcript", port),
        .type = "application/json",
        .body = order.data,
        .len = order.len,
        .deadline = deadline_in_ms(REGISTER_MS),
        .reply_max = ORDER_MAX,
    };
    if (req.url == NULL)
        return ERR_MEMORY;
    e = http_send(h, a, &req, &reply, why);
    if (e == ERR_OK && reply.status != 200)
        e = why_set(why, ERR_VALUE, "the stand-ins answer %d", reply.status);
    return e;
}
