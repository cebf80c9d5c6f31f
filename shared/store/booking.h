/* booking - the appointment book: visits, the offers made to callers, times that staff took out, and
 * the history of it all.
 *
 * A visit is what a client comes for; it has one booking for each specialist. What is occupied stands
 * in a table of cells of five minutes (UTC) whose primary key is (profile, specialist, cell): an
 * overlap cannot be stored, whoever tries. Bookings, offers and blocks all take cells there.
 *
 * An offer is kept for one call until it dies by itself (until_ms) or with the call; its cells may be
 * taken by nobody else meanwhile. Offers of one call may overlap each other. A dead offer's cells are
 * free: whoever needs them removes it.
 *
 * One client, known by the phone as it is stored (so store E.164), is never at two visits at once,
 * visits for other people apart: that time is taken like a specialist's.
 *
 * Every change writes a row of history, and one to the outbox for the sheet (outbox.h). Moving and
 * cancelling take the visit's unsent messages back; whoever sends such adds new ones afterwards.
 *
 * Writers need an open transaction (asserted). ERR_EXISTS: the time is taken; then nothing of that
 * function was written and the transaction may go on. ERR_VALUE, with the same promise: the parts are
 * none of one visit (each begins where the one before ended, or later), or a block is longer than 400
 * days. Other errors are those of store.h. Times are UTC seconds, on whole minutes; texts are copied.
 * docs/store.md and docs/book.md tell the rest. */
#ifndef HOLOS_STORE_BOOKING_H
#define HOLOS_STORE_BOOKING_H

#include "store/store.h"

#define BOOKING_CELL_S   300
#define BOOKING_PARTS    6 /* of a visit */
#define BOOKING_SERVICES 6

/* One specialist's part of a visit. */
struct booking_part {
    int64_t id; /* of the booking; 0 in what is to be stored */
    const char *specialist, *specialist_name;
    const char *services;      /* ids, joined by ",": "manicure-gel,design" */
    const char *service_names; /* as told then, joined by ", " */
    int64_t start_s, end_s;    /* without buffers */
    int64_t free_s; /* end of what is kept free, not before end_s; rounded up to a cell */
    int64_t price_from, price_to; /* as catalogue.h; -1 */
};

struct visit {
    int64_t id;
    const char *profile;
    const char *state; /* "booked", "cancelled" */
    struct booking_part part[BOOKING_PARTS];
    size_t parts;
    const char *name, *phone; /* phone: E.164 of the caller, whose visit it is to see and change */
    bool for_other;           /* the name is that of another person: a friend, a child */
    const char *currency, *note;
    const char *language; /* of the client: "uk" */
    const char *by;       /* "call", "chat", "sheet", "staff": who booked it */
    int64_t call_id;      /* 0: not by a call */
    int64_t created_ms, changed_ms;
};

/* Who changes something, for the history. */
struct booking_actor {
    const char *by;  /* "call", "chat", "sheet", "staff" */
    int64_t call_id; /* 0 */
    const char *why; /* "" or NULL: not told */
    int64_t now_ms;
};

/* ---- reading ----------------------------------------------------------------------------------- */

struct busy_span {
    const char *specialist; /* id */
    int64_t from_s, to_s;
    bool visit; /* a booking; else a block or an offer */
};

/* What is taken from `from_s` to `to_s`. Left out: offers that are dead at now_ms, those of the call
 * `except_call` (0: none) and the visit `except_visit` (0: none), which may be moved over itself. */
enum err booking_busy(struct store *s, struct arena *a, const char *profile, int64_t from_s,
                      int64_t to_s, int64_t except_call, int64_t except_visit, int64_t now_ms,
                      struct busy_span **ret, size_t *ret_n, struct why *why) must_check;

struct visit_filter {
    const char *profile;    /* NULL: any */
    int64_t from_s, to_s;   /* begin in it; 0, 0: any */
    const char *specialist; /* id; NULL: any */
    const char *phone;      /* compared by the last nine digits; NULL: any */
    bool cancelled;         /* those too */
    bool with_other;        /* with `phone`: also visits for other people */
    int limit;              /* 0: 10000 */
};

/* By start. */
enum err visits_listed(struct store *s, struct arena *a, const struct visit_filter *f,
                       struct visit **ret, size_t *ret_n, struct why *why) must_check;

/* ERR_NOT_FOUND. booking_visit: the visit that a booking's id belongs to. */
enum err visit_get(struct store *s, struct arena *a, int64_t id, struct visit *ret,
                   struct why *why) must_check;
enum err booking_visit(struct store *s, struct arena *a, int64_t booking_id, struct visit *ret,
                       struct why *why) must_check;

struct booking_change {
    int64_t at_ms;
    const char *what;      /* "booked", "moved", "cancelled", "noted" */
    const char *from, *to; /* "inna 2026-12-03T08:30:00Z"; "" if there is none */
    const char *by, *why;
    int64_t call_id;
};

enum err visit_history(struct store *s, struct arena *a, int64_t visit_id,
                       struct booking_change **ret, size_t *ret_n, struct why *why) must_check;

/* ---- writing: staff, sheet --------------------------------------------------------------------- */

/* Stores the visit; ids are set. */
enum err visit_add(struct store *s, struct arena *a, struct visit *v,
                   const struct booking_actor *who, struct why *why) must_check;

/* Puts the visit's parts where `to` has them; it may overlap itself. ERR_NOT_FOUND: it is not booked. */
enum err visit_move(struct store *s, struct arena *a, int64_t visit_id,
                    const struct booking_part *to, size_t parts, const struct booking_actor *who,
                    struct why *why) must_check;

/* Frees its time at once. ERR_NOT_FOUND: it is not booked. */
enum err visit_cancel(struct store *s, struct arena *a, int64_t visit_id,
                      const struct booking_actor *who, struct why *why) must_check;

/* Changes the note, and says so in the history ("noted"). ERR_NOT_FOUND. */
enum err visit_note(struct store *s, int64_t visit_id, const char *note,
                    const struct booking_actor *who, struct why *why) must_check;

struct block {
    int64_t id;
    const char *profile, *specialist;
    int64_t from_s, to_s;
    const char *why, *by;
};

enum err block_add(struct store *s, struct arena *a, struct block *b, int64_t now_ms,
                   struct why *why) must_check;
enum err block_remove(struct store *s, int64_t id, struct why *why) must_check; /* ERR_NOT_FOUND */
enum err blocks_listed(struct store *s, struct arena *a, const char *profile, int64_t from_s,
                       int64_t to_s, struct block **ret, size_t *ret_n, struct why *why) must_check;

/* ---- writing: offers of a call ----------------------------------------------------------------- */

struct offer {
    int64_t id;
    int n;              /* 1 is the first that the caller heard */
    int turn;           /* of the call, in which it was made: confirmed only in a later one */
    int64_t move_visit; /* the visit that it would move; 0: a new one */
    struct booking_part part[BOOKING_PARTS];
    size_t parts;
    int64_t until_ms;
};

/* Makes these the call's offers in place of those it had; ids are set. One that is taken is left out,
 * the others move up and `n` counts them anew; *ret_n says how many there are now. */
enum err offers_put(struct store *s, const char *profile, int64_t call_id, int turn,
                    struct offer *offers, size_t n, int64_t until_ms, int64_t now_ms, size_t *ret_n,
                    struct why *why) must_check;

/* Those that the call has, dead ones too as long as nobody took their time. */
enum err offers_of_call(struct store *s, struct arena *a, int64_t call_id, struct offer **ret,
                        size_t *ret_n, struct why *why) must_check;

/* Prolongs one, and lets the call's other offers go. ERR_NOT_FOUND: it is gone. */
enum err offer_renew(struct store *s, int64_t call_id, int64_t offer_id, int64_t until_ms,
                     struct why *why) must_check;

/* Makes the offer a visit: that of `v`, whose parts are the offer's (v->part is filled in), or with
 * offer.move_visit moves that one there; v->id is set. The offer must be of this call and of a turn
 * before `turn`. All of the call's offers go. ERR_NOT_FOUND: it is gone, or not of a turn before;
 * ERR_EXISTS: taken meanwhile. */
enum err offer_confirm(struct store *s, struct arena *a, int64_t call_id, int turn,
                       int64_t offer_id, struct visit *v, const struct booking_actor *who,
                       struct why *why) must_check;

/* Lets all of the call's offers go, when the caller wants something else. At the end of the call the
 * store does it by itself. */
enum err offers_drop(struct store *s, int64_t call_id, struct why *why) must_check;

/* Removes offers that are dead; *ret_n counts their calls. Inside the open transaction, or else in
 * short ones of its own. */
enum err offers_sweep(struct store *s, int64_t now_ms, int64_t *ret_n, struct why *why) must_check;

#endif
