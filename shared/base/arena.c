#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *older;
    size_t room; /* bytes of data */
    size_t used;
    alignas(max_align_t) char data[];
};

static size_t rounded(size_t size)
{
    const size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

void arena_init(struct arena *a, size_t ceiling)
{
    *a = (struct arena){.ceiling = ceiling};
}

static void drop_newest(struct arena *a)
{
    struct arena_block *b = a->last;
    a->last = b->older;
    a->held -= b->room;
    free(b);
}

void arena_clear(struct arena *a)
{
    while (a->last != NULL && a->last->older != NULL)
        drop_newest(a);
    if (a->last != NULL && a->last->room > ARENA_BLOCK)
        drop_newest(a);
    if (a->last != NULL)
        a->last->used = 0;
    a->overflowed = false;
    a->full = false;
}

void arena_release(struct arena *a)
{
    while (a->last != NULL)
        drop_newest(a);
    a->overflowed = false;
    a->full = false;
}

static void *refuse(struct arena *a)
{
    a->overflowed = true;
    return NULL;
}

static void *refuse_at_ceiling(struct arena *a)
{
    a->full = true;
    return refuse(a);
}

static struct arena_block *new_block(struct arena *a, size_t room)
{
    if (a->held > a->ceiling || room > a->ceiling - a->held)
        return refuse_at_ceiling(a);
    struct arena_block *b = malloc(sizeof *b + room);
    if (b == NULL)
        return refuse(a);
    *b = (struct arena_block){.older = a->last, .room = room};
    a->last = b;
    a->held += room;
    if (a->held > a->peak)
        a->peak = a->held;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > a->ceiling)
        return refuse_at_ceiling(a);
    size_t need = rounded(size == 0 ? 1 : size);
    struct arena_block *b = a->last;
    if (b == NULL || need > b->room - b->used) {
        b = new_block(a, need > ARENA_BLOCK / 2 ? need : ARENA_BLOCK);
        if (b == NULL)
            return NULL;
    }
    void *p = b->data + b->used;
    b->used += need;
    return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    size_t bytes = 0;

    if (__builtin_mul_overflow(n, size, &bytes))
        return refuse(a);
    void *p = arena_alloc(a, bytes);
    return p == NULL ? NULL : memset(p, 0, bytes);
}

/* A piece that has a block of its own is grown by realloc: no copy of a large body twice. */
static void *grow_block(struct arena *a, size_t need)
{
    struct arena_block *b = a->last;
    size_t more = need - b->room;

    if (a->held > a->ceiling || more > a->ceiling - a->held)
        return refuse_at_ceiling(a);
    struct arena_block *bigger = realloc(b, sizeof *b + need);
    if (bigger == NULL)
        return refuse(a);
    bigger->room = need;
    bigger->used = need;
    a->last = bigger;
    a->held += more;
    if (a->held > a->peak)
        a->peak = a->held;
    return bigger->data;
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
    if (p == NULL)
        return arena_alloc(a, size);
    if (size <= old)
        return p;
    if (size > a->ceiling)
        return refuse_at_ceiling(a);
    struct arena_block *b = a->last;
    size_t held = rounded(old == 0 ? 1 : old);
    size_t need = rounded(size);
    if (b != NULL && b->used >= held && (char *)p == b->data + b->used - held) {
        if (need - held <= b->room - b->used) {
            b->used += need - held;
            return p;
        }
        if (p == b->data && b->room > ARENA_BLOCK / 2)
            return grow_block(a, need);
    }
    void *fresh = arena_alloc(a, size);
    return fresh == NULL ? NULL : memcpy(fresh, p, old);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    if (s == NULL || n == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(a, n + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        return NULL;
    char *s = arena_alloc(a, (size_t)n + 1);
    if (s == NULL)
        return NULL;
    va_start(ap, format);
    (void)vsnprintf(s, (size_t)n + 1, format, ap);
    va_end(ap);
    return s;
}
