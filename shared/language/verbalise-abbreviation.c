#include "base/text.h"

#include <string.h>

#include "language/inside.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Abbreviations that are not counted: "вул.", "т. д.". */

static enum noun_case place_case(const struct verbaliser *v)
{
    const struct preposition *p = verbalise_preposition(v);

    return p == NULL ? NOM : p->place;
}

static bool follows(const char *p, enum follow want)
{
    uint32_t c = char_at(p + scan_blanks(p));

    if (want == BEFORE_NAME)
        return char_is_upper(c) || c == 0xab || c == '"' || c == 0x201e || c == ',' || c == 0;
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

    if (capital) {
        buf_put(out, utf8, text_encode(char_upper(c), utf8));
        n -= (size_t)(next - piece);
        piece = next;
    }
    buf_put(out, piece, n);
}

/* The second of "Т. Г. Шевченко"; alone, "Г. Одесса" is a town at the head of a sentence. */
static bool is_second_initial(const struct verbaliser *v)
{
    const char *next = v->p;
    uint32_t c = text_next(&next);
    const char *q = v->p;

    if (!char_is_upper(c) || *next != '.')
        return false;
    while (q > v->start && q[-1] == ' ')
        q--;
    if (q - v->start < 3 || q[-1] != '.')
        return false;
    const char *initial = char_back(v->start, q - 1);
    return char_is_upper(char_at(initial)) && !char_is_letter(char_before(v->start, initial));
}

/* "бл. 200": the word is a preposition. */
static bool asks_for_genitive(const struct language *l, const char *word)
{
    for (const struct preposition *p = l->prepositions; p != NULL && p->word != NULL; p++)
        if (strcmp(p->word, word) == 0)
            return p->number == GEN;
    return false;
}

bool verbalise_abbreviation(struct verbaliser *v)
{
    uint32_t before = char_before(v->start, v->p);
    uint32_t first = char_at(v->p);

    if (!char_is_letter(first) || char_is_letter(before) || char_is_digit(before) ||
        is_second_initial(v))
        return false;
    for (const struct abbreviation *a = v->language->abbreviations; a != NULL && a->key != NULL;
         a++) {
        size_t n = scan_key(v->p, a->key, true);
        const char *end = v->p + n;
        if (n == 0 || !follows(end, a->follow))
            continue;
        put_like(&v->out, a->forms, place_case(v), char_is_upper(first));
        if (asks_for_genitive(v->language, a->forms))
            v->sign_at = end + scan_blanks(end);
        if (end[-1] == '.' && *(end + scan_blanks(end)) == '\0')
            buf_putc(&v->out, '.');
        else if (char_is_letter(char_at(end)) || char_is_digit(char_at(end)))
            buf_putc(&v->out, ' ');
        return verbalise_done(v, end, KIND_NONE, NOM);
    }
    return false;
}
