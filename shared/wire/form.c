#include "wire/form.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct reader {
    struct arena *arena;
    struct json *root;
    struct why *why;
};

static enum err no_memory(const struct reader *r)
{
    return why_set(r->why, ERR_MEMORY, "form: no memory");
}

/* A name or a value: percent escapes and + resolved, ending in NUL. ERR_SYNTAX: it cannot be. */
static enum err decode(const struct reader *r, const char *s, size_t n, char **ret, size_t *ret_len)
{
    size_t len = 0;
    char *out = arena_alloc(r->arena, n + 1);

    if (out == NULL)
        return no_memory(r);
    for (size_t i = 0; i < n; i++) {
        char c = s[i] == '+' ? ' ' : s[i];
        if (c == '%') {
            int high = i + 2 < n ? hex(s[i + 1]) : -1;
            int low = i + 2 < n ? hex(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return ERR_SYNTAX;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0')
            return ERR_SYNTAX;
        out[len++] = c;
    }
    if (!text_is_utf8(out, len))
        return ERR_SYNTAX;
    out[len] = '\0';
    *ret = out;
    *ret_len = len;
    return ERR_OK;
}

/* The steps of a name: a[b][] has "a", "b", "". */
struct path {
    const char *step[FORM_DEPTH];
    size_t n;
};

/* Cuts a decoded name at its brackets, in place. ERR_SYNTAX: one does not match, or they are too
 * many. */
static enum err split(char *name, struct path *ret)
{
    char *p = name + strcspn(name, "[]");
    char more = *p;

    *p = '\0';
    *ret = (struct path){.step = {name}, .n = 1};
    if (p == name || more == ']')
        return ERR_SYNTAX;
    while (more == '[') {
        char *step = p + 1;
        p = step + strcspn(step, "[]");
        if (*p != ']' || (p[1] != '\0' && p[1] != '[') || ret->n == FORM_DEPTH)
            return ERR_SYNTAX;
        *p = '\0';
        ret->step[ret->n++] = step;
        more = *++p;
    }
    return ERR_OK;
}

#define INDEX_DIGITS 18 /* what fits an int64_t for certain */

/* The number a list's member is called, or -1 if its name is none (or longer than any list). */
static int64_t list_index(const char *name)
{
    size_t n = strspn(name, "0123456789");

    if (n == 0 || n > INDEX_DIGITS || name[n] != '\0' || (n > 1 && *name == '0'))
        return -1;
    return (int64_t)strtoll(name, NULL, 10);
}

/* "a[]": the number after the largest there is. ERR_SYNTAX: no number can follow it. */
static enum err next_index(const struct reader *r, const struct json *list, const char **ret)
{
    int64_t next = 0;

    for (const struct json *v = json_first(list); v != NULL; v = json_next(v)) {
        int64_t i = list_index(json_name(v));
        if (i >= next)
            next = i + 1;
    }
    char *s = arena_printf(r->arena, "%" PRId64, next);
    if (s == NULL)
        return no_memory(r);
    if (strlen(s) > INDEX_DIGITS)
        return ERR_SYNTAX;
    *ret = s;
    return ERR_OK;
}

static enum err put(const struct reader *r, const struct path *path, struct json *value)
{
    struct json *o = r->root;

    for (size_t i = 0; i < path->n; i++) {
        const char *step = path->step[i];
        enum err e = *step == '\0' ? next_index(r, o, &step) : ERR_OK;
        if (e != ERR_OK)
            return e;
        if (i + 1 == path->n)
            return json_put(r->arena, o, step, value) == ERR_OK ? ERR_OK : no_memory(r);
        o = json_put_object(r->arena, o, step);
        if (o == NULL)
            return no_memory(r);
    }
    return ERR_OK;
}

static enum err read_name(const struct reader *r, const char *s, size_t n, struct path *ret)
{
    char *name = NULL;
    size_t len = 0;

    enum err e = decode(r, s, n, &name, &len);
    if (e == ERR_OK && len == 0)
        *ret = (struct path){.n = 0};
    else if (e == ERR_OK)
        e = split(name, ret);
    return e;
}

/* NULL: no memory. */
static struct json *read_value(const struct reader *r, const char *s, size_t n)
{
    char *value = NULL;
    size_t len = 0;

    enum err e = decode(r, s, n, &value, &len);
    if (e == ERR_OK)
        return json_new_text(r->arena, value, len);
    return e == ERR_SYNTAX ? json_new_unreadable(r->arena) : NULL;
}

static enum err read_pair(const struct reader *r, const char *s, size_t n)
{
    const char *equals = memchr(s, '=', n);
    size_t name_n = equals == NULL ? n : (size_t)(equals - s);
    const char *text = equals == NULL ? s + n : equals + 1;
    struct path path = {0};

    enum err e = read_name(r, s, name_n, &path);
    if (e == ERR_OK && path.n > 0) {
        struct json *v = read_value(r, text, (size_t)(s + n - text));
        e = v == NULL ? no_memory(r) : put(r, &path, v);
    }
    if (e != ERR_SYNTAX)
        return e;
    struct json *v = json_new_unreadable(r->arena);
    return v != NULL && json_put(r->arena, r->root, "", v) == ERR_OK ? ERR_OK : no_memory(r);
}

static enum err read_pairs(const struct reader *r, const char *s, size_t n)
{
    const char *end = s + n;
    int fields = 0;

    while (s < end) {
        const char *amp = memchr(s, '&', (size_t)(end - s));
        const char *stop = amp == NULL ? end : amp;
        if (stop > s && ++fields > FORM_FIELDS)
            return why_set(r->why, ERR_TOO_BIG, "form: more than %d fields", FORM_FIELDS);
        enum err e = stop == s ? ERR_OK : read_pair(r, s, (size_t)(stop - s));
        if (e != ERR_OK)
            return e;
        s = amp == NULL ? end : amp + 1;
    }
    return ERR_OK;
}

enum err form_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why)
{
    struct reader r = {.arena = a, .root = json_new_object(a), .why = why};

    if (r.root == NULL)
        return no_memory(&r);
    enum err e = n == 0 ? ERR_OK : read_pairs(&r, text, n);
    if (e == ERR_OK)
        *ret = r.root;
    return e;
}
