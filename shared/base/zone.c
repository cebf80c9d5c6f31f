#include "base/zone.h"

#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ZONE_MAX 64

/* The folder also holds folders ("Europe") and tables ("zone.tab"), with which the C library would
 * silently fall back to UTC: a zone is a file that begins with tzfile(5)'s magic. */
bool zone_exists(const char *zone)
{
    char path[sizeof "/usr/share/zoneinfo/" + ZONE_MAX];
    char magic[4];

    if (*zone == '\0' || *zone == '/' || strstr(zone, "..") != NULL || strlen(zone) > ZONE_MAX)
        return false;
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, magic, sizeof magic);
    (void)close(fd);
    return n == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

/* When the C library cannot load a zone's file (no memory, no descriptor) it reports nothing, takes
 * the first letters of the zone's name for an abbreviation and counts in UTC. Zones that are UTC
 * look the same and lose nothing. */
static bool fell_back_to_utc(const char *zone)
{
    const char *name = tzname[0];

    if (name == NULL || *name == '\0')
        return true;
    if (timezone != 0 || daylight != 0 || strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0)
        return false;
    return strncmp(zone, name, strlen(name)) == 0;
}

static char current[ZONE_MAX + 1]; /* the zone in use; "": none */
static bool switched;              /* TZ was changed, from this: */
static const char *machine;        /* NULL: it was not set */

static void remember_machine(void)
{
    static char copy[256];
    const char *given = getenv("TZ");

    if (switched)
        return;
    (void)snprintf(copy, sizeof copy, "%s", given == NULL ? "" : given);
    machine = given == NULL ? NULL : copy;
    switched = true;
}

/* Switching TZ reads a file, so the last zone stays: a worker mostly serves one. */
static enum err use(const char *zone)
{
    if (*zone != '\0' && strcmp(zone, current) == 0)
        return ERR_OK;
    if (!zone_exists(zone))
        return ERR_CONFIG;
    remember_machine();
    if (setenv("TZ", zone, 1) != 0)
        return ERR_MEMORY;
    tzset();
    if (fell_back_to_utc(zone)) {
        current[0] = '\0';
        (void)setenv("TZ", "UTC0", 1); /* else the C library thinks that it has the zone */
        tzset();
        return ERR_MEMORY;
    }
    memcpy(current, zone, strlen(zone) + 1);
    return ERR_OK;
}

enum err zone_local(const char *zone, int64_t ms, struct tm *ret)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm local;

    enum err e = use(zone);
    if (e != ERR_OK)
        return e;
    if (localtime_r(&seconds, &local) == NULL)
        return ERR_VALUE;
    *ret = local;
    return ERR_OK;
}

enum err zone_machine(int64_t ms, struct tm *ret)
{
    time_t seconds = (time_t)(ms / 1000);

    if (switched) {
        if ((machine == NULL ? unsetenv("TZ") : setenv("TZ", machine, 1)) != 0)
            return ERR_MEMORY;
        tzset();
        current[0] = '\0';
        switched = false;
    }
    return localtime_r(&seconds, ret) == NULL ? ERR_VALUE : ERR_OK;
}

static enum err offset_at(int64_t s, int32_t *ret)
{
    time_t seconds = (time_t)s;
    struct tm local;

    if (localtime_r(&seconds, &local) == NULL)
        return ERR_VALUE;
    *ret = (int32_t)local.tm_gmtoff;
    return ERR_OK;
}

/* The first second after `low` at which the clocks differ; at `high` they do. */
static enum err find_change(int64_t low, int64_t high, int64_t *ret)
{
    int32_t before = 0;
    int32_t offset = 0;
    enum err e = offset_at(low, &before);

    while (e == ERR_OK && high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        e = offset_at(middle, &offset);
        if (offset == before)
            low = middle;
        else
            high = middle;
    }
    if (e == ERR_OK)
        *ret = high;
    return e;
}

enum err zone_stretches(const char *zone, int64_t from_s, int64_t to_s, struct zone_stretch *ret,
                        size_t *ret_n)
{
    struct zone_stretch last = {.from_s = from_s};
    size_t n = 0;

    assert(from_s < to_s);
    enum err e = use(zone);
    if (e == ERR_OK)
        e = offset_at(from_s, &last.offset_s);
    ret[n++] = last;
    for (int64_t at = from_s; e == ERR_OK && at < to_s - 1;) {
        int64_t next = at + ZONE_STEP_S < to_s ? at + ZONE_STEP_S : to_s - 1;
        struct zone_stretch s = {.from_s = next};
        e = offset_at(next, &s.offset_s);
        if (e == ERR_OK && s.offset_s != last.offset_s) {
            e = find_change(at, next, &s.from_s);
            ret[n++] = last = s;
        }
        at = next;
    }
    if (e == ERR_OK)
        *ret_n = n;
    return e;
}
