/* judge - private to tools/holos-sync: what the store makes of a sheet that was read, and what the
 * sheet must get. One open transaction for one business; nothing waits.
 *
 * The store decides. A text in free time blocks it; an emptied one gives it back. A booking whose cells
 * staff emptied is cancelled, one that they cut out and pasted elsewhere is moved if it may be there;
 * what they write over it is noted and the booking written again. "Emptied" means: it was read there
 * before (sheet_place.seen), the row is still there, and D to G are blank. A row that is gone is made
 * again, and nothing is cancelled for it. */
#ifndef HOLOS_SYNC_JUDGE_H
#define HOLOS_SYNC_JUDGE_H

#include "business/book-words.h"
#include "store/booking.h"
#include "store/sheet.h"
#include "tools/holos-sync/grid.h"

/* One specialist's part of a visit that is booked. */
struct part {
    struct visit *visit;
    struct booking_part *of;
    struct grid *grid;         /* NULL: the specialist has no worksheet */
    struct sheet_place *place; /* where it was written; NULL: it was not, or elsewhere */
    bool gone;                 /* not booked any more, or not here */
};

struct judge {
    struct store *store;
    struct arena *arena;
    const struct profile *profile;
    const char *spreadsheet;
    struct grid *grid; /* of this business */
    size_t grids;
    int64_t now_ms;
    /* what was done */
    int blocked, unblocked, cancelled, moved, noted, kept;

    /* private to judge*.c */
    struct part *part; /* by booking id */
    size_t parts;
    struct sheet_place *place;
    size_t places;
    struct block *block;
    size_t blocks;
    int64_t *confirmed; /* visits, by id */
    size_t confirms;
};

/* Reads what is booked and adds the rows that are missing; then decides, changes the store, and marks
 * in the grids what must be written. Errors are the store's. */
enum err judge_all(struct judge *j, struct why *why) must_check;

/* ---- private to judge*.c ------------------------------------------------------------------------- */

/* judge-blocks.c: what staff write into free time. */
enum err judge_blocks(struct judge *j, struct grid *g, struct why *why) must_check;

/* judge-move.c: the booking was pasted into that row. *ret_moved false: it may not be there. */
enum err judge_move(struct judge *j, struct part *p, struct grid *to, const struct grid_row *row,
                    bool *ret_moved, struct why *why) must_check;

/* Notes a change; *ret_new false: it was noted before. */
enum err judge_note(struct judge *j, const struct grid *g, int64_t start_s, const char *what,
                    int64_t booking_id, const char *text, bool *ret_new,
                    struct why *why) must_check;

/* A request for a person about a visit: `wish` and what the visit is. */
enum err judge_ask(struct judge *j, const struct part *p, const char *wish,
                   struct why *why) must_check;

/* D to G of a row in one line. NULL: no memory. */
const char *judge_text(struct judge *j, const struct grid_row *r);

#endif
