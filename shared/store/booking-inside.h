/* booking-inside - private to store/: cells of time, and what booking.c, visit.c and offer.c share.
 *
 * Whether time is free is asked first (the whole transaction is under the writer's lock), so that a
 * refusal has written nothing; the primary key of `occupied` refuses what the question overlooked. */
#ifndef HOLOS_STORE_BOOKING_INSIDE_H
#define HOLOS_STORE_BOOKING_INSIDE_H

#include "store/booking.h"
#include "store/inside.h"

/* A piece of a specialist's time, in cells; `to` no longer belongs to it. */
struct booking_cells {
    const char *profile, *specialist;
    int64_t from, to;
};

/* Who asks for time: what is his own already is free for him. 0: nothing. */
struct booking_claim {
    const char *profile;
    int64_t call_id, visit_id;
    int64_t now_ms; /* offers that are dead then are removed where they are in the way */
};

struct booking_cells booking_cells_of(const char *profile, const char *specialist, int64_t from_s,
                                      int64_t to_s);

/* The cells of the n-th part, less those that an earlier part of the same specialist has: its buffer
 * may reach into a later part of its own visit. */
struct booking_cells booking_cells_of_part(const char *profile, const struct booking_part *part,
                                           size_t n);

/* ERR_EXISTS: it is another's. */
enum err booking_cells_free(struct store *s, const struct booking_cells *c,
                            const struct booking_claim *claim, struct why *why) must_check;

/* The same for all parts of a visit. ERR_VALUE: these are no parts of one visit. */
enum err booking_parts_free(struct store *s, const struct booking_part *part, size_t parts,
                            const struct booking_claim *claim, struct why *why) must_check;

/* Binds a part, and reads one, in the order of PART_COLUMNS. */
void booking_put_part(struct query *q, const struct booking_part *p);
void booking_get_part(struct query *q, struct arena *a, struct booking_part *ret);

/* Runs a statement with one number, or with two. */
enum err booking_run(struct store *s, enum sql sql, int64_t v, struct why *why) must_check;
enum err booking_run_two(struct store *s, enum sql sql, int64_t v, int64_t w,
                         struct why *why) must_check;

/* A list with a place for the n-th behind n others; it grows by doubling. NULL: no memory. */
void *booking_place(struct arena *a, void *list, size_t n, size_t size);

/* visit_add, but the parts are asked for by `claim`: what that has is free for it. */
enum err visit_add_for(struct store *s, struct arena *a, struct visit *v,
                       const struct booking_claim *claim, const struct booking_actor *who,
                       struct why *why) must_check;

/* The row of the outbox that tells the sheet that this visit is about to be deleted: ids of its bookings
 * and specialists, nothing else. ERR_NOT_FOUND. */
enum err visit_forgotten(struct store *s, struct arena *a, int64_t id, struct why *why) must_check;

/* What a visit is moved to, and for whom. */
struct visit_place {
    const struct booking_part *part;
    size_t parts;
    int64_t call_id; /* whose offers are free for it; 0 */
};
enum err visit_move_for(struct store *s, struct arena *a, int64_t visit_id,
                        const struct visit_place *to, const struct booking_actor *who,
                        struct why *why) must_check;

#endif
