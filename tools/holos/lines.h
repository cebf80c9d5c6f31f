/* lines - private to tools/holos: lines from standard input, waiting for which a signal ends. */
#ifndef HOLOS_TOOL_LINES_H
#define HOLOS_TOOL_LINES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define LINES_LENGTH 8192

struct lines {
    const volatile sig_atomic_t *stop;
    char data[LINES_LENGTH + 1];
    size_t len;
    bool ended;
};

/* The next line without its end, cut at LINES_LENGTH bytes; NULL at the end of the input, or when
 * *stop became true while waiting. Valid until the next call. Not to be mixed with stdio. */
const char *lines_next(struct lines *l);

#endif
