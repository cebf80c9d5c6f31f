/* free - the times at which a visit can begin. Pure: catalogue, what is taken, and now.
 *
 * A visit is one or more services, one after another without a gap. One specialist does all of it if
 * there is one who does all of its services; else each service has its own specialist, back to back,
 * and two may have the same. Who was asked for does all of it or else what he or she can, the others
 * do the rest; nothing is free if he or she does none of it.
 *
 * What one specialist does, all of the visit or one service, lies inside one interval of the hours,
 * outside breaks, days off and closed days. Two intervals that touch are two. A visit does not go on
 * after midnight. A buffer follows each service, may run into a break or past closing, and is kept
 * free of other visits; it does not keep the same visit's next service away. Starts lie on cells of
 * the local day, not before now + notice, on a day from today to today + horizon. Lengths are real
 * minutes; a local start that does not exist or exists twice (when the clocks are changed) is not
 * given.
 *
 * Each service is done by the one of those who can who has the fewest visits on that day, then by the
 * first of the profile. A visit counts on the local day on which it begins. */
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
    /* Entries of a specialist whom the book does not have, or without length, are not looked at. */
};

struct free_span {
    int64_t from_s, to_s;
};

struct free_ask {
    const struct book *book;
    const char *time_zone;
    int64_t now_s;
    int service[CATALOGUE_VISIT_SERVICES]; /* in the order in which they are done */
    size_t services;                       /* 0: nothing is free */
    int specialist;                        /* who shall do what they can; -1: anyone */
    day_number from, to;          /* local days, both belong to it; cut to what may be booked */
    const struct free_busy *busy; /* in any order */
    size_t busy_n;
    const struct free_span *own; /* the client's other visits: none may overlap */
    size_t own_n;
};

/* One start. by[i] does service[i]. */
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

/* One entry for each start and each specialist who could do all of it, in the profile's order. If
 * nobody does all of the services: free_find's. */
enum err free_find_each(struct arena *a, const struct free_ask *ask,
                        struct free_times *ret) must_check;

/* Why a start cannot be had: the first of these that holds. */
enum free_why {
    FREE_OK,
    FREE_PAST,    /* the day is over, or it begins before now + notice; what exists twice by its
                       * second time, what does not exist by the moment of the change */
    FREE_TOO_FAR, /* the day is after the horizon */
    FREE_NO_SUCH, /* it does not exist or exists twice; it is on no cell, or no minute of a day */
    FREE_NOT_DONE_BY, /* the specialist does none of it, or nobody does a service */
    FREE_CLOSED,      /* none of those who do it, or a service of it, works that day */
    FREE_OUTSIDE, /* none of those has hours for it then: closed, a break, too long for what is left */
    FREE_TAKEN, /* those who have are taken: by a visit, an offer, a block */
    FREE_OWN    /* the client has another visit then */
};

/* Can the visit begin at that local minute? ask->from and ask->to do not count. `past`: nothing is
 * FREE_PAST, for the history. *ret is filled in for FREE_OK. Errors are free_find's. */
enum err free_check(struct arena *a, const struct free_ask *ask, day_number day, int minute,
                    bool past, enum free_why *ret_why, struct free_time *ret) must_check;

/* The UTC second of a local minute of a day. False: it does not exist, or exists twice. */
bool free_second(const char *time_zone, day_number day, int minute, int64_t *ret);

#endif
