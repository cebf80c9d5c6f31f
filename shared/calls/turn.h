/* turn - a call as it happens: greeted, then one turn after another. The whole of a turn is in
 * turn.c, from top to bottom.
 *
 * It keeps these promises: the caller's words are committed before anything is said or done
 * on them; the answer, its effects, its times and the bytes of the reply are one commit; the same
 * delivery sent again gets the same bytes. One function knows the order in which this is used:
 * lines/line.c.
 *
 *     call_turn_greet or call_turn_answer    -> t.delivery.found == DELIVERY_DONE: send t.delivery.reply
 *                                            -> else: t.said and t.voice are the answer: write the reply
 *     call_turn_conclude                     -> t.goes_on is final: write the reply again if it changed
 *     call_turn_finish                       -> committed: send the reply
 *     call_turn_release                      on every path
 *
 * Turns of one call never run side by side: the second waits for the first within its deadline. */
#ifndef HOLOS_CALLS_TURN_H
#define HOLOS_CALLS_TURN_H

#include "calls/app.h"
#include "calls/limits.h"
#include "providers/env.h"
#include "speech/synthesise.h"
#include "speech/utterance.h"
#include "store/call.h"
#include "store/delivery.h"
#include "think/asks.h"
#include "think/effects.h"

/* What came in. */
struct turn_input {
    const char *source;      /* "binotel", ... */
    const char *external_id; /* the call's id there */
    const char *key;         /* of the delivery, unique within route and call */
    const char *route;       /* the delivery's source */
    const char *digest;      /* of what is said; NULL: the key says it all (struct delivery_key) */
    int window_s;            /* see struct delivery_key */
    /* opening a call */
    const char *caller, *called, *direction;
    /* a turn: exactly one of the three is not NULL */
    const char *words; /* already recognised */
    const char *keys;  /* pressed */
    const char *audio; /* one utterance */
    size_t audio_len;
    const char *audio_type, *audio_name; /* what came with it (struct sound_came) */
};

/* The caller of these functions sets the first group; the rest is zero. */
struct call_turn {
    struct app *app;
    struct arena *arena;
    struct deadline deadline;
    int waited_ms; /* the request, for a free worker */
    /* For a reply that is streamed, else NULL: called when it is known what was heard, and with
     * each sentence as its voice is there. A client who has gone does not stop the turn from being
     * kept. */
    void (*on_heard)(void *to, const char *transcript);
    void (*on_sentence)(void *to, const struct sentence *s);
    void *to;

    /* results */
    struct delivery delivery;
    const struct profile *profile;
    struct call call;
    struct turn turn;       /* as it is stored */
    struct synthesis voice; /* the answer's sentences with their sounds */
    const char *said;       /* the whole answer */
    bool goes_on;           /* should_continue */
    const char *transfer;   /* the exchange's line that takes the caller after it; NULL: none */
    enum asks asks;         /* what the answer asks; nothing if the call ends with it */
    struct env env;         /* env.fault: why a stage failed; for the log */

    /* private to turn.c */
    const struct profile *spoken; /* the call's profile, in its own language */
    const char *language;         /* the caller's, if this turn told it; else NULL */
    struct moment began;
    const char *shared; /* `said` without what is the caller's */
    struct tm local;
    struct limits_caller caller;
    bool opened; /* this delivery made the call */
    struct effects effects;
    const char *state; /* the rules' memory after this turn; NULL: as it was */
    int silent;
    bool greeted;   /* the greeting was answered long ago; it is only said again */
    bool concluded; /* the last transaction is open */
    bool holds;     /* the call, and nothing is committed yet that would show how it ended */
    bool told;      /* on_heard was called */
};

/* A call comes in: opens it (or finds it: its history is kept) and makes the greeting. */
enum err call_turn_greet(struct call_turn *t, const struct turn_input *in,
                         struct why *why) must_check;

/* One turn. ERR_NOT_FOUND: no such call; ERR_ENDED: it has ended or its session expired; ERR_BUSY:
 * another turn of it is still running; sound_measure's errors; ERR_FORMAT: no recogniser takes this
 * coding; the store's. */
enum err call_turn_answer(struct call_turn *t, const struct turn_input *in,
                          struct why *why) must_check;

/* Opens the last transaction and reads whether the exchange has ended the call while the answer
 * was being made: from here on t->goes_on is what the store will say. The writer's lock is held:
 * only what needs no waiting may come before call_turn_finish. */
enum err call_turn_conclude(struct call_turn *t, struct why *why) must_check;

/* Commits the answer with `reply`, the bytes that will be sent; concludes first if that was not
 * done. */
enum err call_turn_finish(struct call_turn *t, const struct delivery_reply *reply,
                          struct why *why) must_check;

/* Ends the work on this call whether or not it was finished: rolls back what is open, lets the
 * holds go. Call it once on every path after call_turn_greet or call_turn_answer. */
void call_turn_release(struct call_turn *t);

#endif
