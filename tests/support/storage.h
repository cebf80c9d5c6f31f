/* storage - a store of a test's own in a temporary folder, and processes that share it. */
#ifndef HOLOS_TESTS_STORAGE_H
#define HOLOS_TESTS_STORAGE_H

#include <stdint.h>
#include <sys/types.h>
#include "base/arena.h"
#include "store/call.h"
#include "store/delivery.h"
#include "store/store.h"

#define STORAGE_NOW     INT64_C(1790000000000) /* a moment of 2026, UTC ms */
#define STORAGE_MOMENT  ((struct moment){.ms = STORAGE_NOW})
#define STORAGE_WAIT_MS 4000

struct storage {
    char folder[64];
    char path[96];
    struct store *s; /* open */
    struct arena a;
};

/* cmocka's setup and teardown: *state becomes a struct storage with a migrated, open store; the
 * folder is removed afterwards. _bare: folder and path only, nothing there yet. */
int storage_setup(void **state);
int storage_setup_bare(void **state);
int storage_teardown(void **state);

/* Another open store on the same file. Fails the test if it cannot be opened. */
struct store *storage_open(const struct storage *t);

/* Runs `work` in a process of its own with its own open store; its result is the exit status. */
pid_t storage_fork(const struct storage *t, int (*work)(struct store *s, const struct storage *t));

/* Waits for it; the exit status, or minus the signal that ended it. */
int storage_wait(pid_t pid);

/* Runs SQL with Debian's sqlite3 on the file (or on `path`); what it prints, without the last
 * newline. Fails the test if it cannot. */
const char *storage_sql(struct storage *t, const char *sql);
const char *storage_sql_on(struct storage *t, const char *path, const char *sql);

/* Opens a call "x<n>" and a turn in one transaction. */
enum err storage_write_turn(struct store *s, struct arena *a, int n, int64_t delivery_id,
                            struct turn *ret, struct why *why) must_check;

/* A call with usual values. */
struct call storage_call(const char *external_id);

/* One transaction of the open store; they fail the test if they cannot. */
void storage_begin(struct storage *t);
void storage_commit(struct storage *t);

/* Opens and commits a new call. */
struct call storage_opened(struct storage *t, const char *id, const char *phone, int64_t now_ms);

/* The bytes of a body as they go out, in the arena. */
struct buf storage_bytes(struct arena *a, const struct body *b);

#endif
