/* POST /telephony/binotel/call-status: what became of a call; a final status closes its record. */
#include "calls/end.h"
#include "serve/binotel-ask.h"
#include "serve/spoken-reply.h"

static enum err note_status(struct app *app, const struct ask *ask, const struct binotel_event *ev,
                            struct reply *r, struct why *why)
{
    const struct call_news news = {.status = binotel_status(ev->status), .billed_s = ev->billed_s};

    buf_puts(&r->body.text, "{\"success\":true}");
    if (news.status == CALL__MAX) {
        reply_note(r, "status=unknown");
        return ERR_OK;
    }
    enum err e = end_status(app, ask->arena, "binotel", ev->call_id, &news, ask->deadline, why);
    if (e == ERR_NOT_FOUND) {
        reply_note(r, "call=unknown");
        return ERR_OK;
    }
    reply_note(r, "call_status=%s", call_status_text(news.status));
    return e;
}

static enum err handle(struct app *app, const struct ask *ask, struct reply *r, struct why *why)
{
    struct binotel_event ev = {0};
    bool answered = false;

    enum err e = binotel_ask(app, ask, r, &ev, &answered, why);
    if (e != ERR_OK || answered)
        return e;
    r->status = 200;
    r->type = json_type;
    if (*ev.call_id == '\0' || *ev.status == '\0') {
        reply_error(r, 400, "Missing required fields");
        r->err = ERR_MISSING;
        return ERR_OK;
    }
    return note_status(app, ask, &ev, r, why);
}

static const char *const paths[] = {"/telephony/binotel/call-status", NULL};

const struct handler handler_call_status = {
    .name = "call-status",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 5000,
    .needs = NEED_STORE | NEED_PROFILES,
    .access = ACCESS_BINOTEL,
    .workers = 1,
    .about = "records what became of a call",
    .handle = handle,
    .handle_shut = binotel_ask_shut,
};
