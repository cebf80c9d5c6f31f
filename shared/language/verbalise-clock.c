#include <string.h>

#include "language/reader.h"

/* Hours and dates. */

static bool said_before(const struct reader *r, const char *words)
{
    char word[WORD_MAX];

    return word_before(r->start, r->p, word) > 0 && row_has(words, word, NULL);
}

static bool counted(const struct reader *r, const char *p)
{
    size_t len = 0;
    bool dotted = false;
    const struct noun *n = scan_noun(r->tongue, p, &len, &dotted, NULL);

    return n != NULL && strcmp(n->one, r->tongue->hour.one) != 0;
}

/* With a colon it is an hour; with a full stop or a hyphen only where nothing else fits. */
static bool is_hour(const struct reader *r, const struct clock_time *c)
{
    enum grammar g = NOM;
    bool at = said_before(r, r->tongue->at);

    if (c->sign == ':')
        return true;
    if (counted(r, r->p + c->len))
        return false;
    if (c->sign == '-')
        return at && (c->minute == 0 || c->minute == 30);
    if (at || reader_joined(r, KIND_CLOCK, true))
        return true;
    if (c->minute >= 1 && c->minute <= 12)
        return false;
    return c->minute % 5 == 0 && (c->minute == 0 || c->hour >= 9 || reader_case(r, KIND_CLOCK, &g));
}

static bool is_round(const struct clock_time *c)
{
    return c->minute == 0;
}

/* "в десять, одиннадцать и двенадцать часов": the word for hours is said once. */
static bool hours_follow(const struct reader *r, const char *p)
{
    struct clock_time next;
    char word[WORD_MAX];
    size_t n = scan_joint(r->tongue, p);

    if (n == 0) {
        size_t blanks = scan_blanks(p);
        n = scan_word(p + blanks, word);
        if (n == 0 || strcmp(word, r->tongue->to) != 0)
            return false;
        n += blanks;
        n += scan_blanks(p + n);
    }
    return scan_time(p + n, &next) && next.sign != '-';
}

static void say_hour(struct reader *r, const struct clock_time *c, enum grammar g, bool bare)
{
    const struct tongue *t = r->tongue;
    uint64_t hour = (uint64_t)c->hour;

    if (t->hour_is_ordinal) {
        numeral_ordinal(&r->out, t, hour, FEMALE, g);
        if (hour > 0 || c->minute > 0)
            return;
        buf_putc(&r->out, ' ');
        row_put(&r->out, t->hour.one, g);
        return;
    }
    if (hour == 1) {
        row_put(&r->out, t->hour.one, g);
        return;
    }
    numeral_cardinal(&r->out, t, hour, MALE, g);
    if (!is_round(c) || bare)
        return;
    buf_putc(&r->out, ' ');
    numeral_noun(&r->out, t, &t->hour, hour, g);
}

static void say_time(struct reader *r, const struct clock_time *c, enum grammar g, bool bare)
{
    const struct tongue *t = r->tongue;

    say_hour(r, c, g, bare);
    if (is_round(c))
        return;
    buf_putc(&r->out, ' ');
    if (c->minute < 10) {
        row_put(&r->out, t->zero, NOM);
        buf_putc(&r->out, ' ');
    }
    numeral_cardinal(&r->out, t, (uint64_t)c->minute, FEMALE, t->hour_is_ordinal ? NOM : g);
}

/* "10:30 год." says the hour twice; what is swallowed of it. */
static size_t hour_word(const struct reader *r, const struct clock_time *c, const char *p)
{
    size_t len = 0;
    bool dotted = false;
    const struct noun *n = scan_noun(r->tongue, p, &len, &dotted, NULL);

    if (n == NULL || strcmp(n->one, r->tongue->hour.one) != 0)
        return 0;
    size_t key = scan_keys(p + scan_blanks(p), n->keys, false);
    if (key == 0 && (r->tongue->hour_is_ordinal || !is_round(c)))
        return 0;
    return dotted && at_sentence_end(p + len) ? len - 1 : len;
}

static bool read_hours(struct reader *r, const struct clock_time *c, size_t dash,
                       const struct clock_time *to)
{
    enum grammar g = GEN;
    bool asked = reader_case(r, KIND_CLOCK, &g);

    if (!asked && c->hour == 0 && c->minute == 0 && to->hour == 24) {
        buf_puts(&r->out, r->tongue->all_day);
        return reader_done(r, r->p + c->len + dash + to->len, KIND_CLOCK, GEN);
    }
    if (!asked) {
        g = GEN;
        buf_printf(&r->out, "%s ", r->tongue->from);
    }
    say_time(r, c, g, true);
    buf_printf(&r->out, " %s ", r->tongue->to);
    const char *end = r->p + c->len + dash + to->len;
    size_t word = hour_word(r, to, end);
    say_time(r, to, GEN, false);
    return reader_done(r, end + word, KIND_CLOCK, GEN);
}

bool read_clock(struct reader *r)
{
    struct clock_time c;
    struct clock_time to;
    enum grammar g = NOM;

    if (char_is_digit(char_before(r->start, r->p)) || !scan_time(r->p, &c) || !is_hour(r, &c))
        return false;
    const char *end = r->p + c.len;
    size_t dash = scan_dash(end, true);
    if (dash > 0 && scan_time(end + dash, &to) && to.sign == c.sign)
        return read_hours(r, &c, dash, &to);
    if (!reader_case(r, KIND_CLOCK, &g))
        g = NOM;
    say_time(r, &c, g, hours_follow(r, end));
    end += hour_word(r, &c, end);
    return reader_done(r, end, KIND_CLOCK, g);
}

static void say_date(struct reader *r, const struct date *d, enum grammar g)
{
    const struct tongue *t = r->tongue;

    numeral_ordinal(&r->out, t, (uint64_t)d->day, NEUTER, g);
    if (d->month == 0)
        return;
    buf_putc(&r->out, ' ');
    row_put(&r->out, t->months, (size_t)d->month - 1);
    if (d->year == 0)
        return;
    buf_putc(&r->out, ' ');
    numeral_ordinal(&r->out, t, (uint64_t)d->year, MALE, GEN);
    buf_printf(&r->out, " %s", t->years);
}

/* The year's own word, if it stands there: "року", "р.". */
static size_t year_word(const struct reader *r, const char *p)
{
    size_t blanks = scan_blanks(p);

    for (const struct ordered *o = r->tongue->ordered; o->word != NULL; o++) {
        size_t n = o->least == 1000 && o->grammar == GEN && o->after == NULL
                       ? scan_key(p + blanks, o->word, false)
                       : 0;
        if (n > 0 && p[blanks + n - 1] == '.' && at_sentence_end(p + blanks + n))
            n--;
        if (n > 0)
            return blanks + n;
    }
    return 0;
}

/* " листопада 2026 року" after a day */
static size_t scan_month(const struct reader *r, const char *p, struct date *d)
{
    char word[WORD_MAX];
    size_t month = 0;
    size_t len = scan_blanks(p);
    size_t n = scan_word(p + len, word);

    if (len == 0 || n == 0 || !row_has(r->tongue->months, word, &month) || d->day < 1 ||
        d->day > 31)
        return 0;
    len += n;
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
static bool scan_any_date(const struct reader *r, const char *p, struct date *ret)
{
    struct date d = {0};
    struct amount a;

    if (scan_date(p, ret))
        return !counted(r, p + ret->len);
    if (!scan_amount(p, &a) || a.places > 0 || a.len > 2)
        return false;
    d.day = (int)a.whole;
    size_t n = scan_month(r, p + a.len, &d);
    if (n == 0)
        return false;
    d.len = a.len + n;
    *ret = d;
    return true;
}

/* " по " or " до " between two days. */
static size_t scan_until(const struct reader *r, const char *p)
{
    char word[WORD_MAX];
    size_t blanks = scan_blanks(p);
    size_t n = scan_word(p + blanks, word);

    if (blanks == 0 || n == 0 || (strcmp(word, "по") != 0 && strcmp(word, r->tongue->to) != 0) ||
        !reader_has_from(r))
        return 0;
    return blanks + n + scan_blanks(p + blanks + n);
}

/* "21-25 листопада", "21 та 22 листопада", "21.11-25.11": the first of two days. */
static bool scan_first_day(const struct reader *r, struct date *ret, size_t *ret_between,
                           struct date *ret_second)
{
    struct date d = {0};
    struct amount a;
    bool whole = scan_any_date(r, r->p, &d);

    if (!whole) {
        if (!scan_amount(r->p, &a) || a.places > 0 || a.len > 2 || a.whole < 1 || a.whole > 31)
            return false;
        d.day = (int)a.whole;
        d.len = a.len;
    }
    const char *end = r->p + d.len;
    *ret_between = scan_dash(end, true);
    bool range = *ret_between > 0;
    if (!range && !whole)
        *ret_between = scan_joint(r->tongue, end);
    if (!range && !whole && *ret_between == 0)
        *ret_between = scan_until(r, end);
    if (*ret_between == 0 || !scan_any_date(r, end + *ret_between, ret_second))
        return false;
    *ret = d;
    return whole || ret_second->month > 0;
}

static bool read_two_dates(struct reader *r)
{
    struct date first;
    struct date second;
    size_t between = 0;
    enum grammar g = GEN;

    if (!scan_first_day(r, &first, &between, &second))
        return false;
    const char *end = r->p + first.len;
    bool range = scan_dash(end, true) > 0;
    if (!reader_case(r, KIND_DATE, &g))
        g = GEN;
    if (!range) {
        say_date(r, &first, g);
        return reader_done(r, end, KIND_DATE, g);
    }
    if (!reader_has_from(r))
        buf_printf(&r->out, "%s ", r->tongue->from);
    say_date(r, &first, GEN);
    buf_printf(&r->out, " %s ", r->tongue->date_to);
    say_date(r, &second, r->tongue->date_to_case);
    end += between + second.len;
    return reader_done(r, end + (second.year == 0 ? 0 : year_word(r, end)), KIND_DATE, GEN);
}

bool read_date(struct reader *r)
{
    struct date d;
    enum grammar g = GEN;

    if (!char_is_digit(char_at(r->p)) || char_is_digit(char_before(r->start, r->p)))
        return false;
    if (read_two_dates(r))
        return true;
    if (!scan_any_date(r, r->p, &d))
        return false;
    if (!reader_case(r, KIND_DATE, &g))
        g = GEN;
    say_date(r, &d, g);
    const char *end = r->p + d.len;
    return reader_done(r, end + (d.year == 0 ? 0 : year_word(r, end)), KIND_DATE, g);
}
