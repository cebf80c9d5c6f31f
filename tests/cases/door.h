/* door - the way a test's requests reach the routes: called directly as functions, or by HTTP
 * through nginx and spawn-fcgi. The same cases run through both (tests/cases/). */
#ifndef HOLOS_TESTS_DOOR_H
#define HOLOS_TESTS_DOOR_H

#include <stddef.h>
#include "base/arena.h"
#include "calls/app.h"
#include "wire/json.h"

struct door_request {
    const char *method;                   /* NULL: POST */
    const char *path;                     /* with query */
    const char *type;                     /* Content-Type; NULL: none */
    const char *body;                     /* NULL: none */
    size_t len;                           /* 0: strlen(body) */
    const char *accept, *idempotency_key; /* NULL: not sent */
    const char
        *forwarded_for; /* a proxy on this machine passes on whose request; NULL: none does */
};

struct answer {
    int status;
    const char *type, *allow, *location; /* "" if absent */
    const char *body;
    size_t len;
    const struct json *json; /* NULL if the body is none */
    int64_t sound_us; /* clock_mono_us when the first piece of sound was there; 0: by direct call */
};

struct door {
    const char *name;    /* "direct" or "nginx" */
    struct arena *arena; /* of the answers; cleared between cases */
    /* Fails the test if there is no whole answer. */
    void (*send)(struct door *d, const struct door_request *q, struct answer *ret);
    struct app app;                      /* the test's own view of the store and the profiles */
    char folder[256];                    /* everything the test writes */
    void (*prepare)(const char *folder); /* called once the folder is there; NULL: nothing */
    int waited_ms; /* direct only: what every request is said to have waited for a worker */
    bool raw; /* answers are not parsed: the program has no threads; a test that has parses later */
    void *own;
};

/* Parses an answer's JSON into the door's arena. */
void answer_parse(struct door *d, struct answer *a);

/* Set up and torn down once per test program; both fail the test on error. */
void door_open_direct(struct door *d);
void door_open_nginx(struct door *d);
void door_close(struct door *d);

/* Shorthands over send. */
struct answer door_get(struct door *d, const char *path);
struct answer door_json(struct door *d, const char *path, const char *body);
struct answer door_form(struct door *d, const char *path, const char *body);

/* A multipart body of text parts and one audio part. */
struct part {
    const char *name, *value;
    size_t len;           /* 0: strlen(value) */
    const char *filename; /* NULL: a plain field */
};
struct answer door_multipart(struct door *d, const char *path, const struct part *parts, size_t n,
                             const char *accept, const char *idempotency_key);

/* A fresh call id, in the door's arena. */
const char *door_call_id(struct door *d);

/* Opens a call at the salon from a number that no other test uses; returns its id. */
const char *door_call(struct door *d);

/* One typed turn of it. */
struct answer door_say(struct door *d, const char *call, const char *words);

/* What a JSON answer says; fails the test if it is not there. */
const char *answer_text(const struct answer *a, const char *name);
bool answer_bool(const struct answer *a, const char *name);
int64_t answer_int(const struct answer *a, const char *name);

/* Decodes audio_data and checks that it is one valid WAV of PCM 16 bit mono 8000 Hz, with sound. */
struct pcm answer_sound(struct door *d, const struct answer *a);

/* A WAV of silence or of a 440 Hz tone, in the door's arena. */
const char *door_wav(struct door *d, bool tone, int ms, size_t *ret_len);

/* The cases, for cmocka: run through whatever door is open. */
struct CMUnitTest;
extern struct door *the_door;
int cases_run(const char *door_name);

#endif
