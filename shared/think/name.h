/* name - private to the rules: finding the caller's name in what was said.
 *
 * The profile tells which words go before a name and which no longer belong to it; the tables of
 * the languages (language/heard.h) tell which words are no names at all. */
#ifndef HOLOS_THINK_NAME_H
#define HOLOS_THINK_NAME_H

#include "think/request.h"

struct name_found {
    const char *name; /* NULL: there is none */
    const char *rest; /* what was said behind it */
};

/* Told as such anywhere: "мене звати Олена", also "звати не Оля, а Юля". */
struct name_found name_told(struct rules_turn *t);

/* In the answer to "who is it?". */
struct name_found name_answered(struct rules_turn *t);

/* In place of one that was taken before: "ні, я Олена", "не Оля, а Юля". */
struct name_found name_corrected(struct rules_turn *t);

#endif
