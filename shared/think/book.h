/* book - the acts of the appointment book: what the rules, a model's tools and later a chat do with it.
 *
 * They look up and check; what they decide is an offer in the store or an effect on the turn's list.
 * The code here, not a prompt, holds what the contract promises: a visit is confirmed only by a yes in
 * a later turn than its offer, inside the hours, by who does it, and a caller sees only the visits of
 * the number that calls, or of a number told together with its name.
 *
 * An act works in the open transaction, or in a short one of its own. Errors are the store's and
 * ERR_MEMORY; what cannot be had is no error but told in the result. */
#ifndef HOLOS_THINK_BOOK_H
#define HOLOS_THINK_BOOK_H

#include "business/free.h"
#include "providers/env.h"
#include "store/booking.h"
#include "think/effects.h"

/* Who wants it, in which turn. */
struct book_desk {
    struct env *env;          /* profile (with a book), store, call, turn, memory, deadline */
    struct effects *effects;  /* of the turn */
    const char *caller_phone; /* E.164; NULL: hidden */
    int64_t now_ms;
};

#define BOOK_DAYS   14
#define BOOK_OFFERS 5

/* What is looked for. Days are local, minutes after midnight; -1: any. */
struct book_wish {
    int service[CATALOGUE_VISIT_SERVICES];
    size_t services;
    int specialist; /* -1: anyone */
    day_number day[BOOK_DAYS];
    size_t days;       /* 0: any day until the horizon */
    int time;          /* the start itself */
    int from, to;      /* the start is not before and not after these */
    int64_t visit;     /* that is to be moved there; 0 */
    const char *phone; /* whose other visits it may not meet; NULL or "": nobody's */
};

/* What there is. */
struct book_found {
    struct free_time *time; /* by start */
    size_t n;
    enum free_why why; /* n is 0: why not. With a wished time: why not that one; else of the days */
};

/* All starts that fit; with wish.time, that start alone (on each of the days). */
enum err book_find(const struct book_desk *d, const struct book_wish *wish, struct book_found *ret,
                   struct why *why) must_check;

/* Every start and every one of those who could do all of it then, on all days of the range. */
struct book_range {
    day_number from, to;
};
enum err book_find_each(const struct book_desk *d, const struct book_wish *wish,
                        const struct book_range *range, struct book_found *ret,
                        struct why *why) must_check;

/* The wish's time on its first day, that very start. `past`: for the history, what is over counts too.
 * *ret is filled in for FREE_OK. */
enum err book_check(const struct book_desk *d, const struct book_wish *wish, bool past,
                    enum free_why *ret_why, struct free_time *ret, struct why *why) must_check;

/* What is stored of a visit that begins then: a part for each specialist. ERR_MEMORY. */
enum err book_parts(const struct book_desk *d, const struct book_wish *wish,
                    const struct free_time *at, struct booking_part ret[static BOOKING_PARTS],
                    size_t *ret_n) must_check;

/* Who can do all of it then, one after another in the profile's order: places in the catalogue. */
enum err book_who(const struct book_desk *d, const struct book_wish *wish, int *ret, size_t room,
                  size_t *ret_n, struct why *why) must_check;

/* Chooses up to `most` of the times to be offered: spread over morning, afternoon and evening, or the
 * earliest, or those next to a minute of the day. Returns how many, by start. */
enum book_choice { BOOK_SPREAD, BOOK_EARLIEST, BOOK_NEAR };
size_t book_choose(const struct book_found *found, enum book_choice how, int near, size_t most,
                   struct free_time *ret);

/* Offers these times to this call, in place of what it was offered before. A time that was taken
 * meanwhile is left out. */
enum err book_offer(const struct book_desk *d, const struct book_wish *wish,
                    const struct free_time *times, size_t n, struct offer *ret, size_t *ret_n,
                    struct why *why) must_check;

/* What this call is offered, by number. */
enum err book_offers(const struct book_desk *d, struct offer **ret, size_t *ret_n,
                     struct why *why) must_check;

/* Keeps one of them, lets the others go. *ret_kept false: it is gone. */
enum err book_keep(const struct book_desk *d, int64_t offer_id, bool *ret_kept,
                   struct why *why) must_check;

enum err book_drop(const struct book_desk *d, struct why *why) must_check;

struct book_person {
    const char *name, *phone; /* phone E.164 */
    bool for_other;
};

/* Puts the booking (or moving) of the offer on the turn's effects. *ret_done false: it cannot be
 * confirmed: it is gone, was made in this very turn, or the client has another visit then. */
enum err book_confirm(const struct book_desk *d, const struct offer *offer,
                      const struct book_person *who, bool *ret_done, struct why *why) must_check;

/* The coming visits that the caller may see: those of the number that calls, and, with `phone` and
 * `name` both told, those of that number whose name it is. */
enum err book_visits(const struct book_desk *d, const char *phone, const char *name,
                     struct visit **ret, size_t *ret_n, struct why *why) must_check;

/* Puts the cancelling on the turn's effects. The visit is one that book_visits gave. */
void book_cancel(const struct book_desk *d, const struct visit *visit);

/* What the turn's effects do to the book, in the profile's words; NULL: nothing. For a model that did
 * it and says nothing. */
enum err book_tell_done(const struct book_desk *d, const char **ret) must_check;

/* The read-back of an offer in the profile's words, with its question. `name`: of the client, if known. */
enum err book_tell_offer(const struct book_desk *d, const struct offer *offer, const char *name,
                         const char **ret) must_check;

/* The price of several services as one: sums. Both -1: not told. */
void book_price(const struct book *b, const int *service, size_t n, int64_t *ret_from,
                int64_t *ret_to);

/* Minutes of all of them. */
int book_minutes(const struct book *b, const int *service, size_t n);

/* The local day and minute of a UTC second, in the business's zone. */
enum err book_local(const struct profile *p, int64_t second, day_number *ret_day,
                    int *ret_minute) must_check;

/* The places of a visit's or an offer's services. Those that the profile no longer has are left out. */
size_t book_services_of(const struct book *b, const struct booking_part *part, size_t parts,
                        int service[static CATALOGUE_VISIT_SERVICES]);

#endif
