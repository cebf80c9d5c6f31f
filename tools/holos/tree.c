#include "tools/holos/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define ENV_MAX 65536

static const char blanks[] = " \t\r\v\f";

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
static enum err put(struct arena *a, const char *name, const char *value, const char *folder)
{
    if (getenv(name) != NULL)
        return ERR_OK;
    if (is_path(name) && *value != '\0' && *value != '/')
        value = arena_printf(a, "%s/%s", folder, value);
    return value == NULL || setenv(name, value, 1) != 0 ? ERR_MEMORY : ERR_OK;
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
        const char *name, *tail;
        bool in_var;
    } rows[] = {
        {"HOLOS_DB", "holos.db", true},
        {"HOLOS_CACHE", "cache", true},
        {"HOLOS_PROFILES", "profiles", false},
        {"HOLOS_LANGUAGES", "profiles/languages", false},
    };
    const char *var = getenv("HOLOS_VAR");
    enum err e = ERR_OK;

    if (var == NULL || *var == '\0')
        var = arena_printf(a, "%s/var", root);
    if (var == NULL || setenv("HOLOS_VAR", var, 1) != 0)
        return ERR_MEMORY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && e == ERR_OK; i++)
        e = put(a, rows[i].name, rows[i].tail, rows[i].in_var ? var : root);
    return e;
}

/* ---- .env ----------------------------------------------------------------------------------------- */

static bool is_name(const char *s)
{
    static const char allowed[] = "_0123456789"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    return *s != '\0' && (*s < '0' || *s > '9') && s[strspn(s, allowed)] == '\0';
}

static char *trim(char *s)
{
    s += strspn(s, blanks);
    size_t len = strlen(s);
    while (len > 0 && strchr(blanks, s[len - 1]) != NULL)
        len--;
    s[len] = '\0';
    return s;
}

static char *unquote(char *s)
{
    size_t len = strlen(s);

    if (len < 2 || (*s != '"' && *s != '\'') || s[len - 1] != *s)
        return s;
    s[len - 1] = '\0';
    return s + 1;
}

/* Splits at "="; NULL in ret_name: the line says nothing. False: it is not NAME=VALUE. */
static bool read_line(char *line, char **ret_name, char **ret_value)
{
    static const char word[] = "export";
    const size_t len = sizeof word - 1;
    char *name = trim(line);

    *ret_name = NULL;
    if (*name == '\0' || *name == '#')
        return true;
    if (strncmp(name, word, len) == 0 && name[len] != '\0' && strchr(blanks, name[len]) != NULL)
        name += len + strspn(name + len, blanks);
    char *equal = strchr(name, '=');
    if (equal == NULL)
        return false;
    *equal = '\0';
    *ret_name = name;
    *ret_value = unquote(equal + 1);
    return is_name(name);
}

static enum err put_lines(struct arena *a, char *text, const char *root, struct why *why)
{
    enum err e = ERR_OK;
    char *next = text;

    for (int n = 1; next != NULL && e == ERR_OK; n++) {
        char *line = next, *name = NULL, *value = NULL;
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!read_line(line, &name, &value))
            return why_set(why, ERR_CONFIG, "line %d of %s/.env is not NAME=VALUE", n, root);
        if (name != NULL)
            e = put(a, name, value, root);
    }
    return e;
}

static enum err put_env(struct arena *a, const char *root, struct why *why)
{
    const char *path = arena_printf(a, "%s/.env", root);
    char *text = NULL;
    size_t len = 0;

    if (path == NULL)
        return ERR_MEMORY;
    enum err e = file_read(a, path, ENV_MAX, &text, &len, why);
    if (e == ERR_NOT_FOUND)
        return ERR_OK;
    if (e != ERR_OK)
        return e;
    if (memchr(text, '\0', len) != NULL)
        return why_set(why, ERR_CONFIG, "%s is not a text file: it holds a NUL byte", path);
    return put_lines(a, text, root, why);
}

enum err tree_settings(struct arena *a, struct why *why)
{
    const char *root = NULL;
    enum err e = find_tree(a, &root, why);

    if (e != ERR_OK || root == NULL)
        return e;
    e = make_absolute(a, why);
    if (e == ERR_OK)
        e = put_env(a, root, why);
    return e == ERR_OK ? put_defaults(a, root) : e;
}
