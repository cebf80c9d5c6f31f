/* POST /telephony/binotel/webhook: the real exchange's events, all on one URL (binotel.md 10.3). */
#include "serve/binotel-ask.h"
#include "serve/spoken-reply.h"

static enum err handle(struct app *app, const struct ask *ask, struct reply *r, struct why *why)
{
    struct binotel_event ev = {0};
    bool answered = false;

    enum err e = binotel_ask(app, ask, r, &ev, &answered, why);
    if (answered || (e != ERR_OK && err_retry(e)))
        return e;
    /* No event, or nothing that can be read. Sent again for 38 hours it would be no better:
     * acknowledged, and said in the log. */
    r->status = 200;
    r->type = json_type;
    if (e == ERR_OK)
        reply_note(r, "request=other");
    else
        reply_note(r, "refused=\"%s\"", why->text);
    buf_puts(&r->body.text, "{\"status\":\"success\"}");
    return ERR_OK;
}

static const char *const paths[] = {"/telephony/binotel/webhook", NULL};

const struct handler handler_binotel_webhook = {
    .name = "binotel-webhook",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 5000,
    .needs = NEED_STORE | NEED_PROFILES,
    .access = ACCESS_BINOTEL,
    .workers = 1,
    .about = "takes the exchange's own events",
    .handle = handle,
    .handle_shut = binotel_ask_shut,
};
