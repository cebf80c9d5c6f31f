/* grid - private to tools/holos-sync: one worksheet as it was read, and what is to be written into it.
 *
 * Rows are known by their day and time (columns B and C), wherever they stand. They are kept by time;
 * of two with the same time the upper one is first. Rows that are missing are added below the row
 * before them: in a blank row if there is one, else a row is inserted. */
#ifndef HOLOS_SYNC_GRID_H
#define HOLOS_SYNC_GRID_H

#include "business/catalogue.h"
#include "providers/sheets.h"

enum {
    GRID_DATE,  /* A: the day, in the first row of a day */
    GRID_FULL,  /* B: the day */
    GRID_TIME,  /* C */
    GRID_VISIT, /* D: "#17", "-" in its further rows, or what staff write */
    GRID_NAME,
    GRID_SERVICE,
    GRID_PHONE,
    GRID_STATE, /* H */
    GRID_COLUMNS
};

struct part; /* judge.h */

struct grid_row {
    int64_t start_s, end_s;          /* a cell long, or up to the next row (of a smaller cell) */
    int at;                          /* its number in the sheet, from 1 */
    bool fresh;                      /* not in the sheet yet */
    int64_t marker;                  /* 17 of "#17"; 0: none */
    const char *cell[GRID_COLUMNS];  /* as read, without blanks around; never NULL */
    const char *write[GRID_COLUMNS]; /* NULL: stays */
    bool writes;
    struct part *owner; /* the booking that has this time; NULL: none */
};

/* Rows to be inserted before row `at`, as the sheet is when the insertions before it are done. */
struct grid_insert {
    int at, n;
};

struct grid {
    const struct profile *profile;
    const struct specialist *who;
    struct sheets_tab tab;
    struct grid_row *row; /* by start_s, at */
    size_t n, room;
    uint8_t *used; /* by `at`: is there anything in that row? */
    int used_n;    /* the room of it */
    int last;      /* the last row with something */
    struct grid_insert *insert;
    size_t inserts;
    bool shifted; /* rows moved under what was written last: what is empty may be our doing */
};

#define GRID_INSERTS 300 /* in one round; further rows come in the next */

/* Reads the rows that came. ERR_MEMORY, ERR_CONFIG (time zone). */
enum err grid_read(struct grid *g, struct arena *a, const struct json *rows) must_check;

/* The first row that begins then; -1: none. */
int grid_find(const struct grid *g, int64_t start_s);

/* The first row that begins then or later; g->n: none. */
size_t grid_from(const struct grid *g, int64_t start_s);

/* A time that must have a row. Rows are added by grid_fill. */
struct grid_time {
    int64_t start_s;
    day_number day;
    int minute;
};

/* Adds the rows that are not there yet; `times` is sorted by it. */
enum err grid_fill(struct grid *g, struct arena *a, struct grid_time *times, size_t n) must_check;

/* The times at which this one works, from a moment on, until the last day. */
enum err grid_hours(const struct grid *g, struct arena *a, int64_t from_s, day_number last,
                    struct grid_time **ret, size_t *ret_n) must_check;

/* Local day and minute of a UTC second. */
enum err grid_time_of(const struct profile *p, int64_t second, struct grid_time *ret) must_check;

bool grid_is_blank(const struct grid_row *r);  /* D to G */
bool grid_is_dashed(const struct grid_row *r); /* nothing but dashes, at least one */

/* Writes D to H; "" empties. */
void grid_write(struct grid_row *r, const char *const cells[static GRID_COLUMNS - GRID_VISIT]);

/* What is to be written, as boxes. ERR_MEMORY. */
enum err grid_boxes(const struct grid *g, struct arena *a, struct sheets_box **ret,
                    size_t *ret_n) must_check;

/* "Олена\nманікюр\n+380...": name, service and phone as they were read. NULL: no memory. */
const char *grid_words(struct arena *a, const struct grid_row *r);

#endif
