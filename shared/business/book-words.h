/* book-words - what the book says, hears and tells a model, in one language. Every language pack has
 * all of it (`book` of profiles/languages/CODE.json); a profile may replace any by its name, in its
 * own `book`: book.say.NAME, book.hears.NAME, book.prompt.NAME, book.sheet.NAME. Read with the
 * catalogue.
 *
 * Phrases may hold, besides what every phrase may ({business}, {phone}, ...): {services} "стрижку та
 * укладку" (accusative), {service_names} (nominative), {specialist}, {to_specialist} (genitive),
 * {specialists}, {day} "у п'ятницю, четвертого грудня", {time} "о пів на одинадцяту", {when} (both),
 * {times} (offered ones), {old_when}, {visits}, {price} "вісімсот гривень", {length} "півтори години"
 * (accusative: "годину"), {name}, {vocative}. docs/profiles.md has the table. Every phrase of the book
 * may hold every one of them; profile_phrase fills none. */
#ifndef HOLOS_BUSINESS_BOOK_WORDS_H
#define HOLOS_BUSINESS_BOOK_WORDS_H

#include "business/profile.h"

#define BOOK_PHRASES(X)                                                                            \
    X(ask_service)     /* which service? */                                                        \
    X(which_service)   /* of {services}, which? */                                                 \
    X(unknown_service) /* we do not do that; which service? */                                     \
    X(ask_specialist)  /* {specialists} do it and are free: to whom? */                            \
    X(ask_day)         /* which day? */                                                            \
    X(ask_time)        /* {day}: at what time? */                                                  \
    X(offer_one)       /* one time only: {when}; does it suit? */                                  \
    X(offer_times)     /* {day} there are {times}; which? */                                       \
    X(offer_days)      /* {times}, of several days, each with its day; which? */                   \
    X(nearest)         /* said before offers that were not asked for: the nearest are */           \
    X(taken)           /* {when} is taken */                                                       \
    X(day_full)        /* nothing is free {day} */                                                 \
    X(hours_full)      /* nothing is free {day} in the wanted part of it */                        \
    X(day_closed)      /* closed {day} */                                                          \
    X(day_nobody)      /* open {day}, but nobody who does {services} works then */                 \
    X(day_off)         /* {specialist} does not work {day} */                                      \
    X(hour_closed)     /* {when}: we are closed, or it would not fit before closing */             \
    X(past)            /* that time is over */                                                     \
    X(too_soon)        /* it is too soon; visits need some notice */                               \
    X(too_far)         /* booked only until {day} */                                               \
    X(no_such_day)     /* the calendar has no such day */                                          \
    X(not_done_by)     /* {specialist} does not do {services} */                                   \
    X(own_visit)       /* you have another visit at that time: {visits} */                         \
    X(nothing_free)    /* nothing is free at all; shall a person call back? */                     \
    X(ask_name)        /* under which name? */                                                     \
    X(ask_other_name)  /* the name of the person who will come? */                                 \
    X(ask_phone)       /* which telephone number? */                                               \
    X(ask_phone_again) /* that was no number */                                                    \
    X(read_back)       /* {services} {when}, {to_specialist}: is that right? */                    \
    X(read_back_price) /* the same with {price} */                                                 \
    X(booked)          /* done: {when} */                                                          \
    X(what_else)       /* no to the read-back: what should be different? */                        \
    X(not_booked)      /* the caller does not want it after all */                                 \
    X(failed)          /* it could not be booked; again? */                                        \
    X(mine)            /* your visits: {visits} */                                                 \
    X(mine_none)       /* no visit of this number */                                               \
    X(not_found)       /* no visit of that number and name */                                      \
    X(visit_phone)     /* hidden number: the number that the visit is under? */                    \
    X(visit_name)      /* and the name? */                                                         \
    X(which_visit)     /* several: {visits}; which? */                                             \
    X(a_visit)         /* one of {visits}: "{services} {when}, {to_specialist}" */                 \
    X(move_when)       /* {visits}: to when shall it be moved? */                                  \
    X(move_back)       /* from {old_when} to {when}: is that right? */                             \
    X(moved)           /* done */                                                                  \
    X(cancel_back)     /* {visits}: shall it be cancelled? */                                      \
    X(cancelled)       /* done */                                                                  \
    X(kept)            /* then it stays as it is */                                                \
    X(who)             /* {services}: {specialists} */                                             \
    X(who_free)        /* {day} {specialists} have a free time */                                  \
    X(who_none)        /* {day} nobody has */                                                      \
    X(price)           /* {services}: {price} */                                                   \
    X(price_unknown)   /* the price of {services} is told by a person */                           \
    X(length)          /* {services}: {length} */                                                  \
    /* written to the client; {when} is in digits here */                                          \
    X(message_booked)   /* it is booked */                                                         \
    X(message_moved)    /* it is another time now */                                               \
    X(message_reminder) /* a reminder; asks for 1 (comes) or 2 (cancel) */

/* What is filled in, X(name in braces). */
#define BOOK_PLACES(X)                                                                             \
    X(services)                                                                                    \
    X(service_names)                                                                               \
    X(specialist)                                                                                  \
    X(to_specialist)                                                                               \
    X(specialists)                                                                                 \
    X(day)                                                                                         \
    X(time)                                                                                        \
    X(when)                                                                                        \
    X(times)                                                                                       \
    X(old_when)                                                                                    \
    X(visits)                                                                                      \
    X(price)                                                                                       \
    X(length)                                                                                      \
    X(name)                                                                                        \
    X(vocative)

/* Lists of stems, as in rules. */
#define BOOK_HEARS(X)                                                                              \
    X(book)             /* to book */                                                              \
    X(move)             /* to move a visit */                                                      \
    X(cancel)           /* to cancel one */                                                        \
    X(mine)             /* when is my visit? */                                                    \
    X(price)            /* what does it cost? */                                                   \
    X(length)           /* how long does it take? */                                               \
    X(who)              /* who does it? who can? */                                                \
    X(any)              /* anybody will do */                                                      \
    X(for_other)        /* for a friend, a child, my husband */                                    \
    X(drop)             /* stop, no booking after all */                                           \
    X(other)            /* another time, none of these */                                          \
    X(earlier)          /* something earlier */                                                    \
    X(later)            /* something later */                                                      \
    X(by_half)          /* beside these two: by half an hour */                                    \
    X(by_hour)          /* by an hour */                                                           \
    X(the_day)          /* the day is to be changed; a word that alone is no day */                \
    X(the_time)         /* the time is */                                                          \
    X(the_service)      /* the service is */                                                       \
    X(other_specialist) /* somebody else than was offered */                                       \
    X(repeat)           /* which times were those? */

/* For models; {services} is the catalogue as lines. */
#define BOOK_PROMPT(X)                                                                             \
    X(system)    /* how to book: after the rest of the instructions */                             \
    X(catalogue) /* the list of services, which stands for {services} */                           \
    X(offers)    /* heads the list of times that are kept for this call */

/* What the staff read in their sheet, and in the requests that come of it. Without places. */
#define BOOK_SHEET(X)                                                                              \
    X(date)      /* heads of the columns: the day, once */                                         \
    X(full_date) /* the day, in each row */                                                        \
    X(time)                                                                                        \
    X(visit)   /* the visit's number */                                                            \
    X(name)    /* whose */                                                                         \
    X(service) /* for what */                                                                      \
    X(phone)                                                                                       \
    X(state)                                                                                       \
    X(waiting)     /* a state: not confirmed yet */                                                \
    X(confirmed)   /* a state: the client said yes */                                              \
    X(cleared)     /* a request: staff emptied the visit's cells; it is cancelled, call back */    \
    X(overwritten) /* a request: staff wrote over a visit, which stays */                          \
    X(not_moved)   /* a request: staff moved a visit to where it cannot be; it stays */            \
    X(restored)    /* a request: all visits of a worksheet were gone; they were written again */

struct book_words {
    struct {
#define X(name) const char *name;
        BOOK_PHRASES(X)
    } say;
    struct {
        BOOK_PROMPT(X)
    } prompt;
    struct {
        BOOK_SHEET(X)
#undef X
    } sheet;
    struct {
#define X(name)                                                                                    \
    struct stems *name;                                                                            \
    size_t name##_n;
        BOOK_HEARS(X)
#undef X
    } hears;
};

#endif
