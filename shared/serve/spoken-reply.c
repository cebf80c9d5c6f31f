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

enum err spoken_reply_answer(struct jsonw *w, struct body *body, struct call_turn *c)
{
    const char *wav = NULL;
    const char *sha256 = NULL;
    size_t len = 0;
    size_t before = body->sounds;

    enum err e = synthesise_sound(&c->voice, &wav, &len, &sha256);
    if (e != ERR_OK)
        return e;
    spoken_reply_sound(w, body, wav, len);
    if (body->sounds > before)
        body->sound[before].sha256 = sha256;
    return ERR_OK;
}

void spoken_reply_times(struct jsonw *w, const struct call_turn *c)
{
    const struct {
        const char *name;
        int64_t us;
    } stages[] = {{"hear", c->turn.hear_us},
                  {"think", c->turn.think_us},
                  {"speak", c->turn.speak_us},
                  {"total", clock_mono_us() - c->env.began_us}};

    jsonw_key(w, "took_ms");
    jsonw_object(w);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        if (stages[i].us < 0)
            continue;
        jsonw_key(w, stages[i].name);
        jsonw_number(w, (double)stages[i].us / 1000.0);
    }
    jsonw_end_object(w);
}

void spoken_reply_again(struct reply *reply, const struct delivery_reply *stored)
{
    reply->status = stored->status;
    reply->type = stored->type;
    reply->body = stored->body;
}
