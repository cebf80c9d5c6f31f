/* sentence - cuts a text into sentences, for speaking them one by one. Pure.
 *
 * Knows the languages' abbreviations (вул., грн., т. д.), decimals, times, initials, dots inside
 * quotes, and "...". A text may be in any of the languages, and mix them: what is an abbreviation
 * in one of them is none the less. Sentences keep their own punctuation; white space between them
 * is dropped; joined with single spaces they are the text again. */
#ifndef HOLOS_LANGUAGE_SENTENCE_H
#define HOLOS_LANGUAGE_SENTENCE_H

#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "language/language.h"

/* *ret is an array of *ret_n texts in the arena. Empty or blank text: 0. ERR_MEMORY. */
enum err sentence_split(struct arena *a, const struct language *const *known, const char *text,
                        const char ***ret, size_t *ret_n) must_check;

/* The same of a text that is still being written: only the sentences that stay what they are,
 * whatever comes: one counts when the letter after its stop, or a newline, is there. So they are the
 * sentences of the whole text, however it was cut. */
enum err sentence_split_growing(struct arena *a, const struct language *const *known,
                                const char *text, const char ***ret, size_t *ret_n) must_check;

#endif
