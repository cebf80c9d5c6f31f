/* binotel - the telephone exchange Binotel: what it sends, and what it is answered.
 *
 * Two dialects arrive on the same routes: the exchange's own events (urlencoded,
 * told apart by requestType) and the voice-bot contract (JSON or form, told apart by the route;
 * contract.h). Both are read into one struct: every scalar as text, first non-empty candidate wins,
 * old field names included.
 *
 * The exchange reports on calls and takes no turn of one, so it is no struct line. Its events may
 * come on every route of the contract: each of them calls binotel_answer first, and goes on only
 * with BINOTEL_CONTRACT. */
#ifndef HOLOS_LINES_BINOTEL_H
#define HOLOS_LINES_BINOTEL_H

#include "calls/app.h"
#include "serve/request.h"
#include "serve/response.h"
#include "store/call.h"
#include "wire/json.h"

#define BINOTEL_SOURCE     "binotel" /* of its calls in the store */
#define BINOTEL_ID_MAX     200       /* bytes of a call id */
#define BINOTEL_NUMBER_MAX 64        /* bytes of a number, as sent */

enum binotel_request {
    BINOTEL_CONTRACT, /* no requestType: the route decides */
    BINOTEL_CALL_SETTINGS,
    BINOTEL_RECEIVED,
    BINOTEL_ANSWERED,
    BINOTEL_TRANSFERRED,
    BINOTEL_HANGUP,
    BINOTEL_COMPLETED,
    BINOTEL_OTHER /* a requestType that is not known: acknowledged and ignored */
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
    int64_t waited_s;      /* before it was answered; -1 if not told */
    int64_t started_s;     /* when it came in, UTC; 0 or less: not told */
    bool has_details;      /* callDetails was there, or its fields without it */
    const char *unusable;  /* which field was left out, and why; "" if none */
};

/* Reads a body's fields. A field that is twice in the body, too long, or has a control character
 * counts as absent and `unusable` says so; in the contract dialect callID, the called number and the
 * status are needed and ERR_VALUE then (why names it). A requestType that cannot be read is
 * BINOTEL_OTHER. ERR_MEMORY. */
enum err binotel_read(struct arena *a, const struct json *fields, struct binotel_event *ret,
                      struct why *why) must_check;

/* The status a word means, in any letter case, with '-', '_' and blank alike: the contract's
 * statuses in both spellings and Binotel's dispositions. CALL__MAX: none. */
enum call_status binotel_status(const char *word);

/* callDetails of a body's fields, or its only child when it is keyed by the call's id;
 * NULL if there is none. */
const struct json *binotel_details(const struct json *fields);

/* Writes the answer to apiCallSettings, for which a caller waits: who is calling (name, next visit,
 * the address of BINOTEL_CRM_URL) and where the profile's rules lead the call; "{}" where there is
 * nothing to say, also after any failure. Only reads the store. (binotel-settings.c) */
void binotel_settings(struct app *app, struct arena *a, const struct binotel_event *ev,
                      struct buf *answer);

/* Acts on an event (any request but BINOTEL_CONTRACT) and writes the JSON answer, to the byte as
 * Binotel asks for it. Each event takes effect once. An error is only returned when the
 * exchange shall send the event again: apiCallCompleted that could not be stored. For everything
 * else the answer is a success, and `why` says for the log what was wrong, if something was. */
enum err binotel_report(struct app *app, struct arena *a, const struct binotel_event *ev,
                        struct deadline d, struct buf *answer, struct why *why) must_check;

/* Reads the body into *ret. An event is acted on and answered here, also one with fields that
 * cannot be used; a body of the contract (ret->request is BINOTEL_CONTRACT) is left to the route.
 * Errors are those of request_fields and of binotel_read's contract dialect. An event that the
 * exchange shall send again is answered with 500, the one status at which Binotel does so. */
enum err binotel_answer(struct app *app, const struct request *request, struct binotel_event *ret,
                        struct response *response, struct why *why) must_check;

/* The handle_unavailable of every route on which events come: also without a store an event gets the
 * exchange's own answer, while a caller waits for apiCallSettings. `open_error` for everything else. */
enum err binotel_answer_unavailable(struct app *app, const struct request *request,
                                    enum err open_error, struct response *response,
                                    struct why *why) must_check;

/* The whole answer of the route that takes nothing but events. Only an error after which the
 * exchange shall try again is returned. */
enum err binotel_webhook(struct app *app, const struct request *request, struct response *response,
                         struct why *why) must_check;

#endif
