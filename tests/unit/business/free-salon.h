/* free-salon - a small salon for the tests of free times, and what they say about it. */
#ifndef HOLOS_TESTS_FREE_SALON_H
#define HOLOS_TESTS_FREE_SALON_H

#include "business/free.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INNA  0
#define OLENA 1
#define MARIA 2

#define CUT  0 /* everybody; 60 minutes */
#define DYE  1 /* Inna, Olena; 60 */
#define WASH 2 /* Olena, Maria; 30 */
#define NAIL 3 /* Maria; 30 */

/* ---- a small salon, as each test needs it --------------------------------------------------------- */

static const uint8_t everybody[] = {INNA, OLENA, MARIA};
static const uint8_t inna_olena[] = {INNA, OLENA};
static const uint8_t olena_maria[] = {OLENA, MARIA};
static const uint8_t maria_alone[] = {MARIA};

static struct {
    struct arena arena;
    struct book book;
    struct specialist who[3];
    struct service what[4];
    struct free_ask ask;
    struct free_busy busy[16];
    struct free_span own[4];
    struct free_times times;
    char text[4096];
} salon;

static inline day_number date(int year, int month, int day)
{
    return date_number((struct date){year, month, day});
}

static inline int64_t utc(int year, int month, int day, int hour, int minute)
{
    return (int64_t)date(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

/* Everybody works in these hours on every day. */
static inline void works(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++)
            salon.who[i].week[k] = (struct day){.open = {{from_min, to_min}}, .n = 1};
}

static inline void works_also(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++) {
            struct day *d = &salon.who[i].week[k];
            d->open[d->n++] = (struct hours){from_min, to_min};
        }
}

static inline void rests(int from_min, int to_min)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 7; k++)
            salon.who[i].breaks[k] = (struct day){.open = {{from_min, to_min}}, .n = 1};
}

#define AT(hour, minute) ((hour)*60 + (minute))

/* Wednesday 2 December 2026 in Kyiv (two hours before UTC), asked for a day earlier. */
static inline int set_up(void **state)
{
    (void)state;
    memset(&salon, 0, sizeof salon);
    arena_init(&salon.arena, (size_t)64 << 20);
    salon.what[CUT] = (struct service){.minutes = 60, .by = everybody, .by_n = 3};
    salon.what[DYE] = (struct service){.minutes = 60, .by = inna_olena, .by_n = 2};
    salon.what[WASH] = (struct service){.minutes = 30, .by = olena_maria, .by_n = 2};
    salon.what[NAIL] = (struct service){.minutes = 30, .by = maria_alone, .by_n = 1};
    salon.book = (struct book){.cell_minutes = 30,
                               .horizon_days = 60,
                               .specialist = salon.who,
                               .specialists = 3,
                               .service = salon.what,
                               .services = 4};
    salon.ask = (struct free_ask){.book = &salon.book,
                                  .time_zone = "Europe/Kyiv",
                                  .now_s = utc(2026, 12, 1, 8, 0),
                                  .service = {CUT},
                                  .services = 1,
                                  .specialist = -1,
                                  .from = date(2026, 12, 2),
                                  .to = date(2026, 12, 2),
                                  .busy = salon.busy,
                                  .own = salon.own};
    works(AT(10, 0), AT(13, 0));
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_release(&salon.arena);
    return 0;
}

static inline void taken(int specialist, int64_t from_s, int64_t to_s, bool visit)
{
    salon.busy[salon.ask.busy_n++] = (struct free_busy){specialist, from_s, to_s, visit};
}

static inline void visit_of(int first, int second)
{
    salon.ask.service[0] = first;
    salon.ask.service[1] = second;
    salon.ask.services = 2;
}

/* On the day that is asked for, in winter. */
static inline int64_t kyiv(int hour, int minute)
{
    return utc(2026, 12, 2, hour - 2, minute);
}

static inline void own(int64_t from_s, int64_t to_s)
{
    salon.own[salon.ask.own_n++] = (struct free_span){from_s, to_s};
}

static inline void ask_day(int year, int month, int day)
{
    salon.ask.from = salon.ask.to = date(year, month, day);
    salon.ask.now_s = ((int64_t)salon.ask.from - 1) * 86400;
}

static inline const char *written(const struct free_times *times)
{
    size_t n = 0;
    day_number day = salon.ask.from;

    salon.text[0] = '\0';
    for (size_t i = 0; i < times->n; i++) {
        const struct free_time *t = &times->time[i];
        char date_text[12] = "";
        if (t->day != day)
            (void)date_write(day = t->day, date_text);
        n += (size_t)snprintf(salon.text + n, sizeof salon.text - n, "%s%s%s%02d:%02d",
                              i == 0 ? "" : " ", date_text, *date_text == '\0' ? "" : " ",
                              t->minute / 60, t->minute % 60);
        for (size_t k = 0; k < salon.ask.services; k++)
            n += (size_t)snprintf(salon.text + n, sizeof salon.text - n, "%c", "iom"[t->by[k]]);
        assert_in_range(n, 1, sizeof salon.text - 1);
    }
    return salon.text;
}

/* The starts with who does each service: "10:00i". A day other than the first asked is named. */
static inline const char *found(void)
{
    assert_int_equal(free_find(&salon.arena, &salon.ask, &salon.times), ERR_OK);
    return written(&salon.times);
}

static inline const char *found_each(void)
{
    assert_int_equal(free_find_each(&salon.arena, &salon.ask, &salon.times), ERR_OK);
    return written(&salon.times);
}

static inline enum free_why why_of(day_number day, int minute, bool past)
{
    struct free_time t = {0};
    enum free_why why = FREE_OK;

    assert_int_equal(free_check(&salon.arena, &salon.ask, day, minute, past, &why, &t), ERR_OK);
    return why;
}

static inline enum free_why why(int minute)
{
    return why_of(salon.ask.from, minute, false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
