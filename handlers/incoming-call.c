/* POST /telephony/binotel/incoming-call: a call comes in; open it and greet. */
#include "calls/turn.h"
#include "serve/binotel-ask.h"
#include "serve/spoken-reply.h"

static void missing(struct reply *r, const struct binotel_event *ev)
{
    const struct {
        const char *value, *name;
    } wanted[] = {
        {ev->call_id, "callID"}, {ev->customer, "externalNumber"}, {ev->called, "internalNumber"}};
    struct jsonw w;

    r->status = 400;
    r->err = ERR_MISSING;
    r->type = json_type;
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

static enum err render(struct call_turn *c, struct reply *r)
{
    struct jsonw w;

    r->status = 200;
    r->type = json_type;
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

static enum err greet(struct call_turn *c, const struct turn_input *in, struct reply *r,
                      struct why *why)
{
    enum err e = call_turn_greet(c, in, why);
    if (e == ERR_OK && c->delivery.found == DELIVERY_DONE) {
        spoken_reply_again(r, c->delivery.reply);
        reply_note(r, "replay=1");
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = render(c, r);
    if (e != ERR_OK)
        return e;
    const struct delivery_reply stored = {.status = r->status, .type = r->type, .body = r->body};
    e = call_turn_finish(c, &stored, why);
    reply_note(r, "call=%lld speak=%s", (long long)c->call.id, c->turn.speak_rung);
    if (c->env.fault.text[0] != '\0')
        reply_note(r, "fault=\"%s\"", c->env.fault.text);
    return e;
}

static enum err handle(struct app *app, const struct ask *ask, struct reply *r, struct why *why)
{
    struct binotel_event ev = {0};
    bool answered = false;

    enum err e = binotel_ask(app, ask, r, &ev, &answered, why);
    if (e != ERR_OK || answered)
        return e;
    if (*ev.call_id == '\0' || *ev.customer == '\0' || *ev.called == '\0') {
        missing(r, &ev);
        return ERR_OK;
    }
    struct call_turn c = {.app = app, .arena = ask->arena, .deadline = ask->deadline};
    const struct turn_input in = {
        .source = "binotel",
        .external_id = ev.call_id,
        .route = "incoming-call",
        .key = ev.call_id,
        .caller = ev.customer,
        .called = ev.called,
        .direction = ev.direction,
    };
    e = greet(&c, &in, r, why);
    call_turn_release(&c);
    return e;
}

static const char *const paths[] = {"/telephony/binotel/incoming-call", NULL};

const struct handler handler_incoming_call = {
    .name = "incoming-call",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .needs = NEED_STORE | NEED_PROFILES | NEED_VOICE | NEED_PROVIDERS,
    .access = ACCESS_BINOTEL,
    .workers = 2,
    .about = "opens a call and greets the caller",
    .handle = handle,
    .handle_shut = binotel_ask_shut,
};
