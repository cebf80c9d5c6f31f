#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Days of the week in short: "пн-пт", "вт, чт", "пн/ср/пт", "по сб". */

#define EACH NOUN_CASE__MAX /* the form behind "по" in a row of weekday_forms */

#define MIDDLE 2 /* the day whose short form is also "ср.", "средний" */

/* The day in short at `p` and its bytes, without a full stop; 0: none. */
static size_t scan_day(const struct language *l, const char *p, size_t *ret)
{
    char word[SCAN_WORD_MAX];
    size_t n = scan_word(p, word);

    if (n == 0 || !row_find(l->weekdays, word, strlen(word), ret) ||
        char_is_digit(char_at(p + n)) || (p[n] == '-' && char_is_digit(char_at(p + n + 1))))
        return 0;
    return n;
}

/* With the full stop, unless that ends the sentence. */
static const char *behind_day(const char *end)
{
    if (*end != '.')
        return end;
    bool joined = scan_dash(end + 1, true) > 0 || end[1] == ',' || end[1] == '/' || end[1] == ':';
    return end + (joined || !scan_ends_sentence(end + 1));
}

static void put_day(struct verbaliser *v, size_t day, size_t form, bool capital)
{
    size_t n = 0;
    const char *piece = row_piece(v->language->weekday_forms[day], form, &n);
    const char *next = piece;
    uint32_t c = text_next(&next);
    char utf8[4];

    buf_put(&v->out, utf8, text_encode(capital ? char_upper(c) : c, utf8));
    buf_put(&v->out, next, n - (size_t)(next - piece));
}

static void put_from(struct verbaliser *v, bool capital)
{
    const char *next = v->language->from;
    uint32_t c = text_next(&next);
    char utf8[4];

    buf_put(&v->out, utf8, text_encode(capital ? char_upper(c) : c, utf8));
    buf_printf(&v->out, "%s ", next);
}

/* The form that what stands before asks for. */
static size_t form_of(const struct verbaliser *v)
{
    const struct language *l = v->language;
    const struct preposition *p = verbalise_preposition(v);
    char word[SCAN_WORD_MAX];

    if (v->day_at == v->p) /* behind a stroke, or the second of two */
        return v->day_form;
    if (p == NULL)
        return verbalise_joined(v, KIND_WEEKDAY, false) ? v->day_form : NOM;
    (void)scan_word_before(v->start, v->p, word);
    if (strcmp(word, l->weekday_each) == 0)
        return v->day_form == GEN && v->last.kind == KIND_WEEKDAY ? ACC : EACH;
    return p->number;
}

/* A day of a date, "2 янв., пт". */
static bool is_of_date(const struct verbaliser *v)
{
    const char *end = v->last.end;

    return end != NULL && v->last.kind == KIND_DATE && v->p != end &&
           end + scan_joint(v->language, end) == v->p;
}

/* Is it one, and not letters that happen to be the same: a word before it with a hyphen, capitals
 * alone? */
static bool stands_here(const struct verbaliser *v)
{
    uint32_t before = char_before(v->start, v->p);

    return !char_is_letter(before) && !char_is_digit(before) &&
           (v->p == v->day_at || (before != '-' && before != '.' && before != '@'));
}

/* "ВС РФ", "ср. вартість": other words that look the same. */
static bool is_other_word(const struct verbaliser *v, size_t day, const char *after)
{
    const char *second = v->p;
    bool dotted = *after == '.';

    (void)text_next(&second);
    bool alone = verbalise_preposition(v) == NULL && !verbalise_joined(v, KIND_WEEKDAY, false) &&
                 v->p != v->day_at && !is_of_date(v);
    after += dotted;
    uint32_t next = char_at(after + scan_blanks(after));
    bool goes_on = scan_blanks(after) > 0 && char_is_letter(next);
    bool capitals = char_is_upper(char_at(second));
    return alone && goes_on && (capitals || (dotted && day == MIDDLE && !char_is_upper(next)));
}

/* "пн-пт": from the one to the other. */
static bool say_days(struct verbaliser *v, size_t first, size_t last, const char *end)
{
    const struct language *l = v->language;
    const struct preposition *p = verbalise_preposition(v);
    bool capital = char_is_upper(char_at(v->p)) && v->out.len == 0;

    if (p == NULL)
        put_from(v, capital);
    bool from = p == NULL || verbalise_behind(v, l->starts);
    put_day(v, first, from ? GEN : form_of(v), false);
    if (from)
        buf_printf(&v->out, " %s ", l->weekday_to);
    else
        buf_putc(&v->out, '-');
    put_day(v, last, from ? l->weekday_to_case : form_of(v), false);
    return verbalise_done(v, end, KIND_NONE, NOM);
}

bool verbalise_weekday(struct verbaliser *v)
{
    const struct language *l = v->language;
    size_t day = 0, other = 0;

    if (l->weekdays == NULL || l->weekday_forms[0] == NULL || !stands_here(v))
        return false;
    size_t n = scan_day(l, v->p, &day);
    if (n == 0)
        return false;
    const char *end = behind_day(v->p + n);
    size_t dash = scan_dash(end, true);
    size_t second = dash == 0 ? 0 : scan_day(l, end + dash, &other);
    if (second > 0)
        return say_days(v, day, other, behind_day(end + dash + second));
    if (is_other_word(v, day, v->p + n))
        return false;
    if (dash > 0 && *end == '-' && char_is_letter(char_at(end + 1)))
        return false;
    if (is_of_date(v)) {
        buf_printf(&v->out, "%s ", l->weekday_on);
        put_day(v, day, ACC, false);
        return verbalise_done(v, end, KIND_NONE, NOM);
    }
    size_t form = form_of(v);
    put_day(v, day, form, char_is_upper(char_at(v->p)) && v->out.len == 0);
    v->day_form = form;
    if (*end == '/' && scan_day(l, end + 1, &other) > 0) {
        buf_puts(&v->out, ", ");
        end++;
        v->day_at = end;
    }
    return verbalise_done(v, end, KIND_WEEKDAY, NOM);
}
