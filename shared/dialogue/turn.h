/* conversation - a call as it happens: opened, greeted, one turn after another, ended.
 *
 * The promises of the house are kept here. A turn goes: delivery_begin and the caller's line in one
 * commit (words that have to be recognised first: the delivery in one, the line in the next); think;
 * speak, sentence by sentence; the answer, its times, its effects (a request, a name) and the
 * delivery's reply bytes in one commit. Nothing is open while a vendor is waited for: the commit
 * happens while the first request is under way (settle.h). Handlers only read the wire and write the
 * reply:
 *
 *     conversation_turn(...)     -> DONE: send c.delivery.reply as it is
 *                                -> else: c.sentence[] and c.said are the answer; render
 *     conversation_conclude(...) -> c.goes_on is final: render again if it changed
 *     conversation_finish(...)   -> committed; send
 *     conversation_release(...)  on every path
 *
 * Turns of one call never run side by side: the second waits for the first within its deadline. */
#ifndef HOLOS_DIALOGUE_TURN_H
#define HOLOS_DIALOGUE_TURN_H

#include "dialogue/house.h"
#include "dialogue/ladder.h"
#include "dialogue/rules.h"
#include "speech/utterance.h"
#include "store/call.h"
#include "store/delivery.h"
#include "store/vendor-request.h"

struct caller_input {
    const char *source;      /* "binotel", ... */
    const char *external_id; /* the call's id there */
    const char *key;         /* of the delivery, unique within route and call */
    const char *route;       /* the delivery's source */
    int window_s;            /* see delivery_begin */
    /* opening a call */
    const char *caller, *called, *direction;
    /* a turn: exactly one of the three is not NULL */
    const char *words; /* already recognised */
    const char *keys;  /* pressed */
    const char *audio; /* one utterance */
    size_t audio_len;
};

struct sentence {
    const char *text;
    struct spoken sound; /* wav NULL: no voice could be made, the text stands alone; or the whole
                            answer's sound was remembered (conversation_sound) */
};

#define CONVERSATION_SENTENCES 48
#define CONVERSATION_ASKED     64 /* requests to vendors that a turn's record holds */

struct voicing;

/* What a commit in the middle of a turn failed with. */
struct unkept {
    enum err err;
    struct why why;
};

/* The caller sets house, arena, deadline and, for a stream, the callbacks; the rest is zero. */
struct conversation {
    struct house *house;
    struct arena *arena;
    struct deadline deadline;
    /* Called when it is known what was heard, and with each sentence as its voice is there, before
     * the next is made. May be NULL. What they return is not looked at: a caller who has gone does
     * not stop the turn from being kept. */
    void (*on_heard)(void *to, const char *transcript);
    void (*on_sentence)(void *to, const struct sentence *s);
    void *to;

    /* results */
    struct delivery delivery;
    const struct profile *profile;
    struct call call;
    struct turn turn;
    struct sentence sentence[CONVERSATION_SENTENCES];
    size_t sentences;
    const char *said; /* the whole answer */
    bool goes_on;     /* should_continue */
    struct why fault; /* why a stage failed and a lower rung served; "" if none did: for the log */

    int64_t began_us; /* clock_mono_us at the door */

    /* between the steps */
    struct tm local;
    struct utterance utterance; /* of a turn that brought sound */
    bool heard_told;            /* on_heard was called */
    struct unkept unkept;
    bool greeted;                 /* the greeting was answered long ago; it is only said again */
    const char *recall_key;       /* of the whole answer; NULL if it may not be kept */
    const struct recalled *whole; /* it is there already, as one sound */
    const char *end; /* reason why the call ends with this answer; NULL if it goes on */
    int silent;
    struct rules_answer answer;
    bool by_model; /* the sentences are a model's: cut and on their way */
    struct voicing *voicing;
    struct ladder_turn ladder;
    struct vendor_request asked[CONVERSATION_ASKED];
    size_t asked_n;
    struct call last; /* as it was found when the turn was concluded; id 0: it was not yet */
};

/* A call comes in: opens it (or finds it: its history is kept) and makes the greeting. */
enum err conversation_open(struct conversation *c, const struct caller_input *in,
                           struct why *why) must_check;

/* One turn. ERR_NOT_FOUND: no such call; ERR_ENDED: it has ended or its session expired. */
enum err conversation_turn(struct conversation *c, const struct caller_input *in,
                           struct why *why) must_check;

/* Opens the last transaction and takes in whether the exchange has ended the call while the answer was
 * being made: from here on c->goes_on is what the store will say. The writer's lock is held: only what
 * needs no waiting may come before conversation_finish, which calls it if nobody did. */
enum err conversation_conclude(struct conversation *c, struct why *why) must_check;

/* Commits the answer with `reply`, the bytes that will be sent. */
enum err conversation_finish(struct conversation *c, const struct delivery_reply *reply,
                             struct why *why) must_check;

/* Ends the work on this call whether or not it was finished: rolls back what is open, lets the holds
 * go. Call it once on every path after conversation_open or conversation_turn. */
void conversation_release(struct conversation *c);

/* One WAV of all sentences, in order, or NULL if no sentence has a voice; its SHA-256 if it is known,
 * else NULL. Valid until the end of the request. ERR_MEMORY. */
enum err conversation_sound(struct conversation *c, const char **ret, size_t *ret_len,
                            const char **ret_sha256) must_check;

/* Ends every call in which nothing has happened for its profile's session time, as expired; *ret_n
 * counts them. What they had begun to ask for is kept as a request; so is what was asked for in a
 * call that ended under a turn whose worker then died. For `holos sweep`. */
enum err conversation_expire(struct house *h, struct arena *a, int64_t now_ms, int64_t *ret_n,
                             struct why *why) must_check;

/* What the exchange says has become of a call. */
struct call_news {
    enum call_status status;
    int64_t billed_s; /* -1: not told */
    bool corrects;    /* it is the final record: may correct what was reported at the hang-up */
};

/* Records it, and ends the call if the status is a final one; what was being asked for is kept, by a
 * turn of the call that is still running elsewhere if there is one. Lets all holds of the house's
 * store go. ERR_NOT_FOUND: no such call. */
enum err conversation_status(struct house *h, struct arena *a, const char *source,
                             const char *external_id, const struct call_news *news,
                             struct deadline d, struct why *why) must_check;

#endif
