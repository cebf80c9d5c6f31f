/* buf - bytes that grow up to a known maximum, in an arena.
 *
 * Invariants: `data` is never NULL once something was put and always ends in a NUL that `len`
 * does not count; `len` never passes `max`. A put that would pass `max`, or finds no memory,
 * adds nothing and is remembered in `err`: build the whole thing, then check buf_err once.
 * The bytes live as long as the arena; there is nothing to release. */
#ifndef HOLOS_BASE_BUF_H
#define HOLOS_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"

struct buf {
    struct arena *arena;
    char *data; /* NULL before the first put */
    size_t len;
    size_t room;  /* bytes allocated */
    size_t max;   /* ceiling of len */
    enum err err; /* ERR_TOO_BIG or ERR_MEMORY once a put was refused */
};

/* Sets up an empty buffer that may hold at most `max` bytes; allocates nothing. */
void buf_init(struct buf *b, struct arena *arena, size_t max);

/* Empties it and forgets a refusal; keeps the memory. */
void buf_clear(struct buf *b);

/* Makes sure that `more` further bytes fit without a move. */
enum err buf_reserve(struct buf *b, size_t more);

/* Appends. buf_printf and buf_vprintf follow printf(3). */
void buf_put(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) printf_like(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list ap) printf_like(2, 0);

/* Hands out `n` more bytes to be written by the caller, already counted in `len`; NULL when
 * refused. */
char *buf_extend(struct buf *b, size_t n);

/* ERR_OK, or the first refusal since init or clear. */
enum err buf_err(const struct buf *b) must_check;

/* The text so far, NUL-terminated; "" before the first put. */
const char *buf_text(const struct buf *b);

#endif
