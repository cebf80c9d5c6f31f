#include <string.h>

#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Hours and dates. */

static bool is_hour_noun(const struct language *l, const struct noun *n)
{
    return l->hour.one != NULL && strcmp(n->one, l->hour.one) == 0;
}

static bool counted(const struct verbaliser *v, const char *p)
{
    size_t len = 0;
    bool dotted = false;
    const struct noun *n = scan_noun(v->language, p, &len, &dotted, NULL);

    return n != NULL && !is_hour_noun(v->language, n) && !verbalise_is_letter(v, n, p, len);
}

/* With a colon it is an hour; with a full stop or a hyphen only where nothing else fits. */
static bool is_hour(const struct verbaliser *v, const struct clock_time *c)
{
    enum noun_case nc = NOM;
    bool at = verbalise_behind(v, v->language->at);

    if (c->sign == ':')
        return true;
    if (counted(v, v->p + c->len))
        return false;
    if (c->sign == '-')
        return c->minute == 0 || (at && c->minute == 30);
    if (at || verbalise_joined(v, KIND_CLOCK, true))
        return true;
    if (c->minute >= 1 && c->minute <= 12)
        return false;
    return c->minute % 5 == 0 &&
           (c->minute == 0 || c->hour >= 9 || verbalise_case(v, KIND_CLOCK, &nc));
}

/* "в десять, одиннадцать и двенадцать часов": the word for hours is said once. */
static bool hours_follow(const struct verbaliser *v, const char *p)
{
    struct clock_time next;
    char word[SCAN_WORD_MAX];
    size_t n = scan_joint(v->language, p);

    if (n == 0) {
        size_t blanks = scan_blanks(p);
        n = scan_word(p + blanks, word);
        if (n == 0 || !row_has(v->language->to, word))
            return false;
        n += blanks;
        n += scan_blanks(p + n);
    }
    return scan_time(p + n, &next) && (next.sign != '-' || next.minute == 0);
}

static void say_time(struct verbaliser *v, const struct clock_time *c, enum noun_case nc, bool bare)
{
    numeral_time(&v->out, v->language, c->hour * 60 + c->minute, nc, bare);
}

/* "10:30 год." says the hour twice; what is swallowed of it. */
static size_t hour_word(const struct verbaliser *v, const struct clock_time *c, const char *p)
{
    size_t len = 0;
    bool dotted = false;
    const struct noun *n = scan_noun(v->language, p, &len, &dotted, NULL);

    if (n == NULL || !is_hour_noun(v->language, n))
        return 0;
    size_t key = scan_keys(p + scan_blanks(p), n->keys, false);
    if (key == 0 && (v->language->hour_is_ordinal || c->minute > 0))
        return 0;
    return dotted && scan_ends_sentence(p + len) ? len - 1 : len;
}

static bool read_hours(struct verbaliser *v, const struct clock_time *c, size_t dash,
                       const struct clock_time *to)
{
    enum noun_case nc = GEN;
    bool asked = verbalise_case(v, KIND_CLOCK, &nc);

    if (!asked && c->hour == 0 && c->minute == 0 && to->hour == 24) {
        buf_puts(&v->out, v->language->all_day);
        return verbalise_done(v, v->p + c->len + dash + to->len, KIND_CLOCK, GEN);
    }
    if (!asked) {
        nc = GEN;
        buf_printf(&v->out, "%s ", v->language->from);
    }
    say_time(v, c, nc, true);
    buf_printf(&v->out, " %s ", v->language->to);
    const char *end = v->p + c->len + dash + to->len;
    size_t word = hour_word(v, to, end);
    say_time(v, to, GEN, false);
    return verbalise_done(v, end + word, KIND_CLOCK, GEN);
}

bool verbalise_clock(struct verbaliser *v)
{
    struct clock_time c;
    struct clock_time to;
    enum noun_case nc = NOM;

    if (v->language->hour.one == NULL || char_is_digit(char_before(v->start, v->p)) ||
        !scan_time(v->p, &c) || !is_hour(v, &c))
        return false;
    const char *end = v->p + c.len;
    size_t dash = scan_dash(end, true);
    if (dash > 0 && scan_time(end + dash, &to) && to.sign == c.sign)
        return read_hours(v, &c, dash, &to);
    if (!verbalise_case(v, KIND_CLOCK, &nc))
        nc = NOM;
    say_time(v, &c, nc, hours_follow(v, end));
    end += hour_word(v, &c, end);
    return verbalise_done(v, end, KIND_CLOCK, nc);
}

static void say_date(struct verbaliser *v, const struct date *d, enum noun_case nc)
{
    const struct language *l = v->language;

    numeral_ordinal(&v->out, l, (uint64_t)d->day, l->day_gender, nc);
    if (d->month == 0)
        return;
    buf_putc(&v->out, ' ');
    row_put(&v->out, l->months, (size_t)d->month - 1);
    if (d->year == 0)
        return;
    buf_putc(&v->out, ' ');
    numeral_ordinal(&v->out, l, (uint64_t)d->year, l->year_gender, GEN);
    buf_printf(&v->out, " %s", l->year);
}

/* The year's own word, if it stands there: "року", "р.". */
static size_t year_word(const struct verbaliser *v, const char *p)
{
    size_t blanks = scan_blanks(p);

    for (const struct ordered *o = v->language->ordered; o != NULL && o->word != NULL; o++) {
        size_t n = o->least == 1000 && o->noun_case == GEN && o->after == NULL
                       ? scan_key(p + blanks, o->word, false)
                       : 0;
        if (n > 0 && p[blanks + n - 1] == '.' && scan_ends_sentence(p + blanks + n))
            n--;
        if (n > 0)
            return blanks + n;
    }
    return 0;
}

/* "січ.", "нояб": three letters or more that begin a month's name. */
static bool is_month_short(const struct language *l, const char *word, size_t *ret)
{
    if (scan_letters(word) < 3)
        return false;
    for (size_t k = 0; k < 12; k++) {
        size_t n = 0;
        const char *name = row_piece(l->months, k, &n);
        if (strlen(word) < n && strncmp(name, word, strlen(word)) == 0) {
            *ret = k;
            return true;
        }
    }
    return false;
}

/* " листопада 2026 року" after a day */
static size_t scan_month(const struct verbaliser *v, const char *p, struct date *d)
{
    char word[SCAN_WORD_MAX];
    size_t month = 0;
    size_t len = scan_blanks(p);
    size_t n = scan_word(p + len, word);

    if (len == 0 || n == 0 || d->day < 1 || d->day > 31)
        return 0;
    len += n;
    if (!row_find(v->language->months, word, strlen(word), &month)) {
        if (!is_month_short(v->language, word, &month))
            return 0;
        d->shortened = true;
        len += p[len] == '.' && !scan_ends_sentence(p + len + 1);
    }
    d->month = (int)month + 1;
    size_t blanks = scan_blanks(p + len);
    struct amount year;
    if (blanks > 0 && scan_amount(p + len + blanks, &year) && year.digits == 4 && year.len == 4 &&
        year.whole >= 1000) {
        d->year = (int)year.whole;
        len += blanks + 4;
    }
    return len;
}

/* A whole date at `p`, in figures or with the month's name. */
static bool scan_any_date(const struct verbaliser *v, const char *p, struct date *ret)
{
    struct date d = {0};
    struct amount a;

    if (scan_date(p, ret))
        return ret->year > 0 || !counted(v, p + ret->len);
    if (!scan_amount(p, &a) || a.places > 0 || a.len > 2)
        return false;
    d.day = (int)a.whole;
    size_t n = scan_month(v, p + a.len, &d);
    if (n == 0)
        return false;
    d.len = a.len + n;
    *ret = d;
    return true;
}

/* " до " between two days. */
static size_t scan_until(const struct verbaliser *v, const char *p)
{
    char word[SCAN_WORD_MAX];
    size_t blanks = scan_blanks(p);
    size_t n = scan_word(p + blanks, word);

    if (blanks == 0 || n == 0 || !row_has(v->language->until, word) ||
        !verbalise_behind(v, v->language->starts))
        return 0;
    return blanks + n + scan_blanks(p + blanks + n);
}

/* "21-25 листопада", "21 та 22 листопада", "21.11-25.11": the first of two days. */
static bool scan_first_day(const struct verbaliser *v, struct date *ret, size_t *ret_between,
                           struct date *ret_second)
{
    struct date d = {0};
    struct amount a;
    bool whole = scan_any_date(v, v->p, &d);

    if (!whole) {
        if (!scan_amount(v->p, &a) || a.places > 0 || a.len > 2 || a.whole < 1 || a.whole > 31)
            return false;
        d.day = (int)a.whole;
        d.len = a.len;
    }
    const char *end = v->p + d.len;
    *ret_between = scan_dash(end, true);
    bool range = *ret_between > 0;
    if (!range && !whole)
        *ret_between = scan_joint(v->language, end);
    if (!range && !whole && *ret_between == 0)
        *ret_between = scan_until(v, end);
    if (*ret_between == 0 || !scan_any_date(v, end + *ret_between, ret_second))
        return false;
    *ret = d;
    return whole || ret_second->month > 0;
}

static bool read_two_dates(struct verbaliser *v)
{
    struct date first;
    struct date second;
    size_t between = 0;
    enum noun_case nc = GEN;

    if (!scan_first_day(v, &first, &between, &second))
        return false;
    const char *end = v->p + first.len;
    bool range = scan_dash(end, true) > 0;
    if (!verbalise_case(v, KIND_DATE, &nc))
        nc = GEN;
    if (!range) {
        say_date(v, &first, nc);
        return verbalise_done(v, end, KIND_DATE, nc);
    }
    if (!verbalise_behind(v, v->language->starts))
        buf_printf(&v->out, "%s ", v->language->from);
    say_date(v, &first, GEN);
    buf_printf(&v->out, " %s ", v->language->date_to);
    say_date(v, &second, v->language->date_to_case);
    end += between + second.len;
    return verbalise_done(v, end + (second.year == 0 ? 0 : year_word(v, end)), KIND_DATE, GEN);
}

bool verbalise_date(struct verbaliser *v)
{
    struct date d;
    enum noun_case nc = GEN;

    if (v->language->months == NULL || !char_is_digit(char_at(v->p)) ||
        char_is_digit(char_before(v->start, v->p)))
        return false;
    if (read_two_dates(v))
        return true;
    if (!scan_any_date(v, v->p, &d))
        return false;
    if (!verbalise_case(v, KIND_DATE, &nc))
        nc = d.shortened && v->language->hour_is_ordinal ? NOM : GEN;
    say_date(v, &d, nc);
    const char *end = v->p + d.len;
    return verbalise_done(v, end + (d.year == 0 ? 0 : year_word(v, end)), KIND_DATE, nc);
}
