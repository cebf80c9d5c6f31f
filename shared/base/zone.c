#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ZONE_MAX 64

bool zone_exists(const char *zone)
{
    char path[sizeof "/usr/share/zoneinfo/" + ZONE_MAX];

    if (*zone == '\0' || *zone == '/' || strstr(zone, "..") != NULL || strlen(zone) > ZONE_MAX)
        return false;
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    return access(path, R_OK) == 0;
}

/* Switching TZ reads a file, so the last zone stays: a worker mostly serves one. */
static enum err use(const char *zone)
{
    static char current[ZONE_MAX + 1];

    if (strcmp(zone, current) == 0)
        return ERR_OK;
    if (!zone_exists(zone))
        return ERR_CONFIG;
    if (setenv("TZ", zone, 1) != 0)
        return ERR_MEMORY;
    tzset();
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
