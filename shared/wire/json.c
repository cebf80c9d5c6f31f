#include "wire/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/json-mend.h"
#include "wire/json-node.h"

/* ==== parsing ================================================================================= */

struct json {
    cJSON node;
};

/* In cJSON's type. */
#define LOOSE      0x10000 /* a text from a format that has only texts */
#define UNREADABLE 0x20000 /* what stood here could not be decoded */

/* ---- cJSON's memory is the arena ------------------------------------------------------------- */

static struct arena *current; /* for the length of one call */
static bool refused;

static void *from_arena(size_t n)
{
    void *p = arena_alloc(current, n);
    refused = refused || p == NULL;
    return p;
}

static void not_back(void *p)
{
    (void)p;
}

static struct arena *lend(struct arena *a)
{
    struct arena *before = current;

    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = from_arena, .free_fn = not_back});
    current = a;
    refused = false;
    return before;
}

static void take_back(struct arena *before)
{
    current = before;
    if (before == NULL)
        cJSON_InitHooks(NULL);
}

static const struct json *as_json(const cJSON *c)
{
    return (const struct json *)c;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Where UTF-8 breaks in a text that is known to break. */
static size_t broken_at(const char *s)
{
    const char *p = s;
    const char *at = s;

    while (*p != '\0') {
        at = p;
        if (text_next(&p) == 0xfffd && p == at + 1)
            break;
    }
    return (size_t)(at - s);
}

static bool is_nul_escape(const char *s, size_t n)
{
    return n >= 6 && memcmp(s, "\\u0000", 6) == 0;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What cJSON would let pass, or would only stop at after deep recursion. */
static enum err scan(const char *s, size_t n, struct why *why)
{
    bool quoted = false;
    int depth = 0;

    for (size_t i = 0; i < n; i++) {
        i += quoted ? strcspn(s + i, "\"\\") : 0; /* a text may be a whole sound */
        unsigned char c = (unsigned char)s[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted && c == '\\') {
            if (is_nul_escape(s + i, n - i))
                return why_set(why, ERR_SYNTAX, "JSON: a NUL (\\u0000) at byte %zu", i);
            i++;
        } else if (!quoted && (c == '[' || c == '{')) {
            if (++depth > JSON_DEPTH)
                return why_set(why, ERR_SYNTAX, "JSON: more than %d levels at byte %zu", JSON_DEPTH,
                               i);
        } else if (!quoted && (c == ']' || c == '}')) {
            depth--;
        } else if (!quoted && c < 0x20 && !is_space(c)) {
            return why_set(why, ERR_SYNTAX, "JSON: a control character at byte %zu", i);
        }
    }
    return ERR_OK;
}

static enum err check(const char *s, size_t n, struct why *why)
{
    size_t len = strlen(s);

    if (len != n)
        return why_set(why, ERR_SYNTAX, "JSON: a NUL at byte %zu", len);
    if (!text_is_utf8(s, n))
        return why_set(why, ERR_SYNTAX, "JSON: not valid UTF-8 at byte %zu", broken_at(s));
    return scan(s, n, why);
}

/* Where in a text that was read well up to there stands a given byte? */
struct place {
    bool quoted;                /* inside a text */
    bool in_object[JSON_DEPTH]; /* per level */
    int depth;
    char before; /* the last byte before it that is no blank; 0 at the start */
};

static void find_place(const char *s, size_t at, struct place *ret)
{
    *ret = (struct place){0};
    for (size_t i = 0; i < at; i++) {
        char c = s[i];
        if (c == '"')
            ret->quoted = !ret->quoted;
        else if (ret->quoted && c == '\\')
            i++;
        else if (!ret->quoted && (c == '{' || c == '[')) {
            assert(ret->depth < JSON_DEPTH); /* scan has counted them */
            ret->in_object[ret->depth++] = c == '{';
        } else if (!ret->quoted && (c == '}' || c == ']') && ret->depth > 0)
            ret->depth--;
        if (!is_space((unsigned char)c))
            ret->before = c;
    }
}

static bool is_closed(const char *s)
{
    for (s++; *s != '\0' && *s != '"'; s++)
        s += *s == '\\' && s[1] != '\0';
    return *s == '"';
}

/* cJSON stops at the byte it cannot read, but one behind where a name should begin and does not,
 * and one behind the beginning of a text without an end. */
static size_t stopped_at(const char *s, size_t at)
{
    struct place p;

    if (at == 0)
        return 0;
    find_place(s, at - 1, &p);
    if (p.quoted)
        return at;
    if (s[at - 1] == '"')
        return is_closed(s + at - 1) ? at : at - 1;
    bool name_due = p.depth > 0 && p.in_object[p.depth - 1] && (p.before == '{' || p.before == ',');
    return name_due && !is_space((unsigned char)s[at - 1]) ? at - 1 : at;
}

/* A copy, because cJSON only finds the true end of a text that ends in NUL. */
static enum err copy_of(struct arena *a, const char *text, size_t n, char **ret, struct why *why)
{
    *ret = n == 0 ? arena_strdup(a, "") : arena_strndup(a, text, n);
    return *ret != NULL ? ERR_OK : why_set(why, ERR_MEMORY, "JSON: no memory for %zu bytes", n);
}

static enum err parse(struct arena *a, const char *copy, size_t n, cJSON **ret, struct why *why)
{
    const char *end = copy;
    struct arena *before = lend(a);
    cJSON *root = cJSON_ParseWithLengthOpts(copy, n + 1, &end, true);
    bool full = refused;
    take_back(before);
    if (root == NULL && full)
        return why_set(why, ERR_MEMORY, "JSON: no memory for the values of %zu bytes", n);
    if (root == NULL)
        return why_set(why, ERR_SYNTAX, "JSON: unreadable at byte %zu of %zu",
                       stopped_at(copy, (size_t)(end - copy)), n);
    *ret = root;
    return ERR_OK;
}

enum err json_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why)
{
    char *copy = NULL;
    cJSON *root = NULL;

    enum err e = copy_of(a, text, n, &copy, why);
    if (e == ERR_OK)
        e = check(copy, n, why);
    if (e == ERR_OK)
        e = parse(a, copy, n, &root, why);
    if (e == ERR_OK)
        *ret = as_json(root);
    return e;
}

/* ---- what a stranger sent -------------------------------------------------------------------- */

static bool is_unreadable(const char *s)
{
    return s != NULL && !text_is_utf8(s, strlen(s));
}

static void clear_unreadable(cJSON *v)
{
    bool name = is_unreadable(v->string);

    if (!name && !is_unreadable(v->valuestring))
        return;
    if (name)
        v->string[0] = '\0';
    v->type = cJSON_NULL | UNREADABLE;
    v->valuestring = NULL;
    v->child = NULL;
}

/* A walk over all values of a tree, each after what holds it. */
struct walk {
    cJSON *at;
    cJSON *up[JSON_DEPTH];
    size_t depth;
};

static void walk_on(struct walk *w)
{
    if (w->at->child != NULL && w->depth < JSON_DEPTH) {
        w->up[w->depth++] = w->at;
        w->at = w->at->child;
        return;
    }
    while (w->at->next == NULL && w->depth > 0)
        w->at = w->up[--w->depth];
    w->at = w->at->next;
}

enum err json_parse_fields(struct arena *a, const char *text, size_t n, const struct json **ret,
                           struct why *why)
{
    cJSON *root = NULL;
    char *copy = NULL;
    size_t len = 0;

    enum err e = json_mend(a, text, n, &copy, &len, why);
    if (e == ERR_OK)
        e = parse(a, copy, len, &root, why);
    if (e != ERR_OK)
        return e;
    for (struct walk w = {.at = root}; w.at != NULL; walk_on(&w))
        clear_unreadable(w.at);
    *ret = as_json(root);
    return ERR_OK;
}

bool json_is_unreadable(const struct json *v)
{
    return v != NULL && (v->node.type & UNREADABLE) != 0;
}

size_t json_unreadable(const struct json *root, size_t max, const char **ret)
{
    size_t n = 0;

    for (struct walk w = {.at = root->node.child}; w.at != NULL && n < max; walk_on(&w))
        if ((w.at->type & UNREADABLE) != 0)
            ret[n++] = w.at->string == NULL ? "" : w.at->string;
    return n;
}

/* ---- walking --------------------------------------------------------------------------------- */

enum json_kind json_kind(const struct json *v)
{
    if (v == NULL)
        return JSON_NULL;
    switch (v->node.type & 0xff) {
    case cJSON_True:
    case cJSON_False:
        return JSON_BOOL;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_STRING;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const struct json *json_first(const struct json *v)
{
    return v == NULL ? NULL : as_json(v->node.child);
}

const struct json *json_next(const struct json *v)
{
    return v == NULL ? NULL : as_json(v->node.next);
}

const char *json_name(const struct json *v)
{
    return v == NULL ? NULL : v->node.string;
}

size_t json_count(const struct json *v)
{
    size_t n = 0;

    for (const struct json *c = json_first(v); c != NULL; c = json_next(c))
        n++;
    return n;
}

const char *json_text(const struct json *v)
{
    return json_kind(v) == JSON_STRING ? v->node.valuestring : NULL;
}

/* The first sibling of that name from `v` on, or NULL; `v` may be NULL. */
static const struct json *json_named(const struct json *v, const char *name)
{
    for (; v != NULL; v = json_next(v))
        if (v->node.string != NULL && strcmp(v->node.string, name) == 0)
            return v;
    return NULL;
}

static bool has_content(const struct json *v)
{
    const char *s = json_text(v);
    return s != NULL ? *s != '\0' : json_kind(v) != JSON_NULL;
}

/* The same, of those that have content. */
static const struct json *json_filled(const struct json *v, const char *name)
{
    v = json_named(v, name);
    while (v != NULL && !has_content(v))
        v = json_named(json_next(v), name);
    return v;
}

const struct json *json_member(const struct json *o, const char *name)
{
    const struct json *v = json_filled(json_first(o), name);
    return v != NULL ? v : json_named(json_first(o), name);
}

double json_double(const struct json *v)
{
    return v->node.valuedouble;
}

bool json_is_true(const struct json *v)
{
    return cJSON_IsTrue(&v->node) != 0;
}

/* From a format that has only texts: a text may stand for a number or a bool. */
static bool json_is_loose(const struct json *v)
{
    return (v->node.type & LOOSE) != 0;
}

/* ---- building -------------------------------------------------------------------------------- */

struct json *json_new_object(struct arena *a)
{
    struct arena *before = lend(a);
    cJSON *c = cJSON_CreateObject();
    take_back(before);
    return (struct json *)c;
}

struct json *json_new_text(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_strndup(a, s, n);
    struct json *v = copy == NULL ? NULL : arena_calloc(a, 1, sizeof *v);

    if (v == NULL)
        return NULL;
    v->node.type = cJSON_String | LOOSE;
    v->node.valuestring = copy;
    return v;
}

struct json *json_new_unreadable(struct arena *a)
{
    struct json *v = arena_calloc(a, 1, sizeof *v);

    if (v != NULL)
        v->node.type = cJSON_NULL | UNREADABLE;
    return v;
}

enum err json_put(struct arena *a, struct json *o, const char *name, struct json *v)
{
    assert(json_kind(o) == JSON_OBJECT && v != NULL);
    if (!has_content(v) && json_member(o, name) != NULL)
        return ERR_OK;
    struct arena *before = lend(a);
    bool done = json_member(o, name) == NULL
                    ? cJSON_AddItemToObject(&o->node, name, &v->node)
                    : cJSON_ReplaceItemInObjectCaseSensitive(&o->node, name, &v->node);
    take_back(before);
    return done ? ERR_OK : ERR_MEMORY;
}

struct json *json_put_object(struct arena *a, struct json *o, const char *name)
{
    cJSON *there = cJSON_GetObjectItemCaseSensitive(&o->node, name);

    if (cJSON_IsObject(there))
        return (struct json *)there;
    struct json *fresh = json_new_object(a);
    if (fresh == NULL || json_put(a, o, name, fresh) != ERR_OK)
        return NULL;
    return fresh;
}

/* ==== reading values ========================================================================== */

#define EXACT 9007199254740992.0 /* 2^53: from here on doubles leave out whole numbers */

static enum err missing(struct why *why, const char *name)
{
    return why_set(why, ERR_MISSING, "the field \"%s\" is missing", name);
}

/* Does anything behind it say something else under the same name? */
static bool is_contradicted(const struct json *v, const char *name)
{
    const char *s = json_text(v);
    const struct json *other = json_filled(json_next(v), name);

    while (other != NULL && s != NULL && json_text(other) != NULL &&
           strcmp(s, json_text(other)) == 0)
        other = json_filled(json_next(other), name);
    return other != NULL;
}

static enum err find(const struct json *o, const char *name, const struct json **ret,
                     struct why *why)
{
    const struct json *v = json_member(o, name);

    if (is_contradicted(v, name))
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
