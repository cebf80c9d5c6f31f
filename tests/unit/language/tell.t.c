#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "base/date.h"
#include "language/numeral.h"
#include "language/spelled.h"
#include "language/tell.h"
#include "language/verbalise.h"
#include "language/when.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ==== rows by hand ============================================================================ */

enum kind { DAY_, TIME_, WHEN_, HOURS_, MONEY_, LENGTH_, VISITS_ };

struct row {
    enum kind kind;
    const char *text; /* a day or a currency */
    int64_t x, y;
    int form; /* or a case */
    const char *want;
};

#define DAY(day, form, want)           {DAY_, day, 0, 0, TELL_##form, want},
#define TIME(hour, minute, form, want) {TIME_, NULL, (hour)*60 + (minute), 0, TELL_##form, want},
#define WHEN(day, hour, minute, form, want)                                                        \
    {WHEN_, day, (hour)*60 + (minute), 0, TELL_##form, want},
#define HOURS(from, to, want)               {HOURS_, NULL, from, to, 0, want},
#define MONEY(currency, from, to, nc, want) {MONEY_, currency, from, to, nc, want},
#define LENGTH(minutes, nc, want)           {LENGTH_, NULL, minutes, 0, nc, want},
#define VISITS(n, nc, want)                 {VISITS_, NULL, n, 0, nc, want},

static const struct row uk_rows[] = {
#include "tests/unit/language/tell-uk.def"
};

static const struct row ru_rows[] = {
#include "tests/unit/language/tell-ru.def"
};

static struct arena arena;
static const struct language *both[2];
static day_number today;

static day_number day_of(const char *text)
{
    day_number day = 0;

    assert_true(date_read(text, &day));
    return day;
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    both[0] = language_find("uk");
    both[1] = language_find("ru");
    today = day_of("2026-12-01");
    return both[0] == NULL || both[1] == NULL;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char *tell_row(struct arena *a, const struct language *l, const struct row *r)
{
    const struct tell_moment at = {r->kind == WHEN_ ? day_of(r->text) : 0, (int)r->x};

    switch (r->kind) {
    case DAY_:
        return tell_day(a, l, day_of(r->text), today, (enum tell_form)r->form);
    case TIME_:
        return tell_time(a, l, (int)r->x, (enum tell_form)r->form);
    case WHEN_:
        return tell_when(a, l, at, today, (enum tell_form)r->form);
    case HOURS_:
        return tell_hours(a, l, (int)r->x, (int)r->y);
    case MONEY_:
        return tell_money(a, l, &(struct tell_price){r->text, r->x, r->y}, (enum noun_case)r->form);
    case LENGTH_:
        return tell_length(a, l, (int)r->x, (enum noun_case)r->form);
    case VISITS_:
    default:
        return tell_visits(a, l, (unsigned)r->x, (enum noun_case)r->form);
    }
}

static size_t count_wrong(const struct language *l, const struct row *rows, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        const char *told = tell_row(&arena, l, &rows[i]);
        assert_non_null(told);
        if (strcmp(told, rows[i].want) == 0)
            continue;
        print_message("%s: \"%s\", not \"%s\"\n", l->code, told, rows[i].want);
        wrong++;
    }
    arena_clear(&arena);
    return wrong;
}

static void everything_is_told_as_a_ukrainian_tells_it(void **state)
{
    (void)state;
    assert_int_equal(count_wrong(both[0], uk_rows, COUNT(uk_rows)), 0);
}

static void everything_is_told_as_a_russian_tells_it(void **state)
{
    (void)state;
    assert_int_equal(count_wrong(both[1], ru_rows, COUNT(ru_rows)), 0);
}

/* ==== lists =================================================================================== */

static void a_list_is_joined_by_its_words(void **state)
{
    static const struct {
        const char *item[4];
        size_t n;
        enum tell_join join;
        const char *uk, *ru;
    } cases[] = {
        {{NULL}, 0, TELL_AND, "", ""},
        {{"A"}, 1, TELL_AND, "A", "A"},
        {{"A", "B"}, 2, TELL_AND, "A та B", "A и B"},
        {{"A", "B"}, 2, TELL_OR, "A або B", "A или B"},
        {{"A", "B"}, 2, TELL_CHOICE, "A чи B", "A или B"},
        {{"A", "B", "C"}, 3, TELL_AND, "A, B та C", "A, B и C"},
        {{"A", "B", "C", "D"}, 4, TELL_OR, "A, B, C або D", "A, B, C или D"},
        {{NULL, "B", "", "D"}, 4, TELL_AND, "B та D", "B и D"},
        {{"A", NULL, "", NULL}, 4, TELL_AND, "A", "A"},
        {{"", NULL}, 2, TELL_AND, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(tell_list(&arena, both[0], cases[i].item, cases[i].n, cases[i].join),
                            cases[i].uk);
        assert_string_equal(tell_list(&arena, both[1], cases[i].item, cases[i].n, cases[i].join),
                            cases[i].ru);
    }
    arena_clear(&arena);
}

static void offered_times_are_told_by_their_days(void **state)
{
    static const struct {
        struct {
            int after, hour, minute;
        } at[5];
        size_t n;
        const char *uk, *ru;
    } cases[] = {
        {{{0, 0, 0}}, 0, "", ""},
        {{{3, 10, 0}}, 1, "о десятій", "в десять часов"},
        {{{1, 10, 0}, {1, 11, 0}},
         2,
         "о десятій або об одинадцятій",
         "в десять часов или в одиннадцать часов"},
        {{{3, 10, 0}, {3, 12, 30}, {3, 15, 0}},
         3,
         "о десятій, о дванадцятій тридцять або о п'ятнадцятій",
         "в десять часов, в двенадцать тридцать или в пятнадцать часов"},
        {{{0, 15, 0}, {1, 10, 0}},
         2,
         "сьогодні о п'ятнадцятій або завтра, у середу, другого грудня, о десятій",
         "сегодня в пятнадцать часов или завтра, в среду, второго декабря, в десять часов"},
        {{{0, 15, 0}, {1, 10, 0}, {3, 9, 0}},
         3,
         "сьогодні о п'ятнадцятій; завтра, у середу, другого грудня, о десятій; або у п'ятницю, "
         "четвертого грудня, о дев'ятій",
         "сегодня в пятнадцать часов; завтра, в среду, второго декабря, в десять часов; или в "
         "пятницу, четвёртого декабря, в девять часов"},
        {{{0, 15, 0}, {0, 16, 0}, {7, 10, 30}, {7, 12, 0}},
         4,
         "сьогодні о п'ятнадцятій або о шістнадцятій; або у вівторок, восьмого грудня, о пів на "
         "одинадцяту або о дванадцятій",
         "сегодня в пятнадцать часов или в шестнадцать часов; или во вторник, восьмого декабря, в "
         "половине одиннадцатого или в двенадцать часов"},
        {{{1, 9, 0}, {2, 9, 0}, {2, 10, 0}, {2, 11, 0}, {4, 18, 0}},
         5,
         "завтра, у середу, другого грудня, о дев'ятій; післязавтра, у четвер, третього грудня, о "
         "дев'ятій, о десятій або об одинадцятій; або у суботу, п'ятого грудня, о вісімнадцятій",
         "завтра, в среду, второго декабря, в девять часов; послезавтра, в четверг, третьего "
         "декабря, в девять часов, в десять часов или в одиннадцать часов; или в субботу, пятого "
         "декабря, в восемнадцать часов"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tell_moment at[5];
        for (size_t k = 0; k < cases[i].n; k++) {
            at[k].day = today + cases[i].at[k].after;
            at[k].minute = cases[i].at[k].hour * 60 + cases[i].at[k].minute;
        }
        assert_string_equal(tell_times(&arena, both[0], at, cases[i].n, today), cases[i].uk);
        assert_string_equal(tell_times(&arena, both[1], at, cases[i].n, today), cases[i].ru);
    }
    arena_clear(&arena);
}

/* ==== properties ============================================================================== */

/* Words alone, with single blanks, no figure; and the voice says it as it is. */
static void check_spoken(const struct language *l, const char *told)
{
    const char *said = NULL;

    assert_non_null(told);
    assert_null(strpbrk(told, "0123456789{}|"));
    assert_null(strstr(told, "  "));
    assert_true(*told != '\0' && *told != ' ' && told[strlen(told) - 1] != ' ');
    assert_int_equal(verbalise(&arena, l, told, &said), ERR_OK);
    assert_string_equal(said, told);
}

/* Open all day, so that the reader takes no hour for one of the afternoon; except the business's. */
static const struct when_open always[7] = {{0, 1440}, {0, 1440}, {0, 1440}, {0, 1440},
                                           {0, 1440}, {0, 1440}, {0, 1440}};

static struct when read_back(const struct language *l, const char *told, day_number now)
{
    const struct date d = date_of(now);
    const struct tm local = {
        .tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day, .tm_hour = 0};
    const struct when_ask ask = {.language = l, .text = told, .now = &local, .open = always};
    struct when got;

    assert_int_equal(when_read(&arena, &ask, &got), ERR_OK);
    return got;
}

static void every_day_of_two_years_is_understood_as_it_is_told(void **state)
{
    static const enum tell_form forms[] = {TELL_ON, TELL_TO};

    (void)state;
    for (int k = 0; k < 731; k++)
        for (size_t i = 0; i < 2 * COUNT(forms); i++) {
            const day_number now = day_of("2027-07-01") + k - k % 61;
            const day_number day = day_of("2027-07-01") + k;
            const struct date d = date_of(day);
            const char *told = tell_day(&arena, both[i % 2], day, now, forms[i / 2]);
            check_spoken(both[i % 2], told);
            struct when got = read_back(both[i % 2], told, now);
            if (got.days_n != 1 || got.days[0].year != d.year || got.days[0].month != d.month ||
                got.days[0].day != d.day)
                fail_msg("%s", told);
            arena_clear(&arena);
        }
}

static void the_other_forms_of_every_day_are_words(void **state)
{
    (void)state;
    for (int k = 0; k < 731; k++)
        for (size_t i = 0; i < 4; i++) {
            const enum tell_form form = i < 2 ? TELL_FROM : TELL_UNTIL;
            check_spoken(both[i % 2], tell_day(&arena, both[i % 2], today + k, today, form));
            arena_clear(&arena);
        }
}

static void every_five_minutes_are_understood_as_they_are_told(void **state)
{
    static const enum tell_form forms[] = {TELL_ON, TELL_TO};

    (void)state;
    for (int minute = 0; minute < 1440; minute += 5)
        for (size_t i = 0; i < 2 * COUNT(forms); i++) {
            const char *told = tell_time(&arena, both[i % 2], minute, forms[i / 2]);
            check_spoken(both[i % 2], told);
            struct when got = read_back(both[i % 2], told, today);
            if ((got.time != minute || got.days_n != 0) && minute > 0)
                fail_msg("%s is %d, not %d", told, got.time, minute);
            arena_clear(&arena);
        }
}

static void the_other_forms_of_every_minute_are_words(void **state)
{
    (void)state;
    for (int minute = 0; minute <= 1440; minute++)
        for (size_t i = 0; i < 2; i++) {
            for (enum tell_form form = TELL_ON; form < TELL_FORM__MAX; form++)
                check_spoken(both[i], tell_time(&arena, both[i], minute, form));
            check_spoken(both[i], tell_hours(&arena, both[i], minute / 2, minute));
            arena_clear(&arena);
        }
}

static void days_with_times_are_understood_as_they_are_told(void **state)
{
    (void)state;
    for (int after = 0; after < 90; after++)
        for (int minute = 480; minute <= 1260; minute += 15)
            for (size_t i = 0; i < 2; i++) {
                const struct tell_moment at = {today + after, minute};
                const struct date d = date_of(at.day);
                const char *told = tell_when(&arena, both[i], at, today, TELL_ON);
                check_spoken(both[i], told);
                struct when got = read_back(both[i], told, today);
                if (got.days_n != 1 || got.days[0].month != d.month || got.days[0].day != d.day ||
                    got.time != minute)
                    fail_msg("%s", told);
                arena_clear(&arena);
            }
}

/* Reads a number in words back: "двадцять одна тисяча п'ятсот". What is no number word ends it. */
static int64_t value_of(const struct language *l, const char *told)
{
    const struct language *const known[] = {l, NULL};
    int64_t sum = 0;
    int64_t group = 0;
    size_t n = 0;

    for (; *told != '\0'; told += n + (told[n] == ' ')) {
        n = strcspn(told, " ");
        int value = spelled_value(known, told, n);
        bool thousand = strncmp(told, "тисяч", strlen("тисяч")) == 0 ||
                        strncmp(told, "тысяч", strlen("тысяч")) == 0;
        bool million = strncmp(told, "мільйон", strlen("мільйон")) == 0 ||
                       strncmp(told, "миллион", strlen("миллион")) == 0;
        if (value >= 0)
            group += value;
        else if (thousand || million)
            sum += (group == 0 ? 1 : group) * (thousand ? 1000 : 1000000);
        else
            break;
        group = value >= 0 ? group : 0;
    }
    return sum + group;
}

static void check_sum(const struct language *l, int64_t sum)
{
    static const char *const few[] = {" гривні", " гривны"};
    static const char *const many[] = {" гривень", " гривен"};
    static const char *const one[] = {" гривня", " гривна"};
    const size_t i = l == both[1];
    const int last = (int)(sum % 10);
    const bool teen = sum % 100 / 10 == 1;
    const char *told = tell_money(&arena, l, &(struct tell_price){"UAH", sum, sum}, NOM);
    const char *noun = teen || last == 0 || last > 4 ? many[i] : last == 1 ? one[i] : few[i];

    check_spoken(l, told);
    assert_true(value_of(l, told) == sum);
    assert_string_equal(strrchr(told, ' '), noun);
    check_spoken(l, tell_money(&arena, l, &(struct tell_price){"PLN", sum, sum}, ACC));
    check_spoken(l, tell_money(&arena, l, &(struct tell_price){"RUB", sum, -1}, NOM));
    check_spoken(l, tell_money(&arena, l, &(struct tell_price){"USD", sum, sum + 7}, NOM));
    arena_clear(&arena);
}

static void sums_are_told_with_their_number_and_noun(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (int64_t sum = 0; sum <= 3000; sum++)
            check_sum(both[i], sum);
        for (int64_t sum = 3001; sum <= 2000000; sum += 487)
            check_sum(both[i], sum);
    }
}

static void every_length_of_a_day_is_words(void **state)
{
    (void)state;
    for (int minutes = -1; minutes <= 1440; minutes++)
        for (size_t i = 0; i < 2; i++) {
            for (enum noun_case nc = NOM; nc < NOUN_CASE__MAX; nc++)
                check_spoken(both[i], tell_length(&arena, both[i], minutes, nc));
            arena_clear(&arena);
        }
}

static void lists_of_times_are_said_as_they_are(void **state)
{
    (void)state;
    for (int after = 0; after < 40; after++)
        for (size_t i = 0; i < 2; i++) {
            const struct tell_moment at[] = {{today + after, 540 + after * 15},
                                             {today + after, 630},
                                             {today + after + 1, 690},
                                             {today + after + after % 5 + 1, 900}};
            check_spoken(both[i], tell_times(&arena, both[i], at, COUNT(at), today));
            arena_clear(&arena);
        }
}

/* ==== edges =================================================================================== */

static void a_language_without_words_is_told_in_figures(void **state)
{
    static const struct language bare = {.code = "xx", .letters = ""};
    const struct language *none[] = {&bare, NULL};
    const struct tell_moment at[] = {{today, 900}, {today, 960}, {today + 1, 630}};
    static const char *const item[] = {"A", "B"};

    (void)state;
    for (size_t i = 0; i < COUNT(none); i++) {
        const struct language *l = none[i];
        assert_string_equal(tell_day(&arena, l, today, today, TELL_ON), "2026-12-01");
        assert_string_equal(tell_time(&arena, l, 630, TELL_ON), "10:30");
        assert_string_equal(tell_when(&arena, l, at[0], today, TELL_ON), "2026-12-01 15:00");
        assert_string_equal(tell_hours(&arena, l, 600, 1440), "10:00-24:00");
        assert_string_equal(tell_times(&arena, l, at, 3, today),
                            "2026-12-01 15:00, 16:00; 2026-12-02 10:30");
        assert_string_equal(tell_money(&arena, l, &(struct tell_price){"UAH", 8, 8}, NOM), "8 UAH");
        assert_string_equal(tell_money(&arena, l, &(struct tell_price){"UAH", 8, 9}, NOM),
                            "8-9 UAH");
        assert_string_equal(tell_money(&arena, l, &(struct tell_price){"UAH", 8, -1}, NOM),
                            "8+ UAH");
        assert_string_equal(tell_length(&arena, l, 90, NOM), "1:30");
        assert_string_equal(tell_list(&arena, l, item, 2, TELL_AND), "A, B");
        assert_string_equal(tell_visits(&arena, l, 2, NOM), "2");
    }
    arena_clear(&arena);
}

static void a_price_beyond_all_numerals_is_told_in_figures(void **state)
{
    const int64_t much = (int64_t)NUMERAL_MAX + 1;

    (void)state;
    assert_string_equal(tell_money(&arena, both[0], &(struct tell_price){"UAH", much, much}, NOM),
                        "1000000000000 UAH");
    assert_string_equal(tell_money(&arena, both[0], &(struct tell_price){"UAH", 1, much}, NOM),
                        "1-1000000000000 UAH");
    assert_string_equal(
        tell_money(&arena, both[0], &(struct tell_price){"VERYLONGCURRENCY", 5, 5}, NOM),
        "п'ять VERYLONGCURRENCY");
    arena_clear(&arena);
}

static void too_little_memory_tells_nothing(void **state)
{
    const struct tell_moment at[] = {{today, 900}, {today + 1, 630}};
    static const char *const item[] = {"A", "B"};
    struct arena small;

    (void)state;
    arena_init(&small, 8);
    for (size_t i = 0; i < COUNT(uk_rows); i++)
        if (*uk_rows[i].want != '\0')
            assert_null(tell_row(&small, both[0], &uk_rows[i]));
    assert_null(tell_times(&small, both[0], at, 2, today));
    assert_null(tell_times(&small, both[0], at, 1, today));
    assert_null(tell_list(&small, both[0], item, 2, TELL_AND));
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_told_as_a_ukrainian_tells_it),
        cmocka_unit_test(everything_is_told_as_a_russian_tells_it),
        cmocka_unit_test(a_list_is_joined_by_its_words),
        cmocka_unit_test(offered_times_are_told_by_their_days),
        cmocka_unit_test(every_day_of_two_years_is_understood_as_it_is_told),
        cmocka_unit_test(the_other_forms_of_every_day_are_words),
        cmocka_unit_test(every_five_minutes_are_understood_as_they_are_told),
        cmocka_unit_test(the_other_forms_of_every_minute_are_words),
        cmocka_unit_test(days_with_times_are_understood_as_they_are_told),
        cmocka_unit_test(sums_are_told_with_their_number_and_noun),
        cmocka_unit_test(every_length_of_a_day_is_words),
        cmocka_unit_test(lists_of_times_are_said_as_they_are),
        cmocka_unit_test(a_language_without_words_is_told_in_figures),
        cmocka_unit_test(a_price_beyond_all_numerals_is_told_in_figures),
        cmocka_unit_test(too_little_memory_tells_nothing),
    };
    return cmocka_run_group_tests_name("language/tell", tests, setup, teardown);
}
