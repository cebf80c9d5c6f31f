#include "serve/handler.h"

#include <assert.h>
#include <string.h>

#include "serve/access.h"

/* What a client may send, and which of a handler's methods it is. */
static const struct {
    const char *name;
    unsigned method;
} methods[] = {
    {"GET", HANDLER_GET},
    {"HEAD", HANDLER_GET},
    {"POST", HANDLER_POST},
};

static unsigned method_of(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].name, name) == 0)
            return methods[i].method;
    return 0;
}

/* The secret that a Binotel route's path may end in is taken off it. */
static void cut_path_secret(const struct handler *h, struct ask *ask)
{
    for (const char *const *own = h->paths; h->access == ACCESS_BINOTEL && *own != NULL; own++) {
        size_t n = strlen(*own);
        if (strncmp(ask->path, *own, n) != 0 || ask->path[n] != '/')
            continue;
        ask->path_secret = ask->path + n + 1;
        ask->path = *own;
        return;
    }
}

static const char *const allow_text[] = {
    [HANDLER_GET] = "GET, HEAD",
    [HANDLER_POST] = "POST",
    [HANDLER_GET | HANDLER_POST] = "GET, HEAD, POST",
};

static void refuse_method(const struct handler *h, struct reply *reply)
{
    reply_error(reply, 405, "this method is not answered here; Allow names those that are");
    reply->allow = allow_text[h->methods];
    reply->err = ERR_VALUE;
}

/* A reply that grew past its limit is the house's fault, not the caller's. */
static enum err check_reply(const struct reply *reply, struct why *why)
{
    assert(reply->status != 0);
    if (buf_err(&reply->body.text) == ERR_OK)
        return ERR_OK;
    return why_set(why, ERR_MEMORY, "the answer did not fit into its memory");
}

/* May this caller have this method? What the handler is to see is in *ret. False: answered. */
static bool admit(const struct handler *h, const struct ask *ask, struct ask *ret,
                  struct reply *reply)
{
    struct why why = {0};

    assert(h->methods > 0 && h->methods <= (HANDLER_GET | HANDLER_POST));
    *ret = *ask;
    if (strcmp(ask->method, "HEAD") == 0) {
        ret->method = "GET";
        reply->head_only = true;
    }
    cut_path_secret(h, ret);
    enum err e = access_check(h->access, ret, &why);
    if (e == ERR_FORBIDDEN)
        access_note(ret, reply);
    if (e != ERR_OK)
        reply_err(reply, e, &why);
    else if ((method_of(ask->method) & h->methods) == 0)
        refuse_method(h, reply);
    else
        return true;
    return false;
}

static void settle(enum err e, struct why *why, struct reply *reply)
{
    if (e == ERR_OK)
        e = check_reply(reply, why);
    if (e != ERR_OK)
        reply_err(reply, e, why);
}

void handler_answer(const struct handler *h, struct app *app, const struct ask *ask,
                    struct reply *reply)
{
    struct why why = {0};
    struct ask seen;

    if (admit(h, ask, &seen, reply))
        settle(h->handle(app, &seen, reply, &why), &why, reply);
}

void handler_answer_shut(const struct handler *h, const struct ask *ask, enum err shut,
                         struct why *why, struct reply *reply)
{
    struct ask seen;

    if (admit(h, ask, &seen, reply))
        settle(h->handle_shut == NULL ? shut : h->handle_shut(&seen, shut, reply, why), why, reply);
}
