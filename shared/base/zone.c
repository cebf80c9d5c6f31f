#include "base/zone.h"

#include <fcntl.h>
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
