/* spelled - number words ("п'ятдесят", "двести") to digit groups. Pure. */
#ifndef HOLOS_LANGUAGE_SPELLED_H
#define HOLOS_LANGUAGE_SPELLED_H

#include <stdbool.h>
#include <stddef.h>

/* The value of a folded Ukrainian or Russian number word, 0 to 900; -1 if it is none. `n` bytes. */
int spelled_value(const char *word, size_t n);

/* May a word of value `next` continue a number that ended in a word of value `last`?
 * "сто" "двадцять" "три" is one number; "двадцять" "сто" and "три" "п'ять" are two. */
bool spelled_continues(int last, int next);

#endif
