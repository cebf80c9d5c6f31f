/* binotel-api - Binotel's REST API 4.0: hand a call over, end it, call back, what became of a call, its
 * recording, the address book, the lists of the cabinet.
 *
 * Requests of all processes are BINOTEL_API_PAUSE_MS apart (store/pace.h), and after "too often" (106)
 * nobody asks for a while. Each goes over a connection of its own, so that net/http.h never sends one
 * twice. Only a refusal for being too often is asked again here: then nothing was done. What places or
 * changes a call may have been done after ERR_DEADLINE and ERR_PEER (failure.sent tells whether anything
 * had left): its caller must not repeat it.
 *
 * Errors are HTTP 200 with a code at Binotel, and HTML when it is down. The sentence of a failure names
 * the code and what helps, never Binotel's own words. */
#ifndef HOLOS_PROVIDERS_BINOTEL_API_H
#define HOLOS_PROVIDERS_BINOTEL_API_H

#include "net/http.h"
#include "providers/failure.h"
#include "store/store.h"
#include "wire/json.h"

#define BINOTEL_API_REPLY_MAX ((size_t)4 * 1024 * 1024)

struct binotel_api {
    struct store *store; /* where the pace is kept */
    const char *url, *key, *secret;
    int64_t pause_ms;
    struct http_setup http;
    /* Set before each request. */
    struct arena *arena; /* of the answer */
    struct deadline until;
    /* What came of the last one. */
    struct failure failure;
    int code; /* of Binotel's refusal; 0: there was none */
};

/* Are BINOTEL_API_KEY and BINOTEL_API_SECRET set? */
bool binotel_api_is_set(void);

/* By the settings, whose values must live as long. ERR_CONFIG: a setting is missing or wrong. */
enum err binotel_api_init(struct binotel_api *api, struct store *s, struct why *why) must_check;

/* One member of a request. */
struct binotel_api_field {
    const char *name;
    const char *text;
    bool in_array; /* as the only value of an array */
};

/* Asks a method ("stats/call-record"): waits for its turn, sends, reads. *ret is the answer's object.
 * An error is in api->failure, too. ERR_DEADLINE also: its turn would come later than api->until, and
 * nothing was sent. */
enum err binotel_api_ask(struct binotel_api *api, const char *method,
                         const struct binotel_api_field *fields, size_t n,
                         const struct json **ret) must_check;

/* ---- calls: never repeated ---------------------------------------------------------------------- */

/* Hands a call that goes on to another line: "901". */
enum err binotel_api_transfer(struct binotel_api *api, const char *call,
                              const char *line) must_check;
enum err binotel_api_hang_up(struct binotel_api *api, const char *call) must_check;

/* Rings the line, and then the number, from the company's number `pbx` ("": the line's own). Waits until
 * the line answers: give it 45 s. *ret_call is the id of the new call. */
enum err binotel_api_call(struct binotel_api *api, const char *line, const char *number,
                          const char *pbx, const char **ret_call) must_check;

/* ---- what became of a call ---------------------------------------------------------------------- */

struct binotel_call { /* texts "" where it is not told */
    const char *id, *customer, *line, *called, *disposition, *recording, *employee;
    int64_t started_s, waited_s, billed_s; /* -1 */
    bool out;
};

/* ERR_NOT_FOUND: Binotel knows no such call. */
enum err binotel_api_details(struct binotel_api *api, const char *call,
                             struct binotel_call *ret) must_check;

struct binotel_record {
    const char *url;
    /* It can be fetched until then, UTC; 0: it does not say. Never keep it longer. */
    int64_t until_s;
};

/* ERR_NOT_FOUND: there is no recording, or not yet (details.recording: "uploading"). */
enum err binotel_api_record(struct binotel_api *api, const char *call,
                            struct binotel_record *ret) must_check;

/* ---- the address book --------------------------------------------------------------------------- */

struct binotel_customer {
    const char *id, *name; /* id "": there is none */
};

enum err binotel_api_customer(struct binotel_api *api, const char *number,
                              struct binotel_customer *ret) must_check;

/* Makes the customer, or gives the one with this number that name. Two or three requests. */
enum err binotel_api_keep_customer(struct binotel_api *api, const char *number,
                                   const char *name) must_check;

/* ---- pure: what is sent and what comes ---------------------------------------------------------- */

enum err binotel_api_write(const struct binotel_api *api, const char *method,
                           const struct binotel_api_field *fields, size_t n,
                           struct http_request *ret) must_check;

/* The answer's object, or what is wrong with it; *ret_code is Binotel's code, 0: none. */
enum err binotel_api_read(struct arena *a, const struct http_reply *reply, const struct json **ret,
                          int *ret_code, struct failure *f) must_check;

/* Of such an object: the one call that it holds, however it is wrapped; the recording; the
 * customer with this number, id "" if there is none. ERR_NOT_FOUND. */
enum err binotel_api_read_call(struct arena *a, const struct json *o, struct binotel_call *ret,
                               struct why *why) must_check;
enum err binotel_api_read_record(struct arena *a, const struct json *o, struct binotel_record *ret,
                                 struct why *why) must_check;
enum err binotel_api_read_customer(struct arena *a, const struct json *o, const char *number,
                                   struct binotel_customer *ret) must_check;

#endif
