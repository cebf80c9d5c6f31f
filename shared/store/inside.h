/* inside - private to store/: what the room's files know of struct store. */
#ifndef HOLOS_STORE_INSIDE_H
#define HOLOS_STORE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include "store/db.h"
#include "store/locks.h"
#include "store/store.h"

#define STORE_APPLICATION_ID 1752132719 /* "holo", as in schema.sql */

struct store {
    struct db *db;
    struct locks locks;
    int wait_ms;
    bool writing;       /* the write transaction is open */
    int64_t fresh_hold; /* delivery whose hold was taken in this transaction; 0: none */
    int64_t probed_us;  /* when store_probe last wrote; 0: never */
    int64_t log_next;   /* the log could not be emptied: try again when it has this many bytes */
    char *token_path;   /* "<store>-token" */
};

/* Takes the hold of a delivery inside the open transaction. If that is rolled back, the hold
 * is released. ERR_BUSY if another has it. */
enum err store_hold_fresh(struct store *s, int64_t delivery_id) must_check;

/* Takes the one place for a worker that waits for this delivery; ERR_BUSY if another has it. It is given
 * back with store_let_go, or by store_leave_queue. */
enum err store_join_queue(struct store *s, const char *source, const char *key) must_check;
void store_leave_queue(struct store *s, const char *source, const char *key);

#define STORE_BATCH 200 /* rows of one transaction at most */

/* What is cleaned: `step` cleans at most `most` rows of the open transaction's store and tells how many
 * it did; fewer than `most` means that no more are there. `full` is the most it is ever asked for. */
struct store_cleaning {
    enum err (*step)(struct store *s, void *of, int64_t most, int64_t *ret_n, struct why *why);
    void *of;
    int64_t full;
};

/* Runs the step until nothing is left, and tells how many rows it did in all. Each step is a
 * transaction of its own. It gets as many rows as it does in a few milliseconds on this disk, and
 * after each step callers have as long to write: a cleaning never keeps a caller waiting. Inside
 * an open transaction all steps belong to that one. */
enum err store_in_batches(struct store *s, struct store_cleaning c, int64_t *ret_n,
                          struct why *why) must_check;

/* From here on the commits of this connection move the log into the file in small pieces (true), or
 * in the usual large ones. Moving a large piece holds the writer's lock for long. */
void store_move_log_often(struct store *s, bool often);

/* Lets other writers in for as long as this one has just written, `held_us`. */
void store_give_way(int64_t held_us);

#define STORE_HOLD_US 20000 /* a cleaning holds the writer's lock about so long at a time */

/* store_migrate with a schema of the caller's own: for tests. */
enum err store_migrate_to(const char *path, int wait_ms, const char *schema, int *ret_from,
                          int *ret_to, struct why *why) must_check;

#endif
