/* catalogue - the `book` of a profile: who works when, what they do, how long it takes and what it
 * costs. Pure; read with the profile (profile.h), never changed after.
 *
 * Specialists and services are known by their place in these lists inside one process, and by their
 * ids everywhere else: the store and the wire keep ids, so that a profile can change. In the
 * business's further languages (profile.others) the same places hold the same things; only names,
 * cases and stems differ. */
#ifndef HOLOS_BUSINESS_CATALOGUE_H
#define HOLOS_BUSINESS_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/date.h"
#include "business/profile.h"

#define CATALOGUE_SPECIALISTS_MAX 200
#define CATALOGUE_SERVICES_MAX    1000
#define CATALOGUE_VISIT_SERVICES  6 /* in one visit */

struct date_range {
    day_number from, to; /* both belong to it */
};

struct specialist {
    const char *id, *name;
    const char *genitive; /* "до Інни"; the name if the profile has none */
    const char *sheet;    /* title of the worksheet; the name if the profile has none */
    struct stems *stems;
    size_t stems_n;
    struct day week[7], breaks[7]; /* Monday first */
    struct date_range *off;
    size_t off_n;
};

struct service {
    const char *id, *name;
    const char *accusative; /* "на ..."; the name if the profile has none */
    struct stems *stems;
    size_t stems_n;
    size_t own_n; /* the first of these are of the book's own language; 0: any */
    int minutes, buffer_minutes;
    /* In whole units; equal: one price; to -1: "from"; both -1: not told. */
    int64_t price_from, price_to;
    const uint8_t *by; /* places of those who do it, rising */
    size_t by_n;
};

/* A message to the client about a visit. */
struct book_message {
    unsigned by;      /* BOOK_BY_..., joined; 0: none is sent */
    int hours_before; /* of a reminder */
};

/* Ways that a message goes. */
#define BOOK_BY_LOG     1U
#define BOOK_BY_WEBHOOK 2U

struct book {
    const char *currency; /* "UAH" */
    int cell_minutes, notice_minutes, horizon_days, hold_seconds, offer;
    struct date_range *closed;
    size_t closed_n;
    struct specialist *specialist;
    size_t specialists;
    struct service *service;
    size_t services;
    struct book_message booked, reminder;
    const struct book_words *words; /* of this language; business/book-words.h */
};

/* Their places; -1: there is none. */
int catalogue_specialist(const struct book *b, const char *id);
int catalogue_service(const struct book *b, const char *id);

bool catalogue_does(const struct book *b, int service, int specialist);

/* Does this one, or with -1 anybody, work on that day at all (hours, off, closed)? */
bool catalogue_works(const struct book *b, int specialist, day_number day);

/* Minutes of the longest visit that this one has room for on any day of the week: in one interval,
 * between breaks, from a cell on. 0: there is none. */
int catalogue_longest(const struct book *b, int specialist);

#endif
