#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* A number that belongs to the abbreviation beside it: "п. 3.2", "2-к. квартира", "3-й пов.". */

#define PARTS_MAX 5 /* of 3.2.1 */

/* The word before v->p, or the abbreviation without its full stop; *ret_at (may be NULL) is where it
 * begins. */
static size_t word_or_short_before(const struct verbaliser *v, char ret[static SCAN_WORD_MAX],
                                   const char **ret_at)
{
    const char *q = v->p;

    while (char_is_blank(char_before(v->start, q)))
        q = char_back(v->start, q);
    if (q > v->start && q[-1] == '.')
        q--;
    const char *word = q;
    while (char_is_letter(char_before(v->start, word)))
        word = char_back(v->start, word);
    ret[0] = '\0';
    if (ret_at != NULL)
        *ret_at = word;
    return word == q ? 0 : scan_word(word, ret);
}

/* An abbreviation that stands before or behind a number, and has cases: "каб.". */
static const struct abbreviation *find_place(const struct language *l, const char *p, size_t *ret_n)
{
    for (const struct abbreviation *a = l->abbreviations; a != NULL && a->key != NULL; a++) {
        *ret_n = scan_key(p, a->key, true);
        if (*ret_n > 0 && a->follow == BEFORE_DIGIT && strchr(a->forms, '|') != NULL)
            return a;
    }
    return NULL;
}

bool verbalise_behind_lettered(const struct verbaliser *v)
{
    char word[SCAN_WORD_MAX];
    const char *at = NULL;
    size_t n = 0;

    return word_or_short_before(v, word, &at) > 0 &&
           (row_begins(v->language->lettered, word) || find_place(v->language, at, &n) != NULL);
}

bool verbalise_is_letter(const struct verbaliser *v, const struct noun *noun, const char *p,
                         size_t len)
{
    size_t blanks = scan_blanks(p);

    return scan_is_doubtful(noun, p + blanks, len - blanks) &&
           (verbalise_behind_lettered(v) || verbalise_near_street(v) ||
            verbalise_behind(v, v->language->at));
}

/* ==== numbers with parts ====================================================================== */

/* "п. 3.2" -> "пункт три два": neither a decimal, nor a date, nor an hour. */
static bool read_parts(struct verbaliser *v)
{
    uint64_t part[PARTS_MAX] = {0};
    size_t parts = 0;
    char word[SCAN_WORD_MAX];
    const char *q = v->p;

    for (;; q++) {
        size_t n = strspn(q, "0123456789");
        if (n == 0 || n > 3 || parts == PARTS_MAX)
            return false;
        for (size_t i = 0; i < n; i++)
            part[parts] = part[parts] * 10 + (uint64_t)(*q++ - '0');
        parts++;
        if (*q != '.' || !char_is_digit(char_at(q + 1)))
            break;
    }
    if (parts < 2 || char_is_letter(char_at(q)) ||
        (!verbalise_joined(v, KIND_ITEM, true) &&
         (word_or_short_before(v, word, NULL) == 0 || !row_has(v->language->items, word))))
        return false;
    for (size_t i = 0; i < parts; i++) {
        if (i > 0)
            buf_putc(&v->out, ' ');
        numeral_cardinal(&v->out, v->language, part[i], MALE, NOM);
    }
    return verbalise_done(v, q, KIND_ITEM, NOM);
}

/* ==== compounds in short ====================================================================== */

static bool may_be_compound(const struct amount *a)
{
    return a->places == 0 && a->whole > 0 && a->whole <= 100 &&
           (a->whole <= 20 || a->whole % 10 == 0);
}

/* "5 пов. будинку": a number behind which this stands is an ordinal. */
static bool is_ordered(const struct language *l, const char *p)
{
    for (const struct ordered *o = l->ordered; o != NULL && o->word != NULL; o++)
        if (scan_key(p, o->word, false) > 0)
            return true;
    return false;
}

/* The row for what stands at `p`, behind the hyphen or (`loose`) only a blank; *ret_end is behind it. */
static const struct compound_of *find_compound(const struct language *l, const char *p, bool loose,
                                               const char **ret_end)
{
    for (const struct compound_of *c = l->compound_of; c != NULL && c->keys != NULL; c++) {
        size_t n = scan_keys(p, c->keys, false);
        size_t blanks = scan_blanks(p + n);
        size_t noun = c->noun == NULL ? 0 : scan_key(p + n + blanks, c->noun, true);
        bool bare = n > 0 && p[n - 1] != '.'; /* "2-к" alone is none */
        if (n == 0 || (loose && is_ordered(l, p)) || (c->noun != NULL && noun == 0) ||
            (c->noun == NULL && (loose || bare)))
            continue;
        bool taken = noun > 0 && c->noun[strlen(c->noun) - 1] == '.';
        *ret_end = p + n + (taken ? blanks + noun : 0);
        return c;
    }
    return NULL;
}

/* "2-к. квартира", "2 кімн. кв." -> "двокімнатна квартира" */
static bool read_short_compound(struct verbaliser *v, const struct amount *a)
{
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, false);
    const char *end = NULL;

    if (v->language->compound[1] == NULL || !may_be_compound(a))
        return false;
    q += dash > 0 ? dash : scan_blanks(q);
    const struct compound_of *c = find_compound(v->language, q, dash == 0, &end);
    if (c == NULL || char_is_digit(char_at(end + scan_blanks(end))))
        return false;
    verbalise_put_compound(v, a->whole);
    buf_puts(&v->out, c->adjective);
    if (end[-1] == '.' && scan_ends_sentence(end))
        buf_putc(&v->out, '.');
    return verbalise_done(v, end, KIND_NONE, NOM);
}

/* ==== an ordinal before an abbreviation ======================================================= */

static enum gender gender_of(const struct language *l, const char *forms)
{
    size_t n = 0;
    const char *piece = row_piece(forms, NOM, &n);

    for (const struct gender_guess *g = l->gender_guesses; g != NULL && g->end != NULL; g++) {
        size_t len = strlen(g->end);
        if (len <= n && memcmp(piece + n - len, g->end, len) == 0)
            return g->gender;
    }
    return MALE;
}

/* Writes the ordinal in this case if it then ends as it is written, "му". */
static bool put_if_ends(struct verbaliser *v, uint64_t n, enum gender gender, enum noun_case nc,
                        const char *ending)
{
    size_t start = v->out.len;

    numeral_ordinal(&v->out, v->language, n, gender, nc);
    if (buf_err(&v->out) != ERR_OK || text_ends_in(buf_text(&v->out) + start, ending))
        return true;
    v->out.len = start;
    return false;
}

/* "на 3-му пов." -> "на третьому поверсі": the preposition's case, if the ending is one of it. */
static bool read_ordinal_place(struct verbaliser *v, const struct amount *a)
{
    const struct language *l = v->language;
    const struct preposition *p = verbalise_preposition(v);
    char ending[SCAN_WORD_MAX];
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, false);
    size_t len = 0;
    size_t n = dash == 0 ? 0 : scan_word(q + dash, ending);

    if (n == 0 || a->places > 0 || a->whole == 0 || scan_letters(ending) > 3 ||
        l->ordinal[1].text == NULL)
        return false;
    q += dash + n;
    q += scan_blanks(q);
    const struct abbreviation *short_form = find_place(l, q, &len);
    if (short_form == NULL)
        return false;
    enum gender gender = gender_of(l, short_form->forms);
    enum noun_case nc = p == NULL ? NOM : p->place;
    if (!put_if_ends(v, a->whole, gender, nc, ending)) {
        for (nc = NOM; nc < NOUN_CASE__MAX; nc++)
            if (put_if_ends(v, a->whole, gender, nc, ending))
                break;
        if (nc == NOUN_CASE__MAX)
            return false;
    }
    buf_putc(&v->out, ' ');
    row_put(&v->out, short_form->forms, nc);
    if (scan_ends_sentence(q + len))
        buf_putc(&v->out, '.');
    return verbalise_done(v, q + len, KIND_NONE, NOM);
}

bool verbalise_item(struct verbaliser *v)
{
    uint32_t before = char_before(v->start, v->p);
    struct amount a;

    if (!char_is_digit(char_at(v->p)) || char_is_letter(before) || char_is_digit(before))
        return false;
    return read_parts(v) || (scan_amount(v->p, &a) && a.digits <= 4 &&
                             (read_short_compound(v, &a) || read_ordinal_place(v, &a)));
}
