/* sheets - Google Sheets v4: the worksheets of one spreadsheet, ranges read together, cells written
 * together.
 *
 * The spreadsheet must be shared with the service account of GOOGLE_APPLICATION_CREDENTIALS, as an
 * editor. Everything is written RAW: a text stays a text, whatever it begins with. Each request is
 * done whole or not at all; after ERR_PEER and ERR_DEADLINE a write may have been done, so look
 * before it is sent again. Nothing is sent again here but what was refused for its token.
 *
 * The token is kept in this process alone. Rows and columns count from 1, as people see them. */
#ifndef HOLOS_PROVIDERS_SHEETS_H
#define HOLOS_PROVIDERS_SHEETS_H

#include "net/http.h"
#include "providers/failure.h"
#include "wire/json.h"

#define SHEETS_RANGES    20                /* of one read: more would make its URL too long */
#define SHEETS_BODY_MAX  (2 * 1024 * 1024) /* of one write, which is what Google recommends */
#define SHEETS_REPLY_MAX (32 * 1024 * 1024)
#define SHEETS_CELL_MAX  50000 /* characters, and Google refuses more */

struct sheets;

struct sheets_setup {
    struct http *http;
    const char *url;         /* GOOGLE_SHEETS_URL */
    const char *id;          /* GOOGLE_SHEET_ID */
    const char *credentials; /* the account's file */
};

/* What is pointed to must live as long. ERR_CONFIG: the file cannot be used, `why` says why; ERR_NOT_FOUND: it is
 * not there; ERR_MEMORY. */
enum err sheets_open(const struct sheets_setup *setup, struct sheets **ret,
                     struct why *why) must_check;
void sheets_close(struct sheets *s); /* NULL is allowed */

/* With whom the spreadsheet must be shared. */
const char *sheets_account(const struct sheets *s);

/* Is it a spreadsheet's id: letters, digits, - and _? A whole address is none. */
bool sheets_is_id(const char *id);

/* ---- asking: results in `a`; they wait until then. Errors as google_error_read's, those of
 * http_send, and ERR_CONFIG where it is not shared or not there. ---------------------------------- */

struct sheets_tab {
    int64_t id; /* stays when it is renamed */
    const char *title;
    int rows, columns;
};

enum err sheets_tabs(struct sheets *s, struct arena *a, struct deadline until,
                     struct sheets_tab **ret, size_t *ret_n, struct failure *f) must_check;

/* Columns from `column` to `last` of one worksheet, from a row on to its end. */
struct sheets_range {
    const char *title;
    int row, column, last;
};

/* As shown to people. ret[i]: the rows of the i-th range, an array of arrays; NULL: all is empty. Cells at
 * the end of a row that are empty are not there, nor are such rows at the end. n <= SHEETS_RANGES
 * (asserted). */
enum err sheets_read(struct sheets *s, struct arena *a, struct deadline until,
                     const struct sheets_range *ranges, size_t n, const struct json **ret,
                     struct failure *f) must_check;

/* A box of cells. "" empties one, NULL leaves it as it is. */
struct sheets_box {
    const char *title;
    int row, column;
    int rows, columns;
    const char *const *cells; /* rows * columns of them, row by row */
};

/* ERR_TOO_BIG: over SHEETS_BODY_MAX; nothing was sent. */
enum err sheets_write(struct sheets *s, struct arena *a, struct deadline until,
                      const struct sheets_box *boxes, size_t n, struct failure *f) must_check;

/* A change of worksheets. */
struct sheets_change {
    /* A new worksheet; rows, or columns, more at its end; rows before row `at`. */
    enum { SHEETS_ADD, SHEETS_GROW, SHEETS_WIDEN, SHEETS_INSERT } what;
    int64_t id;        /* of the one that changes */
    const char *title; /* of the new one */
    int rows, columns;
    int at;
};

enum err sheets_change(struct sheets *s, struct arena *a, struct deadline until,
                       const struct sheets_change *changes, size_t n, struct failure *f) must_check;

/* ---- pure: what is sent and what comes ---------------------------------------------------------- */

/* "'Інна'!A2:H": always in quotes, an inner one doubled. last_row 0: up to the end. */
const char *sheets_a1(struct arena *a, const struct sheets_range *r, int last_row);

/* The requests without headers and deadline. ERR_MEMORY; ERR_TOO_BIG. */
enum err sheets_read_request(struct arena *a, const struct sheets_setup *at,
                             const struct sheets_range *ranges, size_t n,
                             struct http_request *ret) must_check;
enum err sheets_write_request(struct arena *a, const struct sheets_setup *at,
                              const struct sheets_box *boxes, size_t n,
                              struct http_request *ret) must_check;

/* Answers of any status. */
enum err sheets_tabs_read(struct arena *a, const struct http_reply *reply, struct sheets_tab **ret,
                          size_t *ret_n, struct failure *f) must_check;
enum err sheets_values_read(struct arena *a, const struct http_reply *reply, size_t n,
                            const struct json **ret, struct failure *f) must_check;

#endif
