#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "language/verbalise.h"
#include "language/when.h"
#include "tests/unit/language/when-rows.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct when_row seen[] = {
#include "tests/unit/language/when-seen.def"
};

static const struct when_row unseen[] = {
#include "tests/unit/language/when-unseen.def"
};

static const struct when_row harder[] = {
#include "tests/unit/language/when-harder.def"
};

static const struct when_open week[7] = {{0, 0},      {540, 1200}, {540, 1200}, {540, 1200},
                                         {540, 1200}, {540, 1200}, {600, 1080}};

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct tm at(int year, int month, int day, int hour, int minute)
{
    return (struct tm){.tm_year = year - 1900,
                       .tm_mon = month - 1,
                       .tm_mday = day,
                       .tm_hour = hour,
                       .tm_min = minute};
}

static void put_time(struct buf *out, int minutes)
{
    buf_printf(out, "%02d:%02d", minutes / 60, minutes % 60);
}

static void put(struct buf *out, const struct when *w)
{
    for (size_t k = 0; k < w->days_n; k++) {
        if (w->days[k].year != 2026)
            buf_printf(out, " %d-%02d-%02d", w->days[k].year, w->days[k].month, w->days[k].day);
        else
            buf_printf(out, " %02d-%02d", w->days[k].month, w->days[k].day);
    }
    buf_puts(out, w->or_next_week ? " or+7" : "");
    if (w->time >= 0) {
        buf_puts(out, " @");
        put_time(out, w->time);
    }
    if (w->time_or >= 0) {
        buf_puts(out, " or ");
        put_time(out, w->time_or);
    }
    if (w->from >= 0 || w->to >= 0) {
        buf_putc(out, ' ');
        if (w->from >= 0)
            put_time(out, w->from);
        buf_putc(out, '-');
        if (w->to >= 0)
            put_time(out, w->to);
    }
    buf_puts(out, w->nearest ? " nearest" : "");
    buf_puts(out, w->any ? " any" : "");
    if (w->choice == WHEN_LAST)
        buf_puts(out, " #last");
    else if (w->choice != 0)
        buf_printf(out, " #%d", w->choice);
    buf_puts(out, w->past ? " past" : "");
    buf_puts(out, w->no_such_day ? " none" : "");
}

static struct when read_at(const struct tm *now, const char *language, enum when_asked asked,
                           const char *text)
{
    struct when got;
    const struct when_ask ask = {.language = language_find(language),
                                 .text = text,
                                 .now = now,
                                 .open = week,
                                 .asked = asked,
                                 .offers = 3};

    assert_int_equal(when_read(&arena, &ask, &got), ERR_OK);
    return got;
}

/* What it means, as the rows write it. */
static const char *meaning(const struct tm *now, const char *language, enum when_asked asked,
                           const char *text)
{
    struct when got = read_at(now, language, asked, text);
    struct buf out;

    buf_init(&out, &arena, 4096);
    put(&out, &got);
    const char *means = buf_text(&out);
    return *means == ' ' ? means + 1 : means;
}

static size_t count_right(const struct when_row *row, size_t n, const char *before,
                          const char *after)
{
    const struct tm now = at(2026, 12, 1, 10, 0);
    size_t right = 0;

    for (size_t k = 0; k < n; k++) {
        const char *text = arena_printf(&arena, "%s%s%s", before, row[k].text, after);
        const char *means = meaning(&now, row[k].language, row[k].asked, text);
        if (strcmp(means, row[k].means) == 0)
            right++;
        else
            print_message("%s: \"%s\" is \"%s\", not \"%s\"\n", row[k].language, text, means,
                          row[k].means);
        arena_clear(&arena);
    }
    return right;
}

static void test_phrases_that_the_reader_was_written_with(void **state)
{
    (void)state;
    assert_int_equal(count_right(seen, COUNT(seen), "", ""), COUNT(seen));
}

static void test_phrases_that_were_put_aside(void **state)
{
    (void)state;
    size_t right = count_right(unseen, COUNT(unseen), "", "");
    print_message("unseen phrases: %zu of %zu\n", right, COUNT(unseen));
    assert_int_equal(right, COUNT(unseen));
}

static void test_harder_phrases(void **state)
{
    (void)state;
    size_t right = count_right(harder, COUNT(harder), "", "");
    print_message("harder phrases: %zu of %zu\n", right, COUNT(harder));
    assert_int_equal(right, COUNT(harder));
}

/* ==== properties ============================================================================== */

struct noise {
    const char *language, *before, *after;
};

static void test_noise_words_change_nothing(void **state)
{
    static const struct noise noise[] = {{"uk", "ну давайте ", " якщо можна"},
                                         {"uk", "слухайте, а ", ", будь ласка"},
                                         {"uk", "добрий день, мені треба ", " дякую"},
                                         {"ru", "ну давайте ", " если можно"},
                                         {"ru", "скажите, а ", ", пожалуйста"},
                                         {"ru", "здравствуйте, мне надо ", " спасибо"}};
    (void)state;

    for (size_t k = 0; k < COUNT(noise); k++)
        for (size_t i = 0; i < COUNT(seen) + COUNT(unseen) + COUNT(harder); i++) {
            const struct when_row *row = i < COUNT(seen) ? &seen[i]
                                         : i < COUNT(seen) + COUNT(unseen)
                                             ? &unseen[i - COUNT(seen)]
                                             : &harder[i - COUNT(seen) - COUNT(unseen)];
            if (strcmp(row->language, noise[k].language) == 0)
                assert_int_equal(count_right(row, 1, noise[k].before, noise[k].after), 1);
        }
}

/* What our own voice says of a text with figures. */
static const char *spoken(const char *language, const char *text)
{
    const char *said = NULL;

    assert_int_equal(verbalise(&arena, language_find(language), text, &said), ERR_OK);
    return said;
}

static const char *const languages_here[] = {"uk", "ru"};

static void check_day(const char *language, const char *text, const struct tm *now,
                      const struct tm *day)
{
    const char *said = spoken(language, text);
    struct when got = read_at(now, language, WHEN_ASKED_NOTHING, said);

    bool right = got.days_n == 1 && got.days[0].year == day->tm_year + 1900 &&
                 got.days[0].month == day->tm_mon + 1 && got.days[0].day == day->tm_mday &&
                 got.time < 0;
    if (!right)
        print_message("%s: \"%s\" on %d-%02d-%02d\n", language, said, now->tm_year + 1900,
                      now->tm_mon + 1, now->tm_mday);
    assert_true(right);
}

static void test_every_day_of_two_years_as_we_say_it(void **state)
{
    (void)state;
    for (int k = 0; k < 731; k++) {
        struct tm day = at(2027, 7, 1 + k, 12, 0);
        struct tm now = at(2027, 7, 1 + k - k % 61, 12, 0);
        (void)timegm(&day);
        (void)timegm(&now);
        for (size_t l = 0; l < COUNT(languages_here); l++) {
            char text[64];
            (void)snprintf(text, sizeof text, "%02d.%02d", day.tm_mday, day.tm_mon + 1);
            check_day(languages_here[l], text, &now, &day);
            (void)snprintf(text, sizeof text, "на %02d.%02d", day.tm_mday, day.tm_mon + 1);
            check_day(languages_here[l], text, &now, &day);
            (void)snprintf(text, sizeof text, "%02d.%02d.%d", day.tm_mday, day.tm_mon + 1,
                           day.tm_year + 1900);
            check_day(languages_here[l], text, &now, &day);
        }
        arena_clear(&arena);
    }
}

static void check_time(const char *language, const char *before, int minutes,
                       const struct when_open *open)
{
    const struct tm now = at(2026, 12, 1, 0, 0);
    char text[64];
    struct when got;

    (void)snprintf(text, sizeof text, "%s %d:%02d", before, minutes / 60, minutes % 60);
    const char *said = spoken(language, text);
    const struct when_ask ask = {
        .language = language_find(language), .text = said, .now = &now, .open = open};
    assert_int_equal(when_read(&arena, &ask, &got), ERR_OK);
    if (got.time != minutes || got.days_n != 0)
        print_message("%s: \"%s\" is %d, not %d\n", language, said, got.time, minutes);
    assert_true(got.time == minutes && got.days_n == 0);
}

static void test_every_quarter_of_an_hour_as_we_say_it(void **state)
{
    static const struct when_open always[7] = {{0, 1440}, {0, 1440}, {0, 1440}, {0, 1440},
                                               {0, 1440}, {0, 1440}, {0, 1440}};
    (void)state;

    for (int m = 0; m < 1440; m += 15) {
        check_time("uk", "о", m, always);
        check_time("uk", "на", m, always);
        check_time("ru", "в", m, always);
        check_time("ru", "на", m, always);
        if (m < 540 || m > 1200)
            continue;
        check_time("uk", "о", m, week);
        check_time("ru", "в", m, week);
    }
    arena_clear(&arena);
}

static void test_a_day_and_an_hour_as_we_say_them(void **state)
{
    const struct tm now = at(2026, 12, 1, 10, 0);
    (void)state;

    for (int day = 1; day <= 31; day++)
        for (int m = 540; m < 1200; m += 15)
            for (size_t l = 0; l < COUNT(languages_here); l++) {
                char text[64];
                (void)snprintf(text, sizeof text, "%02d.12 %s %d:%02d", day, l == 0 ? "о" : "в",
                               m / 60, m % 60);
                const char *said = spoken(languages_here[l], text);
                struct when got = read_at(&now, languages_here[l], WHEN_ASKED_NOTHING, said);
                bool right = got.days_n == 1 && got.days[0].day == day && got.days[0].month == 12 &&
                             got.time == m;
                if (!right && !(day == 1 && m < 600))
                    print_message("%s: \"%s\"\n", languages_here[l], said);
                assert_true(right || (day == 1 && m < 600));
                arena_clear(&arena);
            }
}

/* ==== what is left, and edges ================================================================= */

static void test_the_rest_is_what_told_no_time(void **state)
{
    static const struct {
        const char *language, *text, *rest;
    } cases[] = {
        {"uk", "Хочу на манікюр завтра о 10:30 до Інни", "хочу на манікюр до інни"},
        {"uk", "не в середу, а в четвер до Олени", "не а до олени"},
        {"ru", "Запишите на стрижку в пятницу часов в пять", "запишите на стрижку"},
        {"uk", "мене звати Олена", "мене звати олена"},
        {"uk", "", ""},
    };
    const struct tm now = at(2026, 12, 1, 10, 0);
    (void)state;

    for (size_t k = 0; k < COUNT(cases); k++)
        assert_string_equal(
            read_at(&now, cases[k].language, WHEN_ASKED_NOTHING, cases[k].text).rest,
            cases[k].rest);
}

static void test_the_end_of_the_year_and_leap_days(void **state)
{
    static const struct {
        int year, month, day;
        const char *text, *means;
    } cases[] = {
        {2026, 12, 31, "завтра", "2027-01-01"},
        {2026, 12, 31, "сьогодні", "12-31"},
        {2026, 12, 31, "через тиждень", "2027-01-07"},
        {2026, 12, 30, "у суботу", "2027-01-02"},
        {2026, 12, 31, "першого", "2027-01-01"},
        {2026, 12, 31, "тридцятого", "2027-01-30"},
        {2027, 2, 27, "двадцять дев'ятого", "2027-03-29"},
        {2028, 2, 27, "двадцять дев'ятого", "2028-02-29"},
        {2028, 2, 28, "завтра", "2028-02-29"},
        {2027, 2, 28, "завтра", "2027-03-01"},
        {2027, 1, 31, "через місяць", "2027-02-28"},
        {2026, 12, 5, "на вихідних", "12-05 12-06"},
        {2026, 12, 6, "на вихідних", "12-06"},
        {2026, 12, 4, "наступного понеділка", "12-07"},
        {2026, 12, 6, "наступного понеділка", "12-07"},
        {2027, 1, 2, "тридцять першого грудня", "past"},
    };
    (void)state;

    for (size_t k = 0; k < COUNT(cases); k++) {
        const struct tm now = at(cases[k].year, cases[k].month, cases[k].day, 0, 30);
        assert_string_equal(meaning(&now, "uk", WHEN_ASKED_NOTHING, cases[k].text), cases[k].means);
    }
}

/* A language without a table of such words still has its numerals; the others' words are known. */
static void test_a_language_without_the_table(void **state)
{
    const struct tm now = at(2026, 12, 1, 10, 0);
    struct language bare = *language_find("uk");
    struct when got;
    const struct when_ask ask = {.language = &bare, .text = "завтра в десять", .now = &now};

    (void)state;
    bare.when = NULL;
    assert_int_equal(when_read(&arena, &ask, &got), ERR_OK);
    assert_true(got.days_n == 1 && got.days[0].day == 2 && got.time == 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_phrases_that_the_reader_was_written_with, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_phrases_that_were_put_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_harder_phrases, setup, teardown),
        cmocka_unit_test_setup_teardown(test_noise_words_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_day_of_two_years_as_we_say_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_quarter_of_an_hour_as_we_say_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_day_and_an_hour_as_we_say_them, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_rest_is_what_told_no_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_end_of_the_year_and_leap_days, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_language_without_the_table, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
