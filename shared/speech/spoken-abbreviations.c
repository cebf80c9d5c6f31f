#include <string.h>

#include "base/text.h"
#include "speech/reader.h"

static enum grammar place_case(const struct reader *r)
{
    char word[WORD_MAX];

    if (word_before(r->start, r->p, word) > 0)
        for (const struct preposition *p = r->tongue->prepositions; p->word != NULL; p++)
            if (strcmp(p->word, word) == 0)
                return p->place;
    return NOM;
}

static bool follows(const char *p, enum follow want)
{
    uint32_t c = char_at(p + scan_blanks(p));

    if (want == BEFORE_NAME)
        return char_is_upper(c) || c == 0xab || c == '"' || c == 0x201e;
    return want == BEFORE_ANY || char_is_digit(c);
}

/* A capital stays a capital: "Вул." -> "Вулиця". */
static void put_like(struct buf *out, const char *row, size_t k, bool capital)
{
    size_t n = 0;
    const char *piece = row_piece(row, k, &n);
    const char *next = piece;
    uint32_t c = text_next(&next);
    char utf8[4];

    if (capital && c >= 0x430 && c < 0x450) {
        buf_put(out, utf8, text_encode(c - 32, utf8));
        n -= (size_t)(next - piece);
        piece = next;
    }
    buf_put(out, piece, n);
}

/* The second of "Т. Г. Шевченко"; alone, "Г. Одесса" is a town at the head of a sentence. */
static bool is_second_initial(const struct reader *r)
{
    const char *next = r->p;
    uint32_t c = text_next(&next);
    const char *q = r->p;

    if (!char_is_upper(c) || *next != '.')
        return false;
    while (q > r->start && q[-1] == ' ')
        q--;
    if (q - r->start < 3 || q[-1] != '.')
        return false;
    uint32_t initial = char_before(r->start, q - 1);
    char utf8[4];
    size_t n = text_encode(initial, utf8);
    const char *at = q - 1 - n;
    return char_is_upper(initial) && (at <= r->start || !char_is_letter(char_before(r->start, at)));
}

bool read_abbreviation(struct reader *r)
{
    uint32_t before = char_before(r->start, r->p);
    uint32_t first = char_at(r->p);

    if (!char_is_letter(first) || char_is_letter(before) || char_is_digit(before) ||
        is_second_initial(r))
        return false;
    for (const struct abbreviation *a = r->tongue->abbreviations; a->key != NULL; a++) {
        size_t n = scan_key(r->p, a->key, true);
        const char *end = r->p + n;
        if (n == 0 || !follows(end, a->follow))
            continue;
        put_like(&r->out, a->row, place_case(r), char_is_upper(first));
        if (end[-1] == '.' && *(end + scan_blanks(end)) == '\0')
            buf_putc(&r->out, '.');
        else if (char_is_letter(char_at(end)) || char_is_digit(char_at(end)))
            buf_putc(&r->out, ' ');
        return reader_done(r, end, KIND_NONE, NOM);
    }
    return false;
}
