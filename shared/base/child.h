/* child - runs a program within a deadline, feeding it bytes and collecting what it prints.
 *
 * No shell. The child gets only PATH, HOME=/dev/null and LANG=C.UTF-8 in its environment, /dev/null on
 * standard error, no other open file, default signal dispositions and an empty signal mask. When
 * the deadline passes or the output is too long it is killed (SIGKILL, its whole process group) and
 * reaped before the function returns: nothing is ever left behind. */
#ifndef HOLOS_BASE_CHILD_H
#define HOLOS_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/* argv[0] is looked up in PATH. `out` collects standard output.
 * ERR_CHILD: not found, could not start, or ended with a status other than 0 (why says which);
 * ERR_DEADLINE; ERR_TOO_BIG: printed more than `out` may hold; ERR_MEMORY. */
enum err child_run(const char *const argv[], const void *input, size_t n, struct buf *out,
                   struct deadline deadline, struct why *why) must_check;

/* Is there such a program: a path, or a name in PATH? */
bool child_exists(const char *program);

#endif
