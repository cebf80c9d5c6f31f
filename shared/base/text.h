/* text - UTF-8: validity, cutting, case folding, and matching of stems.
 *
 * All texts inside the program are valid UTF-8 without NUL; the wire checks them on the way in. */
#ifndef HOLOS_BASE_TEXT_H
#define HOLOS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

/* True if the `n` bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms, up to 10FFFF). */
bool text_is_utf8(const char *s, size_t n);

/* The same without a NUL: what a text of this program may hold. */
bool text_is_plain(const char *s, size_t n);

/* The bytes of a byte order mark at the front, which says nothing: 3, or 0 if there is none. */
size_t text_mark(const char *s, size_t n);

/* A copy without blanks and line ends around it. NULL when the arena refuses. */
char *text_trim(struct arena *a, const char *s, size_t n);

/* The length of the longest prefix of `s` that has at most `max` bytes and does not cut a
 * character. */
size_t text_cut(const char *s, size_t n, size_t max);

/* Are the last bytes of `s` these, or all of it? */
bool text_ends_in(const char *s, const char *end);

/* Decodes one character at `*s` and moves past it. 0 at the end, U+FFFD for a broken byte. */
uint32_t text_next(const char **s);

/* Is it an apostrophe, in any of its forms? */
bool text_is_apostrophe(uint32_t c);

/* Writes `c` as UTF-8 to `out`, returns its length (1 to 4). */
size_t text_encode(uint32_t c, char out[static 4]);

/* The one form of a text, as it is compared and spoken: letters that are written in two characters
 * are one (й, ї, ё), a Latin letter that only looks like one of a Cyrillic word's is that word's,
 * every apostrophe inside a word is ', and stress marks, soft hyphens and other characters without
 * a shape are left out. NULL when the arena refuses. */
char *text_plain(struct arena *a, const char *s);

/* The form in which texts are compared: text_plain, then lower case (Unicode simple mapping), ё as
 * е, and every run of white space or punctuation (except ' inside a word) as one space; no space at
 * either end. NULL when the arena or the system has no memory. */
char *text_fold(struct arena *a, const char *s);

/* Does folded text hold the folded stem? "стриж" matches at the start of any word; "*люкс"
 * anywhere; "=так" only the whole word. A stem may hold spaces ("до побачення"). */
bool text_has_stem(const char *folded, const char *stem);

/* Number of characters (code points) in valid UTF-8. */
size_t text_length(const char *s);

/* Keeps only the ASCII digits of `s` and a leading '+'. Used for phone numbers as people and
 * exchanges write them. NULL when the arena refuses. */
char *text_digits(struct arena *a, const char *s);

/* Compares secrets in a time that depends only on the lengths. */
bool text_equal_secret(const char *a, const char *b);

/* Does a list of words, between commas or blanks, hold this one? */
bool text_lists(const char *list, const char *word);

#endif
