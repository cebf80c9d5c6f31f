/* POST /telephony/binotel/webhook: the real exchange's events, all on one URL (binotel.md 10.3). */
#include "dialogue/exchange.h"
#include "serve/handler.h"
#include "serve/spoken-reply.h"

static enum err handle(struct house *house, const struct ask *ask, struct reply *r, struct why *why)
{
    const struct json *fields = NULL;
    struct binotel_event ev = {0};

    r->status = 200;
    r->type = json_type;
    enum err e = ask_fields(ask, &fields, why);
    if (e == ERR_OK)
        e = binotel_read(ask->arena, fields, &ev, why);
    if (e != ERR_OK && !err_retry(e)) {
        /* Sent again for 38 hours it would be no better: acknowledged, and said in the log. */
        reply_note(r, "refused=\"%s\"", why->text);
        buf_puts(&r->body.text, "{\"status\":\"success\"}");
        return ERR_OK;
    }
    if (e != ERR_OK)
        return e;
    if (ev.request == BINOTEL_CONTRACT) /* no requestType: nothing that is known here */
        ev.request = BINOTEL_OTHER;
    reply_note(r, "request=%s", ev.request == BINOTEL_OTHER ? "other" : ev.request_type);
    return exchange_event(house, ask->arena, &ev, ask->deadline, &r->body.text, why);
}

static const char *const paths[] = {"/telephony/binotel/webhook", NULL};

const struct handler handler_binotel_webhook = {
    .name = "binotel-webhook",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 5000,
    .needs = HOUSE_STORE | HOUSE_PROFILES,
    .access = ACCESS_BINOTEL,
    .workers = 1,
    .about = "takes the exchange's own events",
    .handle = handle,
};
