#include "tools/holos/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/text.h"
#include "tools/holos/env-file.h"
#include "tools/holos/origin.h"

#define SECRET_MAX 4095 /* as base/settings.c has it */

static struct server server;

const struct server *server_read(void)
{
    return server.env == NULL ? NULL : &server;
}

/* A file of a secret's name, as the units are given them; its final line end and a byte
 * order mark are dropped, and an empty one gives nothing. */
static enum err put_secret(struct arena *a, const char *name)
{
    const char *path = arena_printf(a, "%s/%s", server.credentials, name);
    char *text = NULL;
    size_t len = 0;

    if (path == NULL)
        return ERR_MEMORY;
    enum err e = file_read(a, path, SECRET_MAX, &text, &len, NULL);
    if (e == ERR_MEMORY || e == ERR_NOT_FOUND)
        return e == ERR_MEMORY ? e : ERR_OK;
    if (e != ERR_OK) {
        server.secrets_hidden = true;
        return ERR_OK;
    }
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        text[--len] = '\0';
    size_t mark = text_mark(text, len);
    return len == mark ? ERR_OK : origin_put(name, text + mark, path);
}

static enum err put_secrets(struct arena *a)
{
    enum err e = ERR_OK;

    if (getenv("CREDENTIALS_DIRECTORY") != NULL) /* systemd gave them */
        return ERR_OK;
    server.secrets_hidden = access(server.credentials, X_OK) != 0 && errno == EACCES;
    for (int i = 0; i < SET__MAX && e == ERR_OK && !server.secrets_hidden; i++)
        if (settings_table()[i].secret)
            e = put_secret(a, settings_table()[i].name);
    return e;
}

static enum err put_env(struct arena *a)
{
    struct env_file file = {0};
    struct why why = {0};

    enum err e = env_file_read(a, server.env, ENV_FILE_SYSTEMD, &file, &why);
    if (e == ERR_MEMORY || e == ERR_NOT_FOUND)
        return e == ERR_MEMORY ? e : ERR_OK;
    if (e != ERR_OK)
        server.env_fault = arena_strdup(a, why.text);
    else if (file.bad_line != 0)
        server.env_fault = arena_printf(a, "line %d of %s is not NAME=VALUE and is ignored",
                                        file.bad_line, server.env);
    e = ERR_OK;
    /* Of two lines of one name systemd takes the later one. */
    for (size_t i = file.n; i > 0 && e == ERR_OK; i--)
        e = origin_put(file.pair[i - 1].name, file.pair[i - 1].value, server.env);
    return e;
}

enum err server_settings(struct arena *a)
{
    const char *etc = getenv("HOLOS_ETC");

    etc = etc == NULL || *etc == '\0' ? "/etc/holos" : etc;
    server.env = arena_printf(a, "%s/holos.env", etc);
    server.credentials = arena_printf(a, "%s/credentials", etc);
    if (server.env == NULL || server.credentials == NULL)
        return ERR_MEMORY;
    enum err e = put_secrets(a);
    return e == ERR_OK ? put_env(a) : e;
}
