/* vendors - the vendors' stand-ins (tests/vendors/standins.py) started beside a test, told what to
 * say and how to misbehave, and asked what came. Everything here fails the test on error.
 *
 * One process plays all vendors; it ends with the test whatever happens. Its control calls are
 * described in tests/vendors/control.py, what a scenario holds in docs/testing.md. */
#ifndef HOLOS_TESTS_VENDORS_H
#define HOLOS_TESTS_VENDORS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/arena.h"
#include "wire/json.h"

struct vendors {
    pid_t pid;
    int control;              /* its port */
    struct arena arena;       /* of `ready` alone */
    const struct json *ready; /* what it said when it was ready */
    const char *ca;           /* file of the authority that signed their certificates */
    const char *credentials;  /* file of the service account */
    const char *key[2];       /* of the model */
    const char *openai_key, *google_key;
};

/* Starts it and waits until every port is open (under a second). */
void vendors_start(struct vendors *v);

/* Ends it; nothing is left. May be called again, and on a struct of zeros. */
void vendors_stop(struct vendors *v);

/* Where a vendor is: "stt", "tts", "claude", "openai", "whisper", "oauth", "sheets", "telegram", or
 * "shared" for the port that plays them all. */
const char *vendors_url(const struct vendors *v, const char *vendor);

/* Sets the settings to them, by environment: addresses, both keys, credentials, the authority.
 * Whisper is whisper.cpp's server. vendors_unset takes them all back. */
void vendors_set(const struct vendors *v);
void vendors_unset(void);

/* A control call: POSTs this JSON; it must be taken. */
void vendors_tell(const struct vendors *v, const char *path, const char *json);

/* The shorthands. `more` is further members of the order, as in "\"status\":503,\"times\":1", or
 * NULL. */
void vendors_reset(const struct vendors *v);
void vendors_play(const struct vendors *v, const char *scenario_file);
void vendors_misbehave(const struct vendors *v, const char *vendor, const char *what,
                       const char *more);
void vendors_behave(const struct vendors *v, const char *vendor);

/* This recording (digest of its samples: 16 bit, mono, at its own rate) says that. */
void vendors_hear(const struct vendors *v, const char *sha256, const char *text);

/* What was counted so far, in the arena; with each request's times when asked for. */
const struct json *vendors_report(const struct vendors *v, struct arena *a, bool timings);

/* A vendor's count: "accepts", "handshakes", "handshakes_failed", "resumed", "requests"; or of
 * replies with a status: "200". 0 when it was never spoken to. */
int64_t vendors_count(const struct vendors *v, const char *vendor, const char *what);

/* No vendor had to complain of a request. Fails the test with what they say. */
void vendors_assert_content(const struct vendors *v);

#endif
