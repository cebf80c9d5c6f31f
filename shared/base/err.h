/* err - the one error type of the program.
 *
 * Every function that can fail returns an enum err and is marked must_check. Library code
 * returns errors and never logs; the program logs once, with the request's id.
 *
 * `struct why` carries the sentence for a person: what is wrong and what to do. It is filled
 * only on failure, by the function that found the fault; start it as {0}. NULL may be passed.
 * A sentence never holds a caller's words, a phone number or a key: it may end up in a log. */
#ifndef HOLOS_BASE_ERR_H
#define HOLOS_BASE_ERR_H

#include <stdbool.h>

#define must_check        __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))

enum err {
#define ERR(name, status, retry, reader, text) ERR_##name,
#include "base/err.def"
#undef ERR
    ERR__MAX
};

struct why {
    char text[256];
};

/* The name without ERR_, for logs: "DEADLINE". */
const char *err_name(enum err e);

/* What the error means, as a sentence without a full stop. */
const char *err_text(enum err e);

/* The HTTP status with which the error is answered. */
int err_status(enum err e);

/* Whether the same request may succeed later. */
bool err_retry(enum err e);

/* Whether the why's sentence may be told to the sender of the request. */
bool err_public(enum err e);

/* Writes the sentence (cut to fit, at a UTF-8 boundary, controls replaced by '?') and returns
 * `e`, so that a failing function can end with `return why_set(why, ERR_SYNTAX, "...")`. */
enum err why_set(struct why *why, enum err e, const char *format, ...) printf_like(3, 4);

/* The same, so written that compilers and analysers see that what comes back is `e`. */
#define why_set(why, e, ...)                                                                       \
    __extension__({                                                                                \
        enum err why_e = (e);                                                                      \
        (void)(why_set)((why), why_e, __VA_ARGS__);                                                \
        why_e;                                                                                     \
    })

#endif
