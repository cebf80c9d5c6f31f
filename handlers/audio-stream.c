/* POST /telephony/binotel/audio-stream: one turn of a call, from what the caller said to the
 * answer. */
#include "lines/binotel-access.h"
#include "lines/binotel.h"
#include "lines/contract.h"
#include "serve/handler.h"

static enum err handle(struct app *app, const struct request *request, struct response *response,
                       struct why *why)
{
    return line_answer(&contract_turn, app, request, response, why);
}

static enum err handle_unavailable(struct app *app, const struct request *request,
                                   enum err open_error, struct response *response, struct why *why)
{
    enum err e = binotel_answer_unavailable(app, request, open_error, response, why);

    return e == ERR_OK ? e : line_excuse(&contract_turn, app, request, e, response, why);
}

static const char *const paths[] = {"/telephony/binotel/audio-stream", NULL};

static const struct app_part *const parts[] = {&app_store, &app_profiles, &app_voice,
                                               &app_providers, NULL};

const struct handler handler_audio_stream = {
    .name = "audio-stream",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)10 * 1024 * 1024,
    .parts = parts,
    .access = &binotel_access,
    .streams = true,
    .speaks = true,
    .workers = 8,
    .about = "one turn of a call: hears, thinks, answers aloud",
    .handle = handle,
    .handle_unavailable = handle_unavailable,
};
