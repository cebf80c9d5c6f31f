/* POST /telephony/binotel/incoming-call: a call comes in; open it and greet. */
#include "lines/binotel-access.h"
#include "lines/binotel.h"
#include "lines/contract.h"
#include "serve/handler.h"

static enum err handle(struct app *app, const struct request *request, struct response *response,
                       struct why *why)
{
    return line_answer(&contract_greeting, app, request, response, why);
}

static enum err handle_unavailable(struct app *app, const struct request *request,
                                   enum err open_error, struct response *response, struct why *why)
{
    enum err e = binotel_answer_unavailable(app, request, open_error, response, why);

    return e == ERR_OK ? e : line_excuse(&contract_greeting, app, request, e, response, why);
}

static const char *const paths[] = {"/telephony/binotel/incoming-call", NULL};

static const struct app_part *const parts[] = {&app_store, &app_profiles, &app_voice,
                                               &app_providers, NULL};

const struct handler handler_incoming_call = {
    .name = "incoming-call",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .parts = parts,
    .access = &binotel_access,
    .speaks = true,
    .workers = 2,
    .about = "opens a call and greets the caller",
    .handle = handle,
    .handle_unavailable = handle_unavailable,
};
