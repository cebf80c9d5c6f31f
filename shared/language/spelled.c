#include "language/spelled.h"

#include <string.h>

#include "language/row.h"

static bool is_nominative(const char *forms, const char *word, size_t n)
{
    size_t has = 0;
    const char *piece = row_piece(forms, NOM, &has);

    return has == n && memcmp(piece, word, n) == 0;
}

/* Which of the numerals it is, or -1. */
static int find(const char *const *numerals, int count, const char *word, size_t n)
{
    for (int i = 0; i < count; i++)
        if (is_nominative(numerals[i], word, n))
            return i;
    return -1;
}

static int value_in(const struct language *l, const char *word, size_t n)
{
    int i = 0;

    if (is_nominative(l->zero, word, n))
        return 0;
    if (find(l->one, 3, word, n) >= 0)
        return 1;
    if (find(l->two, 3, word, n) >= 0)
        return 2;
    if ((i = find(l->teens, 20, word, n)) >= 0)
        return i;
    if ((i = find(l->tens, 10, word, n)) >= 0)
        return i * 10;
    if ((i = find(l->hundreds, 10, word, n)) >= 0)
        return i * 100;
    for (const struct number_word *w = l->number_words; w != NULL && w->words != NULL; w++)
        if (row_find(w->words, word, n, NULL))
            return w->value;
    return -1;
}

int spelled_value(const struct language *const *known, const char *word, size_t n)
{
    int value = -1;

    for (; n > 0 && value < 0 && *known != NULL; known++)
        value = value_in(*known, word, n);
    return value;
}

bool spelled_plus(const struct language *const *known, const char *word, size_t n)
{
    for (; *known != NULL; known++)
        if (row_find((*known)->plus, word, n, NULL))
            return true;
    return false;
}

bool spelled_continues(int last, int next)
{
    if (last >= 100)
        return next > 0 && next < 100;
    return last >= 20 && next > 0 && next < 10;
}
