#include "think/wants.h"

#include <stdlib.h>
#include <string.h>

#include "language/heard.h"
#include "language/spelled.h"

#define WORDS_MAX     64
#define LAST_HOUR     24
#define LEAST_TENS    20 /* "двадцять" goes on with an ordinal */
#define LEAST_MINUTES 10 /* said behind an hour */

struct words {
    const char *at[WORDS_MAX];
    size_t len[WORDS_MAX];
    size_t n;
};

/* Numbers of a line. named: how many of them stand beside a word for a room or an hour. */
struct numbers {
    int hours, rooms, others, named;
};

static void cut(const char *folded, struct words *w)
{
    while (*folded != '\0' && w->n < WORDS_MAX) {
        size_t n = strcspn(folded, " ");
        w->at[w->n] = folded;
        w->len[w->n++] = n;
        folded += n + (folded[n] == ' ');
    }
}

static bool is(const struct words *w, size_t i, enum heard_kind kind)
{
    return i < w->n && heard_is(kind, w->at[i], w->len[i]);
}

static bool is_number(const struct words *w, size_t i)
{
    return i < w->n && heard_is_number(w->at[i], w->len[i]);
}

/* Digits alone tell: words of numbers are hardly ever a room above 24. */
static bool is_past_a_day(const struct words *w, size_t i)
{
    return *w->at[i] >= '0' && *w->at[i] <= '9' && strtol(w->at[i], NULL, 10) > LAST_HOUR;
}

/* The words [from, to) are one number. "7 30" is one, as folding leaves it of 7:30. */
static void sort_number(const struct words *w, size_t from, size_t to, struct numbers *n)
{
    size_t before = from == 0 ? w->n : from - 1;
    bool room = is(w, before, HEARD_ROOMS) || is(w, to, HEARD_ROOMS);
    bool hour = !room && (is(w, before, HEARD_HOURS) || is(w, to, HEARD_HOURS));

    n->named += room || hour;
    if (room)
        n->rooms++;
    else if (hour)
        n->hours++;
    else if (is_past_a_day(w, from))
        n->rooms++;
    else if (is(w, before, HEARD_NEAR_HOUR))
        n->hours++;
    else
        n->others++;
}

/* Do two words of numbers belong to one: 305, twenty-fifth, seven thirty? */
static bool continues(const struct words *w, size_t i)
{
    int value = spelled_value(languages, w->at[i - 1], w->len[i - 1]);
    int next = spelled_value(languages, w->at[i], w->len[i]);

    if (value < 0) /* figures: folding makes 7 30 of 7:30 */
        return next < 0 && *w->at[i] >= '0' && *w->at[i] <= '9';
    if (next < 0)
        return value >= LEAST_TENS;
    return spelled_continues(value, next) || (value <= LAST_HOUR && next >= LEAST_MINUTES);
}

static struct numbers numbers_in(const struct words *w)
{
    struct numbers n = {0};

    for (size_t i = 0; i < w->n;) {
        size_t to = i;
        while (is_number(w, to) && (to == i || continues(w, to)))
            to++;
        if (to > i)
            sort_number(w, i, to, &n);
        i = to > i ? to : i + 1;
    }
    return n;
}

static bool has(const struct words *w, enum heard_kind kind)
{
    for (size_t i = 0; i < w->n; i++)
        if (is(w, i, kind))
            return true;
    return false;
}

/* A day, or a part of one, that is no hour. */
static bool has_day(const struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (is(w, i, HEARD_WHEN) && !is(w, i, HEARD_HOURS))
            return true;
    return false;
}

unsigned wants_told(const char *folded, enum want_kind asked)
{
    struct words w = {.n = 0};

    cut(folded, &w);
    struct numbers n = numbers_in(&w);
    int all = n.hours + n.rooms + n.others;
    unsigned told = has_day(&w) ? WANT_BIT(WANT_DAY) : 0;
    if (all == 1 && n.named == 0 && asked < WANT__MAX)
        return told | WANT_BIT(asked);
    bool hour = n.hours > 0 || has(&w, HEARD_NOON); /* "опівдні" has no number */
    bool room = n.rooms > 0 || n.others > 0 || n.hours > 1;
    if (n.rooms > 0 && n.others > 0) /* "номер сім, десята" */
        hour = true;
    return told | (hour ? WANT_BIT(WANT_HOUR) : 0) | (room ? WANT_BIT(WANT_ROOM) : 0);
}

bool wants_any(const char *folded)
{
    struct words w = {.n = 0};

    cut(folded, &w);
    if (has(&w, HEARD_WHEN) || has(&w, HEARD_ROOMS))
        return true;
    for (size_t i = 0; i < w.n; i++)
        if (is_number(&w, i))
            return true;
    return false;
}
