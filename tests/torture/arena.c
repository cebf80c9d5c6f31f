/* The program is linked so that every allocation of an arena comes here first: one of the kinds of
 * calls that the shim can make fail. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* Defined by the shim when it is preloaded. */
extern int holos_torture_strikes(const char *of) __attribute__((weak));

void *__real_arena_alloc(struct arena *a, size_t size);
void *__real_arena_calloc(struct arena *a, size_t n, size_t size);
void *__real_arena_grow(struct arena *a, void *p, size_t old, size_t size);
char *__real_arena_strdup(struct arena *a, const char *s);
char *__real_arena_strndup(struct arena *a, const char *s, size_t n);

void *__wrap_arena_alloc(struct arena *a, size_t size);
void *__wrap_arena_calloc(struct arena *a, size_t n, size_t size);
void *__wrap_arena_grow(struct arena *a, void *p, size_t old, size_t size);
char *__wrap_arena_strdup(struct arena *a, const char *s);
char *__wrap_arena_strndup(struct arena *a, const char *s, size_t n);
char *__wrap_arena_printf(struct arena *a, const char *format, ...) printf_like(2, 3);

static bool refused(struct arena *a)
{
    if (holos_torture_strikes == NULL || holos_torture_strikes("arena") == 0)
        return false;
    a->overflowed = true;
    return true;
}

void *__wrap_arena_alloc(struct arena *a, size_t size)
{
    return refused(a) ? NULL : __real_arena_alloc(a, size);
}

void *__wrap_arena_calloc(struct arena *a, size_t n, size_t size)
{
    return refused(a) ? NULL : __real_arena_calloc(a, n, size);
}

void *__wrap_arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
    return refused(a) ? NULL : __real_arena_grow(a, p, old, size);
}

char *__wrap_arena_strdup(struct arena *a, const char *s)
{
    return refused(a) ? NULL : __real_arena_strdup(a, s);
}

char *__wrap_arena_strndup(struct arena *a, const char *s, size_t n)
{
    return refused(a) ? NULL : __real_arena_strndup(a, s, n);
}

char *__wrap_arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;

    if (refused(a))
        return NULL;
    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    char *text = n < 0 ? NULL : __real_arena_alloc(a, (size_t)n + 1);
    if (text == NULL)
        return NULL;
    va_start(ap, format);
    (void)vsnprintf(text, (size_t)n + 1, format, ap);
    va_end(ap);
    return text;
}
