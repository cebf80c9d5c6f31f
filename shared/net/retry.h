/* retry - whether a request that failed is sent again, and when. Pure.
 *
 * One row per kind of request, from what the vendors publish about themselves (statuses, back-off,
 * number of tries) and what their own clients do. It knows nothing of time: the caller says what is
 * left of its budget, waits, and sends. What http.h repeats by itself (a kept connection that died
 * before a reply) never comes here.
 *
 * A request whose reply has begun to reach the caller is never repeated: not asked here. */
#ifndef HOLOS_NET_RETRY_H
#define HOLOS_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>
#include "net/http.h"

enum retry_kind {
    RETRY_TOKEN,    /* Google OAuth */
    RETRY_SPEECH,   /* Google Speech-to-Text and Text-to-Speech, within a call */
    RETRY_READ,     /* Google Sheets: reading */
    RETRY_WRITE,    /* Google Sheets: append or update, which must not happen twice */
    RETRY_MODEL,    /* Anthropic, OpenAI and what speaks like them */
    RETRY_LOCAL,    /* whisper.cpp, llama.cpp on this machine */
    RETRY_TELEGRAM, /* from the outbox, where there is time */
    RETRY__MAX
};

struct retry_case {
    enum err err;               /* of http_send or http_result */
    int status;                 /* of the reply, when err is ERR_OK */
    int64_t retry_after_ms;     /* of the reply or its body; -1: none was said */
    enum http_say should_retry; /* of the reply */
    bool sent;                  /* anything left this machine (times.sent > 0) */
    int tries;                  /* how often it was sent until now, at least 1 */
    int64_t left_ms;            /* of the budget, less what one more try needs at least */
    uint8_t chance;             /* 0..255, any: spreads the waits of several workers */
};

enum retry_verdict {
    RETRY_NO,
    RETRY_AGAIN,
    RETRY_NEW_TOKEN, /* again, with a fresh access token */
};

/* What to do after a try that ended so. *ret_wait_ms is set unless the verdict is RETRY_NO. A wait
 * longer than left_ms is RETRY_NO. Asserts that tries >= 1. */
enum retry_verdict retry_judge(enum retry_kind kind, const struct retry_case *what,
                               int64_t *ret_wait_ms);

#endif
