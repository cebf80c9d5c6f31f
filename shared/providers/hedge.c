#include "providers/hedge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "providers/attempt.h"
#include "providers/providers.h"

/* ==== latency ================================================================================= */

void hedge_latency_note(struct hedge_latency *p, int ms)
{
    p->ms[p->at] = ms;
    p->at = (p->at + 1) % HEDGE_KEPT;
    p->n += p->n < HEDGE_KEPT;
}

static int by_size(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int hedge_latency_late_ms(const struct hedge_latency *p, int unknown_ms)
{
    int sorted[HEDGE_KEPT];

    if (p->n < HEDGE_KNOWN)
        return unknown_ms;
    memcpy(sorted, p->ms, (size_t)p->n * sizeof *sorted);
    qsort(sorted, (size_t)p->n, sizeof *sorted, by_size);
    return sorted[(p->n * 95 + 99) / 100 - 1];
}

void hedge_latency_note_given_up(struct hedge_latency *p, int ms, int unknown_ms)
{
    if (ms >= hedge_latency_late_ms(p, unknown_ms))
        hedge_latency_note(p, ms);
}

/* ==== asking side by side ===================================================================== */

static struct hedge_latency *latency_of(struct hedge *h, const struct hedge_lane *lane)
{
    return &h->env->providers->latency[provider_index(lane->by)];
}

static int elapsed_ms(const struct hedge_lane *lane)
{
    return (int)((clock_mono_us() - lane->from_us) / 1000);
}

void hedge_begin(struct hedge *h, struct hedge_lane *lane, const struct provider *by)
{
    *lane = (struct hedge_lane){.by = by, .from_us = clock_mono_us(), .running = true};
    for (size_t i = 0; i < h->n; i++)
        if (h->lane[i] == lane)
            return;
    assert(h->n < HEDGE_LANES);
    h->lane[h->n++] = lane;
}

void hedge_spoke(struct hedge *h, struct hedge_lane *lane)
{
    if (lane->running && !lane->spoke)
        hedge_latency_note(latency_of(h, lane), elapsed_ms(lane));
    lane->spoke = true;
}

void hedge_end(struct hedge *h, struct hedge_lane *lane)
{
    size_t i = 0;

    lane->running = false;
    while (i < h->n && h->lane[i] != lane)
        i++;
    if (i == h->n)
        return;
    h->n--;
    for (; i < h->n; i++)
        h->lane[i] = h->lane[i + 1];
}

void hedge_give_up(struct hedge *h, struct hedge_lane *lane)
{
    if (lane->running && !lane->spoke)
        hedge_latency_note_given_up(latency_of(h, lane), elapsed_ms(lane), h->unknown_ms);
    hedge_end(h, lane);
}

/* Shall the next one be asked now: because none is under way, or because the last one is late? If
 * that may yet come, *until is when. */
static bool is_next_due(struct hedge *h, struct deadline *until)
{
    const struct hedge_lane *last = h->n == 0 ? NULL : h->lane[h->n - 1];

    if (last == NULL)
        return true;
    if (h->unknown_ms == 0 || h->n >= h->at_once || last->spoke || !h->may_start(h->of))
        return false;
    int late_ms = hedge_latency_late_ms(latency_of(h, last), h->unknown_ms);
    struct deadline late = {last->from_us + (int64_t)late_ms * 1000};
    if (late.at_us < until->at_us)
        *until = late;
    return deadline_passed(late);
}

static enum err wait(struct hedge *h, struct deadline until, struct why *ret_why)
{
    struct why why = {0};
    enum err waited = env_wait_until(h->env, until, &why);
    enum err e = env_commit_error(h->env, ret_why);

    if (e != ERR_OK)
        return e;
    if (waited == ERR_DEADLINE && !deadline_passed(h->env->deadline))
        waited = ERR_OK;
    return h->take(h->of, waited, &why);
}

enum err hedge_run(struct hedge *h, struct why *why)
{
    enum err e = ERR_CHILD;

    while (e == ERR_CHILD) {
        struct deadline until = h->env->deadline;
        if (!is_next_due(h, &until)) {
            e = wait(h, until, why);
            continue;
        }
        if (!h->may_start(h->of))
            return ERR_CHILD;
        e = h->start(h->of);
        e = e == ERR_OK ? ERR_CHILD : e;
    }
    return e;
}
