#include "calls/limits.h"

#include "base/file.h"
#include "base/settings.h"

struct limits_caller limits_caller(const struct profile *p, const char *caller)
{
    struct limits_caller c = {0};

    if (phone_e164(caller, p->country, c.key) != ERR_OK)
        c = (struct limits_caller){SPENDING_HIDDEN};
    return c;
}

/* 0 is no limit. */
static bool is_reached(int64_t value, enum setting most, int64_t unit)
{
    int64_t limit = setting_number(most) * unit;

    return limit > 0 && value >= limit;
}

enum err limits_of_all(struct store *s, int64_t now_ms, int64_t *ret_microusd, bool *ret_reached,
                       struct why *why)
{
    struct spending all = {0};

    enum err e = spending_read(s, SPENDING_ALL, now_ms, &all, why);
    *ret_microusd = all.day_microusd;
    *ret_reached = is_reached(all.day_microusd, SET_HOLOS_DAY_CENTS, MICROUSD_OF_CENT);
    return e;
}

enum err limits_reached(struct store *s, const struct limits_caller *caller, bool begins,
                        int64_t now_ms, const char **ret, struct why *why)
{
    struct spending own = {0};
    int64_t spent = 0;
    bool all = false;

    enum err e = limits_of_all(s, now_ms, &spent, &all, why);
    if (e == ERR_OK)
        e = spending_read(s, caller->key, now_ms, &own, why);
    *ret = NULL;
    if (all)
        *ret = "HOLOS_DAY_CENTS";
    else if (is_reached(own.day_microusd, SET_HOLOS_CALLER_DAY_CENTS, MICROUSD_OF_CENT))
        *ret = "HOLOS_CALLER_DAY_CENTS";
    else if (setting_number(SET_HOLOS_CALLER_HOUR_CALLS) > 0 &&
             own.hour_calls + begins > setting_number(SET_HOLOS_CALLER_HOUR_CALLS))
        *ret = "HOLOS_CALLER_HOUR_CALLS";
    return e;
}

bool limits_disk_is_low(void)
{
    int64_t least = setting_number(SET_HOLOS_DISK_PERCENT);

    return least > 0 && file_disk_free(setting_text(SET_HOLOS_DB)) <= least;
}
