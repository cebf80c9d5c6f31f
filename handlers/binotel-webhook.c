/* POST /telephony/binotel/webhook: the real exchange's events, all on one URL. */
#include "lines/binotel-access.h"
#include "lines/binotel.h"
#include "serve/handler.h"

static const char *const paths[] = {"/telephony/binotel/webhook", NULL};

static const struct app_part *const parts[] = {&app_store, &app_profiles, NULL};

const struct handler handler_binotel_webhook = {
    .name = "binotel-webhook",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 5000,
    .parts = parts,
    .access = &binotel_access,
    .workers = 1,
    .about = "takes the exchange's own events",
    .handle = binotel_webhook,
    .handle_unavailable = binotel_answer_unavailable,
};
