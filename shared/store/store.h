/* store - the one SQLite file: opening, versions, transactions, locks.
 *
 * All SQL of the program is in this folder; sqlite3.h is included by db.c alone. WAL, STRICT
 * tables, foreign keys, synchronous=FULL. Every write happens between store_begin and store_commit:
 * BEGIN IMMEDIATE under an advisory flock on "<file>-writer", because SQLite before 3.51.3 can
 * corrupt a WAL database that several processes write and checkpoint (docs/decisions.md). Never
 * hold a transaction while waiting for anything else. docs/store.md tells the rest.
 *
 * Errors everywhere in this room: ERR_BUSY (another writer did not finish within the deadline),
 * ERR_DISK (full or read-only), ERR_CORRUPT, ERR_MEMORY, ERR_IO; and from the schema ERR_FAULT (a
 * row that its checks refuse: a fault of this program, never told to a sender) and ERR_EXISTS (a key
 * that is taken). After any error inside a transaction the caller rolls back. */
#ifndef HOLOS_STORE_STORE_H
#define HOLOS_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct store;

/* The version this program reads and writes: the number of migrations in schema.sql. */
int store_version(void);

/* Opens the existing file. ERR_NOT_FOUND: no such file (why: run holos migrate); ERR_VERSION: made
 * by another version. `wait_ms` is HOLOS_STORE_WAIT_MS. Open after fork only. */
enum err store_open(const char *path, int wait_ms, struct store **ret, struct why *why) must_check;

/* Creates the file and its folder if needed and applies the missing migrations, each in one
 * transaction with its version. A file of a newer version is ERR_VERSION and is not touched.
 * *ret_from and *ret_to are the versions before and after. */
enum err store_migrate(const char *path, int wait_ms, int *ret_from, int *ret_to,
                       struct why *why) must_check;

/* Closes; NULL is allowed. An open transaction is rolled back. */
void store_close(struct store *s);

/* Starts the write transaction; waits for other writers, but not past the deadline nor longer than
 * wait_ms. Nothing is open after an error, of the commit neither: that one has rolled back. */
enum err store_begin(struct store *s, struct deadline d, struct why *why) must_check;
enum err store_commit(struct store *s, struct why *why) must_check;
/* Harmless when nothing is open. */
void store_rollback(struct store *s);
bool store_in_transaction(const struct store *s);

/* Holds: who is working on what, across processes. A hold is a lock of the operating system's (OFD
 * lock on one byte of "<file>-holds"), so it ends with its process, however that ends: a worker
 * that gets the hold of a delivery still marked as running knows that the first worker died.
 * store_hold waits (polling) until the deadline: ERR_BUSY. Inside a transaction it may only look: the
 * deadline is {0} there (asserted).
 * All holds end with store_let_go; one that delivery_begin took ends also when its transaction is
 * rolled back. A hold keeps out other open stores, not the one that has it. */
enum store_hold {
    HOLD_DELIVERY,
    HOLD_CALL,
    HOLD_TOKEN,
    HOLD_DELIVERY_QUEUE,
    HOLD_CALL_QUEUE,
    HOLD_OUTBOX
};
enum err store_hold(struct store *s, enum store_hold kind, int64_t id,
                    struct deadline d) must_check;
/* The same for a call; `source` and `key` are those of the delivery that wants it. Each request that
 * waits occupies a worker, so at most STORE_CALL_WAITERS wait for a call, and one for a delivery:
 * ERR_BUSY at once for any more. */
#define STORE_CALL_WAITERS 2
enum err store_hold_call(struct store *s, int64_t call_id, const char *source, const char *key,
                         struct deadline d) must_check;
void store_let_go(struct store *s);
/* One of them, before the others. */
void store_drop_hold(struct store *s, enum store_hold kind, int64_t id);

/* Can it be written now? Commits one small row (at most once in two seconds; in between it only
 * takes and gives back the write lock). For /health. */
enum err store_probe(struct store *s, struct deadline d, struct why *why) must_check;

/* A consistent copy into a new file (mode 0600, on the disk when this returns) by SQLite's backup
 * API; neither writers nor readers wait for it. ERR_EXISTS if `to` exists; nothing is left behind on failure. */
enum err store_backup(struct store *s, const char *to, struct deadline d,
                      struct why *why) must_check;

/* Empties the write-ahead log, so that nothing deleted stays in it. ERR_BUSY: other programs wrote
 * or read all the time. No transaction may be open (asserted). */
enum err store_empty_log(struct store *s, struct deadline d, struct why *why) must_check;

/* PRAGMA integrity_check and foreign_key_check: ERR_CORRUPT with the first finding. */
enum err store_verify(struct store *s, struct why *why) must_check;

#endif
