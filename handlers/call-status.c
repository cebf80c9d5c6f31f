/* POST /telephony/binotel/call-status: what became of a call; a final status closes its record. */
#include "lines/binotel-access.h"
#include "lines/binotel.h"
#include "lines/contract.h"
#include "serve/handler.h"

static const char *const paths[] = {"/telephony/binotel/call-status", NULL};

static const struct app_part *const parts[] = {&app_store, &app_profiles, NULL};

const struct handler handler_call_status = {
    .name = "call-status",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 5000,
    .parts = parts,
    .access = &binotel_access,
    .workers = 1,
    .about = "records what became of a call",
    .handle = contract_status,
    .handle_unavailable = binotel_answer_unavailable,
};
