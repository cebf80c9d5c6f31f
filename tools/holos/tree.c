#include "tools/holos/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/holos/env-file.h"
#include "tools/holos/origin.h"

/* ---- where ---------------------------------------------------------------------------------------- */

static enum err named_tree(struct arena *a, const char *name, const char **ret, struct why *why)
{
    char full[PATH_MAX];

    if (realpath(name, full) == NULL)
        return why_set(why, ERR_CONFIG, "HOLOS_TREE names a folder that is not there");
    *ret = arena_strdup(a, full);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* The tree this program was built in; NULL: it stands elsewhere. */
static enum err own_tree(struct arena *a, const char **ret)
{
    static const char place[] = "/build/bin/holos";
    const size_t tail = sizeof place - 1;
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe);

    if (n <= (ssize_t)tail || (size_t)n == sizeof exe ||
        memcmp(exe + (size_t)n - tail, place, tail) != 0)
        return ERR_OK;
    char *root = arena_strndup(a, exe, (size_t)n - tail);
    const char *mark = root == NULL ? NULL : arena_printf(a, "%s/tools/serve-here", root);
    if (mark == NULL)
        return ERR_MEMORY;
    if (access(mark, F_OK) == 0)
        *ret = root;
    return ERR_OK;
}

static enum err find_tree(struct arena *a, const char **ret, struct why *why)
{
    const char *named = getenv("HOLOS_TREE");

    if (named == NULL)
        return own_tree(a, ret);
    return *named == '\0' ? ERR_OK : named_tree(a, named, ret, why);
}

/* ---- what ----------------------------------------------------------------------------------------- */

static const char *const paths[] = {
    "HOLOS_VAR",      "HOLOS_DB",        "HOLOS_CACHE",
    "HOLOS_PROFILES", "HOLOS_LANGUAGES", "GOOGLE_APPLICATION_CREDENTIALS",
};

#define PATHS (sizeof paths / sizeof paths[0])

static bool is_path(const char *name)
{
    for (size_t i = 0; i < PATHS; i++)
        if (strcmp(name, paths[i]) == 0)
            return true;
    return false;
}

/* Sets it unless it is set; a relative path is meant from `folder`. */
static enum err put(struct arena *a, const struct env_pair *pair, const char *folder,
                    const char *from)
{
    const char *value = pair->value;

    if (is_path(pair->name) && *value != '\0' && *value != '/')
        value = arena_printf(a, "%s/%s", folder, value);
    return value == NULL ? ERR_MEMORY : origin_put(pair->name, value, from);
}

static enum err make_absolute(struct arena *a, struct why *why)
{
    char here[PATH_MAX];

    for (size_t i = 0; i < PATHS; i++) {
        const char *value = getenv(paths[i]);
        if (value == NULL || *value == '\0' || *value == '/')
            continue;
        if (getcwd(here, sizeof here) == NULL)
            return why_set(why, ERR_IO, "this folder cannot be named: %s", strerror(errno));
        const char *full = arena_printf(a, "%s/%s", here, value);
        if (full == NULL || setenv(paths[i], full, 1) != 0)
            return ERR_MEMORY;
    }
    return ERR_OK;
}

static enum err put_defaults(struct arena *a, const char *root)
{
    static const struct {
        struct env_pair pair;
        bool in_var;
    } rows[] = {
        {{"HOLOS_DB", "holos.db"}, true},
        {{"HOLOS_CACHE", "cache"}, true},
        {{"HOLOS_PROFILES", "profiles"}, false},
        {{"HOLOS_LANGUAGES", "profiles/languages"}, false},
    };
    const char *var = getenv("HOLOS_VAR");
    enum err e = ERR_OK;

    if (var == NULL || *var == '\0')
        var = arena_printf(a, "%s/var", root);
    if (var == NULL || setenv("HOLOS_VAR", var, 1) != 0)
        return ERR_MEMORY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && e == ERR_OK; i++)
        e = put(a, &rows[i].pair, rows[i].in_var ? var : root, "this source tree");
    return e;
}

/* ---- .env ----------------------------------------------------------------------------------------- */

static enum err put_env(struct arena *a, const char *root, struct why *why)
{
    const char *path = arena_printf(a, "%s/.env", root);
    struct env_file file = {0};

    if (path == NULL)
        return ERR_MEMORY;
    enum err e = env_file_read(a, path, ENV_FILE_SHELL, &file, why);
    if (e == ERR_NOT_FOUND)
        return ERR_OK;
    if (e == ERR_OK && file.bad_line != 0)
        return why_set(why, ERR_CONFIG, "line %d of %s is not NAME=VALUE", file.bad_line, path);
    for (size_t i = 0; i < file.n && e == ERR_OK; i++)
        e = put(a, &file.pair[i], root, path);
    return e;
}

enum err tree_settings(struct arena *a, bool *ret_is_tree, struct why *why)
{
    const char *root = NULL;
    enum err e = find_tree(a, &root, why);

    *ret_is_tree = root != NULL || getenv("HOLOS_TREE") != NULL;
    if (e != ERR_OK || root == NULL)
        return e;
    e = make_absolute(a, why);
    if (e == ERR_OK)
        e = put_env(a, root, why);
    return e == ERR_OK ? put_defaults(a, root) : e;
}
