/* gateway - private to tools/holos: the telephone gateway's side of the voice-bot contract
 * (shared/lines/contract.h).
 *
 * Rings a running service: incoming-call (JSON), one audio-stream a turn (multipart/form-data with
 * a growing `turn`), call-status at the end. Every sound that comes back is saved into the folder.
 * The checks that may be switched on (the secret in the address, the signature, the company) are
 * met by this process's own settings. */
#ifndef HOLOS_TOOL_GATEWAY_H
#define HOLOS_TOOL_GATEWAY_H

#include <signal.h>
#include "net/http.h"
#include "tools/holos/tool.h"
#include "wire/json.h"

#define GATEWAY_SOUNDS 64 /* of one answer */
#define GATEWAY_STAGES 8

struct gateway_sound {
    const char *file;
    int ms;
};

struct gateway_stage { /* of the reply's "took_ms" */
    const char *name;
    double ms;
};

struct gateway_answer {
    int turn;               /* 0: the greeting */
    const char *transcript; /* NULL if none came */
    const char *message;    /* the whole answer; NULL if none came */
    bool goes_on;
    struct gateway_sound sound[GATEWAY_SOUNDS];
    size_t sounds;
    struct gateway_stage stage[GATEWAY_STAGES];
    size_t stages;
    int64_t took_us;        /* from sending to the last byte */
    int64_t first_sound_us; /* to the first sound; -1 if none came */
};

enum gateway_kind { GATEWAY_WORDS, GATEWAY_KEYS, GATEWAY_AUDIO, GATEWAY_SPEECH, GATEWAY__MAX };

struct gateway {
    struct tool *t;
    const char *base; /* "http://127.0.0.1:8000", no slash at the end */
    const char *id, *from, *to;
    const char *folder; /* exists */
    bool stream;
    const volatile sig_atomic_t *stop;
    /* Each piece of an answer as it comes: the whole one, or sentence by sentence. `message` or
     * `sound` may be NULL. */
    void (*on_heard)(void *to_whom, const char *transcript);
    void (*on_said)(void *to_whom, const char *message, const struct gateway_sound *sound);
    void *whom;
    /* private */
    struct http *http;
    struct arena scratch; /* of one request */
    struct buf line;      /* of a stream, not yet whole */
    int turn;
    int pieces; /* sentences of a stream so far */
    int64_t sent_us;
    struct gateway_answer answer; /* being received */
    bool finished;                /* its last object came */
};

enum err gateway_open(struct gateway *g) must_check;
void gateway_close(struct gateway *g);

/* Rings. ERR_PEER, ERR_DEADLINE: no answer; ERR_FORBIDDEN, ERR_VALUE, ERR_NOT_FOUND, ERR_ENDED,
 * ERR_BUSY: what the service answered; the tool's why has its words. */
enum err gateway_ring(struct gateway *g, struct gateway_answer *ret) must_check;

/* One turn: words, keys, or the name of a sound file (of speech: what was made of the words). */
enum err gateway_turn(struct gateway *g, enum gateway_kind kind, const char *value,
                      struct gateway_answer *ret) must_check;

/* Tells the service that the call is over. */
enum err gateway_hang_up(struct gateway *g, int64_t lasted_s) must_check;

#endif
