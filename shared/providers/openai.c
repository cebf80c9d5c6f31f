#include "providers/openai.h"

#include <string.h>

#include "wire/json.h"

enum err openai_told(struct arena *a, const struct http_reply *reply, const char **ret)
{
    const struct json *o = NULL;

    *ret = reply->body == NULL ? "" : reply->body;
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const struct json *error = e == ERR_OK ? json_member(o, "error") : NULL;
    if (json_text(error) != NULL)
        *ret = json_text(error);
    if (json_kind(error) != JSON_OBJECT)
        return ERR_OK;
    const char *code = json_text(json_member(error, "code"));
    const char *type = json_text(json_member(error, "type"));
    const char *message = json_text(json_member(error, "message"));
    *ret = arena_printf(a, "%s %s %s", message == NULL ? "" : message, code == NULL ? "" : code,
                        type == NULL ? "" : type);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

const char *openai_path(const char *url)
{
    const char *host = strstr(url, "://");

    return host == NULL ? "" : host + 3 + strcspn(host + 3, "/");
}

enum err openai_refused(struct arena *a, const struct http_reply *reply, const char *server,
                        const struct openai_meaning *rows, size_t n, struct failure *f)
{
    const char *told = "";

    enum err e = openai_told(a, reply, &told);
    if (e != ERR_OK)
        return e;
    for (const struct openai_meaning *r = rows; r < rows + n; r++)
        if (reply->status >= r->least && reply->status <= r->most &&
            (r->part == NULL || strstr(told, r->part) != NULL))
            return failure_set(f, r->next, r->err, "%s %s (status %d)", server, r->sentence,
                               reply->status);
    return failure_set(f, FAILURE_BROKEN, ERR_PEER, "%s answered with status %d", server,
                       reply->status);
}

const char *openai_address(const char *own)
{
    return *own == '\0' ? OPENAI_URL : own;
}

const char *openai_url(struct arena *a, const char *url, const char *path)
{
    const char *own = openai_path(url);

    if (*own != '\0' && strcmp(own, "/") != 0)
        return arena_strdup(a, url);
    return arena_printf(a, "%.*s%s", (int)(own - url), url, path);
}
