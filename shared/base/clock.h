/* clock - what time it is, and how long is left.
 *
 * A deadline is an absolute moment of the monotonic clock, made once when a request arrives and handed to
 * every call that can wait. Wall time is UTC; local time exists only in business/. */
#ifndef HOLOS_BASE_CLOCK_H
#define HOLOS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t at_us; /* monotonic microseconds */
};

/* Monotonic microseconds since an arbitrary start. */
int64_t clock_mono_us(void);

/* UTC milliseconds since 1970. */
int64_t clock_unix_ms(void);

/* The same by the machine's clock, which HOLOS_NOW does not touch: for what is agreed with others. */
int64_t clock_machine_ms(void);

/* A moment by both clocks. The wall clock (`ms`) may be set at any time. `tick` is milliseconds since
 * this machine booted, with a mark of the boot above them: nothing moves it. 0: not known. */
struct moment {
    int64_t ms;
    int64_t tick;
};

struct moment clock_now(void);

/* Milliseconds from `then` to `now`: by the ticks if both are of one boot, else by the wall clock.
 * Negative: it was set back meanwhile. */
int64_t clock_age_ms(struct moment then, struct moment now);

/* The wall clock goes on from this moment ("2026-12-01T10:00:00+02:00"; Z for UTC), which was when the
 * first process of this tree called it: HOLOS_NOW_AT keeps that moment of the boot for the processes
 * that this one starts. For tries and demonstrations (HOLOS_NOW). False: that is no moment. */
bool clock_start_at(const char *text);

/* The wall clock stands still at that moment. */
bool clock_stand_at(const char *text);

/* Is this process an installed unit's? Only they are told the boot by HOLOS_BOOT. */
bool clock_is_units(void);

/* For tests only: makes clock_unix_ms return `ms` until called with 0. */
void clock_freeze_unix_ms(int64_t ms);

/* For tests only: the clocks go on as they would after all this. All zero: as they are. */
struct clock_pretence {
    int64_t passed_ms; /* so much time has passed */
    int64_t set_ms;    /* the wall clock was set forward by this; negative: back */
    int boots;         /* the machine booted */
};
void clock_pretend(struct clock_pretence p);

struct deadline deadline_in_ms(int64_t ms);

/* The earlier of `d` and now + `ms`: a step's own cap inside the request's budget. */
struct deadline deadline_cap_ms(struct deadline d, int64_t ms);

/* Milliseconds left, rounded up, never negative; fits poll(2). */
int deadline_left_ms(struct deadline d);

bool deadline_passed(struct deadline d);

/* Sleeps `ms`, but not past the deadline. Returns false if the deadline has passed. */
bool deadline_sleep(struct deadline d, int ms);

/* Writes "2026-11-21T09:30:00Z" for UTC milliseconds `ms`; returns `out`. */
char *clock_iso8601(int64_t ms, char out[static 25]);

#endif
