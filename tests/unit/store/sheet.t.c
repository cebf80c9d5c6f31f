/* What the store remembers of the staff's spreadsheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/booking.h"
#include "store/sheet.h"
#include "tests/support/storage.h"

#define NOW  STORAGE_NOW
#define NOON INT64_C(1796299200)
#define BOOK "spreadsheet-1"

static const struct booking_actor staff = {.by = "staff", .now_ms = NOW};

static struct visit added(struct storage *t, int64_t from_s)
{
    struct visit v = {.profile = "salon",
                      .part = {{.specialist = "inna",
                                .specialist_name = "Інна",
                                .services = "x",
                                .service_names = "х",
                                .start_s = from_s,
                                .end_s = from_s + 3600,
                                .free_s = from_s + 3600}},
                      .parts = 1,
                      .name = "Олена",
                      .phone = "+380501234567"};

    storage_begin(t);
    assert_int_equal(visit_add(t->s, &t->a, &v, &staff, NULL), ERR_OK);
    storage_commit(t);
    return v;
}

static void put_place(struct storage *t, const struct sheet_place *p)
{
    storage_begin(t);
    assert_int_equal(sheet_place_put(t->s, BOOK, p, NULL), ERR_OK);
    storage_commit(t);
}

static size_t places(struct storage *t, const char *spreadsheet, int64_t now_s,
                     struct sheet_place **ret)
{
    size_t n = 99;

    assert_int_equal(sheet_places(t->s, &t->a, spreadsheet, now_s, ret, &n, NULL), ERR_OK);
    return n;
}

static struct sheet_place place_of(const struct visit *v)
{
    return (struct sheet_place){.booking_id = v->part[0].id,
                                .tab = 7,
                                .start_s = v->part[0].start_s,
                                .end_s = v->part[0].free_s,
                                .wrote = "Олена\nх\n+380501234567\nочікування",
                                .was = "Олена\nх\n+380501234567"};
}

static void a_worksheet_is_known_by_its_number_in_its_spreadsheet(void **state)
{
    struct storage *t = *state;
    struct sheet_tab *list = NULL;
    size_t n = 99;

    storage_begin(t);
    assert_int_equal(
        sheet_tab_put(t->s, BOOK, &(struct sheet_tab){"salon", "inna", 7, "Інна"}, NULL), ERR_OK);
    assert_int_equal(
        sheet_tab_put(t->s, BOOK, &(struct sheet_tab){"salon", "inna", 0, "Інна К."}, NULL),
        ERR_OK);
    storage_commit(t);
    assert_int_equal(sheet_tabs(t->s, &t->a, BOOK, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].tab, 0);
    assert_string_equal(list[0].title, "Інна К.");
    assert_int_equal(sheet_tabs(t->s, &t->a, "another", &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void a_place_is_added_changed_and_dropped(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, NOON);
    struct sheet_place p = place_of(&v), *list = NULL;

    put_place(t, &p);
    p.seen = true;
    p.was = "Олена Іванівна\nх\n";
    put_place(t, &p);
    assert_int_equal(places(t, BOOK, NOON, &list), 1);
    assert_true(list[0].seen);
    assert_string_equal(list[0].was, p.was);
    assert_string_equal(list[0].wrote, p.wrote);
    assert_int_equal(places(t, "another", NOON, &list), 0);
    storage_begin(t);
    assert_int_equal(sheet_place_drop(t->s, BOOK, &p, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(places(t, BOOK, NOON, &list), 0);
}

static void what_is_over_needs_no_look_but_what_was_taken_away_does(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, NOON), other = added(t, NOON + 7200);
    struct sheet_place p = place_of(&v), q = place_of(&other), *list = NULL;

    put_place(t, &p);
    put_place(t, &q);
    assert_int_equal(places(t, BOOK, NOON + 86400, &list), 0);
    storage_begin(t);
    assert_int_equal(visit_cancel(t->s, &t->a, other.id, &staff, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(places(t, BOOK, NOON + 86400, &list), 1);
    assert_int_equal(list[0].booking_id, other.part[0].id);
}

static void with_a_visit_go_its_words_but_not_its_place(void **state)
{
    struct storage *t = *state;
    struct visit v = added(t, NOON);
    struct sheet_place p = place_of(&v), *list = NULL;
    struct sheet_change c = {.at_ms = NOW,
                             .profile = "salon",
                             .specialist = "inna",
                             .start_s = NOON,
                             .what = "noted",
                             .booking_id = v.part[0].id,
                             .text = "Олена Іванівна"},
                        *changes = NULL;
    bool is_new = false;
    size_t n = 99;

    put_place(t, &p);
    storage_begin(t);
    assert_int_equal(sheet_change_add(t->s, &c, &is_new, NULL), ERR_OK);
    storage_commit(t);
    (void)storage_sql(t, "PRAGMA foreign_keys = ON; DELETE FROM visit");
    assert_int_equal(places(t, BOOK, NOON, &list), 1);
    assert_string_equal(list[0].wrote, "");
    assert_string_equal(list[0].was, "");
    assert_int_equal(list[0].start_s, NOON);
    assert_int_equal(sheet_changes(t->s, &t->a, "salon", 0, 10, &changes, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static bool add_change(struct storage *t, int64_t at_ms, const char *text)
{
    const struct sheet_change c = {.at_ms = at_ms,
                                   .profile = "salon",
                                   .specialist = "inna",
                                   .start_s = NOON,
                                   .what = "blocked",
                                   .text = text};
    bool is_new = false;

    storage_begin(t);
    assert_int_equal(sheet_change_add(t->s, &c, &is_new, NULL), ERR_OK);
    storage_commit(t);
    return is_new;
}

static void the_same_change_is_noted_once_a_day(void **state)
{
    struct storage *t = *state;
    struct sheet_change *list = NULL;
    size_t n = 99;

    assert_true(add_change(t, NOW, "а"));
    assert_false(add_change(t, NOW + 1000, "а"));
    assert_true(add_change(t, NOW + 1000, "б"));
    assert_true(add_change(t, NOW + 86400000 + 1001, "а"));
    assert_int_equal(sheet_changes(t->s, &t->a, "salon", 0, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 3);
    assert_string_equal(list[0].text, "а"); /* the newest first */
    assert_string_equal(list[1].text, "б");
    assert_int_equal(list[0].booking_id, 0);
    assert_int_equal(sheet_changes(t->s, &t->a, "salon", NOW + 1, 1, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(sheet_changes(t->s, &t->a, "hotel", 0, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void a_long_text_is_cut_at_a_letter(void **state)
{
    struct storage *t = *state;
    struct sheet_change *list = NULL;
    char text[2 * SHEET_CHANGE_TEXT + 2];
    size_t n = 0;

    text[0] = 'x';
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "ї", 2);
    text[sizeof text - 1] = '\0';
    assert_true(add_change(t, NOW, text));
    assert_int_equal(sheet_changes(t->s, &t->a, "salon", 0, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(strlen(list[0].text), SHEET_CHANGE_TEXT - 1);
    assert_int_equal(strncmp(text, list[0].text, SHEET_CHANGE_TEXT - 1), 0);
}

static void the_log_goes_with_its_time(void **state)
{
    struct storage *t = *state;
    struct sheet_change *list = NULL;
    int64_t calls = 0;
    size_t n = 99;

    assert_true(add_change(t, NOW - 1000, "а"));
    assert_true(add_change(t, NOW, "б"));
    assert_int_equal(calls_purge(t->s, NOW, &calls, NULL), ERR_OK);
    assert_int_equal(sheet_changes(t->s, &t->a, "salon", 0, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].text, "б");
}

static struct sheet_round round_now(struct storage *t)
{
    struct sheet_round r = {0};

    assert_int_equal(sheet_round_get(t->s, &t->a, &r, NULL), ERR_OK);
    return r;
}

static void put_round(struct storage *t, int64_t now_ms, const char *fault)
{
    storage_begin(t);
    assert_int_equal(sheet_round_put(t->s, now_ms, fault, NULL), ERR_OK);
    storage_commit(t);
}

static void the_last_look_and_the_last_that_went_well_are_two(void **state)
{
    struct storage *t = *state;

    assert_int_equal(round_now(t).tried_ms, 0);
    put_round(t, NOW, "not shared");
    assert_int_equal(round_now(t).done_ms, 0);
    assert_string_equal(round_now(t).fault, "not shared");
    put_round(t, NOW + 1000, NULL);
    assert_int_equal(round_now(t).done_ms, NOW + 1000);
    assert_string_equal(round_now(t).fault, "");
    put_round(t, NOW + 2000, "away");
    assert_int_equal(round_now(t).tried_ms, NOW + 2000);
    assert_int_equal(round_now(t).done_ms, NOW + 1000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_worksheet_is_known_by_its_number_in_its_spreadsheet),
        TEST(a_place_is_added_changed_and_dropped),
        TEST(what_is_over_needs_no_look_but_what_was_taken_away_does),
        TEST(with_a_visit_go_its_words_but_not_its_place),
        TEST(the_same_change_is_noted_once_a_day),
        TEST(a_long_text_is_cut_at_a_letter),
        TEST(the_log_goes_with_its_time),
        TEST(the_last_look_and_the_last_that_went_well_are_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
