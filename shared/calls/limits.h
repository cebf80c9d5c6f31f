/* limits - what calls may cost: HOLOS_DAY_CENTS, HOLOS_CALLER_DAY_CENTS, HOLOS_CALLER_HOUR_CALLS.
 *
 * Above a limit calls are still answered, by the profile's rules and the built-in voice, which cost
 * nothing. If less than HOLOS_DISK_PERCENT of the disk is free, no new call is opened, so that there is
 * room for the calls that are going on. A profile's own limits of a call (limits.cents, minutes,
 * turns) end that call instead. */
#ifndef HOLOS_CALLS_LIMITS_H
#define HOLOS_CALLS_LIMITS_H

#include <stdbool.h>
#include "business/phone.h"
#include "business/profile.h"
#include "store/spending.h"

#define MICROUSD_OF_CENT 10000

/* A caller's key in the store: E.164, or that of all hidden callers. */
struct limits_caller {
    char key[PHONE_MAX];
};
struct limits_caller limits_caller(const struct profile *p, const char *caller);

/* *ret: the name of the setting whose limit is reached, NULL if none is. `begins`: the call begins
 * now and is not counted yet. The store's errors. */
enum err limits_reached(struct store *s, const struct limits_caller *caller, bool begins,
                        int64_t now_ms, const char **ret, struct why *why) must_check;

/* The same of all calls together: *ret_microusd is what they cost in the last 24 hours. */
enum err limits_of_all(struct store *s, int64_t now_ms, int64_t *ret_microusd, bool *ret_reached,
                       struct why *why) must_check;

/* Is so little of the store's disk free that no new call may be opened (HOLOS_DISK_PERCENT)? */
bool limits_disk_is_low(void);

#endif
