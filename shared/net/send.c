/* One request and nothing else: http_send, by the functions of http.h. */
#include "net/http.h"

enum err http_send(struct http *h, struct arena *a, const struct http_request *req,
                   struct http_reply *ret, struct why *why)
{
    struct http_transfer *t = NULL;

    enum err e = http_start(h, a, req, &t, why);
    if (e != ERR_OK)
        return e;
    struct deadline until = {INT64_MAX}; /* the transfer ends itself at its own deadline */
    while (e == ERR_OK && !http_ended(t))
        e = http_move(h, NULL, 0, until, NULL, why);
    if (e == ERR_OK)
        e = http_result(t, ret, why);
    http_drop(t);
    return e;
}
