/* log - one line per event on standard error, for the journal.
 *
 * A line begins with the journal's priority (<6>, see sd-daemon(3)) when standard error is not a
 * terminal, then the program's name, the event, and key=value pairs. Valid UTF-8 is kept; control
 * characters and broken UTF-8 are written as \xNN, so a caller cannot forge a line; a line is cut
 * at LOG_LINE bytes. What goes in: ids, routes, statuses, times, sizes, error names and their
 * sentences. What never goes in: phone numbers, callers' words, keys. Only programs, handlers and
 * the engine log; the library returns errors. */
#ifndef HOLOS_BASE_LOG_H
#define HOLOS_BASE_LOG_H

#include "base/err.h"

#define LOG_LINE 2048

/* Values are syslog's, so that the journal reads them. */
enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

/* Sets the program's name (not copied) and the least urgent level that is written. */
void log_init(const char *program, enum log_level least);

/* Writes one line: `event`, then the formatted pairs. */
void log_event(enum log_level level, const char *event, const char *format, ...) printf_like(3, 4);

/* Builds the line that log_event writes, newline included, into `out`; returns its length. */
int log_format(char out[static LOG_LINE], enum log_level level, const char *event,
               const char *message);

#endif
