/* locks - private to store/: the two side files whose locks keep processes apart.
 *
 * Both kinds belong to the open file, hence to the process: the system frees them however it ends.
 * "<store>-writer" is locked whole (flock) around every write transaction; "<store>-holds" byte by
 * byte (OFD locks). Neither file may be removed while a program runs: those who open a new one
 * would not see the others' locks. */
#ifndef HOLOS_STORE_LOCKS_H
#define HOLOS_STORE_LOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/clock.h"
#include "base/err.h"
#include "store/store.h"

struct locks {
    int writer, holds; /* open files; -1: none */
};

enum err locks_open(struct locks *l, const char *path, struct why *why) must_check;
void locks_close(struct locks *l);

/* ERR_BUSY when another holds it past the deadline. */
enum err locks_take_writer(struct locks *l, struct deadline d, struct why *why) must_check;
void locks_drop_writer(struct locks *l);

/* One hold. Tries once even when the deadline has passed. */
enum err locks_take_hold(struct locks *l, enum store_hold kind, int64_t id,
                         struct deadline d) must_check;
void locks_drop_hold(struct locks *l, enum store_hold kind, int64_t id);
void locks_drop_holds(struct locks *l);

/* Does another process (another open store) have it? */
bool locks_is_held(const struct locks *l, enum store_hold kind, int64_t id);

#endif
