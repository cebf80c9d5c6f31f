#include "language/row.h"

#include <string.h>

/* What follows the piece at `row`: the next one, or NULL. */
static const char *next_piece(const char *row, size_t n)
{
    return row[n] == '\0' ? NULL : row + n + 1;
}

const char *row_piece(const char *row, size_t k, size_t *ret_len)
{
    const char *piece = row == NULL ? "" : row;
    const char *next = piece;

    for (; next != NULL; k--) {
        piece = next;
        *ret_len = strcspn(piece, "|");
        next = k == 0 ? NULL : next_piece(piece, *ret_len);
    }
    return piece;
}

bool row_find(const char *row, const char *word, size_t n, size_t *ret_k)
{
    for (size_t k = 0; row != NULL; k++) {
        size_t has = strcspn(row, "|");
        if (has == n && memcmp(row, word, n) == 0) {
            if (ret_k != NULL)
                *ret_k = k;
            return true;
        }
        row = next_piece(row, has);
    }
    return false;
}

bool row_has(const char *row, const char *word)
{
    return row_find(row, word, strlen(word), NULL);
}

bool row_begins(const char *row, const char *word)
{
    while (row != NULL) {
        size_t n = strcspn(row, "|");
        if (n > 0 && strncmp(word, row, n) == 0)
            return true;
        row = next_piece(row, n);
    }
    return false;
}

bool row_ends(const char *row, const char *word)
{
    size_t has = strlen(word);

    while (row != NULL) {
        size_t n = strcspn(row, "|");
        if (n > 0 && n <= has && memcmp(word + has - n, row, n) == 0)
            return true;
        row = next_piece(row, n);
    }
    return false;
}

void row_put(struct buf *out, const char *row, size_t k)
{
    size_t n = 0;
    const char *piece = row_piece(row, k, &n);

    buf_put(out, piece, n);
}
