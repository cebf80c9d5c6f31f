#include "language/when.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/when-inside.h"

#define OPENS  (9 * 60) /* where no opening hours are known */
#define CLOSES (20 * 60)
#define NOON   720
#define DAY    1440

/* ==== what was read so far ==================================================================== */

struct reading {
    struct when_days days;
    struct when_hours part;  /* of a day */
    struct when_hours hours; /* `at`, or bounds */
    struct when_clock other; /* "о десятій або об одинадцятій" */
    bool past, no_such_day, nearest, any;
    int choice;
};

/* What stands between the last thing read and the next. */
struct walk {
    struct when_reader *r;
    size_t i;
    struct reading now, before; /* `before`: without the last thing */
    bool denied;                /* the next thing is denied */
    bool or ;                   /* it is an alternative to the last one */
    bool again;                 /* it replaces what was said */
    bool behind;                /* nothing but little words since the last thing */
    bool behind_day;
};

static void clear_hours(struct when_hours *h)
{
    *h = (struct when_hours){.at.minutes = -1, .from.minutes = -1, .to.minutes = -1};
}

/* ==== putting things together ================================================================= */

static void add_days(struct when_days *to, const struct when_days *more)
{
    int64_t last = to->day[to->n - 1];
    bool week_later = more->or_next_week && more->day[0] < last; /* "понеділок або вівторок" */

    for (size_t k = 0; k < more->n && to->n < WHEN_DAYS_MAX; k++) {
        int64_t day = more->day[k] + (week_later ? 7 : 0);
        size_t at = to->n;
        while (at > 0 && to->day[at - 1] > day)
            at--;
        if (at > 0 && to->day[at - 1] == day)
            continue;
        memmove(&to->day[at + 1], &to->day[at], (to->n - at) * sizeof *to->day);
        to->day[at] = day;
        to->n++;
    }
    to->shape = DAY_OTHER;
    to->or_next_week = false;
}

static void take_days(struct walk *w, const struct when_days *d)
{
    struct reading *now = &w->now;
    struct when_days joined;

    if (d->clock >= 0) {
        clear_hours(&now->hours);
        now->hours.at.minutes = d->clock;
    }
    now->past = d->past;
    now->no_such_day = d->no_such_day;
    if (w->or &&now->days.n > 0 && d->n > 0)
        add_days(&now->days, d);
    else if (!w->again && now->days.n > 0 && when_days_join(w->r, &now->days, d, &joined))
        now->days = joined;
    else
        now->days = *d;
}

/* Does the new bound complete the one that was told? */
static bool completes(const struct when_hours *old, const struct when_hours *h)
{
    return (old->from.minutes >= 0 && old->to.minutes < 0 && h->from.minutes < 0) ||
           (old->to.minutes >= 0 && old->from.minutes < 0 && h->to.minutes < 0);
}

static void take_hours(struct walk *w, const struct when_hours *h)
{
    struct reading *now = &w->now;

    if (h->part) {
        now->part = *h;
        if (w->again)
            clear_hours(&now->hours);
        return;
    }
    if (w->again)
        clear_hours(&now->part);
    if (w->or &&h->at.minutes >= 0 && now->hours.at.minutes >= 0) {
        now->other = h->at;
        return;
    }
    now->other.minutes = -1;
    if (h->at.minutes < 0 && !w->again && now->hours.at.minutes < 0 && completes(&now->hours, h)) {
        if (h->from.minutes >= 0)
            now->hours.from = h->from;
        else
            now->hours.to = h->to;
        return;
    }
    now->hours = *h;
}

/* ==== one step ================================================================================ */

static void use(struct walk *w, size_t n)
{
    for (size_t k = 0; k < n; k++)
        w->r->token[w->i + k].used = true;
    w->i += n;
}

/* Ends a thing that was read: what stood before it counts no more. */
static void took(struct walk *w, size_t n)
{
    use(w, n);
    w->denied = w->or = w->again = false;
    w->behind = true;
}

static bool step_wish(struct walk *w)
{
    struct reading next = w->now;
    size_t n = when_words(w->r, w->i, WHEN_ANY);
    size_t nearest = when_words(w->r, w->i, WHEN_NEAREST);

    if (n == 0 && nearest == 0)
        return false;
    if (nearest > n) {
        next.nearest = true;
        n = nearest;
    } else {
        next.any = true;
    }
    w->before = w->now;
    if (!w->denied)
        w->now = next;
    took(w, n);
    w->behind_day = false;
    return true;
}

static bool step_days(struct walk *w)
{
    struct when_days d;
    size_t n = when_days_at(w->r, w->i, &d);

    if (n == 0)
        return false;
    w->before = w->now;
    if (!w->denied && (d.n > 0 || d.past || d.no_such_day))
        take_days(w, &d);
    took(w, n);
    w->behind_day = true;
    return true;
}

static bool step_hours(struct walk *w)
{
    struct when_hours h;
    size_t n = when_hours_at(w->r, w->i, w->behind && w->behind_day, &h);

    if (n == 0)
        return false;
    w->before = w->now;
    if (!w->denied)
        take_hours(w, &h);
    took(w, n);
    w->behind_day = false;
    return true;
}

/* Words that say what the next thing, or the last one, is. */
static bool step_sign(struct walk *w)
{
    struct when_match cannot;
    size_t n = when_word(w->r, w->i, WHEN_CANNOT, &cannot) ? cannot.n : 0;

    if (n > 0 && (cannot.value == 0 || w->behind)) {
        if (w->behind)
            w->now = w->before;
        w->denied = !w->behind;
        w->behind = false;
        w->i += n;
        return true;
    }
    n = when_words(w->r, w->i, WHEN_DENIES);
    if (n > 0) {
        w->denied = true;
        w->i += n;
        return true;
    }
    n = when_words(w->r, w->i, WHEN_CORRECTS);
    if (n > 0) {
        w->again = true;
        w->denied = false;
        w->i += n;
        return true;
    }
    n = when_words(w->r, w->i, WHEN_OR);
    w->or = n > 0 && w->behind;
    w->i += n;
    return n > 0;
}

static bool step_choice(struct walk *w)
{
    uint32_t forms = 0;
    int value = 0;
    size_t n = 0;

    if (w->r->ask->asked != WHEN_ASKED_CHOICE)
        return false;
    if ((n = when_words(w->r, w->i, WHEN_LAST_ONE)) > 0)
        value = WHEN_LAST;
    else if ((n = when_ordinal(w->r, w->i, &value, &forms)) == 0)
        n = when_cardinal(w->r, w->i, &value, &forms);
    if (n == 0 || value == 0 || value > w->r->ask->offers ||
        when_words(w->r, w->i + n, WHEN_COUNTED) > 0 || when_is_number(w->r, w->i + n))
        return false;
    w->before = w->now;
    if (!w->denied)
        w->now.choice = value;
    took(w, n);
    return true;
}

static void step_over(struct walk *w)
{
    size_t n = when_words(w->r, w->i, WHEN_LITTLE);

    if (n == 0)
        n = when_words(w->r, w->i, WHEN_ABOUT);
    if (n > 0) {
        w->i += n;
        return;
    }
    /* "не" reaches over "на" and the like, and no further. */
    if (when_words(w->r, w->i, WHEN_AT) == 0) {
        w->denied = w->or = false;
        w->behind = false;
    }
    w->i++;
}

static bool step_greeting(struct walk *w)
{
    size_t n = when_words(w->r, w->i, WHEN_GREETS);

    w->i += n;
    return n > 0;
}

static void walk(struct walk *w)
{
    while (w->i < w->r->n) {
        if (step_greeting(w) || step_wish(w) || step_days(w) || step_hours(w) || step_choice(w) ||
            step_sign(w))
            continue;
        step_over(w);
    }
}

/* ==== which half of the day =================================================================== */

/* The hours of the day that was told, or of the whole week. */
static struct when_open open_on(const struct when_reader *r, const struct when_days *d)
{
    const struct when_open *open = r->ask->open;
    struct when_open all = {.from = DAY, .to = 0};

    if (open == NULL)
        return (struct when_open){.from = OPENS, .to = CLOSES};
    if (d->n == 1) {
        const struct when_open *on = &open[when_weekday_of(d->day[0]) % 7];
        if (on->to > on->from)
            return *on;
    }
    for (int k = 0; k < 7; k++) {
        if (open[k].to <= open[k].from)
            continue;
        all.from = open[k].from < all.from ? open[k].from : all.from;
        all.to = open[k].to > all.to ? open[k].to : all.to;
    }
    return all.to > all.from ? all : (struct when_open){.from = OPENS, .to = CLOSES};
}

static int away(const struct when_open *open, int minutes)
{
    if (minutes < open->from)
        return open->from - minutes;
    return minutes > open->to ? minutes - open->to : 0;
}

/* An hour of twelve becomes one of twenty-four. `after`: it is not before that. */
static int settle(const struct when_clock *c, const struct when_open *open,
                  const struct when_hours *part, int after)
{
    if (c->minutes < 0 || !c->open)
        return c->minutes;
    int early = c->minutes % NOON;
    int late = early + NOON;
    if (part->from.minutes >= NOON)
        return late;
    if (part->to.minutes >= 0 && part->to.minutes <= NOON + 60)
        return late < part->to.minutes ? late : early;
    if (early < after)
        return late;
    if (away(open, late) == away(open, early))
        return early < 60 ? late : early; /* twelve is noon */
    return away(open, late) < away(open, early) ? late : early;
}

static int later_of(int a, int b)
{
    return a > b ? a : b;
}

static int sooner_of(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static void put_times(const struct when_reader *r, const struct reading *got, struct when *ret)
{
    const struct when_open open = open_on(r, &got->days);
    const struct when_hours *part = &got->part;
    bool today = got->days.n == 1 && got->days.day[0] == r->today;
    int now = r->ask->now->tm_hour * 60 + r->ask->now->tm_min;
    int after = today && open.to > NOON ? now : 0;

    ret->time = settle(&got->hours.at, &open, part, after);
    ret->time_or = settle(&got->other, &open, part, after);
    if (ret->time >= 0) {
        ret->time %= DAY;
        ret->about = got->hours.about;
        return;
    }
    ret->from = settle(&got->hours.from, &open, part, 0);
    ret->to = settle(&got->hours.to, &open, part, later_of(ret->from, 0) + 1);
    if (part->part) {
        int from = later_of(ret->from, part->from.minutes);
        int to = sooner_of(ret->to, part->to.minutes);
        bool fits = to < 0 || from < to;
        ret->from = fits ? from : ret->from;
        ret->to = fits ? to : ret->to;
    }
}

/* ==== the result ============================================================================== */

static const char *rest_of(struct arena *a, const struct when_reader *r)
{
    const char *text = r->ask->text;
    struct buf out;
    size_t at = 0;

    buf_init(&out, a, strlen(text) + r->n + 1);
    for (size_t i = 0; i < r->n; i++) {
        if (!r->token[i].used)
            continue;
        buf_put(&out, text + at, r->token[i].from - at);
        buf_putc(&out, ' ');
        at = r->token[i].to;
    }
    buf_puts(&out, text + at);
    return buf_err(&out) == ERR_OK ? text_fold(a, buf_text(&out)) : NULL;
}

static void put_days(const struct reading *got, struct when *ret)
{
    ret->days_n = got->days.n;
    for (size_t k = 0; k < got->days.n; k++)
        ret->days[k] = when_date_of(got->days.day[k]);
    ret->or_next_week = got->days.or_next_week;
    ret->past = got->past;
    ret->no_such_day = got->no_such_day;
}

enum err when_read(struct arena *a, const struct when_ask *ask, struct when *ret)
{
    const char *text = text_plain(a, ask->text);
    struct when_ask plain = *ask;
    struct when_reader r = {.ask = &plain};
    struct when got = {.time = -1, .time_or = -1, .from = -1, .to = -1};

    if (text == NULL)
        return ERR_MEMORY;
    plain.text = text;
    r.token = arena_calloc(a, WHEN_TOKENS_MAX, sizeof *r.token);
    if (r.token == NULL || when_split(a, &r) != ERR_OK)
        return ERR_MEMORY;
    r.today = when_day_number(ask->now->tm_year + 1900, ask->now->tm_mon + 1, ask->now->tm_mday);
    struct walk w = {.r = &r};
    w.now.days.clock = -1;
    clear_hours(&w.now.part);
    clear_hours(&w.now.hours);
    w.now.other.minutes = -1;
    w.before = w.now;
    walk(&w);
    put_days(&w.now, &got);
    put_times(&r, &w.now, &got);
    got.nearest = w.now.nearest;
    got.any = w.now.any;
    got.choice = w.now.choice;
    got.rest = rest_of(a, &r);
    if (got.rest == NULL)
        return ERR_MEMORY;
    *ret = got;
    return ERR_OK;
}
