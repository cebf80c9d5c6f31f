/* db - private to store/: the thin layer over SQLite. db.c is the only includer of sqlite3.h.
 *
 * Statements are prepared once per process and named by enum sql (sql.def holds every text). One
 * use of a statement is a struct query:
 *
 *     struct query q;
 *     query_start(&q, db, SQL_CALL_GET);
 *     query_put_int(&q, id);
 *     while (query_next(&q))
 *         ... query_get_int(&q), in the order of the columns ...
 *     return query_end(&q, why);
 *
 * The first fault is remembered and returned by query_end; what is called in between
 * then does nothing. query_end must follow each query_start at once: an open reader keeps the
 * write-ahead log from being reused. Bound texts must live until query_end. */
#ifndef HOLOS_STORE_DB_H
#define HOLOS_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#define DB_LENGTH_MAX (64 * 1024 * 1024) /* of one text or blob */

struct db;

enum sql {
#define SQL(name, text) SQL_##name,
#include "store/sql.def"
#undef SQL
    SQL__MAX
};

/* Opens an existing file (never creates one) for writing; ERR_DISK if it can only be read.
 * `wait_ms` bounds each read outside a transaction. */
enum err db_open(const char *path, int wait_ms, struct db **ret, struct why *why) must_check;
void db_close(struct db *db);

/* BEGIN IMMEDIATE, waiting for processes that do not know our lock. */
enum err db_begin(struct db *db, struct deadline d, struct why *why) must_check;
enum err db_commit(struct db *db, struct why *why) must_check;
void db_rollback(struct db *db);

/* Runs several statements without parameters or results: schema and migrations. */
enum err db_run_text(struct db *db, const char *text, struct why *why) must_check;

/* Moves all of the write-ahead log into the file and empties it; waits for readers until the
 * deadline: ERR_BUSY. The caller has the writer's lock and no open transaction. */
enum err db_empty_log(struct db *db, struct deadline d, struct why *why) must_check;
int64_t db_log_bytes(const struct db *db);

/* A commit of this connection that finds `pages` pages in the log moves it into the file. */
#define DB_LOG_PAGES 4000
void db_move_log_at(struct db *db, int pages);

/* Copies the whole database into the existing empty file `to`, as it is at the beginning: writers
 * go on meanwhile. */
enum err db_copy(struct db *db, const char *to, struct deadline d, struct why *why) must_check;

/* Writes the sentence for an error; `fault` is what SQLite called it. Returns `e`. */
enum err db_explain(enum err e, const char *fault, struct why *why);

struct query {
    struct db *db;
    enum sql sql;
    int bound;  /* parameters so far */
    int column; /* columns read of this row */
    enum err err;
};

void query_start(struct query *q, struct db *db, enum sql sql);

/* Bind the next parameter. */
void query_put_int(struct query *q, int64_t v);
void query_put_id(struct query *q, int64_t v);       /* 0 is NULL */
void query_put_share(struct query *q, double v);     /* negative is NULL */
void query_put_text(struct query *q, const char *s); /* NULL is NULL */
void query_put_bytes(struct query *q, const void *data, size_t n);

/* Moves to the next row; false at the end or after a fault. */
bool query_next(struct query *q);

/* Read the next column. NULL is 0, -1 for a share, NULL for texts and bytes. Copies live in the
 * arena; one that does not fit is ERR_MEMORY at query_end, and NULL here. */
int64_t query_get_int(struct query *q);
double query_get_share(struct query *q);
const char *query_get_text(struct query *q, struct arena *a);
const void *query_get_bytes(struct query *q, struct arena *a, size_t *ret_n);

/* Lets the statement go; the first fault since query_start. */
enum err query_end(struct query *q, struct why *why) must_check;

/* query_next until the end, then query_end: for statements whose rows do not matter. */
enum err query_run(struct query *q, struct why *why) must_check;

/* The same for one row of one number. ERR_NOT_FOUND if there is no row; `why` is then the
 * caller's to fill. */
enum err query_run_int(struct query *q, int64_t *ret, struct why *why) must_check;

/* Of the statement that ran last: rows changed, id inserted. */
int64_t db_changes(const struct db *db);
int64_t db_last_id(const struct db *db);

#endif
