/* invented-inside - private to shared/language: the parts of invented.h. */
#ifndef HOLOS_LANGUAGE_INVENTED_INSIDE_H
#define HOLOS_LANGUAGE_INVENTED_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct token {
    const char *folded;
    const char *at, *end;  /* in the text, without signs around it */
    bool large, latin;     /* its first letter */
    bool initial;          /* "А." */
    bool quoted;           /* between «» or the like */
    bool stop, ask, colon; /* what stands behind it: the end of a sentence, ?, : or a dash */
};

struct tokens {
    struct token *of;
    size_t n;
};

/* Is the word one of the forms, `n` bytes of them, divided by |? One that ends in * is how a word
 * begins. */
bool invented_is_one_of(const char *forms, size_t n, const char *word);

bool invented_is_sound(const char *word);

/* Bytes of the mark of a sound at `at`, a place in `text`. 0: none. ERR_MEMORY. */
enum err invented_mark(struct arena *a, const char *text, const char *at, size_t *ret) must_check;

/* Do these words, all written large, name a sound and nothing else? */
bool invented_is_shouted(const char *const *word, size_t n);

/* The place behind the invented phrase that begins with token `i`; `i` if none does. */
size_t invented_phrase(const struct tokens *t, size_t i);

/* The same of credits: who made the subtitles. *ret_sure: it cannot be anything else, wherever it
 * stands. */
size_t invented_credit(const struct tokens *t, size_t i, bool *ret_sure);

/* May a caller's sentence begin with this word? */
bool invented_starts_speech(const char *folded);

#endif
