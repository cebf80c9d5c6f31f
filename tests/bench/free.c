/* free: how long free times take (part of `make bench`). A figure is the median of some runs, the least
 * and the most beside it; the lists of what is taken are in order, as a store has them,
 * but for "taken in disorder" and "two who follow".
 *
 *   build/bench/free */
#include "business/free.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define RUNS 101
#define VISIT_EVERY                                                                                \
    75 /* minutes from one visit to the next of a specialist; of three one is missing */

static const uint8_t both[] = {0, 1};

static struct specialist who[CATALOGUE_SPECIALISTS_MAX];
static uint8_t everybody[CATALOGUE_SPECIALISTS_MAX];
static struct service what[] = {{.minutes = 60, .buffer_minutes = 10, .by = everybody},
                                {.minutes = 30, .by = both, .by_n = 2}};
static struct book book = {.specialist = who, .service = what, .services = 2, .notice_minutes = 60};
static struct free_ask ask = {.book = &book, .time_zone = "Europe/Kyiv", .specialist = -1};
static const struct date today = {2026, 10, 1};

static void fill_week(struct specialist *s, int off)
{
    for (int day = 0; day < 7; day++) {
        s->week[day] = (struct day){.open = {{10 * 60, 19 * 60}}, .n = day == off % 7 ? 0 : 1};
        s->breaks[day] = (struct day){.open = {{13 * 60, 13 * 60 + 30}}, .n = 1};
    }
}

/* NULL: no memory. */
static struct free_busy *fill_busy(size_t specialists, int days)
{
    size_t room = specialists * (size_t)days * (9 * 60 / VISIT_EVERY + 1);
    struct free_busy *busy = calloc(room, sizeof *busy);

    ask.busy_n = 0;
    for (size_t i = 0; busy != NULL && i < specialists; i++)
        for (int day = 0; day < days; day++)
            for (int minute = 0; minute < 9 * 60; minute += VISIT_EVERY) {
                int64_t from_s = (int64_t)(ask.from + day) * 86400 + 7 * 3600 +
                                 (minute + (int)i * 25 % VISIT_EVERY) * 60;
                if ((i + (size_t)day + (size_t)minute / VISIT_EVERY) % 3 != 0)
                    busy[ask.busy_n++] = (struct free_busy){(int)i, from_s, from_s + 4200, true};
            }
    return busy;
}

static void shuffle(struct free_busy *busy, size_t n)
{
    uint64_t random = 1;

    for (size_t i = n; i > 1; i--) {
        random = random * 6364136223846793005 + 1442695040888963407;
        size_t k = (size_t)(random >> 33) % i;
        struct free_busy b = busy[i - 1];
        busy[i - 1] = busy[k];
        busy[k] = b;
    }
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

typedef enum err (*question)(struct arena *a, const struct free_ask *ask, struct free_times *ret);

/* False: it failed. */
static bool measure(const char *name, question q, double aim_ms)
{
    static int64_t us[RUNS];
    struct free_times times = {0};
    struct arena arena;

    arena_init(&arena, (size_t)256 << 20);
    for (int i = 0; i < RUNS; i++) {
        int64_t before = clock_mono_us();
        if (q(&arena, &ask, &times) != ERR_OK)
            return false;
        us[i] = clock_mono_us() - before;
        arena_clear(&arena);
    }
    arena_release(&arena);
    qsort(us, RUNS, sizeof *us, by_size);
    int64_t middle = us[RUNS / 2];
    (void)printf("%-72s %.3f ms (%.3f to %.3f)", name, (double)middle / 1e3, (double)us[0] / 1e3,
                 (double)us[RUNS - 1] / 1e3);
    if (aim_ms > 0)
        (void)printf(", aim %.0f ms", aim_ms);
    (void)printf("; %zu times, %zu taken\n", times.n, ask.busy_n);
    return true;
}

static bool business(const char *name, size_t specialists, int days, int cell, double aim_ms)
{
    char text[96];

    ask.from = date_number(today);
    ask.to = ask.from + days - 1;
    ask.now_s = (int64_t)ask.from * 86400;
    book.specialists = what[0].by_n = specialists;
    book.horizon_days = days;
    book.cell_minutes = cell;
    for (size_t i = 0; i < specialists; i++) {
        everybody[i] = (uint8_t)i;
        fill_week(&who[i], (int)i);
    }
    struct free_busy *busy = fill_busy(specialists, days);
    ask.busy = busy;
    if (busy == NULL)
        return false;
    ask.services = 1;
    (void)snprintf(text, sizeof text, "free times, %s, one service", name);
    bool done = measure(text, free_find, aim_ms);
    (void)snprintf(text, sizeof text, "free times, %s, of each", name);
    done = done && measure(text, free_find_each, aim_ms);
    shuffle(busy, ask.busy_n);
    (void)snprintf(text, sizeof text, "free times, %s, taken in disorder", name);
    done = done && measure(text, free_find, aim_ms);
    ask.services = 2;
    ask.service[1] = 1;
    what[0].by_n = specialists - 1; /* and the first is not the one who does both */
    memmove(everybody, everybody + 1, specialists - 1);
    ask.specialist = 0;
    (void)snprintf(text, sizeof text, "free times, %s, two who follow", name);
    done = done && measure(text, free_find, aim_ms);
    ask.specialist = -1;
    free(busy);
    return done;
}

int main(void)
{
    return business("30 days x 4 specialists, cells of 15", 4, 30, 15, 1) &&
                   business("30 days x 4 specialists, cells of 5", 4, 30, 5, 1) &&
                   business("60 days x 200 specialists, cells of 15", 200, 60, 15, 50) &&
                   business("60 days x 200 specialists, cells of 5", 200, 60, 5, 50)
               ? 0
               : 1;
}
