/* asks - what the caller is expected to answer now: "asks" of a reply (docs/gateway.md). */
#ifndef HOLOS_THINK_ASKS_H
#define HOLOS_THINK_ASKS_H

#include <stddef.h>

/* X(name, text on the wire) */
#define ASKS(X)                                                                                    \
    X(NOTHING, "") /* null on the wire */                                                          \
    X(SERVICE, "service")                                                                          \
    X(SPECIALIST, "specialist")                                                                    \
    X(DAY, "day")                                                                                  \
    X(TIME, "time")                                                                                \
    X(CHOICE, "choice") /* one of the offered times */                                             \
    X(NAME, "name")                                                                                \
    X(PHONE, "phone")                                                                              \
    X(CONFIRM, "confirm") /* yes or no */                                                          \
    X(WHICH, "which")     /* which booking */                                                      \
    X(WISH, "wish")                                                                                \
    X(ELSE, "else") /* anything else? */                                                           \
    X(OPEN, "open") /* how can I help? */

enum asks {
#define X(name, text) ASKS_##name,
    ASKS(X)
#undef X
        ASKS__MAX
};

#define ASKS_CHOICES 5 /* that a pressed key can choose from */

/* What a model's answer leaves open, and what key N chooses: "Friday 2026-12-04 10:00 with inna". */
struct asks_open {
    enum asks asks;
    const char *choice[ASKS_CHOICES];
    size_t choices;
};

/* As on the wire; "" for ASKS_NOTHING. */
const char *asks_text(enum asks a);

/* ASKS_NOTHING if it is none. */
enum asks asks_of(const char *text);

#endif
