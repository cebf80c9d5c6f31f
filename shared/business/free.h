/* free - the times at which a visit can begin. Pure: catalogue, what is taken, and now.
 *
 * A visit is one or more services, one after another without a gap. One specialist does all of it if
 * there is one who does all of its services; else each service has its own specialist, back to back.
 * Each part lies inside one interval of its specialist's hours, outside breaks, days off and closed
 * days; its buffer follows each service, may run into a break or past closing, and is kept free of
 * other visits. Starts lie on cells of the local day, not before now + notice, on a day from today to
 * today + horizon. Lengths are real minutes; a local start that does not exist or exists twice (when
 * the clocks are changed) is not given. */
#ifndef HOLOS_BUSINESS_FREE_H
#define HOLOS_BUSINESS_FREE_H

#include "base/arena.h"
#include "base/err.h"
#include "business/catalogue.h"

/* Time of a specialist that is taken: a visit with its buffers, a block, another caller's offer. */
struct free_busy {
    int specialist;
    int64_t from_s, to_s; /* UTC seconds; `to` no longer belongs to it */
    bool visit;           /* counts when the one with the fewest visits is looked for */
};

struct free_span {
    int64_t from_s, to_s;
};

struct free_ask {
    const struct book *book;
    const char *time_zone;
    int64_t now_s;
    int service[CATALOGUE_VISIT_SERVICES]; /* in the order in which they are done */
    size_t services;
    int specialist;       /* who shall do what they can; -1: anyone */
    day_number from, to;  /* local days, both belong to it; cut to what may be booked */
    const struct free_busy *busy; /* in any order */
    size_t busy_n;
    const struct free_span *own; /* the client's other visits: none may overlap */
    size_t own_n;
};

/* One start. by[i] does service[i]. Of those who can, by[] has the one with the fewest visits on that
 * day, then the first of the profile. */
struct free_time {
    int64_t start_s, end_s; /* of the visit, without buffers */
    day_number day;         /* local */
    int minute;             /* local, after midnight */
    uint8_t by[CATALOGUE_VISIT_SERVICES];
};

struct free_times {
    struct free_time *time; /* by start */
    size_t n;
};

/* One entry a start. ERR_MEMORY; ERR_CONFIG: the time zone is unknown. */
enum err free_find(struct arena *a, const struct free_ask *ask, struct free_times *ret) must_check;

/* One entry for each start and each specialist who could do all of it (where one can). */
enum err free_find_each(struct arena *a, const struct free_ask *ask,
                        struct free_times *ret) must_check;

/* Why a start cannot be had, in the order in which they are asked. */
enum free_why {
    FREE_OK,
    FREE_PAST,       /* over, or sooner than the notice allows */
    FREE_TOO_FAR,    /* after the horizon */
    FREE_NO_SUCH,    /* the clocks are changed then; or it is on no cell */
    FREE_NOT_DONE_BY, /* the specialist does not do it */
    FREE_CLOSED,     /* nobody, or not this one, works that day */
    FREE_OUTSIDE,    /* not at that hour: closed, a break, or too long for what is left */
    FREE_TAKEN,      /* by another visit, an offer, a block */
    FREE_OWN         /* the client has another visit then */
};

/* Can the visit begin at that local minute? `past`: notice and past do not count, for the history.
 * *ret is filled in for FREE_OK. */
enum err free_check(struct arena *a, const struct free_ask *ask, day_number day, int minute,
                    bool past, enum free_why *ret_why, struct free_time *ret) must_check;

/* The UTC second of a local minute of a day. False: it does not exist, or exists twice. */
bool free_second(const char *time_zone, day_number day, int minute, int64_t *ret);

#endif
