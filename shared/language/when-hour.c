#include <string.h>

#include "language/when-inside.h"

#define NOON     720
#define MIDNIGHT 1440

/* How the hour may be written: "о десятій" (an ordinal of feminine gender), "в десять". */
struct hour {
    int hour;
    uint32_t forms;
    bool ordinal; /* as a word or "10-й" */
    bool exact;   /* of twenty-four: 15, 09 */
    size_t n;
};

static const uint32_t female = FORMS_OF(FEMALE);

/* ==== hours and minutes ======================================================================= */

static bool hour_number(const struct when_reader *r, size_t i, struct hour *h)
{
    int value = 0;
    uint32_t forms = 0;

    h->n = when_ordinal(r, i, &value, &forms);
    h->ordinal = h->n > 0;
    if (h->n > 0 && (forms & female) == 0)
        return false;
    if (h->n == 0)
        h->n = when_cardinal(r, i, &value, &forms);
    if (h->n == 0 || value > 24)
        return false;
    const struct token *t = &r->token[i];
    h->hour = value;
    h->forms = forms;
    h->exact =
        value > 12 || value == 0 || (t->kind == TOKEN_FIGURE && t->digits == 2 && value < 10);
    return true;
}

/* Minutes behind an hour: two figures, "тридцять", "нуль п'ять", with or without their word. */
static size_t minutes_behind(const struct when_reader *r, size_t i, int *ret)
{
    uint32_t forms = 0;
    int value = 0;
    int more = 0;
    size_t n = i < r->n && !r->token[i].stop ? when_cardinal(r, i, &value, &forms) : 0;

    if (n == 0 || value > 59)
        return 0;
    const struct token *t = &r->token[i];
    size_t word = when_words(r, i + n, WHEN_MINUTE);
    if (t->kind == TOKEN_FIGURE && t->digits != 2 && word == 0)
        return 0;
    if (t->kind == TOKEN_WORD && value == 0) {
        size_t m = when_cardinal(r, i + n, &more, &forms);
        if (m == 0 || more > 9 || r->token[i + n].kind != TOKEN_WORD)
            return 0;
        *ret = more;
        n += m;
        return n + when_words(r, i + n, WHEN_MINUTE);
    }
    if (t->kind == TOKEN_WORD && value < 10 && word == 0)
        return 0;
    if (word == 0 && (when_is_number(r, i + n) || when_words(r, i + n, WHEN_COUNTED) > 0))
        return 0;
    *ret = value;
    return n + word;
}

/* "ранку", "вечора": what half of the day it is. */
static void put_half(struct when_clock *c, int of)
{
    int hour = c->minutes / 60;

    if (!c->open)
        return;
    c->open = false;
    if (hour == 12 && (of == 0 || of == 3))
        c->minutes -= NOON;
    else if (hour < 12 && (of == 2 || (of == 1 && hour < 8) || (of == 3 && hour > 6)))
        c->minutes += NOON;
}

static void set(struct when_clock *c, int hour, int minute, bool exact)
{
    c->minutes = hour * 60 + minute;
    c->open = !exact && hour <= 12;
    if (!exact && c->minutes >= NOON + 60)
        c->minutes -= NOON;
}

static size_t half_behind(const struct when_reader *r, size_t i, struct when_clock *c)
{
    struct when_match of;

    (void)when_word(r, i, WHEN_OF, &of);
    if (of.n > 0)
        put_half(c, of.value);
    return of.n;
}

/* ==== hours that are told by the next one ===================================================== */

/* "десять хвилин", "чверть", "пів": minutes before the name of an hour. */
static size_t minutes_of(const struct when_reader *r, size_t i, int *ret, bool *ret_sure)
{
    struct when_match quarter;
    uint32_t forms = 0;
    size_t n = 0;

    *ret_sure = true;
    if (when_word(r, i, WHEN_QUARTER, &quarter)) {
        *ret = quarter.value;
        return quarter.n;
    }
    if ((n = when_words(r, i, WHEN_HALF)) > 0) {
        *ret = 30;
        return n;
    }
    n = when_cardinal(r, i, ret, &forms);
    if (n == 0 || *ret < 1 || *ret > 59)
        return 0;
    size_t word = when_words(r, i + n, WHEN_MINUTE);
    *ret_sure = word > 0;
    return n + word;
}

/* The hour that such minutes belong to: "сьому", "седьмого", "7". */
static size_t hour_of(const struct when_reader *r, size_t i, uint32_t ordinals, bool cardinal,
                      int *ret)
{
    uint32_t forms = 0;
    size_t n = when_ordinal(r, i, ret, &forms);

    if (n > 0 && (forms & ordinals) == 0)
        return 0;
    if (n == 0 && cardinal)
        n = when_cardinal(r, i, ret, &forms);
    if (n == 0 && cardinal && *ret == 0) {
        n = when_own_words(r, i, WHEN_ONE);
        *ret = 1;
    }
    return n > 0 && *ret >= 1 && *ret <= 12 ? n + when_words(r, i + n, WHEN_HOUR) : 0;
}

/* "за чверть шоста", "без десяти пять". */
static size_t lacking(const struct when_reader *r, size_t i, struct when_clock *c)
{
    int minutes = 0;
    int hour = 0;
    bool sure = false;
    size_t n = when_words(r, i, WHEN_LACKS);
    size_t m = n == 0 ? 0 : minutes_of(r, i + n, &minutes, &sure);
    size_t h = m == 0 ? 0 : hour_of(r, i + n + m, female, true, &hour);

    if (h == 0 || minutes > 30)
        return 0;
    set(c, hour == 1 ? 12 : hour - 1, 60 - minutes, false);
    return n + m + h;
}

/* "чверть на сьому", "двадцать минут третьего", "пів одинадцятої", "двадцять по восьмій". */
static size_t of_next(const struct when_reader *r, size_t i, struct when_clock *c)
{
    const uint32_t later = FORM(FEMALE, ACC) | FORM(FEMALE, GEN) | FORM(MALE, GEN);
    int minutes = 0;
    int hour = 0;
    bool sure = false;
    size_t n = minutes_of(r, i, &minutes, &sure);
    size_t join = n == 0 ? 0 : when_words(r, i + n, WHEN_PAST);
    size_t h = join == 0 ? 0 : hour_of(r, i + n + join, female, sure, &hour);

    if (n == 0)
        return 0;
    if (h > 0) {
        set(c, hour, minutes, false);
        return n + join + h;
    }
    join = when_words(r, i + n, WHEN_INTO);
    h = hour_of(r, i + n + join, join > 0 ? FORM(FEMALE, ACC) : later, false, &hour);
    if (h > 0 && (join > 0 || sure)) {
        set(c, hour == 1 ? 12 : hour - 1, minutes, false);
        return n + join + h;
    }
    join = when_words(r, i + n, WHEN_BEFORE);
    h = join > 0 && sure ? hour_of(r, i + n + join, female, true, &hour) : 0;
    if (h == 0 || minutes > 30)
        return 0;
    set(c, hour == 1 ? 12 : hour - 1, 60 - minutes, false);
    return n + join + h;
}

static size_t glued(const struct when_reader *r, size_t i, struct when_clock *c)
{
    int hour = when_glued(r, i);

    if (hour < 1 || hour > 12)
        return 0;
    set(c, hour == 1 ? 12 : hour - 1, 30, false);
    return 1;
}

static size_t relative(const struct when_reader *r, size_t i, struct when_clock *c)
{
    size_t n = lacking(r, i, c);

    if (n == 0)
        n = of_next(r, i, c);
    return n > 0 ? n : glued(r, i, c);
}

/* ==== a whole time ============================================================================ */

/* What may stand before an hour, and so decides what may be one. */
enum before { BEFORE_NOTHING, BEFORE_AT, BEFORE_BOUND, BEFORE_BETWEEN };

struct place {
    enum before before;
    int at;          /* the value of such a WHEN_AT */
    bool behind_day; /* nothing but little words since a day */
};

static bool is_month_next(const struct when_reader *r, size_t i)
{
    int month = 0;

    return when_month(r, i, &month) > 0 || when_words(r, i, WHEN_OF_MONTH) > 0;
}

/* 10:30, 10.30, 10-30, 1030. */
static size_t written(const struct when_reader *r, size_t i, enum before before,
                      struct when_clock *c)
{
    const struct token *t = i < r->n ? &r->token[i] : NULL;
    bool asked = r->ask->asked == WHEN_ASKED_TIME || r->ask->asked == WHEN_ASKED_CHOICE;

    if (t == NULL || (t->kind != TOKEN_GROUP && t->kind != TOKEN_FIGURE))
        return 0;
    int hour = t->part[0];
    int minute = t->part[1];
    if (t->kind == TOKEN_FIGURE) {
        bool alone = !when_is_number(r, i + 1) && (i == 0 || !when_is_number(r, i - 1));
        bool wanted = before != BEFORE_NOTHING || asked;
        if (t->digits != 4 || !alone || !wanted || when_words(r, i + 1, WHEN_COUNTED) > 0)
            return 0;
        hour = t->part[0] / 100;
        minute = t->part[0] % 100;
    } else if (t->parts != 2 || t->sign == '/' || (t->sign == '-' && minute % 5 != 0)) {
        return 0;
    }
    bool zero = r->ask->text[t->from] == '0';
    if (hour > 24 || minute > 59 || (hour == 24 && minute > 0))
        return 0;
    set(c, hour, minute, zero || hour > 12 || hour == 0);
    return 1 + when_words(r, i + 1, WHEN_HOUR);
}

static bool form_fits(const struct hour *h, const struct place *p)
{
    enum before before = p->before;
    int at = p->at;

    if (h->forms == FORM_ANY)
        return true;
    if (h->ordinal)
        return before != BEFORE_AT || (h->forms & ~FORM(FEMALE, NOM)) != 0 || at == 2;
    if (before == BEFORE_AT && at < 2)
        return (h->forms & (FORM(MALE, NOM) | FORM(MALE, ACC))) != 0;
    if (before == BEFORE_AT && at == 3)
        return (h->forms & FORM(MALE, ACC)) != 0;
    if (before == BEFORE_BOUND)
        return (h->forms & FORM(MALE, GEN)) != 0;
    if (before == BEFORE_BETWEEN)
        return (h->forms & FORM(MALE, INS)) != 0;
    return true;
}

/* May a number be an hour with nothing before it? */
static bool may_stand_alone(const struct when_reader *r, const struct hour *h, bool told,
                            bool behind_day)
{
    if (told || r->ask->asked == WHEN_ASKED_TIME)
        return true;
    if (r->ask->asked == WHEN_ASKED_CHOICE)
        return h->hour > r->ask->offers || (h->ordinal && behind_day);
    return behind_day && h->ordinal;
}

static size_t one_oclock(const struct when_reader *r, size_t i, struct hour *h)
{
    size_t n = when_own_words(r, i, WHEN_ONE);

    *h = (struct hour){.hour = 1, .forms = FORM_ANY, .n = n};
    return n;
}

/* A telephone number and the like: nobody said what its first part is. */
static bool is_behind_number(const struct when_reader *r, size_t i)
{
    return i > 0 && when_is_number(r, i - 1) && !r->token[i - 1].used;
}

/* Is the number an hour, by what follows it at `i`? `named`: a word says that it is one. */
static bool may_end_at(const struct when_reader *r, size_t i, const struct hour *h, bool minutes,
                       bool named)
{
    if (named)
        return true;
    bool noun = h->ordinal && !minutes && when_is_noun(r, i); /* "на першу консультацію" */
    return !when_is_number(r, i) && !is_month_next(r, i) && !noun &&
           when_words(r, i, WHEN_COUNTED) == 0;
}

/* An hour by its number, with its minutes and its half of the day. */
static size_t numbered(const struct when_reader *r, size_t i, const struct place *p,
                       struct when_clock *c)
{
    struct hour h = {.n = 0};
    int minute = 0;
    bool nothing = p->before == BEFORE_NOTHING;
    bool one = !nothing && one_oclock(r, i, &h) > 0;

    if (!one && (!hour_number(r, i, &h) || !form_fits(&h, p)))
        return 0;
    size_t n = h.n;
    size_t word = one ? 0 : when_words(r, i + n, WHEN_HOUR);
    n += word;
    size_t past = when_words(r, i + n, WHEN_HALF_PAST);
    size_t m = past > 0 ? past : minutes_behind(r, i + n, &minute);
    minute = past > 0 ? 30 : minute;
    n += m;
    set(c, h.hour, minute, h.exact);
    size_t half = half_behind(r, i + n, c);
    bool told = m > 0 || half > 0 || (word > 0 && nothing);
    if (nothing && !may_stand_alone(r, &h, told, p->behind_day))
        return 0;
    bool named = word > 0 || half > 0;
    bool behind = nothing && half == 0 && is_behind_number(r, i);
    return behind || !may_end_at(r, i + n + half, &h, m > 0, named) ? 0 : n + half;
}

static size_t noon(const struct when_reader *r, size_t i, struct when_clock *c)
{
    struct when_match m;

    if (!when_word(r, i, WHEN_NOON, &m))
        return 0;
    *c = (struct when_clock){.minutes = m.value};
    return m.n;
}

static size_t clock_at(const struct when_reader *r, size_t i, const struct place *p,
                       struct when_clock *c)
{
    size_t n = 0;

    while (when_words(r, i + n, WHEN_ABOUT) > 0)
        n += when_words(r, i + n, WHEN_ABOUT);
    struct when_match more;
    if (p->before == BEFORE_BOUND && when_word(r, i + n, WHEN_AT, &more))
        n += more.n;
    size_t m = noon(r, i + n, c);
    if (m > 0)
        return n + m;
    m = relative(r, i + n, c);
    if (m == 0)
        m = written(r, i + n, p->before, c);
    if (m > 0)
        return n + m + half_behind(r, i + n + m, c);
    m = numbered(r, i + n, p, c);
    return m == 0 ? 0 : n + m;
}

/* ==== bounds and parts ======================================================================== */

static const struct place in_bound = {.before = BEFORE_BOUND};
static const struct place in_between = {.before = BEFORE_BETWEEN};

static size_t between(const struct when_reader *r, size_t i, struct when_hours *h)
{
    size_t n = when_words(r, i, WHEN_BETWEEN);
    size_t a = n == 0 ? 0 : clock_at(r, i + n, &in_between, &h->from);
    size_t and = a == 0 ? 0 : when_words(r, i + n + a, WHEN_AND);
    size_t b = and == 0 ? 0 : clock_at(r, i + n + a + and, &in_between, &h->to);

    return b == 0 ? 0 : n + a + and+b;
}

/* "з десятої до дванадцятої", "з десятої". */
static size_t range(const struct when_reader *r, size_t i, struct when_hours *h)
{
    size_t n = when_words(r, i, WHEN_FROM);
    size_t a = n == 0 ? 0 : clock_at(r, i + n, &in_bound, &h->from);
    size_t until = a == 0 ? 0 : when_words(r, i + n + a, WHEN_UNTIL);
    size_t b = until == 0 ? 0 : clock_at(r, i + n + a + until, &in_bound, &h->to);

    if (b > 0)
        return n + a + until + b;
    h->to = (struct when_clock){.minutes = -1};
    return a == 0 ? 0 : n + a;
}

/* 9-18, 10:00-12:00 */
static size_t short_range(const struct when_reader *r, size_t i, struct when_hours *h)
{
    const struct token *t = i < r->n ? &r->token[i] : NULL;

    if (t == NULL || t->kind != TOKEN_GROUP || t->parts != 2 || t->sign != '-' || t->part[0] > 24 ||
        t->part[1] > 24 || t->part[1] % 5 == 0)
        return 0;
    set(&h->from, t->part[0], 0, t->part[0] > 12);
    set(&h->to, t->part[1], 0, t->part[1] > 12);
    return 1;
}

static size_t bound(const struct when_reader *r, size_t i, struct when_hours *h)
{
    struct when_match m;
    bool after = when_word(r, i, WHEN_AFTER, &m);

    if (!after && !when_word(r, i, WHEN_BEFORE, &m))
        return 0;
    if (i + m.n < r->n && r->token[i + m.n].stop) /* "пізніше, о п'ятій" */
        return 0;
    size_t n = clock_at(r, i + m.n, &in_bound, after ? &h->from : &h->to);
    return n == 0 ? 0 : m.n + n;
}

static size_t part(const struct when_reader *r, size_t i, struct when_hours *h)
{
    struct when_match m;
    struct when_match at;

    (void)when_word(r, i, WHEN_AT, &at);
    if (!when_word(r, i, WHEN_PART, &m)) {
        if (at.n == 0 || !when_word(r, i + at.n, WHEN_PART, &m))
            return 0;
        m.n += at.n;
    }
    h->part = true;
    h->from.minutes = m.value;
    h->to.minutes = m.more;
    return m.n;
}

static void clear(struct when_hours *h)
{
    *h = (struct when_hours){.at.minutes = -1, .from.minutes = -1, .to.minutes = -1};
}

static size_t bounds_at(const struct when_reader *r, size_t i, struct when_hours *h)
{
    static size_t (*const readers[])(const struct when_reader *, size_t, struct when_hours *) = {
        part, between, bound, range, short_range};

    for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
        clear(h);
        size_t n = readers[k](r, i, h);
        if (n > 0)
            return n;
    }
    clear(h);
    return 0;
}

/* "о десятій", "часов в пять", "десь о п'ятій". */
static size_t point_at(const struct when_reader *r, size_t i, bool behind_day, struct when_hours *h)
{
    struct when_match at;
    struct place place = {.behind_day = behind_day};
    size_t n = clock_at(r, i, &place, &h->at);

    if (n > 0)
        return n;
    if (!when_word(r, i, WHEN_AT, &at))
        return 0;
    h->about = at.value == 2;
    place.before = BEFORE_AT;
    place.at = at.value;
    n = at.n;
    struct when_match more;
    if (at.value == 2 && when_word(r, i + n, WHEN_AT, &more))
        n += more.n;
    size_t m = clock_at(r, i + n, &place, &h->at);
    return m == 0 ? 0 : n + m;
}

size_t when_hours_at(const struct when_reader *r, size_t i, bool behind_day, struct when_hours *ret)
{
    size_t n = bounds_at(r, i, ret);

    return n > 0 ? n : point_at(r, i, behind_day, ret);
}
