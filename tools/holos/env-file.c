#include "tools/holos/env-file.h"

#include <stdbool.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define FILE_MAX 65536

static const char blanks[] = " \t\r\v\f";

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
static bool read_line(char *line, enum env_file_kind kind, char **ret_name, char **ret_value)
{
    static const char word[] = "export";
    const size_t len = sizeof word - 1;
    char *name = trim(line);

    *ret_name = NULL;
    if (*name == '\0' || *name == '#' || (kind == ENV_FILE_SYSTEMD && *name == ';'))
        return true;
    if (kind == ENV_FILE_SHELL && strncmp(name, word, len) == 0 && name[len] != '\0' &&
        strchr(blanks, name[len]) != NULL)
        name += len + strspn(name + len, blanks);
    char *equal = strchr(name, '=');
    if (equal == NULL)
        return false;
    *equal = '\0';
    *ret_name = name;
    *ret_value = unquote(equal + 1);
    return is_name(name);
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static void read_lines(char *text, enum env_file_kind kind, struct env_file *ret)
{
    char *next = text + text_mark(text, strlen(text));

    for (int n = 1; next != NULL; n++) {
        char *line = next, *name = NULL, *value = NULL;
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!read_line(line, kind, &name, &value))
            ret->bad_line = ret->bad_line == 0 ? n : ret->bad_line;
        else if (name != NULL)
            ret->pair[ret->n++] = (struct env_pair){name, value};
    }
}

enum err env_file_read(struct arena *a, const char *path, enum env_file_kind kind,
                       struct env_file *ret, struct why *why)
{
    char *text = NULL;
    size_t len = 0;

    enum err e = file_read(a, path, FILE_MAX, &text, &len, why);
    if (e != ERR_OK)
        return e;
    if (memchr(text, '\0', len) != NULL)
        return why_set(why, ERR_CONFIG, "%s is not a text file: it holds a NUL byte", path);
    *ret = (struct env_file){.pair = arena_calloc(a, count_lines(text), sizeof *ret->pair)};
    if (ret->pair == NULL)
        return ERR_MEMORY;
    read_lines(text, kind, ret);
    return ERR_OK;
}
