/* response - what goes out: plain data, or a body that is sent as it grows.
 *
 * Every error is {"error":"..."}; refusals are never cached. */
#ifndef HOLOS_SERVE_RESPONSE_H
#define HOLOS_SERVE_RESPONSE_H

#include <stdbool.h>
#include "base/err.h"
#include "wire/body.h"

#define RESPONSE_BODY_MAX ((size_t)1024 * 1024) /* of text; sounds do not count */
#define RESPONSE_NOTE_MAX 256

/* application/json, without a charset: JSON is always UTF-8, and the type has no such parameter
 * (RFC 8259 11). It is the same for answers and for errors. */
extern const char response_json_type[];

struct response {
    int status;
    const char *type;     /* Content-Type */
    const char *allow;    /* of a 405, else NULL */
    const char *location; /* of a redirect, else NULL */
    int retry_after_s;    /* 0: none */
    struct body body;
    struct body_mark sent; /* how far it has gone out */
    bool streaming;        /* headers are out */
    /* Sends what is new since the mark, headers first. NULL: everything goes at the end. */
    enum err (*flush)(struct response *r);
    void *to; /* flush's own */

    bool head_only; /* HEAD: headers and length of a GET, no body */
    /* For the request's one log line. */
    enum err err;                 /* what became of the request */
    struct why why;               /* its sentence */
    char note[RESPONSE_NOTE_MAX]; /* the handler's own pairs, see response_note */
};

/* An empty response; room for an error's sentence is set aside, so that a request that used up its
 * memory can still be told so. Status 0: not answered yet. */
void response_init(struct response *r, struct arena *a);

/* The reason phrase of a status (RFC 9110 15): a status line without one is no valid HTTP/1.1 where
 * nginx passes it on. */
const char *response_reason(int status);

/* Sends what the body has so far; without a streaming engine it does nothing. ERR_PEER when the
 * caller has gone: keep working, the answer is still committed. */
enum err response_flush(struct response *r);

/* Empties the body and makes it {"error":"<text>"} with that status. Once a stream's headers are
 * out, the status stays and the error becomes one more line of the stream. */
void response_error(struct response *r, int status, const char *text);

/* The same from an error: its status, and `why`'s sentence or else its own meaning. Both are kept
 * for the log; if the sentence is for the operator (err_public) the caller gets the meaning alone.
 * Retry-After is set when a retry may help. */
void response_err(struct response *r, enum err e, const struct why *why);

/* The 422 body for a missing part: {"detail":[{"type":"missing",...}]}. */
void response_missing_field(struct response *r, const char *field);

/* Adds pairs to the request's log line: response_note(r, "turn=%d replay=%d", ...). Ids, counts and
 * names of our own only; never a number, a word or a key of the caller. Cut when full. */
void response_note(struct response *r, const char *format, ...) printf_like(2, 3);

#endif
