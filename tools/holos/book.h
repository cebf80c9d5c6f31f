/* book - private to tools/holos: what the verbs of `holos book` share. */
#ifndef HOLOS_TOOL_BOOK_H
#define HOLOS_TOOL_BOOK_H

#include "calls/app.h"
#include "report/report.h"
#include "think/book.h"
#include "tools/holos/tool.h"

enum { BOOK_NO_SUCH = 3, BOOK_TAKEN = 4 };

/* What a verb works on. */
struct book_job {
    struct tool *t;
    const struct profile *profile;
    struct store *store;
    struct env env;
    struct book_desk desk;
    int code; /* what the command ends with; 0 until something was wrong */
};

/* Reads an option or operand; false: it was refused, job->code is set. */
bool book_day(struct book_job *j, const char *what, const char *text, day_number *ret);
bool book_moment(struct book_job *j, const char *what, const char *text, day_number *ret_day,
                 int *ret_minute);
bool book_specialist(struct book_job *j, int *ret);
bool book_id(struct book_job *j, int64_t *ret); /* the second operand */

/* The UTC second of a local day's midnight, or the nearest one after it. */
int64_t book_midnight(const struct book_job *j, day_number day);

/* `holos book day`, `ics` and `sheet`. */
int book_print_day(struct book_job *j);
int book_print_ics(struct book_job *j);
int book_print_sheet(struct book_job *j);

/* `holos book answer`. */
int book_answer(struct book_job *j);

#endif
