/* conversation - a call as it happens: opened, greeted, one turn after another, ended.
 *
 * The promises of the house are kept here. A turn goes: delivery_begin and the caller's line in one
 * commit; think; speak, sentence by sentence; the answer, its times, its effects (a request, a
 * name) and the delivery's reply bytes in one commit. Handlers only read the wire and write the
 * reply:
 *
 *     conversation_turn(...)     -> DONE: send c.delivery.reply as it is
 *                                -> else: c.sentence[] and c.said are the answer; render, then
 *     conversation_finish(...)   -> committed; send
 *
 * Turns of one call never run side by side: the second waits for the first within its deadline. */
#ifndef HOLOS_DIALOGUE_CONVERSATION_H
#define HOLOS_DIALOGUE_CONVERSATION_H

#include "dialogue/house.h"
#include "store/call.h"
#include "store/delivery.h"

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
    struct spoken sound; /* wav NULL: no voice could be made, the text stands alone */
};

#define CONVERSATION_SENTENCES 48

struct conversation {
    struct house *house;
    struct arena *arena;
    struct deadline deadline;
    const struct profile *profile;
    struct delivery delivery;
    struct call call;
    struct turn turn;
    struct sentence sentence[CONVERSATION_SENTENCES];
    size_t sentences;
    const char *said; /* the whole answer */
    bool goes_on;     /* should_continue */
    /* Called with each sentence as its voice is there, before the next is made; may be NULL. An
     * error ends the calling, not the turn. */
    enum err (*on_sentence)(void *to, const struct sentence *s);
    enum err (*on_heard)(void *to, const char *transcript);
    void *to;
    /* private */
    const void *effects;
};

/* A call comes in: opens it (or finds it: its history is kept) and makes the greeting. */
enum err conversation_open(struct conversation *c, const struct caller_input *in,
                           struct why *why) must_check;

/* One turn. ERR_NOT_FOUND: no such call; ERR_ENDED: it has ended or its session expired. */
enum err conversation_turn(struct conversation *c, const struct caller_input *in,
                           struct why *why) must_check;

/* Commits the answer with `reply`, the bytes that will be sent. */
enum err conversation_finish(struct conversation *c, const struct delivery_reply *reply,
                             struct why *why) must_check;

/* One WAV of all sentences, in order. *ret is NULL if no sentence has a voice. ERR_MEMORY. */
enum err conversation_sound(struct conversation *c, const char **ret, size_t *ret_len) must_check;

/* A status of the exchange's: recorded, and the call ended if it is a final one. A call that is not
 * known is ERR_NOT_FOUND. `billed_s` -1 if not told. */
enum err conversation_status(struct house *h, struct arena *a, const char *source,
                             const char *external_id, enum call_status status, int64_t billed_s,
                             struct deadline d, struct why *why) must_check;

#endif
