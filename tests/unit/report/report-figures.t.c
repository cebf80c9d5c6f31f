#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/storage.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct profile businesses[] = {
    {.name = "salon", .time_zone = "Europe/Warsaw", .limits.session_minutes = 30},
    {.name = "hotel", .time_zone = "Asia/Tokyo", .limits.session_minutes = 5},
};

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute};
    return (int64_t)timegm(&tm) * 1000;
}

static struct report_figures read_of(struct storage *t, const struct profile *profiles, size_t n,
                                     int64_t now_ms)
{
    const struct report_scope scope = {.profiles = profiles,
                                       .profiles_n = n,
                                       .default_profile = profiles,
                                       .now_ms = now_ms,
                                       .kept = true};
    struct why why = {0};
    struct report_figures f = {0};

    enum err e = report_figures_read(t->s, &t->a, &scope, &f, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
    return f;
}

/* Of both businesses, at STORAGE_NOW: 2026-09-21 16:13 in Warsaw, 23:13 in Tokyo. */
static struct report_figures read_both(struct storage *t)
{
    return read_of(t, businesses, 2, STORAGE_NOW);
}

/* A call that goes on and `turns` turns after a greeting; turn i took i * unit_us in each stage. */
static void fill(struct storage *t, const char *profile, int turns, int64_t unit_us, int64_t at_ms)
{
    char sql[1024];

    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO call (source, external_id, caller, called, profile, direction,"
        " status, started_ms, active_ms) SELECT 'b', 'x' || count(*), '', '', '%s', 'in',"
        " 'in-progress', %lld, %lld FROM call;"
        "WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < %d)"
        " INSERT INTO turn (call_id, n, heard, started_ms, hear_us, think_us, speak_us,"
        " total_us, faults, cost_microusd) SELECT (SELECT max(id) FROM call), i,"
        " CASE WHEN i > 0 THEN 'x' END, %lld, -1, i * %lld, i * 2 * %lld, i * 3 * %lld,"
        " i %% 2, 5 FROM k",
        profile, (long long)at_ms, (long long)at_ms, turns, (long long)at_ms, (long long)unit_us,
        (long long)unit_us, (long long)unit_us);
    (void)storage_sql(t, sql);
}

static void an_empty_store_has_zeros(void **state)
{
    struct report_figures f = read_both(*state);

    assert_int_equal(f.sum.active + f.waiting, 0);
    assert_int_equal(f.skipped_n, 0);
    assert_int_equal(f.profiles_n, 2);
    for (int p = 0; p < REPORT__PERIODS; p++) {
        const struct report_counts *c = &f.sum.period[p];
        assert_int_equal(c->calls + c->turns + c->leads + c->errors + c->cost_microusd, 0);
        for (int i = 0; i < STAGE__MAX; i++)
            assert_int_equal(c->stage[i].n + c->stage[i].p50_us + c->stage[i].p95_us, 0);
    }
}

static void percentiles_are_exact_by_the_nearest_rank(void **state)
{
    struct storage *t = *state;

    fill(t, "salon", 100, 10, STORAGE_NOW);
    struct report_figures f = read_both(t);
    const struct report_stage *stage = f.sum.period[REPORT_TODAY].stage;
    assert_int_equal(stage[STAGE_HEAR].n, 0);
    assert_int_equal(stage[STAGE_THINK].n, 100);
    assert_int_equal(stage[STAGE_THINK].p50_us, 500);
    assert_int_equal(stage[STAGE_THINK].p95_us, 950);
    assert_int_equal(stage[STAGE_SPEAK].p50_us, 1000);
    assert_int_equal(stage[STAGE_TOTAL].p95_us, 2850);
}

static void few_turns_have_percentiles_too(void **state)
{
    struct storage *t = *state;

    fill(t, "salon", 1, 10, STORAGE_NOW);
    struct report_figures f = read_both(t);
    assert_int_equal(f.sum.period[REPORT_TODAY].stage[STAGE_THINK].p50_us, 10);
    assert_int_equal(f.sum.period[REPORT_TODAY].stage[STAGE_THINK].p95_us, 10);
    fill(t, "salon", 2, 10, STORAGE_NOW - DAY);
    f = read_both(t);
    assert_int_equal(f.sum.period[REPORT_TODAY].stage[STAGE_THINK].p95_us, 10);
    assert_int_equal(f.sum.period[REPORT_DAYS_30].stage[STAGE_THINK].n, 3);
    assert_int_equal(f.sum.period[REPORT_DAYS_30].stage[STAGE_THINK].p50_us, 10);
    assert_int_equal(f.sum.period[REPORT_DAYS_30].stage[STAGE_THINK].p95_us, 20);
}

static void a_period_has_what_began_in_it(void **state)
{
    struct storage *t = *state;
    struct report_figures f;

    fill(t, "salon", 50, 1000, STORAGE_NOW - 30 * DAY - 1);
    fill(t, "salon", 3, 10, STORAGE_NOW - 30 * DAY);
    fill(t, "salon", 2, 10, STORAGE_NOW);
    (void)storage_sql(t, "INSERT INTO lead (profile, name, phone, wish, status, created_ms) VALUES"
                         " ('salon', '', '', '', 'new', 1790000000000),"
                         " ('salon', '', '', '', 'new', 1)");
    f = read_both(t);
    const struct report_counts *c = f.sum.period;
    assert_int_equal(c[REPORT_TODAY].calls, 1);
    assert_int_equal(c[REPORT_TODAY].turns, 2);
    assert_int_equal(c[REPORT_TODAY].leads, 1);
    assert_int_equal(c[REPORT_TODAY].errors, 1);
    assert_int_equal(c[REPORT_TODAY].cost_microusd, 15);
    assert_int_equal(c[REPORT_DAYS_30].calls, 2);
    assert_int_equal(c[REPORT_DAYS_30].turns, 5);
    assert_int_equal(c[REPORT_DAYS_30].stage[STAGE_THINK].p95_us, 30);
    assert_int_equal(c[REPORT_KEPT].calls, 3);
    assert_int_equal(c[REPORT_KEPT].turns, 55);
    assert_int_equal(c[REPORT_KEPT].leads, 2);
}

static void calls_are_counted_by_status(void **state)
{
    struct storage *t = *state;

    fill(t, "salon", 1, 1, STORAGE_NOW);
    fill(t, "salon", 1, 1, STORAGE_NOW);
    fill(t, "salon", 1, 1, STORAGE_NOW);
    (void)storage_sql(t, "UPDATE call SET status = 'no-answer', ended_ms = 9 WHERE id = 3");
    struct report_figures f = read_both(t);
    for (int i = 0; i < CALL__MAX; i++)
        assert_int_equal(f.sum.period[REPORT_TODAY].by_status[i], i == CALL_IN_PROGRESS ? 2
                                                                  : i == CALL_NO_ANSWER ? 1
                                                                                        : 0);
}

/* A call of that moment, seen from a business in Kyiv at another. */
static int64_t calls_today_in_kyiv(struct storage *t, int64_t call_ms, int64_t now_ms)
{
    static const struct profile kyiv = {
        .name = "salon", .time_zone = "Europe/Kyiv", .limits.session_minutes = 30};

    (void)storage_sql(t, "DELETE FROM call");
    fill(t, "salon", 1, 10, call_ms);
    struct report_figures f = read_of(t, &kyiv, 1, now_ms);
    assert_int_equal(f.profiles[0].period[REPORT_TODAY].calls, f.sum.period[REPORT_TODAY].calls);
    return f.sum.period[REPORT_TODAY].calls;
}

/* "Today" used to be counted back from the clock, as if midnight and now had the same offset. */
static void today_is_not_an_hour_off_when_the_clocks_are_changed(void **state)
{
    struct storage *t = *state;
    int64_t autumn_noon = utc(2026, 10, 25, 10, 0); /* 12:00 in Kyiv, winter time since 4:00 */
    int64_t spring_noon = utc(2027, 3, 28, 9, 0);   /* 12:00, summer time since 3:00 */

    assert_int_equal(calls_today_in_kyiv(t, utc(2026, 10, 24, 21, 30), autumn_noon), 1); /* 0:30 */
    assert_int_equal(calls_today_in_kyiv(t, utc(2026, 10, 24, 21, 0), autumn_noon), 1);  /* 0:00 */
    assert_int_equal(calls_today_in_kyiv(t, utc(2026, 10, 24, 21, 0) - 1, autumn_noon), 0);
    assert_int_equal(calls_today_in_kyiv(t, utc(2027, 3, 27, 21, 30), spring_noon), 0); /* 23:30 */
    assert_int_equal(calls_today_in_kyiv(t, utc(2027, 3, 27, 22, 0) - 1, spring_noon), 0);
    assert_int_equal(calls_today_in_kyiv(t, utc(2027, 3, 27, 22, 0), spring_noon), 1); /* 0:00 */
}

static int64_t today_in(struct storage *t, const char *zone, int64_t now_ms)
{
    const struct profile p = {.name = "x", .time_zone = zone, .limits.session_minutes = 30};

    return read_of(t, &p, 1, now_ms).sum.period[REPORT_TODAY].since_ms;
}

static void today_begins_also_where_midnight_is_skipped_or_comes_twice(void **state)
{
    struct storage *t = *state;

    /* Beirut, 2024-03-31: 0:00 became 1:00. Havana, 2024-11-03: 1:00 became 0:00. */
    assert_int_equal(today_in(t, "Asia/Beirut", utc(2024, 3, 31, 9, 0)), utc(2024, 3, 30, 22, 0));
    assert_int_equal(today_in(t, "America/Havana", utc(2024, 11, 3, 17, 0)),
                     utc(2024, 11, 3, 4, 0));
    assert_int_equal(today_in(t, "UTC", utc(2024, 5, 5, 0, 0)), utc(2024, 5, 5, 0, 0));
    assert_int_equal(today_in(t, "UTC", utc(2024, 5, 5, 0, 0) - 1), utc(2024, 5, 4, 0, 0));
    assert_int_equal(today_in(t, "UTC", utc(2024, 5, 5, 0, 0) + 999), utc(2024, 5, 5, 0, 0));
}

static void each_business_has_its_own_day_and_session_time(void **state)
{
    struct storage *t = *state;
    int64_t evening = STORAGE_NOW - 18 * HOUR; /* 22:13 in Warsaw, 5:13 in Tokyo */

    fill(t, "salon", 2, 10, evening);
    fill(t, "hotel", 3, 100, evening);
    fill(t, "salon", 1, 10, STORAGE_NOW - 30 * MINUTE);
    fill(t, "hotel", 1, 10, STORAGE_NOW - 5 * MINUTE - 1);
    struct report_figures f = read_both(t);
    assert_int_equal(f.profiles_n, 2);
    assert_string_equal(f.profiles[0].name, "salon");
    assert_int_equal(f.profiles[0].period[REPORT_TODAY].calls, 1);
    assert_int_equal(f.profiles[0].period[REPORT_DAYS_30].calls, 2);
    assert_int_equal(f.profiles[0].active, 1);
    assert_string_equal(f.profiles[1].name, "hotel");
    assert_int_equal(f.profiles[1].period[REPORT_TODAY].calls, 2);
    assert_int_equal(f.profiles[1].period[REPORT_TODAY].stage[STAGE_THINK].p95_us, 300);
    assert_int_equal(f.profiles[1].active, 0);
    assert_int_equal(f.sum.period[REPORT_TODAY].calls, 3);
    assert_int_equal(f.sum.period[REPORT_TODAY].stage[STAGE_THINK].n, 5);
    assert_int_equal(f.sum.period[REPORT_TODAY].since_ms,
                     f.profiles[1].period[REPORT_TODAY].since_ms);
    assert_int_equal(f.sum.active, 1);
}

static void an_active_call_may_have_begun_long_ago(void **state)
{
    struct storage *t = *state;
    char sql[128];

    fill(t, "salon", 1, 10, STORAGE_NOW - 40 * DAY);
    (void)snprintf(sql, sizeof sql, "UPDATE call SET active_ms = %lld",
                   (long long)(STORAGE_NOW - MINUTE));
    (void)storage_sql(t, sql);
    struct report_figures f = read_both(t);
    assert_int_equal(f.sum.active, 1);
    assert_int_equal(f.sum.period[REPORT_DAYS_30].calls, 0);
    (void)storage_sql(t, "UPDATE call SET status = 'completed', ended_ms = active_ms");
    assert_int_equal(read_both(t).sum.active, 0);
}

static void a_profile_that_is_gone_counts_as_the_default_one(void **state)
{
    struct storage *t = *state;

    fill(t, "spa", 2, 10, STORAGE_NOW - 20 * MINUTE);
    struct report_figures f = read_both(t);
    assert_int_equal(f.profiles_n, 3);
    assert_null(f.profiles[2].name);
    assert_string_equal(f.profiles[2].time_zone, "Europe/Warsaw");
    assert_int_equal(f.profiles[2].period[REPORT_TODAY].turns, 2);
    assert_int_equal(f.profiles[2].active, 1);
    assert_int_equal(f.sum.active, 1);
}

static void a_zone_that_cannot_be_read_is_no_other_days_figures(void **state)
{
    struct storage *t = *state;
    const struct profile p = {.name = "x", .time_zone = "Mars/Olympus"};
    const struct report_scope scope = {
        .profiles = &p, .profiles_n = 1, .default_profile = &p, .now_ms = STORAGE_NOW};
    struct report_figures f = {.waiting = 7};
    struct why why = {0};

    assert_int_equal(report_figures_read(t->s, &t->a, &scope, &f, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "Mars/Olympus"));
    assert_int_equal(f.waiting, 7);
}

static void what_is_skipped_now_is_named(void **state)
{
    struct storage *t = *state;

    (void)storage_sql(
        t, "INSERT INTO rung (name, failures, trips, until_ms, reason) VALUES"
           " ('hear-google', 1, 0, 0, ''), ('hear-whisper', 2, 1, 1790000000001, 'deaf'),"
           " ('think-claude-1', 2, 1, 1790000000000, '')");
    struct report_figures f = read_both(t);
    assert_int_equal(f.skipped_n, 1);
    assert_string_equal(f.skipped[0].name, "hear-whisper");
}

static void the_json_has_each_profile_and_the_sum(void **state)
{
    struct storage *t = *state;
    struct jsonw w;
    struct buf out;

    fill(t, "hotel", 1, 1500, STORAGE_NOW);
    struct report_figures f = read_both(t);
    buf_init(&out, &t->a, 1 << 20);
    jsonw_init(&w, &out);
    jsonw_object(&w);
    report_figures_json(&w, &f);
    jsonw_end_object(&w);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text,
                           "{\"outbox_waiting\":0,\"active_calls\":1,\"today\":{\"since\":"
                           "\"2026-09-20T15:00:00Z\",\"calls\":1,\"turns\":1,\"bookings\":0,"));
    assert_non_null(strstr(text, "\"stages_ms\":{\"hear\":{\"turns\":0,\"p50\":0,\"p95\":0},"
                                 "\"think\":{\"turns\":1,\"p50\":1.5,\"p95\":1.5}"));
    assert_non_null(strstr(text, "\"think\":{\"n\":1,\"p50_us\":1500,\"p95_us\":1500}"));
    assert_non_null(strstr(text,
                           "{\"profile\":\"salon\",\"time_zone\":\"Europe/Warsaw\","
                           "\"active_calls\":0,\"today\":{\"since\":\"2026-09-20T22:00:00Z\""));
    assert_non_null(strstr(text, "{\"profile\":\"hotel\",\"time_zone\":\"Asia/Tokyo\","
                                 "\"active_calls\":1,"));
    assert_non_null(strstr(text, "\"skipped\":[]}"));
}

static void the_big_texts_are_not_read_for_the_figures(void **state)
{
    struct storage *t = *state;
    const char *plan = storage_sql(
        t, "EXPLAIN QUERY PLAN SELECT c.profile, t.started_ms, n, hear_us, think_us, speak_us,"
           " total_us, faults, t.cost_microusd FROM turn AS t CROSS JOIN call AS c"
           " ON c.id = t.call_id WHERE t.started_ms >= 5");

    assert_non_null(strstr(plan, "COVERING INDEX turn_by_start"));
    assert_non_null(strstr(plan, "SEARCH c USING INTEGER PRIMARY KEY"));
}

/* Calls of three businesses, one of them gone, over fifty days; many begin in one moment. */
static void fill_at_random(struct storage *t, unsigned seed)
{
    char sql[4096];

    (void)snprintf(
        sql, sizeof sql,
        "CREATE TABLE dice AS WITH RECURSIVE k(i, r) AS (SELECT 1, %u UNION ALL"
        " SELECT i + 1, (r * 1103515245 + 12345) & 2147483647 FROM k WHERE i < 1500)"
        " SELECT i, r >> 8 AS r, (%lld - (r >> 9) %% 1200 * 3600000) AS at FROM k;"
        "INSERT INTO call (source, external_id, caller, called, profile, direction, status,"
        " started_ms, active_ms, ended_ms) SELECT 'b', i, '', '',"
        " CASE r %% 5 WHEN 0 THEN 'gone' WHEN 1 THEN 'hotel' WHEN 2 THEN 'hotel' ELSE 'salon' END,"
        " 'in', CASE r %% 7 WHEN 0 THEN 'in-progress' WHEN 1 THEN 'failed' WHEN 2 THEN 'expired'"
        " ELSE 'completed' END, at, at + r %% 1000 * 1000, iif(r %% 7 = 0, 0, at + 1) FROM dice;"
        "INSERT INTO turn (call_id, n, heard, started_ms, hear_us, think_us, speak_us, total_us,"
        " faults, cost_microusd) SELECT c.id, n.i - 1, iif(n.i > 1, 'x', NULL), d.at + n.i * 9000,"
        " iif(d.r %% 3 = 0, -1, d.r %% 100 * n.i), d.r %% 1000, d.r %% 77 - 1, d.r %% 5000 + n.i,"
        " d.r %% 4 = 0, d.r %% 60 FROM dice AS d JOIN call AS c ON c.external_id = d.i"
        " JOIN dice AS n ON n.i <= d.r %% 4;"
        "INSERT INTO lead (profile, name, phone, wish, status, created_ms) SELECT profile, '', '',"
        " '', 'new', started_ms FROM call WHERE id %% 3 = 0;",
        seed, (long long)STORAGE_NOW);
    (void)storage_sql(t, sql);
}

/* One statement that asks for many numbers, and what it should print. */
struct select {
    struct buf sql, expected;
};

static void ask(struct select *q, int64_t expected, const char *select)
{
    buf_printf(&q->sql, "%scoalesce((%s), 0)", q->sql.len == 0 ? "SELECT " : ", ", select);
    buf_printf(&q->expected, "%s%lld", q->expected.len == 0 ? "" : "|", (long long)expected);
}

#define ASK(q, expected, ...) ask(q, expected, arena_printf(&t->a, __VA_ARGS__))

static void ask_stage(struct storage *t, struct select *q, const struct report_stage *s,
                      const char *us, const char *turns)
{
    const char *of = arena_printf(&t->a, "%s AND n > 0 AND %s >= 0", turns, us);

    ASK(q, s->n, "SELECT count(*) %s", of);
    ASK(q, s->p50_us,
        "SELECT %s %s ORDER BY 1 LIMIT 1 OFFSET (SELECT (count(*) * 50 + 99) / 100"
        " - 1 %s)",
        us, of, of);
    ASK(q, s->p95_us,
        "SELECT %s %s ORDER BY 1 LIMIT 1 OFFSET (SELECT (count(*) * 95 + 99) / 100"
        " - 1 %s)",
        us, of, of);
}

/* `where` says which rows count; "at" is when a row began. */
static void compare_period(struct storage *t, const struct report_counts *c, const char *where)
{
    static const char *const stages[STAGE__MAX] = {"hear_us", "think_us", "speak_us", "total_us"};
    const char *calls =
        arena_printf(&t->a, "FROM (SELECT *, started_ms AS at FROM call) WHERE (%s)", where);
    const char *turns = arena_printf(&t->a,
                                     "FROM (SELECT turn.*, turn.started_ms AS at, profile"
                                     " FROM turn JOIN call ON call.id = call_id) WHERE (%s)",
                                     where);
    struct select q;

    buf_init(&q.sql, &t->a, 16384);
    buf_init(&q.expected, &t->a, 1024);
    ASK(&q, c->calls, "SELECT count(*) %s", calls);
    for (int i = 0; i < CALL__MAX; i++)
        ASK(&q, c->by_status[i], "SELECT count(*) %s AND status = '%s'", calls,
            call_status_text((enum call_status)i));
    ASK(&q, c->turns, "SELECT count(*) %s AND n > 0", turns);
    ASK(&q, c->errors, "SELECT sum(faults) %s", turns);
    ASK(&q, c->cost_microusd, "SELECT sum(cost_microusd) %s", turns);
    ASK(&q, c->leads, "SELECT count(*) FROM (SELECT *, created_ms AS at FROM lead) WHERE %s",
        where);
    for (int i = 0; i < STAGE__MAX; i++)
        ask_stage(t, &q, &c->stage[i], stages[i], turns);
    assert_string_equal(storage_sql(t, buf_text(&q.sql)), buf_text(&q.expected));
}

/* Plain SELECTs over all rows say the same as what is read in pieces. */
static void figures_are_what_plain_selects_say(void **state)
{
    static const char *const names[] = {"= 'salon'", "= 'hotel'", "NOT IN ('salon', 'hotel')"};
    struct storage *t = *state;
    char where[512];

    fill_at_random(t, 20261201);
    struct report_figures f = read_both(t);
    assert_int_equal(f.profiles_n, 3);
    assert_true(f.sum.period[REPORT_TODAY].calls > 9);
    for (enum report_period p = REPORT_TODAY; p <= REPORT_DAYS_30; p++) {
        for (size_t i = 0; i < 3; i++) {
            (void)snprintf(where, sizeof where, "profile %s AND at >= %lld", names[i],
                           (long long)f.profiles[i].period[p].since_ms);
            compare_period(t, &f.profiles[i].period[p], where);
        }
        (void)snprintf(where, sizeof where,
                       "at >= CASE profile WHEN 'salon' THEN %lld WHEN 'hotel' THEN %lld ELSE %lld"
                       " END",
                       (long long)f.profiles[0].period[p].since_ms,
                       (long long)f.profiles[1].period[p].since_ms,
                       (long long)f.profiles[2].period[p].since_ms);
        compare_period(t, &f.sum.period[p], where);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(where, sizeof where,
                       "SELECT count(*) FROM call WHERE ended_ms = 0 AND profile %s AND active_ms"
                       " >= %lld",
                       names[i], (long long)f.profiles[i].active_since_ms);
        assert_int_equal(f.profiles[i].active, strtoll(storage_sql(t, where), NULL, 10));
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_has_zeros),
        TEST(percentiles_are_exact_by_the_nearest_rank),
        TEST(few_turns_have_percentiles_too),
        TEST(a_period_has_what_began_in_it),
        TEST(calls_are_counted_by_status),
        TEST(figures_are_what_plain_selects_say),
        TEST(today_is_not_an_hour_off_when_the_clocks_are_changed),
        TEST(today_begins_also_where_midnight_is_skipped_or_comes_twice),
        TEST(each_business_has_its_own_day_and_session_time),
        TEST(an_active_call_may_have_begun_long_ago),
        TEST(a_profile_that_is_gone_counts_as_the_default_one),
        TEST(a_zone_that_cannot_be_read_is_no_other_days_figures),
        TEST(what_is_skipped_now_is_named),
        TEST(the_json_has_each_profile_and_the_sum),
        TEST(the_big_texts_are_not_read_for_the_figures),
    };

    return cmocka_run_group_tests_name("report/figures", tests, NULL, NULL);
}
