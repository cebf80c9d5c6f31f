/* arena - the memory of one request, with a ceiling.
 *
 * Everything a request allocates comes from one arena and is given back at once. There is no
 * free. Passing the ceiling makes arena_alloc return NULL and is remembered, so that a caller
 * may build a long result and ask once at the end.
 *
 * Small pieces share blocks of ARENA_BLOCK bytes; a piece that does not fit gets a block of its
 * own, so that a 10 MB body costs 10 MB. Memory is aligned for any type and not zeroed unless
 * said. The first block survives arena_clear: an idle worker keeps one block. */
#ifndef HOLOS_BASE_ARENA_H
#define HOLOS_BASE_ARENA_H

#include <stddef.h>
#include <stdbool.h>
#include "base/err.h"

#define ARENA_BLOCK ((size_t)16 * 1024)

struct arena_block;

struct arena {
    struct arena_block *last; /* newest block, linked to older ones; NULL before first use */
    size_t ceiling;           /* bytes of blocks it may hold */
    size_t held;              /* bytes of blocks it holds */
    size_t peak;              /* highest `held` since init */
    bool overflowed;          /* an allocation was refused since init or clear */
    bool full;                /* and one of them by the ceiling: it would be refused again */
};

/* Sets up an empty arena; allocates nothing. */
void arena_init(struct arena *a, size_t ceiling);

/* Gives everything back, keeping the first block for the next request. */
void arena_clear(struct arena *a);

/* Gives everything back. Safe on an all-zero arena and twice. */
void arena_release(struct arena *a);

/* `size` bytes, valid until clear or release; NULL when the ceiling or memory is reached. */
void *arena_alloc(struct arena *a, size_t size);

/* The same, filled with zeros; refuses n * size that overflows. */
void *arena_calloc(struct arena *a, size_t n, size_t size);

/* Makes `p`, `old` bytes long and from this arena (or NULL), `size` bytes long: in place when it
 * is the newest piece, else by copying. NULL on refusal, `p` then stays as it was. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t size);

/* Copies; the result always ends in NUL. NULL when refused (strndup: also when `s` is NULL). */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) printf_like(2, 3);

#endif
