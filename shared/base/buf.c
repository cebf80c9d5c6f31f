#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BUF_FIRST 256
#define BUF_MOST  (SIZE_MAX / 4) /* so that no sum of sizes here can overflow */

void buf_init(struct buf *b, struct arena *arena, size_t max)
{
    *b = (struct buf){.arena = arena, .max = max < BUF_MOST ? max : BUF_MOST};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->err = ERR_OK;
    if (b->data != NULL)
        b->data[0] = '\0';
}

static enum err refuse(struct buf *b, enum err e)
{
    if (b->err == ERR_OK)
        b->err = e;
    return e;
}

enum err buf_reserve(struct buf *b, size_t more)
{
    if (b->err != ERR_OK)
        return b->err;
    if (more > b->max - b->len)
        return refuse(b, ERR_TOO_BIG);
    size_t need = b->len + more + 1;
    if (need <= b->room)
        return ERR_OK;
    size_t room = b->room < BUF_FIRST ? BUF_FIRST : b->room * 2;
    if (room < need)
        room = need;
    if (room > b->max + 1)
        room = b->max + 1;
    char *data = arena_grow(b->arena, b->data, b->room, room);
    if (data == NULL)
        return refuse(b, ERR_MEMORY);
    b->data = data;
    b->room = room;
    b->data[b->len] = '\0';
    return ERR_OK;
}

char *buf_extend(struct buf *b, size_t n)
{
    if (buf_reserve(b, n) != ERR_OK)
        return NULL;
    char *p = b->data + b->len;
    b->len += n;
    b->data[b->len] = '\0';
    return p;
}

void buf_put(struct buf *b, const void *data, size_t n)
{
    char *p = buf_extend(b, n);
    if (p != NULL && n > 0)
        memcpy(p, data, n);
}

void buf_puts(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        (void)refuse(b, ERR_VALUE);
        return;
    }
    char *p = buf_extend(b, (size_t)n);
    if (p != NULL)
        (void)vsnprintf(p, (size_t)n + 1, format, ap);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    buf_vprintf(b, format, ap);
    va_end(ap);
}

enum err buf_err(const struct buf *b)
{
    return b->err;
}

const char *buf_text(const struct buf *b)
{
    return b->data == NULL ? "" : b->data;
}
