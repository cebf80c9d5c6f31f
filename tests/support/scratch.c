#include "tests/support/scratch.h"

struct arena arena;

int scratch_setup(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    return 0;
}

int scratch_teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}
