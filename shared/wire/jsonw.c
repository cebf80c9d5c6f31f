#include "wire/jsonw.h"

#include <assert.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/json-node.h"

/* ==== writing ================================================================================= */

void jsonw_init(struct jsonw *w, struct buf *out)
{
    *w = (struct jsonw){.out = out};
}

static uint32_t bit(const struct jsonw *w)
{
    return (uint32_t)1 << (w->depth - 1);
}

static bool in_array(const struct jsonw *w)
{
    return (w->arrays & bit(w)) != 0;
}

/* The comma between two things of one container. */
static void separate(struct jsonw *w)
{
    if ((w->filled & bit(w)) != 0)
        buf_putc(w->out, ',');
    w->filled |= bit(w);
}

static void before_value(struct jsonw *w)
{
    if (w->depth == 0)
        return;
    assert(w->after_key != in_array(w));
    if (!w->after_key)
        separate(w);
    w->after_key = false;
}

static void open(struct jsonw *w, char c)
{
    before_value(w);
    assert(w->depth < JSONW_DEPTH);
    w->depth++;
    w->filled &= ~bit(w);
    w->arrays = c == '[' ? w->arrays | bit(w) : w->arrays & ~bit(w);
    buf_putc(w->out, c);
}

static void close(struct jsonw *w, char c)
{
    assert(w->depth > 0 && !w->after_key && in_array(w) == (c == ']'));
    w->depth--;
    buf_putc(w->out, c);
}

void jsonw_object(struct jsonw *w)
{
    open(w, '{');
}

void jsonw_array(struct jsonw *w)
{
    open(w, '[');
}

void jsonw_end_object(struct jsonw *w)
{
    close(w, '}');
}

void jsonw_end_array(struct jsonw *w)
{
    close(w, ']');
}

static void put_escape(struct buf *out, unsigned char c)
{
    static const char letter[0x20] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    char e[8] = {'\\', (char)c};

    if (c < 0x20 && letter[c] != 0)
        e[1] = letter[c];
    else if (c < 0x20)
        (void)snprintf(e, sizeof e, "\\u%04x", c);
    buf_puts(out, e);
}

/* Runs of plain bytes are copied whole: texts are long and escapes are few. */
static void put_string(struct buf *out, const char *s, size_t n)
{
    size_t from = 0;

    buf_putc(out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_put(out, s + from, i - from);
        put_escape(out, c);
        from = i + 1;
    }
    buf_put(out, s + from, n - from);
    buf_putc(out, '"');
}

void jsonw_key(struct jsonw *w, const char *name)
{
    assert(w->depth > 0 && !in_array(w) && !w->after_key);
    separate(w);
    put_string(w->out, name, strlen(name));
    buf_putc(w->out, ':');
    w->after_key = true;
}

void jsonw_text_n(struct jsonw *w, const char *s, size_t n)
{
    before_value(w);
    put_string(w->out, s, n);
}

void jsonw_text(struct jsonw *w, const char *s)
{
    if (s == NULL)
        jsonw_null(w);
    else
        jsonw_text_n(w, s, strlen(s));
}

void jsonw_int(struct jsonw *w, int64_t v)
{
    before_value(w);
    buf_printf(w->out, "%" PRId64, v);
}

/* The fewest digits that read back as the same double, with a point whatever the locale is. */
static void shortest(double v, char out[static 32])
{
    locale_t old = uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));

    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(out, 32, "%.*g", digits, v);
        if (strtod(out, NULL) == v) /* the sign, even of 0, is always written */
            break;
    }
    (void)uselocale(old);
}

void jsonw_number(struct jsonw *w, double v)
{
    char text[32];

    if (!isfinite(v)) {
        jsonw_null(w);
        return;
    }
    before_value(w);
    shortest(v, text);
    buf_puts(w->out, text);
}

void jsonw_bool(struct jsonw *w, bool v)
{
    before_value(w);
    buf_puts(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
    before_value(w);
    buf_puts(w->out, "null");
}

void jsonw_base64(struct jsonw *w, const void *data, size_t n)
{
    before_value(w);
    buf_putc(w->out, '"');
    base64_encode(w->out, data, n);
    buf_putc(w->out, '"');
}

void jsonw_put_text(struct jsonw *w, const char *name, const char *s)
{
    jsonw_key(w, name);
    jsonw_text(w, s);
}

void jsonw_put_int(struct jsonw *w, const char *name, int64_t v)
{
    jsonw_key(w, name);
    jsonw_int(w, v);
}

void jsonw_put_bool(struct jsonw *w, const char *name, bool v)
{
    jsonw_key(w, name);
    jsonw_bool(w, v);
}

void jsonw_raw(struct jsonw *w, const char *json, size_t n)
{
    assert(n > 0);
    before_value(w);
    buf_put(w->out, json, n);
}

/* ==== a parsed value, written again =========================================================== */

static int depth_of(const struct json *v)
{
    int deepest = 0;

    if (json_kind(v) != JSON_ARRAY && json_kind(v) != JSON_OBJECT)
        return 0;
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
        int d = depth_of(c);
        deepest = d > deepest ? d : deepest;
    }
    return deepest + 1;
}

static void put(struct jsonw *w, const struct json *v);

static void put_object(struct jsonw *w, const struct json *v)
{
    jsonw_object(w);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
        jsonw_key(w, json_name(c));
        put(w, c);
    }
    jsonw_end_object(w);
}

static void put_array(struct jsonw *w, const struct json *v)
{
    jsonw_array(w);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c))
        put(w, c);
    jsonw_end_array(w);
}

static void put(struct jsonw *w, const struct json *v)
{
    switch (json_kind(v)) {
    case JSON_OBJECT:
        put_object(w, v);
        break;
    case JSON_ARRAY:
        put_array(w, v);
        break;
    case JSON_STRING:
        jsonw_text(w, json_text(v));
        break;
    case JSON_NUMBER:
        jsonw_number(w, json_double(v));
        break;
    case JSON_BOOL:
        jsonw_bool(w, json_is_true(v));
        break;
    case JSON_NULL:
        jsonw_null(w);
        break;
    }
}

enum err jsonw_tree(struct jsonw *w, const struct json *v)
{
    if (w->depth + depth_of(v) > JSONW_DEPTH)
        return ERR_TOO_BIG;
    put(w, v);
    return ERR_OK;
}
