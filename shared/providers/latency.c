#include "providers/latency.h"

#include <stdlib.h>
#include <string.h>

void latency_note(struct latency *p, int ms)
{
    p->ms[p->at] = ms;
    p->at = (p->at + 1) % LATENCY_KEPT;
    p->n += p->n < LATENCY_KEPT;
}

static int by_size(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int latency_late_ms(const struct latency *p, int unknown)
{
    int sorted[LATENCY_KEPT];

    if (p->n < LATENCY_KNOWN)
        return unknown;
    memcpy(sorted, p->ms, (size_t)p->n * sizeof *sorted);
    qsort(sorted, (size_t)p->n, sizeof *sorted, by_size);
    return sorted[(p->n * 95 + 99) / 100 - 1];
}

void latency_note_given_up(struct latency *p, int ms, int unknown)
{
    if (ms >= latency_late_ms(p, unknown))
        latency_note(p, ms);
}
