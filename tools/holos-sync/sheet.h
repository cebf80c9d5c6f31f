/* sheet - private to tools/holos-sync: the staff's spreadsheet. A round reads all of it, lets judge.h decide, and
 * writes what must be written.
 *
 *     the worksheets (one read), the cells (one read for SHEETS_RANGES worksheets)
 *     judge_all in a transaction for each business, committed before anything is written
 *     rows that are inserted (one write), cells (one write, more when there is much)
 *
 * A round that breaks off anywhere may be begun again: what it would write is worked out anew from
 * what is there. Only one process at a time does it (HOLD_OUTBOX, 2). */
#ifndef HOLOS_SYNC_SHEET_H
#define HOLOS_SYNC_SHEET_H

#include "calls/app.h"
#include "providers/sheets.h"
#include "store/store.h"

struct sheet_written;

struct sheet {
    const char *spreadsheet; /* GOOGLE_SHEET_ID; "": there is none */
    struct sheets *sheets;
    const struct app *app; /* the profiles, open */
    struct arena arena;
    struct arena kept;             /* of what was written last */
    struct sheet_written *written; /* by the last round that wrote */
    size_t written_n;
};

struct sheet_counts {
    int rows; /* that were written */
    int blocked, unblocked, cancelled, moved, noted, kept;
};

/* By the settings; without GOOGLE_SHEET_ID nothing is opened. ERR_CONFIG. */
enum err sheet_open(struct sheet *s, struct http *http, const struct app *app,
                    struct why *why) must_check;
void sheet_close(struct sheet *s);

/* Is a row of the outbox due for it? */
enum err sheet_is_due(struct sheet *s, struct store *store, bool *ret, struct why *why) must_check;

/* One round. What went wrong with the sheet is in *f and in the store (sheet_round.fault); an error of the
 * store is told likewise. ERR_BUSY: another process does it. */
enum err sheet_round_run(struct sheet *s, struct store *store, struct sheet_counts *ret,
                         struct failure *f) must_check;

#endif
