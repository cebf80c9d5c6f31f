#include "wire/json.h"

#include <assert.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/text.h"
#include "wire/json-node.h"

struct json {
    cJSON node;
};

#define LOOSE 0x10000 /* in cJSON's type: a text from a format that has only texts */

/* ---- cJSON's memory is the arena ------------------------------------------------------------- */

static struct arena *current; /* for the length of one call */
static bool refused;

static void *from_arena(size_t n)
{
    void *p = arena_alloc(current, n);
    refused = refused || p == NULL;
    return p;
}

static void to_nobody(void *p)
{
    (void)p;
}

static struct arena *lend(struct arena *a)
{
    struct arena *before = current;

    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = from_arena, .free_fn = to_nobody});
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

/* cJSON stops at the byte it cannot read, but one behind where a name should begin and does not, and
 * one behind the beginning of a text without an end. */
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

enum err json_parse(struct arena *a, const char *text, size_t n, const struct json **ret,
                    struct why *why)
{
    /* A copy, because cJSON only finds the true end of a text that ends in NUL. */
    char *copy = n == 0 ? arena_strdup(a, "") : arena_strndup(a, text, n);
    if (copy == NULL)
        return why_set(why, ERR_MEMORY, "JSON: no memory for %zu bytes", n);
    enum err e = check(copy, n, why);
    if (e != ERR_OK)
        return e;
    const char *end = copy;
    struct arena *before = lend(a);
    const cJSON *root = cJSON_ParseWithLengthOpts(copy, n + 1, &end, true);
    bool full = refused;
    take_back(before);
    if (root == NULL && full)
        return why_set(why, ERR_MEMORY, "JSON: no memory for the values of %zu bytes", n);
    if (root == NULL)
        return why_set(why, ERR_SYNTAX, "JSON: unreadable at byte %zu of %zu",
                       stopped_at(copy, (size_t)(end - copy)), n);
    *ret = as_json(root);
    return ERR_OK;
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

const struct json *json_named(const struct json *v, const char *name)
{
    for (; v != NULL; v = json_next(v))
        if (v->node.string != NULL && strcmp(v->node.string, name) == 0)
            return v;
    return NULL;
}

const struct json *json_member(const struct json *o, const char *name)
{
    return json_named(json_first(o), name);
}

double json_double(const struct json *v)
{
    return v->node.valuedouble;
}

bool json_is_true(const struct json *v)
{
    return cJSON_IsTrue(&v->node) != 0;
}

bool json_is_loose(const struct json *v)
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

enum err json_put(struct arena *a, struct json *o, const char *name, struct json *v)
{
    assert(json_kind(o) == JSON_OBJECT && v != NULL);
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
