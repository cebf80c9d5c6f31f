/* check: timeout=120
 *
 * Free times of random catalogues, against an oracle that is slow and plain: it has a table of all
 * minutes with their local time, as localtime_r says, and asks of each start whether each of its
 * minutes is worked and not taken. It knows nothing of free.c.
 *
 *   FREE_CASES=1000000 FREE_SEED=7 build/release/tests/unit/business/free-random.t */
#include "business/free.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
#define USUAL_CASES 3000
#else
#define USUAL_CASES 100000
#endif

/* ---- the local time of every minute ---------------------------------------------------------------- */

#define DAYS     3 /* local days of a window: that before a change, its own, the next */
#define MINUTES  (7 * 1440)
#define NO_DAY   255
#define IN_A_ROW 256 /* cases of one window: to change the zone costs more than a case */

static const struct {
    const char *zone;
    int year, month, day;
} changes[] = {
    {"Europe/Kyiv", 2026, 3, 29},         {"Europe/Kyiv", 2026, 10, 25},
    {"Europe/Kyiv", 2026, 12, 2},         {"Asia/Kathmandu", 2026, 12, 2},
    {"Asia/Kathmandu", 1986, 1, 1}, /* a quarter of an hour */
    {"Australia/Lord_Howe", 2026, 10, 4}, {"Australia/Lord_Howe", 2026, 4, 5},
    {"America/Sao_Paulo", 2018, 11, 4},   {"America/Sao_Paulo", 2018, 2, 18},
    {"America/St_Johns", 2010, 11, 7}, /* from a minute after midnight to the day before */
    {"America/St_Johns", 2010, 3, 14},    {"Pacific/Apia", 2011, 12, 30}, /* does not exist */
    {"Africa/Casablanca", 2026, 3, 22},   {"America/Havana", 2026, 3, 8},
    {"America/Havana", 2026, 11, 1},      {"Asia/Tehran", 2021, 9, 22},
    {"Antarctica/Troll", 2026, 3, 29}, /* two hours */
    {"Antarctica/Troll", 2026, 10, 25},   {"America/Nuuk", 2026, 3, 28},
    {"America/Nuuk", 2026, 10, 25},       {"America/New_York", 2026, 11, 1},
    {"Pacific/Kiritimati", 2026, 12, 31}, {"Etc/GMT+12", 2028, 2, 29},
};
#define WINDOWS (sizeof changes / sizeof *changes)

static struct window {
    const char *zone;
    day_number first;          /* local */
    int64_t from_min;          /* UTC; two days before `first` begins there */
    int begins, ends;          /* the days' first place, and the one after their last */
    int16_t of_day[MINUTES];   /* local, after `first` */
    uint16_t minute[MINUTES];  /* local */
    uint8_t times[DAYS][1440]; /* how often it exists */
    int last[DAYS][1440]; /* place of its last time; of one that does not exist, of the change */
} windows[WINDOWS];

static int64_t day_of(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

    return (int64_t)timegm(&tm) / 86400;
}

static bool is_asked(int day)
{
    return day >= 0 && day < DAYS;
}

static void note(struct window *w, int place)
{
    time_t t = (time_t)(w->from_min + place) * 60;
    struct tm tm;

    assert_non_null(localtime_r(&t, &tm));
    assert_int_equal(tm.tm_sec, 0);
    int day = (int)(day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) - w->first);
    int minute = tm.tm_hour * 60 + tm.tm_min;
    w->of_day[place] = (int16_t)day;
    w->minute[place] = (uint16_t)minute;
    if (is_asked(day)) {
        w->begins = w->ends == 0 ? place : w->begins;
        w->ends = place + 1;
        w->times[day][minute]++;
        w->last[day][minute] = place;
    }
}

/* The first minute whose local time is later than one that does not exist. */
static int skipping(const struct window *w, int day, int minute)
{
    int place = 0;

    while (w->of_day[place] * 1440 + w->minute[place] <= day * 1440 + minute)
        place++;
    return place;
}

static int make_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < WINDOWS; i++) {
        struct window *w = &windows[i];
        w->zone = changes[i].zone;
        w->first = (day_number)day_of(changes[i].year, changes[i].month, changes[i].day) - 1;
        w->from_min = ((int64_t)w->first - 2) * 1440;
        assert_int_equal(setenv("TZ", w->zone, 1), 0);
        tzset();
        for (int place = 0; place < MINUTES; place++)
            note(w, place);
        for (int day = 0; day < DAYS; day++)
            for (int minute = 0; minute < 1440; minute++)
                if (w->times[day][minute] == 0)
                    w->last[day][minute] = skipping(w, day, minute);
    }
    return 0;
}

/* ---- a random case --------------------------------------------------------------------------------- */

#define PEOPLE 4
#define KINDS  4
#define BUSY   20
#define OWN    3

static uint64_t seed;

static uint64_t next_random(void)
{
    seed += 0x9e3779b97f4a7c15;
    uint64_t z = seed;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* 0 to n - 1. */
static int below(int n)
{
    return (int)(next_random() % (uint64_t)n);
}

static bool once_in(int n)
{
    return below(n) == 0;
}

static struct {
    const struct window *w;
    struct book book;
    struct specialist who[PEOPLE];
    struct service what[KINDS];
    uint8_t by[KINDS][PEOPLE];
    struct date_range off[PEOPLE], closed;
    struct free_busy busy[BUSY];
    struct free_span own[OWN];
    struct free_ask ask;
} c;

static int clock_of_day(void)
{
    static const int steps[] = {1, 5, 10, 15, 30, 30, 60, 60};
    int step = steps[below(8)];
    int most = once_in(2) ? 6 * 60 : 24 * 60; /* the clocks are changed at night */

    return below(most / step + 1) * step;
}

/* Intervals in order that may touch. */
static void make_intervals(struct day *d, int most)
{
    int want = below(most + 1);

    d->n = 0;
    for (int tries = 0; tries < 8 && d->n < (size_t)want; tries++) {
        int before = d->n == 0 ? 0 : d->open[d->n - 1].to_min;
        int from = d->n > 0 && once_in(3) ? before : clock_of_day();
        int to = from + 1 + below(8 * 60);
        to = to > 1440 ? 1440 : once_in(2) ? to : (to + 29) / 30 * 30;
        if (from >= before && from < 1440)
            d->open[d->n++] = (struct hours){from, to};
    }
}

static struct date_range some_days(void)
{
    day_number from = c.w->first - 1 + below(DAYS + 2);

    return (struct date_range){from, from + below(2)};
}

static void make_people(void)
{
    c.book.specialists = 1 + (size_t)below(PEOPLE);
    for (size_t i = 0; i < c.book.specialists; i++) {
        struct specialist *s = &c.who[i];
        *s = (struct specialist){.off = &c.off[i], .off_n = once_in(6)};
        c.off[i] = some_days();
        for (day_number day = c.w->first; day < c.w->first + DAYS; day++) {
            make_intervals(&s->week[(day + 3) % 7], 3);
            make_intervals(&s->breaks[(day + 3) % 7], 2);
        }
    }
}

static void make_services(void)
{
    c.book.services = KINDS;
    for (size_t i = 0; i < KINDS; i++) {
        struct service *s = &c.what[i];
        *s = (struct service){.minutes = c.book.cell_minutes * (1 + below(4)), .by = c.by[i]};
        if (once_in(3))
            s->buffer_minutes = once_in(8) ? 300 : below(12) * 5;
        for (size_t k = 0; k < c.book.specialists; k++)
            if (!once_in(3))
                c.by[i][s->by_n++] = (uint8_t)k;
    }
}

/* A second of the window's days. */
static int64_t some_second(void)
{
    int64_t s = (c.w->from_min + c.w->begins - 60 + below(c.w->ends - c.w->begins)) * 60;

    return once_in(3) ? s + below(60) : s;
}

static void make_taken(void)
{
    c.ask.busy = c.busy;
    c.ask.own = c.own;
    c.ask.busy_n = (size_t)below(BUSY + 1);
    c.ask.own_n = (size_t)(once_in(3) ? below(OWN + 1) : 0);
    for (size_t i = 0; i < c.ask.busy_n; i++) {
        int64_t from_s = some_second();
        c.busy[i] = (struct free_busy){.specialist = below((int)c.book.specialists),
                                       .from_s = from_s,
                                       .to_s = from_s + 60 * (1 + below(240)),
                                       .visit = !once_in(3)};
    }
    for (size_t i = 0; i < c.ask.own_n; i++) {
        int64_t from_s = some_second();
        c.own[i] = (struct free_span){from_s, from_s + 60 * (1 + below(120))};
    }
}

static void make_case(const struct window *w)
{
    static const int cells[] = {5, 10, 15, 20, 30, 30, 60, 60};
    static const int services[] = {1, 1, 2, 2, 3};

    memset(&c.ask, 0, sizeof c.ask);
    c.w = w;
    c.book = (struct book){.cell_minutes = cells[below(8)],
                           .notice_minutes = once_in(2) ? 0 : below(3000),
                           .horizon_days = once_in(2) ? 60 : below(4),
                           .closed = &c.closed,
                           .closed_n = once_in(8),
                           .specialist = c.who,
                           .service = c.what};
    c.closed = some_days();
    make_people();
    make_services();
    make_taken();
    c.ask.book = &c.book;
    c.ask.time_zone = w->zone;
    c.ask.now_s = once_in(3) ? some_second() : (w->from_min + below(1440)) * 60;
    c.ask.services = (size_t)services[below(5)];
    for (size_t i = 0; i < c.ask.services; i++)
        c.ask.service[i] = below(KINDS);
    c.ask.specialist = once_in(3) ? below((int)c.book.specialists) : -1;
    c.ask.from = w->first + below(DAYS);
    c.ask.to = c.ask.from + below((int)(w->first + DAYS - c.ask.from));
}

/* ---- the oracle ------------------------------------------------------------------------------------ */

/* Of each minute: in which interval of which day each one works, 0 for none; who is taken. */
static uint8_t works[PEOPLE][MINUTES];
static bool is_taken[PEOPLE][MINUTES], is_own[MINUTES];
static int visits[PEOPLE][DAYS];
static day_number today;

static int place_of(int64_t s)
{
    int64_t place = s / 60 - c.w->from_min;

    return place < 0 ? 0 : place > MINUTES ? MINUTES : (int)place;
}

static bool among(const struct date_range *r, size_t n, day_number day)
{
    return n > 0 && r->from <= day && day <= r->to;
}

static bool comes(size_t who, int day)
{
    day_number d = c.w->first + day;

    return !among(&c.closed, c.book.closed_n, d) && !among(&c.off[who], c.who[who].off_n, d) &&
           c.who[who].week[(d + 3) % 7].n > 0;
}

static void fill(uint8_t *minutes, const struct hours *h, int with)
{
    memset(minutes + h->from_min, with, (size_t)(h->to_min - h->from_min));
}

static void look_at_hours(size_t who)
{
    const struct specialist *s = &c.who[who];
    uint8_t at[DAYS][1440] = {{0}}; /* of each local minute: day * 10 + the interval's number */

    for (int day = 0; day < DAYS; day++) {
        int weekday = (c.w->first + day + 3) % 7;
        for (size_t i = 0; i < s->week[weekday].n && comes(who, day); i++)
            fill(at[day], &s->week[weekday].open[i], day * 10 + (int)i + 1);
        for (size_t i = 0; i < s->breaks[weekday].n; i++)
            fill(at[day], &s->breaks[weekday].open[i], 0);
    }
    memset(works[who], 0, sizeof works[who]);
    for (int place = c.w->begins; place < c.w->ends; place++)
        if (is_asked(c.w->of_day[place]))
            works[who][place] = at[c.w->of_day[place]][c.w->minute[place]];
}

static void look(void)
{
    memset(is_taken, 0, sizeof is_taken);
    memset(is_own, 0, sizeof is_own);
    memset(visits, 0, sizeof visits);
    for (size_t i = 0; i < c.book.specialists; i++)
        look_at_hours(i);
    for (size_t i = 0; i < c.ask.busy_n; i++) {
        const struct free_busy *b = &c.busy[i];
        for (int m = place_of(b->from_s); m < place_of(b->to_s + 59); m++)
            is_taken[b->specialist][m] = true;
        int day = c.w->of_day[place_of(b->from_s)];
        if (b->visit && is_asked(day))
            visits[b->specialist][day]++;
    }
    for (size_t i = 0; i < c.ask.own_n; i++)
        for (int m = place_of(c.own[i].from_s); m < place_of(c.own[i].to_s + 59); m++)
            is_own[m] = true;
    today = c.w->first + c.w->of_day[place_of(c.ask.now_s)];
}

static bool can_do(size_t service, size_t who)
{
    const struct service *s = &c.what[c.ask.service[service]];

    for (size_t i = 0; i < s->by_n; i++)
        if (s->by[i] == who)
            return true;
    return false;
}

static bool can_do_all(size_t who)
{
    for (size_t i = 0; i < c.ask.services; i++)
        if (!can_do(i, who))
            return false;
    return true;
}

static bool asked_does(size_t service)
{
    return c.ask.specialist >= 0 && can_do(service, (size_t)c.ask.specialist);
}

/* Does one specialist do all of the visit? */
static bool whole(void)
{
    if (c.ask.specialist >= 0)
        return can_do_all((size_t)c.ask.specialist);
    for (size_t i = 0; i < c.book.specialists; i++)
        if (can_do_all(i))
            return true;
    return false;
}

/* Who may do this service of this visit. */
static bool may(size_t service, size_t who)
{
    if (whole())
        return can_do_all(who) && (c.ask.specialist < 0 || (size_t)c.ask.specialist == who);
    return can_do(service, who) && (!asked_does(service) || (size_t)c.ask.specialist == who);
}

static bool done_by(void)
{
    bool asked = c.ask.specialist < 0;

    for (size_t i = 0; i < c.ask.services; i++) {
        bool some = false;
        for (size_t k = 0; k < c.book.specialists; k++)
            some = some || may(i, k);
        if (!some)
            return false;
        asked = asked || asked_does(i);
    }
    return asked;
}

static int begins(size_t service)
{
    int at = 0;

    for (size_t i = 0; i < service; i++)
        at += c.what[c.ask.service[i]].minutes;
    return at;
}

/* How well it goes if this one does services `from` to `to` of a visit that begins at `place`. */
static enum free_why goes(size_t who, int place, int day, size_t from, size_t to)
{
    int first = place + begins(from);

    if (!comes(who, day))
        return FREE_CLOSED;
    for (int m = first; m < place + begins(to + 1); m++)
        if (works[who][m] % 10 == 0 || works[who][m] / 10 != day ||
            works[who][m] != works[who][first])
            return FREE_OUTSIDE;
    for (size_t i = from; i <= to; i++)
        for (int m = place + begins(i);
             m < place + begins(i + 1) + c.what[c.ask.service[i]].buffer_minutes; m++)
            if (is_taken[who][m])
                return FREE_TAKEN;
    return FREE_OK;
}

struct told {
    enum free_why why;
    uint8_t by[CATALOGUE_VISIT_SERVICES];
    bool each[PEOPLE]; /* who could do all of it */
};

/* The later reason in the order of the header is nearer to a yes. */
static enum free_why nearer(enum free_why a, enum free_why b)
{
    if (a == FREE_OK || b == FREE_OK)
        return FREE_OK;
    return a > b ? a : b;
}

static struct told ask_one(int place, int day)
{
    struct told t = {.why = FREE_CLOSED};
    int fewest = 1000;

    for (size_t k = 0; k < c.book.specialists; k++) {
        if (!may(0, k))
            continue;
        enum free_why why = goes(k, place, day, 0, c.ask.services - 1);
        t.why = nearer(t.why, why);
        t.each[k] = why == FREE_OK;
        if (why == FREE_OK && visits[k][day] < fewest) {
            fewest = visits[k][day];
            memset(t.by, (int)k, c.ask.services);
        }
    }
    return t;
}

/* Tries everybody for every service, and takes the first of those with the least sum. */
static struct told ask_several(int place, int day)
{
    struct told t = {.why = FREE_OK};
    enum free_why why[CATALOGUE_VISIT_SERVICES][PEOPLE];
    size_t all = 1;
    int fewest = 1000;

    for (size_t i = 0; i < c.ask.services; i++) {
        enum free_why best = FREE_CLOSED;
        for (size_t k = 0; k < c.book.specialists; k++)
            if (may(i, k)) {
                why[i][k] = goes(k, place, day, i, i);
                best = nearer(best, why[i][k]);
            }
        if (best != FREE_OK && (t.why == FREE_OK || best < t.why))
            t.why = best;
        all *= c.book.specialists;
    }
    for (size_t n = 0; t.why == FREE_OK && n < all; n++) {
        uint8_t by[CATALOGUE_VISIT_SERVICES] = {0};
        size_t rest = n;
        int sum = 0;
        for (size_t i = c.ask.services; i-- > 0; rest /= c.book.specialists) {
            by[i] = (uint8_t)(rest % c.book.specialists);
            sum += may(i, by[i]) && why[i][by[i]] == FREE_OK ? visits[by[i]][day] : 1000;
        }
        if (sum < fewest) {
            fewest = sum;
            memcpy(t.by, by, sizeof by);
        }
    }
    return t;
}

static struct told oracle(int day, int minute, bool past)
{
    int place = c.w->last[day][minute];
    int64_t start_s = (c.w->from_min + place) * 60;

    if (!past &&
        (c.w->first + day < today || start_s < c.ask.now_s + (int64_t)c.book.notice_minutes * 60))
        return (struct told){.why = FREE_PAST};
    if (c.w->first + day > today + c.book.horizon_days)
        return (struct told){.why = FREE_TOO_FAR};
    if (c.w->times[day][minute] != 1 || minute % c.book.cell_minutes != 0)
        return (struct told){.why = FREE_NO_SUCH};
    if (!done_by())
        return (struct told){.why = FREE_NOT_DONE_BY};
    struct told t = whole() ? ask_one(place, day) : ask_several(place, day);
    for (int m = place; t.why == FREE_OK && m < place + begins(c.ask.services); m++)
        if (is_own[m])
            t.why = FREE_OWN;
    return t;
}

/* ---- the comparison -------------------------------------------------------------------------------- */

static struct arena arena;
static uint64_t this_case;
static uint64_t given, why_times[FREE_OWN + 1];

static void tell_intervals(const char *what, const struct day *d)
{
    for (size_t i = 0; i < d->n; i++)
        print_message("%s%02d:%02d-%02d:%02d", i == 0 ? what : ", ", d->open[i].from_min / 60,
                      d->open[i].from_min % 60, d->open[i].to_min / 60, d->open[i].to_min % 60);
}

/* The case, for whoever has to find out why it fails. */
static void tell_case(void)
{
    print_message("# FREE_SEED=%llu FREE_CASES=1: %s from %d on, cells %d, notice %d, horizon %d\n",
                  (unsigned long long)this_case, c.w->zone, (int)c.w->first, c.book.cell_minutes,
                  c.book.notice_minutes, c.book.horizon_days);
    print_message("# now %lld, days %d to %d, specialist %d\n", (long long)c.ask.now_s,
                  (int)(c.ask.from - c.w->first), (int)(c.ask.to - c.w->first), c.ask.specialist);
    for (size_t i = 0; i < c.ask.services; i++) {
        const struct service *s = &c.what[c.ask.service[i]];
        print_message("# %d and %d minutes by", s->minutes, s->buffer_minutes);
        for (size_t k = 0; k < s->by_n; k++)
            print_message(" %d", s->by[k]);
        print_message("\n");
    }
    for (size_t i = 0; i < c.book.specialists * DAYS; i++) {
        int day = (int)(i % DAYS);
        int weekday = (c.w->first + day + 3) % 7;
        print_message("# specialist %zu, day %d%s", i / DAYS, day,
                      comes(i / DAYS, day) ? "" : " (does not come)");
        tell_intervals(": ", &c.who[i / DAYS].week[weekday]);
        tell_intervals("; breaks ", &c.who[i / DAYS].breaks[weekday]);
        print_message("\n");
    }
    for (size_t i = 0; i < c.ask.busy_n; i++)
        print_message("# %s of %d: %lld to %lld\n", c.busy[i].visit ? "visit" : "block",
                      c.busy[i].specialist, (long long)c.busy[i].from_s, (long long)c.busy[i].to_s);
    for (size_t i = 0; i < c.ask.own_n; i++)
        print_message("# own: %lld to %lld\n", (long long)c.own[i].from_s,
                      (long long)c.own[i].to_s);
}

#define AGREE(what, ...)                                                                           \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            tell_case();                                                                           \
            fail_msg(__VA_ARGS__);                                                                 \
        }                                                                                          \
    } while (0)

static void same_time(const struct free_time *t, int day, int minute, const uint8_t *by)
{
    int64_t start_s = (c.w->from_min + c.w->last[day][minute]) * 60;

    AGREE(t->day == c.w->first + day && t->minute == minute, "day %d %02d:%02d is missing", day,
          minute / 60, minute % 60);
    AGREE(t->start_s == start_s && t->end_s == start_s + 60 * begins(c.ask.services),
          "day %d %02d:%02d is another second", day, minute / 60, minute % 60);
    for (size_t i = 0; i < c.ask.services; i++)
        AGREE(t->by[i] == by[i], "day %d %02d:%02d is done by %d, not %d", day, minute / 60,
              minute % 60, t->by[i], by[i]);
}

static void same_why(int day, int minute, bool past)
{
    enum free_why why = FREE_OK;
    struct free_time t = {0};
    struct told told = oracle(day, minute, past);

    assert_int_equal(free_check(&arena, &c.ask, c.w->first + day, minute, past, &why, &t), ERR_OK);
    AGREE(why == told.why, "day %d %02d:%02d is %d, not %d", day, minute / 60, minute % 60,
          (int)why, (int)told.why);
    why_times[why]++;
    if (why == FREE_OK)
        same_time(&t, day, minute, told.by);
}

/* One that could do all of it has an entry, the others have none. */
static size_t same_each(const struct free_times *each, size_t n, int day, int minute,
                        const struct told *told)
{
    for (size_t k = 0; k < c.book.specialists; k++) {
        uint8_t by[CATALOGUE_VISIT_SERVICES];
        memset(by, (int)k, sizeof by);
        if (!told->each[k])
            continue;
        AGREE(n < each->n, "day %d %02d:%02d by %zu is missing", day, minute / 60, minute % 60, k);
        same_time(&each->time[n++], day, minute, by);
    }
    return n;
}

/* Each start that the oracle has must be the next that was found. */
static void same_times(const struct free_times *best, const struct free_times *each)
{
    size_t n = 0;
    size_t n_each = 0;
    int first = (int)(c.ask.from - c.w->first) * 1440;
    int end = (int)(c.ask.to - c.w->first + 1) * 1440;

    for (int at = first; at < end; at += c.book.cell_minutes) {
        int day = at / 1440;
        int minute = at % 1440;
        struct told told = oracle(day, minute, false);
        if (told.why != FREE_OK)
            continue;
        AGREE(n < best->n && n_each < each->n, "day %d %02d:%02d is missing", day, minute / 60,
              minute % 60);
        same_time(&best->time[n++], day, minute, told.by);
        if (whole())
            n_each = same_each(each, n_each, day, minute, &told);
        else
            same_time(&each->time[n_each++], day, minute, told.by);
    }
    AGREE(n == best->n, "%zu times, not %zu", best->n, n);
    AGREE(n_each == each->n, "%zu times of each, not %zu", each->n, n_each);
    given += n;
}

static void compare(const struct window *w)
{
    struct free_times best = {0};
    struct free_times each = {0};

    make_case(w);
    look();
    assert_int_equal(free_find(&arena, &c.ask, &best), ERR_OK);
    assert_int_equal(free_find_each(&arena, &c.ask, &each), ERR_OK);
    same_times(&best, &each);
    for (int i = 0; i < 2; i++) {
        int minute = below(1440);
        same_why(below(DAYS), once_in(8) ? minute : minute - minute % c.book.cell_minutes,
                 once_in(4));
        if (best.n > 0) {
            const struct free_time *t = &best.time[below((int)best.n)];
            same_why((int)(t->day - w->first), t->minute, false);
        }
    }
    if (once_in(1000))
        for (int minute = 0; minute < DAYS * 1440; minute += 5)
            same_why(minute / 1440, minute % 1440, false);
    arena_clear(&arena);
}

static uint64_t setting(const char *name, uint64_t usual)
{
    const char *s = getenv(name);

    return s == NULL ? usual : strtoull(s, NULL, 10);
}

static void free_times_are_those_of_the_oracle(void **state)
{
    uint64_t cases = setting("FREE_CASES", USUAL_CASES);
    uint64_t first = setting("FREE_SEED", 1);

    (void)state;
    print_message("# FREE_SEED=%llu FREE_CASES=%llu\n", (unsigned long long)first,
                  (unsigned long long)cases);
    arena_init(&arena, (size_t)64 << 20);
    for (this_case = first; this_case < first + cases; this_case++) {
        seed = this_case;
        compare(&windows[this_case / IN_A_ROW % WINDOWS]);
    }
    arena_release(&arena);
    print_message("# %llu times were found\n", (unsigned long long)given);
    for (int i = 0; i <= FREE_OWN; i++)
        print_message("# reason %d was told %llu times\n", i, (unsigned long long)why_times[i]);
    /* A test of free times that finds none, or never hears a reason, tests nothing. */
    if (cases >= 1000)
        assert_true(given > cases);
    for (int i = 0; cases >= 1000 && i <= FREE_OWN; i++)
        assert_true(why_times[i] > 0);
}

static void each_minute_has_its_second(void **state)
{
    (void)state;
    for (size_t i = 0; i < WINDOWS; i++) {
        const struct window *w = &windows[i];
        for (int day = 0; day < DAYS; day++)
            for (int minute = 0; minute < 1440; minute++) {
                int64_t s = 0;
                bool once = free_second(w->zone, w->first + day, minute, &s);
                if (once != (w->times[day][minute] == 1) ||
                    (once && s != (w->from_min + w->last[day][minute]) * 60))
                    fail_msg("%s, day %d, %02d:%02d", w->zone, day, minute / 60, minute % 60);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_minute_has_its_second),
        cmocka_unit_test(free_times_are_those_of_the_oracle),
    };
    return cmocka_run_group_tests(tests, make_windows, NULL);
}
