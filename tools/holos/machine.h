/* machine - private to tools/holos: what this machine has installed. */
#ifndef HOLOS_TOOL_MACHINE_H
#define HOLOS_TOOL_MACHINE_H

#include <stdbool.h>

#define MACHINE_PATH 4096

/* Looks for an executable: a path as it is, a name in PATH and in the administrator's folders (sbin
 * is not in everybody's PATH). */
bool machine_find(const char *program, char ret[static MACHINE_PATH]);

#endif
