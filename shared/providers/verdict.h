/* verdict - what a vendor's answer means for the next step, one vocabulary for all of them.
 *
 * Every x_read of a vendor fills one, also when it fails; its enum err and `why` say what went wrong,
 * the verdict what is to be done. `detail` is for the log alone, never for a caller: the vendor's own
 * words, cut, ASCII only, with every figure of five digits or more, every address and everything that
 * looks like a key masked. */
#ifndef HOLOS_PROVIDERS_VERDICT_H
#define HOLOS_PROVIDERS_VERDICT_H

#include <stddef.h>
#include <stdint.h>

#define VERDICT_DETAIL 121 /* bytes, with the NUL */

/* X(NAME, name for the log) */
#define VERDICTS(X)                                                                                \
    X(DONE, "done")   /* it is answered */                                                         \
    X(AGAIN, "again") /* a fault of the moment: the same may be sent once more */                  \
    X(LATER, "later") /* too much was asked: this rung rests, `wait_s` if it is told */            \
    X(RENEW, "renew") /* the token is not taken: drop it, renew, repeat */                         \
    X(OTHER_MODEL, "other-model") /* this model does not know the language: take the fall-back */  \
    X(OTHER_VOICE, "other-voice") /* there is no such voice: take the next of the language */      \
    X(REQUEST, "request")         /* this request is refused; the next may be fine */              \
    X(OPERATOR, "operator") /* nothing works until a person acts: a key, a bill, a setting */      \
    X(BROKEN, "broken")     /* no answer of this service: HTML, half a JSON, no sound */

enum verdict_kind {
#define X(name, text) VERDICT_##name,
    VERDICTS(X)
#undef X
        VERDICT__MAX
};

struct verdict {
    enum verdict_kind kind;
    int64_t wait_s;              /* the vendor asked for this pause, rounded up; 0: it did not */
    char detail[VERDICT_DETAIL]; /* "" if the vendor said nothing */
};

/* "again", "other-model", ...: for logs and counters. */
const char *verdict_name(enum verdict_kind kind);

/* How long the vendor asked to be left alone: by its body, else by its head (`retry_after_ms`, -1: not
 * said). */
int64_t verdict_pause_ms(const struct verdict *v, int64_t retry_after_ms);

/* Masks and cuts a vendor's words into `ret`; `text` may be NULL. */
void verdict_mask(const char *text, char ret[static VERDICT_DETAIL]);

#endif
