#include "language/language.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/inside.h"
#include "language/spelled.h"
#include "language/vocative.h"

/* ==== letters ================================================================================= */

uint32_t char_at(const char *p)
{
    return text_next(&p);
}

const char *char_back(const char *start, const char *p)
{
    if (p > start)
        p--;
    while (p > start && ((unsigned char)*p & 0xc0) == 0x80)
        p--;
    return p;
}

uint32_t char_before(const char *start, const char *p)
{
    return p == start ? 0 : char_at(char_back(start, p));
}

bool char_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Latin, Greek, Cyrillic and what lies beyond them, up to the general punctuation. */
bool char_is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7;
}

bool char_is_upper(uint32_t c)
{
    return char_lower(c) != c;
}

bool char_is_latin(uint32_t c)
{
    return c < 0x250 && (char_is_letter(c) || char_is_digit(c));
}

bool char_is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xa0 || c == 0x2009 || c == 0x202f;
}

bool char_is_among(uint32_t c, const char *text)
{
    char utf8[5] = "";

    (void)text_encode(c, utf8);
    return c != 0 && strstr(text, utf8) != NULL;
}

/* Capitals and how far off their small letters are; where that is 1, the two take turns. */
static const struct capitals {
    uint32_t first, last, add;
} capitals[] = {
    {'A', 'Z', 32},     {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},   {0x100, 0x12f, 1},
    {0x132, 0x137, 1},  {0x139, 0x148, 1},  {0x14a, 0x177, 1},  {0x179, 0x17e, 1},
    {0x218, 0x21b, 1},  {0x386, 0x386, 38}, {0x388, 0x38a, 37}, {0x38c, 0x38c, 64},
    {0x38e, 0x38f, 63}, {0x391, 0x3a1, 32}, {0x3a3, 0x3ab, 32}, {0x400, 0x40f, 80},
    {0x410, 0x42f, 32}, {0x460, 0x481, 1},  {0x48a, 0x4bf, 1},  {0x4c1, 0x4ce, 1},
    {0x4d0, 0x52f, 1},
};

static bool is_capital(const struct capitals *of, uint32_t c)
{
    return c >= of->first && c <= of->last && (of->add != 1 || (c - of->first) % 2 == 0);
}

uint32_t char_lower(uint32_t c)
{
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals && c >= capitals[i].first; i++)
        if (is_capital(&capitals[i], c))
            return c + capitals[i].add;
    return c;
}

uint32_t char_upper(uint32_t c)
{
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++)
        if (is_capital(&capitals[i], c - capitals[i].add))
            return c - capitals[i].add;
    return c;
}

/* ==== rows of forms =========================================================================== */

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

bool row_stem(const char *stems, const char *endings, const char *word)
{
    while (stems != NULL) {
        size_t n = strcspn(stems, "|");
        bool begins = n > 0 && strncmp(word, stems, n) == 0;
        if (begins && (word[n] == '\0' || row_has(endings, word + n)))
            return true;
        stems = next_piece(stems, n);
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

/* ==== languages =============================================================================== */

#define LETTERS_MAX 128 /* different ones in a text; no alphabet here has half of them */

const struct language *language_find(const char *code)
{
    size_t n = strcspn(code, "-");

    for (size_t i = 0; languages[i] != NULL; i++)
        if (strlen(languages[i]->code) == n && strncmp(languages[i]->code, code, n) == 0)
            return languages[i];
    return NULL;
}

/* The different letters of a text, small ones, but for a to z. */
struct letters {
    uint32_t c[LETTERS_MAX];
    size_t n;
};

static struct letters letters_of(const char *text)
{
    struct letters set = {.n = 0};

    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text)) {
        if (c < 0x80 || !char_is_letter(c) || set.n == LETTERS_MAX)
            continue;
        size_t i = 0;
        set.c[set.n] = char_lower(c);
        while (set.c[i] != set.c[set.n])
            i++;
        set.n += i == set.n;
    }
    return set;
}

/* Has the set a letter that `one` has and `other` lacks? */
static bool tells(const struct letters *set, const struct language *one,
                  const struct language *other)
{
    for (size_t i = 0; i < set->n; i++)
        if (char_is_among(set->c[i], one->letters) && !char_is_among(set->c[i], other->letters))
            return true;
    return false;
}

static size_t lacking(const struct letters *set, const struct language *l)
{
    size_t n = 0;

    for (size_t i = 0; i < set->n; i++)
        n += !char_is_among(set->c[i], l->letters);
    return n;
}

const struct language *language_of_text(const struct language *const *known,
                                        const struct language *usual, const char *text)
{
    const struct letters set = letters_of(text);
    const struct language *best = usual;
    size_t least = SIZE_MAX;

    for (size_t i = 0; usual != NULL && known[i] != NULL; i++) {
        if (known[i] == usual || !tells(&set, known[i], usual) || tells(&set, usual, known[i]))
            continue;
        size_t n = lacking(&set, known[i]);
        best = n < least ? known[i] : best;
        least = n < least ? n : least;
    }
    return best;
}

/* ==== number words ============================================================================ */

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

/* ==== how a name is called ==================================================================== */

/* The row that has the name, or else its ending. */
static const struct called *find_called(const struct called *list, const char *folded)
{
    for (const struct called *c = list; c->add != NULL; c++)
        if (row_has(c->names, folded))
            return c;
    for (const struct called *c = list; c->add != NULL; c++)
        if (row_ends(c->ends, folded))
            return c;
    return NULL;
}

static bool is_own_word(const struct language *l, const char *folded)
{
    for (uint32_t c = text_next(&folded); c != 0; c = text_next(&folded))
        if (!char_is_among(c, l->letters) && !text_is_apostrophe(c))
            return false;
    return true;
}

/* May a word be a given name? A word before one, "пан", is none, and a surname is not. */
static bool is_given(const struct language *l, const char *folded)
{
    return !row_has(l->called_before, folded) && !row_ends(l->heard.surname_ends, folded) &&
           is_own_word(l, folded);
}

static bool put_word(struct arena *a, const struct language *l, struct buf *out, const char *word,
                     bool given)
{
    size_t n = strlen(word);
    const char *folded = text_fold(a, word);

    if (folded == NULL)
        return false;
    const struct called *c = NULL;
    bool letters = strlen(folded) == n;
    if (letters)
        c = find_called(l->called, folded);
    if (c == NULL && letters && given && l->called_ends != NULL && is_given(l, folded))
        c = find_called(l->called_ends, folded);
    const char *end = word + n;
    for (size_t drop = c == NULL ? 0 : c->drop; drop > 0; drop--)
        end = char_back(word, end);
    buf_put(out, word, (size_t)(end - word));
    buf_puts(out, c == NULL ? "" : c->add);
    return true;
}

/* Where the given name is: the first word that is known as one, else the first that is not "пан". */
static const char *find_given(struct arena *a, const struct language *l, const char *name)
{
    const char *first = NULL;

    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        const char *alone = arena_strndup(a, name, n);
        const char *folded = alone == NULL ? NULL : text_fold(a, alone);
        if (folded == NULL)
            return NULL;
        size_t len = strlen(folded);
        if (n > 0 && row_find(l->heard.given_names, folded, len, NULL))
            return name;
        if (n > 0 && first == NULL && !row_has(l->called_before, folded))
            first = name;
        name += n + (name[n] == ' ');
    }
    return first == NULL ? name : first;
}

const char *vocative(struct arena *a, const struct language *l, const char *name)
{
    struct buf out;

    if (l == NULL || l->called == NULL)
        return name;
    name = text_plain(a, name);
    const char *given = name == NULL ? NULL : find_given(a, l, name);
    if (given == NULL)
        return NULL;
    buf_init(&out, a, strlen(name) * 2 + 8);
    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        const char *word = arena_strndup(a, name, n);
        if (word == NULL || (n > 0 && !put_word(a, l, &out, word, name == given)))
            return NULL;
        name += n;
        if (*name == ' ')
            buf_putc(&out, *name++);
    }
    return buf_err(&out) == ERR_OK ? buf_text(&out) : NULL;
}

uint32_t language_capital(uint32_t c)
{
    return char_upper(c);
}
