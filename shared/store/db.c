#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ==== statements that remember their first fault ============================================== */

/* The parts of db.h that need no SQLite. */

enum err db_explain(enum err e, const char *fault, struct why *why)
{
    switch ((int)e) {
    case ERR_BUSY:
        return why_set(why, e, "the store is locked by another process (%s)", fault);
    case ERR_DISK:
        return why_set(why, e,
                       "the store cannot be written: is the disk full, or its folder "
                       "read-only? (%s)",
                       fault);
    case ERR_CORRUPT:
        return why_set(why, e,
                       "the store is damaged or is not an SQLite file (%s); restore a "
                       "backup",
                       fault);
    default:
        return why_set(why, e, "the store: %s", fault);
    }
}

void query_put_id(struct query *q, int64_t v)
{
    if (v != 0)
        query_put_int(q, v);
    else
        query_put_text(q, NULL);
}

enum err query_run(struct query *q, struct why *why)
{
    while (query_next(q))
        continue;
    return query_end(q, why);
}

enum err query_run_int(struct query *q, int64_t *ret, struct why *why)
{
    int64_t v = 0;

    bool row = query_next(q);
    if (row)
        v = query_get_int(q);
    enum err e = query_end(q, why);
    if (e != ERR_OK)
        return e;
    if (!row)
        return ERR_NOT_FOUND;
    *ret = v;
    return ERR_OK;
}

/* ==== SQLite ================================================================================== */

struct db {
    sqlite3 *handle;
    int wait_ms;
    struct deadline until; /* how long SQLite may wait for other processes */
    pid_t owner;           /* a connection must not be carried over a fork */
    char fault[160];       /* what SQLite said of the first fault of a query */
    sqlite3_stmt *statement[SQL__MAX];
};

static const char *const texts[SQL__MAX] = {
#define SQL(name, text) [SQL_##name] = text,
#include "store/sql.def"
#undef SQL
};

static bool is_disk_errno(int e)
{
    return e == ENOSPC || e == EDQUOT || e == EROFS || e == EFBIG;
}

/* Extended codes that say more than their primary code. */
static enum err of_extended(int rc)
{
    switch (rc) {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE:
        return ERR_DISK;
    case SQLITE_IOERR_NOMEM:
        return ERR_MEMORY;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return ERR_EXISTS;
    default:
        return ERR_OK;
    }
}

static enum err of_primary(int rc)
{
    static const struct {
        int rc;
        enum err err;
    } rows[] = {
        {SQLITE_BUSY, ERR_BUSY},      {SQLITE_LOCKED, ERR_BUSY},     {SQLITE_FULL, ERR_DISK},
        {SQLITE_READONLY, ERR_DISK},  {SQLITE_CORRUPT, ERR_CORRUPT}, {SQLITE_NOTADB, ERR_CORRUPT},
        {SQLITE_NOMEM, ERR_MEMORY},   {SQLITE_TOOBIG, ERR_TOO_BIG},  {SQLITE_CONSTRAINT, ERR_FAULT},
        {SQLITE_MISMATCH, ERR_FAULT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].rc == rc)
            return rows[i].err;
    return ERR_IO;
}

static enum err of_result(sqlite3 *handle, int rc)
{
    enum err e = of_extended(rc);

    if (e != ERR_OK)
        return e;
    bool io = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN;
    if (io && handle != NULL && is_disk_errno(sqlite3_system_errno(handle)))
        return ERR_DISK;
    return of_primary(rc & 0xff);
}

static enum err fail(sqlite3 *handle, int rc, struct why *why)
{
    return db_explain(of_result(handle, rc), handle == NULL ? "" : sqlite3_errmsg(handle), why);
}

static int on_busy(void *of, int tries)
{
    const struct db *db = of;
    return deadline_sleep(db->until, tries < 20 ? 1 : 10);
}

/* Checkpoints happen inside commits only, which the writer's lock covers: hence none on closing. */
static int configure(struct db *db)
{
    static const struct {
        int op, value;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; i < sizeof switches / sizeof switches[0] && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(db->handle, switches[i].op, switches[i].value, NULL);
    if (rc != SQLITE_OK)
        return rc;
    (void)sqlite3_extended_result_codes(db->handle, 1);
    (void)sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, DB_LENGTH_MAX);
    (void)sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_busy_handler(db->handle, on_busy, db);
    /* A worker is one of many and mostly idle: half a megabyte of pages is enough for a turn. A
     * call writes the same pages as the one before: with a checkpoint every 16 MB of log instead of
     * 4, four times fewer of them go to the file, with fewer waits for the disk. */
    db_move_log_at(db, DB_LOG_PAGES);
    return sqlite3_exec(db->handle,
                        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                        "PRAGMA secure_delete = ON;"
                        "PRAGMA synchronous = FULL; PRAGMA cache_size = -512;"
                        "PRAGMA temp_store = MEMORY;"
                        "PRAGMA journal_size_limit = 16777216;",
                        NULL, NULL, NULL);
}

enum err db_open(const char *path, int wait_ms, struct db **ret, struct why *why)
{
    struct db *db = calloc(1, sizeof *db);

    if (db == NULL)
        return ERR_MEMORY;
    /* The program never asks SQLite how much memory it uses; counting takes a lock at every
     * allocation. Refused once SQLite has begun, which is as good. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    db->wait_ms = wait_ms;
    db->owner = getpid();
    db->until = deadline_in_ms(wait_ms);
    int rc = sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = configure(db);
    enum err e = ERR_OK;
    if (rc != SQLITE_OK)
        e = fail(db->handle, rc, why);
    else if (sqlite3_db_readonly(db->handle, "main") == 1)
        e = why_set(why, ERR_DISK, "%s can only be read, not written", path);
    if (e != ERR_OK)
        db_close(db);
    else
        *ret = db;
    return e;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (size_t i = 0; i < SQL__MAX; i++)
        (void)sqlite3_finalize(db->statement[i]);
    int rc = sqlite3_close(db->handle);
    assert(rc == SQLITE_OK);
    free(db);
}

enum err db_begin(struct db *db, struct deadline d, struct why *why)
{
    struct query q;

    /* The way back must not need memory when it is gone through. */
    query_start(&q, db, SQL_ROLLBACK);
    if (q.err != ERR_OK)
        return query_end(&q, why);
    query_start(&q, db, SQL_BEGIN);
    db->until = d;
    return query_run(&q, why);
}

enum err db_commit(struct db *db, struct why *why)
{
    struct query q;

    query_start(&q, db, SQL_COMMIT);
    return query_run(&q, why);
}

void db_rollback(struct db *db)
{
    /* Some faults (a full disk) make SQLite roll back by itself. */
    if (sqlite3_get_autocommit(db->handle))
        return;
    struct query q;
    query_start(&q, db, SQL_ROLLBACK);
    (void)!query_run(&q, NULL);
}

enum err db_run_text(struct db *db, const char *text, struct why *why)
{
    int rc = sqlite3_exec(db->handle, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : fail(db->handle, rc, why);
}

enum err db_empty_log(struct db *db, struct deadline d, struct why *why)
{
    struct query q;

    query_start(&q, db, SQL_EMPTY_LOG);
    db->until = d;
    int64_t busy = 0;
    enum err e = query_run_int(&q, &busy, why);
    if (e == ERR_OK && busy != 0)
        e = why_set(why, ERR_BUSY,
                    "the write-ahead log could not be emptied: another program read the store all "
                    "the time; run it again");
    return e;
}

void db_move_log_at(struct db *db, int pages)
{
    (void)sqlite3_wal_autocheckpoint(db->handle, pages);
}

int64_t db_log_bytes(const struct db *db)
{
    struct stat st;
    const char *file = sqlite3_db_filename(db->handle, "main");

    return stat(sqlite3_filename_wal(file), &st) == 0 ? (int64_t)st.st_size : 0;
}

static enum err copy_pages(sqlite3_backup *copy, struct deadline d)
{
    for (;;) {
        int rc = sqlite3_backup_step(copy, 256);
        if (rc == SQLITE_DONE)
            return ERR_OK;
        if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED) {
            if (!deadline_sleep(d, 5))
                return ERR_BUSY;
        } else if (rc != SQLITE_OK) {
            return of_result(NULL, rc);
        }
        if (deadline_passed(d))
            return ERR_DEADLINE;
    }
}

static enum err copy_snapshot(struct db *db, const char *to, struct deadline d, struct why *why)
{
    sqlite3 *handle = NULL;
    sqlite3_backup *copy = NULL;
    enum err e = ERR_OK;

    int rc = sqlite3_open_v2(to, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) {
        (void)sqlite3_extended_result_codes(handle, 1);
        copy = sqlite3_backup_init(handle, "main", db->handle, "main");
    }
    if (copy == NULL) {
        e = fail(handle, rc != SQLITE_OK || handle == NULL ? rc : sqlite3_extended_errcode(handle),
                 why);
        goto out;
    }
    e = copy_pages(copy, d);
    rc = sqlite3_backup_finish(copy);
    if (e == ERR_DEADLINE)
        (void)why_set(why, e, "the copy was not finished within its time");
    else if (e != ERR_OK)
        e = db_explain(rc == SQLITE_OK ? e : of_result(handle, rc), sqlite3_errmsg(handle), why);
out:
    (void)sqlite3_close(handle);
    return e;
}

/* An open reader fixes what is copied, so that a writer between two steps does not begin it anew. */
enum err db_copy(struct db *db, const char *to, struct deadline d, struct why *why)
{
    struct query q;
    int64_t version = 0;

    query_start(&q, db, SQL_BEGIN_READING);
    enum err e = query_run(&q, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, db, SQL_USER_VERSION);
    e = query_run_int(&q, &version, why);
    if (e == ERR_OK)
        e = copy_snapshot(db, to, d, why);
    db_rollback(db);
    return e;
}

/* ---- queries ----------------------------------------------------------------------------------- */

static sqlite3_stmt *statement_of(const struct query *q)
{
    return q->db->statement[q->sql];
}

/* Remembers the first fault, with SQLite's words for it while they last. */
static void note(struct query *q, int rc)
{
    if (rc == SQLITE_OK || q->err != ERR_OK)
        return;
    q->err = of_result(q->db->handle, rc);
    (void)snprintf(q->db->fault, sizeof q->db->fault, "%s", sqlite3_errmsg(q->db->handle));
}

static void note_memory(struct query *q)
{
    if (q->err != ERR_OK)
        return;
    q->err = ERR_MEMORY;
    (void)snprintf(q->db->fault, sizeof q->db->fault, "a row does not fit the request's memory");
}

void query_start(struct query *q, struct db *db, enum sql sql)
{
    assert(sql < SQL__MAX && db->owner == getpid());
    *q = (struct query){.db = db, .sql = sql};
    if (sqlite3_get_autocommit(db->handle))
        db->until = deadline_in_ms(db->wait_ms);
    if (db->statement[sql] == NULL)
        note(q, sqlite3_prepare_v3(db->handle, texts[sql], -1, SQLITE_PREPARE_PERSISTENT,
                                   &db->statement[sql], NULL));
    assert(q->err != ERR_OK || !sqlite3_stmt_busy(db->statement[sql]));
}

void query_put_int(struct query *q, int64_t v)
{
    if (q->err == ERR_OK)
        note(q, sqlite3_bind_int64(statement_of(q), ++q->bound, v));
}

void query_put_share(struct query *q, double v)
{
    if (v < 0)
        query_put_text(q, NULL);
    else if (q->err == ERR_OK)
        note(q, sqlite3_bind_double(statement_of(q), ++q->bound, v));
}

void query_put_text(struct query *q, const char *s)
{
    if (q->err == ERR_OK)
        note(q, sqlite3_bind_text(statement_of(q), ++q->bound, s, -1, SQLITE_STATIC));
}

void query_put_bytes(struct query *q, const void *data, size_t n)
{
    if (q->err != ERR_OK)
        return;
    /* A NULL pointer would become NULL instead of no bytes. */
    note(q, sqlite3_bind_blob64(statement_of(q), ++q->bound, data == NULL ? "" : data, n,
                                SQLITE_STATIC));
}

bool query_next(struct query *q)
{
    if (q->err != ERR_OK)
        return false;
    int rc = sqlite3_step(statement_of(q));
    q->column = 0;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        note(q, rc);
    return rc == SQLITE_ROW;
}

int64_t query_get_int(struct query *q)
{
    return sqlite3_column_int64(statement_of(q), q->column++);
}

double query_get_share(struct query *q)
{
    int i = q->column++;
    if (sqlite3_column_type(statement_of(q), i) == SQLITE_NULL)
        return -1;
    return sqlite3_column_double(statement_of(q), i);
}

const void *query_get_bytes(struct query *q, struct arena *a, size_t *ret_n)
{
    int i = q->column++;
    sqlite3_stmt *st = statement_of(q);

    *ret_n = 0;
    if (sqlite3_column_type(st, i) == SQLITE_NULL)
        return NULL;
    const void *data = sqlite3_column_blob(st, i);
    size_t n = (size_t)sqlite3_column_bytes(st, i);
    if (data == NULL && n > 0) { /* SQLite itself found no memory */
        note_memory(q);
        return NULL;
    }
    const char *copy = arena_strndup(a, data == NULL ? "" : data, n);
    if (copy == NULL)
        note_memory(q);
    else
        *ret_n = n;
    return copy;
}

const char *query_get_text(struct query *q, struct arena *a)
{
    size_t n;
    return query_get_bytes(q, a, &n);
}

enum err query_end(struct query *q, struct why *why)
{
    sqlite3_stmt *st = statement_of(q);

    if (st != NULL) {
        (void)sqlite3_reset(st);
        (void)sqlite3_clear_bindings(st);
    }
    return q->err == ERR_OK ? ERR_OK : db_explain(q->err, q->db->fault, why);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
