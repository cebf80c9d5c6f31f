#include "tests/support/answer.h"

#include <string.h>

struct http_reply answer(int status, const char *type, const char *body)
{
    return (struct http_reply){.status = status, .type = type, .body = body, .len = strlen(body)};
}

struct http_reply answer_json(int status, const char *body)
{
    return answer(status, "application/json; charset=UTF-8", body);
}

const char *request_header(const struct http_request *req, const char *begin)
{
    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++)
        if (strncmp(req->headers[i], begin, strlen(begin)) == 0)
            return req->headers[i];
    return NULL;
}
