#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"

static int64_t frozen_ms;
static int64_t shift_ms; /* of another moment (HOLOS_NOW) against the machine's clock */
static struct clock_pretence pretence;

int64_t clock_mono_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_unix_ms(void)
{
    struct timespec t;
    int64_t ms = frozen_ms;

    if (ms == 0) {
        (void)clock_gettime(CLOCK_REALTIME, &t);
        ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + pretence.passed_ms + pretence.set_ms +
             shift_ms;
    }
    return ms > 0 ? ms : 1; /* a board without a clock: the store takes no time before 1970 */
}

static int64_t up_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_BOOTTIME, &t); /* counts while the machine sleeps, too */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- another moment (HOLOS_NOW) ------------------------------------------------------------------ */

#define NOW_AT "HOLOS_NOW_AT"

/* Has it this form, a 0 for any digit? */
static bool has_form(const char *s, const char *form, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
            return false;
    return true;
}

static int two_digits(const char *s)
{
    return (s[0] - '0') * 10 + s[1] - '0';
}

/* Seconds east of UTC: "Z", "+02:00". False: it is neither. */
static bool read_zone(const char *s, int *ret)
{
    *ret = 0;
    if (strcmp(s, "Z") == 0)
        return true;
    if ((*s != '+' && *s != '-') || !has_form(s + 1, "00:00", sizeof "00:00"))
        return false;
    *ret = (two_digits(s + 1) * 60 + two_digits(s + 4)) * (*s == '-' ? -60 : 60);
    return two_digits(s + 1) <= 14 && two_digits(s + 4) <= 59;
}

static bool read_moment(const char *text, int64_t *ret_ms)
{
    static const char form[] = "0000-00-00T00:00:00";
    char day[11];
    day_number number = 0;
    int east_s = 0;

    if (strlen(text) < sizeof form)
        return false;
    if (!has_form(text, form, sizeof form - 1))
        return false;
    memcpy(day, text, 10);
    day[10] = '\0';
    int hour = two_digits(text + 11);
    int minute = two_digits(text + 14);
    int second = two_digits(text + 17);
    if (!date_read(day, &number) || hour > 23 || minute > 59 || second > 59 ||
        !read_zone(text + sizeof form - 1, &east_s))
        return false;
    *ret_ms =
        ((int64_t)number * 86400 + hour * 3600 + minute * 60 + second - east_s) * INT64_C(1000);
    return true;
}

bool clock_start_at(const char *text)
{
    const char *at = getenv(NOW_AT);
    char *end = NULL;
    int64_t now_ms = 0;
    struct timespec t;

    if (!read_moment(text, &now_ms))
        return false;
    int64_t began = at == NULL ? 0 : strtoll(at, &end, 10);
    if (at == NULL || end == at || *end != '\0' || began <= 0 || began > up_ms()) {
        char own[24];
        began = up_ms();
        (void)snprintf(own, sizeof own, "%lld", (long long)began);
        (void)setenv(NOW_AT, own, 1);
    }
    (void)clock_gettime(CLOCK_REALTIME, &t);
    int64_t real_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    shift_ms = now_ms + (up_ms() - began) - real_ms;
    return true;
}

bool clock_stand_at(const char *text)
{
    int64_t now_ms = 0;

    if (!read_moment(text, &now_ms))
        return false;
    frozen_ms = now_ms;
    return true;
}

int64_t clock_machine_ms(void)
{
    return clock_unix_ms() - shift_ms;
}

void clock_freeze_unix_ms(int64_t ms)
{
    frozen_ms = ms;
}

void clock_pretend(struct clock_pretence p)
{
    pretence = p;
}

/* ---- ticks --------------------------------------------------------------------------------------- */

#define UP_BITS   40 /* of milliseconds: 34 years */
#define MARK_BITS 22

/* The kernel's random name of this boot. A sandbox that hides the file has it from its unit. */
static bool read_boot_id(char *ret, size_t size)
{
    const char *given = getenv("HOLOS_BOOT");
    ssize_t n = -1;

    if (given != NULL && *given != '\0') {
        (void)snprintf(ret, size, "%s", given);
        return true;
    }
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        n = read(fd, ret, size - 1);
        (void)close(fd);
    }
    ret[n > 0 ? n : 0] = '\0';
    return n > 0;
}

bool clock_is_units(void)
{
    return getenv("HOLOS_BOOT") != NULL;
}

/* Some bits of that name, never 0; -1: it is not known. */
static int64_t find_mark(void)
{
    char id[64];
    char digits[9] = "";

    if (!read_boot_id(id, sizeof id) || strspn(id, "0123456789abcdef") < sizeof digits - 1)
        return -1;
    memcpy(digits, id, sizeof digits - 1);
    return (int64_t)(strtoul(digits, NULL, 16) & ((1U << MARK_BITS) - 1)) | 1;
}

static int64_t boot_mark(void)
{
    static int64_t mark; /* 0: not looked for */

    if (mark == 0)
        mark = find_mark();
    return mark < 0 ? 0 : mark ^ (int64_t)pretence.boots << 1;
}

struct moment clock_now(void)
{
    int64_t mark = boot_mark();
    int64_t up = up_ms() + pretence.passed_ms;

    return (struct moment){.ms = clock_unix_ms(), .tick = mark == 0 ? 0 : mark << UP_BITS | up};
}

int64_t clock_age_ms(struct moment then, struct moment now)
{
    bool steady = then.tick != 0 && then.tick >> UP_BITS == now.tick >> UP_BITS;

    return steady ? now.tick - then.tick : now.ms - then.ms;
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
