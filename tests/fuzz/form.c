/* Any bytes: a tree of objects and texts within the limits, or refused. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "wire/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void walk(const struct json *v, int depth, size_t *fields)
{
    const char *s = json_text(v);

    assert(depth <= FORM_DEPTH);
    if (s != NULL) {
        assert(text_is_utf8(s, strlen(s)) && ++*fields <= FORM_FIELDS);
        return;
    }
    if (json_is_unreadable(v)) {
        assert(json_kind(v) == JSON_NULL && json_first(v) == NULL && ++*fields <= FORM_FIELDS);
        return;
    }
    assert(json_kind(v) == JSON_OBJECT);
    for (const struct json *c = json_first(v); c != NULL; c = json_next(c)) {
        assert(text_is_utf8(json_name(c), strlen(json_name(c))));
        assert(json_member(v, json_name(c)) == c);
        walk(c, depth + 1, fields);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    const struct json *v = NULL;
    struct why why = {0};
    size_t fields = 0;

    arena_init(&a, 64 << 20);
    enum err e = form_parse(&a, (const char *)data, n, &v, &why);
    assert((e == ERR_OK) == (v != NULL) && (e == ERR_OK) == (why.text[0] == '\0'));
    if (e == ERR_OK)
        walk(v, 0, &fields);
    arena_release(&a);
    return 0;
}
