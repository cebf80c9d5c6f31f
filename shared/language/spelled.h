/* spelled - number words ("п'ятдесят", "двести") to digits. Pure.
 *
 * A word is a language's numeral in the nominative, or one of its number_words; a caller may mix
 * languages, so all that are known are looked through. Words are as text_fold writes them. */
#ifndef HOLOS_LANGUAGE_SPELLED_H
#define HOLOS_LANGUAGE_SPELLED_H

#include <stdbool.h>
#include <stddef.h>
#include "language/language.h"

/* The value of a word of `n` bytes, 0 to 900; -1 if it is no number word. */
int spelled_value(const struct language *const *known, const char *word, size_t n);

/* Is it what "+" is called? */
bool spelled_plus(const struct language *const *known, const char *word, size_t n);

/* May a word of value `next` continue a number that ended in a word of value `last`?
 * "сто" "двадцять" "три" is one number; "двадцять" "сто" and "три" "п'ять" are two. */
bool spelled_continues(int last, int next);

#endif
