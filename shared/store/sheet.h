/* sheet - what the store remembers of the staff's spreadsheet: each specialist's worksheet, where each
 * booking stands in it, what staff changed, and how the last look at it went. holos-sync alone writes
 * this; docs/book.md ("The staff's sheet") says what it makes of it.
 *
 * Writers need an open transaction (asserted). Errors are those of store.h. */
#ifndef HOLOS_STORE_SHEET_H
#define HOLOS_STORE_SHEET_H

#include "store/store.h"

/* ---- worksheets --------------------------------------------------------------------------------- */

struct sheet_tab {
    const char *profile, *specialist;
    int64_t tab;       /* Google's number for it */
    const char *title; /* that the profile gave it then */
};

/* Those of this spreadsheet. */
enum err sheet_tabs(struct store *s, struct arena *a, const char *spreadsheet,
                    struct sheet_tab **ret, size_t *ret_n, struct why *why) must_check;
enum err sheet_tab_put(struct store *s, const char *spreadsheet, const struct sheet_tab *tab,
                       struct why *why) must_check;

/* ---- where bookings stand ----------------------------------------------------------------------- */

struct sheet_place {
    int64_t booking_id; /* may be of one that is gone */
    int64_t tab;
    int64_t start_s, end_s; /* end_s: with what is kept free after it */
    bool seen;              /* it was read there: if its cells are empty now, staff emptied them */
    /* "name\nservices\nphone\nstate" as written last, "name\nservices\nphone" as read last; "" once the booking is
     * gone */
    const char *wrote, *was;
};

/* Those of this spreadsheet, by booking; of what is over at now_s only the places of bookings that are
 * cancelled, moved or gone. */
enum err sheet_places(struct store *s, struct arena *a, const char *spreadsheet, int64_t now_s,
                      struct sheet_place **ret, size_t *ret_n, struct why *why) must_check;

/* Adds or changes the booking's place that begins there. */
enum err sheet_place_put(struct store *s, const char *spreadsheet, const struct sheet_place *p,
                         struct why *why) must_check;
enum err sheet_place_drop(struct store *s, const char *spreadsheet, const struct sheet_place *p,
                          struct why *why) must_check;

/* ---- what staff changed ------------------------------------------------------------------------- */

#define SHEET_CHANGE_TEXT 500 /* bytes that are kept of a text */

struct sheet_change {
    int64_t at_ms;
    const char *profile, *specialist;
    int64_t start_s;    /* of the row; 0: of none */
    const char *what;   /* "blocked", "unblocked", "cancelled", "moved", "not-moved", "noted",
                         * "overwritten", "kept", "restored" */
    int64_t booking_id; /* that it is about; 0 */
    const char *text;   /* what the cells say; "" */
};

/* *ret_new false: the same was noted within the last day, and is not noted again. */
enum err sheet_change_add(struct store *s, const struct sheet_change *c, bool *ret_new,
                          struct why *why) must_check;

/* Of one business, the newest first. */
enum err sheet_changes(struct store *s, struct arena *a, const char *profile, int64_t since_ms,
                       int limit, struct sheet_change **ret, size_t *ret_n,
                       struct why *why) must_check;

/* ---- the last look ------------------------------------------------------------------------------ */

struct sheet_round {
    int64_t tried_ms;  /* 0: there was none */
    int64_t done_ms;   /* the last that went well; 0: none did */
    const char *fault; /* "" if the last one went well */
};

enum err sheet_round_get(struct store *s, struct arena *a, struct sheet_round *ret,
                         struct why *why) must_check;

/* fault NULL: it went well. */
enum err sheet_round_put(struct store *s, int64_t now_ms, const char *fault,
                         struct why *why) must_check;

#endif
