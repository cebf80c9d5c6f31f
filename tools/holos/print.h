/* print - private to tools/holos: text for a person's terminal.
 *
 * Callers' words are shown as they were said, but never as they were sent: control characters
 * (escape sequences of a terminal) and broken UTF-8 become '?'. Columns are counted in characters,
 * wide ones (East Asian, emoji) as two and combining ones as none. */
#ifndef HOLOS_TOOL_PRINT_H
#define HOLOS_TOOL_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"

#define TABLE_COLUMNS 16

struct column {
    const char *title;
    bool right; /* numbers stand at the right */
};

struct table {
    struct arena *arena;
    const struct column *column;
    size_t columns;
    const char **cell; /* row after row */
    size_t n, room;
    int width;    /* of the terminal; 0: every line may be as long as it is */
    bool refused; /* memory: printing it then says so through the buf */
};

void table_init(struct table *t, struct arena *a, const struct column *column, size_t columns);
/* Cells come row by row. A NULL text is an empty cell; texts are made printable and copied. */
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *format, ...) printf_like(2, 3);
/* Titles, then the rows, two blanks between columns. Nothing for a table without rows. What is
 * wider than the terminal is written in several lines within its column. */
void table_print(const struct table *t, struct buf *out);

/* Columns of the terminal that standard output is: COLUMNS, or as it says itself. 0: it is none. */
int print_columns(void);

/* Columns that printable UTF-8 takes on a terminal. */
int print_width(const char *s);

/* Printable and in one line. "" when the arena refuses. */
const char *print_clean(struct arena *a, const char *s);

/* "2026-11-21 09:30:05" in the zone of this machine (TZ); "-" for 0. */
const char *print_time(struct arena *a, int64_t ms);

/* "0:42", "1:02:03"; "-" if negative. */
const char *print_span(struct arena *a, int64_t ms);

/* "85 µs", "12 ms", "1.4 s"; "-" if negative. */
const char *print_us(struct arena *a, int64_t us);

/* "$0.0123". */
const char *print_cost(struct arena *a, int64_t microusd);

/* Appends text in lines of at most `width` columns, broken at blanks, every line but the first
 * behind `indent` blanks. */
void print_wrapped(struct buf *out, const char *text, int indent, int width);

#endif
