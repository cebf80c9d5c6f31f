/* breaker - the circuit breakers of the ladder's providers, shared by all workers.
 *
 * A provider ("think-claude-2", "speak-google") works as long as the table rung has no row of its
 * name. Every failure counts; at BREAKER_FAILURES in a row, or at once for one that waiting alone
 * can mend (breaker_failed's `hard`), its breaker opens: all workers skip it until `until_ms`. Then
 * one of them, and only one, may probe it (half-open); a probe that works removes the row, one that
 * fails opens it again for twice as long, up to BREAKER_LONGEST_MS. A prober that dies keeps the
 * others away for BREAKER_PROBE_MS, no longer. */
#ifndef HOLOS_STORE_BREAKER_H
#define HOLOS_STORE_BREAKER_H

#include "store/store.h"

#define BREAKER_FAILURES   2      /* soft failures in a row that open it */
#define BREAKER_FIRST_MS   10000  /* skipped for so long when it opens first */
#define BREAKER_LONGEST_MS 300000 /* and at most for so long, unless the peer asked for more */
#define BREAKER_ASKED_MS   900000 /* what a peer may ask for */
#define BREAKER_PROBE_MS   15000  /* a probe is taken for dead after this */
#define BREAKER_REASON     200    /* bytes of a reason that are kept */

enum breaker_state {
    BREAKER_WORKS, /* use it */
    BREAKER_PROBE, /* use it, and say how it went: the others wait for that */
    BREAKER_SKIPPED
};

/* Does this until_ms keep it away now? A time that lies further ahead than any pause tells of a
 * wall clock that was set back since. */
static inline bool breaker_is_open(int64_t until_ms, int64_t now_ms)
{
    return until_ms > now_ms && until_ms - now_ms <= BREAKER_ASKED_MS;
}

/* May it be used now? One read, and a short write when a probe is taken. No transaction may be open
 * (asserted). When the store cannot be asked within the deadline the provider counts as working: a
 * broken breaker must not silence the service. *ret_noted: there are failures to be forgotten when
 * it works (breaker_worked). */
enum breaker_state breaker_ask(struct store *s, const char *name, int64_t now_ms, struct deadline d,
                               bool *ret_noted);

/* The same without taking a probe: BREAKER_PROBE says that one could be taken. One read. */
enum breaker_state breaker_look(struct store *s, const char *name, int64_t now_ms, bool *ret_noted);

/* It failed. `again_ms`: how long the peer asked to be left alone, 0 if it did not. `reason`: a
 * why's sentence, kept for the operator (any process shows it) until the provider works again: cut,
 * without controls, and with nothing in it that could be a telephone number; "" keeps the one
 * before. In a short transaction of its own. *ret_opened: it is skipped from now on. */
enum err breaker_failed(struct store *s, const char *name, bool hard, int64_t again_ms,
                        const char *reason, int64_t now_ms, struct deadline d, bool *ret_opened,
                        struct why *why) must_check;

/* It worked: forgets its failures, within the open transaction. */
enum err breaker_worked(struct store *s, const char *name, struct why *why) must_check;

struct breaker {
    const char *name;
    int failures;       /* in a row */
    int trips;          /* times in a row that it was opened */
    int64_t until_ms;   /* skipped until; 0: it is not */
    const char *reason; /* why it failed last; "": not told */
};

/* All providers that have failed lately, by name. */
enum err breakers_failing(struct store *s, struct arena *a, struct breaker **ret, size_t *ret_n,
                          struct why *why) must_check;

#endif
