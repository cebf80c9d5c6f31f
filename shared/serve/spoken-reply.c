#include "serve/spoken-reply.h"

const char json_type[] = "application/json";
const char ndjson_type[] = "application/x-ndjson";

void spoken_reply_sound(struct jsonw *w, struct body *body, const void *wav, size_t len)
{
    if (wav == NULL) {
        jsonw_null(w);
        return;
    }
    /* An empty text is written and its closing quote moved behind the sound. */
    jsonw_text(w, "");
    if (buf_err(&body->text) != ERR_OK)
        return;
    body->text.len--;
    body_sound(body, wav, len);
    buf_putc(&body->text, '"');
}

void spoken_reply_again(struct reply *reply, const struct delivery_reply *stored)
{
    reply->status = stored->status;
    reply->type = stored->type;
    reply->body = stored->body;
}
