/* binotel - what Binotel, and gateways that speak its words, send. Pure.
 *
 * Two dialects arrive on the same routes (binotel.md 10): the real PBX's webhooks (urlencoded, told
 * apart by requestType) and the voice-bot contract (JSON or form, told apart by the route). Both are
 * read into one struct: every scalar as text, first non-empty candidate wins, old field names
 * included. */
#ifndef HOLOS_PROVIDERS_BINOTEL_H
#define HOLOS_PROVIDERS_BINOTEL_H

#include "base/arena.h"
#include "store/call.h"
#include "wire/json.h"

#define BINOTEL_ID_MAX     200 /* bytes of a call id */
#define BINOTEL_NUMBER_MAX 64  /* bytes of a number, as sent */

enum binotel_request {
    BINOTEL_CONTRACT, /* no requestType: the route decides */
    BINOTEL_CALL_SETTINGS,
    BINOTEL_RECEIVED,
    BINOTEL_ANSWERED,
    BINOTEL_TRANSFERRED,
    BINOTEL_HANGUP,
    BINOTEL_COMPLETED,
    BINOTEL_OTHER /* a requestType nobody knows: acknowledged and ignored */
};

struct binotel_event {
    enum binotel_request request;
    const char *request_type; /* as sent; "" in the contract dialect */
    const char *call_id;      /* each "" if absent */
    const char *customer;     /* the other party's number */
    const char *called;       /* the company's number */
    const char *line;         /* the employee's line */
    const char *status;       /* status or disposition as sent */
    const char *company;
    const char *direction; /* "in" or "out" */
    int64_t billed_s;      /* -1 if not told */
    bool has_details;      /* callDetails was there */
    const char *unusable;  /* of an event: which field was left out, and why; "" if none */
};

/* Reads a body's fields. A field that is twice in the body, too long, or has a control character is
 * ERR_VALUE (why names it) in the contract dialect. An event is acknowledged whatever is in it
 * (binotel.md 10.3, step 5), so there such a field counts as absent and `unusable` says so; a
 * requestType that cannot be read is BINOTEL_OTHER. ERR_MEMORY. */
enum err binotel_read(struct arena *a, const struct json *fields, struct binotel_event *ret,
                      struct why *why) must_check;

/* The status a word means, in any letter case, with '-', '_' and blank alike: the contract's
 * statuses in both spellings and Binotel's dispositions (binotel.md 6). CALL__MAX: none. */
enum call_status binotel_status(const char *word);

#endif
