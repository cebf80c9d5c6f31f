/* A day is a row of cells. For each specialist it is worked out in which of them a visit can begin;
 * then for each cell who does it. All that can be said once a day is said once a day: the offset of
 * the local time, the intervals, how many visits each has. */
#include "business/free.h"

#include <stdlib.h>
#include <string.h>

#include "base/zone.h"

#define DAY_S       86400
#define DAY_MINUTES 1440
#define CELLS_MAX   (DAY_MINUTES / 5)
#define PIECES_MAX  (PROFILE_HOURS_MAX * (PROFILE_HOURS_MAX + 1))

/* ==== local time ============================================================================== */

static bool offset_at(const char *zone, int64_t second, int64_t *ret)
{
    struct tm tm = {0};

    if (zone_local(zone, second * 1000, &tm) != ERR_OK)
        return false;
    day_number day = date_number((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    *ret = (int64_t)day * DAY_S + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - second;
    return true;
}

/* The offsets before and after any change of the clocks near that local second. */
static bool offsets(const char *zone, int64_t local_s, int64_t *ret_before, int64_t *ret_after)
{
    return offset_at(zone, local_s - DAY_S, ret_before) &&
           offset_at(zone, local_s + DAY_S, ret_after);
}

bool free_second(const char *time_zone, day_number day, int minute, int64_t *ret)
{
    int64_t local_s = (int64_t)day * DAY_S + (int64_t)minute * 60;
    int64_t before = 0;
    int64_t after = 0;
    int64_t at = 0;

    if (!offsets(time_zone, local_s, &before, &after))
        return false;
    bool first = offset_at(time_zone, local_s - before, &at) && at == before;
    bool second = offset_at(time_zone, local_s - after, &at) && at == after;
    if (before != after && first == second) /* it does not exist, or exists twice */
        return false;
    *ret = local_s - (first ? before : after);
    return first || second;
}

/* ==== what is asked =========================================================================== */

/* One specialist's taken time, by its beginning, without overlaps. */
struct taken {
    struct free_span *span;
    size_t n, at; /* at: the first that may still matter; starts only rise */
    int visits;   /* on the day that is worked on */
};

struct piece {
    int from_min;
    int64_t to_s; /* UTC */
};

/* What is worked on. */
struct work {
    struct arena *arena;
    const struct free_ask *ask;
    struct taken *taken; /* of each specialist */
    int64_t earliest_s;
    day_number today;
    int64_t length_s; /* of the visit */
    int64_t busy_s;   /* of it with what is kept free after it, where one does all */
    /* the day */
    day_number day;
    int64_t day_s; /* UTC second of its local midnight, if `even` */
    bool even;     /* the clocks are not changed on it */
    bool past;     /* also what is over */
};

static const struct service *service_of(const struct free_ask *ask, size_t i)
{
    return &ask->book->service[ask->service[i]];
}

static int by_start(const void *a, const void *b)
{
    const struct free_span *x = a;
    const struct free_span *y = b;

    return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

static void join(struct taken *t)
{
    size_t kept = 0;

    if (t->n == 0)
        return;
    qsort(t->span, t->n, sizeof *t->span, by_start);
    for (size_t i = 1; i < t->n; i++) {
        if (t->span[i].from_s > t->span[kept].to_s)
            t->span[++kept] = t->span[i];
        else if (t->span[i].to_s > t->span[kept].to_s)
            t->span[kept].to_s = t->span[i].to_s;
    }
    t->n = kept + 1;
}

static enum err sort_busy(struct work *w)
{
    const struct free_ask *ask = w->ask;
    size_t people = ask->book->specialists;

    w->taken = arena_calloc(w->arena, people + 1, sizeof *w->taken);
    if (w->taken == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < ask->busy_n; i++)
        w->taken[ask->busy[i].specialist].n++;
    for (size_t s = 0; s < people; s++) {
        w->taken[s].span = arena_calloc(w->arena, w->taken[s].n + 1, sizeof *w->taken[s].span);
        if (w->taken[s].span == NULL)
            return ERR_MEMORY;
        w->taken[s].n = 0;
    }
    for (size_t i = 0; i < ask->busy_n; i++) {
        struct taken *t = &w->taken[ask->busy[i].specialist];
        t->span[t->n++] = (struct free_span){ask->busy[i].from_s, ask->busy[i].to_s};
    }
    for (size_t s = 0; s < people; s++)
        join(&w->taken[s]);
    return ERR_OK;
}

static enum err begin(struct arena *a, const struct free_ask *ask, struct work *w)
{
    struct tm tm = {0};

    *w = (struct work){.arena = a, .ask = ask};
    w->earliest_s = ask->now_s + (int64_t)ask->book->notice_minutes * 60;
    if (zone_local(ask->time_zone, ask->now_s * 1000, &tm) != ERR_OK)
        return ERR_CONFIG;
    w->today = date_number((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    for (size_t i = 0; i < ask->services; i++) {
        w->length_s += (int64_t)service_of(ask, i)->minutes * 60;
        int64_t busy_s = w->length_s + (int64_t)service_of(ask, i)->buffer_minutes * 60;
        w->busy_s = busy_s > w->busy_s ? busy_s : w->busy_s;
    }
    return sort_busy(w);
}

/* ==== a day =================================================================================== */

static bool second_of(const struct work *w, int minute, int64_t *ret)
{
    if (w->even) {
        *ret = w->day_s + (int64_t)minute * 60;
        return true;
    }
    return free_second(w->ask->time_zone, w->day, minute, ret);
}

/* The end of an interval. Where the clocks are changed at it: when that local minute is first
 * reached or passed. */
static int64_t end_second(const struct work *w, int minute)
{
    int64_t second = 0;

    for (int later = minute; later <= minute + 180; later++)
        if (second_of(w, later, &second))
            return second - (int64_t)(w->even ? later - minute : 0) * 60;
    return w->day_s + (int64_t)minute * 60;
}

static enum err begin_day(struct work *w, day_number day)
{
    int64_t local_s = (int64_t)day * DAY_S;
    int64_t before = 0;
    int64_t after = 0;

    w->day = day;
    if (!offset_at(w->ask->time_zone, local_s - DAY_S, &before) ||
        !offset_at(w->ask->time_zone, local_s + (int64_t)2 * DAY_S, &after))
        return ERR_CONFIG;
    w->even = before == after;
    w->day_s = local_s - before;
    for (size_t s = 0; s < w->ask->book->specialists; s++)
        w->taken[s].visits = 0;
    int64_t to_s = w->day_s + DAY_S + (before - after);
    for (size_t i = 0; i < w->ask->busy_n; i++) {
        const struct free_busy *b = &w->ask->busy[i];
        if (b->visit && b->from_s >= w->day_s && b->from_s < to_s)
            w->taken[b->specialist].visits++;
    }
    return ERR_OK;
}

/* The specialist's hours of the day, less the breaks. */
static size_t pieces_of(const struct work *w, int specialist, struct piece *ret)
{
    const struct specialist *s = &w->ask->book->specialist[specialist];
    const struct day *open = &s->week[date_weekday(w->day)];
    const struct day *rest = &s->breaks[date_weekday(w->day)];
    size_t n = 0;

    for (size_t i = 0; i < open->n; i++) {
        int from = open->open[i].from_min;
        int to = open->open[i].to_min;
        for (size_t k = 0; k < rest->n; k++) {
            const struct hours *b = &rest->open[k];
            if (b->to_min <= from || b->from_min >= to)
                continue;
            if (b->from_min > from)
                ret[n++] = (struct piece){from, end_second(w, b->from_min)};
            from = b->to_min;
        }
        if (from < to)
            ret[n++] = (struct piece){from, end_second(w, to)};
    }
    return n;
}

/* Is [from, to) free of what the specialist has? Must be asked with rising `from`. */
static bool is_free(struct taken *t, int64_t from_s, int64_t to_s)
{
    while (t->at < t->n && t->span[t->at].to_s <= from_s)
        t->at++;
    return t->at == t->n || t->span[t->at].from_s >= to_s;
}

static bool meets_own(const struct free_ask *ask, int64_t from_s, int64_t to_s)
{
    for (size_t i = 0; i < ask->own_n; i++)
        if (ask->own[i].from_s < to_s && ask->own[i].to_s > from_s)
            return true;
    return false;
}

/* Marks the cells of the day at which the specialist can begin `length_s` of work that keeps him or
 * her busy for `busy_s`, when it begins `after_s` later than the cell. */
static void mark(struct work *w, int specialist, int64_t after_s, int64_t length_s, int64_t busy_s,
                 bool *cells)
{
    const struct free_ask *ask = w->ask;
    struct taken *t = &w->taken[specialist];
    struct piece piece[PIECES_MAX];
    int step = ask->book->cell_minutes;

    if (!catalogue_works(ask->book, specialist, w->day))
        return;
    size_t n = pieces_of(w, specialist, piece);
    t->at = 0;
    for (size_t i = 0; i < n; i++) {
        /* The cell of a later part begins before the part's own interval. */
        int least = piece[i].from_min - (int)(after_s / 60) - (w->even ? 0 : 180);
        int first = least <= 0 ? 0 : (least + step - 1) / step * step;
        int64_t begins_s = 0;
        if (!second_of(w, piece[i].from_min, &begins_s))
            begins_s = end_second(w, piece[i].from_min);
        for (int m = first; m < DAY_MINUTES; m += step) {
            int64_t at = 0;
            if (!second_of(w, m, &at) || at + after_s < begins_s)
                continue;
            if (at + after_s + length_s > piece[i].to_s)
                break;
            cells[m / step] |= is_free(t, at + after_s, at + after_s + busy_s);
        }
    }
}

static bool may_begin(const struct work *w, int64_t at)
{
    return (w->past || at >= w->earliest_s) && !meets_own(w->ask, at, at + w->length_s);
}

/* ==== who ===================================================================================== */

static bool does_all(const struct free_ask *ask, int specialist)
{
    for (size_t i = 0; i < ask->services; i++)
        if (!catalogue_does(ask->book, ask->service[i], specialist))
            return false;
    return true;
}

/* Does anyone who may do it do all of it? */
static bool one_can(const struct free_ask *ask)
{
    if (ask->specialist >= 0)
        return does_all(ask, ask->specialist);
    for (size_t s = 0; s < ask->book->specialists; s++)
        if (does_all(ask, (int)s))
            return true;
    return false;
}

/* Who may do the i-th service: the one who was asked for, where he or she does it. */
static bool may_do(const struct free_ask *ask, size_t i, int specialist)
{
    if (!catalogue_does(ask->book, ask->service[i], specialist))
        return false;
    return ask->specialist < 0 || specialist == ask->specialist ||
           !catalogue_does(ask->book, ask->service[i], ask->specialist);
}

struct list {
    struct free_time *time;
    size_t n, room;
};

static bool put(struct work *w, struct list *l, int minute, int64_t at, const uint8_t *by)
{
    if (l->n == l->room) {
        size_t room = l->room == 0 ? 256 : l->room * 2;
        struct free_time *more =
            arena_grow(w->arena, l->time, l->room * sizeof *more, room * sizeof *more);
        if (more == NULL)
            return false;
        l->time = more;
        l->room = room;
    }
    struct free_time *t = &l->time[l->n++];
    *t = (struct free_time){
        .start_s = at, .end_s = at + w->length_s, .day = w->day, .minute = minute};
    memcpy(t->by, by, w->ask->services);
    return true;
}

/* ---- one does all --------------------------------------------------------------------------- */

static bool one_day_of_one(struct work *w, struct list *l, bool each)
{
    const struct free_ask *ask = w->ask;
    size_t people = ask->book->specialists;
    int step = ask->book->cell_minutes;
    bool(*cells)[CELLS_MAX] = arena_calloc(w->arena, people, sizeof *cells);
    bool any = false;

    if (cells == NULL)
        return false;
    for (size_t s = 0; s < people; s++)
        if ((ask->specialist < 0 || ask->specialist == (int)s) && does_all(ask, (int)s)) {
            mark(w, (int)s, 0, w->length_s, w->busy_s, cells[s]);
            any = true;
        }
    for (int c = 0; any && c < DAY_MINUTES / step; c++) {
        uint8_t by[CATALOGUE_VISIT_SERVICES];
        int64_t at = 0;
        int best = -1;
        for (size_t s = 0; s < people; s++) {
            if (!cells[s][c] || !second_of(w, c * step, &at) || !may_begin(w, at))
                continue;
            memset(by, (int)s, sizeof by);
            if (each && !put(w, l, c * step, at, by))
                return false;
            if (best < 0 || w->taken[s].visits < w->taken[best].visits)
                best = (int)s;
        }
        if (each || best < 0)
            continue;
        memset(by, best, sizeof by);
        if (!put(w, l, c * step, at, by))
            return false;
    }
    return true;
}

/* ---- each service by its own ------------------------------------------------------------------ */

/* For each cell who does the i-th service; 255: nobody can. */
static bool choose(struct work *w, size_t i, int64_t after_s, uint8_t *ret)
{
    const struct free_ask *ask = w->ask;
    const struct service *s = service_of(ask, i);
    int64_t length_s = (int64_t)s->minutes * 60;
    int64_t busy_s = length_s + (int64_t)s->buffer_minutes * 60;

    memset(ret, UINT8_MAX, CELLS_MAX);
    for (size_t k = 0; k < ask->book->specialists; k++) {
        bool cells[CELLS_MAX] = {false};
        if (!may_do(ask, i, (int)k))
            continue;
        mark(w, (int)k, after_s, length_s, busy_s, cells);
        for (int c = 0; c < CELLS_MAX; c++)
            if (cells[c] && (ret[c] == UINT8_MAX ||
                             w->taken[k].visits < w->taken[ret[c]].visits))
                ret[c] = (uint8_t)k;
    }
    return true;
}

static bool one_day_of_several(struct work *w, struct list *l)
{
    const struct free_ask *ask = w->ask;
    int step = ask->book->cell_minutes;
    uint8_t by[CATALOGUE_VISIT_SERVICES][CELLS_MAX];
    int64_t after_s = 0;

    for (size_t i = 0; i < ask->services; i++) {
        if (!choose(w, i, after_s, by[i]))
            return false;
        after_s += (int64_t)service_of(ask, i)->minutes * 60;
    }
    for (int c = 0; c < DAY_MINUTES / step; c++) {
        uint8_t who[CATALOGUE_VISIT_SERVICES];
        int64_t at = 0;
        bool all = second_of(w, c * step, &at) && may_begin(w, at);
        for (size_t i = 0; i < ask->services && all; i++) {
            who[i] = by[i][c];
            all = who[i] != UINT8_MAX;
        }
        if (all && !put(w, l, c * step, at, who))
            return false;
    }
    return true;
}

/* ==== the answers ============================================================================= */

static enum err find(struct work *w, bool each, struct free_times *ret)
{
    const struct free_ask *ask = w->ask;
    struct list l = {0};
    bool one = one_can(ask);
    day_number from = ask->from > w->today || w->past ? ask->from : w->today;
    day_number last = w->today + ask->book->horizon_days;
    day_number to = ask->to < last ? ask->to : last;

    for (day_number day = from; day <= to && ask->services > 0; day++) {
        enum err e = begin_day(w, day);
        if (e != ERR_OK)
            return e;
        if (!(one ? one_day_of_one(w, &l, each) : one_day_of_several(w, &l)))
            return ERR_MEMORY;
    }
    *ret = (struct free_times){l.time, l.n};
    return ERR_OK;
}

enum err free_find(struct arena *a, const struct free_ask *ask, struct free_times *ret)
{
    struct work w;
    enum err e = begin(a, ask, &w);

    *ret = (struct free_times){0};
    return e == ERR_OK ? find(&w, false, ret) : e;
}

enum err free_find_each(struct arena *a, const struct free_ask *ask, struct free_times *ret)
{
    struct work w;
    enum err e = begin(a, ask, &w);

    *ret = (struct free_times){0};
    return e == ERR_OK ? find(&w, true, ret) : e;
}

/* ---- one start -------------------------------------------------------------------------------- */

/* Does anyone work on that day who could do it? */
static bool somebody_works(const struct work *w, day_number day)
{
    const struct free_ask *ask = w->ask;

    for (size_t i = 0; i < ask->services; i++) {
        bool works = false;
        for (size_t s = 0; s < ask->book->specialists && !works; s++)
            works = may_do(ask, i, (int)s) && catalogue_works(ask->book, (int)s, day);
        if (!works)
            return false;
    }
    return true;
}

/* The start among those of a day as `ask` sees it. */
static enum err look(struct arena *a, const struct free_ask *ask, day_number day, int minute,
                     bool past, bool *ret_found, struct free_time *ret)
{
    struct free_ask of_day = *ask;
    struct free_times times = {0};
    struct work w;

    of_day.from = of_day.to = day;
    enum err e = begin(a, &of_day, &w);
    w.past = past;
    if (e == ERR_OK)
        e = find(&w, false, &times);
    *ret_found = false;
    for (size_t i = 0; e == ERR_OK && i < times.n && !*ret_found; i++)
        if (times.time[i].minute == minute) {
            *ret = times.time[i];
            *ret_found = true;
        }
    return e;
}

enum err free_check(struct arena *a, const struct free_ask *ask, day_number day, int minute,
                    bool past, enum free_why *ret_why, struct free_time *ret)
{
    struct free_ask bare = *ask;
    struct work w;
    int64_t at = 0;
    bool found = false;

    enum err e = begin(a, ask, &w);
    if (e != ERR_OK)
        return e;
    bool exists = minute >= 0 && minute < DAY_MINUTES && minute % ask->book->cell_minutes == 0 &&
                  free_second(ask->time_zone, day, minute, &at);
    *ret_why = day < w.today && !past                          ? FREE_PAST
               : day > w.today + ask->book->horizon_days       ? FREE_TOO_FAR
               : !exists                                       ? FREE_NO_SUCH
               : !past && at < w.earliest_s                    ? FREE_PAST
               : ask->specialist >= 0 && ask->services == 1 &&
                         !does_all(ask, ask->specialist)       ? FREE_NOT_DONE_BY
               : !somebody_works(&w, day)                      ? FREE_CLOSED
                                                               : FREE_OK;
    if (*ret_why != FREE_OK)
        return ERR_OK;
    e = look(a, ask, day, minute, past, &found, ret);
    if (e != ERR_OK || found)
        return e;
    bare.own_n = 0;
    struct free_time other = {0};
    e = look(a, &bare, day, minute, past, &found, &other);
    if (e == ERR_OK && found) {
        *ret_why = FREE_OWN;
        return e;
    }
    bare.busy_n = 0;
    e = look(a, &bare, day, minute, past, &found, &other);
    *ret_why = found ? FREE_TAKEN : FREE_OUTSIDE;
    return e;
}
