/* scratch - one arena for all tests of a program: cmocka's group setup and teardown. */
#ifndef HOLOS_TESTS_SCRATCH_H
#define HOLOS_TESTS_SCRATCH_H

#include "base/arena.h"

extern struct arena arena;

int scratch_setup(void **state);
int scratch_teardown(void **state);

#endif
