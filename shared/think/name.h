/* name - private to the rules: finding the caller's name in what was said. Pure.
 *
 * The profile tells which words go before a name and which no longer belong to it; the tables of
 * the languages (language/heard.h) tell which words are no names at all. A name that is spelled
 * letter by letter ("О, Л, Я", "о як Ольга, л як Лев, ...") is joined. */
#ifndef HOLOS_THINK_NAME_H
#define HOLOS_THINK_NAME_H

#include <stdbool.h>
#include "base/arena.h"
#include "business/profile.h"

/* What a caller said, as it was heard. */
struct name_line {
    struct arena *arena;
    const struct profile *profile;
    const char *words;
    bool no_memory; /* something was refused; what was found is void */
};

struct name_found {
    const char *name; /* NULL: there is none */
    const char *rest; /* what was said behind it */
};

/* Told as such anywhere: "мене звати Олена", also "звати не Оля, а Юля". */
struct name_found name_told(struct name_line *t);

/* Told in passing: "це Оксана, хочу записатися". `alone`: a given name between commas is one, too
 * ("на завтра, Ірина, 0671234567"). */
struct name_found name_in_passing(struct name_line *t, bool alone);

/* In the answer to "who is it?". */
struct name_found name_answered(struct name_line *t);

/* In place of one that was taken before: "ні, я Олена", "не Оля, а Юля". */
struct name_found name_corrected(struct name_line *t);

#endif
