#include "dialogue/latency.h"

#include <stdlib.h>
#include <string.h>

void pace_note(struct pace *p, int ms)
{
    p->ms[p->at] = ms;
    p->at = (p->at + 1) % PACE_KEPT;
    p->n += p->n < PACE_KEPT;
}

static int by_size(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int pace_late_ms(const struct pace *p, int unknown)
{
    int sorted[PACE_KEPT];

    if (p->n < PACE_KNOWN)
        return unknown;
    memcpy(sorted, p->ms, (size_t)p->n * sizeof *sorted);
    qsort(sorted, (size_t)p->n, sizeof *sorted, by_size);
    return sorted[(p->n * 95 + 99) / 100 - 1];
}

void pace_note_given_up(struct pace *p, int ms, int unknown)
{
    if (ms >= pace_late_ms(p, unknown))
        pace_note(p, ms);
}
