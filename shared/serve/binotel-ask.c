#include "serve/binotel-ask.h"

#include "dialogue/exchange.h"
#include "serve/spoken-reply.h"

#define SEND_AGAIN 500

static void note(struct reply *r, const struct binotel_event *ev, const struct why *fault)
{
    reply_note(r, "request=%s", ev->request == BINOTEL_OTHER ? "other" : ev->request_type);
    if (*ev->unusable != '\0')
        reply_note(r, "unusable=\"%s\"", ev->unusable);
    if (fault->text[0] != '\0')
        reply_note(r, "fault=\"%s\"", fault->text);
}

static void send_again(struct reply *r, enum err e, const struct why *why)
{
    reply_err(r, e, why);
    r->status = SEND_AGAIN;
}

static void answer(struct app *app, const struct ask *ask, const struct binotel_event *ev,
                   struct reply *r)
{
    struct why why = {0};

    r->status = 200;
    r->type = json_type;
    enum err e = exchange_event(app, ask->arena, ev, ask->deadline, &r->body.text, &why);
    note(r, ev, e == ERR_OK ? &why : &(struct why){0});
    if (e != ERR_OK)
        send_again(r, e, &why);
}

static enum err read_event(const struct ask *ask, struct binotel_event *ret, struct why *why)
{
    const struct json *fields = NULL;

    enum err e = ask_fields(ask, &fields, why);
    return e == ERR_OK ? binotel_read(ask->arena, fields, ret, why) : e;
}

enum err binotel_ask(struct app *app, const struct ask *ask, struct reply *r,
                     struct binotel_event *ret, bool *ret_answered, struct why *why)
{
    struct binotel_event ev = {0};

    enum err e = read_event(ask, &ev, why);
    if (e != ERR_OK)
        return e;
    *ret = ev;
    *ret_answered = ev.request != BINOTEL_CONTRACT;
    if (*ret_answered)
        answer(app, ask, &ev, r);
    return ERR_OK;
}

enum err binotel_ask_shut(const struct ask *ask, enum err shut, struct reply *r, struct why *why)
{
    struct binotel_event ev = {0};

    if (read_event(ask, &ev, NULL) != ERR_OK || ev.request == BINOTEL_CONTRACT)
        return shut;
    if (ev.request == BINOTEL_COMPLETED) {
        note(r, &ev, &(struct why){0});
        send_again(r, shut, why);
        return ERR_OK;
    }
    r->status = 200;
    r->type = json_type;
    note(r, &ev, why);
    buf_puts(&r->body.text,
             ev.request == BINOTEL_CALL_SETTINGS ? "{}" : "{\"status\":\"success\"}");
    return ERR_OK;
}
