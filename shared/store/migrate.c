/* Versions of the store: applying the migrations of schema.sql. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/inside.h"
#include "store/schema.h"

#define MARKER "-- migration "

/* The text behind the next marker line at or after `p`; NULL if there is none. */
static const char *next_migration(const char *p)
{
    while (p != NULL && *p != '\0') {
        const char *end = strchr(p, '\n');
        if (strncmp(p, MARKER, strlen(MARKER)) == 0)
            return end == NULL ? p + strlen(p) : end + 1;
        p = end == NULL ? NULL : end + 1;
    }
    return NULL;
}

static int count_migrations(const char *schema)
{
    int n = 0;

    for (const char *p = next_migration(schema); p != NULL; p = next_migration(p))
        n++;
    return n;
}

int store_version(void)
{
    static int version;

    if (version == 0)
        version = count_migrations(store_schema);
    assert(version > 0);
    return version;
}

static enum err make_file(const char *path, struct why *why)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    if (strlen(path) >= sizeof folder)
        return why_set(why, ERR_VALUE, "the path of the store is too long");
    if (slash != NULL && slash != path) {
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
        enum err e = file_make_directory(folder, why);
        if (e != ERR_OK)
            return e;
    }
    /* An existing file is not opened: closing it would drop SQLite's own locks on it. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)close(fd);
    else if (errno != EEXIST) {
        int e = errno;
        return why_set(why, e == ENOSPC || e == EDQUOT || e == EROFS ? ERR_DISK : ERR_IO,
                       "unable to create %s: %s", path, strerror(e));
    }
    return ERR_OK;
}

static enum err ask_number(struct store *s, enum sql sql, int64_t *ret, struct why *why)
{
    struct query q;

    query_start(&q, s->db, sql);
    return query_run_int(&q, ret, why);
}

/* The version of the file, once it is sure that the file is ours or empty, and not too new. */
static enum err look_at_version(struct store *s, const char *path, int newest, int *ret,
                                struct why *why)
{
    int64_t version = 0, program = 0, tables = 0;

    /* In this order: another process may be migrating the file right now. */
    enum err e = ask_number(s, SQL_IS_EMPTY, &tables, why);
    if (e == ERR_OK)
        e = ask_number(s, SQL_APPLICATION_ID, &program, why);
    if (e == ERR_OK)
        e = ask_number(s, SQL_USER_VERSION, &version, why);
    if (e != ERR_OK)
        return e;
    if (tables > 0 && program != STORE_APPLICATION_ID)
        return why_set(why, ERR_CORRUPT, "%s is a database of another program; it was not touched",
                       path);
    if (version > newest)
        return why_set(why, ERR_VERSION,
                       "%s has version %lld, this program knows only %d; it was not touched", path,
                       (long long)version, newest);
    *ret = (int)version;
    return ERR_OK;
}

/* One migration and its version, or nothing. `text` ends at the next marker. */
static enum err apply(struct store *s, const char *text, int version, struct why *why)
{
    struct why inner = {0};
    char pragma[64];
    const char *next = next_migration(text);
    size_t n = next == NULL ? strlen(text) : (size_t)(next - text);

    char *copy = strndup(text, n);
    if (copy == NULL)
        return ERR_MEMORY;
    (void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", version);
    enum err e = db_run_text(s->db, copy, &inner);
    if (e == ERR_OK)
        e = db_run_text(s->db, pragma, &inner);
    free(copy);
    if (e != ERR_OK)
        (void)why_set(why, e, "migration %d failed and was undone: %s", version, inner.text);
    return e;
}

/* Applies the first missing migration. *ret_more: there may be another one. */
static enum err step(struct store *s, const char *path, const char *schema, int *ret_version,
                     bool *ret_more, struct why *why)
{
    int version = 0, newest = count_migrations(schema);

    enum err e = store_begin(s, deadline_in_ms(s->wait_ms), why);
    if (e != ERR_OK)
        return e;
    e = look_at_version(s, path, newest, &version, why);
    if (e == ERR_OK && version < newest) {
        const char *text = next_migration(schema);
        for (int i = 0; i < version; i++)
            text = next_migration(text);
        e = apply(s, text, version + 1, why);
        if (e == ERR_OK)
            e = store_commit(s, why);
    }
    store_rollback(s);
    if (e != ERR_OK)
        return e;
    *ret_more = version < newest;
    *ret_version = version < newest ? version + 1 : version;
    return ERR_OK;
}

/* When it is not set yet, SQLite wants the file for itself and does not wait for readers. */
static enum err use_wal(struct store *s, struct why *why)
{
    struct deadline d = deadline_in_ms(s->wait_ms);
    struct query q;

    enum err e = locks_take_writer(&s->locks, d, why);
    if (e != ERR_OK)
        return e;
    do {
        query_start(&q, s->db, SQL_USE_WAL);
        e = query_run(&q, why);
    } while (e == ERR_BUSY && deadline_sleep(d, 5));
    locks_drop_writer(&s->locks);
    return e;
}

static enum err migrate(struct store *s, const char *path, const char *schema, int *ret_from,
                        int *ret_to, struct why *why)
{
    int from = 0, to = 0;
    bool more = true;

    enum err e = look_at_version(s, path, count_migrations(schema), &from, why);
    if (e == ERR_OK)
        e = use_wal(s, why);
    to = from;
    while (e == ERR_OK && more)
        e = step(s, path, schema, &to, &more, why);
    if (e != ERR_OK)
        return e;
    *ret_from = from;
    *ret_to = to;
    return ERR_OK;
}

enum err store_migrate_to(const char *path, int wait_ms, const char *schema, int *ret_from,
                          int *ret_to, struct why *why)
{
    struct store s = {.locks = {-1, -1}, .wait_ms = wait_ms};

    enum err e = make_file(path, why);
    if (e == ERR_OK)
        e = db_open(path, wait_ms, &s.db, why);
    if (e == ERR_OK)
        e = locks_open(&s.locks, path, why);
    if (e == ERR_OK)
        e = migrate(&s, path, schema, ret_from, ret_to, why);
    db_close(s.db);
    locks_close(&s.locks);
    return e;
}

enum err store_migrate(const char *path, int wait_ms, int *ret_from, int *ret_to, struct why *why)
{
    return store_migrate_to(path, wait_ms, store_schema, ret_from, ret_to, why);
}
