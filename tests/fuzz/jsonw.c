/* The bytes say what is written; what is written must be read back as the same. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "wire/json.h"
#include "wire/jsonw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct input {
    const uint8_t *p;
    size_t n;
};

static struct input take(struct input *in, size_t n)
{
    struct input front = {in->p, n < in->n ? n : in->n};

    in->p += front.n;
    in->n -= front.n;
    return front;
}

/* Up to 63 bytes if they are a text of this program, else "?". */
static const char *take_text(struct arena *a, struct input *in)
{
    struct input length = take(in, 1);
    struct input s = take(in, length.n == 0 ? 0 : length.p[0] & 63);

    if (!text_is_utf8((const char *)s.p, s.n) || memchr(s.p, 0, s.n) != NULL)
        return "?";
    return arena_strndup(a, (const char *)s.p, s.n);
}

static double take_double(struct input *in)
{
    struct input s = take(in, sizeof(double));
    double d = 0;

    memcpy(&d, s.p, s.n);
    return d;
}

static uint8_t take_byte(struct input *in)
{
    struct input s = take(in, 1);
    return s.n == 0 ? 0 : s.p[0];
}

/* Writes one value, or with `v` compares it with what was read: both take the same input. */
static void value(struct arena *a, struct jsonw *w, const struct json *v, struct input *in,
                  int depth)
{
    uint8_t what = take_byte(in);
    int kind = depth == JSONW_DEPTH ? what % 3 : what % 5;

    if (kind == 0) {
        const char *s = take_text(a, in);
        w != NULL ? jsonw_text(w, s) : assert(strcmp(json_text(v), s) == 0);
    } else if (kind == 1) {
        double d = take_double(in);
        w != NULL ? jsonw_number(w, d)
                  : assert(json_kind(v) == (isfinite(d) ? JSON_NUMBER : JSON_NULL));
    } else if (kind == 2) {
        w != NULL ? jsonw_bool(w, what & 64) : assert(json_kind(v) == JSON_BOOL);
    } else {
        bool object = kind == 3;
        const struct json *c = json_first(v);
        if (w != NULL)
            object ? jsonw_object(w) : jsonw_array(w);
        for (int i = what >> 5; i > 0; i--, c = json_next(c)) {
            const char *name = object ? take_text(a, in) : NULL;
            if (object && w != NULL)
                jsonw_key(w, name);
            assert(w != NULL || c != NULL);
            assert(w != NULL || !object || strcmp(json_name(c), name) == 0);
            value(a, w, c, in, depth + 1);
        }
        assert(w != NULL || c == NULL);
        if (w != NULL)
            object ? jsonw_end_object(w) : jsonw_end_array(w);
    }
}

/* Doubles come back to the bit. */
static void check_number(struct arena *a, double d)
{
    struct buf out;
    struct jsonw w;
    const struct json *v = NULL;
    double back = 0;

    buf_init(&out, a, 1000);
    jsonw_init(&w, &out);
    jsonw_object(&w);
    jsonw_key(&w, "d");
    jsonw_number(&w, d);
    jsonw_end_object(&w);
    enum err e = json_parse(a, buf_text(&out), out.len, &v, NULL);
    assert(e == ERR_OK);
    e = json_get_number(v, "d", &back, NULL);
    assert(e == (isfinite(d) ? ERR_OK : ERR_MISSING));
    assert(!isfinite(d) || (back == d && signbit(back) == signbit(d)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct buf out;
    struct jsonw w;
    const struct json *v = NULL;
    struct input in = {data, n};

    if (n > 4096)
        return 0;
    arena_init(&a, 256 << 20);
    buf_init(&out, &a, 64 << 20);
    jsonw_init(&w, &out);
    value(&a, &w, NULL, &in, 0);
    assert(buf_err(&out) == ERR_OK);
    enum err e = json_parse(&a, buf_text(&out), out.len, &v, NULL);
    assert(e == ERR_OK);
    in = (struct input){data, n};
    value(&a, NULL, v, &in, 0);
    in = (struct input){data, n};
    check_number(&a, take_double(&in));
    arena_release(&a);
    return 0;
}
