/* The answer to apiCallSettings: who is calling, and where to. */
#include "lines/binotel.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "tests/cases/home.h"
#include "tests/support/book.h"

#define SALON "0440000202"

static struct door home;
static struct profile *salon;

static void find_salon(void)
{
    for (size_t i = 0; i < home.app.profiles_n; i++)
        if (strcmp(home.app.profiles[i].name, "salon") == 0)
            salon = &home.app.profiles[i];
    assert_non_null(salon);
}

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    clock_freeze_unix_ms(BOOK_NOW); /* Wednesday, 14:00 in Kyiv: the salon is open */
    find_salon();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_freeze_unix_ms(0);
    home_remove(&home);
    return 0;
}

/* The salon's own section is put aside: a test writes the one it is about. */
static int alone(void **state)
{
    (void)state;
    salon->exchange = (struct exchange){0};
    clock_freeze_unix_ms(BOOK_NOW);
    return 0;
}

static const char *answer(const char *number, const char *direction)
{
    const struct binotel_event ev = {.request = BINOTEL_CALL_SETTINGS,
                                     .request_type = "apiCallSettings",
                                     .call_id = "",
                                     .customer = number,
                                     .called = SALON,
                                     .line = "",
                                     .status = "",
                                     .company = "",
                                     .direction = direction,
                                     .billed_s = -1};
    struct buf b;

    buf_init(&b, home.arena, 4096);
    assert_int_equal(binotel_report(&home.app, home.arena, &ev, deadline_in_ms(2000), &b, NULL),
                     ERR_OK);
    return buf_text(&b);
}

static void book(int64_t from_s, const char *phone, const char *name, bool for_other)
{
    struct visit v = book_visit("inna", from_s, phone);

    v.name = name;
    v.for_other = for_other;
    assert_int_equal(store_begin(home.app.store, deadline_in_ms(4000), NULL), ERR_OK);
    assert_int_equal(visit_add(home.app.store, home.arena, &v, &book_staff, NULL), ERR_OK);
    assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
}

static void the_next_visit_is_shown(void **state)
{
    (void)state;
    book(BOOK_NOON + 4 * 86400, "+380631110001", "Олена", false);
    book(BOOK_NOON, "+380631110001", "Олена", false);
    assert_string_equal(answer("0631110001", "in"),
                        "{\"customerData\":{\"name\":\"Олена\",\"description\":"
                        "\"03.12 14:00, манікюр із гель-лаком, Інна\"}}");
    salon->exchange.next_visit = "Візит {when}: {services} ({specialist}), {name}";
    assert_string_equal(answer("+38 (063) 111-00-01", "in"),
                        "{\"customerData\":{\"name\":\"Олена\",\"description\":"
                        "\"Візит 03.12 14:00: манікюр із гель-лаком (Інна), Олена\"}}");
    assert_string_equal(answer("0631110009", "in"), "{}");
}

/* The name is the child's, and who comes is not who calls. */
static void a_visit_for_another_is_not_the_callers(void **state)
{
    (void)state;
    book(BOOK_NOON + 3 * 3600, "+380631110002", "Марійка", true);
    assert_string_equal(answer("0631110002", "in"), "{}");
}

static void what_does_not_fit_is_cut_between_letters(void **state)
{
    (void)state;
    struct buf phrase;

    buf_init(&phrase, home.arena, 4096);
    for (int i = 0; i < 64; i++)
        buf_puts(&phrase, "Ї");
    buf_puts(&phrase, " {when} {services}");
    salon->exchange.next_visit = buf_text(&phrase);
    const char *got = answer("0631110001", "in");
    assert_non_null(strstr(got, "Ї 03.12\"}}")); /* 70 characters */
}

static void the_link_stands_where_a_setting_names_it(void **state)
{
    (void)state;
    home_set(&home, "BINOTEL_CRM_URL", "https://crm.example.org/c?phone={phone}&x=1");
    find_salon();
    salon->exchange = (struct exchange){0};
    assert_string_equal(answer("0631110008", "in"),
                        "{\"customerData\":{\"linkToCrmUrl\":\"https://crm.example.org/"
                        "c?phone=%2B380631110008&x=1\",\"linkToCrmTitle\":\"holos\"}}");
    assert_string_equal(answer("anonymous", "in"), "{}");
    home_set(&home, "BINOTEL_CRM_URL", NULL);
    find_salon();
}

/* ---- where to ----------------------------------------------------------------------------------- */

/* The route of the answer; "" if it names none. */
static const char *route(const char *number)
{
    const struct json *o = NULL;
    const char *text = answer(number, "in");

    assert_int_equal(json_parse(home.arena, text, strlen(text), &o, NULL), ERR_OK);
    const struct json *data = json_member(o, "routeData");
    if (data == NULL)
        return "";
    assert_string_equal(json_text(json_member(data, "type")), "route");
    return json_text(json_member(data, "id"));
}

static void the_first_rule_that_fits_routes_the_call(void **state)
{
    (void)state;
    static const struct exchange_route routes[] = {
        {.caller = "known", .hours = "closed", .route = "1"},
        {.caller = "known", .route = "2"},
        {.hours = "closed", .route = "3"},
    };

    salon->exchange.routes = routes;
    salon->exchange.routes_n = 3;
    assert_string_equal(route("0631110001"), "2");
    assert_string_equal(route("0631110009"), "");
    assert_string_equal(route("anonymous"), "");
    clock_freeze_unix_ms(BOOK_NOW + INT64_C(9) * 3600 * 1000); /* 23:00 */
    assert_string_equal(route("0631110001"), "1");
    assert_string_equal(route("0631110009"), "3");
    assert_null(strstr(answer("0631110001", "out"), "routeData")); /* nobody is led anywhere */
}

static void talk(const char *line, enum binotel_request request)
{
    const struct binotel_event ev = {.request = request,
                                     .request_type = "",
                                     .call_id = arena_printf(home.arena, "s%s", line),
                                     .customer = "0671234567",
                                     .called = SALON,
                                     .line = line,
                                     .status = request == BINOTEL_HANGUP ? "ANSWER" : "",
                                     .company = "",
                                     .direction = "in",
                                     .billed_s = -1};
    struct buf b;

    buf_init(&b, home.arena, 4096);
    assert_int_equal(binotel_report(&home.app, home.arena, &ev, deadline_in_ms(2000), &b, NULL),
                     ERR_OK);
}

static void when_all_lines_are_busy_the_assistant_answers(void **state)
{
    (void)state;
    static const char *const lines[] = {"901", "902"};
    static const struct exchange_route routes[] = {{.lines = "busy", .route = "77"},
                                                   {.lines = "free", .route = "5"}};

    salon->exchange.lines = lines;
    salon->exchange.lines_n = 2;
    salon->exchange.routes = routes;
    salon->exchange.routes_n = 2;
    assert_string_equal(route("0631110009"), "5");
    talk("901", BINOTEL_ANSWERED);
    assert_string_equal(route("0631110009"), "5");
    talk("902", BINOTEL_ANSWERED);
    assert_string_equal(route("0631110009"), "77");
    /* A hang-up that was lost keeps no line busy for ever. */
    clock_freeze_unix_ms(BOOK_NOW + INT64_C(5) * 3600 * 1000);
    assert_string_equal(route("0631110009"), "5");
    clock_freeze_unix_ms(BOOK_NOW);
    talk("901", BINOTEL_HANGUP);
    assert_string_equal(route("0631110009"), "5");
}

static void a_locked_store_delays_no_answer(void **state)
{
    (void)state;
    struct store *other = NULL;

    assert_int_equal(store_open(setting_text(SET_HOLOS_DB), 1000, &other, NULL), ERR_OK);
    assert_int_equal(store_begin(other, deadline_in_ms(2000), NULL), ERR_OK);
    assert_non_null(strstr(answer("0631110001", "in"), "Олена"));
    store_rollback(other);
    store_close(other);
}

#define TEST(f) cmocka_unit_test_setup(f, alone)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_next_visit_is_shown),
        TEST(a_visit_for_another_is_not_the_callers),
        TEST(what_does_not_fit_is_cut_between_letters),
        TEST(the_link_stands_where_a_setting_names_it),
        TEST(the_first_rule_that_fits_routes_the_call),
        TEST(when_all_lines_are_busy_the_assistant_answers),
        TEST(a_locked_store_delays_no_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
