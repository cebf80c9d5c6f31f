/* request - what came in: one request as plain data.
 *
 * The engine fills it from FastCGI, a test by hand; nothing below knows which. Texts are NUL-
 * terminated and may be anything a stranger can send: not yet checked for UTF-8. Missing headers
 * are "". */
#ifndef HOLOS_SERVE_REQUEST_H
#define HOLOS_SERVE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/clock.h"
#include "serve/response.h"
#include "wire/json.h"
#include "wire/multipart.h"

/* Every parameter that is read, X(field, FastCGI name). nginx/params.conf passes exactly these. */
#define REQUEST_PARAMS(X)                                                                          \
    X(method, "REQUEST_METHOD")                                                                    \
    X(path, "DOCUMENT_URI")                                                                        \
    X(query, "QUERY_STRING")                                                                       \
    X(content_type, "CONTENT_TYPE")                                                                \
    X(content_length, "CONTENT_LENGTH")                                                            \
    X(accept, "HTTP_ACCEPT")                                                                       \
    X(idempotency_key, "HTTP_IDEMPOTENCY_KEY")                                                     \
    X(binotel_signature, "HTTP_X_BINOTEL_SIGNATURE")                                               \
    X(remote_addr, "REMOTE_ADDR")                                                                  \
    X(forwarded_for, "HTTP_X_FORWARDED_FOR")                                                       \
    X(arrived, "REQUEST_ARRIVED")                                                                  \
    X(request_id, "REQUEST_ID")

struct request {
#define X(field, name) const char *field;
    REQUEST_PARAMS(X)
#undef X
    /* What follows the route's path and a '/', NULL if nothing does; handler_answer cuts it off. */
    const char *path_secret;
    const char *body; /* complete; NUL-terminated, len does not count it */
    size_t len;
    struct arena *arena;
    struct deadline deadline; /* counted from when it arrived */
    int waited_ms;            /* for a free worker */
};

/* The body as a tree of fields: JSON, an urlencoded form, or the text parts of a multipart form;
 * when the type is missing or another, by the first byte that is not blank ('{' is JSON). A byte
 * order mark in front is skipped. A field that cannot be decoded is an unreadable null (json.h), and
 * the others count.
 * ERR_SYNTAX, ERR_TOO_BIG, ERR_MEMORY. A JSON document that is no object is ERR_SYNTAX. */
enum err request_fields(const struct request *request, const struct json **ret,
                        struct why *why) must_check;

/* The parts of a multipart/form-data body, decoded; errors as multipart_boundary and
 * multipart_parse. */
enum err request_parts(const struct request *request, struct multipart *ret,
                       struct why *why) must_check;

/* Names the fields that could not be decoded in the request's log line. */
void request_note_unreadable(const struct json *fields, struct response *r);

/* `e`, but ERR_TOO_BIG for an ERR_MEMORY that would come again: the ceiling of memory was reached, and a
 * body of `body` bytes had a large part in it. */
enum err request_memory(const struct arena *a, size_t body, enum err e, struct why *why) must_check;

/* The value of a query parameter, decoded, or NULL. */
const char *request_query(const struct request *request, const char *name);

/* Does the Accept header name this media type (q=0 counts as no)? */
bool request_accepts(const struct request *request, const char *type);

#endif
