#include "tests/torture/sites.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#define DEPTH 40
#define OWN   4 /* of our own calls, the innermost: they tell alike places from others */
#define ARENA                                                                                      \
    2 /* of those that want memory themselves: arenas, whose callers are a kind of their own */
#define PLACES 65536 /* a power of two */
#define STACK  24

struct place {
    uint64_t site, own;
    const char *kind;
    long times;
};

static struct place places[PLACES];
static struct place *order[PLACES];
static int count;

struct walk {
    uint64_t site, own;
    int depth, own_depth, own_most;
    bool memory;
    const void *shim; /* whose own calls say nothing */
};

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 29);
}

static uint64_t mix_text(uint64_t h, const char *s)
{
    for (; *s != '\0'; s++)
        h = mix(h, (unsigned char)*s);
    return h;
}

struct piece {
    const void *at;
    uint64_t site;
    void *stack[STACK];
    int depth;
};

static struct piece held[PLACES];

/* The program's own name is empty in its link map. */
static _Unwind_Reason_Code step(struct _Unwind_Context *at, void *of)
{
    struct walk *w = of;
    struct dl_find_object found;
    uintptr_t ip = _Unwind_GetIP(at);

    if (ip == 0 || _dl_find_object((void *)ip, &found) != 0)
        return _URC_END_OF_STACK;
    if (found.dlfo_map_start == w->shim)
        return _URC_NO_REASON;
    if (w->depth++ == DEPTH)
        return _URC_END_OF_STACK;
    uint64_t offset = ip - (uintptr_t)found.dlfo_map_start;
    const char *name = found.dlfo_link_map->l_name;
    if (w->depth == 1 && *name == '\0' && w->memory)
        w->own_most = ARENA;
    w->site = mix(mix_text(w->site, name), offset);
    if (*name == '\0' && w->own_depth++ < w->own_most)
        w->own = mix(w->own, offset);
    return _URC_NO_REASON;
}

static struct walk walk(const char *kind)
{
    struct walk w = {.own_most = OWN, .memory = strcmp(kind, "memory") == 0};
    struct dl_find_object own;

    if (_dl_find_object(places, &own) == 0)
        w.shim = own.dlfo_map_start;
    w.site = w.own = mix_text(1, kind);
    (void)_Unwind_Backtrace(step, &w);
    w.site |= 1;
    return w;
}

uint64_t sites_here(const char *kind)
{
    return walk(kind).site;
}

void sites_note(const char *kind)
{
    struct walk w = walk(kind);
    size_t i = w.site >> 20;

    while (places[i % PLACES].times > 0 && places[i % PLACES].site != w.site)
        i++;
    struct place *p = &places[i % PLACES];
    if (p->times == 0 && count == PLACES - 1)
        return;
    if (p->times++ == 0) {
        p->site = w.site;
        p->own = w.own;
        p->kind = kind;
        order[count++] = p;
    }
}

void sites_write(const char *path)
{
    FILE *f = fopen(path, "we");

    if (f == NULL)
        return;
    for (int i = 0; i < count; i++)
        (void)fprintf(f, "%s %016llx %ld %016llx\n", order[i]->kind,
                      (unsigned long long)order[i]->site, order[i]->times,
                      (unsigned long long)order[i]->own);
    (void)fclose(f);
}

static struct piece *find(const void *at)
{
    size_t i = ((uintptr_t)at >> 4) * 2654435761U;

    for (size_t tries = 0; tries < PLACES; tries++, i++)
        if (held[i % PLACES].at == at)
            return &held[i % PLACES];
    return NULL;
}

static struct piece *find_room(const void *at)
{
    size_t i = ((uintptr_t)at >> 4) * 2654435761U;

    for (size_t tries = 0; tries < PLACES; tries++, i++)
        if (held[i % PLACES].at == NULL)
            return &held[i % PLACES];
    return NULL;
}

void sites_came(const void *piece)
{
    static bool inside; /* the first walk may itself want memory */
    struct piece *p = inside ? NULL : find_room(piece);

    if (p == NULL)
        return;
    inside = true;
    p->at = piece;
    p->site = walk("held").site;
    p->depth = backtrace(p->stack, STACK);
    inside = false;
}

void sites_went(const void *piece)
{
    struct piece *p = piece == NULL ? NULL : find(piece);

    if (p != NULL)
        p->at = NULL;
}

void sites_write_held(const char *path)
{
    static bool told[PLACES];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    for (size_t i = 0; i < PLACES && fd >= 0; i++) {
        int n = 0;
        if (held[i].at == NULL || told[i])
            continue;
        for (size_t k = i; k < PLACES; k++)
            if (held[k].at != NULL && held[k].site == held[i].site) {
                told[k] = true;
                n++;
            }
        (void)dprintf(fd, "%d %016llx\n", n, (unsigned long long)held[i].site);
        backtrace_symbols_fd(held[i].stack, held[i].depth, fd);
    }
    if (fd >= 0)
        (void)close(fd);
}
