#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

static int64_t frozen_ms;

int64_t clock_mono_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_unix_ms(void)
{
    struct timespec t;

    if (frozen_ms != 0)
        return frozen_ms;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_freeze_unix_ms(int64_t ms)
{
    frozen_ms = ms;
}

struct deadline deadline_in_ms(int64_t ms)
{
    return (struct deadline){clock_mono_us() + ms * 1000};
}

struct deadline deadline_cap_ms(struct deadline d, int64_t ms)
{
    struct deadline own = deadline_in_ms(ms);
    return own.at_us < d.at_us ? own : d;
}

int deadline_left_ms(struct deadline d)
{
    int64_t left = d.at_us - clock_mono_us();
    if (left <= 0)
        return 0;
    left = (left + 999) / 1000;
    return left > INT_MAX ? INT_MAX : (int)left;
}

bool deadline_passed(struct deadline d)
{
    return clock_mono_us() >= d.at_us;
}

bool deadline_sleep(struct deadline d, int ms)
{
    int left = deadline_left_ms(d);
    if (left == 0)
        return false;
    int64_t us = (int64_t)(left < ms ? left : ms) * 1000;
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR)
        continue;
    return !deadline_passed(d);
}

char *clock_iso8601(int64_t ms, char out[static 25])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL || strftime(out, 25, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
    return out;
}
