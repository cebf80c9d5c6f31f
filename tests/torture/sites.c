#include "tests/torture/sites.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

#define DEPTH  40
#define PLACES 65536 /* a power of two */

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
    int skip, depth;
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

/* The program's own name is empty in its link map. */
static _Unwind_Reason_Code step(struct _Unwind_Context *at, void *of)
{
    struct walk *w = of;
    struct dl_find_object found;
    uintptr_t ip = _Unwind_GetIP(at);

    if (w->skip-- > 0)
        return _URC_NO_REASON;
    if (ip == 0 || _dl_find_object((void *)ip, &found) != 0 || w->depth++ == DEPTH)
        return _URC_END_OF_STACK;
    uint64_t offset = ip - (uintptr_t)found.dlfo_map_start;
    const char *name = found.dlfo_link_map->l_name;
    w->site = mix(mix_text(w->site, name), offset);
    if (*name == '\0')
        w->own = mix(w->own, offset);
    return _URC_NO_REASON;
}

static struct walk walk(const char *kind)
{
    struct walk w = {.skip = 3};

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
