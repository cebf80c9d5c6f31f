#include "store/token.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "store/inside.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define FAR INT64_C(9007199254740991) /* 2^53 - 1 */

static enum err read_fields(const struct json *o, struct token *ret)
{
    enum err e = json_get_text(o, "owner", TOKEN_MAX, &ret->owner, NULL);

    if (e == ERR_OK)
        e = json_get_text(o, "value", TOKEN_MAX, &ret->value, NULL);
    if (e == ERR_OK)
        e = json_get_int(o, "renew_ms", 0, FAR, &ret->renew_ms, NULL);
    if (e == ERR_OK)
        e = json_get_int(o, "until_ms", 0, FAR, &ret->until_ms, NULL);
    return e;
}

enum err token_load(const struct store *s, struct arena *a, const char *owner, int64_t now_ms,
                    struct token *ret)
{
    const struct json *o = NULL;
    struct token t = {0};
    char *text = NULL;
    size_t n = 0;

    enum err e = file_read(a, s->token_path, TOKEN_MAX, &text, &n, NULL);
    if (e == ERR_OK)
        e = json_parse(a, text, n, &o, NULL);
    if (e == ERR_OK)
        e = read_fields(o, &t);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || strcmp(t.owner, owner) != 0 || t.until_ms <= now_ms)
        return ERR_NOT_FOUND;
    *ret = t;
    return ERR_OK;
}

enum err token_save(const struct store *s, struct arena *a, const struct token *t, struct why *why)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, a, TOKEN_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    jsonw_put_text(&w, "owner", t->owner);
    jsonw_put_text(&w, "value", t->value);
    jsonw_put_int(&w, "renew_ms", t->renew_ms);
    jsonw_put_int(&w, "until_ms", t->until_ms);
    jsonw_end_object(&w);
    enum err e = buf_err(&b);
    if (e != ERR_OK)
        return why_set(why, e, "the access token is too long to be kept");
    return file_replace(s->token_path, buf_text(&b), strlen(buf_text(&b)), why);
}

void token_drop(const struct store *s, struct arena *a, const struct token *t)
{
    struct token now = {0};

    if (token_load(s, a, t->owner, 0, &now) == ERR_OK && strcmp(now.value, t->value) == 0)
        (void)unlink(s->token_path);
}
