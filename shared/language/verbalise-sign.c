#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Signs that are words: + - = < ≤ ~ ± № § &, and the fractions that are one sign. */

#define FIRST_MONEY 0x20a0 /* the signs of money */
#define LAST_MONEY  0x20cf

/* "-5", "+5", "№ 5": the sign's word; the number follows by itself. */
static bool read_sum_sign(struct verbaliser *v)
{
    const struct language *l = v->language;
    const char *next = v->p;
    uint32_t c = text_next(&next);
    const char *back = v->p;

    next += scan_blanks(next);
    while (char_is_blank(char_before(v->start, back)))
        back = char_back(v->start, back);
    bool digit = char_is_digit(char_at(next));
    bool behind = char_is_digit(char_before(v->start, back));
    const char *say = c == '='                      ? (digit ? l->equals : l->is)
                      : c == '+' && behind && digit ? l->plus
                      : c == '>'                    ? l->greater
                      : c == '<'                    ? l->less
                      : c == 0x2265                 ? l->at_least
                      : c == 0x2264                 ? l->at_most
                                                    : NULL;
    if (say == NULL || *next == '\0' || *next == '>' || *next == '<' || *next == '=')
        return false;
    buf_printf(&v->out, v->p == back && v->p > v->start ? " %s " : "%s ", say);
    if (c != '=' && c != '+') {
        v->last.end = NULL;
        v->sign_at = next;
    }
    v->p = next;
    return true;
}

static bool read_sign(struct verbaliser *v)
{
    uint32_t before = char_before(v->start, v->p);
    const char *next = v->p;
    uint32_t c = text_next(&next);
    bool sign = (c == '-' || c == 0x2212 || c == '+') && char_is_digit(char_at(next)) &&
                !char_is_letter(before) && !char_is_digit(before) && before != ')' && before != '.';

    if (c == 0x2116) {
        next += scan_blanks(next);
        if (!char_is_digit(char_at(next)))
            return false;
    } else if (!sign) {
        return false;
    }
    buf_printf(&v->out, "%s ",
               c == 0x2116 ? v->language->number
               : c == '+'  ? v->language->plus
                           : v->language->minus);
    const struct preposition *p = sign ? verbalise_preposition(v) : NULL;
    if (p != NULL && p->number == GEN) /* "від +5" */
        v->sign_at = next;
    v->p = next;
    return true;
}

/* "~30", "≈ $5", "±1", "§ 5", "№№ 3": a word for the sign; the number follows by itself. */
static bool read_word_sign(struct verbaliser *v)
{
    const struct language *l = v->language;
    const char *next = v->p;
    uint32_t c = text_next(&next);
    const char *say = c == '~' || c == 0x2248 || c == 0x223c ? l->about
                      : c == 0xb1                            ? l->plus_minus
                      : c == 0xa7                            ? l->section
                      : c == 0x2116 && char_at(next) == c    ? l->numbers
                                                             : NULL;

    if (say == NULL)
        return false;
    while (c == 0x2116 && char_at(next) == c)
        (void)text_next(&next);
    next += scan_blanks(next);
    uint32_t after = char_at(next);
    if (!char_is_digit(after) && after != '$' && (after < FIRST_MONEY || after > LAST_MONEY))
        return false;
    uint32_t before = char_before(v->start, v->p);
    bool glued = char_is_digit(before) || char_is_letter(before);
    if (c == '~' && glued) /* "20~30" */
        buf_putc(&v->out, '-');
    else
        buf_printf(&v->out, glued ? " %s " : "%s ", say);
    v->p = next;
    return true;
}

/* "стрижка & укладка" */
static bool read_and(struct verbaliser *v)
{
    const char *next = v->p + 1;
    uint32_t before = char_before(v->start, v->p);

    if (*v->p != '&' || v->language->joins == NULL || v->p == v->start)
        return false;
    size_t blanks = scan_blanks(next);
    uint32_t after = char_at(next + blanks);
    bool glued = blanks == 0;
    if ((!char_is_letter(after) && !char_is_digit(after)) || char_is_blank(before) == glued ||
        (glued && char_is_latin(before) && char_is_latin(after)))
        return false;
    buf_puts(&v->out, glued ? " " : "");
    row_put(&v->out, v->language->joins, 0);
    buf_putc(&v->out, ' ');
    v->p = next + blanks;
    return true;
}

/* "<=" is ≤. */
static bool read_two_signs(struct verbaliser *v)
{
    const struct language *l = v->language;
    const char *next = v->p + 2;

    if ((*v->p != '<' && *v->p != '>') || v->p[1] != '=')
        return false;
    next += scan_blanks(next);
    const char *say = *v->p == '<' ? l->at_most : l->at_least;
    if (say == NULL || !char_is_digit(char_at(next)))
        return false;
    buf_printf(&v->out, "%s ", say);
    v->last.end = NULL;
    v->sign_at = next;
    v->p = next;
    return true;
}

/* "+5": the sign's word; *ret is the number. 0 bytes: there is none. */
static size_t scan_signed(const struct language *l, const char *p, const char **ret_word,
                          struct amount *ret)
{
    const char *next = p;
    uint32_t c = text_next(&next);

    *ret_word = c == '+' ? l->plus : c == '-' || c == 0x2212 ? l->minus : NULL;
    if (*ret_word == NULL || !scan_amount(next, ret) || ret->places > 0 || ret->digits > 4)
        return 0;
    return (size_t)(next - p) + ret->len;
}

/* "+5…+10 °C", "-5...-10": from the one to the other. */
static bool read_signed_range(struct verbaliser *v)
{
    const struct language *l = v->language;
    uint32_t before = char_before(v->start, v->p);
    const char *first = NULL, *second = NULL;
    struct amount from, to;
    size_t len = 0;
    bool dotted = false;
    size_t n = scan_signed(l, v->p, &first, &from);

    if (n == 0 || char_is_letter(before) || char_is_digit(before) || before == ')')
        return false;
    const char *end = v->p + n + scan_dash(v->p + n, true);
    n = scan_signed(l, end, &second, &to);
    if (n == 0 || end == v->p)
        return false;
    end += n;
    const struct noun *noun = scan_noun(l, end, &len, &dotted, NULL);
    if (verbalise_preposition(v) == NULL || !verbalise_behind(v, l->starts))
        buf_printf(&v->out, "%s ", l->amount_from);
    buf_printf(&v->out, "%s ", first);
    numeral_cardinal(&v->out, l, from.whole, noun == NULL ? MALE : noun->gender, GEN);
    buf_printf(&v->out, " %s %s ", l->to, second);
    numeral_cardinal(&v->out, l, to.whole, noun == NULL ? MALE : noun->gender, GEN);
    if (noun != NULL) {
        buf_putc(&v->out, ' ');
        numeral_noun(&v->out, l, noun, to.whole, GEN);
        end += dotted && scan_ends_sentence(end + len) ? len - 1 : len;
    }
    return verbalise_done(v, end, KIND_NUMBER, GEN);
}

bool verbalise_sign(struct verbaliser *v)
{
    return read_signed_range(v) || read_word_sign(v) || read_two_signs(v) || read_sum_sign(v) ||
           read_sign(v) || read_and(v);
}

/* ==== fractions =============================================================================== */

struct fraction {
    unsigned part, of;
    size_t len;
};

static struct fraction scan_sign(const char *p)
{
    static const struct {
        uint32_t c;
        unsigned part, of;
    } known[] = {
        {0xbc, 1, 4},    {0xbd, 1, 2},   {0xbe, 3, 4},   {0x2150, 1, 7}, {0x2151, 1, 9},
        {0x2152, 1, 10}, {0x2153, 1, 3}, {0x2154, 2, 3}, {0x2155, 1, 5}, {0x2156, 2, 5},
        {0x2157, 3, 5},  {0x2158, 4, 5}, {0x2159, 1, 6}, {0x215a, 5, 6}, {0x215b, 1, 8},
        {0x215c, 3, 8},  {0x215d, 5, 8}, {0x215e, 7, 8},
    };
    const char *next = p;
    uint32_t c = text_next(&next);

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].c == c)
            return (struct fraction){known[i].part, known[i].of, (size_t)(next - p)};
    return (struct fraction){0, 0, 0};
}

/* Is there a part of something: a word in small letters, and no address before it? */
static bool is_part_of(const struct verbaliser *v, const char *behind)
{
    const char *word = behind + scan_blanks(behind);

    return word > behind && scan_letters(word) >= 3 && !char_is_upper(char_at(word)) &&
           !verbalise_near_street(v);
}

/* "1/2" and the like before what is measured; between other figures it is a house or a date. */
static struct fraction scan_written(const struct verbaliser *v)
{
    const char *p = v->p;
    struct fraction f = {0, 0, 3};
    size_t len = 0;
    bool dotted = false;

    if (p[0] < '1' || p[0] > '8' || p[1] != '/' || p[2] < '2' || p[2] > '9' || p[0] >= p[2] ||
        char_is_digit(char_at(p + 3)) || p[3] == '/' || scan_blanks(p + 3) == 0 ||
        (scan_noun(v->language, p + 3, &len, &dotted, NULL) == NULL && !is_part_of(v, p + 3)))
        return (struct fraction){0, 0, 0};
    f.part = (unsigned)(p[0] - '0');
    f.of = (unsigned)(p[2] - '0');
    return f;
}

static void say_fraction(struct verbaliser *v, const struct fraction *f, enum noun_case nc)
{
    const struct language *l = v->language;
    const char *row = f->of == 2   ? l->half_noun
                      : f->of == 4 ? f->part == 1   ? l->quarter
                                     : f->part == 3 ? l->quarters
                                                    : NULL
                      : f->of == 3 ? f->part == 1 ? l->third : l->thirds
                                   : NULL;

    if (row != NULL) {
        row_put(&v->out, row, nc);
        return;
    }
    bool straight = nc == NOM || nc == ACC;
    numeral_cardinal(&v->out, l, f->part, FEMALE, nc);
    buf_putc(&v->out, ' ');
    if (f->part == 1)
        numeral_ordinal(&v->out, l, f->of, FEMALE, nc);
    else
        numeral_ordinal(&v->out, l, f->of, MANY, straight ? GEN : nc);
}

/* What is there: a whole number, a fraction, a noun. */
struct mixed {
    uint64_t whole;
    struct fraction f;
    size_t digits; /* of the whole; 0: there is none */
    const struct noun *noun;
    bool halved;     /* a half of the noun has a word of its own */
    const char *end; /* behind the noun, or behind the fraction */
};

static bool scan_mixed(const struct verbaliser *v, struct mixed *m)
{
    const struct language *l = v->language;
    bool dotted = false;
    size_t len = 0;

    m->digits = strspn(v->p, "0123456789");
    if (m->digits > 3)
        return false;
    for (size_t i = 0; i < m->digits; i++)
        m->whole = m->whole * 10 + (uint64_t)(v->p[i] - '0');
    m->f = scan_sign(v->p + m->digits);
    if (m->digits == 1 && m->f.len == 0) {
        m->f = scan_written(v);
        m->digits = 0;
    }
    if (m->f.len == 0)
        return false;
    const char *end = v->p + m->digits + m->f.len;
    m->noun = scan_noun(l, end, &len, &dotted, NULL);
    m->end = end;
    if (m->noun == NULL)
        return true;
    m->halved = numeral_is_halved(l, m->noun);
    m->end = end + (dotted && scan_ends_sentence(end + len) ? len - 1 : len);
    return true;
}

static void say_mixed(struct verbaliser *v, const struct mixed *m, enum noun_case nc)
{
    const struct language *l = v->language;

    if (m->digits > 0) {
        numeral_cardinal(&v->out, l, m->whole, m->noun == NULL ? MALE : m->noun->gender, nc);
        buf_putc(&v->out, ' ');
        row_put(&v->out, l->joins, 0);
        buf_putc(&v->out, ' ');
    }
    bool half = m->f.of == 2 && m->digits == 0;
    if (half && m->halved) {
        buf_puts(&v->out, l->half_of);
        row_put(&v->out, m->noun->one, GEN);
        return;
    }
    const char *behind = v->p + m->f.len;
    if (half && l->half_before != NULL && char_is_letter(char_at(behind + scan_blanks(behind))))
        buf_puts(&v->out, l->half_before);
    else
        say_fraction(v, &m->f, nc);
    if (m->noun != NULL) {
        buf_putc(&v->out, ' ');
        row_put(&v->out, m->noun->one, GEN);
    }
}

/* "¼ години", "1¾ л", "1/2 години". "2½ години" is said as 2,5 is. */
bool verbalise_fraction(struct verbaliser *v)
{
    const struct language *l = v->language;
    uint32_t before = char_before(v->start, v->p);
    struct mixed m = {.digits = 0};
    enum noun_case nc = NOM;

    if (l->quarter == NULL || l->ordinal[1].text == NULL || before == '/' ||
        char_is_digit(before) || char_is_letter(before) || !scan_mixed(v, &m) ||
        (m.f.of == 2 && m.digits > 0 && m.noun != NULL))
        return false;
    (void)verbalise_case(v, KIND_NUMBER, &nc);
    say_mixed(v, &m, nc);
    return verbalise_done(v, m.end, KIND_NUMBER, nc);
}

/* ==== percents ================================================================================ */

/* "двадцяти п'яти" -> "двадцятип'яти" */
static void join_words(struct buf *b, size_t from)
{
    size_t to = from;

    for (size_t i = from; i < b->len; i++)
        if (b->data[i] != ' ')
            b->data[to++] = b->data[i];
    b->len = to;
}

bool verbalise_percent(struct verbaliser *v)
{
    const struct language *l = v->language;
    struct amount a;

    if (l->percent_of == NULL || char_is_letter(char_before(v->start, v->p)) ||
        !scan_amount(v->p, &a) || a.places > 0 || a.whole == 0 || a.whole > 100)
        return false;
    const char *sign = v->p + a.len + scan_blanks(v->p + a.len);
    if (*sign != '%')
        return false;
    const char *noun = sign + 1 + scan_blanks(sign + 1);
    for (const struct percent_of *of = l->percent_of; of->noun != NULL; of++) {
        size_t start = v->out.len;
        if (scan_key(noun, of->noun, false) == 0)
            continue;
        if (a.whole < 5 && l->compound[a.whole] != NULL)
            buf_puts(&v->out, l->compound[a.whole]);
        else if (a.whole == 100)
            row_put(&v->out, l->hundreds[1], NOM);
        else
            numeral_cardinal(&v->out, l, a.whole, MALE, GEN);
        if (buf_err(&v->out) == ERR_OK)
            join_words(&v->out, start);
        buf_puts(&v->out, of->adjective);
        return verbalise_done(v, sign + 1, KIND_NONE, NOM);
    }
    return false;
}
