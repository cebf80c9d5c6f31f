#include "wire/json.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json-node.h"

#define EXACT 9007199254740992.0 /* 2^53: from here on doubles leave out whole numbers */

static enum err missing(struct why *why, const char *name)
{
    return why_set(why, ERR_MISSING, "the field \"%s\" is missing", name);
}

static enum err find(const struct json *o, const char *name, const struct json **ret,
                     struct why *why)
{
    const struct json *v = json_member(o, name);

    if (v != NULL && json_named(json_next(v), name) != NULL)
        return why_set(why, ERR_VALUE, "the field \"%s\" is given twice", name);
    if (json_kind(v) == JSON_NULL)
        return missing(why, name);
    *ret = v;
    return ERR_OK;
}

static enum err check_length(const char *s, const char *name, size_t max, struct why *why)
{
    if (strnlen(s, max + 1) > max)
        return why_set(why, ERR_VALUE, "the field \"%s\" is longer than %zu bytes", name, max);
    return ERR_OK;
}

enum err json_get_text(const struct json *o, const char *name, size_t max, const char **ret,
                       struct why *why)
{
    const struct json *v = NULL;
    enum err e = find(o, name, &v, why);

    if (e != ERR_OK)
        return e;
    const char *s = json_text(v);
    if (s == NULL)
        return why_set(why, ERR_VALUE, "the field \"%s\" must be a text", name);
    e = check_length(s, name, max, why);
    if (e == ERR_OK)
        *ret = s;
    return e;
}

/* A text that may stand for a value of another type, or NULL. */
static const char *loose_text(const struct json *v)
{
    return json_is_loose(v) ? json_text(v) : NULL;
}

/* find, where an empty form field is null. */
static enum err find_scalar(const struct json *o, const char *name, const struct json **ret,
                            struct why *why)
{
    const struct json *v = NULL;
    enum err e = find(o, name, &v, why);

    if (e != ERR_OK)
        return e;
    const char *loose = loose_text(v);
    if (loose != NULL && *loose == '\0')
        return missing(why, name);
    *ret = v;
    return ERR_OK;
}

/* A decimal number and nothing else: strtod alone would also take blanks, hex, inf and nan. */
static bool read_decimal(const char *s, double *ret)
{
    char *end = NULL;

    if (strspn(s, "+-.0123456789eE") != strlen(s) || strchr("+.eE", *s) != NULL)
        return false;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double v = strtod_l(s, &end, c);
    if (end == s || *end != '\0')
        return false;
    *ret = v;
    return true;
}

enum err json_get_number(const struct json *o, const char *name, double *ret, struct why *why)
{
    const struct json *v = NULL;
    enum err e = find_scalar(o, name, &v, why);

    if (e != ERR_OK)
        return e;
    const char *loose = loose_text(v);
    double d = json_double(v);
    bool is = loose != NULL ? read_decimal(loose, &d) : json_kind(v) == JSON_NUMBER;
    if (!is || !isfinite(d))
        return why_set(why, ERR_VALUE, "the field \"%s\" must be a number", name);
    *ret = d;
    return ERR_OK;
}

enum err json_get_int(const struct json *o, const char *name, int64_t least, int64_t most,
                      int64_t *ret, struct why *why)
{
    double d = 0;
    enum err e = json_get_number(o, name, &d, why);

    if (e != ERR_OK)
        return e;
    bool whole = fabs(d) < EXACT && trunc(d) == d;
    int64_t i = whole ? (int64_t)d : 0;
    if (!whole || i < least || i > most)
        return why_set(why, ERR_VALUE,
                       "the field \"%s\" must be a whole number from %" PRId64 " to %" PRId64, name,
                       least, most);
    *ret = i;
    return ERR_OK;
}

enum err json_get_bool(const struct json *o, const char *name, bool *ret, struct why *why)
{
    const struct json *v = NULL;
    enum err e = find_scalar(o, name, &v, why);

    if (e != ERR_OK)
        return e;
    const char *s = loose_text(v);
    bool kind = json_kind(v) == JSON_BOOL;
    bool yes = s != NULL ? strcmp(s, "1") == 0 || strcmp(s, "true") == 0 : kind && json_is_true(v);
    bool no = s != NULL ? strcmp(s, "0") == 0 || strcmp(s, "false") == 0 : kind && !json_is_true(v);
    if (!yes && !no)
        return why_set(why, ERR_VALUE, "the field \"%s\" must be true or false", name);
    *ret = yes;
    return ERR_OK;
}

/* The digits of a whole number that a double holds exactly, else NULL and the error. */
static enum err digits(struct arena *a, double d, const char *name, const char **ret,
                       struct why *why)
{
    if (!(d >= 0 && d < EXACT && trunc(d) == d))
        return why_set(why, ERR_VALUE,
                       "the field \"%s\" must be a text, or a whole number from 0 to below 2^53",
                       name);
    const char *s = arena_printf(a, "%" PRId64, (int64_t)d);
    if (s == NULL)
        return why_set(why, ERR_MEMORY, "no memory for the field \"%s\"", name);
    *ret = s;
    return ERR_OK;
}

enum err json_get_id(struct arena *a, const struct json *o, const char *name, size_t max,
                     const char **ret, struct why *why)
{
    const struct json *v = NULL;
    enum err e = find(o, name, &v, why);

    if (e != ERR_OK)
        return e;
    const char *s = json_text(v);
    double d = json_kind(v) == JSON_NUMBER ? json_double(v) : -1;
    if (s == NULL)
        e = digits(a, d, name, &s, why);
    else if (*s == '\0')
        e = missing(why, name);
    if (e == ERR_OK)
        e = check_length(s, name, max, why);
    if (e == ERR_OK)
        *ret = s;
    return e;
}
