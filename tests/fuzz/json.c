/* Any bytes: parsed or refused; what was parsed is walked and asked in every way. What is JSON is not
 * refused where a stranger's is read. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void ask(struct arena *a, const struct json *o, const char *name)
{
    struct why why = {0};
    const char *s = NULL;
    int64_t i = 0;
    double d = 0;
    bool b = false;

    if (json_get_text(o, name, 100, &s, &why) == ERR_OK)
        assert(strlen(s) <= 100 && text_is_utf8(s, strlen(s)));
    if (json_get_int(o, name, -10, 1000, &i, &why) == ERR_OK)
        assert(i >= -10 && i <= 1000);
    if (json_get_number(o, name, &d, &why) == ERR_OK)
        assert(d - d == 0);
    if (json_get_id(a, o, name, 20, &s, &why) == ERR_OK)
        assert(*s != '\0' && strlen(s) <= 20);
    (void)!json_get_bool(o, name, &b, &why);
}

static void walk(struct arena *a, const struct json *v, int depth)
{
    size_t n = 0;

    assert(depth <= JSON_DEPTH);
    assert((json_text(v) != NULL) == (json_kind(v) == JSON_STRING));
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c), n++) {
        if (json_name(c) != NULL && n < 50)
            ask(a, v, json_name(c));
        walk(a, c, depth + 1);
    }
    assert(n == json_count(v));
    ask(a, v, "a");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    const struct json *v = NULL;
    struct why why = {0};

    arena_init(&a, 64 << 20);
    enum err e = json_parse(&a, (const char *)data, n, &v, &why);
    assert((e == ERR_OK) == (v != NULL) && (e == ERR_OK) == (why.text[0] == '\0'));
    if (e == ERR_OK) {
        assert(text_is_utf8((const char *)data, n));
        walk(&a, v, 0);
    }
    const struct json *fields = NULL;
    enum err mended = json_parse_fields(&a, (const char *)data, n, &fields, NULL);
    assert((mended == ERR_OK) == (fields != NULL));
    assert(e != ERR_OK || mended == ERR_OK || mended == ERR_TOO_BIG);
    if (mended == ERR_OK)
        walk(&a, fields, 0);
    arena_release(&a);
    return 0;
}
