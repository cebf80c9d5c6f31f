/* model-attempt - one model that is asked for a turn's answer: its requests, its tools, its words.
 * Private to model.c.
 *
 *     attempt_begin(&at, ...)              its first request is under way
 *     ... errand_wait until *at.winner is it, or errand_ended(&at.errand)
 *     attempt_end(&at, ERR_OK, why)        of a request that ended without words: was it whole?
 *     attempt_go_on(&at, why)              of the winner: the rest of its answer, and its tools
 *     attempt_drop(&at)                    on every path
 *
 * Several may be asked side by side. The first that has words takes *winner, and only the winner's
 * words go to a voice; what another one says is let go by. Tools are run by attempt_go_on alone. */
#ifndef HOLOS_DIALOGUE_MODEL_ATTEMPT_H
#define HOLOS_DIALOGUE_MODEL_ATTEMPT_H

#include "dialogue/errand.h"
#include "dialogue/model-acts.h"
#include "dialogue/model-history.h"
#include "dialogue/prompt.h"
#include "net/retry.h"

struct attempt {
    struct conversation *c;
    enum ladder_rung rung;
    struct attempt **winner; /* of those side by side; NULL in it: nobody has said anything yet */
    struct claude_ask ask;
    struct model_history history;
    struct acts acts;
    struct errand errand;
    struct claude_stream stream;
    struct claude_answer answer;
    bool running; /* a request is under way, or has ended and was not looked at */
    bool begun;   /* its first word or its first tool has come */
    bool spoke;   /* the model has said something in this turn */
    bool hard;
    bool full;    /* it wrote more sentences than are said in one answer */
    bool mute;    /* nothing at all came from where the models are */
    bool refused; /* the model would not answer, or said nothing: that is no fault of the rung */
    struct retry_case how; /* of a request that failed */
    int64_t from_us;
};

/* What all attempts of a turn have in common. */
struct attempt_plan {
    struct conversation *c;
    const struct prompt *prompt;
    const struct client *client;
    const struct model_history *history;
    struct attempt **winner;
};

/* How long a model that is asked now may take; nothing is left if it is not above 0. */
int attempt_time_ms(const struct conversation *c);

/* Fills *at and starts its first request: `model`, with the setup's key number `key`. On failure nothing is under way; ERR_MEMORY, or the rung
 * cannot be asked: at->rung and what it says of the failure are set. */
enum err attempt_begin(struct attempt *at, const struct attempt_plan *plan, enum ladder_rung rung,
                       const char *model, int key, struct why *why) must_check;

/* Remembers when it began to say something, if it did. After every wait. */
void attempt_note_pace(struct attempt *at);

/* The moment from which on it is late, if it says nothing until then. */
struct deadline attempt_late_at(const struct attempt *at);

/* Its request ended, or `waited` is why it is waited for no longer. ERR_OK: the answer is whole. The
 * text of one that was cut short has been taken by voicing_add. */
enum err attempt_end(struct attempt *at, enum err waited, struct why *why) must_check;

/* It wrote more sentences than are said: what fits is the answer, and nobody failed. */
void attempt_take_full(struct attempt *at);

/* May the last sentence of its answer be half a sentence? */
bool attempt_is_cut(const struct attempt *at);

/* The rest of its answer; its voices are asked for meanwhile. Then its tools and what it says of
 * them, round by round. ERR_MEMORY, or it broke off: the voice has what came until then. */
enum err attempt_go_on(struct attempt *at, struct why *why) must_check;

/* Gives up what is under way, if anything is: it was beaten. What it is known to have cost is
 * counted, how long it took is remembered. */
void attempt_drop(struct attempt *at);

#endif
