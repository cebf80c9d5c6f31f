/* ring - a service of the test's own, the vendors' stand-ins beside it, and callers who speak to
 * it.
 *
 * One ring a test program. Everything here fails the test on error. */
#ifndef HOLOS_TESTS_RING_H
#define HOLOS_TESTS_RING_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "store/vendor-request.h"
#include "tests/cases/cases.h"
#include "tests/support/vendors.h"

extern struct vendors ring_vendors;

/* Starts the stand-ins and sets the settings to them (more may be set between this and ring_open). */
void ring_begin(void);

/* Between the two, for a test that is not about limits of time: no vendor is given up because the
 * machine is busy. */
void ring_be_patient(void);

/* Opens the_door: door_open_nginx, with so many workers of each route, or door_open_direct. */
void ring_open(void (*open)(struct door *d), int workers);
void ring_close(void);

/* Between tests: stand-ins as at the start, no failures kept, no phrase cache; the door's arena is
 * cleared. */
void ring_fresh(void);

/* No vendor is passed over any more because it failed. */
void ring_forget_failures(void);

/* A setting of the environment, before ring_open. */
void ring_set(const char *name, const char *value);

/* What a caller sends who says this: a WAV of 8000 Hz, spoken by espeak-ng; in the door's arena. */
const char *ring_wav(const char *language, const char *words, size_t *ret_len);

/* Opens a call to this number from one that no other test uses; returns its id. */
const char *ring_call(const char *called);

/* A turn's sound or, `wav` NULL, none: then the door's tone is sent; or pressed keys. `turn` is its
 * key. */
struct ring_said {
    const char *call, *turn, *wav;
    size_t len;
    const char *keys; /* NULL: none */
    bool stream;      /* as x-ndjson */
};
struct answer ring_turn(const struct ring_said *s);

/* The lines of an x-ndjson answer, parsed; how many. */
size_t ring_lines(const struct answer *a, const struct json **ret, size_t max);

/* Turns side by side. raw: `answer` is parsed by ring_finish. The arena is let go by ring_release. */
struct ring_caller {
    pthread_t thread;
    struct door door;
    struct arena arena;
    struct ring_said said;
    struct answer answer;
    int64_t took_us;
};
void ring_start(struct ring_caller *c, const struct ring_said *s);
void ring_finish(struct ring_caller *c);
void ring_release(struct ring_caller *c);

/* The n-th turn of a call as it is kept; its requests to vendors. */
struct turn ring_kept(const char *call, int n);
size_t ring_requests(const struct turn *t, struct vendor_request **ret);
size_t ring_leads(const char *call, struct lead **ret);

/* Waits until the call has so many kept turns (the greeting counts), or until a vendor was asked so
 * often. */
void ring_wait_turns(const char *call, size_t n);
void ring_wait_asked(const char *vendor, int64_t n);

/* What the vendor was asked lately (at most 8), oldest first: the n-th from the end, 0 the last. */
const struct json *ring_asked(const char *vendor, size_t back);

/* Every request's times, by vendor, oldest first; returns how many. */
size_t ring_timings(const char *vendor, const struct json **ret, size_t max);
double ring_number(const struct json *o, const char *name);

/* The workers of a route of this service. */
size_t ring_workers(const char *route, pid_t *ret, size_t max);

/* Runs SQL on the store beside the service, with Debian's sqlite3; what it prints. */
const char *ring_sql(const char *sql);

/* The service's log so far, in the door's arena. */
const char *ring_log(void);

#endif
