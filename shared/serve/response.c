#include "serve/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/jsonw.h"

/* {"error":""} and a sentence of struct why, every byte of it escaped. */
#define ERROR_ROOM (2 * sizeof(struct why) + 64)

#define RETRY_AFTER_S 2

const char response_json_type[] = "application/json";

void response_init(struct response *r, struct arena *a)
{
    *r = (struct response){0};
    body_init(&r->body, a, RESPONSE_BODY_MAX);
    (void)buf_reserve(&r->body.text, ERROR_ROOM); /* remembered in the buf */
}

const char *response_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } rows[] = {
        {200, "OK"},
        {307, "Temporary Redirect"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return "Status";
}

enum err response_flush(struct response *r)
{
    return r->flush == NULL ? ERR_OK : r->flush(r);
}

/* Readies the body for an error; a stream keeps what is out and gets the error as a line. What was not
 * sent yet is not true any more. */
static void start_over(struct response *r, int status)
{
    if (r->streaming) {
        body_cut(&r->body, r->sent.text, r->sent.sounds);
        r->body.text.err = ERR_OK;
        return;
    }
    buf_clear(&r->body.text);
    r->body.sounds = 0;
    r->sent = (struct body_mark){0};
    r->status = status;
    r->type = response_json_type;
}

void response_error(struct response *r, int status, const char *text)
{
    struct jsonw w;

    start_over(r, status);
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "error", text);
    jsonw_end_object(&w);
    if (r->streaming)
        buf_putc(&r->body.text, '\n');
}

void response_err(struct response *r, enum err e, const struct why *why)
{
    const char *text = why != NULL && why->text[0] != '\0' ? why->text : err_text(e);

    r->err = e;
    (void)why_set(&r->why, e, "%s", text);
    response_error(r, err_status(e), err_public(e) ? r->why.text : err_text(e));
    r->retry_after_s = err_retry(e) ? RETRY_AFTER_S : 0;
}

void response_missing_field(struct response *r, const char *field)
{
    struct jsonw w;

    start_over(r, err_status(ERR_MISSING));
    r->err = ERR_MISSING;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_key(&w, "detail");
    jsonw_array(&w);
    jsonw_object(&w);
    jsonw_put_text(&w, "type", "missing");
    jsonw_key(&w, "loc");
    jsonw_array(&w);
    jsonw_text(&w, "body");
    jsonw_text(&w, field);
    jsonw_end_array(&w);
    jsonw_put_text(&w, "msg", "Field required");
    jsonw_key(&w, "input");
    jsonw_null(&w);
    jsonw_end_object(&w);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
}

void response_note(struct response *r, const char *format, ...)
{
    size_t at = strlen(r->note);
    va_list ap;

    if (at > 0 && at < sizeof r->note - 1)
        r->note[at++] = ' ';
    va_start(ap, format);
    int n = vsnprintf(r->note + at, sizeof r->note - at, format, ap);
    va_end(ap);
    if (n < 0)
        r->note[at] = '\0';
    r->note[text_cut(r->note, strlen(r->note), sizeof r->note - 1)] = '\0';
}
