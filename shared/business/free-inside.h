/* free-inside - private to business/: the local days of free.h as UTC seconds.
 *
 * A zone's local time is a row of stretches that run on evenly. All that a day has, its cells and
 * its hours, is laid over them: what exists twice comes out twice, what does not exist not at all,
 * and no rule is needed for one kind of change or another. */
#ifndef HOLOS_BUSINESS_FREE_INSIDE_H
#define HOLOS_BUSINESS_FREE_INSIDE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "business/free.h"

#define FREE_DAY_MINUTES 1440
#define FREE_DAY_S       (FREE_DAY_MINUTES * 60)

/* Spans that one specialist's day can have: hours and what breaks cut them into, each as often as
 * a local time can exist. */
#define FREE_DAY_SPANS 64

struct free_local {
    struct zone_stretch *stretch;
    size_t n;
    int64_t until_s; /* the last stretch is known to here */
};

struct free_spans {
    struct free_span span[FREE_DAY_SPANS]; /* in order; none overlaps another */
    size_t n;
};

/* Knows all of the local days `from` to `to`. */
enum err free_local_open(struct arena *a, const char *zone, day_number from, day_number to,
                         struct free_local *ret) must_check;

/* How often a local minute exists; *ret is the last second at which it begins. Of one that does
 * not exist *ret is the moment of the change that skips it. */
int free_local_second(const struct free_local *l, day_number day, int minute, int64_t *ret);

/* The local day of a second. */
day_number free_local_day(const struct free_local *l, int64_t second_s);

/* When one works on a day: its hours without its breaks. A span never reaches from one interval of
 * the hours into the next, even if they touch. */
void free_local_work(const struct free_local *l, day_number day, const struct day *hours,
                     const struct day *breaks, struct free_spans *ret);

#endif
