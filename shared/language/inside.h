/* inside - private to shared/language: what kind of character stands in a text, and rows of forms. */
#ifndef HOLOS_LANGUAGE_INSIDE_H
#define HOLOS_LANGUAGE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

/* The character at `p`; 0 at the text's end. */
uint32_t char_at(const char *p);

/* The one before `p`; 0 at the text's start. */
uint32_t char_before(const char *start, const char *p);

/* Where the one before `p` begins; `start` if there is none. */
const char *char_back(const char *start, const char *p);

bool char_is_digit(uint32_t c);
bool char_is_letter(uint32_t c);
bool char_is_upper(uint32_t c);
bool char_is_latin(uint32_t c); /* a letter or a digit, as in an address */
bool char_is_blank(uint32_t c); /* not a newline */

/* Does the text hold it? */
bool char_is_among(uint32_t c, const char *text);

/* The small letter of a capital, the capital of a small letter; any other character itself. Latin,
 * Greek and Cyrillic. */
uint32_t char_lower(uint32_t c);
uint32_t char_upper(uint32_t c);

/* row - private to shared/language: one string whose pieces are divided by '|' (language.h). NULL
 * is a row without pieces. */

/* The `k`-th piece (the last one if there are fewer) and its length. */
const char *row_piece(const char *row, size_t k, size_t *ret_len);

/* True if one of the pieces is this word. */
bool row_has(const char *row, const char *word);

/* The same of a word of `n` bytes; *ret_k (may be NULL) says which piece. */
bool row_find(const char *row, const char *word, size_t n, size_t *ret_k);

/* True if the word is one of the stems, or one of them and one of the endings. */
bool row_stem(const char *stems, const char *endings, const char *word);

/* True if the word begins, or ends, with one of the pieces. */
bool row_begins(const char *row, const char *word);
bool row_ends(const char *row, const char *word);

/* Appends a piece. */
void row_put(struct buf *out, const char *row, size_t k);

#endif
