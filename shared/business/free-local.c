#include "business/free-inside.h"

#include <assert.h>

/* No local time is further from UTC. */
#define FURTHEST_S ((int64_t)26 * 3600)

static int64_t midnight(day_number day)
{
    return (int64_t)day * FREE_DAY_S;
}

static int64_t window_from(day_number day)
{
    return midnight(day) - FURTHEST_S;
}

static int64_t window_to(day_number day)
{
    return midnight(day) + FREE_DAY_S + FURTHEST_S;
}

enum err free_local_open(struct arena *a, const char *zone, day_number from, day_number to,
                         struct free_local *ret)
{
    int64_t from_s = window_from(from);
    struct free_local l = {.until_s = window_to(to)};

    l.stretch = arena_calloc(a, ZONE_STRETCHES(from_s, l.until_s), sizeof *l.stretch);
    if (l.stretch == NULL)
        return ERR_MEMORY;
    enum err e = zone_stretches(zone, from_s, l.until_s, l.stretch, &l.n);
    if (e == ERR_OK)
        *ret = l;
    return e;
}

static int64_t stretch_end(const struct free_local *l, size_t i)
{
    return i + 1 < l->n ? l->stretch[i + 1].from_s : l->until_s;
}

int free_local_second(const struct free_local *l, day_number day, int minute, int64_t *ret)
{
    int64_t local = midnight(day) + (int64_t)minute * 60;
    int64_t last = 0;
    int64_t skipped = l->until_s;
    int times = 0;

    for (size_t i = 0; i < l->n; i++) {
        const struct zone_stretch *s = &l->stretch[i];
        int64_t second = local - s->offset_s;
        if (second < s->from_s) {
            skipped = s->from_s < skipped ? s->from_s : skipped;
        } else if (second < stretch_end(l, i)) {
            last = second;
            times++;
        }
    }
    *ret = times > 0 ? last : skipped;
    return times;
}

bool free_second(const char *time_zone, day_number day, int minute, int64_t *ret)
{
    struct zone_stretch stretch[ZONE_STRETCHES(-FURTHEST_S, FREE_DAY_S + FURTHEST_S)];
    struct free_local l = {.stretch = stretch, .until_s = window_to(day)};
    int64_t second = 0;

    if (minute < 0 || minute >= FREE_DAY_MINUTES ||
        zone_stretches(time_zone, window_from(day), l.until_s, stretch, &l.n) != ERR_OK ||
        free_local_second(&l, day, minute, &second) != 1)
        return false;
    *ret = second;
    return true;
}

day_number free_local_day(const struct free_local *l, int64_t second_s)
{
    size_t i = l->n - 1;

    while (i > 0 && l->stretch[i].from_s > second_s)
        i--;
    int64_t local = second_s + l->stretch[i].offset_s;
    return (day_number)(local >= 0 ? local / FREE_DAY_S : -((-local - 1) / FREE_DAY_S) - 1);
}

static void add(struct free_spans *to, int64_t from_s, int64_t to_s)
{
    assert(to->n < FREE_DAY_SPANS);
    to->span[to->n++] = (struct free_span){from_s, to_s};
}

/* The seconds at which the local time is inside `h`. Where the clocks are set forward, what is
 * before and after the change is one span. */
static void lay(const struct free_local *l, day_number day, const struct hours *h,
                struct free_spans *to)
{
    int64_t local_from = midnight(day) + (int64_t)h->from_min * 60;
    int64_t local_to = midnight(day) + (int64_t)h->to_min * 60;
    size_t first = to->n;

    for (size_t i = 0; i < l->n; i++) {
        const struct zone_stretch *s = &l->stretch[i];
        int64_t end = stretch_end(l, i);
        int64_t a = local_from - s->offset_s > s->from_s ? local_from - s->offset_s : s->from_s;
        int64_t b = local_to - s->offset_s < end ? local_to - s->offset_s : end;
        if (a >= b)
            continue;
        if (to->n > first && to->span[to->n - 1].to_s == a)
            to->span[to->n - 1].to_s = b;
        else
            add(to, a, b);
    }
}

static void cut(struct free_spans *from, const struct free_span *out)
{
    struct free_spans left;

    left.n = 0;
    for (size_t i = 0; i < from->n; i++) {
        const struct free_span *s = &from->span[i];
        if (out->to_s <= s->from_s || out->from_s >= s->to_s) {
            add(&left, s->from_s, s->to_s);
            continue;
        }
        if (s->from_s < out->from_s)
            add(&left, s->from_s, out->from_s);
        if (out->to_s < s->to_s)
            add(&left, out->to_s, s->to_s);
    }
    from->n = left.n;
    for (size_t i = 0; i < left.n; i++)
        from->span[i] = left.span[i];
}

/* Where an hour comes twice, the second time of one interval follows the first of the next. */
static void sort(struct free_spans *spans)
{
    for (size_t i = 1; i < spans->n; i++) {
        struct free_span s = spans->span[i];
        size_t at = i;
        for (; at > 0 && spans->span[at - 1].from_s > s.from_s; at--)
            spans->span[at] = spans->span[at - 1];
        spans->span[at] = s;
    }
}

void free_local_work(const struct free_local *l, day_number day, const struct day *hours,
                     const struct day *breaks, struct free_spans *ret)
{
    struct free_spans out;

    ret->n = out.n = 0;
    for (size_t i = 0; i < hours->n; i++)
        lay(l, day, &hours->open[i], ret);
    sort(ret);
    for (size_t i = 0; i < breaks->n; i++)
        lay(l, day, &breaks->open[i], &out);
    for (size_t i = 0; i < out.n; i++)
        cut(ret, &out.span[i]);
}
