#include "language/tell.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "language/inside.h"
#include "language/numeral.h"
#include "language/tell-words.h"

#define TEXT_MAX    ((size_t)16 * 1024)
#define DAY_MINUTES (24 * 60)
#define CODE_MAX    8 /* bytes of a currency's code, with its NUL */

static const struct tell_words *words_of(const struct language *l)
{
    return l == NULL ? NULL : l->tell;
}

static const char *text_of(const struct buf *b)
{
    return buf_err(b) == ERR_OK ? buf_text(b) : NULL;
}

/* ==== prepositions ============================================================================ */

/* How a preposition changes before the text that begins at `next`; NULL: it does not. */
static const struct preposition_change *find_change(const struct preposition_change *list,
                                                    const char *word, const char *next)
{
    for (const struct preposition_change *c = list; c != NULL && c->word != NULL; c++)
        if (strcmp(c->word, word) == 0 && strncmp(next, c->before, strlen(c->before)) == 0)
            return c;
    return NULL;
}

/* "із ", "об ": the preposition as it stands before `next`. */
static void put_preposition(struct buf *out, const struct language *l, const char *word,
                            const char *next)
{
    const struct preposition_change *c = find_change(l->tell->changes, word, next);
    const char *end = word + strlen(word);

    if (c == NULL)
        c = find_change(l->preposition_changes, word, next);
    for (size_t drop = c == NULL ? 0 : c->drop; drop > 0; drop--)
        end = char_back(word, end);
    buf_put(out, word, (size_t)(end - word));
    buf_printf(out, "%s ", c == NULL ? "" : c->add);
}

/* ==== days ==================================================================================== */

/* "четвертого грудня", with `year` "четвертого грудня дві тисячі двадцять шостого року". */
static void put_date(struct buf *out, const struct language *l, struct date d, bool year,
                     enum noun_case noun_case)
{
    numeral_ordinal(out, l, (uint64_t)d.day, l->day_gender, noun_case);
    buf_putc(out, ' ');
    row_put(out, l->months, (size_t)d.month - 1);
    if (!year)
        return;
    buf_putc(out, ' ');
    numeral_ordinal(out, l, (uint64_t)d.year, l->year_gender, GEN);
    buf_printf(out, " %s", l->year);
}

static void put_day(struct buf *out, const struct language *l, day_number day, day_number today,
                    enum tell_form form)
{
    const struct tell_shape *shape = &l->tell->shape[form];
    const char *weekday = l->weekday_forms[date_weekday(day)];
    size_t n = 0;
    const char *name = row_piece(weekday, shape->weekday, &n);
    const struct date d = date_of(day);
    bool near = day >= today && day - today < 3;

    if (near)
        row_put(out, l->tell->relative[day - today], form);
    if (day == today)
        return;
    if (near)
        buf_puts(out, ", ");
    if (!near || shape->again)
        put_preposition(out, l, shape->day, name);
    buf_put(out, name, n);
    buf_puts(out, ", ");
    put_date(out, l, d, !near && d.year != date_of(today).year, shape->ordinal);
}

const char *tell_day(struct arena *a, const struct language *l, day_number day, day_number today,
                     enum tell_form form)
{
    struct buf b;
    char iso[12];

    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL)
        buf_puts(&b, date_write(day, iso));
    else
        put_day(&b, l, day, today, form);
    return text_of(&b);
}

/* ==== times =================================================================================== */

/* What was put from `at` on changes the preposition that goes before it. */
static bool put_before(struct buf *out, const struct language *l, const char *word, size_t at)
{
    buf_puts(out, "");
    if (buf_err(out) != ERR_OK)
        return false;
    const char *text = arena_strndup(out->arena, out->data + at, out->len - at);
    if (text == NULL) {
        out->err = ERR_MEMORY;
        return false;
    }
    out->len = at;
    put_preposition(out, l, word, text);
    buf_puts(out, text);
    return true;
}

static bool is_half_past(const struct language *l, int minute, enum tell_form form)
{
    const struct tell_words *w = l->tell;

    return w->shape[form].half != NULL && minute % 60 == 30 && minute / 60 >= w->half_from &&
           minute / 60 <= w->half_to;
}

static void put_part_of_day(struct buf *out, const struct language *l, int minute,
                            enum tell_form form)
{
    if (form != TELL_ON && form != TELL_TO)
        return;
    for (const struct tell_part *p = l->tell->parts; p != NULL && p->word != NULL; p++)
        if (minute / 60 >= p->from && minute / 60 <= p->to)
            buf_printf(out, " %s", p->word);
}

/* `bare`: the word for hours follows later. */
static void put_time(struct buf *out, const struct language *l, int minute, enum tell_form form,
                     bool bare)
{
    const struct tell_shape *shape = &l->tell->shape[form];
    size_t at = out->len;

    if (minute % DAY_MINUTES == 0) {
        row_put(out, l->tell->midnight, form);
        return;
    }
    if (is_half_past(l, minute, form)) {
        buf_printf(out, "%s ", shape->half);
        numeral_ordinal(out, l, (uint64_t)minute / 60 + 1, l->hour.gender, l->tell->half_case);
        return;
    }
    numeral_time(out, l, minute, shape->hour, bare);
    if (put_before(out, l, shape->time, at))
        put_part_of_day(out, l, minute, form);
}

static void put_figures(struct buf *out, int minute)
{
    buf_printf(out, "%02d:%02d", minute / 60, minute % 60);
}

const char *tell_time(struct arena *a, const struct language *l, int minute, enum tell_form form)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL)
        put_figures(&b, minute);
    else
        put_time(&b, l, minute, form, false);
    return text_of(&b);
}

const char *tell_hours(struct arena *a, const struct language *l, int from, int to)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL) {
        put_figures(&b, from);
        buf_putc(&b, '-');
        put_figures(&b, to);
    } else {
        put_time(&b, l, from, TELL_FROM, true);
        buf_putc(&b, ' ');
        put_time(&b, l, to, TELL_UNTIL, false);
    }
    return text_of(&b);
}

/* Today is one word, which no comma parts from the time. */
static const char *behind_day(const struct language *l, day_number day, day_number today)
{
    return words_of(l) == NULL || day == today ? " " : ", ";
}

const char *tell_when(struct arena *a, const struct language *l, struct tell_moment at,
                      day_number today, enum tell_form form)
{
    const char *day = tell_day(a, l, at.day, today, form);
    const char *time = tell_time(a, l, at.minute, form);

    if (day == NULL || time == NULL)
        return NULL;
    return arena_printf(a, "%s%s%s", day, behind_day(l, at.day, today), time);
}

/* ==== lists =================================================================================== */

static bool is_item(const char *item)
{
    return item != NULL && *item != '\0';
}

static const char *join_of(const struct language *l, enum tell_join join)
{
    return words_of(l) == NULL ? NULL : l->tell->join[join];
}

const char *tell_list(struct arena *a, const struct language *l, const char *const *item, size_t n,
                      enum tell_join join)
{
    const char *last = join_of(l, join);
    size_t left = 0;
    struct buf b;

    for (size_t i = 0; i < n; i++)
        left += is_item(item[i]);
    buf_init(&b, a, TEXT_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!is_item(item[i]))
            continue;
        left--;
        if (b.len > 0 && left == 0 && last != NULL)
            buf_printf(&b, " %s ", last);
        else
            buf_puts(&b, b.len > 0 ? ", " : "");
        buf_puts(&b, item[i]);
    }
    return text_of(&b);
}

/* How many of them are of the first one's day. */
static size_t same_day(const struct tell_moment *at, size_t n)
{
    size_t same = 0;

    while (same < n && at[same].day == at[0].day)
        same++;
    return same;
}

/* The times of one day, without it. */
static const char *times_of_day(struct arena *a, const struct language *l,
                                const struct tell_moment *at, size_t n)
{
    const char **item = arena_calloc(a, n, sizeof *item);

    if (item == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        item[i] = tell_time(a, l, at[i].minute, TELL_ON);
        if (item[i] == NULL)
            return NULL;
    }
    return tell_list(a, l, item, n, TELL_OR);
}

/* "сьогодні о п'ятнадцятій": a day with its times. False: the arena refuses. */
static bool put_day_with_times(struct buf *out, const struct language *l,
                               const struct tell_moment *at, size_t n, day_number today)
{
    const char *day = tell_day(out->arena, l, at->day, today, TELL_ON);
    const char *times = times_of_day(out->arena, l, at, n);

    if (day == NULL || times == NULL)
        return false;
    buf_printf(out, "%s%s%s", day, behind_day(l, at->day, today), times);
    return true;
}

const char *tell_times(struct arena *a, const struct language *l, const struct tell_moment *at,
                       size_t n, day_number today)
{
    const char *either = join_of(l, TELL_OR);
    size_t first = same_day(at, n);
    size_t last = n;
    struct buf b;

    if (first == n)
        return n == 0 ? "" : times_of_day(a, l, at, n);
    while (at[last - 1].day == at[n - 1].day)
        last--;
    bool two = first == last && first == 1; /* no more than "або" is needed between them */
    buf_init(&b, a, TEXT_MAX);
    for (size_t i = 0; i < n;) {
        size_t same = same_day(at + i, n - i);
        if (i > 0)
            buf_puts(&b, two && either != NULL ? " " : "; ");
        if (i == last && either != NULL)
            buf_printf(&b, "%s ", either);
        if (!put_day_with_times(&b, l, at + i, same, today))
            return NULL;
        i += same;
    }
    return text_of(&b);
}

/* ==== money =================================================================================== */

/* "UAH" is a key in small letters. */
static const struct noun *noun_of_currency(const struct language *l, const char *code)
{
    char key[CODE_MAX];
    size_t n = 0;

    for (; n < sizeof key - 1 && code[n] != '\0'; n++)
        key[n] = (char)char_lower((unsigned char)code[n]);
    key[n] = '\0';
    return numeral_find_noun(l, key);
}

static void put_sum(struct buf *out, const struct language *l, int64_t sum, const struct noun *noun,
                    enum noun_case noun_case)
{
    if (noun == NULL)
        numeral_cardinal(out, l, (uint64_t)sum, MALE, noun_case);
    else
        numeral_cardinal(out, l, (uint64_t)sum, noun->gender, noun_case);
}

static void put_currency(struct buf *out, const struct language *l, int64_t sum,
                         const struct tell_price *price, enum noun_case noun_case)
{
    const struct noun *noun = noun_of_currency(l, price->currency);

    buf_putc(out, ' ');
    if (noun == NULL)
        buf_puts(out, price->currency);
    else
        numeral_noun(out, l, noun, (uint64_t)sum, noun_case);
}

static void put_price(struct buf *out, const struct language *l, const struct tell_price *price,
                      enum noun_case noun_case)
{
    const struct noun *noun = noun_of_currency(l, price->currency);
    int64_t from = price->from;
    int64_t to = price->to;

    if (from != to) {
        noun_case = GEN;
        buf_printf(out, "%s ", l->amount_from);
    }
    put_sum(out, l, from, noun, noun_case);
    if (to > from) {
        buf_printf(out, " %s ", l->to);
        put_sum(out, l, to, noun, noun_case);
    }
    put_currency(out, l, to > from ? to : from, price, noun_case);
}

/* "800 UAH", "600-900 UAH", "600+ UAH" */
static void put_price_figures(struct buf *out, const struct tell_price *price)
{
    buf_printf(out, "%lld", (long long)price->from);
    if (price->to > price->from)
        buf_printf(out, "-%lld", (long long)price->to);
    buf_printf(out, "%s %s", price->to < 0 ? "+" : "", price->currency);
}

const char *tell_money(struct arena *a, const struct language *l, const struct tell_price *price,
                       enum noun_case noun_case)
{
    struct buf b;

    if (price->from < 0)
        return "";
    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL || price->from > (int64_t)NUMERAL_MAX ||
        price->to > (int64_t)NUMERAL_MAX)
        put_price_figures(&b, price);
    else
        put_price(&b, l, price, noun_case);
    return text_of(&b);
}

/* ==== lengths and counts ====================================================================== */

static void put_counted(struct buf *out, const struct language *l, uint64_t n,
                        const struct noun *noun, enum noun_case noun_case)
{
    numeral_cardinal(out, l, n, noun->gender, noun_case);
    buf_putc(out, ' ');
    numeral_noun(out, l, noun, n, noun_case);
}

static void put_length(struct buf *out, const struct language *l, int minutes,
                       enum noun_case noun_case)
{
    const struct noun *minute = numeral_find_noun(l, l->tell->minute);
    bool straight = noun_case == NOM || noun_case == ACC;
    int hours = minutes / 60;
    int rest = minutes % 60;
    bool half = rest == 30 && l->half != NULL &&
                (hours > 0 || (straight && numeral_is_halved(l, &l->hour)));

    if (half) {
        numeral_and_half(out, l, (uint64_t)hours, &l->hour, noun_case);
        return;
    }
    if (hours == 1) /* "година двадцять хвилин" */
        row_put(out, l->hour.one, noun_case);
    else if (hours > 1)
        put_counted(out, l, (uint64_t)hours, &l->hour, noun_case);
    if (hours > 0 && rest == 0)
        return;
    if (hours > 0)
        buf_putc(out, ' ');
    put_counted(out, l, (uint64_t)rest, minute, noun_case);
}

const char *tell_length(struct arena *a, const struct language *l, int minutes,
                        enum noun_case noun_case)
{
    struct buf b;

    minutes = minutes < 0 ? 0 : minutes;
    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL)
        buf_printf(&b, "%d:%02d", minutes / 60, minutes % 60);
    else
        put_length(&b, l, minutes, noun_case);
    return text_of(&b);
}

const char *tell_visits(struct arena *a, const struct language *l, unsigned n,
                        enum noun_case noun_case)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    if (words_of(l) == NULL)
        buf_printf(&b, "%u", n);
    else
        put_counted(&b, l, n, &l->tell->visit, noun_case);
    return text_of(&b);
}
