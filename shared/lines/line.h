/* line - one wire format: how a request becomes a turn, and an answer a response.
 *
 * A gateway, Twilio, Telegram: each is one `const struct line`, a reader and a writer of one wire
 * format, in a file of its own here. It knows neither the store nor how a turn is taken. A handler
 * names its line and does nothing else:
 *
 *     static enum err handle(app, request, response, why)
 *     {
 *         return line_answer(&contract_turn, app, request, response, why);
 *     }
 *
 * The life of an answer, which only line_answer knows:
 *
 *     read      the request becomes a struct line_input; or the line answers it here and now
 *     begin     the call is opened and greeted, or one turn of it is taken. A delivery that was
 *               answered before gets the same bytes again, and nothing more happens
 *     stream    meanwhile, if the input asks for it: `heard` once, `sentence` by sentence. From the
 *               sentence on that tells of a booking nothing is sent before `finish`
 *     write     the answer becomes the response
 *     conclude  the store is asked whether the call was ended meanwhile. If so, what was written is
 *               taken back and written once more, with goes_on false
 *     finish    the answer, its effects and the bytes of the response are kept in one commit
 *
 * To add a line: write `lines/NAME.c` and `NAME.h` with the struct, its read and its write; name it
 * in the handler; if callers have to prove who they are, add a struct access (serve/access.h)
 * beside it. */
#ifndef HOLOS_LINES_LINE_H
#define HOLOS_LINES_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include "calls/turn.h"
#include "serve/request.h"
#include "serve/response.h"

enum line_kind {
    LINE_ANSWERED, /* read has written the response: a refusal, or what asks for no turn */
    LINE_GREETING, /* a call comes in */
    LINE_TURN      /* one turn of a call */
};

/* What a request asks for. read fills it; texts live as long as the request. */
struct line_input {
    enum line_kind kind;
    bool stream;            /* the answer is sent as it comes */
    struct turn_input turn; /* source and route are the line's: read leaves them */
};

/* The sound of an answer, or of a sentence: one WAV. wav NULL: there is none, the text stands
 * alone. */
struct line_sound {
    const char *wav;
    size_t len;
    const char *sha256; /* in hex, if it is known; else NULL */
};

/* What a stage took, in microseconds; -1: it did not run. */
struct line_times {
    int64_t hear_us, think_us, speak_us;
    int64_t total_us; /* since the request arrived */
};

/* What came of it. Valid while it is written. */
struct line_result {
    const struct profile *profile;
    const char *said;        /* the whole answer, as text */
    struct line_sound sound; /* of all of it; none if the line does not speak, or streamed it */
    bool goes_on;            /* false: the call ends with this answer */
    const char *transfer;    /* the line of a person who takes the caller then; NULL: none */
    enum asks asks;          /* what the caller is to answer now */
    const char *transcript;  /* what was heard; "" at a greeting */
    int turn;                /* 0: the greeting */
    struct line_times times;
};

struct line {
    const char *source; /* of its calls in the store: "binotel", "twilio", "telegram" */
    const char *route;  /* of its deliveries: keys are unique within one */
    const char *type;   /* Content-Type of an answer */
    bool speaks;        /* its answers hold sound; else the other side speaks or shows the text */

    /* Fills *ret, or answers the request itself (*ret stays all zero, response->status is set). An
     * error becomes the response by `refuse`, else as the engine writes it. */
    enum err (*read)(struct app *app, const struct request *request, struct line_input *ret,
                     struct response *response, struct why *why);

    /* Puts the answer at the end of response->body; status and type are set. May be called twice
     * for one answer: it reads `result` and nothing else that changes. Of a stream it writes the
     * end. */
    enum err (*write)(const struct line_input *in, const struct line_result *result,
                      struct response *response);

    /* Writes the response when no answer could be made: the status, the type and the body, which is
     * empty. *in is what read had filled until then. NULL, or once a stream's headers are out: the
     * engine writes the error. */
    void (*refuse)(const struct line_input *in, enum err e, struct response *response);

    /* Of a line whose answers hold sound: writes the error together with an excuse that the caller
     * can hear, for an error of our own (5xx). *excuse is as for `write`, without a turn; its sound
     * comes from the cache, and there may be none. NULL: the engine writes the error alone. */
    void (*excuse)(const char *error, const struct line_result *excuse, struct response *response);

    /* Of a stream. NULL, all of them: the line never streams. */
    const char *stream_type;
    void (*heard)(struct response *response, const char *transcript);
    void (*sentence)(struct response *response, const char *text, const struct line_sound *sound);
};

/* Answers a request of this line: handler.handle of every route that brings calls. Errors are those
 * of read and of the turn: ERR_NOT_FOUND (no such call), ERR_ENDED (it has ended), ERR_BUSY,
 * ERR_FORMAT (no recogniser takes this sound), and the store's. */
enum err line_answer(const struct line *line, struct app *app, const struct request *request,
                     struct response *response, struct why *why) must_check;

/* What callers of this business hear when a turn fails, or all of them while its profile has a fault.
 * NULL: no memory. */
const char *line_apology(struct arena *a, const struct profile *p);

/* Writes the error e with the line's excuse, if it is one of our own; handler.handle_unavailable of
 * a route that speaks ends with it. ERR_OK, or e: then the engine writes the error. */
enum err line_excuse(const struct line *line, struct app *app, const struct request *request,
                     enum err e, struct response *response, struct why *why) must_check;

#endif
