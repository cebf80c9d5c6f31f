/* zone - local time of a named zone ("Europe/Kyiv"), by the system's tz database. */
#ifndef HOLOS_BASE_ZONE_H
#define HOLOS_BASE_ZONE_H

#include <stdint.h>
#include <time.h>
#include "base/err.h"

/* Is it in the tz database? */
bool zone_exists(const char *zone);

/* The local calendar time of UTC milliseconds `ms`. ERR_CONFIG for an unknown zone,
 * ERR_MEMORY when it could not be loaded. */
enum err zone_local(const char *zone, int64_t ms, struct tm *ret) must_check;

/* The same in the zone of this machine: TZ as the process was given it. */
enum err zone_machine(int64_t ms, struct tm *ret) must_check;

#endif
