/* zone - local time of a named zone ("Europe/Kyiv"), by the system's tz database. */
#ifndef HOLOS_BASE_ZONE_H
#define HOLOS_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "base/err.h"

/* Is it in the tz database? */
bool zone_exists(const char *zone);

/* The local calendar time of UTC milliseconds `ms`. ERR_CONFIG for an unknown zone,
 * ERR_MEMORY when it could not be loaded. */
enum err zone_local(const char *zone, int64_t ms, struct tm *ret) must_check;

/* From from_s, a UTC second, until the next stretch begins local time is UTC + offset_s. */
struct zone_stretch {
    int64_t from_s;
    int32_t offset_s;
};

/* Two changes of the clocks are further apart than this: since 1970 a week is the least. */
#define ZONE_STEP_S 86400

/* Room enough for the stretches between two seconds. */
#define ZONE_STRETCHES(from_s, to_s) ((size_t)(((to_s) - (from_s)) / ZONE_STEP_S) + 2)

/* The stretches from UTC second from_s to before to_s, the first one from from_s on; ret[] has
 * ZONE_STRETCHES of room. Errors are zone_local's, and ERR_VALUE beyond every calendar. */
enum err zone_stretches(const char *zone, int64_t from_s, int64_t to_s, struct zone_stretch *ret,
                        size_t *ret_n) must_check;

/* zone_local in the zone of this machine: TZ as the process was given it. */
enum err zone_machine(int64_t ms, struct tm *ret) must_check;

#endif
