/* failure - what went wrong with a request to a vendor, and what may help: one vocabulary for all
 * vendors and all stages. Pure.
 *
 * What reads a vendor's answer says with failure_set why it is none: the sentence, as everywhere,
 * and the next step. The stage that asked acts on that step alone: attempt.h asks again where
 * failure_again says so, ladder.h tells the other workers. A request that could not be written has
 * an error and f->why, which is enough: the stage calls failure_close, which derives the step from
 * the error. Zero it before it is filled.
 *
 * The habit: 401, 402, 403 are FAILURE_OPERATOR and ERR_CONFIG, 429 is FAILURE_LATER, 5xx and 408
 * FAILURE_AGAIN, any other 4xx FAILURE_REQUEST, and what is not JSON FAILURE_BROKEN. All but
 * the first have ERR_PEER. Some vendors differ; their readers say so. */
#ifndef HOLOS_PROVIDERS_FAILURE_H
#define HOLOS_PROVIDERS_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "net/http.h"

enum failure_next {
    FAILURE_UNJUDGED, /* the error says it (failure_close) */
    FAILURE_AGAIN,    /* a fault of the moment: the same may be sent once more */
    FAILURE_LATER,    /* too much was asked: leave the vendor alone, for `wait_ms` if it said so */
    FAILURE_RENEW,    /* the token is not taken: again at once, with a new one */
    FAILURE_OTHER,    /* there is no such model or voice, or not for this language: take another */
    FAILURE_REQUEST,  /* this request is refused; the next may be fine */
    FAILURE_OPERATOR, /* nothing works until a person acts: a key, a bill, a setting */
    FAILURE_BROKEN    /* no answer of this service: HTML, half a JSON, no sound */
};

struct failure {
    enum err err;
    enum failure_next next;
    bool hard;       /* only time or a person mends it */
    int64_t wait_ms; /* the vendor asked to be left alone for so long; 0: it did not */
    int status;      /* of HTTP; 0: no answer came */
    bool sent;       /* something of the request had left this machine */
    bool mute;       /* not a byte came in the whole time of the request: the host is silent */
    bool of_account; /* that was where the account is shown: none of its providers can be asked */
    enum http_say said; /* the vendor's own word whether to try again */
    struct why why;
};

/* Fills all that is not the reply's, and returns `e`. The sentence as why_set's. */
enum err failure_set(struct failure *f, enum failure_next next, enum err e, const char *format, ...)
    printf_like(4, 5);

/* The error is `e`; one without a step of its own gets that which the error means. Returns `e`. */
enum err failure_close(struct failure *f, enum err e);

/* How often a request is sent, and after which pauses: what the vendor publishes, or what its own
 * client libraries do. */
struct failure_retry {
    int tries; /* in all, the first one too */
    int first_ms, most_ms, growth_percent;
    bool after_timeout;        /* also after a try that took too long */
    bool honours_should_retry; /* the vendor's x-should-retry counts more than the status */
    /* A server of this machine, which may still be at work on what was sent: again only when it
     * says that it is busy, or when nothing had left. */
    bool local_server;
};

/* A request may be refused so often for its token, the first time counted. */
#define FAILURE_TOKENS 3

/* Shall it be sent again after so many tries, the last of which ended so? *ret_wait_ms is the pause
 * before it: what the vendor asked for, or else that of `how`, less up to a quarter, by `chance`, so
 * that workers that failed together come back apart. Two things are not judged here: a request of
 * which something has reached the caller is never repeated, and FAILURE_OTHER is "no" (who asked
 * knows another model or voice). */
bool failure_again(const struct failure *f, const struct failure_retry *how, int tries,
                   uint8_t chance, int64_t *ret_wait_ms);

#endif
