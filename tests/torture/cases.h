/* cases - what the torture runs: each case works in a folder of its own and checks itself.
 *
 * A case prepares what it needs, calls torture_arm(true) around the calls that may fail, and then
 * looks at what is there. It returns NULL if its invariants hold, whether the calls succeeded or
 * failed cleanly, else a sentence. Run again in the same folder without faults it must succeed:
 * `clean` tells it that nothing was made to fail, so that every error is then a fault. */
#ifndef HOLOS_TESTS_TORTURE_CASES_H
#define HOLOS_TESTS_TORTURE_CASES_H

#include <stdbool.h>

struct torture {
    const char *folder;
    bool clean;
    bool leave;     /* what was torn shall be taken up by the next process, not by this one */
    bool after;     /* this is that process: nothing fails, but the folder may hold what was torn */
    const void *of; /* the case's own, as in its row */
};

struct torture_case {
    const char *name;
    const char *(*run)(const struct torture *t);
    const void *of; /* what one function needs to be several cases; NULL: nothing */
};

/* One table a file, its last row all zero; a new table is also named in cases.c. */
extern const struct torture_case torture_base[], torture_store[], torture_calls[], torture_net[];

/* Those that need the vendors' stand-ins, and settings that lead there: tests/torture/spoken.py. */
extern const struct torture_case torture_spoken[];

/* Faults begin and end here. Nothing happens without the shim. */
void torture_arm(bool on);

/* "folder/name", in one of a few buffers that take turns. */
const char *torture_path(const struct torture *t, const char *name);

#endif
