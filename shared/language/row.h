/* row - private to shared/language: one string whose pieces are divided by '|' (language.h). NULL
 * is a row without pieces. */
#ifndef HOLOS_LANGUAGE_ROW_H
#define HOLOS_LANGUAGE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

/* The `k`-th piece (the last one if there are fewer) and its length. */
const char *row_piece(const char *row, size_t k, size_t *ret_len);

/* True if one of the pieces is this word. */
bool row_has(const char *row, const char *word);

/* The same of a word of `n` bytes; *ret_k (may be NULL) says which piece. */
bool row_find(const char *row, const char *word, size_t n, size_t *ret_k);

/* True if the word begins, or ends, with one of the pieces. */
bool row_begins(const char *row, const char *word);
bool row_ends(const char *row, const char *word);

/* Appends a piece. */
void row_put(struct buf *out, const char *row, size_t k);

#endif
