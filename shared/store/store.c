#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/inside.h"

#define PROBE_EVERY_US   2000000
#define LOG_MOST         (INT64_C(24) * 1024 * 1024)
#define LOG_LONG         (INT64_C(40) * 1024 * 1024) /* then callers rather wait a moment */
#define LOG_STEP         (INT64_C(1) * 1024 * 1024)
#define LOG_WAIT_MS      50
#define LOG_WAIT_LONG_MS 500
#define CLEAN_WAIT_MS    20
#define LOG_PAGES_OFTEN  250 /* a megabyte */
#define FIRST_ROWS       8   /* of the first transaction of a cleaning */
#define WAY_MOST_MS      1000

static enum err check_version(struct db *db, const char *path, struct why *why)
{
    struct query q;
    int64_t version = 0, program = 0;

    query_start(&q, db, SQL_USER_VERSION);
    enum err e = query_run_int(&q, &version, why);
    if (e != ERR_OK)
        return e;
    query_start(&q, db, SQL_APPLICATION_ID);
    e = query_run_int(&q, &program, why);
    if (e != ERR_OK)
        return e;
    if (version > 0 && program != STORE_APPLICATION_ID)
        return why_set(why, ERR_CORRUPT, "%s is a database of another program", path);
    if (version < store_version())
        return why_set(why, ERR_VERSION,
                       "%s has version %lld, this program needs %d: run holos migrate", path,
                       (long long)version, store_version());
    if (version > store_version())
        return why_set(why, ERR_VERSION,
                       "%s has version %lld, this program knows only %d: install the newer one",
                       path, (long long)version, store_version());
    return ERR_OK;
}

/* When SQLite cannot open a file for writing, because no descriptor was left or the like, it
 * silently opens it for reading, and refuses every write from then on. db_open sees it of the
 * store itself; of the files beside it only an attempt tells. Asked without the writer's lock:
 * nothing is written, and a writer who is at it shows that it can be. */
static enum err check_writing(struct db *db, struct why *why)
{
    enum err e = db_begin(db, deadline_in_ms(0), why);

    if (e == ERR_OK)
        db_rollback(db);
    return e == ERR_BUSY ? ERR_OK : e;
}

static enum err open_all(struct store *s, const char *path, int wait_ms, struct why *why)
{
    enum err e = db_open(path, wait_ms, &s->db, why);

    if (e == ERR_OK)
        e = check_version(s->db, path, why);
    if (e == ERR_OK)
        e = check_writing(s->db, why);
    if (e == ERR_OK)
        e = locks_open(&s->locks, path, why);
    return e;
}

static enum err name_token(struct store *s, const char *path)
{
    size_t n = strlen(path) + sizeof "-token";

    s->token_path = malloc(n);
    if (s->token_path == NULL)
        return ERR_MEMORY;
    (void)snprintf(s->token_path, n, "%s-token", path);
    return ERR_OK;
}

/* SQLite says of each of these only that it is "unable to open database file". */
static enum err look_at_file(const char *path, struct why *why)
{
    struct stat st;

    if (stat(path, &st) != 0 && errno == ENOENT)
        return why_set(why, ERR_NOT_FOUND,
                       "cannot be opened: No such file or directory; run holos migrate");
    if (stat(path, &st) != 0 || access(path, R_OK | W_OK) != 0)
        return why_set(why, errno == EACCES || errno == EROFS ? ERR_DISK : ERR_IO,
                       "cannot be opened: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return why_set(why, ERR_IO, "cannot be opened: it is a folder, and must name a file");
    return ERR_OK;
}

enum err store_open(const char *path, int wait_ms, struct store **ret, struct why *why)
{
    enum err found = look_at_file(path, why);

    if (found != ERR_OK)
        return found;
    struct store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->wait_ms = wait_ms;
    s->locks = (struct locks){-1, -1};
    enum err e = name_token(s, path);
    if (e == ERR_OK)
        e = open_all(s, path, wait_ms, why);
    if (e != ERR_OK)
        store_close(s);
    else
        *ret = s;
    return e;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_rollback(s);
    db_close(s->db);
    locks_close(&s->locks);
    free(s->token_path);
    free(s);
}

enum err store_begin(struct store *s, struct deadline d, struct why *why)
{
    assert(!s->writing);
    d = deadline_cap_ms(d, s->wait_ms);
    enum err e = locks_take_writer(&s->locks, d, why);
    if (e != ERR_OK)
        return e;
    e = db_begin(s->db, d, why);
    if (e != ERR_OK)
        locks_drop_writer(&s->locks);
    else
        s->writing = true;
    return e;
}

/* While somebody reads all the time the log never begins anew by itself. Here nobody writes, so all
 * of it goes into the file, new readers read only that, and the old ones end soon: a statement of
 * figures reads a small piece. */
static void keep_log_short(struct store *s)
{
    int64_t bytes = db_log_bytes(s->db);

    int wait_ms = bytes < LOG_LONG ? LOG_WAIT_MS : LOG_WAIT_LONG_MS;

    if (bytes < LOG_MOST)
        s->log_next = 0;
    else if (bytes >= s->log_next && db_empty_log(s->db, deadline_in_ms(wait_ms), NULL) != ERR_OK)
        s->log_next = bytes + LOG_STEP;
}

static enum err let_others_write(struct store *s, struct deadline d)
{
    locks_drop_writer(&s->locks);
    if (!deadline_sleep(d, LOG_WAIT_MS))
        return ERR_DEADLINE;
    return locks_take_writer(&s->locks, d, NULL);
}

enum err store_empty_log(struct store *s, struct deadline d, struct why *why)
{
    assert(!s->writing);
    enum err e = locks_take_writer(&s->locks, d, why);
    if (e != ERR_OK)
        return e;
    do /* short waits: writers come in between */
        e = db_empty_log(s->db, deadline_in_ms(CLEAN_WAIT_MS), why);
    while (e == ERR_BUSY && let_others_write(s, d) == ERR_OK);
    locks_drop_writer(&s->locks);
    return e;
}

enum err store_commit(struct store *s, struct why *why)
{
    assert(s->writing);
    enum err e = db_commit(s->db, why);
    if (e != ERR_OK) {
        store_rollback(s);
        return e;
    }
    keep_log_short(s);
    locks_drop_writer(&s->locks);
    s->writing = false;
    s->fresh_hold = 0;
    return ERR_OK;
}

void store_rollback(struct store *s)
{
    if (!s->writing)
        return;
    db_rollback(s->db);
    if (s->fresh_hold != 0)
        locks_drop_hold(&s->locks, HOLD_DELIVERY, s->fresh_hold);
    locks_drop_writer(&s->locks);
    s->writing = false;
    s->fresh_hold = 0;
}

bool store_in_transaction(const struct store *s)
{
    return s->writing;
}

enum err store_hold(struct store *s, enum store_hold kind, int64_t id, struct deadline d)
{
    /* Waiting for one who may himself be waiting for the writer's lock; a look does not wait. */
    assert(!s->writing || d.at_us == 0);
    return locks_take_hold(&s->locks, kind, id, d);
}

/* FNV-1a. Two deliveries that meet in one place refuse each other only while both wait. */
static int64_t place_of(const char *source, const char *key)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (const char *s = source; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    for (const char *s = key; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    return (int64_t)(h >> 5 | 1);
}

enum err store_join_queue(struct store *s, const char *source, const char *key)
{
    return store_hold(s, HOLD_DELIVERY_QUEUE, place_of(source, key), (struct deadline){0});
}

void store_leave_queue(struct store *s, const char *source, const char *key)
{
    locks_drop_hold(&s->locks, HOLD_DELIVERY_QUEUE, place_of(source, key));
}

/* In one of the places of those who wait for the call. */
static enum err wait_for_call(struct store *s, int64_t call_id, struct deadline d)
{
    int64_t place = call_id * STORE_CALL_WAITERS;
    enum err queued = ERR_BUSY;

    for (int i = 0; i < STORE_CALL_WAITERS && queued == ERR_BUSY; i++)
        queued = store_hold(s, HOLD_CALL_QUEUE, place + i, (struct deadline){0});
    if (queued != ERR_OK)
        return queued;
    enum err e = store_hold(s, HOLD_CALL, call_id, d);
    for (int i = 0; i < STORE_CALL_WAITERS; i++)
        locks_drop_hold(&s->locks, HOLD_CALL_QUEUE, place + i);
    return e;
}

enum err store_hold_call(struct store *s, int64_t call_id, const char *source, const char *key,
                         struct deadline d)
{
    enum err e = store_hold(s, HOLD_CALL, call_id, (struct deadline){0});
    if (e == ERR_BUSY)
        e = store_join_queue(s, source, key);
    else
        return e;
    if (e == ERR_OK)
        e = wait_for_call(s, call_id, d);
    store_leave_queue(s, source, key);
    return e;
}

void store_drop_hold(struct store *s, enum store_hold kind, int64_t id)
{
    locks_drop_hold(&s->locks, kind, id);
}

void store_let_go(struct store *s)
{
    locks_drop_holds(&s->locks);
}

enum err store_hold_fresh(struct store *s, int64_t delivery_id)
{
    assert(s->writing);
    enum err e = locks_take_hold(&s->locks, HOLD_DELIVERY, delivery_id, (struct deadline){0});
    if (e == ERR_OK)
        s->fresh_hold = delivery_id;
    return e;
}

void store_move_log_often(struct store *s, bool often)
{
    db_move_log_at(s->db, often ? LOG_PAGES_OFTEN : DB_LOG_PAGES);
}

void store_give_way(int64_t held_us)
{
    /* A sleep, for whoever lets the lock go and asks for it at once has it again before another. */
    (void)deadline_sleep(deadline_in_ms(WAY_MOST_MS), (int)(held_us / 1000) + 1);
}

struct batch {
    int64_t asked, n; /* rows that the step may do; that it did */
    int64_t held_us;
};

static enum err one_batch(struct store *s, struct store_cleaning c, struct batch *b,
                          struct why *why)
{
    enum err e = store_begin(s, deadline_in_ms(s->wait_ms), why);
    if (e != ERR_OK)
        return e;
    int64_t from_us = clock_mono_us();
    e = c.step(s, c.of, b->asked, &b->n, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    b->held_us = clock_mono_us() - from_us;
    return e;
}

static int64_t next_size(const struct batch *b, int64_t full)
{
    if (b->held_us > STORE_HOLD_US)
        return b->asked > 1 ? b->asked / 2 : 1;
    if (b->held_us < STORE_HOLD_US / 4 && b->asked < full)
        return b->asked * 2 < full ? b->asked * 2 : full;
    return b->asked;
}

static enum err in_transactions(struct store *s, struct store_cleaning c, int64_t *ret_n,
                                struct why *why)
{
    struct batch b = {0};
    int64_t all = 0, next = c.full < FIRST_ROWS ? c.full : FIRST_ROWS;

    do {
        b.asked = next;
        enum err e = one_batch(s, c, &b, why);
        if (e != ERR_OK)
            return e;
        all += b.n;
        next = next_size(&b, c.full);
        if (b.n > 0)
            store_give_way(b.held_us);
    } while (b.n >= b.asked);
    *ret_n = all;
    return ERR_OK;
}

static enum err in_this_transaction(struct store *s, struct store_cleaning c, int64_t *ret_n,
                                    struct why *why)
{
    int64_t all = 0, n = 0;

    do {
        enum err e = c.step(s, c.of, c.full, &n, why);
        if (e != ERR_OK)
            return e;
        all += n;
    } while (n >= c.full);
    *ret_n = all;
    return ERR_OK;
}

enum err store_in_batches(struct store *s, struct store_cleaning c, int64_t *ret_n, struct why *why)
{
    if (s->writing)
        return in_this_transaction(s, c, ret_n, why);
    store_move_log_often(s, true);
    enum err e = in_transactions(s, c, ret_n, why);
    store_move_log_often(s, false);
    return e;
}

enum err store_probe(struct store *s, struct deadline d, struct why *why)
{
    enum err e = store_begin(s, d, why);

    if (e != ERR_OK)
        return e;
    if (s->probed_us != 0 && clock_mono_us() - s->probed_us < PROBE_EVERY_US) {
        store_rollback(s);
        return ERR_OK;
    }
    struct query q;
    query_start(&q, s->db, SQL_PROBE);
    query_put_int(&q, clock_unix_ms());
    e = query_run(&q, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    store_rollback(s);
    s->probed_us = e == ERR_OK ? clock_mono_us() : 0;
    return e;
}

static enum err check_references(struct store *s, struct arena *a, struct why *why)
{
    struct query q;
    const char *table = NULL;

    query_start(&q, s->db, SQL_FOREIGN_KEY_CHECK);
    bool row = query_next(&q);
    if (row)
        table = query_get_text(&q, a);
    enum err e = query_end(&q, why);
    if (e == ERR_OK && row)
        e = why_set(why, ERR_CORRUPT, "a row of table %s names another that is not there", table);
    return e;
}

static enum err check_pages(struct store *s, struct arena *a, struct why *why)
{
    struct query q;
    const char *finding = NULL;

    query_start(&q, s->db, SQL_INTEGRITY_CHECK);
    if (query_next(&q))
        finding = query_get_text(&q, a);
    enum err e = query_end(&q, why);
    if (e == ERR_OK && (finding == NULL || strcmp(finding, "ok") != 0))
        e = why_set(why, ERR_CORRUPT, "the store is damaged: %s", finding == NULL ? "" : finding);
    return e;
}

enum err store_verify(struct store *s, struct why *why)
{
    struct arena a;

    arena_init(&a, ARENA_BLOCK * 4);
    enum err e = check_pages(s, &a, why);
    if (e == ERR_OK)
        e = check_references(s, &a, why);
    arena_release(&a);
    return e;
}
