/* shim - what its files share. Private to the shim. */
#ifndef HOLOS_TESTS_TORTURE_SHIM_H
#define HOLOS_TESTS_TORTURE_SHIM_H

#include <stdbool.h>

/* Is this the call that fails? Counts it if it is of the kind. */
bool strikes(const char *of);

#endif
