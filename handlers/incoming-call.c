/* POST /telephony/binotel/incoming-call: a call comes in; open it and greet. */
#include "dialogue/turn.h"
#include "serve/binotel-ask.h"
#include "serve/spoken-reply.h"

static void missing(struct response *r, const struct binotel_event *ev)
{
    const struct {
        const char *value, *name;
    } wanted[] = {
        {ev->call_id, "callID"}, {ev->customer, "externalNumber"}, {ev->called, "internalNumber"}};
    struct jsonw w;

    r->status = 400;
    r->err = ERR_MISSING;
    r->type = response_json_type;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "error", "Missing required fields");
    jsonw_key(&w, "missing");
    jsonw_array(&w);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (*wanted[i].value == '\0')
            jsonw_text(&w, wanted[i].name);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
}

static enum err render(struct conversation *c, struct response *r)
{
    struct jsonw w;

    r->status = 200;
    r->type = response_json_type;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    jsonw_key(&w, "audio_data");
    enum err e = spoken_reply_answer(&w, &r->body, c);
    if (e != ERR_OK)
        return e;
    jsonw_put_text(&w, "message", c->said);
    spoken_reply_times(&w, c);
    jsonw_end_object(&w);
    return buf_err(&r->body.text);
}

static enum err greet(struct conversation *c, const struct caller_input *in, struct response *r,
                      struct why *why)
{
    enum err e = conversation_open(c, in, why);
    if (e == ERR_OK && c->delivery.found == DELIVERY_DONE) {
        spoken_reply_again(r, c->delivery.reply);
        response_note(r, "replay=1");
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = render(c, r);
    if (e != ERR_OK)
        return e;
    const struct delivery_reply stored = {.status = r->status, .type = r->type, .body = r->body};
    e = conversation_finish(c, &stored, why);
    response_note(r, "call=%lld speak=%s", (long long)c->call.id, c->turn.speak_rung);
    if (c->fault.text[0] != '\0')
        response_note(r, "fault=\"%s\"", c->fault.text);
    return e;
}

static enum err handle(struct house *house, const struct request *request, struct response *r,
                       struct why *why)
{
    struct binotel_event ev = {0};
    bool answered = false;

    enum err e = binotel_ask(house, request, r, &ev, &answered, why);
    if (e != ERR_OK || answered)
        return e;
    if (*ev.call_id == '\0' || *ev.customer == '\0' || *ev.called == '\0') {
        missing(r, &ev);
        return ERR_OK;
    }
    struct conversation c = {
        .house = house, .arena = request->arena, .deadline = request->deadline};
    const struct caller_input in = {
        .source = "binotel",
        .external_id = ev.call_id,
        .route = "incoming-call",
        .key = ev.call_id,
        .caller = ev.customer,
        .called = ev.called,
        .direction = ev.direction,
    };
    e = greet(&c, &in, r, why);
    conversation_release(&c);
    return e;
}

static const char *const paths[] = {"/telephony/binotel/incoming-call", NULL};

const struct handler handler_incoming_call = {
    .name = "incoming-call",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .needs = HOUSE_STORE | HOUSE_PROFILES | HOUSE_VOICE | HOUSE_OUTSIDE,
    .access = ACCESS_BINOTEL,
    .workers = 2,
    .about = "opens a call and greets the caller",
    .handle = handle,
    .handle_shut = binotel_ask_shut,
};
