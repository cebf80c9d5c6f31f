#include "wire/jsonw.h"

#include "wire/json-node.h"

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
