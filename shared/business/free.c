#include "business/free.h"

#include <assert.h>
#include <stdlib.h>

#include "business/free-inside.h"

#define CELL_LEAST 5 /* minutes */
#define DAY_CELLS  (FREE_DAY_MINUTES / CELL_LEAST)

/* What one specialist does: all of the visit, or one service of it. */
struct part {
    int64_t at_s;             /* after the visit's start */
    int64_t length_s, with_s; /* without and with buffers */
    uint8_t *can;             /* who may do it; rising */
    size_t can_n;
};

/* What is taken of one specialist: in order, none overlaps another. */
struct taken {
    struct free_span *span;
    size_t n;
    size_t next; /* those before are over on the day that is looked at */
};

struct plan {
    const struct free_ask *ask;
    day_number today, first, last; /* first to last: the days that are looked at */
    int64_t earliest_s;
    struct free_local local;
    struct part part[CATALOGUE_VISIT_SERVICES];
    size_t parts; /* 0: nobody does it */
    bool whole;   /* one does all of it: there is one part */
    int64_t length_s;
    struct taken *taken; /* of each specialist */
    int *visits;         /* of each specialist on each day */
};

struct starts {
    int64_t at_s[DAY_CELLS]; /* rising */
    int minute[DAY_CELLS];
    size_t n;
};

/* ---- who does what ------------------------------------------------------------------------------ */

static bool does_all(const struct free_ask *ask, int specialist)
{
    for (size_t i = 0; i < ask->services; i++)
        if (!catalogue_does(ask->book, ask->service[i], specialist))
            return false;
    return true;
}

static int64_t max_s(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* One part of all services. Those who do all of them, or the one who was asked for. */
static enum err plan_whole(struct arena *a, struct plan *p)
{
    const struct free_ask *ask = p->ask;
    struct part *part = &p->part[0];

    *part = (struct part){.can = arena_alloc(a, ask->book->specialists + 1)};
    if (part->can == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < ask->services; i++) {
        const struct service *s = &ask->book->service[ask->service[i]];
        part->length_s += (int64_t)s->minutes * 60;
        part->with_s = max_s(part->with_s, part->length_s + (int64_t)s->buffer_minutes * 60);
    }
    for (size_t i = 0; i < ask->book->specialists; i++)
        if ((ask->specialist < 0 || (size_t)ask->specialist == i) && does_all(ask, (int)i))
            part->can[part->can_n++] = (uint8_t)i;
    p->length_s = part->length_s;
    p->whole = part->can_n > 0;
    p->parts = p->whole ? 1 : 0;
    return ERR_OK;
}

/* A part of each service. Those who do it, or the one who was asked for if he or she does. */
static enum err plan_part(struct arena *a, struct plan *p, size_t n, bool *ret_asked)
{
    const struct free_ask *ask = p->ask;
    const struct service *s = &ask->book->service[ask->service[n]];
    struct part *part = &p->part[n];
    bool asked =
        ask->specialist >= 0 && catalogue_does(ask->book, ask->service[n], ask->specialist);

    *part = (struct part){.at_s = n == 0 ? 0 : part[-1].at_s + part[-1].length_s,
                          .length_s = (int64_t)s->minutes * 60,
                          .with_s = (int64_t)(s->minutes + s->buffer_minutes) * 60,
                          .can = arena_alloc(a, s->by_n + 1)};
    if (part->can == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < s->by_n; i++)
        if (!asked || s->by[i] == ask->specialist)
            part->can[part->can_n++] = s->by[i];
    *ret_asked = *ret_asked || asked;
    return ERR_OK;
}

static enum err plan_parts(struct arena *a, struct plan *p)
{
    bool asked = p->ask->specialist < 0;
    bool done = true;

    assert(p->ask->services <= CATALOGUE_VISIT_SERVICES);
    if (p->ask->services == 0)
        return ERR_OK;
    enum err e = plan_whole(a, p);
    if (e != ERR_OK || p->whole)
        return e;
    for (size_t i = 0; e == ERR_OK && i < p->ask->services; i++) {
        e = plan_part(a, p, i, &asked);
        done = done && p->part[i].can_n > 0;
    }
    p->parts = asked && done ? p->ask->services : 0;
    return e;
}

/* ---- what is taken ------------------------------------------------------------------------------ */

static int by_begin(const void *a, const void *b)
{
    const struct free_span *x = a;
    const struct free_span *y = b;

    return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static bool is_sorted(const struct free_span *span, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (span[i].from_s < span[i - 1].from_s)
            return false;
    return true;
}

/* Sorts, and joins what overlaps. */
static void put_in_order(struct taken *t)
{
    size_t n = 0;

    if (!is_sorted(t->span, t->n))
        qsort(t->span, t->n, sizeof *t->span, by_begin);
    for (size_t i = 0; i < t->n; i++)
        if (n > 0 && t->span[i].from_s <= t->span[n - 1].to_s)
            t->span[n - 1].to_s = max_s(t->span[n - 1].to_s, t->span[i].to_s);
        else
            t->span[n++] = t->span[i];
    t->n = n;
}

static bool counts(const struct plan *p, const struct free_busy *b)
{
    return b->specialist >= 0 && (size_t)b->specialist < p->ask->book->specialists &&
           b->from_s < b->to_s;
}

static int *visits_of(const struct plan *p, int specialist, day_number day)
{
    return &p->visits[(int64_t)specialist * (p->last - p->first + 1) + day - p->first];
}

static void count_visit(const struct plan *p, const struct free_busy *b)
{
    if (!b->visit || b->from_s < p->local.stretch[0].from_s || b->from_s >= p->local.until_s)
        return;
    day_number day = free_local_day(&p->local, b->from_s);
    if (day >= p->first && day <= p->last)
        (*visits_of(p, b->specialist, day))++;
}

static enum err plan_taken(struct arena *a, struct plan *p)
{
    const struct free_ask *ask = p->ask;
    size_t specialists = ask->book->specialists;
    struct free_span *span = arena_calloc(a, ask->busy_n + 1, sizeof *span);

    p->taken = arena_calloc(a, specialists + 1, sizeof *p->taken);
    p->visits =
        arena_calloc(a, (specialists + 1) * (size_t)(p->last - p->first + 1), sizeof *p->visits);
    if (span == NULL || p->taken == NULL || p->visits == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < ask->busy_n; i++)
        if (counts(p, &ask->busy[i]))
            p->taken[ask->busy[i].specialist].n++;
    for (size_t i = 0; i < specialists; i++) {
        p->taken[i].span = span;
        span += p->taken[i].n;
        p->taken[i].n = 0;
    }
    for (size_t i = 0; i < ask->busy_n; i++) {
        const struct free_busy *b = &ask->busy[i];
        if (!counts(p, b))
            continue;
        struct taken *t = &p->taken[b->specialist];
        t->span[t->n++] = (struct free_span){b->from_s, b->to_s};
        count_visit(p, b);
    }
    for (size_t i = 0; i < specialists; i++)
        put_in_order(&p->taken[i]);
    return ERR_OK;
}

/* ---- one day ------------------------------------------------------------------------------------ */

enum fit { FIT_NOT_THERE, FIT_OUTSIDE, FIT_TAKEN, FIT_FREE };

/* One who may do a part, on one day. */
struct worker {
    const struct part *part;
    const struct taken *taken;
    struct free_spans work;
    size_t w, t; /* the spans before are over */
};

/* False: does not work that day. */
static bool worker_comes(const struct plan *p, const struct part *part, int specialist,
                         day_number day, struct worker *ret)
{
    const struct book *b = p->ask->book;
    int weekday = date_weekday(day);

    if (!catalogue_works(b, specialist, day))
        return false;
    const struct specialist *s = &b->specialist[specialist];
    free_local_work(&p->local, day, &s->week[weekday], &s->breaks[weekday], &ret->work);
    ret->part = part;
    ret->taken = &p->taken[specialist];
    ret->w = 0;
    ret->t = ret->taken->next;
    return true;
}

/* Can the visit begin then, as far as this one's part goes? Starts must be asked in order. */
static enum fit worker_fits(struct worker *w, int64_t start_s)
{
    int64_t from_s = start_s + w->part->at_s;

    while (w->w < w->work.n && w->work.span[w->w].to_s < from_s + w->part->length_s)
        w->w++;
    if (w->w == w->work.n || w->work.span[w->w].from_s > from_s)
        return FIT_OUTSIDE;
    while (w->t < w->taken->n && w->taken->span[w->t].to_s <= from_s)
        w->t++;
    bool taken = w->t < w->taken->n && w->taken->span[w->t].from_s < from_s + w->part->with_s;
    return taken ? FIT_TAKEN : FIT_FREE;
}

static int by_key(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Those who may do the part: with the fewest visits first, then as in the profile. */
static void rank(const struct plan *p, const struct part *part, day_number day,
                 uint8_t ret[static CATALOGUE_SPECIALISTS_MAX])
{
    uint32_t key[CATALOGUE_SPECIALISTS_MAX] = {0};

    for (size_t i = 0; i < part->can_n; i++)
        key[i] = (uint32_t)*visits_of(p, part->can[i], day) << 8 | part->can[i];
    qsort(key, part->can_n, sizeof *key, by_key);
    for (size_t i = 0; i < part->can_n; i++)
        ret[i] = (uint8_t)key[i];
}

/* Who does the part at each start, and how well it fits at best. */
struct chosen {
    enum fit fit[DAY_CELLS];
    uint8_t by[DAY_CELLS];
};

static void choose(const struct plan *p, const struct part *part, day_number day,
                   const struct starts *s, struct chosen *ret)
{
    uint8_t ranked[CATALOGUE_SPECIALISTS_MAX] = {0};
    size_t left = s->n;
    struct worker w;

    for (size_t i = 0; i < s->n; i++)
        ret->fit[i] = FIT_NOT_THERE;
    rank(p, part, day, ranked);
    for (size_t k = 0; k < part->can_n && left > 0; k++) {
        if (!worker_comes(p, part, ranked[k], day, &w))
            continue;
        for (size_t i = 0; i < s->n; i++) {
            if (ret->fit[i] == FIT_FREE)
                continue;
            enum fit fit = worker_fits(&w, s->at_s[i]);
            if (fit > ret->fit[i])
                ret->fit[i] = fit;
            if (fit == FIT_FREE) {
                ret->by[i] = ranked[k];
                left--;
            }
        }
    }
}

static bool is_own(const struct plan *p, int64_t start_s)
{
    for (size_t i = 0; i < p->ask->own_n; i++) {
        const struct free_span *own = &p->ask->own[i];
        if (own->from_s < own->to_s && own->from_s < start_s + p->length_s && own->to_s > start_s)
            return true;
    }
    return false;
}

static void find_starts(const struct plan *p, day_number day, struct starts *ret)
{
    int cell = p->ask->book->cell_minutes;

    ret->n = 0;
    for (int minute = 0; minute < FREE_DAY_MINUTES; minute += cell) {
        int64_t at_s = 0;
        if (free_local_second(&p->local, day, minute, &at_s) != 1 || at_s < p->earliest_s ||
            is_own(p, at_s))
            continue;
        ret->at_s[ret->n] = at_s;
        ret->minute[ret->n++] = minute;
    }
}

/* What was over before the first start of a day will be over on the later days, too. */
static void forget_what_is_over(struct plan *p, int64_t first_s)
{
    for (size_t i = 0; i < p->ask->book->specialists; i++) {
        struct taken *t = &p->taken[i];
        while (t->next < t->n && t->span[t->next].to_s <= first_s)
            t->next++;
    }
}

/* ---- what is found ------------------------------------------------------------------------------ */

struct found {
    struct arena *arena;
    struct free_times times;
    size_t room;
};

/* NULL: no memory. */
static struct free_time *found_add(struct found *f)
{
    if (f->times.n == f->room) {
        size_t room = f->room == 0 ? 64 : f->room * 2;
        struct free_time *time =
            arena_grow(f->arena, f->times.time, f->room * sizeof *time, room * sizeof *time);
        if (time == NULL)
            return NULL;
        f->times.time = time;
        f->room = room;
    }
    return &f->times.time[f->times.n++];
}

static struct free_time time_at(const struct plan *p, day_number day, int minute, int64_t at_s)
{
    return (struct free_time){
        .start_s = at_s, .end_s = at_s + p->length_s, .day = day, .minute = minute};
}

static void set_by(const struct plan *p, size_t part, uint8_t by, struct free_time *t)
{
    if (!p->whole)
        t->by[part] = by;
    for (size_t i = 0; p->whole && i < p->ask->services; i++)
        t->by[i] = by;
}

static enum err find_best(struct plan *p, day_number day, const struct starts *s, struct found *to)
{
    struct chosen chosen[CATALOGUE_VISIT_SERVICES];

    for (size_t k = 0; k < p->parts; k++)
        choose(p, &p->part[k], day, s, &chosen[k]);
    for (size_t i = 0; i < s->n; i++) {
        struct free_time t = time_at(p, day, s->minute[i], s->at_s[i]);
        size_t k = 0;
        for (; k < p->parts && chosen[k].fit[i] == FIT_FREE; k++)
            set_by(p, k, chosen[k].by[i], &t);
        if (k < p->parts)
            continue;
        struct free_time *place = found_add(to);
        if (place == NULL)
            return ERR_MEMORY;
        *place = t;
    }
    return ERR_OK;
}

/* `worker`: room for everybody who can. */
static enum err find_everybody(struct plan *p, day_number day, const struct starts *s,
                               struct worker *worker, struct found *to)
{
    const struct part *part = &p->part[0];
    uint8_t by[CATALOGUE_SPECIALISTS_MAX];
    size_t n = 0;

    for (size_t k = 0; k < part->can_n; k++)
        if (worker_comes(p, part, part->can[k], day, &worker[n]))
            by[n++] = part->can[k];
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < n; k++) {
            if (worker_fits(&worker[k], s->at_s[i]) != FIT_FREE)
                continue;
            struct free_time *place = found_add(to);
            if (place == NULL)
                return ERR_MEMORY;
            *place = time_at(p, day, s->minute[i], s->at_s[i]);
            set_by(p, 0, by[k], place);
        }
    return ERR_OK;
}

/* ---- the three questions ------------------------------------------------------------------------ */

static enum err plan_today(struct plan *p)
{
    const struct free_ask *ask = p->ask;
    struct zone_stretch now[ZONE_STRETCHES(0, 1)];
    struct free_local l = {.stretch = now, .until_s = ask->now_s + 1};

    assert(ask->book->cell_minutes >= CELL_LEAST);
    assert(ask->book->specialists <= CATALOGUE_SPECIALISTS_MAX);
    enum err e = zone_stretches(ask->time_zone, ask->now_s, l.until_s, now, &l.n);
    if (e != ERR_OK)
        return e;
    p->today = free_local_day(&l, ask->now_s);
    p->earliest_s = ask->now_s + (int64_t)ask->book->notice_minutes * 60;
    return ERR_OK;
}

static enum err plan_days(struct arena *a, struct plan *p)
{
    enum err e = free_local_open(a, p->ask->time_zone, p->first, p->last, &p->local);

    return e == ERR_OK ? plan_taken(a, p) : e;
}

static enum err find(struct arena *a, const struct free_ask *ask, bool everybody,
                     struct free_times *ret)
{
    struct plan p = {.ask = ask};
    struct found found = {.arena = a};
    struct worker *worker = NULL;
    struct starts starts;

    enum err e = plan_today(&p);
    if (e == ERR_OK)
        e = plan_parts(a, &p);
    p.first = ask->from > p.today ? ask->from : p.today;
    p.last = p.today + ask->book->horizon_days;
    p.last = ask->to < p.last ? ask->to : p.last;
    bool none = e != ERR_OK || p.first > p.last || p.parts == 0;
    if (!none)
        e = plan_days(a, &p);
    if (e == ERR_OK && everybody && p.whole) {
        worker = arena_calloc(a, p.part[0].can_n, sizeof *worker);
        e = worker == NULL ? ERR_MEMORY : ERR_OK;
    }
    for (day_number day = p.first; e == ERR_OK && !none && day <= p.last; day++) {
        find_starts(&p, day, &starts);
        if (starts.n == 0)
            continue;
        forget_what_is_over(&p, starts.at_s[0]);
        e = worker == NULL ? find_best(&p, day, &starts, &found)
                           : find_everybody(&p, day, &starts, worker, &found);
    }
    if (e == ERR_OK)
        *ret = found.times;
    return e;
}

enum err free_find(struct arena *a, const struct free_ask *ask, struct free_times *ret)
{
    return find(a, ask, false, ret);
}

enum err free_find_each(struct arena *a, const struct free_ask *ask, struct free_times *ret)
{
    return find(a, ask, true, ret);
}

/* What the calendar says, before anybody is asked. */
static enum free_why check_moment(const struct plan *p, int minute, bool past, int64_t *ret_at_s)
{
    int times = free_local_second(&p->local, p->first, minute, ret_at_s);

    if (!past && (p->first < p->today || *ret_at_s < p->earliest_s))
        return FREE_PAST;
    if (p->first > p->today + p->ask->book->horizon_days)
        return FREE_TOO_FAR;
    if (times != 1 || minute < 0 || minute >= FREE_DAY_MINUTES ||
        minute % p->ask->book->cell_minutes != 0)
        return FREE_NO_SUCH;
    return p->parts == 0 ? FREE_NOT_DONE_BY : FREE_OK;
}

/* The reason of the part that fits worst. */
static enum free_why check_people(const struct plan *p, struct free_time *t)
{
    static const enum free_why why[] = {[FIT_NOT_THERE] = FREE_CLOSED,
                                        [FIT_OUTSIDE] = FREE_OUTSIDE,
                                        [FIT_TAKEN] = FREE_TAKEN,
                                        [FIT_FREE] = FREE_OK};
    struct starts s = {.at_s = {t->start_s}, .minute = {t->minute}, .n = 1};
    struct chosen chosen;
    enum fit worst = FIT_FREE;

    for (size_t k = 0; k < p->parts; k++) {
        choose(p, &p->part[k], t->day, &s, &chosen);
        if (chosen.fit[0] < worst)
            worst = chosen.fit[0];
        if (chosen.fit[0] == FIT_FREE)
            set_by(p, k, chosen.by[0], t);
    }
    if (worst == FIT_FREE && is_own(p, t->start_s))
        return FREE_OWN;
    return why[worst];
}

enum err free_check(struct arena *a, const struct free_ask *ask, day_number day, int minute,
                    bool past, enum free_why *ret_why, struct free_time *ret)
{
    struct plan p = {.ask = ask, .first = day, .last = day};
    enum free_why why = FREE_OK;
    int64_t at_s = 0;

    enum err e = plan_today(&p);
    if (e == ERR_OK)
        e = plan_parts(a, &p);
    if (e == ERR_OK)
        e = plan_days(a, &p);
    if (e != ERR_OK)
        return e;
    why = check_moment(&p, minute, past, &at_s);
    struct free_time t = time_at(&p, day, minute, at_s);
    if (why == FREE_OK)
        why = check_people(&p, &t);
    if (why == FREE_OK)
        *ret = t;
    *ret_why = why;
    return ERR_OK;
}
