/* talk - whole calls answered by the rules, as tables, and the shipped profiles. */
#ifndef HOLOS_TESTS_TALK_H
#define HOLOS_TESTS_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "business/profile.h"

/* profiles/NAME.json; the test fails if it has a fault. */
struct profile talk_profile(struct arena *a, const char *name);

#define OWN "+380501112233"

/* One caller's line and what must come of it. `says` names the phrases of the answer, joined by
 * "+"; "rule" is what the profile's first fitting rule says. What is no name of a phrase is the answer
 * itself. */
struct line {
    const char *words, *says;
    const char *name, *phone, *wish; /* of the request, if one must come; wish: a part of it */
    bool end;
};

#define HEARS(words, says)                                                                         \
    {                                                                                              \
        words, says, NULL, NULL, NULL, false                                                       \
    }
#define ENDS(words, says)                                                                          \
    {                                                                                              \
        words, says, NULL, NULL, NULL, true                                                        \
    }
#define TAKES(words, says, name, phone, wish)                                                      \
    {                                                                                              \
        words, says, name, phone, wish, false                                                      \
    }

struct talk {
    const char *title;
    const struct profile *profile; /* salon or hotel */
    const char *caller, *known;    /* number and name as the call begins; NULL unknown */
    struct line line[12];
};

/* Holds every talk, in order; the test fails at the first answer that is not as written. */
void talk_run(struct arena *a, const struct talk *talks, size_t n);

#endif
