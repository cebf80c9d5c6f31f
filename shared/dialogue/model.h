/* model - an answer by Claude: the call so far goes out, sentences come back and are voiced while the
 * rest is still being written; what the model does with its tools becomes the turn's effects. Private
 * to dialogue/.
 *
 * The history that it is given holds what was really said: turn.said of the turns before. Waits, so
 * what is not committed yet is meanwhile (settle.h). */
#ifndef HOLOS_DIALOGUE_MODEL_H
#define HOLOS_DIALOGUE_MODEL_H

#include "dialogue/turn.h"
#include "dialogue/errand.h"
#include "dialogue/ladder.h"
#include "dialogue/actions.h"
#include "dialogue/prompt.h"
#include "net/retry.h"
#include "providers/claude.h"

/* Is there a model to be asked now, and has the profile words for it? */
bool model_may(struct conversation *c);

/* Asks the ladder's models in order; with HOLOS_HEDGE_THINK_MS the next one beside the one that is
 * late, and the first that has something to say answers. ERR_OK: c->sentence[] are cut and on their way
 * to a voice (call voicing_finish), c->end, c->goes_on and c->answer are set. ERR_CHILD: no model
 * answered, nothing was delivered, nothing is changed but the turn's record: the rules shall answer.
 * ERR_MEMORY; settle's fault. */
enum err model_answer(struct conversation *c, const struct client *client,
                      struct why *why) must_check;

/* model-order - which of the ladder's models is asked next within a turn. Pure. Private to dialogue/.
 *
 * Those that stand before the rules, in the ladder's order, each once. Only one that was beaten, and
 * whose victor broke off later, may be asked once more, when nobody else is left. */

enum model_state {
    MODEL_UNASKED,
    MODEL_ASKED,
    MODEL_BEATEN, /* another one spoke before it */
    MODEL_OUT     /* failed, or may not be asked now */
};

struct model_order {
    struct {
        enum ladder_rung rung;
        const char *model; /* that answers there */
        enum model_state state;
    } place[LADDER__MAX];
    size_t n;
    bool mute; /* nothing at all came: they are in one place, and would be waited for in vain */
    const char *refused; /* this model would not answer; NULL: none */
    bool key_out
        [CLAUDE_KEYS]; /* failed, or skipped: another model is best asked with the other one */
    int keys;
};

void model_order_read(struct model_order *o, const struct ladder *l, const struct claude_setup *s);

/* The place of the next one that is worth asking. False: there is none. */
bool model_order_next(const struct model_order *o, size_t *ret);

/* The key with which it is asked. */
int model_order_key(const struct model_order *o, size_t place);

/* The one there gave no answer: `mute` and `refused` as above. */
void model_order_failed(struct model_order *o, size_t place, bool mute, bool refused);

/* Its key is not taken, or it is skipped now. */
void model_order_key_failed(struct model_order *o, size_t place);

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
